"""Periods of whole days: years, quarters and months, the ones before, and a period cut into such parts. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from .figure import Period


class By(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS = {By.MONTH: 1, By.QUARTER: 3, By.YEAR: 12}
# Above so many months a chart by months says too much at once.
SO_MANY_MONTHS = 13
SO_MANY_QUARTERS_MONTHS = 37


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(first, _later(first, 1) - timedelta(days=1))


def quarter_of(day: date) -> Period:
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return Period(first, _later(first, 3) - timedelta(days=1))


def year_of(day: date, *, begins: int = 1) -> Period:
    """The year in which a day lies; `begins` is the month in which a year begins (4: April to March)."""
    first = date(day.year if day.month >= begins else day.year - 1, begins, 1)
    return Period(first, _later(first, 12) - timedelta(days=1))


def before(period: Period) -> Period:
    """The period of the same length that ends on the day before: of whole months, as many months; else as many days."""
    if period.first.day == 1 and (period.last + timedelta(days=1)).day == 1:
        first = _later(period.first, -_months(period))
    else:
        first = period.first - (period.last - period.first) - timedelta(days=1)
    return Period(first, period.first - timedelta(days=1))


def a_year_earlier(period: Period) -> Period:
    """The same days of the year before; a last day of February stays one."""
    whole = (period.last + timedelta(days=1)).day == 1
    last = _later(period.last + timedelta(days=1), -12) - timedelta(days=1) if whole else _same_day(period.last)
    return Period(_same_day(period.first), last)


def suited(period: Period) -> By:
    """By what a period is cut where nobody has chosen."""
    months = _months(period)
    if months <= SO_MANY_MONTHS:
        return By.MONTH
    return By.QUARTER if months <= SO_MANY_QUARTERS_MONTHS else By.YEAR


def cut(period: Period, by: By) -> tuple[Period, ...]:
    """The period in parts of the calendar; the first and the last may be shorter than the others."""
    parts, first = [], period.first
    while first <= period.last:
        start = {By.MONTH: month_of, By.QUARTER: quarter_of, By.YEAR: year_of}[by](first)
        last = min(start.last, period.last)
        parts.append(Period(first, last))
        first = last + timedelta(days=1)
    return tuple(parts)


def words(period: Period) -> str:
    """'March 2026', 'April to June 2026', '2026', 'April 2025 to March 2026', or '1 April to 22 November 2026'."""
    first, last = period.first, period.last
    if first.day != 1 or (last + timedelta(days=1)).day != 1:
        return f"{_since(first, last)} to {day_words(last)}" if first != last else day_words(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first:%B %Y}"
    if (first.month, last.month) == (1, 12):
        return f"{first.year}" if first.year == last.year else f"{first.year} to {last.year}"
    return f"{first:%B} to {last:%B %Y}" if first.year == last.year else f"{first:%B %Y} to {last:%B %Y}"


def when(period: Period) -> str:
    """ "in 2026", "from April to June 2026", "on 3 May 2026"."""
    said = words(period)
    if period.first == period.last:
        return f"on {said}"
    return f"from {said}" if " to " in said else f"in {said}"


def day_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _since(first: date, last: date) -> str:
    """The first day without what it has in common with the last."""
    if first.year != last.year:
        return day_words(first)
    return str(first.day) if first.month == last.month else f"{first.day} {first:%B}"


def _months(period: Period) -> int:
    return (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1


def _later(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return day.replace(year=number // 12, month=number % 12 + 1)


def _same_day(day: date) -> date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)
