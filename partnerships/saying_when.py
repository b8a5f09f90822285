"""By when, as a person would say it: "by the end of today", "tomorrow", "Friday 27 November, 3 working days left".

Knows no Django, does no I/O and never reads the clock. What has gone by is said by working_days.words_left."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from .working_days import LONDON, Calendar, Unit, clock_time, is_working_day, words_left, working_days_between

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def by_when(due_at: datetime, *, at: datetime, unit: Unit, calendar: Calendar, label: str, strength: str) -> str:
    """Its last day first, because that is what people note down; then how long that is, where it is further off than the next
    working day. Beyond it: how far, and beyond what."""
    if at >= due_at:
        return words_left(due_at, at=at, unit=unit, calendar=calendar, label=label, strength=strength)
    today, last = at.astimezone(LONDON).date(), last_day(due_at)
    clock = clock_time(due_at)
    midnight = clock == "midnight"
    if last == today:
        said = "by the end of today" if midnight else f"by {clock} today"
    elif last == today + timedelta(days=1):
        said = f"by {'the end of' if midnight else clock} tomorrow, {day(last, beside=today)}"
    else:
        said = f"by {'the end of' if midnight else f'{clock} on'} {day(last, beside=today)}"
    left = _left(due_at, last, at=at, today=today, unit=Unit(unit), calendar=calendar)
    return f"{said}, {left}" if left else said


def _left(due_at: datetime, last: date, *, at: datetime, today: date, unit: Unit, calendar: Calendar) -> str:
    if unit is Unit.CLOCK_HOURS:
        return words_left(due_at, at=at, unit=unit, calendar=calendar, label="", strength="")
    if (last - today).days <= 1:
        return ""
    if unit is Unit.CALENDAR_DAYS:
        return f"{(last - today).days:,} days left"
    working = working_days_between(today, last, calendar)
    if working > 1:
        return f"{working:,} working days left"
    return "the next working day" if working and is_working_day(last, calendar) else ""


def last_day(due_at: datetime) -> date:
    """The last day in London on which there is still time; 00:00 belongs to the day before it."""
    return (due_at - timedelta(microseconds=1)).astimezone(LONDON).date()


def day(which: date, *, beside: date) -> str:
    """Friday 27 November; with its year where that is another one."""
    year = "" if which.year == beside.year else f" {which.year}"
    return f"{_WEEKDAYS[which.weekday()]} {which.day} {_MONTHS[which.month - 1]}{year}"
