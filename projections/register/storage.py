"""Versions out of the register's tables and back into them, many at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, Generic

import msgspec
from psycopg import sql

from eventstore.statements import statements
from projections.asof import POSITION_OPEN
from projections.entries import SELECTED, Entry, entry_of_row
from projections.projection import Cursor
from projections.register.holdings import Holding
from projections.register.versions import DAY_OPEN, Values, Version
from projections.writing import array, copy_rows, text_array

SQL = statements("projections.register", "statements.sql")
_KEYS = ("asset_id", "card_no")
_CLOCKS = (
    "event_position",
    "effective_from",
    "effective_to",
    "position_from",
    "position_to",
    "closed_by",
)
_key_of, _clocks_of = attrgetter(*_KEYS), attrgetter(*_CLOCKS)
_end_of = attrgetter(
    *_KEYS, "position_from", "effective_from", "effective_to", "position_to", "closed_by"
)


class Table(msgspec.Struct, Generic[Values], frozen=True):
    """One of the two versioned tables: its name and the Struct of what a version says."""

    name: str
    values: type[Values]

    @property
    def _columns(self) -> tuple[str, ...]:
        return *_KEYS, *_CLOCKS, *self.values.__struct_fields__

    def current(
        self, cur: Cursor, asset_ids: Sequence[str], *, whole: bool
    ) -> list[Version[Values]]:
        """The current slice of `asset_ids`: its open rows, or the `whole` of it."""
        statement = sql.SQL(SQL["current"]).format(
            columns=sql.SQL(", ").join(map(_selected, self._columns)),
            table=sql.Identifier(self.name),
        )
        cur.execute(statement, (text_array(asset_ids), whole))
        return [self._version(row) for row in cur.fetchall()]

    def _version(self, row: Sequence[Any]) -> Version[Values]:
        asset_id, card_no, event, day, day_to, position, position_to, closed_by, *said = row
        values = self.values(*said)
        return Version(
            asset_id, card_no, values, event, day, position, day_to, position_to, closed_by, True
        )

    def write(self, cur: Cursor, rows: Iterable[Version[Values]]) -> None:
        """Give touched rows their ends, then add the new ones."""
        rows = list(rows)
        self._close(cur, [row for row in rows if row.stored and row.touched])
        self._add(cur, [row for row in rows if not row.stored])

    def _close(self, cur: Cursor, rows: list[Version[Values]]) -> None:
        if not rows:
            return
        statement = sql.SQL(SQL["close"]).format(table=sql.Identifier(self.name))
        assets, cards, *clocks = zip(*map(_end_of, rows), strict=True)
        cur.execute(statement, [text_array(assets), text_array(cards), *map(array, clocks)])

    def _add(self, cur: Cursor, rows: list[Version[Values]]) -> None:
        said = msgspec.structs.astuple
        written = [(*_key_of(row), *_clocks_of(row), *said(row.values)) for row in rows]
        copy_rows(cur, self.name, written, self._columns)


def _selected(name: str) -> sql.Composable:
    column = sql.Identifier(name)
    # A holding knows its overlays as the literal of their array.
    return sql.SQL("{}::text").format(column) if name == "overlays" else column


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


def is_open(row: Version[Values]) -> bool:
    """Tell whether `row` belongs to what stands now."""
    return row.position_to == POSITION_OPEN and row.effective_to == DAY_OPEN


def count(
    cur: Cursor, before: Iterable[Version[Holding]], after: Iterable[Version[Holding]]
) -> None:
    """Move the tally from the open rows `before` to the open rows `after`."""
    moved = Counter(map(_place, after))
    moved.subtract(map(_place, before))
    changes = [(*key, pieces) for key, pieces in sorted(moved.items()) if pieces]
    if changes:
        units, states, pieces = zip(*changes, strict=True)
        cur.execute(SQL["count"], [text_array(units), text_array(states), array(pieces)])
        cur.execute(SQL["tidy"])


def _place(row: Version[Holding]) -> tuple[str, str]:
    return row.values.unit_id, row.values.state
