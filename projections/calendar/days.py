"""The announced exceptions of the working week, as rows of the table that questions join."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.catalogue.working_days import ADJUSTED, HOLIDAYS


def exceptions() -> Iterator[tuple[date, bool, str]]:
    """Every day that differs from its weekday: the day, whether offices work, the source."""
    for working, years in ((False, HOLIDAYS), (True, ADJUSTED)):
        for year, days in years.items():
            source = f"国务院办公厅 {year} 年节假日安排, U-H"
            yield from ((date(year, month, day), working, source) for month, day in days)
