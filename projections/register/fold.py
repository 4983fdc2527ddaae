"""The fold of the register: events of assets into versions of holdings and cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar, Generic

from domain.events import ASSET_TYPES, AssetChanged, AssetConfigured, AssetReallocated
from projections.entries import Entry
from projections.projection import Cursor, Projection
from projections.register import cards, holdings
from projections.register.cards import Labelled
from projections.register.history import told
from projections.register.holdings import Holding
from projections.register.storage import Table, count, events_of, is_open
from projections.register.versions import Step, Values, Version, advance, reconcile

HOLDING = Table("holding", Holding)
CARD = Table("card", Labelled)


class UnknownHoldingError(Exception):
    """An event speaks of a card that no event began."""

    def __init__(self, entry: Entry, card_no: str) -> None:
        super().__init__(
            f"E_NO_HOLDING: position {entry.position} ({entry.type}) speaks of the card "
            f"{card_no} of {entry.asset_id}, which no event began / "
            f"位置 {entry.position} 的事件涉及未登记的卡片 {card_no}"
        )


class Slice(Generic[Values]):
    """The current rows of one table for the assets of a batch, and those that left it."""

    def __init__(self, table: Table[Values]) -> None:
        self.table = table
        self.rows: dict[str, list[Version[Values]]] = {}
        self._gone: list[Version[Values]] = []

    def load(self, cur: Cursor, asset_ids: Sequence[str], *, whole: bool = False) -> None:
        """Read what stands of `asset_ids`."""
        self.rows.update({asset_id: [] for asset_id in asset_ids})
        if asset_ids:
            for row in self.table.current(cur, asset_ids, whole=whole):
                self.rows[row.asset_id].append(row)

    def open_row(self, asset_id: str, card_no: str) -> Version[Values] | None:
        """The open version of one card."""
        # The newest is nearly always the one.
        for row in reversed(self.rows[asset_id]):
            if row.card_no == card_no and is_open(row):
                return row
        return None

    def begin(self, entry: Entry, card_no: str, day: date, values: Values) -> None:
        """A chain of versions begins."""
        asset_id = entry.asset_id or ""
        first = Version(asset_id, card_no, values, entry.position, day, entry.position)
        self.rows[asset_id].append(first)

    def follow(self, last: Version[Values], day: date, position: int, values: Values) -> None:
        """`values` follow `last`, which leaves what stands."""
        self.rows[last.asset_id].append(advance(last, day, position, values))

    def tell(self, asset_id: str, steps: list[Step[Values]], position: int) -> None:
        """Let the asset's rows tell `steps` from `position` on; what stood else has left."""
        current = [row for row in self.rows[asset_id] if row.position_to > position]
        rows = reconcile(asset_id, current, steps, position)
        stay = {id(row) for row in rows}
        self._gone += [row for row in self.rows[asset_id] if id(row) not in stay]
        self.rows[asset_id] = rows

    def everything(self) -> list[Version[Values]]:
        """Every row that was read or made."""
        return [*self._gone, *(row for rows in self.rows.values() for row in rows)]


