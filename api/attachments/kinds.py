"""What a file is, told by its bytes and never by its name: what is kept and what is refused."""

from __future__ import annotations

import re
import zipfile
from typing import IO, Final

import msgspec

from api.problems import Problem


class Kind(msgspec.Struct, frozen=True):
    """One kind of file: media type, the ends its name may have (the first is its own), words."""

    media_type: str
    ends: tuple[str, ...]
    zh: str
    en: str

    @property
    def is_picture(self) -> bool:
        """A photo or a scan that shows the thing itself."""
        return self.media_type.startswith("image/")


PDF: Final = Kind("application/pdf", (".pdf",), "PDF", "PDF")
JPEG: Final = Kind("image/jpeg", (".jpg", ".jpeg"), "JPEG 图片", "JPEG")
PNG: Final = Kind("image/png", (".png",), "PNG 图片", "PNG")
WEBP: Final = Kind("image/webp", (".webp",), "WebP 图片", "WebP")
HEIC: Final = Kind("image/heic", (".heic", ".heif"), "HEIC 图片", "HEIC")
OFD: Final = Kind("application/ofd", (".ofd",), "OFD 版式文件", "OFD")
DOCX: Final = Kind(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    (".docx",), "Word 文档 (docx)", "Word (docx)",
)  # fmt: skip
XLSX: Final = Kind(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    (".xlsx",), "Excel 工作簿 (xlsx)", "Excel (xlsx)",
)  # fmt: skip
TEXT: Final = Kind("text/plain", (".txt", ".csv"), "文本 (txt、csv)", "text (txt, csv)")
UNKNOWN: Final = Kind("application/octet-stream", ("",), "其他文件", "another file")
"""What the product keeps of its own accord (an old workbook of an import), never an upload."""

ACCEPTED: Final = (PDF, JPEG, PNG, WEBP, HEIC, OFD, DOCX, XLSX, TEXT)

_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
_PROGRAMS: Final = (
    b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe",
    b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"L\x00\x00\x00\x01\x14\x02\x00", b"ITSF",
)  # fmt: skip
_MARKUP: Final = re.compile(
    rb"<\s*(?:!doctype|\?xml|html|head|body|script|svg|iframe|object|embed|meta|link|style|img)\b",
    re.IGNORECASE,
)
_PROGRAM_ENDS: Final = (
    ".exe", ".dll", ".com", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".scr", ".msi",
    ".jar", ".hta", ".lnk", ".html", ".htm", ".svg", ".sh", ".php",
)  # fmt: skip
_INDEX_BYTES_MAX: Final = 1024 * 1024
_INDEX_TAIL: Final = 65_557
"""The end of a zip: 22 bytes and a comment of at most 65,535."""
_UNPACKED_MAX: Final = 1024 * 1024 * 1024
_HEAD_BYTES: Final = 64
# Of the control signs a text may hold tab, line ends and form feed.
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def kind_of(file: IO[bytes]) -> Kind:
    """The kind of `file`, read from its start; Problem E_ATTACHMENT_TYPE or …_DANGEROUS."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if head.startswith(_PROGRAMS):
        raise _dangerous("程序文件", "a program")
    return _by_magic(head) or (_packed(file) if head.startswith(b"PK\x03\x04") else _text(file))


def _by_magic(head: bytes) -> Kind | None:
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return HEIC
    return None


def _packed(file: IO[bytes]) -> Kind:
    """OFD, docx or xlsx by the names inside; nothing is unpacked."""
    if _index_bytes(file) > _INDEX_BYTES_MAX:
        raise _dangerous("条目过多的压缩文件", "an archive of too many files")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, OSError) as error:
        raise _unknown() from error
    if sum(one.file_size for one in entries) > _UNPACKED_MAX:
        raise _dangerous("解压后过大的文件", "a file that unpacks to too much")
    names = {one.filename.lower() for one in entries}
    if any(name.rsplit("/", 1)[-1].startswith("vbaproject") for name in names):
        raise _dangerous("含宏的文档", "a document with macros")
    if any(name.endswith(_PROGRAM_ENDS) for name in names):
        raise _dangerous("内含程序的文件", "a file with a program inside")
    for needed, kind in (("ofd.xml", OFD), ("word/document.xml", DOCX), ("xl/workbook.xml", XLSX)):
        if needed in names and (kind is OFD or "[content_types].xml" in names):
            return kind
    raise _unknown()


def _index_bytes(file: IO[bytes]) -> int:
    """The size of a zip's index, known before it is read."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _INDEX_TAIL))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 16:
        raise _unknown()
    return int.from_bytes(tail[at + 12 : at + 16], "little")


def _text(file: IO[bytes]) -> Kind:
    """Plain text in UTF-8 or GB18030 without markup; anything else is unknown."""
    file.seek(0)
    data = file.read()
    if _CONTROL.search(data):
        raise _unknown()
    if _MARKUP.search(data):
        raise _dangerous("网页或 SVG 文件", "a web page or SVG")
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return TEXT
    raise _unknown()


def _dangerous(zh: str, en: str) -> Problem:
    return Problem(
        "E_ATTACHMENT_DANGEROUS", f"这是{zh}，不能作为附件。请改存为 PDF 或图片后上传。",
        f"This is {en} and is not kept. Save it as PDF or as a picture.", status=415,
    )  # fmt: skip


def _unknown() -> Problem:
    zh = "、".join(kind.zh for kind in ACCEPTED)
    en = ", ".join(kind.en for kind in ACCEPTED)
    return Problem(
        "E_ATTACHMENT_TYPE", f"不认识这种文件。可以上传：{zh}。",
        f"This kind of file is not kept. Accepted: {en}.", status=415,
    )  # fmt: skip
