"""How days and hours are counted and said in words; knows no Django, does no I/O and never reads the clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Self
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

WEEKEND = "weekend"
# No timescale in the field is longer than weeks; far beyond this a figure is a slip of the keyboard.
MOST = 10_000

_DAY = timedelta(days=1)
_WEEKEND_DAYS = (5, 6)
# More than these are given as a number: weekends and other runs of days explained, closed days in short.
_WEEKENDS_LISTED, _CLOSED_LISTED, _DATES_IN_SHORT = 2, 8, 4
# Not strftime: its names follow the locale of the process.
_WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_MONTHS = ["January", "February", "March", "April", "May", "June"]
_MONTHS += ["July", "August", "September", "October", "November", "December"]
# "Must" is no noun; the other strengths are said as they are stored.
_STRENGTHS = {"must": "requirement"}


class Unit(StrEnum):
    WORKING_DAYS = "working_days"
    CLOCK_HOURS = "clock_hours"
    SAME_WORKING_DAY = "same_working_day"
    CALENDAR_DAYS = "calendar_days"


@dataclass(frozen=True)
class Calendar:
    """Which weekdays do not count, and why. The names are shown to people."""

    closed: Mapping[date, str]
    known_until: date | None = None
    # Those of `closed` that are the partnership's own; the rest are called bank holidays.
    own: frozenset[date] = frozenset()

    @classmethod
    def of(cls, bank_holidays: Mapping[date, str], closures: Mapping[date, str], *, known_until: date | None) -> Self:
        """Both kinds of closed day in one calendar; a day that is both is called by the bank holiday's name."""
        own = frozenset(closures.keys() - bank_holidays.keys())
        return cls(closed={**closures, **bank_holidays}, known_until=known_until, own=own)

    def why_not(self, day: date) -> str:
        """Why a day does not count, or nothing if it is a working day."""
        if isinstance(day, datetime):
            raise TypeError("Days are counted in dates. Give the date in London, not a time.")
        if day.weekday() in _WEEKEND_DAYS:
            return WEEKEND
        return (self.closed[day].strip() or "closed") if day in self.closed else ""


def is_working_day(day: date, calendar: Calendar) -> bool:
    return not calendar.why_not(day)


def add_working_days(day: date, n: int, calendar: Calendar) -> date:
    """The nth working day after a day. Day 0 is the day itself, whatever kind of day it is.

    With n = 0 it is the day itself if that is a working day, else the next one.
    """
    if n < 0:
        raise ValueError(f"Working days are counted forwards, so {n} is not a number of days to add.")
    while n == 0 and not is_working_day(day, calendar):
        day += _DAY
    while n:
        day += _DAY
        n -= is_working_day(day, calendar)
    return day


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Working days after `start` up to and including `end`; negative the other way round."""
    if end < start:
        return -working_days_between(end, start, calendar)
    return sum(is_working_day(start + timedelta(days=i), calendar) for i in range(1, (end - start).days + 1))


@dataclass(frozen=True)
class CountedDay:
    """One day of a count: its number if it counts, else why it does not and whether that is the partnership's doing."""

    day: date
    number: int | None
    why_not: str
    own: bool = False


