"""How the directory's tables are made and asked."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from eventstore.connection import OWNER, session_url
from eventstore.migrate import apply_migrations
from eventstore.statements import statements

Pool = ConnectionPool[psycopg.Connection[DictRow]]

SQL = statements("api.directory", "statements.sql")


def migrate_directory(migrate_url: str) -> list[str]:
    """Bring the schema `directory` up to date; the names of what was applied now."""
    with psycopg.connect(session_url(migrate_url, OWNER), autocommit=True) as connection:
        folder = files("api.directory") / "schema"
        return apply_migrations(connection, folder, area="directory")


def open_pool(url: str, *, size: int) -> Pool:
    """The one pool of sessions that pages and the API share; rows come as dicts."""
    return ConnectionPool(
        url, min_size=1, max_size=size, open=True, timeout=10.0,
        kwargs={"row_factory": dict_row}, name="taizhang",
    )  # fmt: skip


def run(pool: Pool, name: str, **values: Any) -> list[DictRow]:
    """Run the named statement in a transaction of its own; its rows, if it gives any."""
    with pool.connection() as connection:
        cur = connection.execute(SQL[name], values)
        return cur.fetchall() if cur.description else []
