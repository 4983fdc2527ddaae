"""Working days over holidays and adjusted weekends, and the reservations that count them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.catalogue.working_days import ADJUSTED, HOLIDAYS, is_working_day, working_days_later
from domain.commands import structs as c
from domain.states import Overlay, State
from tests.domain.orders import city, warehouse
from tests.domain.scenes import place
from tests.domain.things import day

# From the day, so many working days later, and why.
LATER = """
2025-09-29 | 5 | 2025-10-13 | 30 Sep, then 1-8 Oct are off, 9, 10, Saturday the 11th (调休), Monday
2025-09-26 | 1 | 2025-09-28 | the Sunday before the National Day is worked
2026-02-13 | 1 | 2026-02-14 | the Saturday before the Spring Festival is worked
2026-02-13 | 5 | 2026-02-27 | 14, then 15-23 are off, 24, 25, 26, 27
2024-10-11 | 1 | 2024-10-12 | a Saturday after the National Day is worked
2024-03-08 | 5 | 2024-03-15 | an ordinary week
2031-10-01 | 5 | 2031-10-08 | a year without a notice has its weekdays
2024-03-08 | 0 | 2024-03-08 | none is the day itself
"""


def rows_of(table: str) -> list[list[str]]:
    """The rows of a table of text."""
    return [[cell.strip() for cell in row.split("|")] for row in table.strip().splitlines()]


@pytest.mark.parametrize(("start", "days", "expected", "why"), rows_of(LATER))
def test_holidays_are_skipped_and_adjusted_weekends_count(
    start: str, days: str, expected: str, why: str
) -> None:
    """The day that lies so many working days later, by the State Council's notices."""
    assert (why, day(expected)) == (why, working_days_later(day(start), int(days)))


def test_every_exception_differs_from_its_weekday() -> None:
    """A row that only repeats its weekday would be a slip of the pen."""
    off = [date(year, *one) for year, days in HOLIDAYS.items() for one in days]
    on = [date(year, *one) for year, days in ADJUSTED.items() for one in days]

    assert all(one.weekday() < 5 and not is_working_day(one) for one in off)
    assert all(one.weekday() >= 5 and is_working_day(one) for one in on)


@pytest.mark.parametrize(
    ("reserved", "until"), [("2025-09-29", "2025-10-13"), ("2026-02-13", "2026-02-27")]
)
def test_a_reservation_stands_over_a_holiday(reserved: str, until: str) -> None:
    """Five working days from the eve of a holiday end after it; then others may have it."""
    book = city("U1", "U2", books_from="2024-03")
    warehouse(book, "W1", "U2")
    asset_id = place(book, State.IN_WH_CENTRAL, overlays_on=(Overlay.LISTED,))
    some: dict[str, Any] = {"asset_ids": (asset_id,), "for_unit": "U2"}
    book.when(c.Reserve(occurred_on=day(reserved), **some))

    assert day(until) == book.holding(asset_id).reserved_until
    others: dict[str, Any] = {"asset_ids": (asset_id,), "for_unit": "U1"}
    book.refused("E_RESERVED", c.Reserve(occurred_on=day(until), **others))
    book.when(c.Reserve(occurred_on=day(until) + timedelta(days=1), **others))