@dataclass(frozen=True)
class Count:
    """A timescale and how it was counted, from day 0 to the last day. Hours have no counted days.

    Both instants are in UTC: two London times differ by what the wall clock shows, which is an hour
    wrong when the clocks change between them. `last_day` is a date in London.
    """

    starts_at: datetime
    due_at: datetime
    last_day: date
    unit: Unit
    amount: int
    days: tuple[CountedDay, ...]
    beyond_known: bool
    known_until: date | None = None

    def explain(self) -> str:
        """How the date was counted, in sentences that can be read out over the telephone."""
        if self.unit is Unit.CLOCK_HOURS:
            return self._explain_hours()
        start = _london(self.starts_at).date()
        said = [self._explain_days(start), "The timescale lasts to the end of that day."]
        if skipped := _skipped([each for each in self.days if each.why_not], beside=start):
            said.append(f"Not counted: {skipped}.")
        if self.beyond_known and self.known_until:
            known = _short_date(self.known_until)
            said.append(f"Bank holidays after {known} are not known yet, so the last day may move.")
        return " ".join(said)

    def short(self) -> str:
        """The date, its number and the closed days on the way, for one line beside it."""
        start = _london(self.starts_at).date()
        if self.unit is Unit.CLOCK_HOURS:
            began = _moment(self.starts_at, ends=False, beside=start)
            return f"{_moment(self.due_at, ends=True, beside=start)}: {_plural(self.amount, 'hour')} after {began}"
        closed = [each for each in self.days if each.why_not not in ("", WEEKEND)]
        said = (
            f"{_short_date(self.last_day, beside=start)}: {self._which_day(start)}",
            _closed_in_short([each.day for each in closed if not each.own], own=False),
            _closed_in_short([each.day for each in closed if each.own], own=True),
            "bank holidays that far ahead are not yet known" if self.beyond_known else "",
        )
        return "; ".join(part for part in said if part)

    def _which_day(self, start: date) -> str:
        every_day = self.unit is Unit.CALENDAR_DAYS
        if self.amount == 0 or self.unit is Unit.SAME_WORKING_DAY:
            same = "the same day" if every_day else "the same working day"
            return same if self.last_day == start else "the next working day"
        return f"day {self.amount:,}{', counting every day' if every_day else ''}"

    def _explain_days(self, start: date) -> str:
        which, last = self._which_day(start), _short_date(self.last_day, beside=start)
        if which == "the next working day":
            return f"{_short_date(start)} is not a working day, so this is due on the next working day, {last}."
        if which.startswith("the same"):
            return f"Due on {which}, {_short_date(start)}."
        every = " Every day counts, weekends and bank holidays too." if self.unit is Unit.CALENDAR_DAYS else ""
        first = next(_short_date(each.day, beside=start) for each in self.days if each.number == 1)
        until = f" and day {self.amount:,} is {last}" if self.amount > 1 else ""
        return f"Counted from {_short_date(start)} (day 0).{every} Day 1 is {first}{until}."

    def _explain_hours(self) -> str:
        """The clocks are named when they change, because the time of day is then not the one people expect."""
        began, ends = _london(self.starts_at), _london(self.due_at)
        said = (
            f"{_plural(self.amount, 'hour')} from {_moment(began, ends=False)}, counting day and night, "
            f"weekends and bank holidays. The timescale lasts until {_moment(ends, ends=True, beside=began.date())}."
        )
        if began.utcoffset() == ends.utcoffset():
            return said
        change, shown = ("back", "earlier") if began.dst() else ("forward", "later")
        return f"{said} The clocks go {change} in between, so the clock shows an hour {shown}."


def count(starts_at: datetime, *, amount: int, unit: Unit, calendar: Calendar) -> Count:
    """When a timescale that starts at an instant is passed, and the days it was counted over.

    A limit in days is passed from 00:00 in London after its last day [protocols.md 7.3]. Hours run day
    and night and are hours that go by, so a change of the clocks does not lengthen them [O-08].
    `amount` has no meaning for the same working day.
    """
    unit = Unit(unit)
    start = _london(starts_at)
    if not 0 <= amount <= MOST:
        raise ValueError(f"A timescale is between 0 and {MOST:,} days or hours, so {amount:,} is not one.")
    if unit is Unit.CLOCK_HOURS:
        due_at = starts_at.astimezone(UTC) + timedelta(hours=amount)
        last_day = max(_last_day(due_at), start.date())
        days: tuple[CountedDay, ...] = ()
    else:
        n = 0 if unit is Unit.SAME_WORKING_DAY else amount
        every_day = unit is Unit.CALENDAR_DAYS
        last_day = start.date() + n * _DAY if every_day else add_working_days(start.date(), n, calendar)
        due_at = datetime.combine(last_day + _DAY, time.min, tzinfo=LONDON).astimezone(UTC)
        days = tuple(_numbered(start.date(), last_day, n, None if every_day else calendar))
    unknown = calendar.known_until is not None and last_day > calendar.known_until
    return Count(
        starts_at=starts_at.astimezone(UTC),
        due_at=due_at,
        last_day=last_day,
        unit=unit,
        amount=amount,
        days=days,
        beyond_known=unknown and unit in (Unit.WORKING_DAYS, Unit.SAME_WORKING_DAY),
        known_until=calendar.known_until,
    )


