"""What a sheet says beside its values, whatever kind of workbook it stands in."""

from __future__ import annotations

import msgspec


class SheetFacts(msgspec.Struct):
    """Facts of one sheet; rows and columns are counted from 0, `rows` and `columns` are sizes.

    `valueless` cells hold a formula without a stored result or an error value like #REF!: a
    reader of values alone would take them for blank.
    """

    valueless: set[tuple[int, int]] = msgspec.field(default_factory=set)
    hidden_rows: set[int] = msgspec.field(default_factory=set)
    rows: int = 0
    columns: int = 0
    cells_max: int = 0
    """No more cells than this hold a value."""

    def reach(self, row: int, column: int) -> None:
        """Note that a cell stands there."""
        self.rows, self.columns = max(self.rows, row + 1), max(self.columns, column + 1)
