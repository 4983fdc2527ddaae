"""One batch into one projection: fold and position in one transaction, by compare and swap."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from eventstore.statements import statements
from projections.entries import Entry
from projections.projection import Cursor, Projection, schema_of

Connection = psycopg.Connection[Any]
SQL = statements("projections", "statements.sql")
SELDOM = 500_000
"""Objects that a batch or two leave behind, between two searches for garbage."""


class OvertakenError(Exception):
    """Another process has moved this projection; nothing was written."""


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Search for circular garbage seldom: folds make none, and looking takes a fifth of them."""
    usual = gc.get_threshold()
    gc.set_threshold(SELDOM, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def enter(cur: Cursor, name: str, *, building: bool) -> None:
    """Let unqualified names mean the projection's own tables until the transaction ends."""
    schema = sql.Identifier(schema_of(name, building=building))
    cur.execute(sql.SQL("SET LOCAL search_path = {}, public").format(schema))


def fold_batch(
    connection: Connection,
    projection: Projection,
    batch: Sequence[Entry],
    old: int,
    *,
    building: bool = False,
) -> int:
    """Fold `batch` on top of position `old`; the new position.

    Raises `OvertakenError` when the tables no longer stand at `old`.
    """
    new = batch[-1].position
    place = {"name": projection.name, "building": building, "old": old, "new": new}
    try:
        with connection.transaction(), connection.cursor() as cur:
            enter(cur, projection.name, building=building)
            # First of all, so that two processes never fold the same events side by side.
            if cur.execute(SQL["move"], place).rowcount == 0:
                raise OvertakenError(projection.name)
            projection.fold(cur, batch)
    except BaseException:
        projection.reset()
        raise
    return new


def position_of(connection: Connection, name: str, *, building: bool = False) -> int | None:
    """The position of a set of tables, its row locked; None when there are no such tables."""
    place = {"name": name, "building": building}
    row = connection.execute(SQL["position_locked"], place).fetchone()
    return None if row is None else int(row[0])
