"""The engine: batches, faults, dependencies, rebuilding beside, waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import psycopg
import pytest

from domain.events import DayPassed
from eventstore.connection import OWNER, session_url
from eventstore.store import EventStore
from projections.engine import Engine, Status
from projections.entries import Entry
from projections.projection import Cursor, Projection, ordered
from projections.reading import BatchLog
from tests.projections.stories import ListLog, Story, day, record
from tests.waiting import PATIENCE_SECONDS


class Toy(Projection):
    """Keeps every event; `poison` is a position that it cannot take."""

    name: ClassVar[str] = "toy"
    version: ClassVar[int] = 1
    tables: ClassVar[str] = "tests.projections.toy"
    poison: ClassVar[int] = 0

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Add the events of `batch`."""
        if any(entry.position == self.poison for entry in batch):
            raise ValueError("a bitter pill")
        rows = [(entry.position, entry.type) for entry in batch]
        cur.executemany("INSERT INTO seen VALUES (%s, %s)", rows)


class Follower(Toy):
    """Counts what the toy holds when its own batch is folded."""

    name: ClassVar[str] = "follower"
    depends_on: ClassVar[tuple[str, ...]] = ("toy",)

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Fails when the toy has not taken the batch yet."""
        row = cur.execute("SELECT max(position) FROM p_toy.seen").fetchone()
        assert row is not None
        assert row[0] >= batch[-1].position
        super().fold(cur, batch)


class Other(Toy):
    """A read model that has nothing to do with the others."""

    name: ClassVar[str] = "other"

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Add the events of `batch`; nothing is poison to it."""
        cur.executemany("INSERT INTO seen VALUES (%s, %s)", [(e.position, e.type) for e in batch])


def days(count: int) -> Story:
    """`count` days that passed."""
    story = Story()
    for _ in range(count):
        on = day("2024-01-01")
        story.add("calendar", "calendar.day_passed", "CALENDAR.DAY", "CITY", DayPassed(day=on), on)
    return story


@contextmanager
def engine(
    database: Any, log: ListLog, *projections: Projection, batch: int = 100
) -> Iterator[Engine]:
    """An installed engine over `log`."""
    with Engine(
        database.app_url, log, projections, migrate_url=database.migrate_url, batch=batch
    ) as made:
        made.install()
        yield made


def stands(engine: Engine) -> dict[str, Status]:
    """Status by name."""
    return {status.name: status for status in engine.status()}


def positions(database: Any, name: str = "toy") -> list[int]:
    """The positions that the toy has seen."""
    with psycopg.connect(session_url(database.migrate_url, OWNER)) as connection:
        rows = connection.execute(f"SELECT position FROM p_{name}.seen ORDER BY 1").fetchall()
    return [row[0] for row in rows]


@pytest.fixture
def log() -> ListLog:
    """A log of 250 days of which none is recorded yet."""
    log = ListLog(days(250).events)
    log.head_at = 0
    return log


def test_every_event_is_folded_once_and_in_order(emptied: Any, log: ListLog) -> None:
    """Whatever arrives between the rounds."""
    with engine(emptied, log, Toy()) as made:
        for head in (1, 7, 130, 250):
            log.head_at = head
            made.catch_up()

            assert positions(emptied) == list(range(1, head + 1))


def test_a_fault_stops_one_projection_before_the_event_and_no_other(
    emptied: Any, log: ListLog
) -> None:
    """The status names the event; what depends on the projection waits, the others go on."""
    Toy.poison = 137
    try:
        with engine(emptied, log, Follower(), Other(), Toy()) as made:
            log.head_at = 250
            made.catch_up()
            status = stands(made)

            assert (status["toy"].position, status["toy"].error_position) == (136, 137)
            assert status["toy"].error == "ValueError: a bitter pill"
            assert status["follower"].position == 136
            assert status["other"].position == 250

            Toy.poison = 0
            made.retry("toy")
            made.catch_up()

            assert {(each.position, each.error) for each in made.status()} == {(250, None)}
    finally:
        Toy.poison = 0


def test_a_projection_never_passes_what_it_depends_on(emptied: Any, log: ListLog) -> None:
    """The follower asserts in its fold that the toy has been there."""
    with engine(emptied, log, Follower(), Toy(), batch=9) as made:
        log.head_at = 250
        made.catch_up()

        assert {each.position for each in made.status()} == {250}
        assert positions(emptied, "follower") == list(range(1, 251))


def test_projections_in_a_circle_are_refused() -> None:
    """An order of folding would not exist."""

    class Snake(Toy):
        """Depends on itself."""

        name: ClassVar[str] = "snake"
        depends_on: ClassVar[tuple[str, ...]] = ("snake",)

    with pytest.raises(ValueError, match="depends on itself"):
        ordered([Snake()])


