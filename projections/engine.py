"""Keeps every projection at the head of the log: batches, status, waiting, rebuilding."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime
from types import TracebackType
from typing import Any, LiteralString, cast

import msgspec
import psycopg

from eventstore.connection import OWNER, PROJECTOR, session_url
from eventstore.errors import EventStoreError
from projections.filling import LONG, Second, fill
from projections.folding import SQL
from projections.projection import Log, Projection, ordered, script
from projections.reading import RawLog
from projections.rebuild import BATCH, FILLING, Builder, Difference
from projections.rounds import FOLDERS, Rounds

LOGGER = logging.getLogger(__name__)
POLL_SECONDS = 0.05
IDLE_SECONDS = 0.5


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
        self._url = session_url(url, PROJECTOR, application_name="taizhang-status")
        self._login_url = url
        self._migrate_url = migrate_url
        self._log = log
        self._batch = batch
        self._rounds = Rounds(url, log, list(self.projections.values()), batch)
        self._folding = threading.Lock()
        self._moved = threading.Condition()
        self._running = False
        self.filled_s = 0.0
        """Seconds in which `install` folded events into new tables, their indexes not counted."""

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
        """Give the sessions back."""
        self._rounds.close()

    def install(self) -> list[str]:
        """Create what is missing and build anew what has another version; the names built.

        New tables are filled up to the head before they get their indexes: three times as fast.
        """
        with psycopg.connect(session_url(self._migrate_url, OWNER), autocommit=True) as owner:
            owner.execute("SELECT pg_advisory_lock(778202)")
            owner.execute(cast("LiteralString", script("projections", "positions.sql")))
            versions = {row[0]: row[1] for row in owner.execute(SQL["positions"]).fetchall()}
            stale = [p for p in self.projections.values() if versions.get(p.name) != p.version]
            unfilled = {name for (name,) in owner.execute(SQL["unindexed"])}
            unfilled |= {p.name for p in stale if p.name not in versions}
            with self._second(unfilled) as second:
                for projection in stale:
                    builder = self._builder(projection.name)
                    if projection.name in versions:
                        builder.rebuild()
                    else:
                        builder.create()
                rows = owner.execute(SQL["unindexed"]).fetchall()
                unindexed = [row[0] for row in rows if row[0] in self.projections]
                if unindexed:
                    self._fill(second)
            with ThreadPoolExecutor(FOLDERS) as workers:
                list(workers.map(lambda name: self._builder(name).index(), unindexed))
        return [projection.name for projection in stale]

    def cancel(self) -> None:
        """Break off the statements that folds are at; their batches are taken again later."""
        self._rounds.cancel()

    def run_once(self) -> int:
        """Give each projection at most one batch; how many events were folded in all."""
        with self._folding:
            try:
                moved = self._rounds.run()
            except psycopg.OperationalError:
                # A session is gone; the next round opens new ones.
                self._rounds.disconnect()
                raise
        if moved:
            with self._moved:
                self._moved.notify_all()
        return moved

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
        """Wait until `names` (default all) have passed `position`; False after `timeout` s.

        False at once when one of them has stopped before it: that takes longer than anybody waits.
        """
        wanted = set(names) if names is not None else set(self.projections)
        until = time.monotonic() + timeout
        while behind := self._behind(wanted, position):
            left = until - time.monotonic()
            if left <= 0 or behind & self._stopped():
                return False
            with self._moved:
                self._moved.wait(min(left, POLL_SECONDS))
        return True

    def status(self) -> list[Status]:
        """Where every projection stands."""
        head = self._log.head()
        return [
            Status(name, version, position, max(0, head - position), *rest)
            for name, version, position, *rest in self._positions()
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
        self._rounds.retry(name)

    def _second(self, unfilled: set[str]) -> Second | nullcontext[None]:
        """A second process for the filling of new tables, where the log is long enough for it."""
        new = [each for each in self.projections.values() if each.name in unfilled]
        if new and self._log.head() > LONG and isinstance(self._log, RawLog):
            return Second(new)
        return nullcontext()

    def _fill(self, second: Second | None) -> None:
        """Bring new tables to the head in larger batches: nobody waits for one of them."""
        size = self._batch * FILLING
        started = time.monotonic()
        far = {status.name for status in self.status() if status.behind > LONG}
        with self._folding:
            if second is not None and isinstance(self._log, RawLog):
                behind = [each for each in self.projections.values() if each.name in far]
                second.fill(self._login_url, self._log, behind, size)
            # The rest, with all that came meanwhile.
            fill(self._login_url, self._log, list(self.projections.values()), size)
        self.filled_s = time.monotonic() - started

    def _try_once(self) -> int:
        try:
            return self.run_once()
        except (psycopg.OperationalError, EventStoreError) as error:
            LOGGER.warning("the database is away, trying again: %s", error)
            return 0

    def _rest_unless(self, moved: int) -> None:
        if moved:
            return
        try:
            self._log.wait(self._rounds.lowest(), IDLE_SECONDS)
        except EventStoreError as error:
            LOGGER.warning("the log cannot be read, trying again: %s", error)
            time.sleep(POLL_SECONDS)

    def _builder(self, name: str) -> Builder:
        return Builder(self._login_url, self._migrate_url, self._log, self.projections[name])

    def _behind(self, names: set[str], position: int) -> set[str]:
        # While the loop runs here its memory is at most one round old, and asking it is free.
        if self._running:
            stands = self._rounds.stands
        else:
            stands = {row[0]: int(row[2]) for row in self._positions()}
        return {name for name in names if stands.get(name, -1) < position}

    def _stopped(self) -> set[str]:
        if self._running:
            return self._rounds.stopped
        return {name for name, _, _, error, *_ in self._positions() if error is not None}

    def _positions(self) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._url) as connection:
            return connection.execute(SQL["positions"]).fetchall()
