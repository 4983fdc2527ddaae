"""A database with an empty log and no read models, and engines over stories written into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest

from projections.engine import Engine
from projections.projection import Projection, schema_of
from tests.projections.stories import ListLog, Story, record


@pytest.fixture
def emptied(database: Any) -> Iterator[Any]:
    """The database with an empty log and no read models."""
    forget(database)
    yield database
    forget(database)


def forget(database: Any) -> None:
    """Empty the log as only a superuser can, and drop the read models."""
    with psycopg.connect(database.admin_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for table in ("append_only", "append_only_truncate"):
            connection.execute(f"ALTER TABLE ledger.events DISABLE TRIGGER {table}")
        connection.execute("TRUNCATE ledger.events")
        for table in ("append_only", "append_only_truncate"):
            connection.execute(f"ALTER TABLE ledger.events ENABLE ALWAYS TRIGGER {table}")
        rows = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'p\\_%' OR nspname = 'projections'"
        ).fetchall()
        for (schema,) in rows:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


def engine_over(
    database: Any, story: Story, projections: Sequence[Projection], batch: int = 5000
) -> Engine:
    """An engine whose projections have taken in `story`, `batch` events at a time."""
    record(database.app_url, story.events)
    log = ListLog(story.events)
    log.head_at = 0
    engine = Engine(
        database.app_url, log, projections, migrate_url=database.migrate_url, batch=batch
    )
    engine.install()
    log.head_at = len(story.events)
    engine.catch_up()
    assert {status.error for status in engine.status()} == {None}
    return engine


def rows_of(database: Any, projection: str) -> dict[str, list[Any]]:
    """All rows of the tables of `projection`."""
    schema = schema_of(projection)
    with psycopg.connect(database.admin_url) as connection:
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,)
        ).fetchall()
        return {
            name: sorted(connection.execute(f"SELECT t::text FROM {schema}.{name} AS t").fetchall())
            for (name,) in names
        }
