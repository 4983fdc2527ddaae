"""Reallocations by kind (2.4): how far apart two units stand, inside one unit, for a time."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from domain.commands import structs as c
from domain.envelope import Actor
from domain.refusals import Refused
from domain.states import State
from tests.domain.book import Book
from tests.domain.orders import buy
from tests.domain.scenes import ON, TRIES, place, stage
from tests.domain.things import approved, day, thing

PAPER = approved("2024-02-20")

TREE = """
edu      |        | city
school   | edu    | city
branch   | school | city
health   |        | city
hospital | health | city
cedu     |        | county
cschool  | cedu   | county
"""
"""Unit, the unit above it, level."""


def the_tree() -> Book:
    """A city with two departments and a county with one, all with open books."""
    book = Book()
    for row in TREE.strip().splitlines():
        unit_id, parent, level = (part.strip() for part in row.split("|"))
        book.given(
            c.RegisterUnit(
                unit_id=unit_id, name=unit_id, kind="administrative", level=level,
                parent_id=parent or None, occurred_on=day("2018-12-01"),
            ),
            c.OpenBooks(unit_id=unit_id, period="2024-03", occurred_on=day("2023-12-31")),
        )  # fmt: skip
    return book


SCOPES = """
school | edu      | IN_DEPT
school | branch   | IN_DEPT
branch | edu      | IN_DEPT
edu    | health   | CROSS_DEPT
branch | hospital | CROSS_DEPT
school | cschool  | CROSS_LEVEL
cedu   | edu      | CROSS_LEVEL
"""
"""Giver, receiver, and how far apart they stand."""


@pytest.mark.parametrize("row", SCOPES.strip().splitlines())
def test_the_sub_kind_follows_from_the_tree(row: str) -> None:
    """Left out it is found; said wrongly it is refused; a reform may reach anywhere."""
    giver, receiver, expected = (part.strip() for part in row.split("|"))
    actual: dict[str | None, str] = {}
    for asked in (None, "IN_DEPT", "CROSS_DEPT", "CROSS_LEVEL", "REFORM", "INTERNAL"):
        book = the_tree()
        card = thing("copier", "26,000", "2024-01-05")
        [asset_id] = buy(book, card, on="2024-03-01", unit=giver)
        order = c.ReallocOut(
            asset_ids=(asset_id,),
            to_unit=receiver,
            sub_kind=asked and f"REALLOC.{asked}",
            approval=PAPER,
            occurred_on=ON,
        )
        try:
            book.when(order)
        except Refused as refusal:
            actual[asked] = refusal.code
        else:
            [fact] = [event for event in book.log if event.type == "asset.reallocated/1"]
            actual[asked] = fact.sub_kind.removeprefix("REALLOC.")

    wanted: dict[str | None, str] = dict.fromkeys(
        ("IN_DEPT", "CROSS_DEPT", "CROSS_LEVEL", "INTERNAL"), "E_SUB_KIND"
    )
    wanted |= {expected: expected, None: expected, "REFORM": "REFORM"}

    assert wanted == actual


def test_a_reform_moves_many_at_once() -> None:
    """E06 in bulk: one voucher a side, 3401 nets to zero."""
    book = the_tree()
    cards = [thing("copier", "26,000", "2024-01-05") for _ in range(30)]
    ids = buy(book, *cards, on="2024-03-01", unit="school")
    order = c.ReallocOut(
        asset_ids=tuple(ids), to_unit="hospital", sub_kind="REALLOC.REFORM", approval=PAPER,
        occurred_on=ON,
    )  # fmt: skip

    assert len(book.when(order).created["voucher_id"]) == 2
    book.then_posted(
        "school FA | 3401 780,000.00 | 1601 780,000.00",
        "hospital FA | 1601 780,000.00 | 3401 780,000.00",
    )


def test_an_approved_request_names_the_receiver() -> None:
    """The request is carried out for its receiver and its kind, and for no other."""
    book = the_tree()
    card = thing("copier", "26,000", "2024-01-05")
    [asset_id] = buy(book, card, on="2024-03-01", unit="school")
    ask = c.OpenRequest(
        kind="REALLOC.CROSS_DEPT", unit_id="school", asset_ids=(asset_id,), to_unit="hospital",
        occurred_on=ON,
    )  # fmt: skip
    request_id = book.when(ask, "officer").created["process_id"][0]
    order = c.ReallocOut(
        asset_ids=(asset_id,), to_unit="hospital", process_id=request_id, occurred_on=ON
    )
    book.refused("E_NO_APPROVAL", order)
    yes = c.ApproveRequest(process_id=request_id, approval=approved("2024-03-01"), occurred_on=ON)
    book.when(yes, actor=Actor(person_id="affairs", role="organ_affairs", unit_id="O1"))
    book.refused("E_RECEIVER", replace(order, to_unit="health"))
    book.refused("E_KIND_MISMATCH", replace(order, to_unit="edu"))

    book.when(order)

    assert book.process(request_id).status == "executed"
    holding = book.holding(asset_id)
    assert ("hospital", frozenset()) == (holding.unit_id, holding.overlays)


def test_inside_the_unit_only_custody_moves() -> None:
    """REALLOC.INTERNAL: department, keeper, place; no entry; the same department is refused."""
    book = stage()
    asset_id = place(book, State.IDLE)
    order = c.ReallocateInside(
        asset_ids=(asset_id,), use_dept="finance office", keeper="new", place="Room 9",
        occurred_on=ON,
    )  # fmt: skip
    before = book.holding(asset_id)
    book.refused("E_RECEIVER", replace(order, use_dept=before.use_dept or ""))

    book.when(order)

    book.then_posted()
    assert book.log[-1].sub_kind == "REALLOC.INTERNAL"
    moved = {"use_dept": "finance office", "keeper": "new", "place": "Room 9"}
    assert replace(before, **moved) == book.holding(asset_id)


def test_between_units_for_a_time_title_and_books_stay() -> None:
    """REALLOC.LOAN: the borrower and the day are known, depreciation goes on, then it is back."""
    book = stage()
    asset_id = place(book, State.IN_USE)
    before = book.holding(asset_id)

    book.when(TRIES["lend-between"](asset_id))

    book.then_posted()
    lent = book.holding(asset_id)
    assert (State.LENT_OUT, "U2", day("2024-09-01")) == (
        lent.state,
        lent.borrower_unit,
        lent.due_on,
    )
    assert (before.unit_id, before.card_no, before.gross_fen) == (
        lent.unit_id, lent.card_no, lent.gross_fen,
    )  # fmt: skip
    assert book.run_depreciation("U1", "2024-03") == ["361.11"]
    book.refused("E_KIND_MISMATCH", TRIES["end-lend"](asset_id))
    book.when(TRIES["extend-lend"](asset_id))
    assert book.log[-1].sub_kind == "REALLOC.LOAN"

    book.when(TRIES["return-between"](asset_id))

    back = book.holding(asset_id)
    assert (back.state, back.borrower_unit, back.due_on) == (State.IDLE, None, None)


HARD: list[tuple[str, dict[str, Any]]] = [
    ("E_NO_APPROVAL", {"approval": None}),
    ("E_NO_APPROVAL", {"approval": approved("2024-03-02")}),
    ("E_RECEIVER", {"to_unit": "U1"}),
    ("E_UNKNOWN_UNIT", {"to_unit": "U9"}),
    ("E_TERM_LIMIT", {"due_on": day("2025-03-02")}),
    ("E_DATE", {"due_on": ON}),
]
"""Code, and the fields that make it so."""


@pytest.mark.parametrize(("code", "fields"), HARD)
def test_a_loan_between_units_has_its_conditions(code: str, fields: dict[str, Any]) -> None:
    """Approval, another unit, and a day within lend_max_months."""
    book = stage()
    order: Any = TRIES["lend-between"](place(book, State.IN_USE))

    book.refused(code, replace(order, **fields))


def test_a_loan_comes_back_inspected_and_by_its_own_command() -> None:
    """What went outside is not returned by a unit, and no return goes uninspected."""
    book = stage()
    outside = place(book, State.LENT_OUT)
    book.refused("E_KIND_MISMATCH", TRIES["return-between"](outside))
    between = place(book, State.IN_USE)
    book.when(TRIES["lend-between"](between))
    order: Any = TRIES["return-between"](between)
    book.refused("E_RETURN_INSPECTION", replace(order, inspection=None))
