"""Holidays and adjusted weekends (调休) as the State Council announces them for each year.

Days that only repeat their weekday are left out. A new year's notice is one more row of each
table; until it is entered, that year's working days are its weekdays. Source: the yearly notices
国务院办公厅关于部分节假日安排的通知, compared with the table of `chinesecalendar` (U-H).
"""

from __future__ import annotations

from datetime import date, timedelta

# fmt: off
HOLIDAYS: dict[int, tuple[tuple[int, int], ...]] = {
    2018: (
        (1, 1), (2, 15), (2, 16), (2, 19), (2, 20), (2, 21), (4, 5), (4, 6), (4, 30), (5, 1),
        (6, 18), (9, 24), (10, 1), (10, 2), (10, 3), (10, 4), (10, 5), (12, 31),
    ),
    2019: (
        (1, 1), (2, 4), (2, 5), (2, 6), (2, 7), (2, 8), (4, 5), (5, 1), (5, 2), (5, 3), (6, 7),
        (9, 13), (10, 1), (10, 2), (10, 3), (10, 4), (10, 7),
    ),
    2020: (
        (1, 1), (1, 24), (1, 27), (1, 28), (1, 29), (1, 30), (1, 31), (4, 6), (5, 1), (5, 4),
        (5, 5), (6, 25), (6, 26), (10, 1), (10, 2), (10, 5), (10, 6), (10, 7), (10, 8),
    ),
    2021: (
        (1, 1), (2, 11), (2, 12), (2, 15), (2, 16), (2, 17), (4, 5), (5, 3), (5, 4), (5, 5),
        (6, 14), (9, 20), (9, 21), (10, 1), (10, 4), (10, 5), (10, 6), (10, 7),
    ),
    2022: (
        (1, 3), (1, 31), (2, 1), (2, 2), (2, 3), (2, 4), (4, 4), (4, 5), (5, 2), (5, 3), (5, 4),
        (6, 3), (9, 12), (10, 3), (10, 4), (10, 5), (10, 6), (10, 7),
    ),
    2023: (
        (1, 2), (1, 23), (1, 24), (1, 25), (1, 26), (1, 27), (4, 5), (5, 1), (5, 2), (5, 3),
        (6, 22), (6, 23), (9, 29), (10, 2), (10, 3), (10, 4), (10, 5), (10, 6),
    ),
    2024: (
        (1, 1), (2, 12), (2, 13), (2, 14), (2, 15), (2, 16), (4, 4), (4, 5), (5, 1), (5, 2),
        (5, 3), (6, 10), (9, 16), (9, 17), (10, 1), (10, 2), (10, 3), (10, 4), (10, 7),
    ),
    2025: (
        (1, 1), (1, 28), (1, 29), (1, 30), (1, 31), (2, 3), (2, 4), (4, 4), (5, 1), (5, 2),
        (5, 5), (6, 2), (10, 1), (10, 2), (10, 3), (10, 6), (10, 7), (10, 8),
    ),
    2026: (
        (1, 1), (1, 2), (2, 16), (2, 17), (2, 18), (2, 19), (2, 20), (2, 23), (4, 6), (5, 1),
        (5, 4), (5, 5), (6, 19), (9, 25), (10, 1), (10, 2), (10, 5), (10, 6), (10, 7),
    ),
}
"""Weekdays on which offices are closed."""

ADJUSTED: dict[int, tuple[tuple[int, int], ...]] = {
    2018: (
        (2, 11), (2, 24), (4, 8), (4, 28), (9, 29), (9, 30), (12, 29),
    ),
    2019: (
        (2, 2), (2, 3), (4, 28), (5, 5), (9, 29), (10, 12),
    ),
    2020: (
        (1, 19), (4, 26), (5, 9), (6, 28), (9, 27), (10, 10),
    ),
    2021: (
        (2, 7), (2, 20), (4, 25), (5, 8), (9, 18), (9, 26), (10, 9),
    ),
    2022: (
        (1, 29), (1, 30), (4, 2), (4, 24), (5, 7), (10, 8), (10, 9),
    ),
    2023: (
        (1, 28), (1, 29), (4, 23), (5, 6), (6, 25), (10, 7), (10, 8),
    ),
    2024: (
        (2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12),
    ),
    2025: (
        (1, 26), (2, 8), (4, 27), (9, 28), (10, 11),
    ),
    2026: (
        (1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10),
    ),
}
"""Saturdays and Sundays on which offices work."""
# fmt: on


def is_working_day(day: date) -> bool:
    """Tell whether offices work on `day`: on weekdays, but for the announced exceptions."""
    month_and_day = (day.month, day.day)
    if day.weekday() < 5:
        return month_and_day not in HOLIDAYS.get(day.year, ())
    return month_and_day in ADJUSTED.get(day.year, ())


def working_days_later(day: date, days: int) -> date:
    """Return the day that lies `days` working days after `day`."""
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return day
