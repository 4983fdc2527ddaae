"""Leases, loans, investments, sharing (2.3): terms, rent, ends, and what forbids them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.commands import structs as c
from domain.envelope import Actor
from domain.leases import RentTerms
from domain.periods import month_later
from domain.states import Overlay, State
from tests.domain.book import Book
from tests.domain.orders import bring_in, buy, city, lease
from tests.domain.scenes import ON, TRIES, force, missing, place, stage
from tests.domain.things import approved, day, fen, thing

LATE = approved("2024-03-02")
AFFAIRS = Actor(person_id="affairs", role="organ_affairs", unit_id="O1")


def let(book: Book, asset_ids: list[str], **more: Any) -> str:
    """Let things from 2024-03-01 to 2027-03-01 at 1,000 a year; returns the lease."""
    order = lease(asset_ids, "2024-03-01", "2027-03-01", "1,000", **more)
    return book.when(order).created["process_id"][0]


def halls(book: Book, count: int = 1, kind: str = "hall") -> list[str]:
    """Houses of U1."""
    cards = [thing(kind, "360,000", "2024-01-05") for _ in range(count)]
    return buy(book, *cards, on="2024-01-05")


def rent(process_id: str, yuan: str, on: str) -> c.RecordRent:
    """Rent received."""
    return c.RecordRent(process_id=process_id, amount_fen=fen(yuan), occurred_on=day(on))


HARD: list[tuple[str, str, str, dict[str, Any]]] = [
    ("lease-out", "E_NO_APPROVAL", "without approval", {"approval": None}),
    ("lease-out", "E_NO_APPROVAL", "before its approval", {"approval": LATE}),
    ("lease-out", "E_NO_APPRAISAL", "without appraisal or survey", {"survey_no": None}),
    ("lease-out", "E_BELOW_FLOOR", "under the floor", {"floor_rent_fen": fen("1,000.01")}),
    ("lease-out", "E_TERM_LIMIT", "a day over five years", {"ends_on": day("2029-03-02")}),
    ("lease-out", "E_TERM_LIMIT", "a day over ten years in a special case",
     {"ends_on": day("2034-03-02"), "special_reason": "重大项目"}),
    ("lease-out", "E_DATE", "ending as it begins", {"ends_on": ON, "first_due_on": ON}),
    ("lease-out", "E_DATE", "rent due after the end", {"first_due_on": day("2025-03-01")}),
    ("extend-lease", "E_NO_APPROVAL", "without approval", {"approval": None}),
    ("extend-lease", "E_TERM_LIMIT", "five years from the first day are over",
     {"ends_on": day("2029-03-02")}),
    ("extend-lease", "E_DATE", "rent due within the old term",
     {"first_due_on": day("2025-02-28")}),
    ("extend-lease", "E_BELOW_FLOOR", "under the floor", {"rent_fen": 99}),
    ("extend-lease", "E_NO_APPRAISAL", "without survey", {"survey_no": None}),
    ("extend-lease", "E_DATE", "before it began", {"occurred_on": day("2024-02-29")}),
    ("end-lease", "E_DATE", "before it began", {"occurred_on": day("2024-02-29")}),
    ("lend-out", "E_NO_APPROVAL", "without approval", {"approval": None}),
    ("lend-out", "E_TERM_LIMIT", "over a year", {"due_on": day("2025-03-02")}),
    ("lend-out", "E_DATE", "due at once", {"due_on": ON}),
    ("extend-lend", "E_NO_APPROVAL", "without approval", {"approval": None}),
    ("extend-lend", "E_TERM_LIMIT", "a year from its first day", {"due_on": day("2025-03-02")}),
    ("end-lend", "E_DATE", "before it began", {"occurred_on": day("2024-02-29")}),
    ("invest-out", "E_ADMIN_INVEST", "by an administrative unit", {}),
]  # fmt: skip
"""Command, code, what is wrong, and the fields that make it so."""

_IN = {"extend-lease": State.LEASED_OUT, "end-lease": State.LEASED_OUT,
       "extend-lend": State.LENT_OUT, "end-lend": State.LENT_OUT}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "code", "fields"),
    [(name, code, fields) for name, code, _, fields in HARD],
    ids=[f"{name} {what}" for name, _, what, _ in HARD],
)
def test_what_the_rules_forbid_is_refused(name: str, code: str, fields: dict[str, Any]) -> None:
    """Hard refusals of 2.9 and 2.10: nothing is recorded."""
    book = stage()
    asset_id = place(book, _IN.get(name, State.IDLE))

    book.refused(code, replace(TRIES[name](asset_id), **fields))


@pytest.mark.parametrize("name", ["lease-out", "lend-out", "invest-out"])
@pytest.mark.parametrize(
    ("mark", "code"),
    [
        (Overlay.PROCESS_OPEN, "E_PROCESS_OPEN"),
        (Overlay.COUNT_FROZEN, "E_COUNT_FROZEN"),
        (Overlay.SEALED, "E_SEALED"),
    ],
)
def test_what_is_held_by_something_else_goes_nowhere(name: str, mark: Overlay, code: str) -> None:
    """Another process, a count or a court comes first."""
    book = stage(kind="institution")
    asset_id = place(book, State.IDLE, overlays_on=(mark,))

    book.refused(code, TRIES[name](asset_id))


@pytest.mark.parametrize("fields", [{"appraisal_no": None}, {"appraisal_fen": 0}])
def test_nothing_is_invested_without_appraisal(fields: dict[str, Any]) -> None:
    """E_NO_APPRAISAL is hard (条例 art. 36), and so is the approval."""
    book = stage(kind="institution")
    order = TRIES["invest-out"](place(book, State.IDLE))
    book.refused("E_NO_APPRAISAL", replace(order, **fields))
    book.refused("E_NO_APPROVAL", replace(order, approval=None))


PREMISES = """
administrative | office | house by class        | E_PREMISES_LEASE
administrative | hall   | house by its use      | E_PREMISES_LEASE
temporary      | office | of a temporary body   | E_PREMISES_LEASE
institution    | office | of an institution     |
administrative | plain  | no office             |
"""
"""Kind of unit, kind of house, in words, and the refusal."""


@pytest.mark.parametrize("name", ["lease-out", "lend-out"])
@pytest.mark.parametrize("row", PREMISES.strip().splitlines())
def test_office_premises_of_a_government_department_stay(name: str, row: str) -> None:
    """E_PREMISES_LEASE: hard, but for a government document; then recorded and flagged."""
    kind, house, _, code = (part.strip() for part in row.split("|"))
    book = city(kind=kind, books_from="2024-01")
    traits = {"design_use": "办公、会议"} if house == "hall" else {}
    card = thing("office" if house == "office" else "hall", "360,000", "2024-01-05", traits=traits)
    [asset_id] = buy(book, card, on="2024-01-05")
    order = TRIES[name](asset_id)
    if code:
        book.refused(code, order)
        order = replace(order, government_document_no="府〔2024〕5号")

    assert book.when(order).flags == ((code,) if code else ())


def test_a_lease_is_a_process_that_keeps_its_contract_and_its_rent() -> None:
    """What issues will look at: terms, what was received, what is owed, and the end."""
    book = stage()
    [hall] = halls(book)
    process_id = let(book, [hall], deposit_fen=fen("500"), deal_no="交〔2024〕1号")
    book.when(rent(process_id, "600", "2024-03-05"))
    process = book.process(process_id)

    assert ("USE.LEASE", "executed", (hall,)) == (process.kind, process.status, process.asset_ids)
    assert (fen("600"), fen("600")) == (process.proceeds_fen, process.owed_fen)
    assert {
        "lessee": "便民超市", "starts_on": "2024-03-01", "ends_on": "2027-03-01",
        "first_due_on": "2024-03-01", "rent_fen": fen("1,000"), "rent_months": 12,
        "deposit_fen": fen("500"), "deal_no": "交〔2024〕1号",
    }.items() <= process.detail.items()  # fmt: skip
    holding = book.holding(hall)
    assert (process_id, day("2027-03-01")) == (holding.process_id, holding.due_on)


def test_the_end_with_rent_open_is_flagged_and_the_rent_may_still_come() -> None:
    """E_RENT_OPEN is soft: the thing is back, and what is open can be received and paid over."""
    book = stage()
    halls_ = halls(book)
    process_id = let(book, halls_)
    book.when(rent(process_id, "1,600", "2024-03-05"))
    end = c.EndLease(asset_ids=tuple(halls_), inspection="完好", occurred_on=day("2025-06-01"))

    assert book.when(end).flags == ("E_RENT_OPEN",)
    book.then_state(halls_[0], State.IDLE)
    holding = book.holding(halls_[0])
    assert (holding.process_id, holding.due_on) == (None, None)
    assert book.process(process_id).status == "settled"
    book.when(rent(process_id, "400", "2025-06-02"))
    book.then_posted("FA | 1002 400.00 | 2103 400.00")


def test_the_end_with_all_rent_received_has_no_flag() -> None:
    """What falls due after the return is not due."""
    book = stage()
    halls_ = halls(book)
    process_id = let(book, halls_)
    book.when(rent(process_id, "1,000", "2024-03-05"))
    end = c.EndLease(asset_ids=tuple(halls_), occurred_on=day("2025-02-28"))

    assert book.when(end).flags == ()


def test_a_lease_of_two_ends_with_the_second() -> None:
    """Things may come back one by one; one lease is extended as a whole, and ended by lease."""
    book = stage()
    one, two = halls(book, 2)
    process_id = let(book, [one, two])
    other = halls(book)
    let(book, other)
    extend = TRIES["extend-lease"](one)
    book.refused("E_STATE", replace(extend, asset_ids=(one,)))
    book.refused("E_STATE", replace(TRIES["end-lease"](one), asset_ids=(one, other[0])))
    book.when(TRIES["end-lease"](one))
    assert book.process(process_id).status == "executed"

    book.when(TRIES["end-lease"](two))

    assert book.process(process_id).status == "settled"


def test_an_extension_keeps_what_was_due_and_sets_the_new_rent() -> None:
    """1,000 in each of three years, then 1,200 in each of two: 4,200 due by the fourth."""
    book = stage()
    [hall] = halls(book)
    process_id = let(book, [hall])
    on = day("2026-12-01")
    longer = c.ExtendLease(
        asset_ids=(hall,), ends_on=day("2029-03-01"), rent_fen=fen("1,200"),
        floor_rent_fen=fen("1,100"), first_due_on=day("2027-03-01"), survey_no="询价〔2026〕1号",
        approval=approved("2026-11-20"), occurred_on=on,
    )  # fmt: skip
    book.when(longer)
    end = c.EndLease(asset_ids=(hall,), occurred_on=day("2027-06-01"))

    assert book.holding(hall).due_on == day("2029-03-01")
    book.when(rent(process_id, "4,199.99", "2027-04-01"))
    assert book.when(end).flags == ("E_RENT_OPEN",)
    [(_, last)] = [
        (event, body) for event, body in book.streams[f"process:{process_id}"]
        if event.type == "process.settled/1"
    ]  # fmt: skip
    assert {"due_fen": fen("4,200"), "open_fen": 1} == getattr(last, "detail", None)


def test_what_was_let_before_this_system_can_be_taken_back() -> None:
    """An imported card in the state 出租 has no lease: it cannot be extended, only ended."""
    book = stage()
    card = thing("hall", "360,000", "2014-04-01")
    [hall] = bring_in(book, card, on="2024-03-01", accum="0", months=0)
    force(book, hall, state=State.LEASED_OUT)
    book.refused("E_UNKNOWN_PROCESS", TRIES["extend-lease"](hall))

    book.when(TRIES["end-lease"](hall))

    book.then_state(hall, State.IDLE)


def test_a_let_thing_lost_and_found_is_still_let() -> None:
    """What was missing at a count comes back to its lease."""
    book = stage()
    [hall] = halls(book)
    process_id = let(book, [hall])
    book.when(missing(hall), "counter")

    book.when(c.FoundAgain(asset_ids=(hall,), occurred_on=ON))

    holding = book.holding(hall)
    assert (State.LEASED_OUT, process_id) == (holding.state, holding.process_id)
    assert Overlay.PROCESS_OPEN not in holding.overlays


def test_rent_belongs_to_a_lease() -> None:
    """No rent on another process, of nothing, or on a lease that is filed."""
    book = stage()
    asset_ids = buy(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
    purchase = book.asset(asset_ids[0]).acquisition_id or ""
    process_id = let(book, halls(book))

    book.refused("E_UNKNOWN_PROCESS", rent(purchase, "1", "2024-03-05"))
    book.refused("E_UNKNOWN_PROCESS", rent("NOBODY", "1", "2024-03-05"))
    book.refused("E_AMOUNT", rent(process_id, "0", "2024-03-05"))
    owed = c.RecogniseRent(process_id=process_id, amount_fen=1, occurred_on=ON)
    book.when(rent(process_id, "3,000", "2024-03-05"))
    book.refused("E_AMOUNT", owed)
    book.when(TRIES["end-lease"](book.process(process_id).asset_ids[0]))
    filing = c.FileProcess(process_id=process_id, document_no="备1", occurred_on=ON)
    book.refused("E_MONEY_OPEN", filing)
    book.when(
        c.PayTreasury(
            process_id=process_id,
            amount_fen=fen("3,000"),
            slip_no="1",
            occurred_on=day("2024-03-05"),
        )
    )
    book.when(filing)
    book.refused("E_ALREADY_CLOSED", rent(process_id, "1", "2024-03-05"))


@pytest.mark.parametrize(
    ("kind", "name"),
    [("USE.LEASE", "lease-out"), ("USE.LEND", "lend-out"), ("USE.INVEST", "invest-out")],
)
def test_a_request_approved_in_the_system_carries_the_command(kind: str, name: str) -> None:
    """Without a paper: the request's things are released by it, and it is carried out."""
    book = stage(kind="institution")
    asset_id = place(book, State.IN_USE)
    ask = c.OpenRequest(kind=kind, unit_id="U1", asset_ids=(asset_id,), occurred_on=ON)
    request_id = book.when(ask, "officer").created["process_id"][0]
    order = replace(TRIES[name](asset_id), approval=None, process_id=request_id)
    book.refused("E_NO_APPROVAL", order)
    book.refused("E_PROCESS_OPEN", TRIES[name](asset_id))
    yes = c.ApproveRequest(process_id=request_id, approval=approved("2024-03-01"), occurred_on=ON)
    book.when(yes, actor=AFFAIRS)
    other = place(book, State.IN_USE)
    book.refused("E_KIND_MISMATCH", replace(order, asset_ids=(asset_id, other)))

    book.when(order)

    holding = book.holding(asset_id)
    assert Overlay.PROCESS_OPEN not in holding.overlays
    assert request_id != holding.process_id
    assert book.process(request_id).status == "executed"
    book.refused("E_STATE", order)


