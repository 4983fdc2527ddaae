"""Postgres is killed while appends run: what was answered stays, once, where it was."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace
from writing import request

from domain.envelope import Recorded
from eventstore.embedded import EmbeddedServer, temporary_server
from eventstore.errors import LogUnavailable
from eventstore.migrate import migrate_log
from eventstore.store import EventStore
from tests.waiting import PATIENCE_SECONDS, wait_until

_WRITERS = 4


@pytest.fixture
def own_server() -> Iterator[EmbeddedServer]:
    """A server that may be killed; nobody else uses it."""
    with temporary_server("kill") as server:
        migrate_log(server.urls().migrate_url)
        yield server


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_kills_lose_nothing_double_nothing_and_move_nothing(
    own_server: EmbeddedServer, kills: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Writers go on through every kill without one false conflict; a reader's past is fixed."""
    chance = random.Random(kills)
    with EventStore.open(own_server.urls().app_url, patience=PATIENCE_SECONDS) as store:
        run = _Run(store)
        run.start()
        try:
            for _ in range(kills):
                run.await_progress()
                time.sleep(chance.uniform(0.0, 0.3))
                _kill(own_server)
                own_server.start()
        finally:
            run.finish()

        assert run.failures == []
        kept = _check_log(store, run)
    with capsys.disabled():
        print(
            f"\n{kills} kills: {kept.acknowledged} appends acknowledged, {kept.kept} kept, "
            f"{kept.doubled} doubled; {len(run.seen)} events stand where a reader saw them"
        )


class Kept(NamedTuple):
    """What came of the appends that were answered; a sound log keeps all and doubles none."""

    acknowledged: int
    kept: int
    doubled: int


class _Run:
    """Writers that keep what they were answered, and a reader that keeps what it saw."""

    def __init__(self, store: EventStore) -> None:
        self.store = store
        self.acknowledged: dict[str, tuple[str, int]] = {}
        self.seen: list[tuple[int, str]] = []
        self.failures: list[Exception] = []
        self._over = threading.Event()
        jobs = [(self._write, number) for number in range(_WRITERS)] + [(self._read, 0)]
        self._threads = [threading.Thread(target=job, args=(n,)) for job, n in jobs]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def await_progress(self) -> None:
        """Wait until more was answered and more was seen: then there is something to lose."""
        answered, seen = len(self.acknowledged) + 4, len(self.seen)

        def reached() -> bool:
            more = len(self.acknowledged) >= answered and len(self.seen) > seen
            return more or bool(self.failures)

        wait_until(reached, lambda: "nothing happens")

    def finish(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _write(self, number: int) -> None:
        stream = f"killed-{number}"
        version = 0
        try:
            while not self._over.is_set():
                size = 1 if version % 7 else 25  # by one statement and by COPY
                wanted = request(*[stream] * size, "journal", expected={stream: version})
                voucher = replace(wanted.facts[-1], at_end=True)
                both = replace(wanted, facts=[*wanted.facts[:-1], voucher])
                receipt = self.store.append(both)
                self.acknowledged[wanted.command_id] = (stream, receipt.versions[stream])
                version += size
                assert version == receipt.versions[stream]
        except Exception as error:  # noqa: BLE001 - told in the main thread
            self.failures.append(error)

    def _read(self, _: int) -> None:
        try:
            while not self._over.is_set():
                after = self.seen[-1][0] if self.seen else 0
                events = self.store.log.read(after)
                self.seen += [(event.position, event.event_id) for event in events]
        except (LogUnavailable, AssertionError) as error:
            self.failures.append(error)


def _kill(server: EmbeddedServer) -> None:
    """kill -9 of the postmaster and all its children at once."""
    pid = server.pid()
    assert pid is not None
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for process in (pid, *map(int, children)):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def _check_log(store: EventStore, run: _Run) -> Kept:
    events: list[Recorded] = []
    while batch := store.log.read(len(events), limit=5_000):
        events += batch
    assert list(range(1, len(events) + 1)) == [event.position for event in events]

    assert run.seen == [(event.position, event.event_id) for event in events[: len(run.seen)]]
    ends: dict[str, tuple[str, int]] = {}
    versions: dict[str, int] = {}
    for event in events:
        versions[event.stream] = versions.get(event.stream, 0) + 1
        assert versions[event.stream] == event.version
        if event.stream != "journal":
            ends[event.command_id] = (event.stream, event.version)
    kept = Kept(
        len(run.acknowledged),
        sum(ends.get(key) == end for key, end in run.acknowledged.items()),
        sum(count > 1 for count in _vouchers(events).values()),
    )

    assert set(run.acknowledged) == set(ends)
    assert Kept(len(run.acknowledged), len(run.acknowledged), 0) == kept
    return kept


def _vouchers(events: list[Recorded]) -> Counter[str]:
    """How many vouchers each append wrote: one, however often it was sent."""
    return Counter(event.command_id for event in events if event.stream == "journal")
