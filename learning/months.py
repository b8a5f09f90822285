"""Whole months before and after a day, and periods of a year that begins in April. Pure."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from insight.figure import Period

# As councils, health and the police count their year.
YEAR_BEGINS = 4


def later(day: date, *, months: int) -> date:
    """The same day of the month, so many months on or (below nothing) back; of a shorter month its last."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def last_whole(day: date, *, every: int) -> Period:
    """The last period of so many months that was over before a day, counted from April."""
    begins = (day.month - YEAR_BEGINS) % 12 % every
    first_of_this = later(day.replace(day=1), months=-begins)
    return Period(later(first_of_this, months=-every), first_of_this - timedelta(days=1))


def whole_months_since(then: date, day: date) -> int:
    """How many whole months have gone by from one day to a later one."""
    months = (day.year - then.year) * 12 + day.month - then.month
    return months - 1 if later(then, months=months) > day else months
