"""Which clocks an event stops and starts, and when each is due; works on values, knows nobody to tell, writes no row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from partnerships.conditions import Facts, holds
from partnerships.ladder import Position
from partnerships.protocol import Protocol, TimeLimit
from partnerships.protocol_terms import Event
from partnerships.working_days import LONDON, Calendar, Count, Unit, count, is_working_day

# Always the end of every clock, whatever a protocol says: a reminder after closing would never be forgiven.
ALWAYS_STOP = frozenset({Event.CLOSED, Event.WITHDRAWN})
# What begins a step: the clocks that start on one of these belong to the step as a whole.
OPENING = frozenset({Event.RAISED, Event.STAGE_OPENED, Event.TIER_OPENED})
REMINDER_HOUR = time(8)
NOON = time(12)


@dataclass(frozen=True)
class Running:
    """A clock that has not stopped: under which time limit, and on which stage it was started."""

    time_limit: str
    stage: str


@dataclass(frozen=True)
class Start:
    """A clock to start. `due_at` is the instant from which it is passed; `near_at` the next reminder, if one is left."""

    limit: TimeLimit
    starts_at: datetime
    due_at: datetime
    near_at: datetime | None
    shortened: bool


@dataclass(frozen=True)
class Ended:
    """The clock whose timescale an entry notes as passed, and when its time was up."""

    time_limit: str
    due_at: datetime


def to_note(*, due_at: datetime, near_at: datetime | None, passed: bool, at: datetime) -> Event | None:
    """What there is to note at an instant of a clock that runs: that its time is up, else that it will be soon."""
    if not passed and due_at <= at:
        return Event.TIMESCALE_PASSED
    return Event.TIMESCALE_NEAR if near_at is not None and near_at <= at else None


@dataclass(frozen=True)
class Turn:
    stops: frozenset[str]
    starts: tuple[Start, ...]


def turn(
    protocol: Protocol,
    running: Sequence[Running],
    events: frozenset[Event],
    *,
    position: Position | None,
    facts: Facts,
    needed_by: date | None,
    at: datetime,
    calendar: Calendar,
    decided_on: date | None = None,
    ended: Ended | None = None,
    before: Facts | None = None,
) -> Turn:
    """What `events` do to the clocks of a disagreement that now stands at `position`.

    First the clocks that the events stop, or whose stage has been left; then those that they start. A clock that is
    still running is not started again: only one runs under one time limit. Last, where a timescale that repeats has
    `ended` and the events have not stopped it, its next period. What starts because a time was up counts from then, not
    from when that was noted: an outage changes no date.

    Where `before` is given, what is known of the disagreement changed (its urgency, the child's status): the clocks that
    the old facts chose and the new do not are stopped, and those chosen now begin, from the change.
    """
    since = ended.due_at if ended else at
    ends = [clock for clock in running if _stops(protocol.time_limit(clock.time_limit), clock, events, position)]
    ends += [clock for clock in running if before is not None and _no_longer_chosen(protocol, clock, before=before, facts=facts)]
    stops = {clock.time_limit for clock in ends}
    still = {clock.time_limit for clock in running} - stops
    starts = []
    if position is not None and not events & ALWAYS_STOP:
        for limit in protocol.time_limits:
            if limit.key not in still and (
                _starts(protocol, limit, events, position, facts)
                or (before is not None and _newly_chosen(protocol, limit, position, before=before, facts=facts))
            ):
                start = start_clock(limit, at=since, needed_by=needed_by, decided_on=decided_on, calendar=calendar)
                starts += [start] if start else []
    if ended is not None and ended.time_limit not in stops and protocol.time_limit(ended.time_limit).repeats:
        again = next_period(protocol.time_limit(ended.time_limit), ended_at=ended.due_at, at=at, calendar=calendar)
        starts += [again] if again else []
    return Turn(stops=frozenset(stops), starts=tuple(starts))


def _stops(limit: TimeLimit, clock: Running, events: frozenset[Event], position: Position | None) -> bool:
    left = position is None or clock.stage != position.stage or (limit.when.tiers and position.tier not in limit.when.tiers)
    return bool(events & ALWAYS_STOP) or bool(limit.ends_with_stage and left) or bool(events & set(limit.stops_on))


def _starts(protocol: Protocol, limit: TimeLimit, events: frozenset[Event], position: Position, facts: Facts) -> bool:
    here = not limit.stages or position.stage in limit.stages
    return here and bool(events & set(limit.starts_on)) and chosen(protocol, limit, facts)


def chosen(protocol: Protocol, limit: TimeLimit, facts: Facts) -> bool:
    """Whether a disagreement with these facts is under this limit: its urgency band and its own condition say so."""
    return limit.urgency in (None, facts.urgency) and holds(protocol, limit.when, facts)


def _no_longer_chosen(protocol: Protocol, clock: Running, *, before: Facts, facts: Facts) -> bool:
    limit = protocol.time_limit(clock.time_limit)
    return chosen(protocol, limit, before) and not chosen(protocol, limit, facts)


def _newly_chosen(protocol: Protocol, limit: TimeLimit, position: Position, *, before: Facts, facts: Facts) -> bool:
    """Only what begins with the step itself: a clock that waits for another event goes on waiting for it."""
    here = not limit.stages or position.stage in limit.stages
    opens = bool(OPENING & set(limit.starts_on))
    return here and opens and chosen(protocol, limit, facts) and not chosen(protocol, limit, before)


def start_clock(
    limit: TimeLimit,
    *,
    at: datetime,
    needed_by: date | None,
    calendar: Calendar,
    decided_on: date | None = None,
    begun: datetime | None = None,
) -> Start | None:
    """A clock under this limit from `at`; None where the limit has no time of its own and no date was asked for.

    "Whichever is shorter" (H 1.4): the date asked for to keep the child safe counts if it comes first, and only while it
    is still ahead: one that has gone by would have every later clock begin as passed. One that counts from the decision
    disagreed with has that day as its day 0, where the form gives it; `begun` is when it began then, where it is counted
    again from there."""
    begun = begun or at
    if limit.counts_from == "decided_on" and decided_on is not None:
        at = min(at, datetime.combine(decided_on, NOON, tzinfo=LONDON))
    counted = counted_from(limit, at=at, calendar=calendar)
    due_at = counted.due_at if counted else None
    asked = end_of(needed_by) if needed_by is not None and limit.whichever_is_shorter and end_of(needed_by) > begun else None
    if asked is not None and asked <= at:
        asked = None  # a date that has gone by cannot be kept any more; a clock would start passed, and chase for ever
    shortened = asked is not None and (due_at is None or asked < due_at)
    due = asked if shortened else due_at
    if due is None:
        return None
    return Start(
        limit=limit,
        starts_at=at,
        due_at=due,
        near_at=next_reminder(limit, due_at=due, after=at, calendar=calendar),
        shortened=shortened,
    )


def next_period(limit: TimeLimit, *, ended_at: datetime, at: datetime, calendar: Calendar) -> Start | None:
    """ "Every 5 working days" (B after Stage Three): the next period starts where the last one ended. After an outage of
    several periods only the present one starts: nobody is chased for each in turn."""
    start = start_clock(limit, at=_end_of_period(limit, ended_at), needed_by=None, calendar=calendar)
    while start is not None and start.due_at <= at:
        start = start_clock(limit, at=_end_of_period(limit, start.due_at), needed_by=None, calendar=calendar)
    return start


def _end_of_period(limit: TimeLimit, due_at: datetime) -> datetime:
    """The last moment of a period. Of one in days it is on its last day, which is day 0 of the next: counted from 00:00
    of the day after, every period would be a day longer than the protocol says."""
    whole_days = limit.amount and limit.unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)
    return due_at - timedelta(microseconds=1) if whole_days else due_at


def counted_from(limit: TimeLimit, *, at: datetime, calendar: Calendar) -> Count | None:
    """The count behind a due date, which explains itself; None where the limit has no time of its own."""
    return None if limit.amount is None else count(at, amount=limit.amount, unit=limit.unit, calendar=calendar)


def end_of(day: date) -> datetime:
    """The instant from which a day is over in London."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=LONDON)


def last_day_of(due_at: datetime) -> date:
    """The last day on which it was still in time."""
    return (due_at.astimezone(LONDON) - timedelta(microseconds=1)).date()


def next_reminder(limit: TimeLimit, *, due_at: datetime, after: datetime, calendar: Calendar) -> datetime | None:
    """The first reminder after an instant: so many working days (or hours, for a limit in hours) before the last day,
    in the morning; None when none is left."""
    moments = [_reminder(limit.unit, before, due_at=due_at, calendar=calendar) for before in limit.remind_before]
    return min((moment for moment in moments if after < moment < due_at), default=None)


def _reminder(unit: Unit, before: int, *, due_at: datetime, calendar: Calendar) -> datetime:
    if unit is Unit.CLOCK_HOURS:
        return due_at - timedelta(hours=before)
    day = last_day_of(due_at)
    while before:
        day -= timedelta(days=1)
        before -= unit is Unit.CALENDAR_DAYS or is_working_day(day, calendar)
    return datetime.combine(day, REMINDER_HOUR, tzinfo=LONDON)


def resumed(*, paused_at: datetime, resumed_at: datetime, due_at: datetime, unit: Unit, calendar: Calendar) -> datetime:
    """The due date after a pause: the time that was left when it stood still is left when it goes on. Where no day was
    left (a closure taken away meanwhile), it ends with the day on which it goes on."""
    if unit is Unit.CLOCK_HOURS:
        return due_at + (resumed_at - paused_at)
    left, day, last_day = 0, paused_at.astimezone(LONDON).date(), last_day_of(due_at)
    while day < last_day:
        day += timedelta(days=1)
        left += unit is Unit.CALENDAR_DAYS or is_working_day(day, calendar)
    return count(resumed_at, amount=left, unit=_days(unit), calendar=calendar).due_at


def counted_again(start: Start, *, pauses: Iterable[tuple[datetime, datetime]], calendar: Calendar) -> datetime:
    """Until when a clock runs that stood still meanwhile: the date counted from its start, then every pause in turn."""
    due_at = start.due_at
    for paused_at, resumed_at in pauses:
        due_at = resumed(paused_at=paused_at, resumed_at=resumed_at, due_at=due_at, unit=start.limit.unit, calendar=calendar)
    return due_at


def _days(unit: Unit) -> Unit:
    return Unit.CALENDAR_DAYS if unit is Unit.CALENDAR_DAYS else Unit.WORKING_DAYS
