"""The clerk's own sheet given back, with a column that says what is wrong and red cells."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import xlsxwriter

from api.imports.reading import Cell, Sheet, read_sheets
from api.imports.refusals import RowError
from api.imports.rehearsal import Rehearsal
from domain.money import DIGITS_MAX

REASON = "错误原因"
WARNINGS_MAX = 20_000
_WARNING_HEADINGS = ("行", "列", "列名", "内容", "提示", "代码")


def errors_book(file_bytes: bytes, filename: str, rehearsal: Rehearsal) -> bytes:
    """An .xlsx copy of the rehearsed sheet: same rows, errors behind them, warnings apart."""
    sheet = _sheet_named(read_sheets(file_bytes, filename), rehearsal.sheet)
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"constant_memory": True, "in_memory": False})
    formats = {
        "plain": book.add_format(),
        "red": book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"}),
        "reason": book.add_format({"font_color": "#9C0006", "text_wrap": True}),
        "bold": book.add_format({"bold": True}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "red_day": book.add_format({"num_format": "yyyy-mm-dd", "bg_color": "#FFC7CE"}),
    }
    _copy(book.add_worksheet(rehearsal.sheet[:31] or "Sheet1"), sheet, rehearsal, formats)
    _list_warnings(book.add_worksheet("提示"), rehearsal.warnings, formats)
    book.close()
    return held.getvalue()


def _sheet_named(sheets: list[Sheet], name: str) -> Sheet:
    return next(sheet for sheet in sheets if sheet.name == name)


def _copy(page: Any, sheet: Sheet, rehearsal: Rehearsal, formats: dict[str, Any]) -> None:
    by_row: dict[int, list[RowError]] = {}
    for error in rehearsal.errors:
        by_row.setdefault(error.row, []).append(error)
    width = max((len(row) for row in sheet.rows()), default=0)
    letters = {column.letter: column.index for column in rehearsal.mapping.columns}
    page.set_column(width, width, 60)
    heading = rehearsal.layout.header_row
    for number, row in enumerate(sheet.rows(), 1):
        errors = by_row.get(number, [])
        red = {letters[error.column_letter] for error in errors if error.column_letter in letters}
        for index in range(max(len(row), max(red, default=-1) + 1)):
            cell = row[index] if index < len(row) else None
            _write(page, number - 1, index, cell, formats, index in red)
        if number == heading:
            page.write_string(number - 1, width, REASON, formats["bold"])
        elif errors:
            said = ";".join(f"{error.column_heading}:{error.zh}" for error in errors)
            page.write_string(number - 1, width, said, formats["reason"])


def _write(
    page: Any, row: int, column: int, cell: Cell, formats: dict[str, Any], red: bool
) -> None:
    """Write a value as what it is; text is never written in a way that it becomes a formula."""
    style = formats["red" if red else "plain"]
    if cell is None or cell == "":
        if red:
            page.write_blank(row, column, None, style)
    elif isinstance(cell, (date, datetime)):
        page.write_datetime(row, column, cell, formats["red_day" if red else "day"])
    elif isinstance(cell, (float, int)) and abs(cell) < 10**DIGITS_MAX:
        page.write_number(row, column, cell, style)
    else:
        page.write_string(row, column, str(cell)[:32_767], style)


def _list_warnings(page: Any, warnings: list[RowError], formats: dict[str, Any]) -> None:
    for column, heading in enumerate(_WARNING_HEADINGS):
        page.write_string(0, column, heading, formats["bold"])
    for at, one in enumerate(warnings[:WARNINGS_MAX], 1):
        page.write_number(at, 0, one.row)
        said = (one.column_letter, one.column_heading, one.value, one.zh, one.code)
        for column, text in enumerate(said, 1):
            page.write_string(at, column, text)
