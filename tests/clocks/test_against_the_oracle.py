"""Every date, 2015 to 2035, any unit, any closures: the counting and its words against the oracle, by property."""

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from partnerships.bank_holidays import Nation
from partnerships.working_days import Calendar, Unit, add_working_days, is_working_day, words_left, working_days_between
from tests.clocks import oracle
from tests.clocks.calendars import ENGLAND, KEPT, counted, london

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
INSTANTS = st.datetimes(datetime(2015, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
# Close to the hours where mistakes live: midnights in London, the two changes of the clocks, New Year.
EDGES = st.builds(
    lambda year, day, minutes: datetime(year, day[0], day[1], tzinfo=UTC) + timedelta(minutes=minutes),
    st.integers(2015, 2035),
    st.sampled_from([(3, 25), (3, 27), (3, 29), (3, 31), (10, 25), (10, 27), (10, 29), (10, 31), (12, 31), (2, 28), (6, 30)]),
    st.integers(-180, 3 * 1440),
)
STARTS = INSTANTS | EDGES
EDGE = settings(max_examples=250, deadline=None)


@st.composite
def calendars(draw: st.DrawFn, near: date) -> Calendar:
    """The bank holidays of a nation or none, with closures anywhere and in a run close by."""
    run_from, run = draw(st.integers(-10, 40)), draw(st.integers(0, 20))
    closures = {near + timedelta(days=run_from + i): "Closed" for i in range(run)}
    closures |= {near + timedelta(days=i): "Training" for i in draw(st.lists(st.integers(-20, 60), max_size=8))}
    return Calendar.of(draw(st.sampled_from([*KEPT.values(), {}])), closures, known_until=None)


@EDGE
@given(st.data(), STARTS, st.integers(0, 60), st.sampled_from(Unit))
@example(None, london(2025, 12, 19, 9), 5, Unit.WORKING_DAYS)
def test_every_due_moment_agrees_with_the_oracle(data: st.DataObject | None, start: datetime, amount: int, unit: Unit) -> None:
    calendar = data.draw(calendars(oracle.london_day(start))) if data else ENGLAND
    found = counted(start, amount, unit, calendar)
    assert found.due_at == oracle.due(start, amount=amount, unit=unit.value, closed=calendar.closed)
    assert found.starts_at == start
    assert found.last_day == max(oracle.london_day(found.due_at - timedelta(microseconds=1)), oracle.london_day(start))


@EDGE
@given(st.data(), STARTS, st.integers(0, 60), st.sampled_from(Unit))
def test_every_day_of_a_count_is_accounted_for(data: st.DataObject, start: datetime, amount: int, unit: Unit) -> None:
    """Days without a gap, numbers without a gap, a reason for each day without a number, and the last one counts."""
    calendar = data.draw(calendars(oracle.london_day(start)))
    found = counted(start, amount, unit, calendar)
    if unit is Unit.CLOCK_HOURS:
        assert found.days == ()
        return
    first, length = oracle.london_day(start), (found.last_day - oracle.london_day(start)).days + 1
    assert [each.day for each in found.days] == [first + timedelta(days=i) for i in range(length)]
    reached = 0 if unit is Unit.SAME_WORKING_DAY else amount
    assert [each.number for each in found.days if each.number is not None] == list(range(reached + 1))
    assert found.days[-1].number == reached
    assert [each.day for each in found.days if (each.number is None) != bool(each.why_not)] == []
    if unit is not Unit.CALENDAR_DAYS:
        later = [each for each in found.days if each.day != first]
        assert [each.day for each in later if bool(each.why_not) == oracle.works(each.day, calendar.closed)] == []


@EDGE
@given(st.data(), DAYS, st.integers(-120, 120))
def test_days_between_agree_with_the_oracle(data: st.DataObject, start: date, gap: int) -> None:
    calendar = data.draw(calendars(start))
    end = start + timedelta(days=gap)
    low, high = sorted([start, end])
    expected = oracle.working_days_in(low + timedelta(days=1), high, calendar.closed)
    assert working_days_between(start, end, calendar) == (expected if end >= start else -expected)


@EDGE
@given(st.data(), DAYS, st.integers(0, 80), st.integers(1, 20))
def test_adding_days_and_counting_them_are_one_thing(data: st.DataObject, start: date, days: int, more: int) -> None:
    calendar = data.draw(calendars(start))
    last = add_working_days(start, days, calendar)
    assert is_working_day(last, calendar)
    assert days in (0, working_days_between(start, last, calendar))
    if days:
        assert add_working_days(last, more, calendar) == add_working_days(start, days + more, calendar)


@EDGE
@given(st.data(), STARTS, st.integers(0, 30), st.sampled_from(Unit))
def test_a_closure_added_later_never_makes_a_limit_shorter(data: st.DataObject, start: datetime, amount: int, unit: Unit) -> None:
    calendar = data.draw(calendars(oracle.london_day(start)))
    extra = data.draw(st.dates(oracle.london_day(start), oracle.london_day(start) + timedelta(days=45)))
    before = counted(start, amount, unit, calendar)
    after = counted(start, amount, unit, Calendar(closed={**calendar.closed, extra: "Announced late"}))
    if unit in (Unit.CLOCK_HOURS, Unit.CALENDAR_DAYS):
        assert after.due_at == before.due_at
    else:
        assert after.due_at >= before.due_at


@EDGE
@given(st.data(), STARTS, STARTS | st.none(), st.integers(0, 30), st.sampled_from(Unit), st.booleans())
def test_words_never_contradict_the_clock(
    data: st.DataObject, start: datetime, at: datetime | None, amount: int, unit: Unit, stopped: bool
) -> None:
    """Something is left before the moment, nothing after it; no figure is nought or below; the figure is the oracle's."""
    calendar = data.draw(calendars(oracle.london_day(start)))
    found = counted(start, amount, unit, calendar)
    at = at or found.due_at + timedelta(minutes=data.draw(st.integers(-20_000, 20_000)))
    said = words_left(found.due_at, at=at, unit=unit, calendar=calendar, label="It", strength="guide", stopped=stopped)
    assert ("it (guide)" in said) == (at >= found.due_at)
    assert said.startswith("stopped ") == stopped
    figures = [word for word in said.replace(",", "").split() if word.lstrip("-").isdigit()]
    assert [figure for figure in figures if int(figure) < 1] == []
    if unit in (Unit.WORKING_DAYS, Unit.SAME_WORKING_DAY) and "working day beyond" in said.replace("days", "day"):
        gone = oracle.working_days_in(found.last_day + timedelta(days=1), oracle.london_day(at), calendar.closed)
        assert int(figures[0]) == gone
    if unit is Unit.WORKING_DAYS and said.endswith("working days left"):
        left = oracle.working_days_in(oracle.london_day(at) + timedelta(days=1), found.last_day, calendar.closed)
        assert int(figures[0]) == left


@EDGE
@given(st.data(), STARTS, st.integers(0, 300), st.sampled_from(Unit))
def test_every_count_can_be_read_out(data: st.DataObject, start: datetime, amount: int, unit: Unit) -> None:
    """One run of sentences: no gap, no doubled sign, no year left out where it changed."""
    found = counted(start, amount, unit, data.draw(calendars(oracle.london_day(start))))
    for said in (found.explain(), found.short()):
        assert [slip for slip in ("  ", " ,", ",,", "..", " .", "()", "None", "and and") if slip in said] == []
        assert str(found.last_day.year) in said or found.last_day.year == oracle.london_day(start).year
    assert found.explain().endswith(".")
    assert not found.short().endswith(".")


# Everything where it is cheap: no example has to be found. --------------------------------------------------


EVERY_DAY = [date.fromordinal(n) for n in range(date(2015, 1, 1).toordinal(), date(2035, 12, 31).toordinal() + 1)]
# Beside a change of the clocks, the end of a year and of February, Easter's and Christmas's closed days.
ODD_DAYS = [day for day in EVERY_DAY if (day.month, day.day // 8) in {(3, 3), (10, 3), (12, 3), (1, 0), (2, 3), (3, 0)}]


@pytest.mark.parametrize("nation", Nation)
def test_every_day_of_twenty_one_years_in_every_nation(nation: Nation) -> None:
    """Day 0 to 20, from each of 7,670 days: the nth working day after it is the oracle's, which is reckoned backwards."""
    closed = KEPT[nation]
    calendar = Calendar(closed=closed)
    works = [day for day in EVERY_DAY if oracle.works(day, closed)]
    after = {day: bisect_right(works, day) for day in EVERY_DAY[:-60]}
    wrong = [
        (day, n)
        for day, first in after.items()
        for n in (1, 2, 5, 10, 20)
        if add_working_days(day, n, calendar) != works[first + n - 1]
    ]
    assert wrong == []


def test_the_end_of_every_day_beside_a_change_of_the_clocks_a_new_year_and_a_leap_day() -> None:
    wrong = []
    for day in ODD_DAYS:
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        ends = counted(at, 0, Unit.CALENDAR_DAYS).due_at
        hours = [counted(ends - timedelta(hours=30), n, Unit.CLOCK_HOURS).due_at - ends for n in (24, 48, 72)]
        if ends != oracle.end_of(day) or hours != [timedelta(hours=n - 30) for n in (24, 48, 72)]:
            wrong.append(day)
    assert wrong == []
    assert len(ODD_DAYS) > 800
