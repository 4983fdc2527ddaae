"""Folds the passing of days; working days are weekdays but for the dated exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from domain.events import DayPassed
from projections.calendar.days import exceptions
from projections.entries import Entry
from projections.projection import Cursor, Projection
from projections.writing import copy_rows


class Calendar(Projection):
    """`passed`: which day was recorded as passed at which position."""

    name: ClassVar[str] = "calendar"
    version: ClassVar[int] = 1
    tables: ClassVar[str] = "projections.calendar"

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Note the days that the batch says have passed."""
        if batch and batch[0].position == 1:
            copy_rows(cur, "exception", exceptions())
        passed = [
            (entry.fact.day, entry.position) for entry in batch if isinstance(entry.fact, DayPassed)
        ]
        copy_rows(cur, "passed", passed)
