"""Clocks that stand still and go on, under days off that change meanwhile: no time is lost, none is made, by property."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from escalation import clocks
from partnerships.protocol import TimeLimit
from partnerships.working_days import Calendar, Unit
from tests.clocks import oracle
from tests.clocks.calendars import ENGLAND, london
from tests.clocks.test_against_the_oracle import STARTS, calendars

EDGE = settings(max_examples=250, deadline=None)
AMOUNTS = {Unit.WORKING_DAYS: 20, Unit.CLOCK_HOURS: 96, Unit.SAME_WORKING_DAY: 1, Unit.CALENDAR_DAYS: 28}


def limit(amount: int | None, unit: Unit, **own: Any) -> TimeLimit:
    written = {"key": "answer", "label": "in time", "purpose": "They answer", "clause": "1.1", "held_by": "receiving"}
    events: dict[str, Any] = {"starts_on": ["raised"], "stops_on": ["closed"], "holder": "receiving.lead"}
    return TimeLimit.model_validate({**written, **events, "amount": amount, "unit": unit, **own})


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[tuple[datetime, datetime]]:
    """From when until when, one after the other; some of no length, some over weeks, all by the minute."""
    found, at = [], start
    for _ in range(draw(st.integers(0, 4))):
        since = at + timedelta(minutes=draw(st.integers(0, 8 * 1440)))
        at = since + timedelta(minutes=draw(st.integers(0, 20 * 1440)))
        found.append((since, at))
    return found


def due(start: datetime, amount: int, unit: Unit, stood: list[tuple[datetime, datetime]], calendar: Calendar) -> datetime:
    began = clocks.start_clock(limit(amount, unit), at=start, needed_by=None, calendar=calendar)
    assert began is not None
    return clocks.counted_again(began, pauses=stood, calendar=calendar)


@EDGE
@given(st.data(), STARTS, st.sampled_from(Unit))
def test_what_was_worked_before_and_after_every_pause_is_the_whole(data: st.DataObject, start: datetime, unit: Unit) -> None:
    amount, calendar = data.draw(st.integers(1, AMOUNTS[unit])), data.draw(calendars(oracle.london_day(start)))
    stood = data.draw(pauses(start))
    found = due(start, amount, unit, stood, calendar)
    if unit is Unit.CLOCK_HOURS:
        assert found - start - sum((until - since for since, until in stood), timedelta()) == timedelta(hours=amount)
        return
    last = oracle.last_day_with_pauses(
        oracle.london_day(start), amount=amount, unit=unit.value, closed=calendar.closed, pauses=stood
    )
    assert found == oracle.end_of(last)


@EDGE
@given(st.data(), STARTS, st.sampled_from(Unit))
def test_a_pause_never_brings_the_end_nearer(data: st.DataObject, start: datetime, unit: Unit) -> None:
    """Nor does one pause more, nor a day off more."""
    amount, calendar = data.draw(st.integers(1, AMOUNTS[unit])), data.draw(calendars(oracle.london_day(start)))
    stood = data.draw(pauses(start))
    each = [due(start, amount, unit, stood[:n], calendar) for n in range(len(stood) + 1)]
    assert each == sorted(each)
    assert each[0] > start
    extra = {oracle.london_day(start) + timedelta(days=n): "Late" for n in data.draw(st.lists(st.integers(0, 60), max_size=5))}
    more = Calendar(closed={**calendar.closed, **extra})
    if unit is Unit.WORKING_DAYS and not stood:
        assert due(start, amount, unit, stood, more) >= each[-1]
    assert due(start, amount, unit, stood, calendar) == each[-1]


def test_a_clock_whose_days_were_over_before_it_stood_still_ends_with_a_day() -> None:
    """A closure taken away may have it that the time was up before the pause: it ends with the day on which it went on,
    and never at some hour of it."""
    stood = [(london(2026, 9, 18, 10), london(2026, 9, 23, 14, 30))]
    assert due(london(2026, 9, 15, 10), 2, Unit.WORKING_DAYS, stood, ENGLAND) == london(2026, 9, 24)


@EDGE
@given(
    st.data(), STARTS, st.integers(0, 20) | st.none(), st.sampled_from(Unit), st.integers(-40, 40) | st.none(),
    st.integers(-5, 40) | st.none(),
)  # fmt: skip
@example(None, london(2025, 12, 19, 9), 5, Unit.WORKING_DAYS, 3, None)
def test_whichever_is_shorter(
    data: st.DataObject | None, start: datetime, amount: int | None, unit: Unit, asked_in: int | None, decided_ago: int | None
) -> None:
    """The date asked for counts if it is ahead and comes before the protocol's own; else it is as if nobody had asked.
    Where it counts from the decision disagreed with, noon of that day is the beginning, unless that is still ahead."""
    calendar, today = data.draw(calendars(oracle.london_day(start))) if data else ENGLAND, oracle.london_day(start)
    asked = None if asked_in is None else today + timedelta(days=asked_in)
    decided = None if decided_ago is None else today - timedelta(days=decided_ago)
    began = start
    if decided is not None:
        noon = datetime(decided.year, decided.month, decided.day, 12, tzinfo=UTC)
        began = min(start, noon - timedelta(hours=oracle.in_summer_time(noon)))
    own = None if amount is None else oracle.due(began, amount=amount, unit=unit.value, closed=calendar.closed)
    ends = oracle.end_of(asked) if asked is not None and oracle.end_of(asked) > start else None
    given_both = {"at": start, "needed_by": asked, "decided_on": decided, "calendar": calendar}
    found = clocks.start_clock(limit(amount, unit, whichever_is_shorter=True, counts_from="decided_on"), **given_both)
    assert (found.due_at if found else None) == min((each for each in (own, ends) if each is not None), default=None)
    assert (found.shortened if found else False) == (ends is not None and (own is None or ends < own))
    unasked = clocks.start_clock(limit(amount, unit, counts_from="decided_on"), **given_both)
    assert (unasked.due_at if unasked else None) == own
