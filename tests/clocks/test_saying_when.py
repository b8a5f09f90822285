"""By when, as a person would say it: the day in words, and how many working days that is, over any dates."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.saying_when import by_when, last_day
from partnerships.working_days import LONDON, Unit, working_days_between
from tests.clocks.calendars import ENGLAND, counted, london

# Fri 6 March 2026 is the last day of five working days.
DUE = counted(london(2026, 2, 27, 10), 5).due_at
TWO = london(2026, 3, 7, 14)


def said(due_at: datetime, at: datetime, unit: Unit = Unit.WORKING_DAYS) -> str:
    return by_when(due_at, at=at, unit=unit, calendar=ENGLAND)


@pytest.mark.parametrize(
    ("due_at", "at", "unit", "expected"),
    [
        (DUE, london(2026, 3, 6, 9), Unit.WORKING_DAYS, "by the end of today"),
        (DUE, london(2026, 3, 5, 9), Unit.WORKING_DAYS, "by the end of tomorrow, Friday 6 March"),
        (DUE, london(2026, 3, 3, 9), Unit.WORKING_DAYS, "by the end of Friday 6 March, 3 working days left"),
        (DUE, london(2026, 3, 10, 8), Unit.WORKING_DAYS, "the last day was Friday 6 March, 2 working days ago"),
        (DUE, london(2026, 3, 7, 8), Unit.WORKING_DAYS, "the last day was Friday 6 March"),
        (london(2026, 3, 10), london(2026, 3, 6, 9), Unit.WORKING_DAYS, "by the end of Monday 9 March, the next working day"),
        (london(2026, 4, 8), london(2026, 4, 2, 9), Unit.WORKING_DAYS, "by the end of Tuesday 7 April, the next working day"),
        (
            london(2027, 1, 6),
            london(2026, 12, 29, 9),
            Unit.WORKING_DAYS,
            "by the end of Tuesday 5 January 2027, 4 working days left",
        ),
        (DUE, london(2026, 3, 2, 9), Unit.CALENDAR_DAYS, "by the end of Friday 6 March, 4 days left"),
        (TWO, london(2026, 3, 7, 9), Unit.WORKING_DAYS, "by 2pm today"),
        (TWO, london(2026, 3, 5, 9), Unit.WORKING_DAYS, "by 2pm on Saturday 7 March"),
        (TWO, london(2026, 3, 7, 12, 30), Unit.CLOCK_HOURS, "by 2pm today, 1 hour 30 minutes left"),
        (TWO, london(2026, 3, 6, 13), Unit.CLOCK_HOURS, "by 2pm tomorrow, Saturday 7 March, 25 hours left"),
    ],
)
def test_the_day_first_and_then_how_long_that_is(due_at: datetime, at: datetime, unit: Unit, expected: str) -> None:
    assert said(due_at, at, unit) == expected


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(LONDON))  # noqa: DTZ001


@given(
    MOMENTS, st.integers(0, 60), st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.CLOCK_HOURS]), st.integers(-70, 70)
)
def test_it_names_the_last_day_and_never_says_less_or_more_than_is_left(
    start: datetime, amount: int, unit: Unit, later: int
) -> None:
    due_at, at = counted(start, amount, unit).due_at, start + timedelta(days=later, minutes=later)
    words, today, last = said(due_at, at, unit), at.astimezone(LONDON).date(), last_day(due_at)
    if at >= due_at:
        assert words.startswith(("the last day was ", "it was due by "))
        gone = working_days_between(last, today, ENGLAND)
        if unit is Unit.WORKING_DAYS:
            assert words.endswith(f", {gone} working day{'' if gone == 1 else 's'} ago") == bool(gone)
        return
    assert words.startswith("by ")
    assert ("today" in words, "tomorrow" in words) == (last == today, (last - today).days == 1)
    assert (str(last.day) in words.split()) or last == today or f"{last.day}," in words.split()
    assert (str(last.year) in words) == (last.year != today.year and last != today)
    if unit is Unit.WORKING_DAYS and "working days left" in words:
        assert f", {working_days_between(today, last, ENGLAND)} working days left" in words
