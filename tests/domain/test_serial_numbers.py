"""One serial number on two live cards: told as a flag wherever a card comes in or changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from domain.cards import Card
from domain.commands import structs as c
from domain.commands.command import OpeningCard
from domain.decisions.serials import CLAIM, FLAG, PLACES_MAX, serial_key
from domain.events import AssetChanged, AssetConfigured
from tests.domain.book import Book
from tests.domain.orders import accept, city, count_opens
from tests.domain.things import approved, day, thing

ON = "2024-03-05"
SAME: dict[str, Any] = {"serial_no": "PF-3X99", "brand": "联想", "model": "M455"}


def a_card(**more: Any) -> Card:
    """A desktop with the serial number of this module."""
    return thing("desktop", "5,000", ON, **SAME | more)


def accepting(card: Card, unit: str = "U2") -> c.RegisterAcquisition:
    """The card accepted from a purchase."""
    return c.RegisterAcquisition(
        unit_id=unit, sub_kind="CONFIG.PURCHASE", cards=(card,), occurred_on=day(ON),
        approval=approved("2024-01-01"),
    )  # fmt: skip


def importing(card: Card) -> c.ImportOpeningCard:
    """The card brought in from older books."""
    numbered = replace(
        card, card_no="OLD-1", fiscal_fen=card.gross_fen, acquired_on=day("2023-01-05")
    )
    opening = OpeningCard(card=numbered, state="IN_USE", accum_fen=0, done_months=0)
    return c.ImportOpeningCard(
        unit_id="U3", batch_id="B1", prepared_by="officer", cards=(opening,),
        occurred_on=day("2024-03-01"),
    )  # fmt: skip


def gaining(card: Card) -> c.RecordGain:
    """The card of a thing found at a count."""
    found = replace(card, acquired_on=day("2021-01-05"))
    return c.RecordGain(stocktake_id="T1", unit_id="U1", card=found, occurred_on=day(ON))


def flags_of(book: Book) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The flags of the last decision and those of its facts about things."""
    bodies = [fact.body for fact in book.decision.facts]
    kept = [body.flags for body in bodies if isinstance(body, AssetConfigured | AssetChanged)]
    return book.decision.flags, kept


def stage() -> Book:
    """Three units, a count of the first, and one live card with the number in the first."""
    book = city("U1", "U2", "U3", books_from="2024-03")
    count_opens(book, "2024-02-01")
    accept(book, a_card(), on=ON)
    return book


@pytest.mark.parametrize("coming", [accepting, importing, gaining])
def test_a_number_that_a_live_card_bears_is_flagged(
    coming: Callable[[Card], c.Command],
) -> None:
    """Bought, imported or found, in whatever unit: recorded, with the flag on its own fact."""
    book = stage()

    book.when(coming(a_card()), by="releaser")

    assert flags_of(book) == ((FLAG,), [(FLAG,)])


@pytest.mark.parametrize("coming", [accepting, importing, gaining])
def test_another_model_or_no_number_is_no_finding(coming: Callable[[Card], c.Command]) -> None:
    """The number of another maker's thing, and a column filled with 无, say nothing."""
    book = stage()
    book.when(coming(a_card(model="M900")), by="releaser")
    other = flags_of(book)
    accept(book, a_card(serial_no="无"), on=ON)
    book.when(accepting(a_card(serial_no="无")))

    assert other == ((), [()])
    assert flags_of(book) == ((), [()])


# What is written in the second card's fields, and whether it is the same number.
WRITTEN: list[tuple[dict[str, Any], bool]] = [
    ({"serial_no": "pf-3x99 "}, True),
    ({"serial_no": "ＰＦ-３Ｘ９９"}, True),
    ({"brand": "联 想", "model": "m455"}, True),
    ({"brand": None, "maker": "联想"}, True),
    ({"serial_no": "PF3X99"}, False),
    ({"brand": "惠普"}, False),
    ({"brand": None}, False),
]


@pytest.mark.parametrize(("fields", "same"), WRITTEN)
def test_width_case_and_spaces_do_not_count(fields: dict[str, Any], same: bool) -> None:
    """Two clerks write one number in their own ways."""
    assert same == (serial_key(a_card()) == serial_key(a_card(**fields)))


@pytest.mark.parametrize("junk", [None, "", "无", "/", "---", "0000", "1", "N/A", "无编号"])
def test_what_stands_for_no_number_is_none(junk: str | None) -> None:
    """Fillers of the column would make every card the twin of every other."""
    assert serial_key(a_card(serial_no=junk)) is None


def test_the_later_of_two_in_one_command_is_flagged() -> None:
    """Ten bought with one number: the first stands, the others are told."""
    book = city("U1")
    cards = (a_card(), a_card(serial_no="OTHER"), a_card())
    book.when(replace(accepting(a_card(), unit="U1"), cards=cards))

    assert flags_of(book) == ((FLAG,), [(), (), (FLAG,)])


def test_a_correction_to_a_taken_number_is_flagged() -> None:
    """A changed number, or a changed model that makes it the same; other fields are no finding."""
    book = stage()
    [mine] = accept(book, a_card(serial_no="PF-0001"), on=ON)

    def correct(**fields: Any) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        book.when(c.CorrectCard(asset_id=mine, fields=fields, reason="核对", occurred_on=day(ON)))
        return flags_of(book)

    taken, silent, free = (
        correct(serial_no="PF-3X99"), correct(remark="x"), correct(serial_no="PF-0001"),
    )  # fmt: skip
    assert (taken, silent, free) == (((FLAG,), [(FLAG,)]), ((), [()]), ((), [()]))


def test_a_card_that_is_gone_or_was_corrected_frees_its_number() -> None:
    """Voided, or given another number: the next one with the old number is no finding."""
    book = city("U1", "U2")
    [voided] = accept(book, a_card(), on=ON)
    book.when(c.Void(asset_ids=(voided,), reason="重复登记", occurred_on=day(ON)))
    [corrected] = accept(book, a_card(), on=ON)
    first = flags_of(book)
    fields: dict[str, Any] = {"serial_no": "PF-0002"}
    book.when(c.CorrectCard(asset_id=corrected, fields=fields, reason="核对", occurred_on=day(ON)))
    book.when(accepting(a_card()))

    assert (first, flags_of(book)) == (((), [()]), ((), [()]))


def test_a_column_of_one_number_is_bounded() -> None:
    """However many bear it, the places under one number end; each later card is still told."""
    book = city("U2")
    for _ in range(PLACES_MAX + 3):
        book.when(accepting(a_card()))

    places = [key for kind, key in book.claimed if kind == CLAIM]
    assert (len(places), flags_of(book)) == (PLACES_MAX, ((FLAG,), [(FLAG,)]))
