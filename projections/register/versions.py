"""Versions of one record on the two clocks, and how an event changes the chain of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Generic, TypeVar

import msgspec

from projections.asof import POSITION_OPEN

DAY_OPEN = date.max
"""`effective_to` of what has no end: 9999-12-31."""

Values = TypeVar("Values", bound=msgspec.Struct)


class Version(msgspec.Struct, Generic[Values], gc=False):
    """One row: what was true from `effective_from` on, and which knowledge it belongs to.

    `closed_by` is the position from which `effective_to` is known. `stored` rows are in the
    table already; `touched` ones have got an end since.
    """

    asset_id: str
    card_no: str
    values: Values
    event_position: int
    effective_from: date
    position_from: int
    effective_to: date = DAY_OPEN
    position_to: int = POSITION_OPEN
    closed_by: int | None = None
    stored: bool = False
    touched: bool = False

    def end_on(self, day: date, position: int) -> None:
        """End on the business clock on `day`, as known from `position` on."""
        self.effective_to = day
        self.closed_by = position
        self.touched = True

    def supersede(self, position: int) -> None:
        """End on the clock of knowledge: from `position` on other rows tell this time."""
        self.position_to = position
        self.touched = True


class Step(msgspec.Struct, Generic[Values], gc=False):
    """A state that a refold found: `values` from `day` on, made by the event at `position`."""

    card_no: str
    day: date
    position: int
    values: Values


def advance(last: Version[Values], day: date, position: int, values: Values) -> Version[Values]:
    """Put `values` from `day` on behind `last`, the open version; `day` is not before it."""
    if day == last.effective_from:
        last.supersede(position)
    else:
        last.end_on(day, position)
    return Version(last.asset_id, last.card_no, values, position, day, position)


def reconcile(
    asset_id: str,
    current: Iterable[Version[Values]],
    steps: Iterable[Step[Values]],
    position: int,
) -> list[Version[Values]]:
    """Make the current slice of one asset tell `steps`; the new current slice.

    A row that says the same for the same days stays. One whose end was not known yet may get
    it. Every other row ends at `position`, and what it should have said begins there.
    """
    kept = {(row.card_no, row.effective_from): row for row in current}
    after: list[Version[Values]] = []
    for step, day_to in _with_ends(steps):
        row = kept.pop((step.card_no, step.day), None)
        if row is not None and _can_stay(row, step, day_to):
            if row.effective_to != day_to:
                row.end_on(day_to, position)
            after.append(row)
            continue
        if row is not None:
            row.supersede(position)
        new = Version(asset_id, step.card_no, step.values, step.position, step.day, position)
        if day_to != DAY_OPEN:
            new.end_on(day_to, position)
        after.append(new)
    for row in kept.values():
        row.supersede(position)
    return after


def _with_ends(steps: Iterable[Step[Values]]) -> list[tuple[Step[Values], date]]:
    """The last step of each day with the day on which the next one takes over."""
    chains: dict[str, list[Step[Values]]] = {}
    for step in steps:
        chain = chains.setdefault(step.card_no, [])
        if chain and chain[-1].day == step.day:
            chain.pop()
        chain.append(step)
    return [
        (step, chain[place + 1].day if place + 1 < len(chain) else DAY_OPEN)
        for chain in chains.values()
        for place, step in enumerate(chain)
    ]


def _can_stay(row: Version[Values], step: Step[Values], day_to: date) -> bool:
    same = row.event_position == step.position and row.values == step.values
    return same and row.effective_to in (day_to, DAY_OPEN)
