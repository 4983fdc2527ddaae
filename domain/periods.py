"""Accounting periods: months written YYYY-MM, and the books of one unit as a run of them."""

from __future__ import annotations

import calendar
from datetime import date

import msgspec


def period_of(day: date) -> str:
    """Return the period ("YYYY-MM") in which `day` lies."""
    return f"{day.year:04d}-{day.month:02d}"


def first_day(period: str) -> date:
    """Return the first day of `period`."""
    year, month = period.split("-")
    return date(int(year), int(month), 1)


def last_day(period: str) -> date:
    """Return the last day of `period`."""
    first = first_day(period)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def add_months(period: str, months: int) -> str:
    """Return the period `months` later (earlier when negative)."""
    year, month = period.split("-")
    count = int(year) * 12 + int(month) - 1 + months
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def months_between(start: str, end: str) -> int:
    """Return how many months `end` lies after `start` (negative when before)."""
    y1, m1 = start.split("-")
    y2, m2 = end.split("-")
    return (int(y2) - int(y1)) * 12 + int(m2) - int(m1)


def month_later(day: date, months: int = 1) -> date:
    """Return the same day `months` calendar months later, or that month's last day."""
    period = add_months(period_of(day), months)
    return first_day(period).replace(day=min(day.day, last_day(period).day))


class Books(msgspec.Struct, frozen=True):
    """The periods of one unit: where its books begin, which months were run and closed.

    `late` names, per asset, the runs that left it out though it should have been charged.
    """

    unit_id: str
    version: int = 0
    opened_from: str | None = None
    runs: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    late: dict[str, tuple[str, ...]] = {}

    @property
    def first_open(self) -> str | None:
        """The earliest period that still takes vouchers; None before any period is closed."""
        return add_months(self.closed[-1], 1) if self.closed else self.opened_from

    @property
    def first_free(self) -> str | None:
        """The earliest period neither closed nor depreciated: where cards may still change."""
        done = [*self.runs[-1:], *self.closed[-1:]]
        return add_months(max(done), 1) if done else self.opened_from

    def is_closed(self, period: str) -> bool:
        """Tell whether `period` takes no more vouchers."""
        first = self.first_open
        return first is not None and period < first

    def charged(self, start: str, asset_id: str | None = None) -> list[str]:
        """Return the months whose runs have charged a basis that starts at `start`."""
        late = self.late.get(asset_id, ()) if asset_id else ()
        return [run for run in self.runs if run >= start and run not in late]

    def runs_since(self, start: str, asset_id: str | None = None) -> int:
        """Return how many runs have charged a basis that starts at `start`."""
        return len(self.charged(start, asset_id))

    def omitted(self, start: str, asset_id: str) -> list[str]:
        """Return the months from `start` that should have charged an asset and did not.

        They were closed without a run, or their run left the asset out (LATE).
        """
        unrun = [month for month in self.closed if month >= start and month not in self.runs]
        return sorted({*unrun, *(m for m in self.late.get(asset_id, ()) if m >= start)})