def test_sharing_and_service_leave_a_thing_where_it_is() -> None:
    """USE.SHARE and USE.SERVICE are facts of the thing; a sealed one is not shared."""
    book = stage()
    asset_id = place(book, State.IN_USE)
    before = book.holding(asset_id)
    book.when(TRIES["share"](asset_id))
    book.then_posted()
    assert (book.log[-1].sub_kind, book.holding(asset_id)) == ("USE.SHARE", before)
    sealed = place(book, State.IN_USE, overlays_on=(Overlay.SEALED,))
    book.refused("E_SEALED", TRIES["share"](sealed))

    book.when(TRIES["record-service"](asset_id))

    assert before == book.holding(asset_id)


RENT = """
2024-02-29 | 0
2024-03-01 | 1
2024-05-31 | 1
2024-06-01 | 2
2025-02-28 | 4
2099-01-01 | 4
"""
"""Day and how many rents of a quarter have fallen due of a lease of the year from 2024-03-01."""


@pytest.mark.parametrize("row", RENT.strip().splitlines())
def test_rent_falls_due_by_its_terms(row: str) -> None:
    """First day, then every three months, none on the day of the end or after it."""
    text, count = (part.strip() for part in row.split("|"))
    terms = RentTerms(day("2025-03-01"), 500, 3, day("2024-03-01"), due_before_fen=70)

    assert 70 + int(count) * 500 == terms.due_fen(day(text))


@given(
    st.dates(day("2020-01-01"), day("2030-01-01")),
    st.integers(1, 24),
    st.integers(0, 120),
    st.integers(0, 4000),
)
def test_rent_due_only_grows_up_to_the_total(
    start: Any, months: int, term: int, ahead: int
) -> None:
    """Due on a day is never less than the day before, and never above the whole term's."""
    terms = RentTerms(month_later(start, term), 100, months, start)
    on = start.fromordinal(start.toordinal() + ahead)
    before = start.fromordinal(on.toordinal() - 1)

    assert terms.due_fen(before) <= terms.due_fen(on) <= terms.total_fen
    assert terms.total_fen == 100 * -(-term // months)
