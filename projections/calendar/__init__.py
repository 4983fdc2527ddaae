"""The days that have passed and the days on which offices work."""

from projections.calendar.fold import Calendar as Calendar
