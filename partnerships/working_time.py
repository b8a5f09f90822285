"""How many working days lie between two days, for thousands of pairs at once, by the days off that are known now."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import date

from .working_days import Calendar

# A Monday before anything is counted.
MONDAY = date(1900, 1, 1).toordinal()
A_WEEK, WORKED = 7, 5


def working_days_by(calendar: Calendar) -> Callable[[date, date], int]:
    """working_days_between (working_days.py) without walking over the days: a test has the two agree."""
    closed = sorted(day.toordinal() for day in calendar.closed if day.weekday() < WORKED)

    known: dict[date, int] = {}

    def number(day: date) -> int:
        if day not in known:
            known[day] = counted(day)
        return known[day]

    def counted(day: date) -> int:
        """Of a day among the working days: all weekdays since that Monday, without those that are closed."""
        weeks, weekday = divmod(day.toordinal() - MONDAY, A_WEEK)
        return weeks * WORKED + min(weekday + 1, WORKED) - bisect_right(closed, day.toordinal())

    return lambda first, last: number(last) - number(first)
