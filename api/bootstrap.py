"""The only place where the parts meet: databases, ledger, read models, directory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from psycopg.rows import tuple_row

from api.attachments.uploads import migrate_attachments
from api.directory.database import Pool, migrate_directory, open_pool
from api.house import SHANGHAI, House, Settings
from api.read_models import balances_of, inputs_of, neighbours_of, read_models
from api.units import UnitLine, UnitTree
from domain.commands.table import COMMANDS
from eventstore.application import Ledger
from eventstore.closing import Closing
from eventstore.connection import APP, session_url
from eventstore.migrate import migrate_log
from eventstore.store import EventStore
from projections.asof import EVERYTHING, AsOf
from projections.engine import Engine, Status
from projections.organisation.queries import UnitsParams, units
from projections.queries import QUERIES
from projections.reading import BatchLog

# The position that every read model has passed, and one that is stopped holds nobody up.
_POSITION: Final = """
SELECT coalesce(min(position), 0) AS position FROM projections.position
WHERE NOT building AND error IS NULL
"""

BATCH_SECONDS: Final = 10.0
"""How long closing waits for the batch that is being folded before it is broken off."""


class ReadClocks:
    """Where the log and its read models stand."""

    def __init__(self, pool: Pool, store: EventStore, engine: Engine) -> None:
        self._pool = pool
        self._store = store
        self._engine = engine

    def position(self) -> int:
        """The position that every running read model has passed."""
        with self._pool.connection() as connection:
            row = connection.execute(_POSITION).fetchone()
        return int(row["position"]) if row else 0

    def position_at(self, known_at: datetime) -> int:
        """The greatest position recorded at or before `known_at`."""
        return self._store.log.position_at(known_at)

    def wait_for(self, position: int, timeout: float) -> bool:
        """Wait until every read model has passed `position`; False after `timeout` seconds."""
        return self._engine.wait_for(position, timeout=timeout)

    def status(self) -> list[Status]:
        """Where every read model stands."""
        return self._engine.status()


class Works(Closing):
    """The running parts of one process: open, start folding, serve, close."""

    def __init__(self, house: House, store: EventStore, engine: Engine, ledger: Ledger) -> None:
        self.house = house
        self.store = store
        self.engine = engine
        self.ledger = ledger
        self._stop = threading.Event()
        self._folding: threading.Thread | None = None

    def start(self) -> None:
        """Keep the read models at the head of the log in a thread of their own."""
        self._folding = threading.Thread(
            target=self.engine.run, args=(self._stop,), name="folding", daemon=True
        )
        self._folding.start()

    def close(self) -> None:
        """Stop folding and give every session back.

        The batch in work is let end; one that takes too long is broken off and stays unfolded.
        """
        self._stop.set()
        if self._folding is not None:
            self._folding.join(timeout=BATCH_SECONDS)
            while self._folding.is_alive():
                # Again and again: between two statements there is nothing to cancel.
                self.engine.cancel()
                self._folding.join(timeout=1)
        self.engine.close()
        self.store.close()
        self.house.pool.close()


def utc_now() -> datetime:
    """The clock of the machine, in UTC."""
    return datetime.now(UTC)


def migrate(settings: Settings) -> list[str]:
    """Bring log, directory and uploads up to date; the names of what was applied."""
    url = settings.migrate_url
    return migrate_log(url) + migrate_directory(url) + migrate_attachments(url)


def open_works(settings: Settings, now: Callable[[], datetime] = utc_now) -> Works:
    """Every part, migrated and connected; `start` of the answer begins folding."""
    migrate(settings)
    store = EventStore.open(settings.database_url, clock=now)
    engine = Engine(
        settings.database_url, BatchLog(settings.database_url, store.log), read_models(),
        migrate_url=settings.migrate_url,
    )  # fmt: skip
    engine.install()
    url = session_url(settings.database_url, APP, application_name="taizhang-pages")
    pool = open_pool(url, size=settings.pool_size)
    ledger = Ledger(
        store,
        clock=now,
        inputs=inputs_of(pool, store, engine),
        balances=balances_of(pool, store, engine),
        neighbours=neighbours_of(pool),
    )
    house = House(
        settings=settings, pool=pool, ledger=ledger, clocks=ReadClocks(pool, store, engine),
        units=UnitTree(lambda: unit_lines(pool, now)), commands=COMMANDS, queries=QUERIES, now=now,
    )  # fmt: skip
    return Works(house, store, engine, ledger)


def unit_lines(pool: Pool, now: Callable[[], datetime]) -> list[UnitLine]:
    """The tree of units as it stands today."""
    today = now().astimezone(SHANGHAI).date()
    as_of = AsOf(today, 2**62, True)
    with pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cur:
        rows = units(cur, UnitsParams(), as_of, EVERYTHING).rows
    return [UnitLine(r["unit_id"], r["name"], r["parent_id"], r["level"]) for r in rows]
