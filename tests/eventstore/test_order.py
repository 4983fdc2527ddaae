"""The order of the log: no gaps, and readers that follow it never miss an event."""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
from writing import request

from eventstore.connection import PROJECTOR, session_url
from eventstore.embedded import Urls
from eventstore.log import read_batch
from eventstore.store import EventStore
from tests.waiting import PATIENCE_SECONDS

_WRITERS = 4
_APPENDS = 60


def test_parallel_writers_leave_no_gap_and_readers_skip_nothing(database: Urls) -> None:
    """Two processes' worth of writers; readers of three kinds see 1, 2, 3 … and nothing else."""
    total = 2 * _WRITERS * _APPENDS
    with EventStore.open(database.app_url) as one, EventStore.open(database.app_url) as other:
        seen: list[list[int]] = [[], [], []]
        readers = [
            lambda: _tail(one, seen[0], total),
            lambda: _tail(other, seen[1], total),
            lambda: _tail_raw(database, seen[2], total),
        ]
        writers = [
            lambda store=store, number=number: _write(store, f"{id(store)}-{number}")
            for store in (one, other)
            for number in range(_WRITERS)
        ]
        _run([*readers, *writers])

        assert [list(range(1, total + 1))] * 3 == seen
        streams = [f"order-{id(one)}-{number}" for number in range(_WRITERS)]
        for events in one.log.streams(streams).values():
            assert list(range(1, _APPENDS + 1)) == [event.version for event in events]


def _run(jobs: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _write(store: EventStore, name: str) -> None:
    stream = f"order-{name}"
    for version in range(_APPENDS):
        store.append(request(stream, expected={stream: version}))


def _tail(store: EventStore, seen: list[int], total: int) -> None:
    while len(seen) < total:
        after = seen[-1] if seen else 0
        if store.log.wait(after, timeout=PATIENCE_SECONDS) <= after:
            return
        seen += [event.position for event in store.log.read(after, limit=50)]


def _tail_raw(database: Urls, seen: list[int], total: int) -> None:
    url = session_url(database.app_url, PROJECTOR)
    with psycopg.connect(url, autocommit=True) as connection:
        while len(seen) < total:
            seen += [row[0] for row in read_batch(connection, seen[-1] if seen else 0)]


def test_one_stream_and_many_writers_give_every_version_once(store: EventStore) -> None:
    """Who is told of a conflict reads again; in the end nothing is lost or doubled."""
    taken: list[int] = []
    mutex = threading.Lock()

    def write() -> None:
        from eventstore.errors import Conflict

        done = 0
        while done < 10:
            version = store.log.versions(["contested"])["contested"]
            try:
                receipt = store.append(request("contested", expected={"contested": version}))
            except Conflict:
                continue
            done += 1
            with mutex:
                taken.append(receipt.versions["contested"])

    _run([write] * 4)

    assert list(range(1, 41)) == sorted(taken)


def test_appends_to_the_end_of_one_stream_never_conflict(store: EventStore) -> None:
    """The ledger of a unit takes the vouchers of all its clerks at once."""

    def write() -> None:
        for _ in range(20):
            store.append(request("unit-ledger", at_end=True))

    _run([write] * 6)

    assert list(range(1, 121)) == [event.version for event in store.log.stream("unit-ledger")]


def test_a_waiting_reader_is_woken_by_an_append_and_not_by_silence(store: EventStore) -> None:
    """`wait` gives the new head after an append, and the old one when its time is over."""
    head = store.log.head()
    timer = threading.Timer(0.05, lambda: store.append(request("waited-for")))
    timer.start()

    assert head + 1 == store.log.wait(head, timeout=PATIENCE_SECONDS)
    assert head + 1 == store.log.wait(head + 1, timeout=0.05)
    timer.join()
