"""The same city kept by hand in plain dictionaries, to hold the ledger against."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from domain.periods import add_months


@dataclass
class Thing:
    """One thing as a clerk would write it down; money in fen."""

    unit: str
    state: str
    keeper: str | None
    gross: int = 0
    accum: int = 0
    plan: list[int] = field(default_factory=list)
    start: str = ""
    back: str = ""
    asked: str | None = None
    kept: tuple[int, int, str] | None = None

    @property
    def account(self) -> str:
        """Where its gross value stands: 1613 while it is rebuilt."""
        rebuilt = self.kept[2] if self.state == "LOSS_PENDING" and self.kept else self.state
        return "1613" if rebuilt == "UNDER_IMPROVEMENT" else "1601"


def spread(amount_fen: int, months: int) -> list[int]:
    """The charges of the months to come, by the rule in words."""
    regular = int((Decimal(amount_fen) / months).quantize(Decimal(1), ROUND_HALF_UP))
    left, charges = amount_fen, []
    for _ in range(months - 1):
        charges.append(min(regular, left))
        left -= charges[-1]
    return [*charges, left]


@dataclass
class Model:
    """All things, and the month in which each unit's books stand."""

    things: dict[str, Thing] = field(default_factory=dict)
    month: dict[str, str] = field(default_factory=dict)
    parts: list[int] = field(default_factory=list)
    """Book values of removed parts whose write-off is not approved yet."""

    def bought(self, asset_id: str, unit: str, fen: int, months: int) -> None:
        """A thing accepted and booked this month."""
        self.things[asset_id] = Thing(
            unit, "IN_USE", "keeper", fen, 0, spread(fen, months), self.month[unit]
        )

    def run(self, unit: str) -> None:
        """The month's depreciation of a unit; the books go on to the next month."""
        for thing in self.things.values():
            on_books = thing.unit == unit and thing.state not in {"DISPOSED", "LOSS_PENDING"}
            if on_books and thing.start <= self.month[unit] and thing.plan:
                thing.accum += thing.plan.pop(0)
        self.month[unit] = add_months(self.month[unit], 1)

    def given(self, asset_id: str, unit: str, freight: int, keeper: str | None) -> None:
        """A thing given to another unit: net value and freight over the months left."""
        thing = self.things[asset_id]
        net, months = thing.gross - thing.accum, len(thing.plan)
        if net > 0:
            thing.gross, thing.accum = net + freight, 0
            thing.plan = spread(thing.gross, max(1, months))
        else:
            thing.plan = []
        thing.unit, thing.keeper = unit, keeper
        thing.state = "IN_USE" if keeper else "IDLE"
        thing.start = max(self.month.values())

    def gone(self, asset_id: str) -> None:
        """A thing off the books for good."""
        thing = self.things[asset_id]
        thing.state, thing.gross, thing.accum, thing.plan = "DISPOSED", 0, 0, []

    def lost(self, asset_id: str) -> None:
        """A thing missing: off the books until it is found."""
        thing = self.things[asset_id]
        thing.kept = (thing.gross, thing.accum, thing.state)
        thing.state, thing.gross, thing.accum = "LOSS_PENDING", 0, 0

    def found(self, asset_id: str) -> None:
        """A missing thing is back with what it was worth; the rest is spread anew."""
        thing = self.things[asset_id]
        assert thing.kept is not None
        thing.gross, thing.accum, thing.state = thing.kept
        left = len(thing.plan)
        thing.plan = spread(thing.gross - thing.accum, left) if left else []
        thing.start = max(self.month.values())
        thing.asked = None

    def rebuilding(self, asset_id: str) -> None:
        """A thing is rebuilt: its net value stands in 1613, nothing is charged."""
        thing = self.things[asset_id]
        thing.state, thing.gross = "UNDER_IMPROVEMENT", thing.gross - thing.accum
        thing.accum, thing.plan = 0, []

    def rebuilt(self, asset_id: str, months: int) -> None:
        """It is delivered: what stands in 1613 is spread over its new life."""
        thing = self.things[asset_id]
        thing.state = "IN_USE"
        thing.plan = spread(thing.gross, months) if thing.gross else []
        thing.start = max(self.month.values())
