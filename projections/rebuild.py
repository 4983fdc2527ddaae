"""A projection built again from the first event, beside the tables that readers use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

import msgspec
import psycopg
from psycopg import sql

from eventstore.connection import OWNER, PROJECTOR, session_url
from projections.entries import Entry, entries_of
from projections.folding import SQL, Connection, enter, fold_batch, position_of
from projections.projection import Log, Projection, schema_of, script

BATCH = 5000
FILLING = 8
"""So many times larger are the batches that fill empty tables: less is read and told again."""

_GRANTS = sql.SQL("""
    GRANT USAGE ON SCHEMA {schema} TO taizhang_app, taizhang_projector, taizhang_auditor;
    GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO taizhang_app, taizhang_auditor;
    GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO taizhang_projector;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO taizhang_projector;
""")


class Difference(msgspec.Struct, frozen=True):
    """Rows of one table that only the live tables, or only the rebuilt ones, hold."""

    table: str
    only_live: int
    only_rebuilt: int


class Builder:
    """Builds one projection beside, and swaps or compares it."""

    def __init__(self, url: str, migrate_url: str, log: Log, projection: Projection) -> None:
        self._url = session_url(url, PROJECTOR, application_name="taizhang-build")
        self._migrate_url = session_url(migrate_url, OWNER, application_name="taizhang-build")
        self._log = log
        # An instance of its own: the live one may hold rows in memory.
        self._projection = type(projection)()
        self._name = projection.name

    def rebuild(self) -> int:
        """Build beside and swap; the position that the new tables stand at."""
        with self._owner() as owner:
            self._create(owner)
            self._fold_to_head(self._ceiling(owner))
            self._finish(owner)
            return self._swap(owner)

    def create(self) -> None:
        """Make the live tables for the first time, without indexes: nobody reads them yet."""
        with self._owner() as owner, owner.transaction():
            self._create(owner)
            self._swap(owner)
            owner.execute(SQL["set_indexed"], {"name": self._name, "indexed": False})

    def index(self) -> None:
        """Give the live tables their indexes after the first filling."""
        with self._owner() as owner:
            with owner.transaction(), owner.cursor() as cur:
                self._script(cur, "indexes.sql", building=False)
                cur.execute(SQL["set_indexed"], {"name": self._name, "indexed": True})
            self._analyze(owner, schema_of(self._name))

    def verify(self) -> list[Difference]:
        """Build beside, compare row for row with the live tables, drop; the differences."""
        with self._owner() as owner:
            self._create(owner)
            # Up to here without stopping the live tables; the rest under their lock.
            with owner.transaction():
                live = position_of(owner, self._name) or 0
            self._fold_to_head(live)
            with owner.transaction():
                self._catch_up(owner, position_of(owner, self._name) or 0)
                differences = self._compare(owner)
            self._drop(owner)
        return differences

    def _owner(self) -> Connection:
        return psycopg.connect(self._migrate_url, autocommit=True)

    def _ceiling(self, owner: Connection) -> int | None:
        # What it reads from other projections must be there already.
        if not self._projection.depends_on:
            return None
        rows = owner.execute(SQL["positions"]).fetchall()
        stands = {row[0]: int(row[2]) for row in rows}
        return min(stands.get(name, 0) for name in self._projection.depends_on)

    def _create(self, owner: Connection) -> None:
        self._drop(owner)
        schema = sql.Identifier(schema_of(self._name, building=True))
        with owner.transaction(), owner.cursor() as cur:
            cur.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
            self._script(cur, "tables.sql", building=True)
            cur.execute(_GRANTS.format(schema=schema))
            cur.execute(
                SQL["begin"],
                {"name": self._name, "building": True, "version": self._projection.version},
            )

    def _script(self, cur: psycopg.Cursor[Any], filename: str, *, building: bool) -> None:
        text: LiteralString | None = script(self._projection.tables, filename)
        if text is not None:
            cur.execute("SET LOCAL maintenance_work_mem = '256MB'")
            enter(cur, self._name, building=building)
            cur.execute(text)

    def _fold_to_head(self, ceiling: int | None) -> None:
        position = 0
        with psycopg.connect(self._url, autocommit=True) as connection:
            while batch := self._read(position, ceiling):
                position = fold_batch(connection, self._projection, batch, position, building=True)

    def _read(self, after: int, ceiling: int | None) -> Sequence[Entry]:
        size = BATCH * FILLING
        limit = size if ceiling is None else min(size, ceiling - after)
        return entries_of(self._log.read(after, limit)) if limit > 0 else []

    def _finish(self, owner: Connection) -> None:
        with owner.transaction(), owner.cursor() as cur:
            self._script(cur, "indexes.sql", building=True)
        self._analyze(owner, schema_of(self._name, building=True))

    def _analyze(self, owner: Connection, schema: str) -> None:
        for table in _tables(owner, schema):
            owner.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(schema, table)))

    def _catch_up(self, owner: Connection, live: int) -> None:
        position = position_of(owner, self._name, building=True) or 0
        while batch := self._read(position, live):
            position = fold_batch(owner, self._projection, batch, position, building=True)

    def _swap(self, owner: Connection) -> int:
        """Bring the new tables to the live position under its lock, and rename."""
        old = sql.Identifier(schema_of(self._name))
        new = sql.Identifier(schema_of(self._name, building=True))
        name = {"name": self._name}
        with owner.transaction():
            live = position_of(owner, self._name)
            if live is None:
                version = self._projection.version
                owner.execute(SQL["begin"], {**name, "building": False, "version": version})
            else:
                self._catch_up(owner, live)
                owner.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(old))
            owner.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(new, old))
            owner.execute(SQL["promote"], name)
            owner.execute(SQL["set_indexed"], {**name, "indexed": True})
            position = position_of(owner, self._name, building=True) or 0
            owner.execute(SQL["forget_building"], name)
        return position

    def _compare(self, owner: Connection) -> list[Difference]:
        live, built = schema_of(self._name), schema_of(self._name, building=True)
        found = []
        for table in _tables(owner, built):
            pair = sql.Identifier(live, table), sql.Identifier(built, table)
            only_live, only_built = (
                _missing(owner, left, right) for left, right in (pair, pair[::-1])
            )
            if only_live or only_built:
                found.append(Difference(table, only_live, only_built))
        return found

    def _drop(self, owner: Connection) -> None:
        schema = sql.Identifier(schema_of(self._name, building=True))
        with owner.transaction():
            owner.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
            owner.execute(SQL["forget_building"], {"name": self._name})


def _tables(connection: Connection, schema: str) -> list[str]:
    rows = connection.execute(SQL["tables_of"], {"schema": schema}).fetchall()
    return [str(row[0]) for row in rows]


def _missing(connection: Connection, left: sql.Identifier, right: sql.Identifier) -> int:
    statement = sql.SQL(
        "SELECT count(*) FROM (SELECT * FROM {} EXCEPT ALL SELECT * FROM {}) AS missing"
    )
    row = connection.execute(statement.format(left, right)).fetchone()
    return int(row[0]) if row else 0
