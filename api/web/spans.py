"""The period filter: `2024`, `2024-Q1`, `2024-03`, `2024-03-31`, or two of them with ` - `."""

from __future__ import annotations

import re
from datetime import date, timedelta

import msgspec

from domain.periods import add_months, first_day, last_day, period_of

_ONE = re.compile(
    r"(?P<year>\d{4})(?:-?[Qq](?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d\d))?)?"
)
_BETWEEN = re.compile(r"\s*(?:\s-\s|–|—|至|~|\bto\b)\s*")


class Span(msgspec.Struct, frozen=True):
    """Days from `first` to `last`, both included."""

    first: date
    last: date


def read_span(text: str) -> Span | None:
    """The days that `text` means; None when it cannot be read or runs backwards."""
    parts = _BETWEEN.split(text.strip())
    if len(parts) > 2:
        return None
    spans = [_one(part.strip()) for part in parts]
    if spans[0] is None or spans[-1] is None or spans[-1].last < spans[0].first:
        return None
    return Span(spans[0].first, spans[-1].last)


def _one(text: str) -> Span | None:
    match = _ONE.fullmatch(text)
    if match is None or not "1900" <= match["year"] < "2200":
        return None
    year = match["year"]
    if match["day"]:
        return _day(text)
    if match["month"]:
        return Span(first_day(text), last_day(text))
    if match["quarter"]:
        last = int(match["quarter"]) * 3
        return Span(first_day(f"{year}-{last - 2:02d}"), last_day(f"{year}-{last:02d}"))
    return Span(date(int(year), 1, 1), date(int(year), 12, 31))


def _day(text: str) -> Span | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return Span(day, day)


def neighbours(text: str, span: Span) -> tuple[str, str]:
    """The filter for the period before and the one after, in the form that `text` has."""
    if len(text) == 4:
        return str(span.first.year - 1), str(span.first.year + 1)
    if "q" in text.lower():
        day = timedelta(days=1)
        return _quarter(span.first - day), _quarter(span.last + day)
    return add_months(period_of(span.first), -1), add_months(period_of(span.last), 1)


def _quarter(day: date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"