def words_left(
    due_at: datetime, *, at: datetime, unit: Unit, calendar: Calendar, label: str, strength: str, stopped: bool = False
) -> str:
    """How much time is left, or by how much a limit has gone by, as a partnership would say it.

    A limit gone by is said beside the limit and its strength, because a guide may lawfully be exceeded
    [B-06]; no word here blames. For a stopped clock, `at` is when it stopped.
    """
    due_at, at = _utc(due_at), _utc(at)
    n, span = _gap(due_at, at, Unit(unit), calendar)
    limit, gone = _limit(label, strength), at >= due_at
    today, last_day = _london(at).date(), _last_day(due_at)
    if stopped:
        return "stopped " + _when_stopped(span if n else "", limit, gone=gone, on_last_day=today == last_day)
    if gone:
        return f"{span} beyond {limit}" if n else f"{limit} ended {_ended(due_at, today)}"
    if unit == Unit.CLOCK_HOURS or n > 1:
        return f"{span} left"
    by = _by(due_at)
    if today == last_day:
        return f"due today{by}"
    which = _long_date(last_day)
    if last_day == today + _DAY:
        which = f"tomorrow, {which}"
    elif n and is_working_day(last_day, calendar):
        which = f"{which}, the next working day"
    return f"last day is {which}{by and ','}{by}"


def _gap(due_at: datetime, at: datetime, unit: Unit, calendar: Calendar) -> tuple[int, str]:
    """How far apart the day (or minute) it is and the last one are, and that in words."""
    if unit is Unit.CLOCK_HOURS:
        return 1, _span(abs(due_at - at))
    today, last_day = _london(at).date(), _last_day(due_at)
    if unit is Unit.CALENDAR_DAYS:
        n = abs((last_day - today).days)
        return n, _plural(n, "day")
    n = abs(working_days_between(today, last_day, calendar))
    return n, _plural(n, "working day")


def _numbered(start: date, last_day: date, amount: int, calendar: Calendar | None) -> Iterable[CountedDay]:
    """Day 0 to the last day. Without a calendar every day counts; with amount 0, day 0 is the first that works."""
    number = 0 if amount else -1
    for i in range((last_day - start).days + 1):
        day = start + timedelta(days=i)
        is_day_0 = i == 0 and amount > 0
        why_not = calendar.why_not(day) if calendar and not is_day_0 else ""
        number += not why_not and not is_day_0
        own = calendar is not None and why_not not in ("", WEEKEND) and day in calendar.own
        yield CountedDay(day, None if why_not else number, why_not, own)


def _utc(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError(f"The time {instant:%Y-%m-%d %H:%M} has no time zone, so its day in London is unknown.")
    return instant.astimezone(UTC)


def _london(instant: datetime) -> datetime:
    return _utc(instant).astimezone(LONDON)


def _last_day(due_at: datetime) -> date:
    """The last day in London on which there is still time; 00:00 belongs to the day before it."""
    return _london(_utc(due_at) - timedelta(microseconds=1)).date()


def _plural(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _listed(words: Sequence[str], *, last: str = " and ") -> str:
    return last.join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _short_date(day: date, *, beside: date | None = None) -> str:
    """Tue 30 Dec 2025; without its year beside a date of the same year."""
    year = "" if beside and beside.year == day.year else f" {day.year}"
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1][:3]}{year}"


def _long_date(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def clock_time(instant: datetime) -> str:
    """2:20pm, 9am, midday; with BST or GMT in the hour that comes twice."""
    local = _london(instant)
    zone = "" if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset() else f" {local.tzname()}"
    if (local.hour, local.minute) in ((0, 0), (12, 0)):
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}{zone}"


def _moment(instant: datetime, *, ends: bool, beside: date | None = None) -> str:
    """A time and its day; midnight is said with the day that it starts or ends, because people mix them up."""
    clock, day = clock_time(instant), _london(instant).date()
    if clock == "midnight":
        edge, day = ("end", day - _DAY) if ends else ("start", day)
        return f"midnight at the {edge} of {_short_date(day, beside=beside)}"
    return f"{clock} on {_short_date(day, beside=beside)}"


