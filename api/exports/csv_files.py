"""Tables as CSV: headings in the first line, cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from api.exports.columns import Cell, Column
from api.exports.export import Lang, encoded
from projections.queries import Row

MEDIA_TYPE: Final = "text/csv"
BYTE_ORDER_MARK: Final = "\ufeff"
FORMULA_STARTS: Final = tuple("=+-@\t\r\n＝＋－＠")
"""First signs of a formula, the full-width ones included: Excel reads these alike."""


def csv_chunks(
    columns: Sequence[Column], rows: Iterable[Row], lang: Lang, encoding: str
) -> Iterator[bytes]:
    """The table as bytes; UTF-8 begins with a byte order mark, which Excel needs."""
    return encoded(_lines(columns, rows, lang, encoding), encoding)


def _lines(
    columns: Sequence[Column], rows: Iterable[Row], lang: Lang, encoding: str
) -> Iterator[str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    if encoding == "utf-8":
        buffer.write(BYTE_ORDER_MARK)
    writer.writerow([column.heading(lang) for column in columns])
    for row in rows:
        writer.writerow([cell_text(column.cell(row, lang)) for column in columns])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def cell_text(cell: Cell) -> str:
    """A cell as text; a text that begins like a formula gets an apostrophe in front."""
    match cell:
        case None:
            return ""
        case Decimal():
            return f"{cell:f}"
        case date():
            return cell.isoformat()
        case str():
            return "'" + cell if cell.startswith(FORMULA_STARTS) else cell
    return str(cell)
