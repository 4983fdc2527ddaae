"""The packed workbook, .xlsx: bounded before any reader trusts it, and what values do not say.

Everything is unpacked once in pieces and counted. On the way the sheets tell which cells hold a
formula without a result or an error value, which rows are hidden, and how far their cells reach.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator

import msgspec

from api.imports.refusals import FileError
from api.imports.sheet_facts import SheetFacts

UNPACKED_BYTES_MAX = 768 * 1024 * 1024
RATIO_MAX = 250
"""A sheet of repetitive cards packs 10 to 60 times; a bomb about a thousand."""
RATIO_FROM_BYTES = 4 * 1024 * 1024
MEMBERS_MAX = 10_000
TEXT_BYTES_MAX = 1024 * 1024 * 1024
"""A text is stored once and laid out in each cell that shares it: 60 KB can become gigabytes."""
_CHUNK = 1 << 20
_BOOK, _RELS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_TEXTS = "xl/sharedStrings.xml"

# What the standard library raises on zip directories and streams that were damaged.
_ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    LookupError,
)
# Some programs write every element with a prefix: <x:c r="A1" t="e">.
_EMPTY_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]+)(\d+)"[^>]*>\s*'
    rb"<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d+)"')
# Cells that hold something: blank ones that are only coloured reach to the ends of many sheets.
_COLUMN = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})\d+["'][^>]*(?<!/)>""")
_ROW = re.compile(rb"""\br\s*=\s*["'][A-Z]{1,3}(\d+)["'][^>]*(?<!/)>""")
_SHARED = re.compile(rb"""\bt\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v>\s*(\d+)""")
_END_OF_TEXT = re.compile(rb"</(?:\w+:)?si\s*>")
_EPOCH_1904 = re.compile(r'<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true)"')

# What else comes as a zip: a member that only it has, and what it is called.
_OTHER_KINDS = (
    ("xl/workbook.bin", "二进制工作簿(.xlsb)", "a binary workbook (.xlsb)"),
    ("content.xml", "OpenDocument 文件(.ods)", "an OpenDocument file (.ods)"),
    ("word/document.xml", "Word 文档", "a Word document"),
    ("ppt/presentation.xml", "演示文稿", "a presentation"),
)


class PackedBook(msgspec.Struct):
    """What the file says beside its values; `sheets` by name."""

    sheets: dict[str, SheetFacts]
    epoch_1904: bool = False


def inspect_zip(data: bytes) -> PackedBook:
    """Unpack everything once with counting; FileError E_FILE_KIND, _BOMB, _ENTITIES, _BROKEN."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            _require_workbook({member.filename for member in members})
            declared = sum(member.file_size for member in members)
            if declared > UNPACKED_BYTES_MAX or len(members) > MEMBERS_MAX:
                raise _bomb()
            found = {member.filename: _inspect_member(packed, member) for member in members}
            _bound_shared_text(packed, members, sum(one.cells_max for one in found.values()))
            return _book(packed, found)
    except _ZIP_FAULTS as error:
        raise broken() from error


def _require_workbook(names: set[str]) -> None:
    if _BOOK in names:
        return
    hint_zh, hint_en = "请用表格软件打开后另存为 .xlsx 再导入", "save it as .xlsx"
    for member, kind_zh, kind_en in _OTHER_KINDS:
        if member in names:
            zh, en = f"文件内容是{kind_zh},不是 .xlsx 工作簿", f"not an .xlsx but {kind_en}"
            raise FileError("E_FILE_KIND", zh, en, hint_zh, hint_en)
    zh, en = "文件内容是压缩包,不是工作簿", "not a workbook but an archive"
    raise FileError("E_FILE_KIND", zh, en, "请解压后导入里面的工作簿", "unpack it first")


def _bomb() -> FileError:
    zh, en = "压缩包展开后过大,疑似炸弹文件", "the archive unpacks to too much"
    return FileError("E_FILE_BOMB", zh, en)


def broken() -> FileError:
    """The refusal of bytes that cannot be followed."""
    hint = "请用表格软件重新打开并另存为 .xlsx"
    zh, en = "文件已损坏,无法读取", "the file is broken"
    return FileError("E_FILE_BROKEN", zh, en, hint, "open it in a spreadsheet, save as .xlsx")


def _inspect_member(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> SheetFacts:
    facts, columns = SheetFacts(), set[bytes]()
    chunks = _unpacked(packed, member)
    if member.filename.endswith((".xml", ".rels", ".vml")):
        chunks = _without_entities(chunks)
    if not _is_sheet(member):
        deque(chunks, maxlen=0)
        return facts
    for rows in _whole_rows(chunks):
        _note(rows, facts, columns)
    facts.columns = max(map(_column_index, columns), default=-1) + 1
    if facts.columns > _COLUMNS_USUAL:
        facts.rows = _rows_of(packed, member)
    return facts


_COLUMNS_USUAL = 60
"""Up to here the greatest number of rows is within bounds in any case and need not be known."""


def _bound_shared_text(
    packed: zipfile.ZipFile, members: list[zipfile.ZipInfo], cells_max: int
) -> None:
    """Refuse sheets whose cells share so much text that laying it out fills the memory."""
    lengths = [
        length for member in members if member.filename == _TEXTS
        for length in _text_lengths(_unpacked(packed, member))
    ]  # fmt: skip
    if max(lengths, default=0) * cells_max <= TEXT_BYTES_MAX:
        return
    total = 0
    for member in filter(_is_sheet, members):
        for rows in _whole_rows(_unpacked(packed, member)):
            found = map(int, _SHARED.findall(rows))
            total += sum(lengths[at] for at in found if at < len(lengths))
            if total > TEXT_BYTES_MAX:
                raise _bomb()


def _whole_rows(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces cut between rows: what follows the last whole one waits for the next piece."""
    carried = b""
    for chunk in chunks:
        text = carried + chunk
        cut = max(0, text.rfind(b"row>"))
        yield text[:cut]
        carried = text[cut:][-4 * _CHUNK :]
    yield carried