def _span(gap: timedelta) -> str:
    """Time that goes by, rounded down: minutes matter within two hours, hours within a week."""
    minutes = gap // timedelta(minutes=1)
    hours, days = minutes // 60, minutes // 1440
    if minutes < 1:
        return "less than a minute"
    if days < 2:
        parts = (hours, "hour"), (minutes % 60 if hours < 2 else 0, "minute")
    else:
        parts = (days, "day"), (hours % 24 if days < 7 else 0, "hour")
    return " ".join(_plural(n, noun) for n, noun in parts if n)


def _limit(label: str, strength: str) -> str:
    """The limit as written locally, made to follow "beyond": "Within 5 Days" becomes "5 Days"."""
    words = label.strip()
    for opening in ("within ", "in ", "by "):
        if words.lower().startswith(opening):
            words = words[len(opening) :]
    if words[1:2].islower() or words[1:2] == " ":
        words = words[0].lower() + words[1:]
    strength = _STRENGTHS.get(strength, strength)
    return (words or "the timescale") + (f" ({strength})" if strength else "")


def _by(due_at: datetime) -> str:
    """The time of day of a limit that does not last to the end of its day, such as one set by hand."""
    clock = clock_time(due_at)
    return "" if clock == "midnight" else f" by {clock}"


def _ended(due_at: datetime, today: date) -> str:
    last_day, clock = _last_day(due_at), clock_time(due_at)
    at = "" if clock == "midnight" else f" at {clock}"
    if last_day == today:
        return f"today{at}"
    return f"{'yesterday, ' if last_day == today - _DAY else 'on '}{_long_date(last_day)}{at}"


def _when_stopped(span: str, limit: str, *, gone: bool, on_last_day: bool) -> str:
    if gone:
        return f"{span} beyond {limit}" if span else f"just beyond {limit}"
    if span:
        return f"with {span} left"
    return "on the last day" if on_last_day else "just before the last day"


def _skipped(days: Sequence[CountedDay], *, beside: date) -> str:
    """The days that did not count, in order; many weekends, and many closed days, become a number."""
    numbered = groupby(enumerate(days), key=lambda pair: (pair[1].why_not, pair[1].day.toordinal() - pair[0]))
    runs = [[each for _, each in run] for _, run in numbered]
    weekends = [run for run in runs if run[0].why_not == WEEKEND]
    closed = [run for run in runs if run[0].why_not != WEEKEND]
    few_weekends, few_closed = len(weekends) <= _WEEKENDS_LISTED, len(closed) <= _CLOSED_LISTED
    listed = [run for run in runs if (few_weekends if run[0].why_not == WEEKEND else few_closed)]
    befores = [beside, *(run[-1].day for run in listed)]
    said = [_run(run, beside=before) for run, before in zip(listed, befores, strict=False)]
    if not few_closed:
        said.append(f"{sum(len(run) for run in closed)} bank holidays and closed days")
    if not few_weekends:
        said.append(f"{len(weekends)} weekends")
    return _listed(said, last=", and ")


def _run(run: Sequence[CountedDay], *, beside: date) -> str:
    """Days in a row with one reason: Sat 20 and Sun 21 Dec (weekend)."""
    first, last = run[0].day, run[-1].day
    said = _short_date(last, beside=beside)
    if len(run) > 1:
        same_month = (first.year, first.month) == (last.year, last.month)
        start = f"{_WEEKDAYS[first.weekday()]} {first.day}" if same_month else _short_date(first, beside=beside)
        said = f"{start} {'and' if len(run) == 2 else 'to'} {said}"
    return f"{said} ({run[0].why_not})"


def _closed_in_short(days: Sequence[date], *, own: bool) -> str:
    """25 and 26 Dec are bank holidays; the partnership is closed on 31 Dec and 2 Jan."""
    months = [_MONTHS[day.month - 1][:3] for day in days]
    if len(days) > _DATES_IN_SHORT:
        return f"the partnership is closed on {len(days)} days" if own else f"{len(days)} bank holidays in between"
    if len(set(months)) == 1:
        dates = f"{_listed([str(day.day) for day in days])} {months[0]}"
    else:
        dates = _listed([f"{day.day} {month}" for day, month in zip(days, months, strict=True)])
    verb = "is a bank holiday" if len(days) == 1 else "are bank holidays"
    return (f"the partnership is closed on {dates}" if own else f"{dates} {verb}") if days else ""
