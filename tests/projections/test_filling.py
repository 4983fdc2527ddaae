"""The first filling of a long log: two shares, a process for each, and what is left by them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import psycopg
import pytest

from eventstore.connection import OWNER, session_url
from eventstore.store import EventStore
from projections import engine as engines
from projections.engine import Engine
from projections.entries import Entry
from projections.filling import shares
from projections.projection import Cursor, Projection
from projections.reading import BatchLog
from tests.projections.stories import record
from tests.projections.test_engine import days

EVENTS = 50


class Near(Projection):
    """Keeps of every event which process folded it."""

    name: ClassVar[str] = "near"
    version: ClassVar[int] = 1
    tables: ClassVar[str] = "tests.projections.toy"
    weight: ClassVar[int] = 5

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Add the events of `batch`."""
        here = str(os.getpid())
        cur.executemany("INSERT INTO seen VALUES (%s, %s)", [(e.position, here) for e in batch])


class Next(Near):
    """Needs what is near."""

    name: ClassVar[str] = "next"
    depends_on: ClassVar[tuple[str, ...]] = ("near",)
    weight: ClassVar[int] = 1


class Away(Near):
    """Needs nothing and is the lighter share."""

    name: ClassVar[str] = "away"
    weight: ClassVar[int] = 4


class Picky(Away):
    """Cannot take one event."""

    name: ClassVar[str] = "picky"

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Stop before position 30."""
        if any(entry.position == 30 for entry in batch):
            raise ValueError("a bitter pill")
        super().fold(cur, batch)


class Brief(Away):
    """Ends the process that it was sent to."""

    name: ClassVar[str] = "brief"
    home: ClassVar[int] = 0

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Live on only where it is at home."""
        if os.getpid() != Brief.home:
            os._exit(7)
        super().fold(cur, batch)


def names(projections: Sequence[Projection]) -> set[str]:
    """Return the names of `projections`."""
    return {projection.name for projection in projections}


@pytest.fixture
def log(emptied: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[BatchLog]:
    """A log that counts as a long one, on a machine with two processors."""
    monkeypatch.setattr(engines, "LONG", 10)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    record(emptied.app_url, days(EVENTS).events)
    with EventStore.open(emptied.app_url) as store:
        log = BatchLog(emptied.app_url, store.log)
        yield log
        log.close()


def folded_by(database: Any, log: BatchLog, *projections: Projection) -> dict[str, set[int]]:
    """Return the processes that folded each of `projections`, every event once."""
    found = {}
    with (
        Engine(database.app_url, log, projections, migrate_url=database.migrate_url) as made,
        psycopg.connect(session_url(database.migrate_url, OWNER)) as connection,
    ):
        made.install()
        for status in made.status():
            rows = connection.execute(f"SELECT position, type FROM p_{status.name}.seen").fetchall()
            assert list(range(1, EVENTS + 1)) == sorted(row[0] for row in rows)
            found[status.name] = {int(row[1]) for row in rows}
    return found


def test_shares_are_of_like_weight_and_need_nothing_of_each_other() -> None:
    """What needs something goes with it; the heaviest group is shared out first."""
    here, there = shares([Near(), Next(), Picky(), Away()])

    assert {"near", "next"} == names(here)
    assert {"picky", "away"} == names(there)


def test_one_group_alone_is_not_shared_out() -> None:
    """There is nothing to do for a second process."""
    here, there = shares([Near(), Next()])

    assert {"near", "next"} == names(here)
    assert there == []


def test_a_long_log_is_folded_by_two_processes(emptied: Any, log: BatchLog) -> None:
    """The heavier share here, the lighter one there, each event once."""
    found = folded_by(emptied, log, Near(), Next(), Away())

    assert {os.getpid()} == found["near"] == found["next"]
    assert len(found["away"] - {os.getpid()}) == 1


def test_a_fault_in_the_second_process_stands_in_the_status(emptied: Any, log: BatchLog) -> None:
    """As it would have been here: the read model stands before the event."""
    projections = [Near(), Next(), Picky()]
    with Engine(emptied.app_url, log, projections, migrate_url=emptied.migrate_url) as made:
        made.install()
        status = {each.name: each for each in made.status()}

    assert status["near"].position == EVENTS
    assert (status["picky"].position, status["picky"].error_position) == (29, 30)
    assert status["picky"].error == "ValueError: a bitter pill"


def test_what_a_second_process_leaves_is_folded_here(emptied: Any, log: BatchLog) -> None:
    """It may be ended by the system at any time."""
    Brief.home = os.getpid()
    found = folded_by(emptied, log, Near(), Next(), Brief())

    assert {os.getpid()} == found["brief"]


def test_a_short_log_needs_no_second_process(
    emptied: Any, log: BatchLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its start would take longer than the folding."""
    monkeypatch.setattr(engines, "LONG", EVENTS)
    found = folded_by(emptied, log, Near(), Away())

    assert {"near": {os.getpid()}, "away": {os.getpid()}} == found


class Mortal(Near):
    """Ends its process, the first one, once it has folded a part."""

    name: ClassVar[str] = "mortal"

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Go no further than position 20 while `MORTAL` is set."""
        if batch[-1].position > 20 and os.environ.get("MORTAL"):
            os._exit(9)
        super().fold(cur, batch)


FILLED = """
import sys
from eventstore.store import EventStore
from projections import engine as engines
from projections.reading import BatchLog
from tests.projections.test_filling import Away, Mortal

engines.LONG = 10
engines.FILLING = 1
with EventStore.open(sys.argv[1]) as store:
    log = BatchLog(sys.argv[1], store.log)
    made = engines.Engine(sys.argv[1], log, [Mortal(), Away()], migrate_url=sys.argv[2], batch=20)
    made.install()
"""


def test_a_filling_that_was_killed_goes_on_where_it_stood(emptied: Any, log: BatchLog) -> None:
    """By two processes again, each event once; the indexes come in the end."""
    killed = subprocess.run(
        [sys.executable, "-c", FILLED, emptied.app_url, emptied.migrate_url],
        env={**os.environ, "MORTAL": "1"},
        check=False,
    )

    assert killed.returncode == 9

    with psycopg.connect(session_url(emptied.migrate_url, OWNER)) as connection:
        stood = connection.execute(
            "SELECT position, indexed FROM projections.position WHERE name = 'mortal'"
        ).fetchone()
        connection.rollback()

        assert stood == (20, False)

        found = folded_by(emptied, log, Mortal(), Away())
        indexed = connection.execute("SELECT bool_and(indexed) FROM projections.position")

        assert len(found["mortal"]) == 2
        assert indexed.fetchone() == (True,)
