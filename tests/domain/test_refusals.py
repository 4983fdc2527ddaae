"""Refusals of the handbook (2.10): hard ones change nothing, soft ones are recorded and flagged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from domain.commands import structs as c
from domain.events import AssetConfigured
from domain.states import Overlay, State
from tests.domain.book import Book
from tests.domain.orders import accept, approve, ask, bring_in, buy, city, post, store, warehouse
from tests.domain.scenes import ON, TRIES, force, missing, place, stage
from tests.domain.things import approved, day, fen, thing

Story = Callable[[Book], tuple[c.Command, str]]
LATE = approved("2024-03-02")
"""A decision of the day after the business date."""


def test_a_purchase_without_approval_is_recorded_and_flagged() -> None:
    """E_NO_APPROVAL is soft for what has happened (条例 art. 53(1)), E_STD_PRICE too (art. 10)."""
    book = stage("2024-01")
    order = c.RegisterAcquisition(
        unit_id="U1",
        sub_kind="CONFIG.PURCHASE",
        cards=(thing("desktop", "5,000.01", "2024-02-01"),),
        occurred_on=ON,
    )
    decision = book.when(order)

    assert decision.flags == ("E_NO_APPROVAL", "E_STD_PRICE")
    bodies = [body for _, body in book.streams[f"asset:{decision.created['asset_ids'][0]}"]]
    assert isinstance(bodies[0], AssetConfigured)
    assert set(bodies[0].flags) == set(decision.flags)


def test_a_disposal_done_without_approval_is_recorded_and_flagged() -> None:
    """The fact cannot be undone: it is booked, and it is seen (I02)."""
    book = stage()
    copier = place(book, State.IN_USE)

    assert book.when(TRIES["record-executed-disposal"](copier)).flags == ("E_NO_APPROVAL",)
    book.then_state(copier, "DISPOSED")


def test_a_young_thing_is_scrapped_with_a_reason_and_a_flag() -> None:
    """E_MIN_LIFE is hard without a reason and soft with one."""
    book = stage("2024-01")
    desktop = buy(book, thing("desktop", "5,000", "2024-01-05"), on="2024-01-05")
    bare = c.ApplyDisposal(asset_ids=tuple(desktop), sub_kind="DISP.SCRAP", occurred_on=ON)
    book.refused("E_MIN_LIFE", bare)

    assert book.when(replace(bare, min_life_reason="水淹")).flags == ("E_MIN_LIFE",)


def test_an_old_approval_executes_with_a_flag() -> None:
    """E_APPROVAL_EXPIRED is soft: twelve months unless the rule says otherwise."""
    book = stage("2024-01")
    copier = buy(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
    process_id = ask(book, copier, "DISP.SCRAP", "2024-02-01", min_life_reason="坏")
    approve(book, process_id, "2024-02-01")
    book.run_depreciation("U1", "2024-01", 13)
    order = c.ExecuteDisposal(
        process_id=process_id,
        sub_kind="DISP.SCRAP",
        wipe_certificate="清除〔2025〕2号",
        occurred_on=day("2025-02-02"),
    )

    assert book.when(order, "accountant").flags == ("E_APPROVAL_EXPIRED",)


def test_a_month_closed_without_its_run_is_flagged() -> None:
    """Closing without depreciation needs a reason and leaves a mark."""
    book = stage("2024-01")
    order = c.ClosePeriod(unit_id="U1", period="2024-01", occurred_on=ON)
    book.refused("E_NOT_RUN", order)

    assert book.when(replace(order, reason="无资产")).flags == ("E_NOT_RUN",)


def _registering(*, change: dict[str, Any] | None = None, **fields: Any) -> Story:
    def story(_book: Book) -> tuple[c.Command, str]:
        card = replace(thing("copier", "26,000", "2024-01-05"), **change or {})
        given: dict[str, Any] = {
            "sub_kind": "CONFIG.PURCHASE",
            "approval": approved("2024-01-01"),
        } | fields
        return c.RegisterAcquisition(
            unit_id=given.pop("unit_id", "U1"), cards=(card,), occurred_on=ON, **given
        ), "clerk"

    return story


def _trying(name: str, state: str, *, marks: tuple[Overlay, ...] = (), **fields: Any) -> Story:
    def story(book: Book) -> tuple[c.Command, str]:
        asset_id = place(book, State(state))
        if marks:
            force(book, asset_id, overlays_on=marks, reserved_by="U2")
        return replace(TRIES[name](asset_id), **fields), "clerk"

    return story


def _just(command: c.Command, by: str = "clerk") -> Story:
    return lambda _book: (command, by)


def _executing(kind: str, asked: dict[str, Any], by: str = "accountant", **more: Any) -> Story:
    def story(book: Book) -> tuple[c.Command, str]:
        marks = more.pop("marks", ())
        copier = buy(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
        if marks:
            force(book, copier[0], overlays_on=marks)
        process_id = ask(book, copier, kind, "2024-02-01", min_life_reason="坏", **asked)
        approve(book, process_id, "2024-02-01")
        fields: dict[str, Any] = {"sub_kind": kind, "occurred_on": ON} | more
        return c.ExecuteDisposal(process_id=process_id, **fields), by

    return story


def _self_approving(book: Book) -> tuple[c.Command, str]:
    copier = buy(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
    process_id = ask(book, copier, "DISP.SCRAP", "2024-02-01", min_life_reason="坏")
    return c.ApproveDisposal(
        process_id=process_id, approval=approved("2024-02-01"), occurred_on=ON
    ), "officer"


def _posting_in_closed_month(book: Book) -> tuple[c.Command, str]:
    ids = accept(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
    book.run_depreciation("U1", "2024-01")
    book.given(c.ClosePeriod(unit_id="U1", period="2024-01", occurred_on=ON))
    on = day("2024-01-20")
    return c.PostToBooks(asset_ids=tuple(ids), occurred_on=on, booked_on=on), "accountant"


def _posting_after_the_run(book: Book) -> tuple[c.Command, str]:
    ids = accept(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
    book.run_depreciation("U1", "2024-01")
    on = day("2024-01-20")
    return c.PostToBooks(asset_ids=tuple(ids), occurred_on=on, booked_on=on), "accountant"


def _half_an_acceptance(book: Book) -> tuple[c.Command, str]:
    two = [thing("copier", "26,000", "2024-01-05")] * 2
    ids = accept(book, *two, on="2024-01-05", retention_fen=fen("1,000"))
    return c.PostToBooks(asset_ids=(ids[0],), occurred_on=ON), "accountant"


def _undoing(book: Book, *, touched: bool) -> tuple[c.Command, str]:
    ids = bring_in(
        book, thing("desk", "3,000", "2020-01-02"), on="2024-01-02", accum="800", months=48
    )
    if touched:
        store(book, ids, "2024-01-03")
    unit = "U1" if touched else "U2"
    return c.UndoImport(
        unit_id=unit, batch_id="B1", asset_ids=tuple(ids), reason="重导", occurred_on=ON
    ), "clerk"


def _importing(by: str, **change: Any) -> Story:
    card = replace(thing("desk", "3,000", "2020-01-02", card_no="K1"), fiscal_fen=fen("3,000"))
    fields: dict[str, Any] = {"batch_id": "B1", "unit_id": "U1"}
    fields |= {name: change.pop(name) for name in ("batch_id", "unit_id") if name in change}
    opening = c.OpeningCard(**{"card": card} | change)
    return _just(
        c.ImportOpeningCard(prepared_by="clerk", cards=(opening,), occurred_on=ON, **fields), by
    )


def _twice(book: Book) -> tuple[c.Command, str]:
    accept(book, thing("copier", "26,000", "2024-01-05", card_no="K1"), on="2024-01-05")
    return _registering(change={"card_no": "K1"})(book)


def _counting_own(book: Book) -> tuple[c.Command, str]:
    return TRIES["record-count"](place(book, State.IN_USE)), "keeper"


def _selling_for(price: str) -> Story:
    return _executing(
        "DISP.SALE", {"appraisal_no": "1", "floor_fen": fen("62,000")}, price_fen=fen(price)
    )


UNIT = c.RegisterUnit(unit_id="U1", name="again", kind="administrative", occurred_on=ON)
GAIN = c.RecordGain(
    stocktake_id="T1",
    unit_id="U1",
    card=thing("projector", "6,000", "2021-01-01"),
    occurred_on=ON,
)

REFUSED: list[tuple[str, str, Story]] = [
    ("a unit twice", "E_EXISTS", _just(UNIT)),
    ("an unknown kind of unit", "E_SUB_KIND", _just(replace(UNIT, unit_id="U9", kind="club"))),
    ("an unknown parent", "E_UNKNOWN_UNIT", _just(replace(UNIT, unit_id="U9", parent_id="U8"))),
    ("books twice", "E_EXISTS",
     _just(c.OpenBooks(unit_id="U1", period="2024-02", occurred_on=ON))),
    ("a warehouse twice", "E_EXISTS",
     _just(c.OpenWarehouse(warehouse_id="W1", unit_id="U1", name="w", occurred_on=ON))),
    ("a day of the future", "E_DATE", _just(c.PassDay(occurred_on=day("2100-01-01")))),
    ("an unknown sub-kind", "E_SUB_KIND", _registering(sub_kind="CONFIG.MAGIC")),
    ("an unknown unit", "E_UNKNOWN_UNIT", _registering(unit_id="U9")),
    ("an unknown class", "E_CLASS_UNKNOWN", _registering(change={"class_code": "B999"})),
    ("funds that do not add up", "E_FUND_SPLIT", _registering(change={"fiscal_fen": 1})),
    ("a card number twice", "E_DUP_CARD", _twice),
    ("a thing without value", "E_CARD_FIELD", _registering(change={"gross_fen": 0})),
    ("a thing of tomorrow", "E_DATE", _registering(change={"acquired_on": day("2024-03-02")})),
    ("retention above the price", "E_VALUE_MISMATCH", _registering(retention_fen=10**9)),
    ("gift costs above the value", "E_VALUE_MISMATCH",
     _registering(sub_kind="CONFIG.DONATION_IN", costs_fen=10**9)),
    ("a vehicle as a gift of a company", "E_VEHICLE_DONATION",
     _registering(sub_kind="CONFIG.DONATION_IN", donor_kind="company",
                  change={"class_code": "A02030501", "card_type": "vehicle"})),
    ("booking in a closed month", "E_PERIOD_CLOSED", _posting_in_closed_month),
    ("booking after the month's run", "E_PERIOD_RUN", _posting_after_the_run),
    ("booking a part of a split price", "E_VALUE_MISMATCH", _half_an_acceptance),
    ("releasing one's own import", "E_SELF_POSTING", _importing("clerk")),
    ("more accumulated than value", "E_CARD_FIELD", _importing("boss", accum_fen=10**9)),
    ("importing into no state", "E_STATE", _importing("boss", state="LOANED")),
    ("undoing what was used since", "E_TOUCHED", lambda book: _undoing(book, touched=True)),
    ("undoing another unit's batch", "E_UNKNOWN_PROCESS",
     lambda book: _undoing(book, touched=False)),
    ("a gain without a count", "E_NO_COUNT_TASK", _just(replace(GAIN, stocktake_id="T9"))),
    ("a gain verified by its finder", "E_SELF_APPROVAL",
     lambda book: (_trying("verify-gain", "PENDING_BOOKING")(book)[0], "counter")),
    ("a gain verified before its approval", "E_NO_APPROVAL",
     _trying("verify-gain", "PENDING_BOOKING", approval=LATE)),
    ("an unknown thing", "E_UNKNOWN_ASSET", _just(TRIES["move"]("NOBODY"))),
    ("a move before its life", "E_DATE",
     _trying("move", "IN_USE", occurred_on=day("2024-01-01"))),
    ("a move in a frozen count", "E_COUNT_FROZEN",
     _trying("move", "IN_USE", marks=(Overlay.COUNT_FROZEN,))),
    ("a move of a sealed thing", "E_SEALED", _trying("move", "IDLE", marks=(Overlay.SEALED,))),
    ("papers without a file", "E_NO_ATTACHMENT",
     _trying("attach-documents", "IN_USE", attachments=())),
    ("a correction without reason", "E_REASON", _trying("correct-card", "IN_USE", reason=None)),
    ("a correction of the value", "E_ATTRIBUTE",
     _trying("correct-card", "IN_USE", fields={"gross_fen": 1})),
    ("a correction to the wrong kind", "E_CARD_FIELD",
     _trying("correct-card", "IN_USE", fields={"warranty_end": "soon"})),
    ("outside repair of a classified thing", "E_SECRECY_REPAIR",
     _trying("send-repair", "IN_USE", marks=(Overlay.CLASSIFIED,))),
    ("own money above the repair's cost", "E_AMOUNT",
     _trying("complete-repair", "UNDER_REPAIR", cost_fen=1, own_fen=2)),
    ("giving without approval", "E_NO_APPROVAL", _trying("realloc-out", "IDLE", approval=None)),
    ("giving before the approval", "E_NO_APPROVAL", _trying("realloc-out", "IDLE", approval=LATE)),
    ("giving to oneself", "E_RECEIVER", _trying("realloc-out", "IDLE", to_unit="U1")),
    ("giving what a process holds", "E_PROCESS_OPEN",
     _trying("realloc-out", "IDLE", marks=(Overlay.PROCESS_OPEN,))),
    ("a classified thing for the warehouse", "E_CLASSIFIED_WH",
     _trying("warehouse-in", "IDLE", marks=(Overlay.CLASSIFIED,))),
    ("a disputed thing for the warehouse", "E_TITLE_DISPUTE",
     _trying("warehouse-in", "IDLE", marks=(Overlay.DISPUTED,))),
    ("scrap for the warehouse", "E_CONDITION", _trying("warehouse-in", "IDLE", grade="D")),
    ("listing without a photo", "E_NO_PHOTO", _trying("list", "IN_WH_CENTRAL", photo=None)),
    ("reserving what another has", "E_RESERVED",
     _trying("reserve", "IN_WH_CENTRAL", marks=(Overlay.LISTED, Overlay.RESERVED))),
    ("reserving what is to be scrapped", "E_PROCESS_OPEN",
     _trying("reserve", "IN_WH_CENTRAL", marks=(Overlay.LISTED, Overlay.PROCESS_OPEN))),
    ("lending to another than the one who reserved", "E_RESERVED_BY_OTHER",
     _trying("deliver-loan", "IN_WH_CENTRAL", marks=(Overlay.RESERVED,), borrower_unit="U1")),
    ("lending without approval", "E_NOT_APPROVED",
     _trying("deliver-loan", "IN_WH_CENTRAL", marks=(Overlay.RESERVED,), approval=None)),
    ("lending for ever", "E_NO_DUE_DATE",
     _trying("deliver-loan", "IN_WH_CENTRAL", marks=(Overlay.RESERVED,), due_on=None)),
    ("lending beyond the longest term", "E_TERM_LIMIT",
     _trying("deliver-loan", "IN_WH_CENTRAL", marks=(Overlay.RESERVED,),
             due_on=day("2025-03-02"))),
    ("extending beyond the longest term of the whole loan", "E_TERM_LIMIT",
     _trying("extend-loan", "LOANED", due_on=day("2025-02-28"))),
    ("extending without approval", "E_NO_APPROVAL",
     _trying("extend-loan", "LOANED", approval=None)),
    ("a return that nobody inspected", "E_RETURN_INSPECTION",
     _trying("return-to-warehouse", "LOANED", inspection=None)),
    ("a disposal of what a process holds", "E_PROCESS_OPEN",
     _trying("apply-disposal", "IN_USE", marks=(Overlay.PROCESS_OPEN,))),
    ("a disposal in a frozen count", "E_COUNT_FROZEN",
     _trying("apply-disposal", "IN_USE", marks=(Overlay.COUNT_FROZEN,))),
    ("selling what is classified", "E_CLASSIFIED_WH",
     _trying("apply-disposal", "IN_USE", marks=(Overlay.CLASSIFIED,), sub_kind="DISP.SALE")),
    ("approving one's own request", "E_SELF_APPROVAL", _self_approving),
    ("executing another kind", "E_KIND_MISMATCH",
     _executing("DISP.SCRAP", {}, sub_kind="DISP.SALE")),
    ("executing one's own request", "E_SELF_POSTING", _executing("DISP.SCRAP", {}, by="officer")),
    ("executing before the approval", "E_DATE",
     _executing("DISP.SCRAP", {}, occurred_on=day("2024-01-31"))),
    ("a sale without appraisal", "E_NO_APPRAISAL", _executing("DISP.SALE", {})),
    ("a sale below the floor", "E_BELOW_FLOOR", _selling_for("61,999.99")),
    ("scrapping a secret disk without certificate", "E_NO_SECRECY_CERT",
     _executing("DISP.SCRAP", {}, marks=(Overlay.CLASSIFIED,))),
    ("a loss seen by one alone", "E_SINGLE_COUNTER",
     _trying("count-missing", "IN_USE", second_counter=None)),
    ("a loss seen by its keeper", "E_SINGLE_COUNTER",
     _trying("count-missing", "IN_USE", second_counter="keeper")),
    ("a loss outside a count", "E_NO_COUNT_TASK",
     _trying("count-missing", "IN_USE", stocktake_id="T9")),
    ("a loss of what is to be scrapped", "E_PROCESS_OPEN",
     _trying("count-missing", "IN_USE", marks=(Overlay.PROCESS_OPEN,))),
    ("counting what one keeps", "E_SINGLE_COUNTER", _counting_own),
    ("a run out of order", "E_PREVIOUS_OPEN",
     _just(c.Depreciate(unit_id="U1", period="2024-02", occurred_on=ON))),
    ("a close out of order", "E_PREVIOUS_OPEN",
     _just(c.ClosePeriod(unit_id="U1", period="2024-02", reason="x", occurred_on=ON))),
    ("a count twice", "E_EXISTS",
     _just(c.OpenStocktake(stocktake_id="T1", unit_id="U1", occurred_on=ON))),
    ("closing no count", "E_UNKNOWN_STOCKTAKE",
     _just(c.CloseStocktake(stocktake_id="T9", occurred_on=ON))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "story"), [(code, story) for _, code, story in REFUSED],
                         ids=[name for name, _, _ in REFUSED])  # fmt: skip
def test_a_hard_refusal_has_its_code_and_changes_nothing(code: str, story: Story) -> None:
    """Each row: what is tried, and the code; the log stands as before."""
    book = stage("2024-01")
    command, by = story(book)

    refusal = book.refused(code, command, by)
    assert refusal.zh
    assert refusal.en


def test_a_month_runs_once_and_closes_once() -> None:
    """E_ALREADY_RUN and E_PERIOD_CLOSED."""
    book = stage("2024-01")
    run = c.Depreciate(unit_id="U1", period="2024-01", occurred_on=ON)
    book.when(run)
    book.refused("E_ALREADY_RUN", run)
    close = c.ClosePeriod(unit_id="U1", period="2024-01", occurred_on=ON)
    book.when(close)
    book.refused("E_PERIOD_CLOSED", close)


def test_left_out_the_booking_day_is_the_first_that_is_open() -> None:
    """A late purchase is booked on the first day of the earliest open month (design 4.6)."""
    book = stage("2024-01")
    ids = accept(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
    book.run_depreciation("U1", "2024-01", 2)
    post(book, ids, "2024-01-20")

    assert book.holding(ids[0]).booked_on == day("2024-03-01")
    assert book.log[-1].occurred_on == day("2024-01-20")


@pytest.mark.parametrize("name", ["realloc-out", "record-executed-disposal", "count-missing"])
def test_things_leave_the_books_after_the_runs_before(name: str) -> None:
    """E_PREVIOUS_OPEN: what earlier months still have to charge is charged first (5.7).

    Else the entry would clear less than the accumulated depreciation that the books end with.
    """
    book = stage("2024-01")
    order = TRIES[name](place(book, State.IDLE))
    book.run_depreciation("U1", "2024-01")
    book.refused("E_PREVIOUS_OPEN", order)
    book.run_depreciation("U1", "2024-02")
    book.when(order)

    for account in ("1601", "1602"):
        book.then_balance("U1", account, "0.00")


def test_a_loss_approved_by_its_finder_is_refused() -> None:
    """Requester and approver are two people at a loss as well; liability must be decided."""
    book = stage()
    copier = place(book, State.IN_USE)
    process_id = book.when(missing(copier), "counter").created["process_id"][0]
    order = c.ApproveLoss(
        process_id=process_id, approval=approved("2024-02-20"), liability="无", occurred_on=ON
    )

    book.refused("E_SELF_APPROVAL", order, by="counter")
    book.refused("E_NO_LIABILITY_DECISION", replace(order, liability=None), by="approver")


def test_intake_by_transfer_moves_the_books_to_the_warehouse() -> None:
    """Title mode TRANSFER: E06 between the giver and the unit that runs the warehouse (7.2)."""
    book = city("U1", "U2", books_from="2024-01")
    warehouse(book, "W9", "U2", "TRANSFER")
    copier = buy(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
    store(book, copier, "2024-01-06")
    order = c.WarehouseIn(
        asset_ids=tuple(copier),
        warehouse_id="W9",
        mode="central",
        grade="A",
        approval=approved("2024-01-06"),
        occurred_on=day("2024-01-08"),
    )
    book.when(order)

    book.then_posted(
        "U1 FA | 3401 26,000.00 | 1601 26,000.00",
        "U2 FA | 1601 26,000.00 | 3401 26,000.00",
    )
    book.then_state(copier[0], "IN_WH_CENTRAL")


def test_land_without_a_value_goes_its_way_without_a_voucher() -> None:
    """Land carried at nothing is booked, given and undone, and posts no line."""
    book = city("U1", "U2", books_from="2024-01")
    land = buy(book, thing("land", "0", "2024-01-05", dep_status="EXEMPT"), on="2024-01-05")
    book.then_posted()
    order = c.ReallocOut(
        asset_ids=tuple(land), to_unit="U2", approval=approved("2024-01-06"), occurred_on=ON
    )
    book.when(order)

    book.then_posted()
    assert book.holding(land[0]).unit_id == "U2"


def test_a_transfer_from_outside_books_what_the_card_says() -> None:
    """5.2: the card holds the giver's value and the costs: Dr 1601 Cr 3401, 1002."""
    book = city(books_from="2024-01")
    buy(
        book,
        thing("laptop", "3,560.08", "2024-01-05"),
        on="2024-01-05",
        sub_kind="CONFIG.REALLOC_IN",
        costs_fen=fen("60"),
    )

    book.then_posted(
        "FA | 1601 3,560.08 | 3401 3,500.08; 1002 60.00",
        "BA | 7901 60.00 | 8001 60.00",
    )
    assert book.balance("U1", "1601") == fen("3,560.08")


def test_no_fact_lies_in_the_future() -> None:
    """The business date of any command is today at the latest."""
    book = stage()
    copier = place(book, State.IN_USE)
    book.today = ON

    book.refused("E_DATE", c.Move(asset_ids=(copier,), place="A", occurred_on=day("2024-03-02")))
    book.when(c.Move(asset_ids=(copier,), place="A", occurred_on=ON))
