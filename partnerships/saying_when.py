"""By when, as a person would say it: "by the end of today", "tomorrow", "Friday 27 November, 3 working days left"; and what
has gone by. In the language of the page; in English, what has gone by and how a date was counted are said by working_days.

Does no I/O and never reads the clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext, ngettext

from . import date_words
from .languages import RECORD, TAGS, page_tag
from .working_days import LONDON, Calendar, Count, Unit, clock_time, is_working_day, working_days_between
from .working_days import words_left as english_words_left
from .written import Said, joined, say, written


def by_when(due_at: datetime, *, at: datetime, unit: Unit, calendar: Calendar) -> str:
    """Its last day first, because that is what people note down; then how long that is, where it is further off than the next
    working day. What has gone by the same way: which day was the last, and how long ago that is."""
    if at >= due_at:
        return _gone_by(due_at, at=at, unit=Unit(unit), calendar=calendar)
    today, last = at.astimezone(LONDON).date(), last_day(due_at)
    midnight = clock_time(due_at) == "midnight"
    names = {"time": clock(due_at), "day": day(last, beside=today)}
    if last == today:
        said = gettext("by the end of today") if midnight else gettext("by %(time)s today")
    elif last == today + timedelta(days=1):
        said = gettext("by the end of tomorrow, %(day)s") if midnight else gettext("by %(time)s tomorrow, %(day)s")
    else:
        said = gettext("by the end of %(day)s") if midnight else gettext("by %(time)s on %(day)s")
    left = _left(due_at, last, at=at, today=today, unit=Unit(unit), calendar=calendar)
    return f"{said % names}, {left}" if left else said % names


def _gone_by(due_at: datetime, *, at: datetime, unit: Unit, calendar: Calendar) -> str:
    names = {
        "time": clock(due_at),
        "day": day(last_day(due_at), beside=at.astimezone(LONDON).date()),
        "span": _span(due_at, at=at, unit=unit, calendar=calendar),
    }
    if clock_time(due_at) == "midnight":
        said = gettext("the last day was %(day)s, %(span)s ago") if names["span"] else gettext("the last day was %(day)s")
    else:
        said = (
            gettext("it was due by %(time)s on %(day)s, %(span)s ago")
            if names["span"]
            else gettext("it was due by %(time)s on %(day)s")
        )
    return said % names


def _left(due_at: datetime, last: date, *, at: datetime, today: date, unit: Unit, calendar: Calendar) -> str:
    if unit is Unit.CLOCK_HOURS:
        return words_left(due_at, at=at, unit=unit, calendar=calendar, label="", strength="")
    if (last - today).days <= 1:
        return ""
    if unit is Unit.CALENDAR_DAYS:
        return _number(ngettext("%(number)s day left", "%(number)s days left", (last - today).days), (last - today).days)
    working = working_days_between(today, last, calendar)
    if working > 1:
        return _number(ngettext("%(number)s working day left", "%(number)s working days left", working), working)
    return gettext("the next working day") if working and is_working_day(last, calendar) else ""


def words_left(due_at: datetime, *, at: datetime, unit: Unit, calendar: Calendar, label: str, strength: str) -> str:
    """How much time is left, or by how much a limit has gone by. Elsewhere than in English shorter: the limit as the protocol
    calls it, and how far beyond it is."""
    if page_tag() == TAGS[RECORD]:
        return english_words_left(due_at, at=at, unit=unit, calendar=calendar, label=label, strength=strength)
    span = _span(due_at, at=at, unit=Unit(unit), calendar=calendar)
    if at >= due_at:
        limit = written(f"{label} ({strength})" if strength else label)
        return say(gettext("%(span)s beyond the time: %(limit)s"), span=span, limit=limit) if span else _ended(due_at, limit)
    return say(gettext("%(span)s left"), span=span) if span else gettext("the last day is today")


def _ended(due_at: datetime, limit: str) -> Said:
    last = last_day(due_at)
    return say(gettext("the time ended on %(day)s: %(limit)s"), day=day(last, beside=last), limit=limit)


def _span(due_at: datetime, *, at: datetime, unit: Unit, calendar: Calendar) -> str:
    """How far apart the two are, rounded down; nothing where it is the same day."""
    if unit is Unit.CLOCK_HOURS:
        minutes = abs(due_at - at) // timedelta(minutes=1)
        hours, days = minutes // 60, minutes // 1440
        if days >= 2:
            return _number(ngettext("%(number)s day", "%(number)s days", days), days)
        if hours:
            return _number(ngettext("%(number)s hour", "%(number)s hours", hours), hours)
        return _number(ngettext("%(number)s minute", "%(number)s minutes", minutes), minutes)
    today, last = at.astimezone(LONDON).date(), last_day(due_at)
    if unit is Unit.CALENDAR_DAYS:
        number = abs((last - today).days)
        return _number(ngettext("%(number)s day", "%(number)s days", number), number) if number else ""
    number = abs(working_days_between(today, last, calendar))
    return _number(ngettext("%(number)s working day", "%(number)s working days", number), number) if number else ""


def why(counted: Count) -> str:
    """How a date was counted. Elsewhere than in English without each weekend on the way."""
    if page_tag() == TAGS[RECORD]:
        return counted.explain()
    start = counted.starts_at.astimezone(LONDON)
    names = {"start": day(start.date(), beside=start.date()), "last": day(counted.last_day, beside=start.date())}
    if counted.unit is Unit.CLOCK_HOURS:
        hours = _number(ngettext("%(number)s hour", "%(number)s hours", counted.amount), counted.amount)
        said = gettext("%(hours)s from %(time)s on %(start)s, counting day and night, weekends and bank holidays.")
        return said % (names | {"hours": hours, "time": clock(counted.starts_at)})
    said = gettext("Counted from %(start)s (day 0). The timescale lasts to the end of %(last)s.") % names
    if counted.unit is Unit.CALENDAR_DAYS:
        return joined(said, gettext("Every day counts, weekends and bank holidays too."))
    holidays = [each for each in counted.days if each.why_not and each.day.weekday() < 5]
    listed = joined(
        *(say("%(day)s (%(why)s)", day=day(e.day, beside=start.date()), why=written(e.why_not)) for e in holidays), by=", "
    )
    closed = say(gettext("Closed on the way: %(days)s."), days=listed) if holidays else ""
    return joined(said, gettext("Only working days count."), closed)


def last_day(due_at: datetime) -> date:
    """The last day in London on which there is still time; 00:00 belongs to the day before it."""
    return (due_at - timedelta(microseconds=1)).astimezone(LONDON).date()


def day(which: date, *, beside: date) -> str:
    """Friday 27 November; with its year where that is another one."""
    return date_words.day(which) if which.year != beside.year else date_words.day_of_this_year(which)


def clock(at: datetime) -> str:
    """In English with the zone's name where the clocks change, as working_days says it."""
    return clock_time(at) if page_tag() == TAGS[RECORD] else date_words.clock(at.astimezone(LONDON))


def _number(said: str, number: int) -> str:
    return said % {"number": f"{number:,}"}
