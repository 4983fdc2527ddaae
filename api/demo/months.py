"""The beat of the story: each month is depreciated and closed, each month's days pass."""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import partial

from api.demo.city import CITY_LEVEL
from api.demo.clock import evening
from api.demo.story import Story
from domain.commands.structs import ClosePeriod, Depreciate, PassDay
from domain.periods import add_months, last_day, period_of

_FORGETFUL = "songyu-payment"
"""The unit that once closed a month without depreciation (I12)."""


def plan_months(story: Story) -> None:
    """Plan runs, closings and passing days of every month up to the end."""
    period = period_of(story.start)
    while last_day(period) <= story.end:
        end = last_day(period)
        story.at(evening(end), partial(_run, story, period))
        story.at(evening(end, time(23, 30)), partial(_pass_day, story))
        story.at(evening(end + timedelta(days=3)), partial(_close, story, period))
        period = add_months(period, 1)
    if story.end != last_day(add_months(period, -1)):
        story.at(evening(story.end, time(23, 30)), partial(_pass_day, story))


def _run(story: Story, period: str, day: date) -> None:
    for place in story.city.places:
        if not _forgotten(story, place.unit_id, period):
            command = Depreciate(occurred_on=day, unit_id=place.unit_id, period=period)
            story.do(command, place.accountant)


def _close(story: Story, period: str, day: date) -> None:
    for place in story.city.places:
        reason = "计提遗漏，先行结账" if _forgotten(story, place.unit_id, period) else None
        command = ClosePeriod(occurred_on=day, unit_id=place.unit_id, period=period, reason=reason)
        story.do(command, place.accountant)


def _forgotten(story: Story, unit_id: str, period: str) -> bool:
    return unit_id == _FORGETFUL and period == f"{story.start.year + 3}-05"


def _pass_day(story: Story, day: date) -> None:
    story.do(PassDay(occurred_on=day), story.city.office(CITY_LEVEL, "organ_affairs"))
