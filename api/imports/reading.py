"""Bytes of a file to sheets of cells, within bounds; what cannot be read is refused by name."""

from __future__ import annotations

import codecs
import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import python_calamine as calamine

from api.imports.refusals import FileError

BYTES_MAX = 64 * 1024 * 1024
UNPACKED_BYTES_MAX = 768 * 1024 * 1024
RATIO_MAX = 250
"""A sheet of repetitive cards packs 10 to 60 times; a bomb about a thousand."""
RATIO_FROM_BYTES = 4 * 1024 * 1024
ROWS_MAX = 200_000
COLUMNS_MAX = 256
CELL_CHARS_MAX = 32_767
_CHUNK = 1 << 20

Cell = str | float | int | bool | date | datetime | time | timedelta | None
Merge = tuple[tuple[int, int], tuple[int, int]]

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
_EMPTY_FORMULA = re.compile(
    rb'<c r="([A-Z]+)(\d+)"[^>]*>\s*<f[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)

_ERROR_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*\bt="e"')


class Sheet:
    """One sheet: `rows()` gives lists of cells, row 1 of the spreadsheet first.

    `uncalculated` are cells (0-based row, column) that hold a formula without a stored value
    or an error value like #REF!: a reader of values alone would take them for blank.
    """

    def __init__(
        self,
        name: str,
        source: calamine.CalamineSheet | list[list[Cell]],
        merges: tuple[Merge, ...] = (),
        uncalculated: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:
        self.name = name
        self.merges = merges
        self.uncalculated = uncalculated
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
        return _read_book(data, _inspect_zip(data))
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _read_book(data, {})
    lead = data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if lead.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        zh = "文件内容是网页或XML,不是工作簿"
        hint = "请用表格软件打开后另存为 .xlsx 再导入"
        raise FileError("E_FILE_KIND", zh, "not a workbook but a web page", hint, "save as .xlsx")
    return [Sheet(filename, _read_csv(data))]


def _inspect_zip(data: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """Unpack everything once with counting, before any reader trusts it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            declared = sum(member.file_size for member in members)
            if declared > UNPACKED_BYTES_MAX or len(members) > 10_000:
                raise _bomb()
            found = {member.filename: _inspect_member(packed, member) for member in members}
            return _by_sheet_name(packed, found)
    except _ZIP_FAULTS as error:
        raise _broken() from error


def _bomb() -> FileError:
    zh, en = "压缩包展开后过大,疑似炸弹文件", "the archive unpacks to too much"
    return FileError("E_FILE_BOMB", zh, en)


def _broken() -> FileError:
    hint = "请用表格软件重新打开并另存为 .xlsx"
    zh, en = "文件已损坏,无法读取", "the file is broken"
    return FileError("E_FILE_BROKEN", zh, en, hint, "open it in a spreadsheet, save as .xlsx")


def _inspect_member(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> frozenset[tuple[int, int]]:
    empty: set[tuple[int, int]] = set()
    is_sheet = member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")
    is_xml = member.filename.endswith((".xml", ".rels", ".vml"))
    unpacked, carried = 0, b""
    with packed.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            unpacked += len(chunk)
            large = unpacked > RATIO_FROM_BYTES
            if large and unpacked > RATIO_MAX * max(1, member.compress_size):
                raise _bomb()
            if is_xml and unpacked == len(chunk) and _has_entities(chunk):
                zh, en = "文件含有XML实体定义,已拒绝", "the file defines XML entities"
                raise FileError("E_FILE_ENTITIES", zh, en)
            if is_sheet:
                carried = _note_empty_formulas(carried + chunk, empty)
    return frozenset(empty)


def _has_entities(chunk: bytes) -> bool:
    return b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk


def _note_empty_formulas(text: bytes, empty: set[tuple[int, int]]) -> bytes:
    """Collect formulas without a stored value; returns the tail that the next chunk completes."""
    cut = text.rfind(b"</row>")
    body, tail = (text[:cut], text[cut:]) if cut >= 0 else (b"", text)
    if b"<f" in body:
        for found in _EMPTY_FORMULA.finditer(body):
            empty.add((int(found[2]) - 1, _column_index(found[1].decode())))
    if b't="e"' in body:
        for found in _ERROR_CELL.finditer(body):
            empty.add((int(found[2]) - 1, _column_index(found[1].decode())))
    return tail[-4 * _CHUNK :]


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _by_sheet_name(
    packed: zipfile.ZipFile, found: dict[str, frozenset[tuple[int, int]]]
) -> dict[str, frozenset[tuple[int, int]]]:
    if not any(found.values()):
        return {}
    names = set(packed.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    rels = packed.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    book = packed.read("xl/workbook.xml").decode("utf-8", "replace")
    targets: dict[str, str] = {}
    for tag in re.findall(r"<Relationship\b[^>]*>", rels):
        key, target = re.search(r'\bId="([^"]*)"', tag), re.search(r'\bTarget="([^"]*)"', tag)
        if key and target:
            targets[key[1]] = "xl/" + target[1].removeprefix("/xl/")
    sheets: dict[str, frozenset[tuple[int, int]]] = {}
    for tag in re.findall(r"<sheet\b[^>]*>", book):
        name, key = re.search(r'\bname="([^"]*)"', tag), re.search(r'\br:id="([^"]*)"', tag)
        if name and key:
            sheets[name[1]] = found.get(targets.get(key[1], ""), frozenset())
    return sheets


def _read_book(data: bytes, uncalculated: dict[str, frozenset[tuple[int, int]]]) -> list[Sheet]:
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        visible = [
            meta.name
            for meta in book.sheets_metadata
            if meta.visible == calamine.SheetVisibleEnum.Visible
            and meta.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        return [_open_sheet(book, name, uncalculated.get(name, frozenset())) for name in visible]
    except calamine.PasswordError as error:
        hint = "请在表格软件中取消密码后另存"
        zh, en = "文件有密码保护", "the file is protected by a password"
        raise FileError("E_FILE_PASSWORD", zh, en, hint, "remove the password") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise _broken() from error
    except BaseException as error:
        # The reader is Rust: on bytes it did not foresee it panics past Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise _broken() from error


def _open_sheet(
    book: calamine.CalamineWorkbook, name: str, empty: frozenset[tuple[int, int]]
) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    end = sheet.end or (0, 0)
    _bound(end[0] + 1, end[1] + 1, name)
    return Sheet(name, sheet, tuple(sheet.merged_cell_ranges or ()), empty)


def _bound(height: int, width: int, name: str) -> None:
    if height > ROWS_MAX:
        zh = f"工作表“{name}”超过{ROWS_MAX}行,请拆分后再导入"
        raise FileError("E_FILE_ROWS", zh, f"more than {ROWS_MAX} rows; split the file")
    if width > COLUMNS_MAX:
        zh = f"工作表“{name}”超过{COLUMNS_MAX}列"
        raise FileError("E_FILE_COLUMNS", zh, f"more than {COLUMNS_MAX} columns")


def decode_text(data: bytes) -> str:
    """Text of a CSV file: UTF-8 or UTF-16 by mark, UTF-8 if it is valid, else GB18030."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encodings: tuple[str, ...] = ("utf-16",) if marked else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    zh, en = "无法识别文件编码,也不是已知的工作簿", "neither UTF-8 nor GBK text nor a workbook"
    hint = "请另存为 .xlsx,或以 UTF-8、GBK 编码保存 CSV"
    raise FileError("E_FILE_ENCODING", zh, en, hint, "save as .xlsx or as UTF-8 CSV")


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
