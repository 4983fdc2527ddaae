"""The flow of a public warehouse (7.3) step by step: in, listed, lent, mended, given, disposed."""

from __future__ import annotations

from typing import Any

from domain.commands import structs as c
from domain.states import State
from tests.domain.book import Book
from tests.domain.orders import buy, city, count_opens, dispose, store, warehouse
from tests.domain.things import approved, day, thing

PAPER = approved("2024-02-20")


def stored(count: int = 1) -> tuple[Book, list[str]]:
    """Copiers of U1 in the custody of U2's warehouse."""
    book = city("U1", "U2", books_from="2024-03")
    warehouse(book, "W1", "U2")
    cards = [thing("copier", "26,000", "2024-03-01") for _ in range(count)]
    ids = buy(book, *cards, on="2024-03-01")
    store(book, ids, "2024-03-02")
    book.given(
        c.WarehouseIn(
            asset_ids=tuple(ids), warehouse_id="W1", mode="central", grade="B",
            occurred_on=day("2024-03-03"),
        )
    )  # fmt: skip
    return book, ids


def listed(book: Book, asset_id: str) -> dict[str, Any]:
    """List and reserve a thing for U2; returns what the next command begins with."""
    some: dict[str, Any] = {"asset_ids": (asset_id,), "occurred_on": day("2024-03-04")}
    book.given(c.List(photo="ab" * 32, **some), c.Reserve(for_unit="U2", **some))
    return some


def test_a_thing_goes_in_is_moved_listed_and_taken_off_the_list() -> None:
    """Title and books stay with the giver; place and list are the keeper's."""
    book, [copier] = stored()
    book.then_state(copier, State.IN_WH_CENTRAL)
    assert book.posted == []
    some: dict[str, Any] = {"asset_ids": (copier,), "occurred_on": day("2024-03-04")}
    book.given(c.Move(place="B2", **some), c.List(photo="ab" * 32, **some), c.Unlist(**some))

    assert (book.holding(copier).place, book.holding(copier).unit_id) == ("B2", "U1")
    book.then_state(copier, State.IN_WH_CENTRAL)


def test_a_loan_goes_out_is_extended_and_comes_back() -> None:
    """Reserved, lent by approval, extended, inspected on return; nothing is posted."""
    book, [copier] = stored()
    some = listed(book, copier)
    book.given(
        c.DeliverLoan(borrower_unit="U2", due_on=day("2024-05-01"), approval=PAPER, **some),
        c.ExtendLoan(due_on=day("2024-07-01"), approval=PAPER, **some),
    )
    book.then_state(copier, State.LOANED)
    assert book.holding(copier).due_on == day("2024-07-01")
    book.given(c.ReturnToWarehouse(inspection="完好", **some))

    book.then_state(copier, State.IN_WH_CENTRAL)
    assert book.posted == []


def test_a_thing_is_given_out_for_good() -> None:
    """From the giver straight to the receiver, at its net value (E06)."""
    book, [copier] = stored()
    some = listed(book, copier)
    book.given(c.DeliverRealloc(to_unit="U2", approval=PAPER, keeper="new", **some))

    book.then_posted(
        "U1 FA | 3401 26,000.00 | 1601 26,000.00", "U2 FA | 1601 26,000.00 | 3401 26,000.00"
    )
    book.then_state(copier, State.IN_USE)


def test_a_thing_is_mended_in_the_warehouse() -> None:
    """整修: it goes to the repairer and comes back to where it was; the cost is an expense."""
    book, [copier] = stored()
    some: dict[str, Any] = {"asset_ids": (copier,), "occurred_on": day("2024-03-05")}
    book.given(c.SendRepair(vendor="shop", fault="卡纸", **some))
    book.given(c.CompleteRepair(cost_fen=30_000, **some))

    book.then_posted("FA | 5001 300.00 | 4001 300.00", "BA | 7101 300.00 | 6001 300.00")
    book.then_state(copier, State.IN_WH_CENTRAL)


def test_a_thing_is_disposed_of_out_of_the_warehouse() -> None:
    """仓内处置: asked for, approved and carried out as any disposal."""
    book, [copier] = stored()
    dispose(book, [copier], "DISP.SCRAP", "2024-03-06", min_life_reason="无需求")

    book.then_state(copier, State.DISPOSED)
    book.then_balance("U1", "1601", "0.00")


def test_things_are_counted_in_the_warehouse() -> None:
    """A count finds a stored thing where it is; its state stays."""
    book, [copier] = stored()
    count_opens(book, "2024-03-05")
    book.given(
        c.RecordCount(
            stocktake_id="T1", asset_id=copier, result="MATCH", occurred_on=day("2024-03-05")
        )
    )

    book.then_state(copier, State.IN_WH_CENTRAL)
