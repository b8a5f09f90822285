"""Counting days: dates that people worked out by hand, the days shown, and what is refused."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from partnerships.working_days import (
    LONDON,
    Calendar,
    CountedDay,
    Unit,
    add_working_days,
    count,
    is_working_day,
    words_left,
    working_days_between,
)
from tests.clocks import oracle
from tests.clocks.calendars import BANK_HOLIDAYS, ENGLAND, SHUT_AT_CHRISTMAS, counted, london


@pytest.mark.parametrize(
    ("start", "days", "last_day"),
    [
        (date(2025, 12, 19), 5, date(2025, 12, 30)),  # Christmas on a Thursday
        (date(2025, 12, 22), 5, date(2025, 12, 31)),
        (date(2025, 12, 24), 4, date(2026, 1, 2)),  # and over New Year
        (date(2025, 12, 24), 5, date(2026, 1, 5)),
        (date(2026, 12, 24), 2, date(2026, 12, 30)),  # Boxing Day on a Saturday: Monday the 28th instead
        (date(2027, 12, 24), 1, date(2027, 12, 29)),  # both at the weekend: the 27th and 28th instead
        (date(2021, 12, 31), 1, date(2022, 1, 4)),  # New Year's Day on a Saturday
        (date(2022, 6, 1), 1, date(2022, 6, 6)),  # the Platinum Jubilee: Spring moved to the 2nd, 3 June added
        (date(2022, 5, 27), 1, date(2022, 5, 30)),  # so its usual Monday was worked
        (date(2022, 9, 16), 1, date(2022, 9, 20)),  # the State Funeral on 19 September
        (date(2023, 4, 28), 5, date(2023, 5, 9)),  # two bank holidays in May, the 8th for the Coronation
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # Easter: Good Friday the 3rd, Monday the 6th
        (date(2024, 3, 28), 5, date(2024, 4, 8)),  # Easter over the end of a month and a change of the clocks
        (date(2024, 2, 28), 2, date(2024, 3, 1)),  # a leap day is a day
        (date(2023, 2, 28), 2, date(2023, 3, 2)),
        (date(2020, 5, 4), 4, date(2020, 5, 11)),  # early May moved to Friday the 8th for VE Day
        (date(2026, 3, 7), 1, date(2026, 3, 9)),  # day 0 on a Saturday
        (date(2026, 3, 8), 5, date(2026, 3, 13)),  # day 0 on a Sunday
        (date(2025, 12, 25), 1, date(2025, 12, 29)),  # day 0 on a bank holiday
        (date(2026, 3, 6), 0, date(2026, 3, 6)),
        (date(2026, 3, 7), 0, date(2026, 3, 9)),
        (date(2025, 12, 25), 0, date(2025, 12, 29)),
    ],
)
def test_the_last_working_day(start: date, days: int, last_day: date) -> None:
    assert add_working_days(start, days, ENGLAND) == last_day


def test_which_days_are_worked() -> None:
    week = [date(2025, 12, 22) + timedelta(days=i) for i in range(11)]
    assert [day.day for day in week if is_working_day(day, ENGLAND)] == [22, 23, 24, 29, 30, 31]
    assert [day.day for day in week if is_working_day(day, SHUT_AT_CHRISTMAS)] == [22, 23]


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2025, 12, 19), date(2025, 12, 30), 5),
        (date(2025, 12, 30), date(2025, 12, 19), -5),
        (date(2025, 12, 19), date(2025, 12, 19), 0),
        (date(2026, 3, 6), date(2026, 3, 8), 0),
        (date(2026, 3, 8), date(2026, 3, 9), 1),
        (date(2026, 3, 9), date(2026, 3, 8), -1),
    ],
)
def test_working_days_between_two_days(start: date, end: date, days: int) -> None:
    assert working_days_between(start, end, ENGLAND) == days


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due_at"),
    [
        # "Within 5 working days" is passed from 00:00 after the fifth, whatever the time of day at the start.
        (london(2025, 12, 19, 9), 5, Unit.WORKING_DAYS, datetime(2025, 12, 31, 0, 0, tzinfo=UTC)),
        (london(2025, 12, 19, 0), 5, Unit.WORKING_DAYS, datetime(2025, 12, 31, 0, 0, tzinfo=UTC)),
        (london(2025, 12, 19, 23, 59, 59), 5, Unit.WORKING_DAYS, datetime(2025, 12, 31, 0, 0, tzinfo=UTC)),
        (london(2026, 7, 6, 9), 5, Unit.WORKING_DAYS, datetime(2026, 7, 13, 23, 0, tzinfo=UTC)),
        # Just after midnight in a British summer it is still the day before in Greenwich: London decides.
        (datetime(2026, 7, 5, 23, 30, tzinfo=UTC), 5, Unit.WORKING_DAYS, datetime(2026, 7, 13, 23, 0, tzinfo=UTC)),
        # Over both changes of the clocks the day ends at midnight in London.
        (london(2026, 3, 27, 12), 1, Unit.WORKING_DAYS, datetime(2026, 3, 30, 23, 0, tzinfo=UTC)),
        (london(2026, 10, 23, 12), 1, Unit.WORKING_DAYS, datetime(2026, 10, 27, 0, 0, tzinfo=UTC)),
        (london(2026, 3, 28, 12), 1, Unit.CALENDAR_DAYS, datetime(2026, 3, 29, 23, 0, tzinfo=UTC)),
        (london(2026, 10, 24, 12), 1, Unit.CALENDAR_DAYS, datetime(2026, 10, 26, 0, 0, tzinfo=UTC)),
        (london(2024, 2, 1, 12), 28, Unit.CALENDAR_DAYS, datetime(2024, 3, 1, 0, 0, tzinfo=UTC)),
        (london(2025, 12, 19, 12), 7, Unit.CALENDAR_DAYS, datetime(2025, 12, 27, 0, 0, tzinfo=UTC)),
        (london(2026, 3, 6, 12), 0, Unit.CALENDAR_DAYS, datetime(2026, 3, 7, 0, 0, tzinfo=UTC)),
        (london(2026, 3, 6, 16, 55), 0, Unit.SAME_WORKING_DAY, datetime(2026, 3, 7, 0, 0, tzinfo=UTC)),
        (london(2026, 3, 7, 9), 0, Unit.SAME_WORKING_DAY, datetime(2026, 3, 10, 0, 0, tzinfo=UTC)),
        (london(2025, 12, 25, 9), 1, Unit.SAME_WORKING_DAY, datetime(2025, 12, 30, 0, 0, tzinfo=UTC)),
        # Hours go by day and night; a day of 23 or 25 hours does not change them.
        (london(2026, 3, 28, 14, 20), 24, Unit.CLOCK_HOURS, datetime(2026, 3, 29, 14, 20, tzinfo=UTC)),
        (london(2026, 10, 24, 14, 20), 24, Unit.CLOCK_HOURS, datetime(2026, 10, 25, 13, 20, tzinfo=UTC)),
        (london(2026, 3, 29, 0, 30), 1, Unit.CLOCK_HOURS, datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (london(2026, 10, 25, 1, 30), 1, Unit.CLOCK_HOURS, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        (london(2025, 12, 25, 9), 72, Unit.CLOCK_HOURS, datetime(2025, 12, 28, 9, 0, tzinfo=UTC)),
    ],
)
def test_the_moment_from_which_a_limit_is_passed(start: datetime, amount: int, unit: Unit, due_at: datetime) -> None:
    assert counted(start, amount, unit).due_at == due_at


def test_a_count_shows_every_day_from_day_0_to_the_last() -> None:
    assert counted(london(2025, 12, 23, 15), 1, calendar=SHUT_AT_CHRISTMAS).days == (
        CountedDay(date(2025, 12, 23), 0, ""),
        CountedDay(date(2025, 12, 24), None, "Office closed", own=True),
        CountedDay(date(2025, 12, 25), None, "Christmas Day"),
        CountedDay(date(2025, 12, 26), None, "Boxing Day"),
        CountedDay(date(2025, 12, 27), None, "weekend"),
        CountedDay(date(2025, 12, 28), None, "weekend"),
        CountedDay(date(2025, 12, 29), None, "Office closed", own=True),
        CountedDay(date(2025, 12, 30), None, "Office closed", own=True),
        CountedDay(date(2025, 12, 31), None, "Office closed", own=True),
        CountedDay(date(2026, 1, 1), None, "New Year's Day"),
        CountedDay(date(2026, 1, 2), None, "Office closed", own=True),
        CountedDay(date(2026, 1, 3), None, "weekend"),
        CountedDay(date(2026, 1, 4), None, "weekend"),
        CountedDay(date(2026, 1, 5), 1, ""),
    )


def test_day_0_has_its_number_even_at_a_weekend_but_the_same_working_day_waits_for_one() -> None:
    saturday = london(2026, 3, 7, 10)
    sunday = CountedDay(date(2026, 3, 8), None, "weekend")
    assert counted(saturday, 1).days == (
        CountedDay(date(2026, 3, 7), 0, ""),
        sunday,
        CountedDay(date(2026, 3, 9), 1, ""),
    )
    assert counted(saturday, 0, Unit.SAME_WORKING_DAY).days == (
        CountedDay(date(2026, 3, 7), None, "weekend"),
        sunday,
        CountedDay(date(2026, 3, 9), 0, ""),
    )


def test_a_unit_may_be_given_as_it_is_stored() -> None:
    stored: Unit = "working_days"  # type: ignore[assignment]  # a database column gives plain text
    found = counted(london(2025, 12, 19, 9), 5, stored)
    assert (found, found.unit is Unit.WORKING_DAYS) == (counted(london(2025, 12, 19, 9), 5), True)


def test_counts_of_one_instant_are_equal_wherever_it_was_written_down() -> None:
    """London's repeated hour equals no time of another zone, so a count keeps its instants in UTC."""
    second_half_past_one = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=1)
    elsewhere = datetime(2026, 10, 25, 6, 30, tzinfo=timezone(timedelta(hours=5)))
    assert counted(second_half_past_one, 1, Unit.CLOCK_HOURS) == counted(elsewhere, 1, Unit.CLOCK_HOURS)


