"""What random lives brought to light, each as the few commands that show it."""

from __future__ import annotations

from typing import Any

import pytest

from domain.commands import structs as c
from domain.commands.carding import CardPart
from tests.domain.book import Book
from tests.domain.orders import accept, buy, city, count_opens, post
from tests.domain.things import approved, day, thing


def split(book: Book, asset_id: str, on: str, booked_on: str | None = None) -> list[str]:
    """Take a part worth 1,000 yuan off a card."""
    order = c.SplitCard(
        asset_id=asset_id,
        parts=(CardPart(gross_fen=100_000),),
        document_no="拆1号",
        reason="分开管理",
        occurred_on=day(on),
        booked_on=day(booked_on) if booked_on else None,
    )
    return book.given(order)


def reversal(asset_id: str, on: str) -> c.ReversePosting:
    """Take the booking of a card back."""
    return c.ReversePosting(
        asset_ids=(asset_id,), outcome="VOIDED", reason="入账有误", occurred_on=day(on)
    )


def test_nothing_leaves_the_books_before_the_day_it_came_on_them() -> None:
    """Accepted on the 5th and booked on the 30th, a thing is not scrapped in the books between."""
    book = city(books_from="2024-03")
    [copier] = accept(book, thing("copier", "26,000", "2024-03-05"), on="2024-03-05")
    book.given(
        c.PostToBooks(
            asset_ids=(copier,), occurred_on=day("2024-03-05"), booked_on=day("2024-03-30")
        ),
        by="accountant",
    )
    gone: dict[str, Any] = {
        "asset_ids": (copier,),
        "sub_kind": "DISP.SCRAP",
        "occurred_on": day("2024-03-10"),
    }

    assert book.refused("E_DATE", c.RecordExecutedDisposal(**gone)).field == "booked_on"
    book.given(c.RecordExecutedDisposal(**gone, booked_on=day("2024-03-30")))
    book.then_balance("U1", "1601", "0.00")


def test_a_gain_is_not_rejected_in_the_books_before_it_was_found_in_them() -> None:
    """The entry against 1902 and its reversal stand in the order in which they were decided."""
    book = city(books_from="2024-03")
    count_opens(book, "2024-03-01")
    found = c.RecordGain(
        stocktake_id="T1",
        unit_id="U1",
        card=thing("projector", "6,000", "2021-01-01", keeper=None),
        occurred_on=day("2024-03-05"),
        booked_on=day("2024-04-05"),
    )
    [projector] = book.given(found, by="counter")

    book.refused("E_DATE", c.RejectGain(asset_ids=(projector,), occurred_on=day("2024-03-10")))


def test_a_part_split_off_next_month_does_not_leave_in_this_one() -> None:
    """A part is on the books from the day of the split's voucher on."""
    book = city(books_from="2024-03")
    [copier] = buy(book, thing("copier", "26,000", "2024-03-05"), on="2024-03-05")
    book.run_depreciation("U1", "2024-03")
    [part] = split(book, copier, "2024-04-02", "2024-04-20")
    gone = c.RecordExecutedDisposal(
        asset_ids=(part,), sub_kind="DISP.SCRAP", occurred_on=day("2024-04-10")
    )

    book.refused("E_DATE", gone)


@pytest.mark.parametrize("which", ["part", "rest"])
def test_a_booking_is_not_taken_back_after_a_split(which: str) -> None:
    """Neither the part nor the rest is what the acceptance booked: its voucher stands."""
    book = city(books_from="2024-03")
    [copier] = buy(book, thing("copier", "26,000", "2024-03-05"), on="2024-03-05")
    [part] = split(book, copier, "2024-03-06")

    book.refused("E_TOUCHED", reversal(part if which == "part" else copier, "2024-03-07"))


def test_a_booking_is_not_taken_back_after_its_value_was_adjusted() -> None:
    """What was written red and blue is not written red again by the first voucher."""
    book = city(books_from="2024-03")
    [copier] = buy(book, thing("copier", "26,000", "2024-03-05"), on="2024-03-05")
    book.given(
        c.AdjustEstimate(
            asset_id=copier,
            sub_kind="ESTIMATE.SETTLED",
            document_no="调1号",
            new_value_fen=2_500_000,
            reason="结算",
            occurred_on=day("2024-03-06"),
        )
    )

    book.refused("E_TOUCHED", reversal(copier, "2024-03-07"))


