"""Two who want the same thing at the same moment: one gets it, the other is told so."""

from __future__ import annotations

import threading
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import msgspec
import psycopg
import pytest
from litestar.testing import TestClient

from api.app import create_app
from api.bootstrap import Works
from domain.commands import structs as c
from domain.envelope import Actor
from domain.events import Approval
from domain.periods import last_day
from domain.refusals import Refused
from domain.states import State
from eventstore.application import Answer
from eventstore.embedded import Urls
from eventstore.errors import Conflict
from projections.asof import EVERYTHING, AsOf
from projections.queries import QUERIES
from tests.api.city import UNITS, running_city
from tests.api.conftest import Account
from tests.faults.lives import ACCOUNTANT, APPROVAL, OFFICER, acquisition, card, life_after
from tests.waiting import PATIENCE_SECONDS

ROUNDS = 6
KEEPER = Actor("p-keeper", "warehouse_keeper", "JG")
UNIT = "JY"
Outcome = Answer | Exception


@pytest.fixture(scope="module")
def works(database: Urls) -> Iterator[Works]:
    """The running parts; the books of every unit are open from January 2025."""
    with running_city(database) as running:
        for unit_id, *_ in UNITS:
            begin = c.OpenBooks(occurred_on=date(2025, 1, 1), unit_id=unit_id, period="2025-01")
            running.ledger.execute(begin, ACCOUNTANT)
        yield running


@pytest.fixture
def thing(works: Works) -> str:
    """A booked thing in store."""
    return things(works, 1)[0]


def things(works: Works, count: int, unit_id: str = UNIT, on: date = date(2025, 1, 6)) -> list[str]:
    """Booked things in the store of a unit."""
    cards = [card(f"R-{uuid.uuid4().hex[:12]}", on=on) for _ in range(count)]
    made = works.ledger.execute(acquisition(unit_id, cards, on), OFFICER)
    ids = tuple(made.created["asset_ids"])
    works.ledger.execute(c.PostToBooks(occurred_on=on, asset_ids=ids), ACCOUNTANT)
    return list(ids)


def at_once(jobs: Sequence[Callable[[], Answer]]) -> list[Outcome]:
    """Start all jobs at the same moment; what each of them came to."""
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], Answer]) -> Outcome:
        start.wait()
        try:
            return job()
        except (Refused, Conflict) as refused:
            return refused

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


def given(works: Works, command: c.Command, actor: Actor = OFFICER) -> Callable[[], Answer]:
    """The job of giving one command."""
    return lambda: works.ledger.execute(command, actor)


def codes(outcomes: Sequence[Outcome]) -> list[str]:
    """ "ok" or the code of each outcome, sorted."""
    return sorted(getattr(outcome, "code", "ok") for outcome in outcomes)


def test_a_thing_is_issued_to_one_of_many(works: Works) -> None:
    """Four people issue the same thing: one does, the others meet its new state."""
    for _ in range(ROUNDS):
        ids = tuple(things(works, 1))
        jobs = [
            given(works, c.Issue(occurred_on=date(2025, 1, 8), asset_ids=ids, use_dept="一科",
                                 keeper=f"p-{n}"))
            for n in range(4)
        ]  # fmt: skip

        assert codes(at_once(jobs)) == ["E_STATE", "E_STATE", "E_STATE", "ok"]


def test_commands_that_may_follow_each_other_all_pass(works: Works, thing: str) -> None:
    """Moves of one thing by six people at once: each is decided afresh, none is lost."""
    jobs = [
        given(works, c.Move(occurred_on=date(2025, 1, 8), asset_ids=(thing,), place=f"房间{n}"))
        for n in range(6)
    ]
    outcomes = at_once(jobs)
    events = works.store.log.stream(f"asset:{thing}")

    assert codes(outcomes) == ["ok"] * 6
    assert list(range(1, len(events) + 1)) == [event.version for event in events]
    assert sum(event.sub_kind == "USE.MOVE" for event in events) == 6


def test_who_has_seen_an_old_version_is_refused(works: Works, thing: str) -> None:
    """With the version that both have seen, one command passes and the other is a conflict."""
    stream = f"asset:{thing}"
    seen = works.store.log.versions([stream])
    moves = [
        c.Move(occurred_on=date(2025, 1, 8), asset_ids=(thing,), place=f"房间{n}") for n in range(3)
    ]
    outcomes = at_once(
        [lambda m=m: works.ledger.execute(m, OFFICER, expected=seen) for m in moves]  # type: ignore[misc]
    )

    assert codes(outcomes) == ["E_CONCURRENCY", "E_CONCURRENCY", "ok"]
    assert seen[stream] + 1 == works.store.log.versions([stream])[stream]