@pytest.mark.parametrize("unit", list(Unit))
def test_a_date_past_the_known_bank_holidays_says_so_where_they_matter(unit: Unit) -> None:
    near, far = (count(london(2026, 12, day, 9), amount=5, unit=unit, calendar=SHUT_AT_CHRISTMAS) for day in (1, 30))
    assert not near.beyond_known
    assert far.beyond_known == (unit is Unit.WORKING_DAYS)


def test_the_last_known_day_is_known() -> None:
    found = counted(london(2026, 12, 30, 9), 1, calendar=SHUT_AT_CHRISTMAS)
    assert (found.last_day, found.beyond_known) == (date(2026, 12, 31), False)


def test_no_hours_from_midnight_end_on_the_day_that_begins() -> None:
    found = counted(london(2026, 3, 6), 0, Unit.CLOCK_HOURS)
    assert (found.due_at, found.last_day) == (london(2026, 3, 6), date(2026, 3, 6))


def test_a_closure_without_a_name_is_a_closure_all_the_same() -> None:
    calendar = Calendar.of({}, {date(2026, 3, 9): " "}, known_until=None)
    assert not is_working_day(date(2026, 3, 9), calendar)
    assert calendar.why_not(date(2026, 3, 9)) == "closed"


def test_ten_thousand_days_are_counted_at_once() -> None:
    began = time.perf_counter()
    found = counted(london(2026, 3, 6, 9), 10_000)
    words = found.explain() + found.short()
    assert found.last_day == oracle.nth_working_day(date(2026, 3, 6), 10_000, BANK_HOLIDAYS)
    assert len(words) < 400
    assert time.perf_counter() - began < 2


