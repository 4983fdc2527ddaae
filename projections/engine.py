"""Keeps every projection at the head of the log: batches, status, waiting, rebuilding."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import LiteralString, cast

import msgspec
import psycopg

from eventstore.connection import OWNER, PROJECTOR, session_url
from eventstore.errors import EventStoreError
from projections.entries import Entry, entries_of
from projections.folding import SQL, Connection, OvertakenError, fold_batch
from projections.projection import Log, Projection, ordered, script
from projections.rebuild import BATCH, Builder, Difference

LOGGER = logging.getLogger(__name__)
POLL_SECONDS = 0.05
IDLE_SECONDS = 0.5
RETRY_SECONDS = 30.0


class Status(msgspec.Struct, frozen=True):
    """Where one projection stands; `error` says what stopped it at `error_position`."""

    name: str
    version: int
    position: int
    behind: int
    error: str | None
    error_position: int | None
    error_at: datetime | None
    moved_at: datetime


class Engine:
    """Folds the log into `projections`; one per process, any number of threads may wait on it.

    `url` is the daily login (SET ROLE projector), `migrate_url` the one that may run DDL.
    """

    def __init__(
        self,
        url: str,
        log: Log,
        projections: Sequence[Projection],
        *,
        migrate_url: str,
        batch: int = BATCH,
    ) -> None:
        self.projections = {projection.name: projection for projection in ordered(projections)}
        self._url = session_url(url, PROJECTOR, application_name="taizhang-engine")
        self._login_url = url
        self._migrate_url = migrate_url
        self._log = log
        self._batch_size = batch
        self._connection: Connection | None = None
        self._folding = threading.Lock()
        self._moved = threading.Condition()
        self._stopped: dict[str, float] = {}
        self._stands: dict[str, int] = {}
        self._running = False

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def install(self) -> list[str]:
        """Create what is missing and build anew what has another version; the names built."""
        with psycopg.connect(session_url(self._migrate_url, OWNER), autocommit=True) as owner:
            owner.execute("SELECT pg_advisory_lock(778202)")
            owner.execute(cast("LiteralString", script("projections", "positions.sql")))
            versions = {row[0]: row[1] for row in owner.execute(SQL["positions"]).fetchall()}
            stale = [p.name for p in self.projections.values() if versions.get(p.name) != p.version]
            for name in stale:
                self._builder(name).rebuild()
        return stale

    def run_once(self) -> int:
        """Give each projection at most one batch; how many events were folded in all."""
        with self._folding:
            try:
                return self._round()
            except psycopg.OperationalError:
                # The session is gone; the next round opens another one.
                self.close()
                raise

    def catch_up(self) -> None:
        """Fold until every projection that still runs has reached the head."""
        while self.run_once():
            continue

    def run(self, stop: threading.Event) -> None:
        """Fold until `stop` is set, resting for a moment whenever the head is reached."""
        self._running = True
        try:
            while not stop.is_set():
                self._rest_unless(self._try_once())
        finally:
            self._running = False

    def wait_for(
        self, position: int, names: Iterable[str] | None = None, timeout: float = 10.0
    ) -> bool:
        """Wait until `names` (default all) have passed `position`; False after `timeout` s."""
        wanted = set(names) if names is not None else set(self.projections)
        until = time.monotonic() + timeout
        while not self._passed(wanted, position):
            left = until - time.monotonic()
            if left <= 0:
                return False
            with self._moved:
                self._moved.wait(min(left, POLL_SECONDS))
        return True

    def status(self) -> list[Status]:
        """Where every projection stands."""
        head = self._log.head()
        with psycopg.connect(self._url) as connection:
            rows = connection.execute(SQL["positions"]).fetchall()
        return [
            Status(name, version, position, max(0, head - position), *rest)
            for name, version, position, *rest in rows
            if name in self.projections
        ]

    def rebuild(self, name: str) -> int:
        """Build `name` from the first event beside the live tables and swap; its position."""
        position = self._builder(name).rebuild()
        self.projections[name].reset()
        self.retry(name)
        return position

    def verify(self, name: str) -> list[Difference]:
        """Rebuild `name` beside and compare row for row; nothing is changed."""
        return self._builder(name).verify()

    def retry(self, name: str) -> None:
        """Let a stopped projection try again at once."""
        self._stopped.pop(name, None)

    def _try_once(self) -> int:
        try:
            return self.run_once()
        except (psycopg.OperationalError, EventStoreError) as error:
            LOGGER.warning("the database is away, trying again: %s", error)
            return 0

    def _rest_unless(self, moved: int) -> None:
        if moved:
            return
        running = [p for name, p in self._stands.items() if name not in self._stopped]
        try:
            self._log.wait(min(running, default=0), IDLE_SECONDS)
        except EventStoreError as error:
            LOGGER.warning("the log cannot be read, trying again: %s", error)
            time.sleep(POLL_SECONDS)

    def _builder(self, name: str) -> Builder:
        return Builder(self._login_url, self._migrate_url, self._log, self.projections[name])

    def _passed(self, names: set[str], position: int) -> bool:
        # While the loop runs here its memory is at most one round old, and asking it is free.
        if not self._running:
            with psycopg.connect(self._url) as connection:
                rows = connection.execute(SQL["positions"]).fetchall()
            self._stands = {row[0]: int(row[2]) for row in rows}
        return all(self._stands.get(name, -1) >= position for name in names)

    def _session(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url, autocommit=True)
        return self._connection

    def _round(self) -> int:
        connection = self._session()
        rows = connection.execute(SQL["positions"]).fetchall()
        self._stands = {name: int(position) for name, _, position, *_ in rows}
        read: dict[int, Sequence[Entry]] = {}
        moved = 0
        for projection in self.projections.values():
            old = self._stands.get(projection.name)
            if old is None or self._stopped.get(projection.name, 0.0) > time.monotonic():
                continue
            batch = self._batch(read, projection, old)
            if batch:
                new = self._advance(connection, projection, batch, old)
                self._stands[projection.name] = new
                moved += new - old
        if moved:
            with self._moved:
                self._moved.notify_all()
        return moved

    def _batch(
        self,
        read: dict[int, Sequence[Entry]],
        projection: Projection,
        old: int,
    ) -> Sequence[Entry]:
        if old not in read:
            read[old] = entries_of(self._log.read(old, self._batch_size))
        # Positions have no gaps, so a difference of positions is a number of events.
        ceiling = min((self._stands[name] for name in projection.depends_on), default=None)
        return read[old] if ceiling is None else read[old][: max(0, ceiling - old)]

    def _advance(
        self, connection: Connection, projection: Projection, batch: Sequence[Entry], old: int
    ) -> int:
        """Fold `batch`, or its longest halving that can be folded; the new position."""
        while True:
            try:
                new = fold_batch(connection, projection, batch, old)
            except OvertakenError:
                return old
            except psycopg.OperationalError:
                raise
            except Exception as error:  # noqa: BLE001 one fault must not stop the others
                if len(batch) == 1:
                    self._stop(connection, projection, batch[0].position, error)
                    return old
                batch = batch[: len(batch) // 2]
            else:
                self._stopped.pop(projection.name, None)
                return new

    def _stop(
        self, connection: Connection, projection: Projection, position: int, error: Exception
    ) -> None:
        """Leave `projection` where it stands, and say which event it cannot take."""
        self._stopped[projection.name] = time.monotonic() + RETRY_SECONDS
        text = f"{type(error).__name__}: {error}"
        place = {"name": projection.name, "error": text, "position": position}
        connection.execute(SQL["record_error"], place)
