"""The read models of a story, folded by the real engine, and questions put to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
from psycopg import sql

from domain.envelope import Recorded
from eventstore.connection import OWNER, session_url
from eventstore.embedded import Urls
from projections.asof import EVERYTHING, AsOf, Scope
from projections.engine import Engine
from projections.projection import Projection
from projections.queries import QUERIES, Answer
from tests.projections.stories import ListLog

LATEST = 10**15
FAR = date(2099, 12, 31)


def fold(
    database: Urls,
    events: Sequence[Recorded],
    projections: Sequence[Projection],
    batch: int = 5000,
) -> None:
    """Fold `events` into fresh tables in batches of `batch`; fails where a fold fails."""
    forget(database, projections)
    log = ListLog(events)
    log.head_at = 0
    with Engine(
        database.app_url, log, projections, migrate_url=database.migrate_url, batch=batch
    ) as engine:
        engine.install()
        log.head_at = len(events)
        engine.catch_up()
        faults = [status.error for status in engine.status() if status.error]
        behind = [status.name for status in engine.status() if status.behind]

    assert faults == [], faults
    assert behind == []


def forget(database: Urls, projections: Sequence[Projection]) -> None:
    """Drop the tables of `projections`."""
    with psycopg.connect(session_url(database.migrate_url, OWNER), autocommit=True) as owner:
        for projection in projections:
            schema = sql.Identifier(f"p_{projection.name}")
            owner.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
        owner.execute("DROP TABLE IF EXISTS projections.position")


@contextmanager
def reading(database: Urls) -> Iterator[psycopg.Cursor[Any]]:
    """A cursor of the application."""
    with psycopg.connect(session_url(database.app_url, "taizhang_app")) as connection:
        yield connection.cursor()


def ask(
    database: Urls,
    name: str,
    on: str | date = FAR,
    at: int = LATEST,
    scope: Scope = EVERYTHING,
    **params: Any,
) -> Answer:
    """Answer a question as of `on`, known at position `at`."""
    day = date.fromisoformat(on) if isinstance(on, str) else on
    asked = QUERIES[name]
    with reading(database) as cur:
        return asked.answer(cur, asked.params(**params), AsOf(day, at), scope)


def rows(database: Urls, table: str) -> list[tuple[Any, ...]]:
    """Every row of a table, in one order."""
    with psycopg.connect(session_url(database.migrate_url, OWNER)) as owner:
        found = owner.execute(f"SELECT t::text FROM {table} t ORDER BY 1").fetchall()
    return [tuple(row) for row in found]
