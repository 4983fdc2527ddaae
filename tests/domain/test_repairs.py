"""Repairs by kind (2.6): limits, mileage, scrap suggestions, and what forbids them."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from domain.commands import structs as c
from domain.refusals import Refused
from domain.states import Overlay, State
from tests.domain.book import Book
from tests.domain.orders import buy
from tests.domain.scenes import ON, place, stage
from tests.domain.things import approved, day, fen, thing

PAPER = approved("2024-02-20")
LATE = approved("2024-03-02")


def send(asset_id: str, **more: Any) -> c.SendRepair:
    """Send a thing to repair on 2024-03-01."""
    fields: dict[str, Any] = {"vendor": "维修厂", "fault": "异响", "occurred_on": ON}
    return c.SendRepair(asset_ids=(asset_id,), **fields | more)


def car(book: Book, mileage: int | None = 90_000) -> str:
    """A sedan of U1 with its mileage."""
    traits: dict[str, str | int] = {} if mileage is None else {"mileage": mileage}
    [sedan] = buy(book, thing("sedan", "179,800", "2024-01-05", traits=traits), on="2024-01-05")
    return sedan


KINDS = """
copier | REPAIR.ORDINARY | 50,000    | none  |          | sent
copier | REPAIR.ORDINARY | 50,000.01 | paper |          | E_SUB_KIND
copier | REPAIR.MAJOR    | 50,000.01 | paper | 鉴1号    | sent
copier | REPAIR.MAJOR    | 50,000.01 | none  | 鉴1号    | E_NO_APPROVAL
copier | REPAIR.MAJOR    | 50,000.01 | late  | 鉴1号    | E_NO_APPROVAL
copier | REPAIR.MAJOR    | 50,000.01 | paper |          | E_NO_APPRAISAL
copier | REPAIR.MAJOR    | none      | paper | 鉴1号    | E_AMOUNT
copier | REPAIR.PREMISES | 10        | paper |          | E_SUB_KIND
copier | REPAIR.IMPROVE  | 10        | paper |          | E_SUB_KIND
copier | REPAIR.VEHICLE  | 10        | paper |          | E_SUB_KIND
sedan  | REPAIR.VEHICLE  | 8,000     | paper |          | sent
sedan  | REPAIR.VEHICLE  | 8,000     | none  |          | sent E_NO_APPROVAL
sedan  | REPAIR.VEHICLE  | 50,000.01 | none  |          | E_NO_APPROVAL
sedan  | REPAIR.VEHICLE  | 50,000.01 | paper |          | sent
"""
"""Thing, kind of repair, quotation, approval, appraisal: sent (with a flag), or refused."""


@pytest.mark.parametrize("row", KINDS.strip().splitlines())
def test_each_kind_of_repair_asks_for_its_papers(row: str) -> None:
    """Above the limit a repair is a major one with an approval; a vehicle's is flagged without."""
    what, kind, quote, paper, appraisal, expected = (part.strip() for part in row.split("|"))
    book = stage()
    asset_id = car(book) if what == "sedan" else place(book, State.IN_USE)
    order = send(
        asset_id,
        sub_kind=kind,
        quote_fen=None if quote == "none" else fen(quote),
        approval={"none": None, "paper": PAPER, "late": LATE}[paper],
        appraisal_no=appraisal or None,
        mileage_km=100_000,
    )
    try:
        actual = " ".join(["sent", *book.when(order).flags])
    except Refused as refusal:
        actual = refusal.code

    assert expected == actual
    if expected.startswith("sent"):
        assert [book.log[-1].sub_kind] == [kind]


def test_a_repair_ends_as_the_kind_it_began() -> None:
    """The voucher and the last fact carry the sub-kind under which the thing was sent."""
    book = stage()
    sedan = car(book)
    book.when(send(sedan, sub_kind="REPAIR.VEHICLE", mileage_km=91_000, approval=PAPER))
    done = c.CompleteRepair(asset_ids=(sedan,), cost_fen=fen("7,900"), occurred_on=ON)

    assert book.when(done).flags == ()
    assert {event.sub_kind for event in book.log[-2:]} == {"REPAIR.VEHICLE"}
    book.then_posted("FA | 5001 7,900.00 | 4001 7,900.00", "BA | 7101 7,900.00 | 6001 7,900.00")


