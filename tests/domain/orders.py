"""Commands of the worked examples, short enough to read a case as a story."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from domain.cards import Card
from domain.commands.structs import (
    ApplyDisposal,
    ApproveDisposal,
    ExecuteDisposal,
    ImportOpeningCard,
    LeaseOut,
    OpenBooks,
    OpeningCard,
    OpenStocktake,
    OpenWarehouse,
    PostToBooks,
    RegisterAcquisition,
    RegisterUnit,
    ReturnToStore,
)
from tests.domain.book import Book
from tests.domain.things import approved, day, fen


def city(*units: str, kind: str = "administrative", books_from: str = "2019-01") -> Book:
    """A book with the units named (U1 alone when none is), their books open from a month."""
    book = Book()
    for unit_id in units or ("U1",):
        book.given(
            RegisterUnit(unit_id=unit_id, name=unit_id, kind=kind, occurred_on=day("2018-12-01")),
            OpenBooks(unit_id=unit_id, period=books_from, occurred_on=day("2018-12-31")),
        )
    return book


def accept(book: Book, *cards: Card, on: str, unit: str = "U1", **more: Any) -> list[str]:
    """Accept things at a unit (a purchase unless said otherwise), with an earlier approval."""
    fields: dict[str, Any] = {"sub_kind": "CONFIG.PURCHASE", "approval": approved("2018-12-31")}
    order = RegisterAcquisition(unit_id=unit, cards=cards, occurred_on=day(on), **fields | more)
    return book.given(order, by="officer")


def post(book: Book, asset_ids: list[str], on: str) -> None:
    """Book accepted things, by the accountant."""
    book.given(PostToBooks(asset_ids=tuple(asset_ids), occurred_on=day(on)), by="accountant")


def buy(book: Book, *cards: Card, on: str, unit: str = "U1", **more: Any) -> list[str]:
    """Accept and book things on one day."""
    asset_ids = accept(book, *cards, on=on, unit=unit, **more)
    post(book, asset_ids, on)
    return asset_ids


def bring_in(
    book: Book, *cards: Card, on: str, accum: str, months: int, unit: str = "U1", batch: str = "B1"
) -> list[str]:
    """Import booked cards with their accumulated depreciation (yuan a card) and months done."""
    opening = tuple(
        OpeningCard(
            card=replace(card, card_no=f"{batch}-{number}", fiscal_fen=card.gross_fen),
            accum_fen=fen(accum),
            done_months=months,
        )
        for number, card in enumerate(cards)
    )
    order = ImportOpeningCard(
        unit_id=unit, batch_id=batch, prepared_by="officer", cards=opening, occurred_on=day(on)
    )
    return book.given(order, by="accountant")


def store(book: Book, asset_ids: list[str], on: str) -> None:
    """Take things back into the unit's store."""
    book.given(ReturnToStore(asset_ids=tuple(asset_ids), occurred_on=day(on)))


def ask(book: Book, asset_ids: list[str], sub_kind: str, on: str, **more: Any) -> str:
    """Ask for a disposal; returns the id of the process."""
    order = ApplyDisposal(
        asset_ids=tuple(asset_ids), sub_kind=sub_kind, occurred_on=day(on), **more
    )
    return book.when(order, "officer").created["process_id"][0]


def approve(book: Book, process_id: str, on: str) -> None:
    """Approve a disposal by a document of the same day."""
    order = ApproveDisposal(process_id=process_id, approval=approved(on), occurred_on=day(on))
    book.given(order, by="approver")


def carry_out(book: Book, process_id: str, sub_kind: str, on: str, **more: Any) -> None:
    """Carry out an approved disposal."""
    order = ExecuteDisposal(process_id=process_id, sub_kind=sub_kind, occurred_on=day(on), **more)
    book.given(order, by="accountant")


def dispose(book: Book, asset_ids: list[str], sub_kind: str, on: str, **more: Any) -> str:
    """Ask, approve and carry out on one day; returns the process."""
    asked = {
        name: more.pop(name)
        for name in ("appraisal_no", "floor_fen", "to_unit", "min_life_reason", "purpose")
        if name in more
    }
    process_id = ask(book, asset_ids, sub_kind, on, **asked)
    approve(book, process_id, on)
    carry_out(book, process_id, sub_kind, on, **more)
    return process_id


def count_opens(book: Book, on: str, stocktake_id: str = "T1", unit: str = "U1") -> None:
    """Open a stocktake."""
    book.given(OpenStocktake(stocktake_id=stocktake_id, unit_id=unit, occurred_on=day(on)))


def warehouse(book: Book, warehouse_id: str, unit: str, mode: str = "CUSTODY") -> None:
    """Open a public warehouse."""
    book.given(
        OpenWarehouse(
            warehouse_id=warehouse_id,
            unit_id=unit,
            name=warehouse_id,
            title_mode=mode,
            occurred_on=day("2019-01-01"),
        )
    )


def lease(asset_ids: list[str], on: str, ends_on: str, rent: str, **more: Any) -> LeaseOut:
    """Let things from `on`, with everything in order; `rent` in yuan is due once a year."""
    fields: dict[str, Any] = {
        "asset_ids": tuple(asset_ids),
        "lessee": "便民超市",
        "contract_no": "租〔2024〕1号",
        "contract_on": day(on),
        "ends_on": day(ends_on),
        "rent_fen": fen(rent),
        "rent_months": 12,
        "first_due_on": day(on),
        "floor_rent_fen": 0,
        "survey_no": "询价〔2024〕1号",
        "approval": approved(on),
        "occurred_on": day(on),
    }
    return LeaseOut(**fields | more)