def test_the_first_to_reserve_has_it(works: Works) -> None:
    """Five units want one listed thing: exactly one reservation stands, and it is the answer's."""
    opened = c.OpenWarehouse(
        occurred_on=date(2025, 1, 2), warehouse_id="WH-R", unit_id="JG", name="公物仓"
    )
    works.ledger.execute(opened, KEEPER)
    for ids in [(asset_id,) for asset_id in things(works, ROUNDS)]:
        day = date(2025, 2, 3)
        intake = c.WarehouseIn(occurred_on=day, asset_ids=ids, warehouse_id="WH-R", mode="custody",
                               grade="B", approval=APPROVAL)  # fmt: skip
        works.ledger.execute(intake, OFFICER)
        works.ledger.execute(c.List(occurred_on=day, asset_ids=ids, photo="0" * 64), KEEPER)
        units = ["CZ", "JY", "ZX", "WJ", "XB"]
        outcomes = at_once(
            [given(works, c.Reserve(occurred_on=day, asset_ids=ids, for_unit=u)) for u in units]
        )

        assert codes(outcomes) == ["E_RESERVED"] * 4 + ["ok"]
        reserved = [e for e in works.store.log.stream(f"asset:{ids[0]}") if e.type.endswith("d/1")]
        winner = next(u for u, o in zip(units, outcomes, strict=True) if isinstance(o, Answer))
        assert sum(event.sub_kind == "WH.RESERVE" for event in reserved) == 1
        assert f'"reserved_by":"{winner}"' in reserved[-1].body


def test_a_card_number_is_given_once(works: Works) -> None:
    """Two units register the same number: one has it, the other is told that it is taken."""
    for number in range(ROUNDS):
        jobs = [
            given(works, acquisition(unit, [card(f"SAME-{number}")]))
            for unit in ("JY", "ZX", "WJ", "CZ")
        ]

        assert codes(at_once(jobs)) == ["E_DUP_CARD"] * 3 + ["ok"]


def test_the_same_key_at_once_is_one_command(works: Works) -> None:
    """Eight requests with one Idempotency-Key: one is carried out, all get the same answer."""
    with TestClient(create_app(works.house)) as browser:
        officer = Account(browser, "officer")
        for number in range(ROUNDS):
            body = {
                "occurred_on": "2025-01-08", "unit_id": UNIT, "sub_kind": "CONFIG.PURCHASE",
                "cards": [msgspec.to_builtins(card(f"KEY-{number}"))],
                "approval": {"no": "批1", "on": "2025-01-02", "level": "city"},
            }  # fmt: skip
            key = {"Idempotency-Key": str(uuid.uuid4())}

            def post(_: int, body: Any = body, key: Any = key) -> Any:
                return officer.post("/api/v1/commands/register-acquisition", json=body, headers=key)

            with ThreadPoolExecutor(8) as threads:
                answers = list(threads.map(post, range(8)))

            assert {200} == {answer.status_code for answer in answers}, answers[-1].text
            assert len({answer.json()["position"] for answer in answers}) == 1
            assert len({str(answer.json()["created"]) for answer in answers}) == 1
            replays = [answer.headers["Idempotency-Replayed"] for answer in answers]
            assert sorted(replays) == ["false"] + ["true"] * 7


