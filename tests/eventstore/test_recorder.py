"""The library's interface over our log."""

from __future__ import annotations

import pytest
from eventsourcing.persistence import IntegrityError
from writing import CLERK, fact

from eventstore.recorder import LedgerRecorder, to_stored_event
from eventstore.store import EventStore


@pytest.fixture
def recorder(store: EventStore) -> LedgerRecorder:
    """The recorder over the module's log."""
    return LedgerRecorder(store)


def test_stored_events_come_back_in_both_orders(recorder: LedgerRecorder) -> None:
    """What was inserted is read by stream and by position, with the very same state."""
    events = [to_stored_event(fact("lib-1", str(n)), CLERK, n) for n in (1, 2, 3)]
    positions = recorder.insert_events(events)
    stream = recorder.select_events("lib-1")
    notes = recorder.select_notifications(positions[0], 10)

    assert [event.originator_version for event in stream] == [1, 2, 3]
    assert list(positions) == [note.id for note in notes]
    assert [b'"to":"%d"' % n in note.state for n, note in enumerate(notes, 1)] == [True] * 3
    assert [e.originator_version for e in recorder.select_events("lib-1", gt=1, lte=2)] == [2]
    assert [e.originator_version for e in recorder.select_events("lib-1", desc=True, limit=1)] == [
        3
    ]
    assert positions[-1] == recorder.max_notification_id()
    assert recorder.select_notifications(positions[0], 10, topics=["other/1"]) == []


def test_a_version_that_stands_already_is_an_integrity_error(recorder: LedgerRecorder) -> None:
    """The library's repository relies on this error to try again."""
    event = to_stored_event(fact("lib-2"), CLERK, 1)
    recorder.insert_events([event])

    for events in ([event], [to_stored_event(fact("lib-2"), CLERK, 3)]):
        with pytest.raises(IntegrityError):
            recorder.insert_events(events)


def test_a_subscription_follows_the_log(recorder: LedgerRecorder) -> None:
    """It gives what stands and then what comes, and ends when it is left."""
    start = recorder.max_notification_id()
    recorder.insert_events([to_stored_event(fact("lib-3"), CLERK, 1)])
    with recorder.subscribe(gt=start) as subscription:
        first = next(subscription)
        recorder.insert_events([to_stored_event(fact("lib-3"), CLERK, 2)])
        second = next(subscription)

    assert [first.originator_version, second.originator_version] == [1, 2]
    assert list(subscription) == []
