"""A source over one database session, whose snapshot stands still while the file is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from api.exports.export import Lang, ReadLog, Source
from projections.queries import ask


@contextmanager
def open_source(
    connection: psycopg.Connection[Any],
    read_log: ReadLog,
    made_at: datetime,
    *,
    known_at: datetime | None = None,
    lang: Lang = "zh",
) -> Iterator[Source]:
    """Ask in one read-only transaction on one snapshot; keep it open until the last chunk.

    `connection` must not be within a transaction. Its settings are given back as they were.
    """
    before = connection.isolation_level, connection.read_only
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    try:
        with connection.transaction(), connection.cursor(row_factory=tuple_row) as cur:
            yield Source(
                ask=lambda name, params, as_of, scope: ask(cur, name, params, as_of, scope),
                read_log=read_log,
                made_at=made_at,
                known_at=known_at,
                lang=lang,
            )
    finally:
        # A lost session has nothing to give back.
        if not connection.closed:
            connection.isolation_level, connection.read_only = before