def test_runs_and_bookings_of_one_unit_meet(works: Works, database: Urls) -> None:
    """Three months are run while things are booked and given away: cards are the books."""
    over = threading.Event()
    failures: list[Exception] = []

    def book(number: int) -> None:
        try:
            turn = 0
            while not over.is_set():
                day = date(2025, 1 + turn % 3, 10)
                ids = tuple(things(works, 2, "ZX", day))
                if turn % 3 == number % 3:
                    _reallocate(works, ids[:1], day)
                turn += 1
        except Exception as error:  # noqa: BLE001 - told in the main thread
            failures.append(error)

    threads = [threading.Thread(target=book, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    try:
        for month in range(1, 4):
            for unit in ("ZX", "WJ"):
                run = c.Depreciate(
                    occurred_on=last_day(f"2025-{month:02d}"), unit_id=unit,
                    period=f"2025-{month:02d}",
                )  # fmt: skip
                works.ledger.execute(run, ACCOUNTANT)
    finally:
        over.set()
        for thread in threads:
            thread.join()

    assert failures == []
    _check_money(works, database)


def _reallocate(works: Works, ids: tuple[str, ...], day: date) -> None:
    given_on = c.ReallocOut(
        occurred_on=day, asset_ids=ids, to_unit="WJ",
        approval=Approval(no="划〔2025〕1号", on=date(2025, 1, 2), level="city"),
    )  # fmt: skip
    works.ledger.execute(given_on, Actor("p-organ", "organ_affairs", "JG"))


def _check_money(works: Works, database: Urls) -> None:
    head = works.store.log.head()

    assert works.engine.wait_for(head, timeout=PATIENCE_SECONDS)
    for month in range(1, 4):
        day = last_day(f"2025-{month:02d}")
        assert _books(database, day, head) == _cards(database, works, day, head)


def _rows(database: Urls, name: str, day: date, position: int, **params: Any) -> list[Any]:
    query = QUERIES[name]
    with psycopg.connect(database.admin_url) as connection:
        clocks = AsOf(day, position)
        return query.answer(connection.cursor(), query.params(**params), clocks, EVERYTHING).rows


def _books(database: Urls, day: date, position: int) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in _rows(database, "balances", day, position, book="FA"):
        if row["account"][:4] in ("1601", "1602"):
            found[row["unit_id"], row["account"][:4]] += abs(row["closing_fen"])
    return {key: fen for key, fen in found.items() if fen}


def _cards(database: Urls, works: Works, day: date, position: int) -> dict[tuple[str, str], int]:
    events, found = works.store.log.read(0, limit=100_000), defaultdict[tuple[str, str], int](int)
    ids = tuple({event.asset_id for event in events if event.asset_id})
    for row in _rows(database, "card-money", day, position, asset_ids=ids):
        found[row["unit_id"], "1601"] += row["gross_fen"]
        found[row["unit_id"], "1602"] += row["accum_fen"]
    return {key: fen for key, fen in found.items() if fen}


def test_no_entry_slips_into_a_month_that_is_being_closed(works: Works) -> None:
    """Posting against closing: whoever comes after the closing is refused or books later."""
    for number in range(1, 4):
        period = f"2025-{number:02d}"
        day = last_day(period)
        accepted = [
            works.ledger.execute(acquisition("CZ", [card(f"C-{number}-{n}", on=day)], day), OFFICER)
            for n in range(6)
        ]
        jobs = [
            given(works, c.PostToBooks(occurred_on=day, booked_on=day if n % 2 else None,
                                       asset_ids=tuple(made.created["asset_ids"])), ACCOUNTANT)
            for n, made in enumerate(accepted)
        ]  # fmt: skip
        close = c.ClosePeriod(occurred_on=day, unit_id="CZ", period=period, reason="无折旧")
        outcomes = at_once([*jobs[:3], given(works, close, ACCOUNTANT), *jobs[3:]])
        events = works.store.log.read(0, limit=100_000)
        closed_at = next(
            (e.position for e in events
             if e.type == "period.closed/1" and e.unit_id == "CZ" and e.occurred_on == day), None
        )  # fmt: skip

        assert closed_at is not None
        assert set(codes(outcomes)) <= {"ok", "E_PERIOD_CLOSED"}
        late = [
            e for e in events
            if e.stream == "ledger:CZ" and e.position > closed_at and e.booked_on is not None
            and e.booked_on <= day
        ]  # fmt: skip
        assert late == []


def test_lives_side_by_side_end_as_they_would_alone(works: Works) -> None:
    """Twelve lives in six threads: every thing ends idle, its stream without a gap."""

    def live(number: int) -> str:
        made = works.ledger.execute(acquisition("XB", [card(f"L-{number}")]), OFFICER)
        ids = tuple(made.created["asset_ids"])
        for command, actor in life_after(ids):
            works.ledger.execute(command, actor)
        return ids[0]

    with ThreadPoolExecutor(6) as threads:
        lived = list(threads.map(live, range(12)))

    for asset_id in lived:
        events = works.store.log.stream(f"asset:{asset_id}")
        assert [e.version for e in events] == [1, 2, 3, 4, 5, 6, 7]
        assert f'"state":"{State.IDLE}"' in events[-1].body