def _text_lengths(chunks: Iterator[bytes]) -> Iterator[int]:
    """Bytes of each shared text, its markup included."""
    carried = 0
    tail = b""
    for chunk in chunks:
        text = tail + chunk
        last = 0
        for found in _END_OF_TEXT.finditer(text):
            yield carried + found.end() - last
            carried, last = 0, found.end()
        keep = max(last, len(text) - 16)
        carried += keep - last
        tail = text[keep:]


def _is_sheet(member: zipfile.ZipInfo) -> bool:
    return member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")


def _unpacked(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    unpacked = 0
    with packed.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            unpacked += len(chunk)
            large = unpacked > RATIO_FROM_BYTES
            if large and unpacked > RATIO_MAX * max(1, member.compress_size):
                raise _bomb()
            yield chunk


def _without_entities(chunks: Iterator[bytes]) -> Iterator[bytes]:
    for at, chunk in enumerate(chunks):
        if at == 0 and (b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk):
            zh, en = "文件含有XML实体定义,已拒绝", "the file defines XML entities"
            raise FileError("E_FILE_ENTITIES", zh, en)
        yield chunk


def _note(text: bytes, facts: SheetFacts, columns: set[bytes]) -> None:
    """Gather from whole rows what the reader of values passes over in silence."""
    columns.update(_COLUMN.findall(text))
    # A cell with a value has at least <c>, <v> and their ends.
    facts.cells_max += text.count(b"<") // 4
    for pattern, signs in ((_EMPTY_FORMULA, (b"<f", b":f")), (_ERROR_CELL, (b't="e"',))):
        if any(sign in text for sign in signs):
            for found in pattern.finditer(text):
                facts.valueless.add((int(found[2]) - 1, _column_index(found[1])))
    if b"hidden=" in text:
        facts.hidden_rows.update(int(found) - 1 for found in _HIDDEN_ROW.findall(text))


def _rows_of(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    rows, carried = 0, b""
    for chunk in _unpacked(packed, member):
        text = carried + chunk
        rows = max(rows, max(map(int, _ROW.findall(text)), default=0))
        carried = text[-1024:]
    return rows


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _book(packed: zipfile.ZipFile, found: dict[str, SheetFacts]) -> PackedBook:
    """The facts by the sheets' names, which stand apart from their contents."""
    book = packed.read(_BOOK).decode("utf-8", "replace")
    targets: dict[str, str] = {}
    if _RELS in found:
        for tag in re.findall(
            r"<(?:\w+:)?Relationship\b[^>]*>", packed.read(_RELS).decode("utf-8", "replace")
        ):
            key, target = re.search(r'\bId="([^"]*)"', tag), re.search(r'\bTarget="([^"]*)"', tag)
            if key and target:
                targets[key[1]] = "xl/" + target[1].removeprefix("/xl/")
    sheets: dict[str, SheetFacts] = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        name, key = re.search(r'\bname="([^"]*)"', tag), re.search(r'\br:id="([^"]*)"', tag)
        if name and key:
            sheets[_unescaped(name[1])] = found.get(targets.get(key[1], ""), SheetFacts())
    return PackedBook(sheets, _EPOCH_1904.search(book) is not None)


def _unescaped(name: str) -> str:
    for sign, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        name = name.replace(sign, letter)
    return name.replace("&amp;", "&")
