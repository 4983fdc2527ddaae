"""The same life told to the in-memory ledger and to the real one leaves the same log."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from domain.envelope import Recorded
from eventstore.application import Ledger
from eventstore.store import EventStore
from tests.domain.book import Book
from tests.samples.telling import live

LATER = datetime(2099, 12, 31, tzinfo=UTC)


def bare(event: Recorded) -> Recorded:
    """An event without what the clock of the log gives it."""
    return replace(event, recorded_at=LATER)


def test_a_life_told_to_both_ledgers_leaves_the_same_log(store: EventStore) -> None:
    """Same commands, same ids: same events in the same order, byte for byte of their bodies.

    The examples of the domain are told to an in-memory ledger; this holds that ledger to the
    real one. Each command is given twice: the repeat gets the first answer and adds nothing.
    """
    told, shadow = live(), Book()
    ledger = Ledger(store, inputs=shadow.inputs, clock=lambda: LATER)
    for command, actor, command_id in told.orders:
        first = ledger.execute(command, actor, command_id=command_id)
        again = ledger.execute(command, actor, command_id=command_id)
        shadow.when(command, actor.person_id, command_id, actor=actor)

        assert (first.position, first.created, False) == (
            again.position,
            again.created,
            first.replayed,
        )
        assert again.replayed
        assert again.position == len(shadow.log)

    assert [bare(event) for event in told.log] == [bare(event) for event in store.log.read(0)]
