"""Bytes of a file to sheets of cells, within bounds; what cannot be read is refused by name."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import python_calamine as calamine

from api.imports.old_book import SIGNATURE, STREAMS, BrokenError, inspect_old_book
from api.imports.packed import broken, inspect_zip
from api.imports.refusals import FileError
from api.imports.sheet_facts import SheetFacts

BYTES_MAX = 64 * 1024 * 1024
ROWS_MAX = 200_000
COLUMNS_MAX = 256
CELLS_MAX = 12_000_000
"""A sheet is held as a full rectangle of about 32 bytes a cell, however few are written."""
CELL_CHARS_MAX = 32_767

Cell = str | float | int | bool | date | datetime | time | timedelta | None
Merge = tuple[tuple[int, int], tuple[int, int]]

# What clerks hand in for a workbook, by its first bytes.
_OTHER_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "PDF 文件", "a PDF file"),
    (b"Rar!", "压缩包", "an archive"),
    (b"7z\xbc\xaf", "压缩包", "an archive"),
    (b"\x1f\x8b", "压缩包", "an archive"),
    (b"\x89PNG", "图片", "a picture"),
    (b"\xff\xd8\xff", "图片", "a picture"),
    (b"GIF8", "图片", "a picture"),
    (b"SQLite format 3", "数据库文件", "a database file"),
)
_WEB_PAGE = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<style", b"mime-version:")


class Sheet:
    """One sheet: `rows()` gives lists of cells, row 1 of the spreadsheet first.

    `epoch_1904` tells that plain numbers of days count from 1904, as old Macintoshes wrote them.
    """

    def __init__(
        self,
        name: str,
        source: calamine.CalamineSheet | list[list[Cell]],
        merges: tuple[Merge, ...] = (),
        facts: SheetFacts | None = None,
        *,
        epoch_1904: bool = False,
    ) -> None:
        self.name = name
        self.merges = merges
        self.facts = facts or SheetFacts()
        self.epoch_1904 = epoch_1904
        self._source = source

    def rows(self) -> Iterator[list[Cell]]:
        """Every row from the first of the spreadsheet, empty ones included."""
        if isinstance(self._source, list):
            yield from self._source
            return
        skipped_rows, skipped_columns = self._source.start or (0, 0)
        for _ in range(skipped_rows):
            yield []
        lead: list[Cell] = [None] * skipped_columns
        for row in self._source.iter_rows():
            yield [*lead, *row]

    def head(self, count: int) -> list[list[Cell]]:
        """The first `count` rows."""
        return [row for _, row in zip(range(count), self.rows(), strict=False)]


def read_sheets(data: bytes, filename: str) -> list[Sheet]:
    """The visible sheets of a file, whatever its name claims it to be."""
    if not data:
        raise FileError("E_FILE_EMPTY", "文件是空的", "the file is empty")
    if len(data) > BYTES_MAX:
        zh = f"文件超过{BYTES_MAX // 1024 // 1024}MB,请拆分后再导入"
        raise FileError("E_FILE_TOO_LARGE", zh, "the file is too large; split it")
    if data[:2] == b"PK":
        packed = inspect_zip(data)
        return _read_book(data, packed.sheets, epoch_1904=packed.epoch_1904)
    if data[:8] == SIGNATURE:
        return _read_old_book(data)
    _refuse_other_kinds(data)
    return [Sheet(filename, _read_csv(data))]


def _refuse_other_kinds(data: bytes) -> None:
    hint_zh, hint_en = "请用表格软件打开后另存为 .xlsx 再导入", "save it as .xlsx"
    lead = data[:1024].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").lower()
    if lead.startswith(_WEB_PAGE):
        zh, en = "文件内容是网页或XML,不是工作簿", "not a workbook but a web page"
        raise FileError("E_FILE_KIND", zh, en, hint_zh, hint_en)
    for sign, kind_zh, kind_en in _OTHER_KINDS:
        if data.startswith(sign):
            zh, en = f"文件内容是{kind_zh},不是工作簿", f"not a workbook but {kind_en}"
            raise FileError("E_FILE_KIND", zh, en, hint_zh, hint_en)


def _read_old_book(data: bytes) -> list[Sheet]:
    try:
        old = inspect_old_book(data)
    except BrokenError as error:
        raise broken() from error
    if old.has_password:
        raise _has_password()
    if not old.streams:
        raise broken()
    if old.streams.isdisjoint(STREAMS):
        zh, en = "文件不是工作簿,可能是 Word 文档或演示文稿", "not a workbook but another document"
        raise FileError("E_FILE_KIND", zh, en, "请另存为 .xlsx 再导入", "save it as .xlsx")
    for facts in old.sheets:
        _bound(facts.rows, facts.columns, "")
    return _read_book(data, old.sheets, epoch_1904=old.epoch_1904)


def _has_password() -> FileError:
    hint = "请用表格软件打开,取消打开密码后另存再导入"
    zh, en = "文件有密码保护,无法读取", "the file is protected by a password"
    return FileError("E_FILE_PASSWORD", zh, en, hint, "remove the password and save it again")


def _read_book(
    data: bytes, facts: dict[str, SheetFacts] | list[SheetFacts], *, epoch_1904: bool
) -> list[Sheet]:
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        if isinstance(facts, list):
            facts = dict(zip(book.sheet_names, facts, strict=False))
        visible = [
            meta.name
            for meta in book.sheets_metadata
            if meta.visible == calamine.SheetVisibleEnum.Visible
            and meta.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        return [_open_sheet(book, name, facts.get(name), epoch_1904) for name in visible]
    except calamine.PasswordError as error:
        raise _has_password() from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise broken() from error
    except BaseException as error:
        # The reader is Rust: on bytes it did not foresee it panics past Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise broken() from error


def _open_sheet(
    book: calamine.CalamineWorkbook, name: str, facts: SheetFacts | None, epoch_1904: bool
) -> Sheet:
    if facts is not None:
        # Before the reader lays the sheet out: two far cells would make it a huge rectangle.
        _bound(facts.rows, facts.columns, name)
    sheet = book.get_sheet_by_name(name)
    end = sheet.end or (0, 0)
    _bound(end[0] + 1, end[1] + 1, name)
    merges = tuple(sheet.merged_cell_ranges or ())
    return Sheet(name, sheet, merges, facts, epoch_1904=epoch_1904)


def _bound(height: int, width: int, name: str) -> None:
    if height > ROWS_MAX:
        zh = f"工作表“{name}”超过{ROWS_MAX}行,请拆分后再导入"
        raise FileError("E_FILE_ROWS", zh, f"more than {ROWS_MAX} rows; split the file")
    if width > COLUMNS_MAX:
        zh = f"工作表“{name}”超过{COLUMNS_MAX}列"
        raise FileError("E_FILE_COLUMNS", zh, f"more than {COLUMNS_MAX} columns")
    if height * width > CELLS_MAX:
        zh = f"工作表“{name}”有{height}行×{width}列,单元格过多,请拆分或删去多余的列"
        en = f"{height} rows by {width} columns are too many cells; split the file"
        raise FileError("E_FILE_ROWS", zh, en)


def decode_text(data: bytes) -> str:
    """Text of a CSV file: UTF-8 or UTF-16, by mark or by its bytes, else GB18030.

    E_FILE_ENCODING names the line where a text that began well cannot be read on.
    """
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8-sig" and not _begins_as_utf8(data, error.start):
            return _decode_gb18030(data)
        raise _not_text(data[: error.start].count(b"\n") + 1) from error
    if "\x00" in text:
        raise _not_text()
    return text


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # Without a mark: digits and commas of UTF-16 have a zero byte beside them, on one side only.
    head = data[:4096]
    odd, even = head[1::2].count(0), head[::2].count(0)
    if max(odd, even) * 10 > len(head) and min(odd, even) * 8 < max(odd, even):
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8-sig"


def _begins_as_utf8(data: bytes, end: int) -> bool:
    """Whether so much before the fault is UTF-8 beyond ASCII that the file cannot be GBK."""
    beyond_ascii = sum(byte > 127 for byte in data[: min(end, 4096)])
    return data.startswith(codecs.BOM_UTF8) or beyond_ascii >= 30


def _decode_gb18030(data: bytes) -> str:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise _not_text(data[: error.start].count(b"\n") + 1) from error
    if "\x00" in text:
        raise _not_text()
    return text


def _not_text(line: int | None = None) -> FileError:
    zh, en = "无法识别文件编码,也不是已知的工作簿", "neither UTF-8 nor GBK text nor a workbook"
    if line is not None:
        zh, en = (
            f"{zh}(第{line}行起有无法识别的字节)",
            f"{en} (bytes of line {line} cannot be read)",
        )
    hint = "请另存为 .xlsx,或以 UTF-8、GBK 编码保存 CSV"
    return FileError("E_FILE_ENCODING", zh, en, hint, "save as .xlsx or as UTF-8 CSV")


def _delimiter(text: str) -> str:
    head = "\n".join(text.splitlines()[:20]) if len(text) < 65536 else text[:65536]
    return max(",\t;|", key=lambda mark: (head.count(mark), mark == ","))


def _read_csv(data: bytes) -> list[list[Cell]]:
    text = decode_text(data)
    rows: list[list[Cell]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for row in reader:
            # A quoted cell may hold line breaks: rows are counted as a spreadsheet shows them.
            rows.append(list(row))
            _bound(len(rows), len(row), "CSV")
    except csv.Error as error:
        zh = f"CSV第{reader.line_num}行引号不配对或格式错误"
        raise FileError("E_FILE_BROKEN", zh, f"CSV line {reader.line_num}: {error}") from error
    return rows
