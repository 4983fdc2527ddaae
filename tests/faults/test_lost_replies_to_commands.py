"""A command whose reply is lost on the way is neither refused nor carried out twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from domain.commands import structs as c
from domain.envelope import Actor
from eventstore.application import Answer, Ledger
from eventstore.embedded import Urls
from eventstore.store import EventStore
from tests.eventstore.fix_proxy import CuttingProxy
from tests.faults.lives import ACCOUNTANT, OFFICER, acquisition, card, command_id, life_after

UNIT = "U1"
REPLIES = {"append": b"SELECT 1\x00", "flush": b"COMMIT\x00"}


def _clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def founded(database: Urls) -> Urls:
    """A database in which one unit keeps books."""
    with EventStore.open(database.app_url) as store:
        ledger = Ledger(store, clock=_clock)
        unit = c.RegisterUnit(occurred_on=date(2020, 1, 1), unit_id=UNIT, name="市教育局",
                              kind="administrative")  # fmt: skip
        ledger.execute(unit, OFFICER)
        books = c.OpenBooks(occurred_on=date(2025, 1, 1), unit_id=UNIT, period="2025-01")
        ledger.execute(books, ACCOUNTANT)
    return database


@pytest.fixture
def proxy(founded: Urls) -> Iterator[CuttingProxy]:
    """A proxy before the server."""
    proxy = CuttingProxy(f"{conninfo_to_dict(founded.app_url)['host']}/.s.PGSQL.5432")
    yield proxy
    proxy.close()


@pytest.fixture
def ledger(founded: Urls, proxy: CuttingProxy) -> Iterator[Ledger]:
    """The ledger, behind the proxy."""
    url = make_conninfo(founded.app_url, host="127.0.0.1", port=proxy.port, sslmode="disable")
    with EventStore.open(url) as store:
        yield Ledger(store, clock=_clock)


class Life:
    """One thing's life, each command with an id of its own that a repeat uses again."""

    def __init__(self, ledger: Ledger, name: str, size: int = 1) -> None:
        self._ledger = ledger
        self._name = name
        self._size = size
        self.answers: list[Answer] = []

    def live(self, proxy: CuttingProxy, reply: bytes | None) -> Answer:
        """Go through all steps, losing a `reply` in each; the first step's answer."""
        cards = [card(f"{self._name}-{n}") for n in range(self._size)]
        made = self._give(acquisition(UNIT, cards), OFFICER, 0, proxy, reply)
        steps = life_after(tuple(made.created["asset_ids"]))
        for number, (command, actor) in enumerate(steps, 1):
            self._give(command, actor, number, proxy, reply)
        return made

    def _give(
        self, command: c.Command, actor: Actor, number: int, proxy: CuttingProxy,
        reply: bytes | None,
    ) -> Answer:  # fmt: skip
        proxy.cut_on = reply
        given_id = command_id(self._name, number)
        answer = self._ledger.execute(command, actor, command_id=given_id)
        proxy.cut_on = None
        self.answers.append(answer)
        return answer


def _told(answers: list[Answer]) -> list[tuple[int, int, dict[str, int], dict[str, list[str]]]]:
    return [(a.first_position, a.position, a.versions, a.created) for a in answers]


@pytest.mark.parametrize("size", [1, 30], ids=["one thing", "thirty by COPY"])
@pytest.mark.parametrize("reply", sorted(REPLIES))
def test_each_command_is_carried_out_once(
    ledger: Ledger, proxy: CuttingProxy, reply: str, size: int
) -> None:
    """With a reply lost in every command a life goes as usual; given again it is answered alike."""
    name = f"cut-{reply}-{size}"
    first, again = Life(ledger, name, size), Life(ledger, name, size)
    made = first.live(proxy, REPLIES[reply])
    head = ledger.store.log.head()
    again.live(proxy, None)

    assert proxy.cuts > 0
    assert _told(first.answers) == _told(again.answers)
    assert {True} == {answer.replayed for answer in again.answers}
    assert head == ledger.store.log.head()
    for asset_id in made.created["asset_ids"]:
        versions = [event.version for event in ledger.store.log.stream(f"asset:{asset_id}")]
        assert versions == [1, 2, 3, 4, 5, 6, 7]


def test_lives_side_by_side_survive_lost_replies(ledger: Ledger, proxy: CuttingProxy) -> None:
    """Six threads, replies lost all the time: no refusal, every thing once, every voucher once."""
    before = ledger.store.log.versions([f"ledger:{UNIT}"])[f"ledger:{UNIT}"]

    def live(number: int) -> Answer:
        reply = REPLIES["append" if number % 2 else "flush"]
        return Life(ledger, f"side-{number}").live(proxy, reply)

    with ThreadPoolExecutor(6) as threads:
        made = list(threads.map(live, range(12)))
    proxy.cut_on = None
    streams = [f"asset:{answer.created['asset_ids'][0]}" for answer in made]

    assert proxy.cuts > 0
    assert dict.fromkeys(streams, 7) == ledger.store.log.versions(streams)
    after = ledger.store.log.versions([f"ledger:{UNIT}"])[f"ledger:{UNIT}"]
    assert before + 12 == after
