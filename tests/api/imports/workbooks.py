"""Makes small workbooks as offices send them: .xlsx, .xls by hand, .csv in any encoding."""

from __future__ import annotations

import csv
import io
import struct
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from api.imports.rehearsal import Rehearsal, rehearse

DATA = Path(__file__).parents[2] / "data"
OPENING = date(2026, 1, 1)
TODAY = date(2026, 11, 22)

HEADING = ["资产编号", "资产名称", "资产分类代码", "价值", "取得日期"]
DESK = ["Z-0001", "办公桌", "A05010201", "1500.00", "2020-05-06"]
LAPTOP = ["Z-0002", "便携式计算机", "A02010108", "6000.00", "2024-03-01"]

Rows = Sequence[Sequence[Any]]


def xlsx(rows: Rows, merges: Sequence[str] = ()) -> bytes:
    """A workbook of one sheet; text beginning with = becomes a formula without a value."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(list(row))
    for span in merges:
        page.merge_cells(span)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def text_csv(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A CSV file in the encoding."""
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=delimiter).writerows(rows)
    return held.getvalue().encode(encoding)


class OldBook:
    """Cells of an .xls file that no plain value stands for."""

    def __init__(self, code: int, *, formula: bool) -> None:
        self.code, self.formula = code, formula

    @classmethod
    def error(cls, code: int) -> OldBook:
        """An error value such as 0x2A, #N/A."""
        return cls(code, formula=False)

    @classmethod
    def formula_error(cls, code: int) -> OldBook:
        """A formula whose result is an error."""
        return cls(code, formula=True)

    def record(self, place: bytes) -> bytes:
        """The BIFF record of the cell."""
        if not self.formula:
            return _record(0x0205, place + bytes([self.code, 1]))
        result = struct.pack("<BBBBBBH", 2, 0, self.code, 0, 0, 0, 0xFFFF)
        tokens = b"\x1c" + bytes([self.code])
        return _record(0x0006, place + result + struct.pack("<HIH", 0, 0, len(tokens)) + tokens)


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _biff_cell(row: int, column: int, value: Any) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, OldBook):
        return value.record(place)
    if isinstance(value, (int, float)):
        return _record(0x0203, place + struct.pack("<d", value))
    text = str(value).encode("utf-16-le")
    return _record(0x0204, place + struct.pack("<HB", len(str(value)), 1) + text)


def _biff(rows: Rows, before: bytes, after: bytes, name: str = "Sheet1") -> bytes:
    """A BIFF8 stream with one sheet; records `before` in the book, `after` behind the cells."""
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    sheet_begin = struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)
    lead = _record(0x0809, begin) + before + _record(0x0042, struct.pack("<H", 1200))
    lead += _record(0x00E0, bytes(20))
    title = name.encode("utf-16-le")
    bound = struct.pack("<BB", len(name), 1) + title
    offset = len(lead) + 4 + 6 + len(bound) + 4
    lead += _record(0x0085, struct.pack("<IBB", offset, 0, 0) + bound) + _record(0x000A, b"")
    cells = b"".join(
        _biff_cell(at, column, value)
        for at, row in enumerate(rows)
        for column, value in enumerate(row)
        if value not in (None, "")
    )
    return lead + _record(0x0809, sheet_begin) + cells + after + _record(0x000A, b"")


def xls(
    rows: Rows,
    *,
    password: bool = False,
    epoch_1904: bool = False,
    hidden_rows: Sequence[int] = (),
    merges: Sequence[tuple[int, int, int, int]] = (),
) -> bytes:
    """An .xls file; merges are first row, last row, first column, last column from 0."""
    before = _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) if password else b""
    before += _record(0x0022, struct.pack("<H", int(epoch_1904)))
    spans = b"".join(struct.pack("<HHHH", *span) for span in merges)
    after = _record(0x00E5, struct.pack("<H", len(merges)) + spans) if merges else b""
    for row in hidden_rows:
        after += _record(0x0208, struct.pack("<HHHHHHI", row, 0, 9, 255, 0, 0, 0x20))
    return compound_file({"Workbook": _biff(rows, before, after)})


_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound_file(streams: dict[str, bytes]) -> bytes:
    """A compound file (OLE) with these streams; short ones go where short ones are kept."""
    sectors, table = [b""], [_TABLE]
    short, short_table = b"", list[int]()
    entries: list[tuple[str, int, int]] = []
    for name, content in streams.items():
        if len(content) >= 4096:
            entries.append((name, _chained(content, sectors, table, 512), len(content)))
            continue
        blocks: list[bytes] = []
        own: list[int] = []
        _chained(content, blocks, own, 64)
        first = len(short_table)
        entries.append((name, first, len(content)))
        short_table += [one if one == _END else one + first for one in own]
        short += b"".join(blocks)
    root = _chained(short, sectors, table, 512) if short else _END
    links = struct.pack(f"<{len(short_table)}I", *short_table)
    links += b"\xff" * (-len(links) % 512)
    link_start = _chained(links, sectors, table, 512) if links else _END
    directory = _entry("Root Entry", 5, 1, root, len(short))
    for number, (name, start, length) in enumerate(entries, 2):
        right = number if number <= len(entries) else -1
        directory += _entry(name, 2, -1, start, length, right)
    directory_start = _chained(directory, sectors, table, 512)
    assert len(table) <= 128, "one sector of the table must do"
    sectors[0] = struct.pack("<128I", *table, *[_FREE] * (128 - len(table)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, directory_start, 0, 4096, link_start,
                          len(links) // 512, _END, 0)  # fmt: skip
    return header + struct.pack("<109I", 0, *[_FREE] * 108) + b"".join(sectors)


def _chained(content: bytes, sectors: list[bytes], table: list[int], size: int) -> int:
    """Lay `content` down sector by sector; the first one's number."""
    start, count = len(sectors), -(-len(content) // size)
    for at in range(count):
        sectors.append(content[at * size : (at + 1) * size].ljust(size, b"\0"))
        table.append(start + at + 1 if at + 1 < count else _END)
    return start


def _entry(name: str, kind: int, child: int, start: int, size: int, right: int = -1) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    body = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    body += struct.pack("<iii", -1, right, child) + bytes(36)
    return body + struct.pack("<IQ", start, size)


def rehearsed(data: bytes, filename: str = "cards.xlsx", **more: Any) -> Rehearsal:
    """The file rehearsed at the usual days."""
    return rehearse(data, filename, "unit-1", OPENING, today=TODAY, **more)


def sample(name: str) -> Rehearsal:
    """One of the three sample files rehearsed."""
    return rehearsed((DATA / name).read_bytes(), name)


def places(found: Rehearsal) -> list[tuple[int, str, str]]:
    """Row, column heading and code of every error."""
    return [(error.row, error.column_heading, error.code) for error in found.errors]
