"""Versions out of the register's tables and back into them, many at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter, itemgetter
from typing import Any

import msgspec
from psycopg import sql

from eventstore.mapper import SELECTED
from eventstore.statements import statements
from projections.asof import POSITION_OPEN
from projections.entries import Entry, entry_of_row
from projections.projection import Cursor
from projections.register.versions import DAY_OPEN, Values, Version
from projections.writing import copy_rows, text_array

SQL = statements("projections.register", "statements.sql")
_CLOCKS = (
    "event_position",
    "effective_from",
    "effective_to",
    "position_from",
    "position_to",
    "closed_by",
)


class Table(msgspec.Struct, frozen=True):
    """One of the two versioned tables: its name and the columns that hold its values."""

    name: str
    columns: tuple[str, ...]

    @property
    def _all(self) -> sql.Composed:
        names = ("asset_id", "card_no", *self.columns, *_CLOCKS)
        return sql.SQL(", ").join(map(sql.Identifier, names))

    def current(self, cur: Cursor, asset_ids: Sequence[str], *, whole: bool) -> list[Version]:
        """The current slice of `asset_ids`: its open rows, or the `whole` of it."""
        statement = sql.SQL(
            "SELECT {columns} FROM {table} WHERE asset_id = ANY(%s::text[])"
            " AND position_to = 9223372036854775807 AND (%s OR effective_to = '9999-12-31')"
        ).format(columns=self._all, table=sql.Identifier(self.name))
        cur.execute(statement, (text_array(asset_ids), whole))
        return [self._version(row) for row in cur.fetchall()]

    def _version(self, row: Sequence[Any]) -> Version:
        width = len(self.columns)
        event, day, day_to, position, position_to, closed_by = row[width + 2 :]
        values = dict(zip(self.columns, row[2 : width + 2], strict=True))
        return Version(
            row[0], row[1], values, event, day, position, day_to, position_to, closed_by, True
        )

    def write(self, cur: Cursor, rows: Iterable[Version]) -> None:
        """Give touched rows their ends, then add the new ones."""
        rows = list(rows)
        self._close(cur, [row for row in rows if row.stored and row.touched])
        self._add(cur, [row for row in rows if not row.stored])

    def _close(self, cur: Cursor, rows: list[Version]) -> None:
        if not rows:
            return
        statement = sql.SQL(SQL["close"]).format(table=sql.Identifier(self.name))
        keys = [
            [getattr(row, name) for row in rows]
            for name in (
                "asset_id",
                "card_no",
                "position_from",
                "effective_from",
                "effective_to",
                "position_to",
                "closed_by",
            )
        ]
        cur.execute(statement, keys)

    def _add(self, cur: Cursor, rows: list[Version]) -> None:
        if not rows:
            return
        values_of = itemgetter(*self.columns)
        clocks_of = attrgetter(*_CLOCKS)
        written = [
            (row.asset_id, row.card_no, *values_of(_written(row.values)), *clocks_of(row))
            for row in rows
        ]
        copy_rows(cur, self.name, written, ("asset_id", "card_no", *self.columns, *_CLOCKS))


def _written(values: Values) -> Values:
    # Rows with lists are written one by one, which is slow; overlays are plain words.
    overlays = values.get("overlays")
    if overlays is None:
        return values
    return values | {"overlays": "{" + ",".join(overlays) + "}"}


def events_of(cur: Cursor, asset_ids: Sequence[str], last: int) -> dict[str, list[Entry]]:
    """All facts of `asset_ids` up to position `last`, in order."""
    statement = sql.SQL(SQL["events_of"]).format(columns=sql.SQL(SELECTED))
    cur.execute(statement, {"asset_ids": list(asset_ids), "last": last})
    found: dict[str, list[Entry]] = {}
    for row in cur.fetchall():
        entry = entry_of_row(row)
        if entry.asset_id is not None:
            found.setdefault(entry.asset_id, []).append(entry)
    return found


def is_open(row: Version) -> bool:
    """Tell whether `row` belongs to what stands now."""
    return row.effective_to == DAY_OPEN and row.position_to == POSITION_OPEN


def count(cur: Cursor, before: Iterable[Version], after: Iterable[Version]) -> None:
    """Move the tally from the open rows `before` to the open rows `after`."""
    moved: Counter[tuple[str, str]] = Counter()
    for row in before:
        moved[row.values["unit_id"], row.values["state"]] -= 1
    for row in after:
        moved[row.values["unit_id"], row.values["state"]] += 1
    changes = [(*key, pieces) for key, pieces in sorted(moved.items()) if pieces]
    if changes:
        cur.execute(SQL["count"], [list(column) for column in zip(*changes, strict=True)])
        cur.execute(SQL["tidy"])