def test_things_accepted_are_no_request_that_could_be_rejected() -> None:
    """Accepting opens a process of the kind of a purchase request; it is none (2.1)."""
    book = city(books_from="2024-03")
    accept(book, thing("copier", "26,000", "2024-03-05"), on="2024-03-05")
    [process_id] = [name[8:] for name in book.streams if name.startswith("process:")]
    fields: dict[str, Any] = {"process_id": process_id, "occurred_on": day("2024-03-06")}

    orders: tuple[c.Command, ...] = (
        c.RejectRequest(reason="不需要", **fields),
        c.WithdrawRequest(**fields),
        c.ApproveRequest(approval=approved("2024-03-06"), **fields),
    )
    for order in orders:
        book.refused("E_UNKNOWN_PROCESS", order, "somebody")


def test_where_nothing_is_posted_no_voucher_is_named() -> None:
    """Land without a value leaves, or goes missing, without a voucher."""
    book = city(books_from="2024-03")
    count_opens(book, "2024-03-01")
    lost, sold = (
        book.given(
            c.GrantLand(
                unit_id="U1",
                card=thing("land", "0", "2024-03-05"),
                decision_no="划拨1号",
                occurred_on=day("2024-03-05"),
            ),
            by="officer",
        )[0]
        for _ in range(2)
    )
    for parcel in (lost, sold):
        post(book, [parcel], "2024-03-05")
    book.given(
        c.CountMissing(
            asset_ids=(lost,), stocktake_id="T1", second_counter="second",
            occurred_on=day("2024-03-06"),
        ),
        c.RecordExecutedDisposal(
            asset_ids=(sold,), sub_kind="DISP.SALE", occurred_on=day("2024-03-06")
        ),
        by="counter",
    )  # fmt: skip
    named = [
        getattr(body, "voucher_id", None)
        for asset_id in (lost, sold)
        for event, body in book.streams[f"asset:{asset_id}"]
        if event.type == "asset.disposed/1"
    ]

    assert named == [None, None]
    assert book.posted == []


def test_a_wrong_entry_of_what_was_split_off_goes_by_3501() -> None:
    """A voucher that moved value between cards paid nothing: there is no source to correct."""
    book = city(books_from="2024-03")
    [copier] = buy(book, thing("copier", "26,000", "2024-03-05"), on="2024-03-05")
    [part] = split(book, copier, "2024-03-06")
    book.given(
        c.AdjustEstimate(
            asset_id=part,
            sub_kind="ESTIMATE.WRONG_ENTRY",
            document_no="调1号",
            new_value_fen=90_000,
            reason="录错",
            occurred_on=day("2024-03-07"),
        )
    )

    book.then_posted("FA | 3501 100.00; 3001 100.00 | 1601 100.00; 3501 100.00")


def test_a_loss_of_two_with_one_found_is_taken_back_for_the_other() -> None:
    """The one voucher of the loss was reversed for what was found: the rest is reversed now."""
    book = city(books_from="2024-03")
    count_opens(book, "2024-03-01")
    cards = [thing("copier", "26,000", "2024-03-05")] * 2
    found, gone = buy(book, *cards, on="2024-03-05")
    loss = c.CountMissing(
        asset_ids=(found, gone),
        stocktake_id="T1",
        second_counter="second",
        occurred_on=day("2024-03-06"),
    )
    process_id = book.when(loss, "counter").created["process_id"][0]
    book.given(c.FoundAgain(asset_ids=(found,), occurred_on=day("2024-03-07")))
    some: dict[str, Any] = {"process_id": process_id, "approval": approved("2024-03-08")}
    book.given(
        c.ApproveLoss(liability="无责任人", occurred_on=day("2024-03-08"), **some), by="approver"
    )
    book.given(
        c.ReverseDisposal(
            document_no="冲1号", reason="误核销", occurred_on=day("2024-03-09"), **some
        )
    )

    book.then_posted(
        "FA | 1902.01 -26,000.00; 5301 -26,000.00 | 1601 -26,000.00; 1902.01 -26,000.00"
    )
    book.then_balance("U1", "1601", "52,000.00")
    book.then_balance("U1", "1902.01", "0.00")
