"""Disposals and bookings taken back by red vouchers; the cards as they stood before (2.9, 2.11)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.commands import structs as c
from domain.events import VoucherPosted
from domain.states import State
from tests.domain.book import Book
from tests.domain.orders import accept, buy, city, count_opens, dispose, post
from tests.domain.things import approved, day, fen, thing


def back(process_id: str, on: str, **more: Any) -> c.ReverseDisposal:
    """Take a disposal back, with everything in order."""
    fields: dict[str, Any] = {
        "document_no": "冲〔2024〕1号",
        "approval": approved(on),
        "reason": "误处置",
        "occurred_on": day(on),
    }
    return c.ReverseDisposal(process_id=process_id, **fields | more)


def scrapped(book: Book) -> tuple[str, str]:
    """A camera of 12,000 over 60 months, scrapped after two runs."""
    [camera] = buy(book, thing("camera", "12,000", "2024-01-05"), on="2024-01-05")
    assert book.run_depreciation("U1", "2024-01", 2) == ["200.00"] * 2
    process_id = dispose(book, [camera], "DISP.SCRAP", "2024-03-05", min_life_reason="误判")
    return camera, process_id


def red_vouchers(book: Book) -> dict[str, int]:
    """Reversed voucher → sum of the red one's debits, in fen."""
    return {
        body.reverses: sum(line.fen for line in body.lines if line.side == "D")
        for stream in book.streams.values()
        for _, body in stream
        if isinstance(body, VoucherPosted) and body.reverses
    }


def test_a_disposal_is_taken_back_by_red_vouchers() -> None:
    """Same sides, negative fen, one for each voucher; the money recorded goes back with it."""
    book = city(books_from="2024-01")
    camera, process_id = scrapped(book)
    on = day("2024-03-08")
    book.when(c.RecordProceeds(process_id=process_id, amount_fen=fen("100"), occurred_on=on))

    book.when(back(process_id, "2024-03-10"), "accountant")

    book.then_posted(
        "FA | 1902.01 -11,600.00; 1602 -400.00 | 1601 -12,000.00",
        "FA | 5301 -11,600.00 | 1902.01 -11,600.00",
        "FA | 1002 -100.00 | 1902.02 -100.00",
    )
    assert sorted(red_vouchers(book).values()) == [fen("-12,000"), fen("-11,600"), fen("-100")]
    book.then_state(camera, State.IN_USE)
    assert book.process(process_id).status == "undone"
    book.then_balance("U1", "1601", "12,000.00")
    book.then_balance("U1", "1602", "-400.00")
    # Taken back in the month of the disposal, which was not run yet: nothing is lost.
    assert book.run_depreciation("U1", "2024-03", 59) == ["200.00"] * 58 + ["0.00"]


def test_no_month_is_charged_twice_and_none_that_it_was_away() -> None:
    """Two months away: 58 of 60 months are left, from the month of the reversal on."""
    book = city(books_from="2024-01")
    _, process_id = scrapped(book)
    assert book.run_depreciation("U1", "2024-03", 2) == ["0.00"] * 2

    book.when(back(process_id, "2024-05-10"), "accountant")

    assert book.run_depreciation("U1", "2024-05", 59) == ["200.00"] * 58 + ["0.00"]


def test_a_loss_written_off_comes_back_as_it_was_before_the_count() -> None:
    """Both vouchers are reversed, and the thing is in use again."""
    book = city(books_from="2024-01")
    [camera] = buy(book, thing("camera", "12,000", "2024-01-05"), on="2024-01-05")
    book.run_depreciation("U1", "2024-01", 2)
    count_opens(book, "2024-03-01")
    missing = c.CountMissing(
        asset_ids=(camera,),
        stocktake_id="T1",
        second_counter="second",
        occurred_on=day("2024-03-02"),
    )
    [process_id] = book.when(missing, "counter").created["process_id"]
    loss = c.ApproveLoss(
        process_id=process_id,
        approval=approved("2024-03-05"),
        liability="无",
        occurred_on=day("2024-03-06"),
    )
    book.when(loss, "approver")

    book.when(back(process_id, "2024-03-10"), "accountant")

    book.then_state(camera, State.IN_USE)
    for account, left in (("1601", "12,000.00"), ("1602", "-400.00"), ("1902.01", "0.00")):
        book.then_balance("U1", account, left)
    assert book.run_depreciation("U1", "2024-03") == ["200.00"]


