"""Chapter one: the units, their warehouses and the cards of the old books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from api.demo.cards import card_for, without_title
from api.demo.city import CITY_LEVEL, Place, registration
from api.demo.goods import HOUSE, LAND, Good, choose_good
from api.demo.requests import set_rules
from api.demo.story import Story
from api.demo.things import HOUSES, IN_USE, Thing
from domain.catalogue.classes import number_prefix
from domain.commands.structs import (
    ImportOpeningCard,
    OpenBooks,
    OpeningCard,
    OpenWarehouse,
    SetSetting,
)
from domain.depreciation import Basis, charged_fen
from domain.periods import months_between, period_of
from domain.world import DEFAULT_SETTINGS

WAREHOUSES: dict[str, str] = {CITY_LEVEL: "city-store", "lanxi": "lanxi-store"}
"""The public warehouse of each level that has one; the other county uses the city's."""
_CARDS_EACH = 900


def warehouse_of(level: str) -> str:
    """The warehouse that serves a level."""
    return WAREHOUSES.get(level, WAREHOUSES[CITY_LEVEL])


def found_city(story: Story, day: date) -> None:
    """Register the units, set the rules' figures, open the warehouses."""
    finance = story.city.office(CITY_LEVEL, "finance")
    for place in story.city.places:
        story.do(registration(place, period_of(day)), finance)
    for name, value in DEFAULT_SETTINGS.items():
        story.do(
            SetSetting(occurred_on=day, name=name, value=value, valid_from=day, source="演示参数"),
            finance,
        )
    set_rules(story, day)
    for level, name, mode in (
        (CITY_LEVEL, "青泽市公物仓", "CUSTODY"),
        ("lanxi", "岚溪县公物仓", "TRANSFER"),
    ):
        affairs = story.city.office(level, "organ_affairs")
        assert affairs.unit_id is not None, "an office belongs to a unit"
        command = OpenWarehouse(
            occurred_on=day, warehouse_id=WAREHOUSES[level], unit_id=affairs.unit_id, name=name,
            title_mode=mode, place="临江路仓储园",
        )  # fmt: skip
        story.do(command, affairs)


def bring_in(story: Story, day: date) -> None:
    """Import the cards of the old books, unit by unit, released by the accountant."""
    places = story.city.places
    shares = _shares(story.figures.opening, [place.weight for place in places])
    untitled = story.figures.untitled
    houses = _shares(story.figures.houses, [place.weight for place in places])
    lands = _shares(story.figures.lands, [place.weight for place in places])
    for place, cards, house, land in zip(places, shares, houses, lands, strict=True):
        goods = [HOUSE] * house + [LAND] * land
        goods += [choose_good(place.sort, story.rng) for _ in range(cards - len(goods))]
        missing = min(untitled, (house + land + 2) // 3)
        untitled -= missing
        _import_unit(story, place, goods, day, missing)
        if not goods:
            story.do(
                OpenBooks(occurred_on=day, unit_id=place.unit_id, period=period_of(day)),
                place.accountant,
            )


def _shares(total: int, weights: list[float]) -> list[int]:
    """`total` in whole numbers by weight, every share as near as it can be."""
    whole, given, shares = sum(weights), 0, []
    so_far = 0.0
    for weight in weights:
        so_far += weight
        upto = round(total * so_far / whole)
        shares.append(upto - given)
        given = upto
    return shares


def _import_unit(
    story: Story, place: Place, goods: list[Good], day: date, without_titles: int
) -> None:
    for first in range(0, len(goods), _CARDS_EACH):
        part = goods[first : first + _CARDS_EACH]
        cards = tuple(_opening_cards(story, place, part, day, first, without_titles - first))
        command = ImportOpeningCard(
            occurred_on=day, unit_id=place.unit_id, batch_id=f"opening-{place.unit_id}",
            prepared_by=place.officer.person_id, cards=cards, reason="期初建账",
        )  # fmt: skip
        answer = story.do(command, place.accountant)
        _remember(story, place, part, cards, answer.created["asset_ids"], day)


def _remember(
    story: Story, place: Place, goods: list[Good], cards: tuple[OpeningCard, ...],
    asset_ids: list[str], day: date,
) -> None:  # fmt: skip
    for good, opening, asset_id in zip(goods, cards, asset_ids, strict=True):
        card = opening.card
        thing = Thing(
            asset_id, place.unit_id, good, card.acquired_on, card.gross_fen, card.keeper or "", day
        )
        what = HOUSES if good in (HOUSE, LAND) else IN_USE
        if good is not LAND:
            story.shelf.put(what, thing)


def _opening_cards(
    story: Story, place: Place, goods: list[Good], day: date, first: int, without_titles: int
) -> Iterator[OpeningCard]:
    for number, good in enumerate(goods):
        days = good.oldest_years * 365
        acquired_on = day - timedelta(days=1 + int(days * story.rng.betavariate(1.2, 1.6)))
        gross = good.price_fen(story.rng)
        story.cards += 1
        card_no = f"{number_prefix(good.code)}{acquired_on.year}{story.cards:08d}"
        card = card_for(
            story, place, good, acquired_on, gross, keeper=story.keeper(place), card_no=card_no
        )
        if number < without_titles and good in (HOUSE, LAND):
            card = without_title(card)
        done = min(good.life, months_between(period_of(acquired_on), period_of(day)))
        spread = Basis("2000-01", gross, good.life, "", "")
        yield OpeningCard(
            card=card, accum_fen=charged_fen(spread, done), done_months=done,
            old_booked_on=acquired_on, old_voucher_no=f"旧账-{first + number + 1}",
            source_row=first + number + 2,
        )  # fmt: skip
