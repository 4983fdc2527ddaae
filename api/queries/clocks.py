"""Reading the two clocks of a question from its address (design 4.6)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec

from api.house import SHANGHAI, House
from api.problems import Problem, parameter_problem
from projections.asof import AsOf


class Asked(msgspec.Struct, frozen=True):
    """The clocks of one question: as given and as the read models take them."""

    as_of: AsOf
    day: date
    known_at: datetime | None
    given_day: date | None

    @property
    def is_now(self) -> bool:
        """True when the reader asked for today as known now."""
        return self.as_of.current


def read_clocks(house: House, values: Any, *, city_time: bool = False) -> Asked:
    """`as_of` (a date) and `known_at` (RFC 3339 with a zone) from the parameters of an address.

    `city_time` takes an instant without a zone as the city's: forms of the pages give no zone.
    """
    day = _day(house, values.get("as_of"))
    known_at = _known_at(values.get("known_at"), city_time=city_time)
    position = house.clocks.position()
    if known_at is not None:
        position = min(position, house.clocks.position_at(known_at))
    today = house.today()
    current = known_at is None and day in (None, today)
    return Asked(AsOf(day or today, position, current), day or today, known_at, day)


def _day(house: House, text: str | None) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise parameter_problem(
            "as_of", "截止日期须写作 2026-03-31。", "as_of needs a date such as 2026-03-31."
        ) from error
    if day > house.today():
        raise Problem("E_DAY_FUTURE")
    return day


def _known_at(text: str | None, *, city_time: bool) -> datetime | None:
    if not text:
        return None
    try:
        # In an address "+" means a space, and many a client forgets to escape it.
        instant = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError as error:
        raise Problem("E_KNOWN_AT") from error
    if instant.tzinfo is None and city_time:
        instant = instant.replace(tzinfo=SHANGHAI)
    if instant.tzinfo is None:
        raise Problem("E_KNOWN_AT")
    return instant
