"""The clock of the demo: it shows the instants at which the city's clerks would have worked."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

from eventstore.application import CITY_TIME

_OPENS, _CLOSES = 9 * 3600, 17 * 3600 + 1800
EVENING = time(20, 0)


class DemoClock:
    """Shows `now`; every command moves it on by some seconds, so that no two coincide."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The instant to record."""
        return self.now

    def advance_to(self, instant: datetime) -> None:
        """Move on to `instant`; a clock never goes back."""
        self.now = max(self.now, instant)

    def tick(self, seconds: int) -> None:
        """Move on by `seconds`."""
        self.now += timedelta(seconds=seconds)

    @property
    def day(self) -> date:
        """The city's date."""
        return self.now.astimezone(CITY_TIME).date()


def working_day(day: date) -> date:
    """`day`, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def office_hour(day: date, rng: random.Random) -> datetime:
    """An instant within the office hours of `day`, in UTC."""
    start = datetime.combine(day, time(), CITY_TIME)
    return (start + timedelta(seconds=rng.randrange(_OPENS, _CLOSES))).astimezone(UTC)


def evening(day: date, at: time = EVENING) -> datetime:
    """The instant after office hours at which the month's runs happen, in UTC."""
    return datetime.combine(day, at, CITY_TIME).astimezone(UTC)