class Register(Projection):
    """Versions of holdings and cards; see `tables.sql` for what they mean."""

    name: ClassVar[str] = "register"
    version: ClassVar[int] = 2
    tables: ClassVar[str] = "projections.register"
    weight: ClassVar[int] = 18

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Take the facts of assets out of `batch` into the versions."""
        facts = [entry for entry in batch if entry.type in ASSET_TYPES and entry.asset_id]
        if facts:
            _Batch(cur, facts).fold()


class _Batch:
    """One batch of facts on its way into the tables."""

    def __init__(self, cur: Cursor, facts: list[Entry]) -> None:
        self._cur = cur
        self._facts = facts
        self._holdings = Slice(HOLDING)
        self._cards = Slice(CARD)
        # Cards that another unit's card has followed.
        self._given_on: set[tuple[str, str]] = set()

    def fold(self) -> None:
        cur, facts = self._cur, self._facts
        self._holdings.load(cur, _assets(facts))
        self._cards.load(cur, _assets(e for e in facts if _speaks_of_card(e)))
        before = self._holdings.everything()
        for row in before:
            if (given := row.values.from_card_no) is not None:
                self._given_on.add((row.asset_id, given))
        late: dict[str, list[Entry]] = {}
        for entry in facts:
            if entry.asset_id in late or not self._take(entry):
                late.setdefault(entry.asset_id or "", []).append(entry)
        if late:
            self._tell_again(late)
        # In-memory rows say now what stands; `before` still counts the rows as they stood.
        rows = self._holdings.everything()
        HOLDING.write(cur, rows)
        CARD.write(cur, self._cards.everything())
        count(cur, before, (row for row in rows if is_open(row)))

    def _take(self, entry: Entry) -> bool:
        """Put `entry` behind what stands; False when it belongs before or beside it."""
        match entry.fact:
            case AssetConfigured() as fact:
                day = entry.occurred_on
                self._holdings.begin(entry, fact.card_no, day, holdings.configured(entry, fact))
                self._cards.begin(entry, fact.card_no, day, cards.configured(fact))
            case AssetChanged() as fact:
                return self._change(entry, fact)
            case AssetReallocated() as fact:
                return self._reallocate(entry, fact)
        return True

    def _change(self, entry: Entry, fact: AssetChanged) -> bool:
        holding = self._standing(self._holdings, entry, fact.card_no)
        day = max(entry.occurred_on, holding.values.begun_on)
        if (holding.asset_id, holding.card_no) in self._given_on:
            # What is learned about a card that went on to another unit may change the next card.
            return False
        card = None
        if cards.touches(fact.changes):
            card = self._standing(self._cards, entry, fact.card_no)
            if day < card.effective_from:
                return False
        after = holdings.changed(holding.values, fact.changes)
        if after is not holding.values:
            if day < holding.effective_from:
                return False
            self._holdings.follow(holding, day, entry.position, after)
        if card is not None:
            values = cards.changed(card.values, fact.changes)
            self._cards.follow(card, day, entry.position, values)
        return True

    def _reallocate(self, entry: Entry, fact: AssetReallocated) -> bool:
        donor = self._standing(self._holdings, entry, fact.from_card_no)
        card = self._standing(self._cards, entry, fact.from_card_no)
        day = max(entry.occurred_on, donor.values.begun_on)
        if day < max(donor.effective_from, card.effective_from):
            return False
        taken = holdings.received(donor.values, entry, fact)
        self._given_on.add((donor.asset_id, donor.card_no))
        self._holdings.follow(donor, day, entry.position, holdings.given_away(donor.values))
        self._holdings.begin(entry, fact.to_card_no, day, taken)
        self._cards.begin(entry, fact.to_card_no, day, cards.received(card.values, fact))
        return True

    def _standing(self, rows: Slice[Values], entry: Entry, card_no: str) -> Version[Values]:
        row = rows.open_row(entry.asset_id or "", card_no)
        if row is None:
            raise UnknownHoldingError(entry, card_no)
        return row

    def _tell_again(self, late: dict[str, list[Entry]]) -> None:
        """Fold the assets of `late` from their first event, once for each of these events."""
        history = events_of(self._cur, list(late), self._facts[-1].position)
        self._complete(self._holdings, list(late))
        self._complete(self._cards, list(late))
        for asset_id, entries in late.items():
            for entry in entries:
                known = [past for past in history[asset_id] if past.position <= entry.position]
                telling = told(known)
                self._holdings.tell(asset_id, telling.holdings, entry.position)
                self._cards.tell(asset_id, telling.cards, entry.position)

    def _complete(self, rows: Slice[Values], asset_ids: list[str]) -> None:
        """Add the closed rows of the current slice to those that are in memory."""
        have = {
            (r.asset_id, r.card_no, r.position_from, r.effective_from)
            for asset_id in asset_ids
            for r in rows.rows.setdefault(asset_id, [])
        }
        for row in rows.table.current(self._cur, asset_ids, whole=True):
            if (row.asset_id, row.card_no, row.position_from, row.effective_from) not in have:
                rows.rows[row.asset_id].append(row)


def _assets(entries: Iterable[Entry]) -> list[str]:
    return list(dict.fromkeys(entry.asset_id for entry in entries if entry.asset_id))


def _speaks_of_card(entry: Entry) -> bool:
    match entry.fact:
        case AssetChanged(changes=changes):
            return cards.touches(changes)
        case _:
            return True
