"""Improvements (2.6, E16): what forbids them, months of start and end, parts, losses."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from domain.commands import structs as c
from domain.envelope import Actor
from domain.states import Overlay, State
from tests.domain.orders import buy, city
from tests.domain.scenes import ON, TRIES, missing, place, stage
from tests.domain.test_repairs import car
from tests.domain.things import approved, day, fen, thing

PAPER = approved("2024-02-20")
LATE = approved("2024-03-02")

HARD: list[tuple[str, str, dict[str, Any]]] = [
    ("start-improvement", "E_NO_APPROVAL", {"approval": None}),
    ("start-improvement", "E_NO_APPROVAL", {"approval": LATE}),
    ("start-improvement", "E_SUB_KIND", {"sub_kind": "REPAIR.ORDINARY"}),
    ("start-improvement", "E_PERIOD_CLOSED", {"booked_on": day("2024-02-29")}),
    ("spend-on-improvement", "E_AMOUNT", {"amount_fen": 0}),
    ("spend-on-improvement", "E_AMOUNT", {"own_fen": 101}),
    ("spend-on-improvement", "E_DATE", {"occurred_on": day("2024-02-29")}),
    ("remove-parts", "E_AMOUNT", {"amount_fen": 0}),
    ("remove-parts", "E_AMOUNT", {"amount_fen": fen("26,000.01")}),
    ("complete-improvement", "E_NO_ACCEPTANCE", {"acceptance": None}),
    ("complete-improvement", "E_CARD_FIELD", {"remaining_months": None}),
    ("complete-improvement", "E_DATE", {"occurred_on": day("2024-02-29")}),
]
"""Command, code, and the fields that make it so."""


@pytest.mark.parametrize(("name", "code", "fields"), HARD)
def test_what_an_improvement_may_not_do(name: str, code: str, fields: dict[str, Any]) -> None:
    """Hard refusals: nothing is recorded."""
    book = stage()
    begins = name == "start-improvement"
    asset_id = place(book, State.IN_USE if begins else State.UNDER_IMPROVEMENT)
    order: Any = replace(TRIES[name](asset_id), **fields)

    book.refused(code, order)


@pytest.mark.parametrize("kind", ["REPAIR.IMPROVE", "REPAIR.PREMISES", "REPAIR.MAJOR"])
def test_what_adds_to_the_value_goes_through_1613(kind: str) -> None:
    """Premises repairs and major repairs that improve are E16 (2.6)."""
    book = stage()
    asset_id = place(book, State.IN_USE)
    order: Any = TRIES["start-improvement"](asset_id)

    project = book.when(replace(order, sub_kind=kind)).created["process_id"][0]

    book.then_posted("FA | 1613 26,000.00 | 1601 26,000.00")
    assert kind == book.process(project).kind


def test_an_improvement_waits_for_the_runs_before_it() -> None:
    """What was accumulated until the month before is cleared: those months are run first."""
    book = city(books_from="2024-01")
    [copier] = buy(book, thing("copier", "7,200", "2024-01-05"), on="2024-01-05")
    order = TRIES["start-improvement"](copier)
    book.refused("E_PREVIOUS_OPEN", order)
    assert book.run_depreciation("U1", "2024-01", 2) == ["100.00"] * 2

    book.when(order)

    book.then_posted("FA | 1613 7,000.00; 1602 200.00 | 1601 7,200.00")


def test_begun_and_delivered_in_one_month_it_is_depreciated_in_that_month() -> None:
    """None for the month of the start, the first for the month of delivery: one charge."""
    book = city(books_from="2024-01")
    [copier] = buy(book, thing("copier", "7,200", "2024-01-05"), on="2024-01-05")
    book.run_depreciation("U1", "2024-01", 2)
    book.when(TRIES["start-improvement"](copier))

    book.when(TRIES["complete-improvement"](copier))

    assert book.run_depreciation("U1", "2024-03", 61) == ["116.67"] * 59 + ["116.47", "0.00"]


def test_delivered_after_the_months_run_it_starts_in_the_next() -> None:
    """A month that was run takes no more cards: the delivery is booked in the next one."""
    book = stage()
    copier = place(book, State.UNDER_IMPROVEMENT)
    book.run_depreciation("U1", "2024-03")

    book.when(TRIES["complete-improvement"](copier))

    basis = book.holding(copier).basis
    assert basis is not None
    assert basis.start_period == "2024-04"


def test_an_improvement_booked_late_is_not_spent_on_before() -> None:
    """Spending on the day of the start is booked no earlier than the start."""
    book = stage()
    asset_id = place(book, State.IN_USE)
    order: Any = TRIES["start-improvement"](asset_id)
    book.when(replace(order, booked_on=day("2024-03-20")))
    spend: Any = TRIES["spend-on-improvement"](asset_id)
    book.refused("E_DATE", replace(spend, booked_on=day("2024-03-19")))

    book.when(spend)

    assert book.log[-1].booked_on == day("2024-03-20")


def test_removed_parts_are_approved_once_and_by_another() -> None:
    """Who removed them does not approve; without a document it is refused; then it is done."""
    book = stage()
    copier = place(book, State.UNDER_IMPROVEMENT)
    parts = book.when(TRIES["remove-parts"](copier), "officer").created["process_id"][0]
    order = c.ApproveRemovedParts(process_id=parts, approval=PAPER, occurred_on=ON)
    project = book.holding(copier).process_id or ""
    book.refused("E_SELF_APPROVAL", order, by="officer")
    book.refused("E_NO_APPROVAL", replace(order, approval=None), by="approver")
    book.refused("E_UNKNOWN_PROCESS", replace(order, process_id=project), by="approver")
    book.refused("E_DATE", replace(order, occurred_on=day("2024-02-25")), by="approver")
    assert book.balance("U1", "1902.01") == 100

    book.when(order, "approver")

    book.then_balance("U1", "1902.01", "0.00")
    book.refused("E_ALREADY_EXECUTED", order, by="approver")


def test_parts_may_be_approved_after_the_delivery() -> None:
    """The building does not wait for the paper; 1902 does."""
    book = stage()
    copier = place(book, State.UNDER_IMPROVEMENT)
    parts = book.when(TRIES["remove-parts"](copier), "officer").created["process_id"][0]
    book.when(TRIES["complete-improvement"](copier))

    book.when(c.ApproveRemovedParts(process_id=parts, approval=PAPER, occurred_on=ON), "approver")

    book.then_posted("FA | 5301 1.00 | 1902.01 1.00")
    assert book.holding(copier).gross_fen == fen("25,999")


def test_a_thing_gone_while_it_is_rebuilt_leaves_1613() -> None:
    """Missing at a count or scrapped: 1613 is cleared, 1601 stays as it was; found, it is back."""
    book = stage()
    copier = place(book, State.UNDER_IMPROVEMENT)
    book.when(TRIES["spend-on-improvement"](copier))
    book.when(missing(copier), "counter")
    book.then_posted("FA | 1902.01 26,001.00 | 1613 26,001.00")
    book.when(c.FoundAgain(asset_ids=(copier,), occurred_on=ON))
    book.then_state(copier, State.UNDER_IMPROVEMENT)
    book.then_balance("U1", "1613", "26,001.00")

    book.when(TRIES["complete-improvement"](copier))

    book.then_balance("U1", "1613", "0.00")
    book.then_balance("U1", "1601", "26,001.00")


def test_a_rebuilt_thing_given_away_brings_its_new_life() -> None:
    """The receiver goes on over the months that are left of the reassessed life."""
    book = stage()
    copier = place(book, State.UNDER_IMPROVEMENT)
    book.when(TRIES["complete-improvement"](copier))
    book.run_depreciation("U1", "2024-03", 2)
    book.run_depreciation("U2", "2024-03", 2)
    order: Any = TRIES["realloc-out"](copier)

    book.when(replace(order, occurred_on=day("2024-05-10")))

    basis = book.holding(copier).basis
    assert basis is not None
    assert basis.months == 58


def test_an_exhausted_thing_is_depreciated_again_after_it_was_improved() -> None:
    """Net zero goes into 1613 as nothing; what is spent is the new cost."""
    book = city(books_from="2024-01")
    [camera] = buy(book, thing("camera", "60", "2024-01-05", life_months=2), on="2024-01-05")
    assert book.run_depreciation("U1", "2024-01", 3) == ["30.00", "30.00", "0.00"]
    on = day("2024-04-05")
    order: Any = TRIES["start-improvement"](camera)
    book.when(replace(order, occurred_on=on))
    book.then_posted("FA | 1602 60.00 | 1601 60.00")
    spend: Any = TRIES["spend-on-improvement"](camera)
    book.when(replace(spend, amount_fen=fen("120"), occurred_on=on))
    finish: Any = TRIES["complete-improvement"](camera)
    book.when(replace(finish, remaining_months=12, occurred_on=on))

    assert book.run_depreciation("U1", "2024-04", 13) == ["10.00"] * 12 + ["0.00"]
    assert book.holding(camera).card.life_months == 14


@pytest.mark.parametrize(
    ("kind", "name"),
    [("REPAIR.IMPROVE", "start-improvement"), ("REPAIR.VEHICLE", "send-repair")],
)
def test_a_request_approved_in_the_system_carries_the_work(kind: str, name: str) -> None:
    """The request is carried out by the command; the thing is free of it then."""
    book = stage()
    sedan = car(book)
    ask = c.OpenRequest(kind=kind, unit_id="U1", asset_ids=(sedan,), occurred_on=ON)
    request_id = book.when(ask, "officer").created["process_id"][0]
    yes = c.ApproveRequest(process_id=request_id, approval=approved("2024-03-01"), occurred_on=ON)
    office = Actor(person_id="affairs", role="organ_affairs", unit_id="O1")
    book.when(yes, actor=office)
    order: Any = TRIES[name](sedan)
    order = replace(order, sub_kind=kind, approval=None, process_id=request_id)
    if name == "send-repair":
        order = replace(order, mileage_km=90_000)

    book.when(order)

    assert book.process(request_id).status == "executed"
    assert Overlay.PROCESS_OPEN not in book.holding(sedan).overlays
