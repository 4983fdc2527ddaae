"""Folds the passing of days; working days are weekdays but for the dated exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from domain.events import DayPassed
from projections.calendar.days import exceptions
from projections.entries import Entry
from projections.projection import Cursor, Projection


class Calendar(Projection):
    """`passed`: which day was recorded as passed at which position."""

    name: ClassVar[str] = "calendar"
    version: ClassVar[int] = 1
    tables: ClassVar[str] = "projections.calendar"

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Note the days that the batch says have passed."""
        if batch and batch[0].position == 1:
            with cur.copy("COPY exception FROM STDIN") as copy:
                for row in exceptions():
                    copy.write_row(row)
        with cur.copy("COPY passed FROM STDIN") as copy:
            for entry in batch:
                if isinstance(entry.fact, DayPassed):
                    copy.write_row((entry.fact.day, entry.position))