@pytest.mark.parametrize(
    ("before", "after", "passes"),
    [
        (90_000, 90_000, True),
        (90_000, 89_999, False),
        (None, 0, True),
        (90_000, None, False),
        (None, None, False),
    ],
)
def test_the_mileage_never_falls(before: int | None, after: int | None, passes: bool) -> None:
    """A vehicle overhaul says the mileage, at least what the card says; the card takes it."""
    book = stage()
    sedan = car(book, before)
    order = send(sedan, sub_kind="REPAIR.VEHICLE", mileage_km=after, approval=PAPER)
    if not passes:
        book.refused("E_MILEAGE", order)
        return
    book.when(order)

    assert after == book.holding(sedan).card.traits["mileage"]


def test_vehicles_are_overhauled_one_by_one() -> None:
    """One mileage cannot speak of two."""
    book = stage()
    order = send(car(book), sub_kind="REPAIR.VEHICLE", mileage_km=91_000, approval=PAPER)
    book.refused("E_SUB_KIND", replace(order, asset_ids=(*order.asset_ids, car(book))))


SHARE = """
5,000    | 10,000 | no
5,000.01 | 10,000 | yes
5,000.01 | none   | no
"""
"""Cost or quotation, price of a new thing, and whether scrapping is suggested (half of it)."""


@pytest.mark.parametrize("when", ["sent", "completed"])
@pytest.mark.parametrize("row", SHARE.strip().splitlines())
def test_a_repair_dear_beside_a_new_thing_suggests_scrap(row: str, when: str) -> None:
    """repair_scrap_share of the replacement price, judged on the quotation and on the cost."""
    cost, price, expected = (part.strip() for part in row.split("|"))
    book = stage()
    copier = place(book, State.IN_USE)
    new = None if price == "none" else fen(price)
    sent, done = send(copier), c.CompleteRepair(asset_ids=(copier,), occurred_on=ON)
    if when == "sent":
        sent = replace(sent, quote_fen=fen(cost), replacement_fen=new)
    else:
        done = replace(done, cost_fen=fen(cost), replacement_fen=new)
    book.when(sent)
    book.when(done)

    suggested = Overlay.SCRAP_SUGGESTED in book.holding(copier).overlays
    assert (expected == "yes") == suggested


@pytest.mark.parametrize(
    ("at_first", "at_last", "flags"),
    [(None, None, ("E_NO_APPROVAL",)), (PAPER, None, ()), (None, PAPER, ()),
     (None, LATE, ("E_NO_APPROVAL",))],
)  # fmt: skip
def test_a_cost_above_the_limit_without_approval_is_flagged(
    at_first: Any, at_last: Any, flags: tuple[str, ...]
) -> None:
    """It has happened: it is booked and seen, whatever the quotation had said."""
    book = stage()
    copier = place(book, State.IN_USE)
    book.when(send(copier, quote_fen=fen("100"), approval=at_first))
    done = c.CompleteRepair(
        asset_ids=(copier,), cost_fen=fen("50,000.01"), approval=at_last, occurred_on=ON
    )

    assert flags == book.when(done).flags


def test_the_limit_of_its_day_counts() -> None:
    """Settings are dated: from March on a repair of 20,000 is a major one."""
    book = stage()
    book.given(
        c.SetSetting(
            name="repair_major_fen", value=fen("10,000"), valid_from=ON, occurred_on=ON,
            source="地方规定",
        )
    )  # fmt: skip
    copier = place(book, State.IN_USE)
    order = send(copier, quote_fen=fen("20,000"))
    book.refused("E_SUB_KIND", order)

    assert book.when(replace(order, occurred_on=day("2024-02-28"))).flags == ()


@pytest.mark.parametrize("struct", [c.CompleteRepair, c.RecordService])
def test_a_cost_belongs_to_one_thing(struct: Any) -> None:
    """With a cost each thing is named by itself; own money is part of the cost."""
    book = stage()
    state = State.UNDER_REPAIR if struct is c.CompleteRepair else State.IN_USE
    ids = (place(book, state), place(book, state))
    fields = {"vendor": "维修站"} if struct is c.RecordService else {}
    order = struct(asset_ids=ids, cost_fen=2, occurred_on=ON, **fields)
    book.refused("E_AMOUNT", order)
    book.refused("E_AMOUNT", replace(order, asset_ids=ids[:1], own_fen=3))

    book.when(replace(order, cost_fen=0))

    book.then_posted()
