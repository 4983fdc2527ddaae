"""Gifts (E21), demolitions, confiscated goods, batches in parts, and media (handbook 2.7, 8.4)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.commands import structs as c
from domain.events import RequestItem
from domain.states import State
from tests.domain.book import Book
from tests.domain.orders import approve, ask, bring_in, buy, carry_out, city, dispose
from tests.domain.things import day, fen, thing


def test_e21_thirty_chairs_given() -> None:
    """E21: 24,000/16,000, net 8,000, freight 300: 8,300 of expense in one entry."""
    book = city(books_from="2024-01")
    card = thing("desk", "800", "2014-01-05")
    some = bring_in(book, *[card] * 20, on="2024-01-01", accum="533.33", months=120)
    more = bring_in(book, *[card] * 10, on="2024-01-01", accum="533.34", months=120, batch="B2")
    dispose(
        book,
        some + more,
        "DISP.DONATE",
        "2024-01-10",
        purpose="捐给乡村小学",
        receiver="某小学",
        freight_fen=fen("300"),
    )

    book.then_posted(
        "FA | 5301 8,300.00; 1602 16,000.00 | 1601 24,000.00; 1002 300.00",
        "BA | 7901 300.00 | 8001 300.00",
    )
    book.then_state(some[0], State.DISPOSED)


def test_a_gift_names_its_purpose() -> None:
    """2.7: a donation serves the public benefit."""
    book = city(books_from="2024-01")
    desk = buy(book, thing("desk", "3,000", "2024-01-05"), on="2024-01-05")
    order = c.ApplyDisposal(
        asset_ids=tuple(desk), sub_kind="DISP.DONATE", occurred_on=day("2024-01-10")
    )
    book.refused("E_REASON", order)


def test_a_house_demolished_with_compensation() -> None:
    """2.7: the shape of E10; the compensation goes through 1902.02 to 2103."""
    book = city(books_from="2024-01")
    hall = bring_in(
        book, thing("hall", "360,000", "2004-01-05"), on="2024-01-01", accum="240,000", months=240
    )
    process_id = dispose(book, hall, "DISP.DEMOLISH", "2024-01-10", evidence="征收决定")

    book.then_posted(
        "FA | 1902.01 120,000.00; 1602 240,000.00 | 1601 360,000.00",
        "FA | 5301 120,000.00 | 1902.01 120,000.00",
    )
    some: dict[str, Any] = {"process_id": process_id, "occurred_on": day("2024-01-15")}
    book.when(c.ClaimCompensation(amount_fen=fen("500,000"), **some))
    book.then_posted("FA | 1218 500,000.00 | 1902.02 500,000.00")
    book.when(c.ReceiveCompensation(amount_fen=fen("500,000"), **some))
    book.then_posted("FA | 1002 500,000.00 | 1218 500,000.00")
    book.when(c.CloseDisposal(**some))
    book.then_posted("FA | 1902.02 500,000.00 | 2103 500,000.00")
    book.when(c.PayTreasury(amount_fen=fen("500,000"), slip_no="1", **some))
    book.then_posted("FA | 2103 500,000.00 | 1002 500,000.00")


def test_confiscated_goods_are_sold_for_the_treasury() -> None:
    """条例 art. 20: a register off the books; all that they bring is owed to the treasury."""
    book = city(books_from="2024-01")
    watch = RequestItem(name="手表", class_code="A05040000", pieces=2, price_fen=fen("1,000"))
    on = day("2024-01-10")
    order = c.RecordConfiscated(
        unit_id="U1", decision_no="罚〔2024〕1号", items=(watch,), occurred_on=on
    )
    [process_id] = book.when(order).created["process_id"]

    book.then_posted()
    some: dict[str, Any] = {"process_id": process_id, "occurred_on": on}
    book.refused("E_AMOUNT", c.RecordProceeds(amount_fen=100, costs_fen=1, **some))
    book.refused("E_SUB_KIND", c.RecordDisposalCost(amount_fen=1, **some))
    book.when(c.RecordProceeds(amount_fen=fen("1,500"), buyer="拍卖行", **some))
    book.then_posted("FA | 1002 1,500.00 | 2103 1,500.00")
    book.when(c.CloseDisposal(**some))
    book.then_posted()
    book.when(c.PayTreasury(amount_fen=fen("1,500"), slip_no="1", **some))
    book.then_posted("FA | 2103 1,500.00 | 1002 1,500.00")
    assert book.asset_ids() == []


def batch(book: Book) -> tuple[str, list[str]]:
    """Three copiers approved for scrapping."""
    copiers = buy(book, *[thing("copier", "9,000", "2024-01-05")] * 3, on="2024-01-05")
    process_id = ask(book, copiers, "DISP.SCRAP", "2024-01-10", min_life_reason="水淹")
    approve(book, process_id, "2024-01-12")
    return process_id, copiers


def test_a_batch_is_carried_out_in_parts() -> None:
    """The process stays approved until the last part; money may come in before."""
    book = city(books_from="2024-01")
    process_id, [first, *rest] = batch(book)
    some: dict[str, Any] = {"process_id": process_id, "occurred_on": day("2024-01-16")}
    book.refused("E_STATE", c.RecordProceeds(amount_fen=100, **some))

    carry_out(book, process_id, "DISP.SCRAP", "2024-01-15", only=(first,))

    book.then_posted(
        "FA | 1902.01 9,000.00 | 1601 9,000.00", "FA | 5301 9,000.00 | 1902.01 9,000.00"
    )
    assert book.process(process_id).status == "approved"
    assert [book.holding(one).state for one in rest] == [State.DISPOSAL_APPROVED] * 2
    book.when(c.RecordProceeds(amount_fen=100, **some))
    book.refused("E_STATE", c.CloseDisposal(**some))
    again = c.ExecuteDisposal(sub_kind="DISP.SCRAP", only=(first,), **some)
    book.refused("E_KIND_MISMATCH", again, "accountant")
    carry_out(book, process_id, "DISP.SCRAP", "2024-01-18")
    assert book.process(process_id).status == "executed"
    assert {book.holding(one).state for one in rest} == {State.DISPOSED}
    book.when(c.CloseDisposal(process_id=process_id, occurred_on=day("2024-01-19")))
    book.then_posted("FA | 1902.02 1.00 | 2103 1.00")


def test_what_is_left_of_a_batch_is_freed_when_the_approval_is_revoked() -> None:
    """After a part was carried out the rest stands as before, and the process can be closed."""
    book = city(books_from="2024-01")
    process_id, [first, *rest] = batch(book)
    carry_out(book, process_id, "DISP.SCRAP", "2024-01-15", only=(first,))
    revoke = c.RevokeApproval(process_id=process_id, reason="尚可用", occurred_on=day("2024-01-16"))
    book.when(revoke, "approver")

    assert [book.holding(one).state for one in rest] == [State.IN_USE] * 2
    assert [book.holding(one).process_id for one in rest] == [None] * 2
    assert book.process(process_id).status == "executed"


@pytest.mark.parametrize(
    ("kind", "more", "flags"),
    [
        ("desktop", {}, ("E_NO_WIPE_CERT",)),
        ("desktop", {"wipe_certificate": "清除1号"}, ()),
        ("copier", {}, ("E_NO_WIPE_CERT",)),
        ("desk", {}, ()),
        ("sedan", {}, ()),
    ],
)
def test_media_leave_with_a_certificate_that_they_were_wiped(
    kind: str, more: dict[str, Any], flags: tuple[str, ...]
) -> None:
    """8.4: devices that held no secrets too; soft."""
    book = city(books_from="2024-01")
    things = buy(book, thing(kind, "9,000", "2024-01-05"), on="2024-01-05")
    process_id = ask(book, things, "DISP.SCRAP", "2024-01-10", min_life_reason="水淹")
    approve(book, process_id, "2024-01-12")
    order = c.ExecuteDisposal(
        process_id=process_id, sub_kind="DISP.SCRAP", occurred_on=day("2024-01-15"), **more
    )

    assert flags == book.when(order, "accountant").flags


def test_classified_media_need_their_certificate_and_two_supervisors() -> None:
    """8.4: who removed them, the seal, the receiver and two supervisors stand in the event."""
    book = city(books_from="2024-01")
    secret = thing("desktop", "9,000", "2024-01-05", classified=True)
    things = buy(book, secret, on="2024-01-05")
    process_id = ask(book, things, "DISP.SCRAP", "2024-01-10", min_life_reason="水淹")
    approve(book, process_id, "2024-01-12")
    some: dict[str, Any] = {
        "process_id": process_id,
        "sub_kind": "DISP.SCRAP",
        "occurred_on": day("2024-01-15"),
    }
    book.refused("E_NO_SECRECY_CERT", c.ExecuteDisposal(**some), "accountant")
    kept: dict[str, Any] = {
        "secrecy_certificate": "销〔2024〕1号",
        "media_serials": "HD-1",
        "media_removed_by": "p-1",
        "media_seal_no": "封001",
        "media_receiver": "保密局销毁中心",
        "media_supervisor": "p-2",
    }
    alone = c.ExecuteDisposal(**some, **kept, media_supervisor_2="p-2")
    book.refused("E_CARD_FIELD", alone, "accountant")

    book.when(c.ExecuteDisposal(**some, **kept, media_supervisor_2="p-3"), "accountant")

    detail = book.streams[f"asset:{things[0]}"][-1][1].detail  # type: ignore[attr-defined]
    assert kept.items() <= detail.items()


def test_a_free_transfer_asked_for_moves_both_ledgers() -> None:
    """DISP.TRANSFER by E06: the giver's net value comes to the receiver, 3401 nets to zero."""
    book = city("U1", "U2", books_from="2024-01")
    [laptop] = buy(book, thing("laptop", "7,200", "2024-01-10"), on="2024-01-10")
    for unit in ("U1", "U2"):
        book.run_depreciation(unit, "2024-01", 2)
    process_id = ask(book, [laptop], "DISP.TRANSFER", "2024-03-05", to_unit="U2")
    approve(book, process_id, "2024-03-06")
    carry_out(book, process_id, "DISP.TRANSFER", "2024-03-10", keeper="new")

    book.then_posted(
        "U1 FA | 3401 7,000.00; 1602 200.00 | 1601 7,200.00",
        "U2 FA | 1601 7,000.00 | 3401 7,000.00",
    )
    assert (book.holding(laptop).unit_id, book.process(process_id).status) == ("U2", "executed")
