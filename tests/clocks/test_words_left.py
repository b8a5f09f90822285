"""What is left of a limit, or by how much it has gone by, in exact words."""

from datetime import datetime, timedelta

import pytest

from partnerships.working_days import LONDON, Unit, words_left
from tests.clocks.calendars import ENGLAND, counted, london


def words(due_at: datetime, at: datetime, unit: Unit = Unit.WORKING_DAYS, *, stopped: bool = False) -> str:
    label, strength = ("24 hours", "expectation") if unit is Unit.CLOCK_HOURS else ("5 working days", "guide")
    return words_left(due_at, at=at, unit=unit, calendar=ENGLAND, label=label, strength=strength, stopped=stopped)


@pytest.mark.parametrize(
    ("at", "running", "stopped"),
    [
        (london(2026, 2, 27, 16), "5 working days left", "stopped with 5 working days left"),
        (london(2026, 3, 1, 16), "5 working days left", "stopped with 5 working days left"),
        (london(2026, 3, 4, 9), "2 working days left", "stopped with 2 working days left"),
        (london(2026, 3, 5, 23, 59), "last day is tomorrow, Fri 6 March", "stopped with 1 working day left"),
        (london(2026, 3, 6), "due today", "stopped on the last day"),
        (london(2026, 3, 6, 23, 59, 59), "due today", "stopped on the last day"),
        (
            london(2026, 3, 7),
            "5 working days (guide) ended yesterday, Fri 6 March",
            "stopped just beyond 5 working days (guide)",
        ),
        (
            london(2026, 3, 8, 12),
            "5 working days (guide) ended on Fri 6 March",
            "stopped just beyond 5 working days (guide)",
        ),
        (
            london(2026, 3, 9, 8),
            "1 working day beyond 5 working days (guide)",
            "stopped 1 working day beyond 5 working days (guide)",
        ),
        (
            london(2026, 3, 10, 8),
            "2 working days beyond 5 working days (guide)",
            "stopped 2 working days beyond 5 working days (guide)",
        ),
    ],
)
def test_working_days_left_and_beyond(at: datetime, running: str, stopped: str) -> None:
    """Five working days from Fri 27 February: the last is Fri 6 March."""
    due_at = counted(london(2026, 2, 27, 10), 5).due_at
    assert words(due_at, at) == running
    assert words(due_at, at, stopped=True) == stopped


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (london(2026, 4, 1, 9), "2 working days left"),
        (london(2026, 4, 2, 9), "last day is Tue 7 April, the next working day"),
        (london(2026, 4, 5, 9), "last day is Tue 7 April, the next working day"),
        (london(2026, 4, 6, 9), "last day is tomorrow, Tue 7 April"),
    ],
)
def test_a_last_day_after_easter_is_named_before_everybody_goes_home(at: datetime, expected: str) -> None:
    assert words(london(2026, 4, 8), at) == expected


@pytest.mark.parametrize(
    ("at", "running", "stopped"),
    [
        (london(2026, 3, 4, 9), "2 working days left", "stopped with 2 working days left"),
        (london(2026, 3, 5, 9), "last day is Sat 7 March, by 2pm", "stopped with 1 working day left"),
        (london(2026, 3, 6, 9), "last day is tomorrow, Sat 7 March, by 2pm", "stopped just before the last day"),
        (london(2026, 3, 7, 13), "due today by 2pm", "stopped on the last day"),
        (
            london(2026, 3, 7, 14),
            "5 working days (guide) ended today at 2pm",
            "stopped just beyond 5 working days (guide)",
        ),
        (
            london(2026, 3, 8, 9),
            "5 working days (guide) ended yesterday, Sat 7 March at 2pm",
            "stopped just beyond 5 working days (guide)",
        ),
        (
            london(2026, 3, 9, 9),
            "1 working day beyond 5 working days (guide)",
            "stopped 1 working day beyond 5 working days (guide)",
        ),
    ],
)
def test_a_limit_set_by_hand_may_end_at_a_weekend_and_at_a_time(at: datetime, running: str, stopped: str) -> None:
    due_at = london(2026, 3, 7, 14)
    assert words(due_at, at) == running
    assert words(due_at, at, stopped=True) == stopped


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (london(2026, 3, 25, 9), "3 days left"),
        (london(2026, 3, 27, 9), "last day is tomorrow, Sat 28 March"),
        (london(2026, 3, 28, 9), "due today"),
        (london(2026, 3, 29, 9), "1 day beyond 5 working days (guide)"),
        (london(2026, 3, 30, 9), "2 days beyond 5 working days (guide)"),
    ],
)
def test_calendar_days_left_and_beyond(at: datetime, expected: str) -> None:
    assert words(london(2026, 3, 29), at, Unit.CALENDAR_DAYS) == expected


@pytest.mark.parametrize(
    ("gap", "left"),
    [
        (timedelta(seconds=30), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=40, seconds=59), "40 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=1, minutes=1), "1 hour 1 minute"),
        (timedelta(hours=1, minutes=59), "1 hour 59 minutes"),
        (timedelta(hours=3, minutes=20), "3 hours"),
        (timedelta(hours=47, minutes=59), "47 hours"),
        (timedelta(hours=48), "2 days"),
        (timedelta(hours=71), "2 days 23 hours"),
        (timedelta(days=12, hours=7), "12 days"),
    ],
)
def test_hours_left_and_beyond(gap: timedelta, left: str) -> None:
    due_at = london(2026, 2, 20, 14)
    assert words(due_at, due_at - gap, Unit.CLOCK_HOURS) == f"{left} left"
    assert words(due_at, due_at - gap, Unit.CLOCK_HOURS, stopped=True) == f"stopped with {left} left"
    assert words(due_at, due_at + gap, Unit.CLOCK_HOURS) == f"{left} beyond 24 hours (expectation)"
    assert words(due_at, due_at + gap, Unit.CLOCK_HOURS, stopped=True) == f"stopped {left} beyond 24 hours (expectation)"


def test_an_hour_over_the_change_of_the_clocks_is_sixty_minutes() -> None:
    """Both times are half past one in London; subtracting them as they stand gives nothing left."""
    first, second = (datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=fold) for fold in (0, 1))
    assert words(second, first, Unit.CLOCK_HOURS) == "1 hour left"
    assert words(first, second, Unit.CLOCK_HOURS) == "1 hour beyond 24 hours (expectation)"


@pytest.mark.parametrize(
    ("label", "strength", "limit"),
    [
        ("5 working days", "guide", "5 working days (guide)"),
        ("24 hours", "expectation", "24 hours (expectation)"),
        ("5 working days", "must", "5 working days (requirement)"),
        ("5 working days", "", "5 working days"),
        ("Within 5 Days", "guide", "5 Days (guide)"),
        ("within one working week", "guide", "one working week (guide)"),
        ("A further 5 working days", "must", "a further 5 working days (requirement)"),
        ("The same working day", "expectation", "the same working day (expectation)"),
        ("by the end of the 5th working day", "expectation", "the end of the 5th working day (expectation)"),
        ("IRO's decision date", "guide", "IRO's decision date (guide)"),
        (" ", "guide", "the timescale (guide)"),
    ],
)
def test_a_limit_is_said_as_the_partnership_writes_it(label: str, strength: str, limit: str) -> None:
    said = words_left(
        london(2026, 3, 7),
        at=london(2026, 3, 9, 9),
        unit=Unit.WORKING_DAYS,
        calendar=ENGLAND,
        label=label,
        strength=strength,
    )
    assert said == f"1 working day beyond {limit}"
