"""What the months of a unit say to rule I12: bases, monthly runs and closings."""

from __future__ import annotations

from typing import Any

import msgspec

from domain.depreciation import Basis, charged_fen, months_left_of
from domain.events import AssetConfigured, AssetReallocated, DepreciationRun, PeriodClosed
from domain.organisation import LATE
from domain.periods import period_of
from projections.entries import Entry
from projections.issues.facts import VOIDING, AssetFact
from projections.projection import Cursor
from projections.writing import array, copy_rows, text_array

NEVER = "0000-00"
"""The end of a basis that was void from its beginning: no month has it."""

_END = """
UPDATE basis SET end_period = ended.period, end_position = ended.position
FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS ended(asset_id, period, position)
WHERE basis.asset_id = ended.asset_id AND end_position IS NULL
"""


class Months:
    """Collects the rows of one batch and writes them."""

    def __init__(self) -> None:
        self.closed: set[str] = set()
        """`unit|period` of the months that the batch closes."""
        self.voided: set[str] = set()
        """Assets whose card the batch voids: a month that missed them misses them no more."""
        self._bases: list[list[Any]] = []
        self._open: dict[str, list[Any]] = {}
        self._ended: dict[str, tuple[str, int]] = {}
        self._runs: list[tuple[Any, ...]] = []
        self._closings: list[tuple[Any, ...]] = []

    def turn(self, entry: Entry, body: AssetFact) -> None:
        """Note what an event of an asset says about the basis of its card."""
        basis, voided = body.changes.basis, entry.sub_kind in VOIDING
        if isinstance(body, AssetReallocated):
            card_no, unit_id, start = body.to_card_no, body.to_unit, None
        elif not voided and basis is msgspec.UNSET:
            return
        else:
            card_no, unit_id = body.card_no, entry.unit_id
            start = basis.start_period if isinstance(basis, Basis) else None
        assert entry.asset_id is not None
        end = NEVER if voided else start or period_of(entry.booked_on or entry.occurred_on)
        if not isinstance(body, AssetConfigured):
            self._end(entry.asset_id, end, entry.position)
        if voided:
            self.voided.add(entry.asset_id)
        elif isinstance(basis, Basis):
            row = [
                entry.asset_id, card_no, unit_id, basis.start_period,
                charged_fen(basis, basis.months), months_left_of(basis, 0),
                entry.position, None, None,
            ]  # fmt: skip
            self._bases.append(row)
            self._open[entry.asset_id] = row

    def run(self, entry: Entry, body: DepreciationRun) -> None:
        """Note a monthly run."""
        late = text_array(body.skipped.get(LATE, ()))
        place = (entry.unit_id, body.period, entry.position)
        self._runs.append((*place, body.inputs_position, late))

    def close(self, entry: Entry, body: PeriodClosed) -> None:
        """Note that a month was closed."""
        place = (entry.unit_id, body.period, entry.position)
        self._closings.append((*place, entry.occurred_on))
        self.closed.add(f"{entry.unit_id}|{body.period}")

    def _end(self, asset_id: str, period: str, position: int) -> None:
        if (row := self._open.pop(asset_id, None)) is not None:
            row[7:9] = [period, position]
        else:
            self._ended.setdefault(asset_id, (period, position))

    def write(self, cur: Cursor) -> None:
        """Write what was taken; what ended before must be ended before new rows come."""
        if self._ended:
            periods, positions = zip(*self._ended.values(), strict=True)
            ended = (text_array(self._ended), text_array(periods), array(positions))
            cur.execute(_END, ended)
        copy_rows(cur, "basis", self._bases)
        copy_rows(cur, "run", self._runs)
        copy_rows(cur, "closing", self._closings)
