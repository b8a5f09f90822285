"""A second opinion on dates: slow, plain and written by other means; shares no code with what it judges.

It has its own weekday rule (day numbers since year 1), its own clock changes (the law's last Sundays at
01:00 UTC, no time zone database) and its own Easter, and it walks where the product reckons.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice

HOUR = timedelta(hours=1)


def works(day: date, closed: Collection[date]) -> bool:
    """1 January of year 1 was a Monday and has number 1, so a remainder of 6 is Saturday and 0 is Sunday."""
    return day.toordinal() % 7 not in (6, 0) and day not in closed


def _days_from(day: date) -> Iterator[date]:
    return (date.fromordinal(number) for number in count(day.toordinal()))


def nth_working_day(day: date, n: int, closed: Collection[date]) -> date:
    after = _days_from(day if n == 0 else date.fromordinal(day.toordinal() + 1))
    return next(islice((each for each in after if works(each, closed)), max(n - 1, 0), None))


def working_days_in(first: date, last: date, closed: Collection[date]) -> int:
    """How many days from first to last, both included, are working days."""
    return len([n for n in range(first.toordinal(), last.toordinal() + 1) if works(date.fromordinal(n), closed)])


def _last_sunday(year: int, month: int) -> datetime:
    """01:00 UTC on it. March and October both have 31 days."""
    day = date(year, month, 31)
    while day.toordinal() % 7:
        day = date.fromordinal(day.toordinal() - 1)
    return datetime(year, month, day.day, 1, tzinfo=UTC)


def in_summer_time(instant: datetime) -> bool:
    year = instant.astimezone(UTC).year
    return _last_sunday(year, 3) <= instant < _last_sunday(year, 10)


def london_day(instant: datetime) -> date:
    return (instant.astimezone(UTC) + in_summer_time(instant) * HOUR).date()


def end_of(day: date) -> datetime:
    """The first whole UTC hour that is no longer this day in London."""
    instant = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    while london_day(instant) == day:
        instant += HOUR
    return instant


def due(start: datetime, *, amount: int, unit: str, closed: Collection[date]) -> datetime:
    if unit == "clock_hours":
        for _ in range(amount * 60):
            start += timedelta(minutes=1)
        return start
    day = london_day(start)
    if unit == "calendar_days":
        return end_of(next(islice(_days_from(day), amount, None)))
    return end_of(nth_working_day(day, amount if unit == "working_days" else 0, closed))


def easter_sunday(year: int) -> date:
    """The first Sunday after the paschal full moon, by golden number and epact (Gregorian, 1900-2099)."""
    moon = (24 + 19 * (year % 19)) % 30
    full = date(year, 3, 21) + timedelta(days=moon - (moon == 29) - (moon == 28 and year % 19 > 10))
    return next(day for day in _days_from(full + timedelta(days=1)) if day.toordinal() % 7 == 0)


def _monday(year: int, month: int, *, last: bool) -> date:
    days = [day for day in islice(_days_from(date(year, month, 1)), 31) if (day.month, day.toordinal() % 7) == (month, 1)]
    return days[-1 if last else 0]


# What governments moved or added from 2015 to 2026: the usual day (if moved) and the day kept.
MOVED = {2020: (date(2020, 5, 4), date(2020, 5, 8)), 2022: (date(2022, 5, 30), date(2022, 6, 2))}
ADDED = {2022: [date(2022, 6, 3), date(2022, 9, 19)], 2023: [date(2023, 5, 8)]}


def _kept(year: int, feasts: Sequence[tuple[int, int]], mondays: set[date], easter: Sequence[int]) -> set[date]:
    """Feasts on their day, or at a weekend on the next free weekday; the Mondays, unless moved; days beside Easter."""
    found = mondays | {easter_sunday(year) + timedelta(days=each) for each in easter}
    usual, kept = MOVED.get(year, (date.min, date.min))
    if usual in found:
        found = found - {usual} | {kept}
    days = [date(year, *feast) for feast in feasts]
    found |= {day for day in days if works(day, ())}
    for day in days:
        if not works(day, ()):
            found.add(next(each for each in _days_from(day) if works(each, found)))
    return found | set(ADDED.get(year, []))


def england_and_wales(year: int) -> set[date]:
    mondays = {_monday(year, 5, last=False), _monday(year, 5, last=True), _monday(year, 8, last=True)}
    return _kept(year, [(1, 1), (12, 25), (12, 26)], mondays, (-2, 1))


def northern_ireland(year: int) -> set[date]:
    mondays = {_monday(year, 5, last=False), _monday(year, 5, last=True), _monday(year, 8, last=True)}
    return _kept(year, [(1, 1), (3, 17), (7, 12), (12, 25), (12, 26)], mondays, (-2, 1))


def scotland(year: int) -> set[date]:
    """No Easter Monday, the first Monday of August, and once the Monday after the football of 2026 began."""
    mondays = {_monday(year, 5, last=False), _monday(year, 5, last=True), _monday(year, 8, last=False)}
    once = {date(2026, 6, 15)} if year == 2026 else set()
    return _kept(year, [(1, 1), (1, 2), (11, 30), (12, 25), (12, 26)], mondays, (-2,)) | once


Pauses = Sequence[tuple[datetime, datetime]]


def last_day_with_pauses(start: date, *, amount: int, unit: str, closed: Collection[date], pauses: Pauses) -> date:
    """Takes from what is left, day by day, each day that the clock ran over; stands still from the day of a pause to that
    on which it goes on, which is a day 0 again. Where nothing is left then, that day lasts to its end, or the next that
    counts."""
    counts = lambda day: unit == "calendar_days" or works(day, closed)  # noqa: E731
    left, day = 0 if unit == "same_working_day" else amount, start
    for since, until in [*((london_day(a), london_day(b)) for a, b in pauses), (date.max, date.max)]:
        if left == 0 and not counts(day):
            left = 1
        while left and day < since:
            day = date.fromordinal(day.toordinal() + 1)
            left -= counts(day)
        if since < date.max:
            day = until
    return day
