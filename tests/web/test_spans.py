"""The period filter reads what people type, and knows what comes before and after."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.spans import neighbours, read_span


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024q4", "2024-10-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        (" 2023 - 2024-06 ", "2023-01-01", "2024-06-30"),
        ("2024-01至2024-03", "2024-01-01", "2024-03-31"),
    ],
)
def test_a_period_is_read(text: str, first: str, last: str) -> None:
    """A year, a quarter, a month, a day, or from one to another."""
    span = read_span(text)

    assert span is not None
    assert (first, last) == (span.first.isoformat(), span.last.isoformat())


@pytest.mark.parametrize(
    "text", ["", "abc", "2024-13", "2024-Q5", "2023-02-29", "2025 - 2024", "1 - 2 - 3", "9999"]
)
def test_what_is_no_period_is_told(text: str) -> None:
    """Nothing is guessed: the page says that it cannot read it."""
    assert read_span(text) is None


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.sampled_from(["%Y", "%Y-%m"]))
def test_neighbours_touch_without_gap(day: date, form: str) -> None:
    """The period before ends the day before this one begins, the next begins the day after."""
    text = day.strftime(form)
    span = read_span(text)
    assert span is not None
    before, after = (read_span(found) for found in neighbours(text, span))
    assert before is not None
    assert after is not None

    assert span.first - timedelta(days=1) == before.last
    assert span.last + timedelta(days=1) == after.first
