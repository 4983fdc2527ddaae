"""One serial number registered by many at the same moment: one comes first, the others are told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from domain.commands.structs import RegisterUnit
from domain.decisions.serials import FLAG
from domain.envelope import Actor
from eventstore.application import Answer, Ledger
from eventstore.store import EventStore
from tests.domain.test_serial_numbers import ON, a_card, accepting
from tests.domain.things import day

LATER = datetime(2099, 12, 31, tzinfo=UTC)
OFFICER = Actor(person_id="officer", role="asset_officer")


def test_of_many_at_once_one_is_first(store: EventStore) -> None:
    """Who loses the place under the number is decided anew and sees the other's card."""
    ledger = Ledger(store, clock=lambda: LATER)
    unit = RegisterUnit(
        unit_id="U2", name="示例局", kind="administrative", level="city", occurred_on=day(ON)
    )
    ledger.execute(unit, OFFICER)

    def accept(_: int) -> Answer:
        return ledger.execute(accepting(a_card()), OFFICER)

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(accept, range(6)))

    assert sorted(answer.flags for answer in answers) == [(), *[(FLAG,)] * 5]
