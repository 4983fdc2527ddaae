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


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _biff_cell(row: int, column: int, value: Any) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, (int, float)):
        return _record(0x0203, place + struct.pack("<d", value))
    text = str(value).encode("utf-16-le")
    return _record(0x0204, place + struct.pack("<HB", len(str(value)), 1) + text)


def _biff(rows: Rows, name: str = "Sheet1") -> bytes:
    """A BIFF8 stream with one sheet of labels and numbers."""
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    sheet_begin = struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)
    lead = _record(0x0809, begin) + _record(0x0042, struct.pack("<H", 1200))
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
    return lead + _record(0x0809, sheet_begin) + cells + _record(0x000A, b"")


def xls(rows: Rows) -> bytes:
    """An .xls file: the stream above in a compound file of one table sector."""
    stream = _biff(rows)
    stream += bytes(max(0, 4096 - len(stream)))
    stream += bytes(-len(stream) % 512)
    sectors = len(stream) // 512
    assert sectors <= 120
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIII",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        4096,
        *([0xFFFFFFFE, 0, 0xFFFFFFFE, 0]),
    )
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    directory = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry(
        "Workbook", 2, -1, 2, len(stream)
    )
    return header + table + directory.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    body = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    return body + struct.pack("<iii", -1, -1, child) + bytes(36) + struct.pack("<IQ", start, size)


def rehearsed(data: bytes, filename: str = "cards.xlsx", **more: Any) -> Rehearsal:
    """The file rehearsed at the usual days."""
    return rehearse(data, filename, "unit-1", OPENING, today=TODAY, **more)


def sample(name: str) -> Rehearsal:
    """One of the three sample files rehearsed."""
    return rehearsed((DATA / name).read_bytes(), name)


def places(found: Rehearsal) -> list[tuple[int, str, str]]:
    """Row, column heading and code of every error."""
    return [(error.row, error.column_heading, error.code) for error in found.errors]
