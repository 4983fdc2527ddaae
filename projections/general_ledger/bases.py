"""What is spread over each holding, from which event on, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from domain.depreciation import Basis
from domain.events import AssetChanged, AssetConfigured, AssetReallocated
from domain.periods import period_of
from eventstore.statements import statements
from projections.asof import POSITION_OPEN
from projections.entries import Entry
from projections.projection import Cursor
from projections.writing import array, copy_rows, text_array

SQL = statements("projections.general_ledger", "statements.sql")
PERIOD_OPEN = "9999-12"
COLUMNS = (
    "asset_id",
    "card_no",
    "unit_id",
    "position_from",
    "start_period",
    "amount_fen",
    "months",
    "opening_fen",
    "done",
    "expense_account",
    "accum_account",
    "ends_period",
    "ended_by",
)


class Turn(msgspec.Struct, frozen=True):
    """One event's word on a holding's basis: the new one, or None where it ends."""

    entry: Entry
    card_no: str
    unit_id: str
    basis: Basis | None

    @property
    def ends_period(self) -> str:
        """The first period in which the basis before is not charged any more.

        A basis that begins after the month of booking leaves that month without a charge: what
        was omitted up to it was caught up by hand (E18).
        """
        if self.basis is None:
            return period_of(self.entry.booked_on or self.entry.occurred_on)
        if self.entry.booked_on is None:
            return self.basis.start_period
        return min(self.basis.start_period, period_of(self.entry.booked_on))


def turns(entry: Entry) -> Iterator[Turn]:
    """What `entry` says about bases."""
    match entry.fact:
        case (
            AssetConfigured(card_no=card_no, changes=changes)
            | AssetChanged(card_no=card_no, changes=changes)
        ):
            if changes.basis is not msgspec.UNSET:
                yield Turn(entry, card_no, entry.unit_id, changes.basis)
        case AssetReallocated() as fact:
            yield Turn(entry, fact.from_card_no, fact.from_unit, None)
            if fact.changes.basis is not msgspec.UNSET:
                yield Turn(entry, fact.to_card_no, fact.to_unit, fact.changes.basis)


def fold_bases(cur: Cursor, entries: Iterable[Entry]) -> None:
    """End the bases that ended in this batch, and add those that began."""
    begun: dict[tuple[str, str], list[object]] = {}
    rows: list[list[object]] = []
    ended: dict[tuple[str, str], Turn] = {}
    for entry in entries:
        for turn in turns(entry):
            key = (entry.asset_id or "", turn.card_no)
            last = begun.pop(key, None)
            if last is not None:
                last[-2:] = [turn.ends_period, entry.position]
            elif not isinstance(entry.fact, AssetConfigured):
                # Only the first end counts for the row that stood open in the table.
                ended.setdefault(key, turn)
            if turn.basis is not None:
                begun[key] = _row(key, turn, turn.basis)
                rows.append(begun[key])
    _write(cur, ended, rows)


def _row(key: tuple[str, str], turn: Turn, basis: Basis) -> list[object]:
    return [
        *key,
        turn.unit_id,
        turn.entry.position,
        basis.start_period,
        basis.amount_fen,
        basis.months,
        basis.opening_fen,
        basis.done,
        basis.expense_account,
        basis.accum_account,
        PERIOD_OPEN,
        POSITION_OPEN,
    ]


def _write(cur: Cursor, ended: dict[tuple[str, str], Turn], rows: list[list[object]]) -> None:
    if ended:
        keys = zip(*ended, strict=True)
        periods = [turn.ends_period for turn in ended.values()]
        positions = array(turn.entry.position for turn in ended.values())
        cur.execute(SQL["end_bases"], [*map(text_array, (*keys, periods)), positions])
    copy_rows(cur, "basis", rows, COLUMNS)
