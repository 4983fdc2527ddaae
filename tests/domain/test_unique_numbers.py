"""One VIN, one plate, one certificate on at most one live card (handbook 3.8): hard, and freed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from domain.cards import Card
from domain.commands import structs as c
from domain.commands.command import OpeningCard
from domain.decisions.uniques import PLACES_AT_ONCE
from tests.domain.book import Book
from tests.domain.orders import accept, buy, city, count_opens, dispose
from tests.domain.things import approved, day, thing

ON = "2024-03-05"
VIN, PLATE, CERTIFICATE = "LSVAA4181E2123456", "川L12345", "川(2020)澄江市不动产权第0001234号"
OTHER_VIN = "1M8GDM9AXKP042788"


def car(**traits: str) -> Card:
    """A sedan with the VIN of this module, and other traits."""
    return thing("sedan", "180,000", ON, traits={"vin": VIN} | traits)


def house(**traits: str) -> Card:
    """An office building with a certificate."""
    return thing("office", "1,000,000", ON, life_months=600, traits=traits)


def accepting(card: Card) -> c.RegisterAcquisition:
    """The card accepted from a purchase, at another unit."""
    return c.RegisterAcquisition(
        unit_id="U2", sub_kind="CONFIG.PURCHASE", cards=(card,), occurred_on=day(ON),
        approval=approved("2024-01-01"),
    )  # fmt: skip


def importing(card: Card) -> c.ImportOpeningCard:
    """The card brought in from older books."""
    numbered = replace(
        card, card_no="OLD-1", fiscal_fen=card.gross_fen, acquired_on=day("2023-01-05")
    )
    return c.ImportOpeningCard(
        unit_id="U3", batch_id="B1", prepared_by="officer",
        cards=(OpeningCard(card=numbered),), occurred_on=day("2024-03-01"),
    )  # fmt: skip


def gaining(card: Card) -> c.RecordGain:
    """The card of a thing found at a count."""
    found = replace(card, acquired_on=day("2021-01-05"))
    return c.RecordGain(stocktake_id="T1", unit_id="U1", card=found, occurred_on=day(ON))


def stage(card: Card) -> Book:
    """Three units, a count of the first, and the card live in the first."""
    book = city("U1", "U2", "U3", books_from="2024-03")
    count_opens(book, "2024-02-01")
    accept(book, card, on=ON)
    return book


KINDS: list[tuple[Card, Card, str, str]] = [
    (car(), car(), "E_DUP_VIN", "traits/vin"),
    (car(), car(vin=VIN.lower()), "E_DUP_VIN", "traits/vin"),
    (car(plate=PLATE), car(vin=OTHER_VIN, plate="川L·12345"), "E_DUP_PLATE", "traits/plate"),
    (house(cert_no=CERTIFICATE), house(cert_no=CERTIFICATE), "E_DUP_CERTIFICATE", "traits/cert_no"),
]


@pytest.mark.parametrize(
    ("coming", "place"), [(accepting, "cards/0"), (importing, "cards/0/card"), (gaining, "card")]
)
@pytest.mark.parametrize(("first", "second", "code", "field"), KINDS)
def test_a_number_that_a_live_card_bears_is_refused(
    coming: Callable[[Card], c.Command],
    place: str,
    first: Card,
    second: Card,
    code: str,
    field: str,
) -> None:
    """Bought, imported or found, in whatever unit: refused, with the field's place."""
    book = stage(first)
    refused = book.refused(code, coming(second), "releaser")

    assert f"{place}/{field}" == refused.field
    assert refused.rule.status == 409


def test_two_in_one_command_are_refused() -> None:
    """The second card of the command names its own place."""
    book = city("U2", books_from="2024-03")
    order = replace(accepting(car()), cards=(car(), car()))

    assert book.refused("E_DUP_VIN", order).field == "cards/1/traits/vin"