def test_money_paid_to_the_treasury_stands_against_it() -> None:
    """The refusal says what to do; approval and reason are hard conditions."""
    book = city(books_from="2024-01")
    _, process_id = scrapped(book)
    book.refused("E_NO_APPROVAL", back(process_id, "2024-03-10", approval=None))
    book.refused("E_REASON", back(process_id, "2024-03-10", reason=None))
    book.refused("E_DATE", back(process_id, "2024-03-04"))
    some: dict[str, Any] = {"process_id": process_id, "occurred_on": day("2024-03-08")}
    book.given(
        c.RecordProceeds(amount_fen=fen("100"), **some),
        c.CloseDisposal(**some),
        c.PayTreasury(amount_fen=fen("100"), slip_no="1", **some),
    )

    refusal = book.refused("E_PAID_OVER", back(process_id, "2024-03-10"))

    assert "退付" in refusal.zh


def test_a_disposal_is_taken_back_once_and_only_when_it_was_carried_out() -> None:
    """An undone process is no disposal any more; a transfer goes back by another one."""
    book = city("U1", "U2", books_from="2024-01")
    _, process_id = scrapped(book)
    book.when(back(process_id, "2024-03-10"), "accountant")
    book.refused("E_STATE", back(process_id, "2024-03-11"))
    [desk] = buy(book, thing("desk", "3,000", "2024-03-05"), on="2024-03-05")
    given = dispose(book, [desk], "DISP.TRANSFER", "2024-03-10", to_unit="U2")

    book.refused("E_KIND_MISMATCH", back(given, "2024-03-11"))


def undo(asset_ids: list[str], outcome: str, on: str, **more: Any) -> c.ReversePosting:
    """Take a booking back."""
    fields: dict[str, Any] = {"reason": "价值录错"}
    return c.ReversePosting(
        asset_ids=tuple(asset_ids), outcome=outcome, occurred_on=day(on), **fields | more
    )


@pytest.mark.parametrize("outcome", ["ACCEPTED", "VOIDED"])
def test_a_booking_in_error_is_taken_back_in_its_month(outcome: str) -> None:
    """A red voucher for the whole purchase; the cards wait to be booked anew, or are void."""
    book = city(books_from="2024-01")
    desktops = buy(book, *[thing("desktop", "5,000", "2024-01-05")] * 2, on="2024-01-05")
    book.refused("E_VALUE_MISMATCH", undo(desktops[:1], outcome, "2024-01-10"))
    book.refused("E_REASON", undo(desktops, outcome, "2024-01-10", reason=None))

    book.when(undo(desktops, outcome, "2024-01-10"), "accountant")

    book.then_posted(
        "FA | 1601 -10,000.00 | 4001 -10,000.00",
        "BA | 7101 -10,000.00 | 6001 -10,000.00",
    )
    assert len(red_vouchers(book)) == 1
    assert [str(book.holding(one).state) for one in desktops] == [outcome] * 2
    assert book.run_depreciation("U1", "2024-01") == ["0.00"]


def test_what_was_taken_back_is_booked_again() -> None:
    """Accepted again, booked again, charged from its month on, and not found twice."""
    book = city(books_from="2024-01")
    ids = buy(book, thing("desktop", "5,000", "2024-01-05"), on="2024-01-05")
    book.when(undo(ids, "ACCEPTED", "2024-01-10"), "accountant")
    post(book, ids, "2024-01-12")
    book.when(undo(ids, "ACCEPTED", "2024-01-13"), "accountant")
    assert len(red_vouchers(book)) == 2
    post(book, ids, "2024-01-15")

    book.then_balance("U1", "1601", "5,000.00")
    assert book.run_depreciation("U1", "2024-01") == ["69.44"]


def test_a_booking_of_a_month_that_was_run_or_closed_stands() -> None:
    """Then the card is corrected or the thing disposed of."""
    book = city(books_from="2024-01")
    ids = buy(book, thing("desktop", "5,000", "2024-01-05"), on="2024-01-05")
    book.run_depreciation("U1", "2024-01")
    book.refused("E_PERIOD_RUN", undo(ids, "VOIDED", "2024-01-30"))
    close = c.ClosePeriod(unit_id="U1", period="2024-01", occurred_on=day("2024-01-31"))
    book.when(close, "accountant")
    book.refused("E_PERIOD_CLOSED", undo(ids, "VOIDED", "2024-02-01"))


def test_only_what_was_booked_after_its_acceptance_is_taken_back() -> None:
    """Not an opening card, nor one that was never booked, nor with the retention paid."""
    book = city(books_from="2024-01")
    waiting = accept(book, thing("desktop", "5,000", "2024-01-05"), on="2024-01-05")
    book.refused("E_STATE", undo(waiting, "VOIDED", "2024-01-10"))
    sedan = buy(
        book, thing("sedan", "179,800", "2024-01-05"), on="2024-01-05", retention_fen=fen("8,990")
    )
    process_id = book.asset(sedan[0]).acquisition_id or ""
    paid = c.PayRetention(process_id=process_id, amount_fen=1, occurred_on=day("2024-01-06"))
    book.when(paid, "accountant")

    book.refused("E_PAID_OVER", undo(sedan, "VOIDED", "2024-01-10"))
