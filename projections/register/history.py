"""One asset told again from its first event, in the order of the business clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.events import AssetChanged, AssetConfigured, AssetReallocated
from projections.entries import Entry
from projections.register import cards, holdings
from projections.register.cards import Labelled
from projections.register.holdings import Holding
from projections.register.versions import Step


class Telling:
    """The states of an asset's holdings and cards while its events go by."""

    def __init__(self) -> None:
        self.holdings: list[Step[Holding]] = []
        self.cards: list[Step[Labelled]] = []
        self._holding: dict[str, Holding] = {}
        self._card: dict[str, Labelled] = {}

    def take(self, day: date, entry: Entry) -> None:
        """Let `entry` happen on `day`."""
        match entry.fact:
            case AssetConfigured() as fact:
                self._set_holding(fact.card_no, day, entry, holdings.configured(entry, fact))
                self._set_card(fact.card_no, day, entry, cards.configured(fact))
            case AssetChanged() as fact:
                self._change(day, entry, fact)
            case AssetReallocated() as fact:
                self._reallocate(day, entry, fact)

    def _change(self, day: date, entry: Entry, fact: AssetChanged) -> None:
        before = self._holding[fact.card_no]
        after = holdings.changed(before, fact.changes)
        if after is not before:
            self._set_holding(fact.card_no, day, entry, after)
        if cards.touches(fact.changes):
            card = cards.changed(self._card[fact.card_no], fact.changes)
            self._set_card(fact.card_no, day, entry, card)

    def _reallocate(self, day: date, entry: Entry, fact: AssetReallocated) -> None:
        donor = self._holding[fact.from_card_no]
        self._set_holding(fact.from_card_no, day, entry, holdings.given_away(donor))
        self._set_holding(fact.to_card_no, day, entry, holdings.received(donor, entry, fact))
        card = self._card[fact.from_card_no]
        self._set_card(fact.to_card_no, day, entry, cards.received(card, fact))

    def _set_holding(self, card_no: str, day: date, entry: Entry, values: Holding) -> None:
        self._holding[card_no] = values
        self.holdings.append(Step(card_no, day, entry.position, values))

    def _set_card(self, card_no: str, day: date, entry: Entry, values: Labelled) -> None:
        self._card[card_no] = values
        self.cards.append(Step(card_no, day, entry.position, values))


def told(entries: Sequence[Entry]) -> Telling:
    """Fold one asset's `entries` (in order of position) by (business day, position).

    Nothing happens to a holding before it began: an earlier day counts as its first.
    """
    telling = Telling()
    for day, entry in sorted(_dated(entries), key=lambda pair: (pair[0], pair[1].position)):
        telling.take(day, entry)
    return telling


def _dated(entries: Sequence[Entry]) -> list[tuple[date, Entry]]:
    begun: dict[str, date] = {}
    dated = []
    for entry in entries:
        match entry.fact:
            case AssetConfigured(card_no=card_no):
                day = begun[card_no] = entry.occurred_on
            case AssetReallocated(from_card_no=given, to_card_no=taken):
                day = begun[taken] = max(entry.occurred_on, begun[given])
            case AssetChanged(card_no=card_no):
                day = max(entry.occurred_on, begun[card_no])
            case _:
                continue
        dated.append((day, entry))
    return dated