# Refusals -------------------------------------------------------------------------------------------


NAIVE = datetime(2025, 12, 19, 9, 5)  # noqa: DTZ001
AWARE = london(2025, 12, 20, 9)


@pytest.mark.parametrize(
    "act",
    [
        lambda: counted(NAIVE, 5),
        lambda: counted(NAIVE, 5, Unit.CLOCK_HOURS),
        lambda: words_left(NAIVE, at=AWARE, unit=Unit.CLOCK_HOURS, calendar=ENGLAND, label="", strength=""),
        lambda: words_left(AWARE, at=NAIVE, unit=Unit.WORKING_DAYS, calendar=ENGLAND, label="", strength=""),
    ],
)
def test_a_time_without_a_zone_is_refused(act: Callable[[], object]) -> None:
    with pytest.raises(ValueError) as refused:
        act()
    assert str(refused.value) == "The time 2025-12-19 09:05 has no time zone, so its day in London is unknown."


@pytest.mark.parametrize("amount", [-1, 10_001])
@pytest.mark.parametrize("unit", list(Unit))
def test_an_amount_that_no_protocol_means_is_refused(amount: int, unit: Unit) -> None:
    with pytest.raises(ValueError) as refused:
        counted(AWARE, amount, unit)
    assert str(refused.value) == f"A timescale is between 0 and 10,000 days or hours, so {amount:,} is not one."


def test_adding_days_backwards_is_refused() -> None:
    with pytest.raises(ValueError) as refused:
        add_working_days(date(2026, 3, 6), -1, ENGLAND)
    assert str(refused.value) == "Working days are counted forwards, so -1 is not a number of days to add."


def test_a_time_where_a_date_is_meant_is_refused() -> None:
    """A datetime is a date to Python and equals no key of the calendar, so Christmas Day would be worked."""
    with pytest.raises(TypeError) as refused:
        is_working_day(london(2025, 12, 25, 9), ENGLAND)
    assert str(refused.value) == "Days are counted in dates. Give the date in London, not a time."
