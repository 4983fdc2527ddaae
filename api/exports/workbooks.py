"""Tables as workbooks, written row by row so that memory stays flat however long they are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any, Final

import xlsxwriter

from api.exports.columns import Cell, Column
from api.exports.csv_files import FORMULA_STARTS
from api.exports.export import CHUNK_BYTES, Lang
from domain.money import DIGITS_MAX
from projections.queries import Row

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_ROWS_MAX: Final = 1_000_000
"""Rows of one sheet; Excel ends at 1,048,576. What is more goes on in a further sheet."""
_COUNT_BEYOND: Final = 10**DIGITS_MAX
_MONEY_BEYOND: Final = 10 ** (DIGITS_MAX - 2)
CELL_LENGTH_MAX: Final = 32_767
_FIRST_YEAR: Final = 1900
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}

Notes = Sequence[tuple[str, str]]
"""Lines above the table: what is said, and its value."""


def workbook_chunks(
    title: str,
    notes: Notes,
    columns: Sequence[Column],
    rows: Iterable[Row],
    lang: Lang,
    sheet_rows: int = SHEET_ROWS_MAX,
) -> Iterator[bytes]:
    """The workbook as bytes; it is complete on disk before the first of them leaves."""
    with tempfile.TemporaryFile() as file:
        with xlsxwriter.Workbook(file, _OPTIONS) as book:
            _Sheets(book, title, notes, columns, lang, sheet_rows).write(rows)
        file.seek(0)
        yield from _chunks(file)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


class _Sheets:
    """The sheets of one workbook, each with title, notes and frozen headings."""

    def __init__(
        self,
        book: Any,
        title: str,
        notes: Notes,
        columns: Sequence[Column],
        lang: Lang,
        sheet_rows: int,
    ) -> None:
        self._book = book
        self._title = title
        self._notes = notes
        self._columns = columns
        self._lang = lang
        self._sheet_rows = sheet_rows
        self._head = book.add_format({"bold": True, "bg_color": "#E7EEF4", "text_wrap": True})
        self._big = book.add_format({"bold": True, "font_size": 14})
        self._formats = {
            "money": book.add_format({"num_format": "#,##0.00"}),
            "quantity": book.add_format({"num_format": "0.##"}),
            "count": book.add_format({"num_format": "0"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "text": book.add_format({"num_format": "@"}),
            # The mark that a person sets with a leading apostrophe: never a formula.
            "guarded": book.add_format({"num_format": "@", "quote_prefix": True}),
        }

    def write(self, rows: Iterable[Row]) -> None:
        """Write everything; an empty table still has its headings."""
        sheet, line = self._begun(1)
        number, written = 1, 0
        for row in rows:
            if written == self._sheet_rows:
                self._ended(sheet, line)
                number, written = number + 1, 0
                sheet, line = self._begun(number)
            for place, column in enumerate(self._columns):
                self._put(sheet, line, place, column, column.cell(row, self._lang))
            line, written = line + 1, written + 1
        self._ended(sheet, line)

    def _begun(self, number: int) -> tuple[Any, int]:
        name = self._title[:25] if number == 1 else f"{self._title[:25]} {number}"
        sheet = self._book.add_worksheet(name)
        for place, column in enumerate(self._columns):
            sheet.set_column(place, place, column.width)
        sheet.write_string(0, 0, self._title, self._big)
        for line, (said, value) in enumerate(self._notes, start=1):
            sheet.write_string(line, 0, said)
            sheet.write_string(line, 1, value)
        head = self._head_line
        for place, column in enumerate(self._columns):
            sheet.write_string(head, place, column.heading(self._lang), self._head)
        sheet.freeze_panes(head + 1, min(2, len(self._columns)))
        sheet.repeat_rows(head)
        return sheet, head + 1

    @property
    def _head_line(self) -> int:
        return len(self._notes) + 1

    def _ended(self, sheet: Any, line: int) -> None:
        if line > self._head_line + 1:
            sheet.autofilter(self._head_line, 0, line - 1, len(self._columns) - 1)

    def _put(self, sheet: Any, line: int, place: int, column: Column, cell: Cell) -> None:
        match cell:
            case None:
                return
            case Decimal() | int() if _fits(cell):
                sheet.write_number(line, place, cell, self._formats[column.kind])
            case date() if cell.year >= _FIRST_YEAR:
                sheet.write_datetime(line, place, cell, self._formats["date"])
            case _:
                text = cell.isoformat() if isinstance(cell, date) else str(cell)
                kind = "guarded" if text.startswith(FORMULA_STARTS) else "text"
                sheet.write_string(line, place, text[:CELL_LENGTH_MAX], self._formats[kind])


def _fits(number: Decimal | int) -> bool:
    """Whether a spreadsheet keeps every digit; a Decimal here has at most two decimals."""
    limit = _MONEY_BEYOND if isinstance(number, Decimal) else _COUNT_BEYOND
    return bool(-limit < number < limit)
