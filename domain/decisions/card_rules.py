"""The data dictionary at work in decisions: what a card may hold before it is recorded (3.1-3.8).

Every command that makes or changes a card has it examined here: the checks of the dictionary,
numbers that only one live card may bear (hard), serial numbers and check digits (soft).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from domain.card_checks import check_card
from domain.cards import Card, Finding, OpeningFacts
from domain.decisions import serials, uniques
from domain.decisions.serials import Claim, Marked
from domain.envelope import Fact
from domain.events import AssetConfigured
from domain.refusals import REFUSALS, Refused
from domain.world import World

SOFT: Final = {
    "W_VIN_DIGIT": "E_VIN_DIGIT",
    "W_MATERIAL": "E_MATERIAL",
    "E_LIFE_BELOW_MINIMUM": "E_LIFE_SHORT",
}
"""Findings about a new card that do not keep it out: its fact has them as flags."""

DERIVED: Final = frozenset({"E_DEP_STATUS"})
"""Left out here: whether a thing is depreciated follows from its class and value (5.3)."""

_CODES: Final = {
    "E_FUNDS_SUM": "E_FUND_SPLIT",
    "E_CLASS_STD": "E_CLASS_UNKNOWN",
    "E_CLASS_FORM": "E_CLASS_UNKNOWN",
    "E_NOMINAL": "E_VALUE_MISMATCH",
    "E_DATE_FUTURE": "E_DATE",
    "E_DATE_RANGE": "E_DATE",
}
"""Findings that the catalogue of refusals knows by another code (2.10)."""


class CardRefused(Refused):
    """A card that breaks rules of the dictionary; `findings` names each field in the command."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        first = findings[0]
        code = _CODES.get(first.code, first.code)
        known = code in REFUSALS
        super().__init__(code if known else "E_CARD_FIELD", first.zh, first.en, field=first.field)
        self.findings = tuple(findings)


class Examined(msgspec.Struct, frozen=True):
    """What the examination of the cards of one command leaves: flags, and numbers to claim."""

    marks: Marked = Marked()
    soft: dict[str, tuple[str, ...]] = {}
    """Stream → its flags besides that of the serial number."""
    numbers: tuple[Claim, ...] = ()

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of the whole decision."""
        found = {flag for flags in self.soft.values() for flag in flags}
        return tuple(sorted(found.union(self.marks.flags)))

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The numbers that the decision claims."""
        return (*self.marks.claims, *self.numbers)

    @property
    def streams(self) -> frozenset[str]:
        """The streams whose card bears a serial number that another live card bears."""
        return self.marks.streams

    def fact(self, fact: Fact) -> Fact:
        """Return the configured fact with its flags where it has some."""
        told, body = self.marks.fact(fact), fact.body
        if fact.stream not in self.soft or not isinstance(body, AssetConfigured):
            return told
        assert isinstance(told.body, AssetConfigured)
        flags = (*told.body.flags, *self.soft[fact.stream])
        return msgspec.structs.replace(told, body=msgspec.structs.replace(told.body, flags=flags))


def require_sound(cards: Sequence[Card], world: World, at: str = "cards") -> None:
    """Refuse cards with errors before anything is made of them; `at` is their list."""
    for number, card in enumerate(cards):
        _sound(card, world, f"{at}/{number}")


def examined(
    cards: Iterable[tuple[str, Card]], world: World, *, of: str = "cards", at: str | None = None
) -> Examined:
    """Examine new cards, each with its stream; refuses what the dictionary forbids.

    They stand in the list `of` of the command, or are the one card `at`.
    """
    placed = [(stream, card, at or f"{of}/{number}") for number, (stream, card) in enumerate(cards)]
    soft: dict[str, tuple[str, ...]] = {}
    for stream, card, place in placed:
        if flags := _sound(card, world, place):
            soft[stream] = flags
    return Examined(
        marks=serials.marked(((stream, card) for stream, card, _ in placed), world),
        soft=soft,
        numbers=uniques.claimed(placed, world),
    )


def examined_opening(cards: Iterable[tuple[str, Card, OpeningFacts]], world: World) -> Examined:
    """Examine cards of older books, which bring their past along; nothing soft is flagged."""
    placed: list[tuple[str, Card, str]] = []
    for number, (stream, card, opening) in enumerate(cards):
        place = f"cards/{number}/card"
        _sound(card, world, place, opening)
        placed.append((stream, card, place))
    return Examined(
        marks=serials.marked(((stream, card) for stream, card, _ in placed), world),
        numbers=uniques.claimed(placed, world),
    )


def examined_change(
    stream: str, before: Card, after: Card, world: World, *, but: frozenset[str] = frozenset()
) -> Examined:
    """Examine a changed card: what was wrong before is no reason to refuse another correction.

    Findings with the codes of `but` are left to the caller.
    """
    known = {(one.field, one.code) for one in check_card(before, world.today)}
    found = [
        one
        for one in check_card(after, world.today)
        if (one.field, one.code) not in known and one.code not in but
    ]
    _refuse(found, "fields", "", flat=True)
    renamed = serials.serial_key(after) != serials.serial_key(before)
    soft = tuple(SOFT[one.code] for one in found if one.code in SOFT)
    return Examined(
        marks=serials.marked([(stream, after)], world) if renamed else Marked(),
        soft={stream: soft} if soft else {},
        numbers=uniques.newly_claimed(stream, before, after, "fields", world),
    )


def examined_parts(
    cards: Sequence[tuple[str, Card]], whole: Card, world: World, *, at: str
) -> Examined:
    """Examine the cards that `whole` is split into; what was wrong with it is not held up here."""
    known = {(one.field, one.code) for one in check_card(whole, world.today)}
    placed = [(stream, card, f"{at}/{number}") for number, (stream, card) in enumerate(cards)]
    for _, card, place in placed:
        found = check_card(card, world.today)
        _refuse([one for one in found if (one.field, one.code) not in known], place, "")
    return Examined(
        marks=serials.marked(((stream, card) for stream, card, _ in placed), world),
        numbers=uniques.claimed(placed, world),
    )


def _sound(
    card: Card, world: World, place: str, opening: OpeningFacts | None = None
) -> tuple[str, ...]:
    """Refuse a card with errors; returns the flags of what is odd about it."""
    found = check_card(card, world.today, opening)
    _refuse(found, place, f"{card.card_no} " if "/" in place else "")
    return tuple(dict.fromkeys(SOFT[one.code] for one in found if one.code in SOFT))


def _refuse(found: Sequence[Finding], place: str, whose: str, *, flat: bool = False) -> None:
    errors = [
        Finding(
            f"{place}/{one.field if flat else one.field.replace('.', '/')}",
            one.code,
            one.severity,
            f"{whose}{one.zh}",
            f"{whose}{one.en}",
        )
        for one in found
        if one.severity == "error" and one.code not in DERIVED and one.code not in SOFT
    ]
    if errors:
        raise CardRefused(errors)
