"""Numbered SQL files brought into a database once each, in order, with checksums.

A folder of files `0001_what.sql` is an area (`eventstore`, later each projection). A file that
was applied may never change; mistakes are corrected by the next number.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from eventstore.connection import OWNER, session_url
from eventstore.errors import MigrationChanged

_FILE_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")

# Made before the first migration, so it cannot be one.
_BOOKKEEPING: Final = """
CREATE SCHEMA IF NOT EXISTS ledger;
CREATE TABLE IF NOT EXISTS ledger.migrations (
    area text NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (area, number)
);
"""


@dataclass(frozen=True)
class Migration:
    """One file: its number, name, text and the SHA-256 of its bytes."""

    number: int
    name: str
    text: str
    sha256: str


def create_database(admin_url: str, database: str) -> None:
    """Make the roles of design 4.8 and an empty `database` of the owner, where missing.

    Its texts stand in the order of code points, and Chinese letters count as letters.
    `admin_url` is a superuser's; the database itself may be missing still.
    """
    url = psycopg.conninfo.make_conninfo(admin_url, dbname="postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        roles = (files("eventstore") / "roles.sql").read_text(encoding="utf-8")
        connection.execute(roles)
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", (database,))
        if known.rowcount == 0:
            name = sql.Identifier(database)
            connection.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER taizhang_owner TEMPLATE template0"
                    " ENCODING 'UTF8' LOCALE 'C.UTF-8'"
                ).format(name)
            )
            close_database(connection, database)


def close_database(connection: psycopg.Connection, database: str) -> None:
    """Let only the product's roles into `database`; the projector may use temporary tables."""
    for statement in (
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC"),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO taizhang_login, taizhang_migrator"),
        sql.SQL("GRANT TEMPORARY ON DATABASE {} TO taizhang_projector"),
    ):
        connection.execute(statement.format(sql.Identifier(database)))


def migrate_log(migrate_url: str) -> list[str]:
    """Bring the log's schema up to date; the names of what was applied now."""
    with psycopg.connect(session_url(migrate_url, OWNER), autocommit=True) as connection:
        return apply_migrations(connection, files("eventstore") / "schema", area="eventstore")


def apply_migrations(
    connection: psycopg.Connection, folder: Traversable | Path, *, area: str
) -> list[str]:
    """Apply what `folder` holds and `area` has not seen, all in one transaction.

    `connection` acts as the owner. Raises MigrationChanged when an applied file differs.
    """
    migrations = read_migrations(folder)
    with connection.transaction():
        # Two programs that start at once take turns; the second finds nothing to do.
        connection.execute("SELECT pg_advisory_xact_lock(7782, 2)")
        connection.execute(_BOOKKEEPING)
        applied = _applied(connection, area)
        _check_unchanged(area, migrations, applied)
        missing = [migration for migration in migrations if migration.number not in applied]
        for migration in missing:
            connection.execute(migration.text)
            connection.execute(
                "INSERT INTO ledger.migrations (area, number, name, sha256)"
                " VALUES (%s, %s, %s, %s)",
                (area, migration.number, migration.name, migration.sha256),
            )
    return [migration.name for migration in missing]


def read_migrations(folder: Traversable | Path) -> list[Migration]:
    """The migrations of `folder` by number; numbers run 1, 2, 3 …, without gap or double."""
    found: list[Migration] = []
    for file in folder.iterdir():
        match = _FILE_NAME.match(file.name)
        if match:
            content = file.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            found.append(Migration(int(match[1]), file.name, content.decode("utf-8"), digest))
    found.sort(key=lambda migration: migration.number)
    numbers = [migration.number for migration in found]
    if numbers != list(range(1, len(found) + 1)):
        raise ValueError(f"migrations of {folder} are not numbered 1 to n: {numbers}")
    return found


def _applied(connection: psycopg.Connection, area: str) -> dict[int, tuple[str, str]]:
    rows = connection.execute(
        "SELECT number, name, sha256 FROM ledger.migrations WHERE area = %s", (area,)
    )
    return {number: (name, digest) for number, name, digest in rows}


def _check_unchanged(
    area: str, migrations: list[Migration], applied: dict[int, tuple[str, str]]
) -> None:
    present = {migration.number: migration.sha256 for migration in migrations}
    for number, (name, digest) in sorted(applied.items()):
        if present.get(number) != digest:
            raise MigrationChanged(area, name)