def test_two_engines_fold_nothing_twice(emptied: Any, log: ListLog) -> None:
    """Position and rows move together, by compare and swap."""
    with engine(emptied, log, Toy(), batch=3) as one, engine(emptied, log, Toy(), batch=5) as two:
        log.head_at = 250
        threads = [threading.Thread(target=made.catch_up) for made in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        one.catch_up()

    assert positions(emptied) == list(range(1, 251))


def test_a_new_version_is_built_beside_and_swapped(emptied: Any, log: ListLog) -> None:
    """The old tables stay until the new ones hold everything."""

    class Newer(Toy):
        """The toy in its next version."""

        version: ClassVar[int] = 2

    log.head_at = 200
    with engine(emptied, log, Toy()) as old:
        old.catch_up()
        with Engine(emptied.app_url, log, [Newer()], migrate_url=emptied.migrate_url) as new:
            assert new.install() == ["toy"]
            assert new.install() == []
            assert (stands(new)["toy"].version, stands(new)["toy"].position) == (2, 200)
    assert positions(emptied) == list(range(1, 201))


def test_verification_finds_a_row_that_was_tampered_with(emptied: Any, log: ListLog) -> None:
    """Rows that a rebuild does not give, and rows that it gives and are missing."""
    log.head_at = 100
    with engine(emptied, log, Toy()) as made:
        made.catch_up()

        assert made.verify("toy") == []

        with psycopg.connect(session_url(emptied.migrate_url, OWNER)) as connection:
            connection.execute("DELETE FROM p_toy.seen WHERE position = 5")
            connection.execute("UPDATE p_toy.seen SET type = 'x' WHERE position = 6")
        found = made.verify("toy")

        assert [(each.table, each.only_live, each.only_rebuilt) for each in found] == [
            ("seen", 1, 2)
        ]

        made.rebuild("toy")

        assert made.verify("toy") == []


def test_a_rebuild_meets_events_that_come_meanwhile(emptied: Any, log: ListLog) -> None:
    """The swap happens at the position of the live tables, never before it."""
    log.head_at = 120
    with engine(emptied, log, Toy(), batch=10) as made:
        made.catch_up()
        grown = threading.Thread(target=lambda: _grow(log, made))
        grown.start()
        made.rebuild("toy")
        grown.join()
        made.catch_up()

    assert positions(emptied) == list(range(1, 251))


def _grow(log: ListLog, made: Engine) -> None:
    while log.head_at < 250:
        log.head_at += 10
        made.catch_up()


def test_new_tables_get_their_indexes_after_the_first_filling(emptied: Any, log: ListLog) -> None:
    """They are there when `install` returns, and stay when it is called again."""
    log.head_at = 50
    with (
        engine(emptied, log, Toy()) as made,
        psycopg.connect(session_url(emptied.migrate_url, OWNER)) as connection,
    ):
        found = connection.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = 'p_toy' ORDER BY 1"
        ).fetchall()

        assert stands(made)["toy"].position == 50
        assert found == [("seen_pkey",), ("seen_type",)]
        assert made.install() == []


def test_waiting_ends_when_the_loop_has_passed(emptied: Any, log: ListLog) -> None:
    """And says no when the position does not come in time."""
    with engine(emptied, log, Toy()) as made:
        stop = threading.Event()
        loop = threading.Thread(target=made.run, args=(stop,))
        loop.start()
        try:
            log.head_at = 30

            assert made.wait_for(30, timeout=PATIENCE_SECONDS)
            assert not made.wait_for(31, timeout=0.1)
        finally:
            stop.set()
            loop.join()


def test_nobody_waits_for_a_projection_that_has_stopped(
    emptied: Any, log: ListLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is no at once, by the loop's own memory as by the table of positions."""
    monkeypatch.setattr(Toy, "poison", 3)
    with engine(emptied, log, Toy(), Other()) as made:
        log.head_at = 5
        made.catch_up()
        started = time.monotonic()

        assert not made.wait_for(5, timeout=PATIENCE_SECONDS)
        assert made.wait_for(2, timeout=PATIENCE_SECONDS)
        assert time.monotonic() - started < PATIENCE_SECONDS / 2


def test_the_loop_is_woken_by_the_log_of_the_store(emptied: Any) -> None:
    """Over the real log: what was recorded is folded without anybody asking."""
    with EventStore.open(emptied.app_url) as store:
        log = BatchLog(emptied.app_url, store.log)
        with Engine(emptied.app_url, log, [Toy()], migrate_url=emptied.migrate_url) as made:
            made.install()
            stop = threading.Event()
            loop = threading.Thread(target=made.run, args=(stop,))
            loop.start()
            record(emptied.app_url, days(20).events)
            try:
                assert made.wait_for(20, timeout=PATIENCE_SECONDS)
                assert positions(emptied) == list(range(1, 21))
            finally:
                stop.set()
                loop.join()
        log.close()