@pytest.mark.parametrize("words", ["无", "办理中", "见附件", "1"])
def test_what_says_that_there_is_none_yet_numbers_nothing(words: str) -> None:
    """Two houses without a certificate are two houses."""
    book = stage(house(cert_no=words))
    book.when(accepting(house(cert_no=words)))


def voided(book: Book, asset_id: str) -> None:
    """The card was a mistake."""
    book.when(c.Void(asset_ids=(asset_id,), reason="重复登记", occurred_on=day(ON)))


def renumbered(book: Book, asset_id: str) -> None:
    """The card bears another VIN from now on."""
    order = c.CorrectCard(
        asset_id=asset_id, fields={"traits.vin": OTHER_VIN}, reason="核对", document_no="车1号",
        occurred_on=day(ON),
    )  # fmt: skip
    book.when(order)


@pytest.mark.parametrize("frees", [voided, renumbered])
def test_a_card_that_ended_or_was_corrected_frees_its_number(
    frees: Callable[[Book, str], None],
) -> None:
    """The next card takes it, and then the number is taken again."""
    book = city("U1", "U2", books_from="2024-03")
    [asset_id] = accept(book, car(), on=ON)
    frees(book, asset_id)
    book.when(accepting(car()))

    book.refused("E_DUP_VIN", accepting(car()))


def test_a_disposal_frees_it_and_a_transfer_does_not() -> None:
    """The thing keeps its numbers in another unit's hands; scrapped, it bears them no more."""
    book = city("U1", "U2", books_from="2024-03")
    kept = buy(book, car(), on=ON)
    given = c.ReallocOut(
        asset_ids=tuple(kept), to_unit="U2", keeper="new", approval=approved("2024-03-06"),
        occurred_on=day("2024-03-06"),
    )  # fmt: skip
    book.when(given)
    book.refused("E_DUP_VIN", accepting(car()))
    dispose(book, kept, "DISP.SCRAP", "2024-03-07", min_life_reason="事故")

    book.when(accepting(car()))


def test_who_took_a_number_back_bears_it_again() -> None:
    """Renamed away and back: the other card that took it meanwhile keeps it."""
    book = city("U1", "U2", books_from="2024-03")
    [first] = accept(book, car(), on=ON)
    renumbered(book, first)
    back = c.CorrectCard(
        asset_id=first, fields={"traits.vin": VIN}, reason="核对", document_no="车2号",
        occurred_on=day(ON),
    )  # fmt: skip
    book.when(back)
    book.refused("E_DUP_VIN", accepting(car()))
    renumbered(book, first)
    book.when(accepting(car()))

    assert book.refused("E_DUP_VIN", back).field == "fields/traits.vin"


def test_a_disposal_taken_back_does_not_take_the_number_of_another() -> None:
    """Reversed too late: somebody bears the number by now."""
    book = city("U1", "U2", books_from="2024-03")
    gone = buy(book, car(), on=ON)
    process_id = dispose(book, gone, "DISP.SCRAP", "2024-03-07", min_life_reason="事故")
    order = c.ReverseDisposal(
        process_id=process_id, document_no="冲1", reason="误办", approval=approved("2024-03-08"),
        occurred_on=day("2024-03-08"),
    )  # fmt: skip
    book.when(accepting(car()))

    book.refused("E_DUP_VIN", order)


def test_a_number_that_changed_hands_often_is_still_one() -> None:
    """However many places stand under a number, the last one counts."""
    book = city("U1", books_from="2024-03")
    for _ in range(PLACES_AT_ONCE * 2 + 2):
        [asset_id] = accept(book, car(), on=ON)
        voided(book, asset_id)
    accept(book, car(), on=ON)
    places: list[Any] = [key for kind, key in book.claimed if kind == "vin"]

    assert len(places) == PLACES_AT_ONCE * 2 + 3
    book.refused("E_DUP_VIN", replace(accepting(car()), unit_id="U1"))
