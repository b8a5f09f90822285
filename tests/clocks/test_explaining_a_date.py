"""How a due date explains itself: the exact words, for each unit, read out loud before they were written down."""

from datetime import date, datetime, timedelta

import pytest

from partnerships.working_days import Calendar, Unit
from tests.clocks.calendars import SHUT_AT_CHRISTMAS, counted, london

TO_ITS_END = "The timescale lasts to the end of that day."


def test_five_working_days_over_christmas_explain_themselves() -> None:
    found = counted(london(2025, 12, 19, 10), 5)
    assert found.short() == "Tue 30 Dec: day 5; 25 and 26 Dec are bank holidays"
    assert found.explain() == (
        f"Counted from Fri 19 Dec 2025 (day 0). Day 1 is Mon 22 Dec and day 5 is Tue 30 Dec. {TO_ITS_END} "
        "Not counted: Sat 20 and Sun 21 Dec (weekend), Thu 25 Dec (Christmas Day), Fri 26 Dec (Boxing Day), "
        "and Sat 27 and Sun 28 Dec (weekend)."
    )


@pytest.mark.parametrize(
    ("start", "amount", "short", "explained"),
    [
        (
            london(2026, 3, 2, 10),
            1,
            "Tue 3 Mar: day 1",
            f"Counted from Mon 2 Mar 2026 (day 0). Day 1 is Tue 3 Mar. {TO_ITS_END}",
        ),
        (
            london(2026, 5, 1, 10),
            1,
            "Tue 5 May: day 1; 4 May is a bank holiday",
            (
                f"Counted from Fri 1 May 2026 (day 0). Day 1 is Tue 5 May. {TO_ITS_END} "
                "Not counted: Sat 2 and Sun 3 May (weekend), and Mon 4 May (Early May bank holiday)."
            ),
        ),
        (
            london(2026, 1, 30, 10),
            1,
            "Mon 2 Feb: day 1",
            (
                f"Counted from Fri 30 Jan 2026 (day 0). Day 1 is Mon 2 Feb. {TO_ITS_END} "
                "Not counted: Sat 31 Jan and Sun 1 Feb (weekend)."
            ),
        ),
        (
            london(2026, 3, 27, 10),
            20,
            "Tue 28 Apr: day 20; 3 and 6 Apr are bank holidays",
            (
                f"Counted from Fri 27 Mar 2026 (day 0). Day 1 is Mon 30 Mar and day 20 is Tue 28 Apr. {TO_ITS_END} "
                "Not counted: Fri 3 Apr (Good Friday), Mon 6 Apr (Easter Monday), and 5 weekends."
            ),
        ),
        (
            london(2026, 3, 27, 10),
            1000,
            "Tue 12 Mar 2030: day 1,000; 32 bank holidays in between",
            (
                f"Counted from Fri 27 Mar 2026 (day 0). Day 1 is Mon 30 Mar and day 1,000 is Tue 12 Mar 2030. {TO_ITS_END} "
                "Not counted: 32 bank holidays and closed days, and 207 weekends."
            ),
        ),
    ],
)
def test_working_days_explain_themselves(start: datetime, amount: int, short: str, explained: str) -> None:
    found = counted(start, amount)
    assert (found.short(), found.explain()) == (short, explained)


def test_closures_are_named_apart_from_bank_holidays() -> None:
    found = counted(london(2025, 12, 22, 10), 5, calendar=SHUT_AT_CHRISTMAS)
    assert found.short() == (
        "Thu 8 Jan 2026: day 5; 25 Dec, 26 Dec and 1 Jan are bank holidays; the partnership is closed on 5 days"
    )
    assert found.explain() == (
        f"Counted from Mon 22 Dec 2025 (day 0). Day 1 is Tue 23 Dec and day 5 is Thu 8 Jan 2026. {TO_ITS_END} "
        "Not counted: Wed 24 Dec (Office closed), Thu 25 Dec (Christmas Day), Fri 26 Dec (Boxing Day), "
        "Sat 27 and Sun 28 Dec (weekend), Mon 29 to Wed 31 Dec (Office closed), Thu 1 Jan 2026 (New Year's Day), "
        "Fri 2 Jan (Office closed), and Sat 3 and Sun 4 Jan (weekend)."
    )


def shut_for(days: int) -> Calendar:
    """So many working days closed from Mon 2 March 2026, each for a reason of its own."""
    weekdays = [day for day in (date(2026, 3, 2) + timedelta(days=i) for i in range(20)) if day.weekday() < 5]
    return Calendar.of({}, {day: f"Reason {n}" for n, day in enumerate(weekdays[:days], start=1)}, known_until=None)


def test_few_closed_days_are_listed() -> None:
    found = counted(london(2026, 2, 27, 9), 1, calendar=shut_for(4))
    assert found.short() == "Fri 6 Mar: day 1; the partnership is closed on 2, 3, 4 and 5 Mar"
    found = counted(london(2026, 2, 27, 9), 1, calendar=shut_for(8))
    assert found.explain() == (
        f"Counted from Fri 27 Feb 2026 (day 0). Day 1 is Thu 12 Mar. {TO_ITS_END} "
        "Not counted: Sat 28 Feb and Sun 1 Mar (weekend), Mon 2 Mar (Reason 1), Tue 3 Mar (Reason 2), "
        "Wed 4 Mar (Reason 3), Thu 5 Mar (Reason 4), Fri 6 Mar (Reason 5), Sat 7 and Sun 8 Mar (weekend), "
        "Mon 9 Mar (Reason 6), Tue 10 Mar (Reason 7), and Wed 11 Mar (Reason 8)."
    )


def test_many_closed_days_become_a_number() -> None:
    found = counted(london(2026, 2, 27, 9), 1, calendar=shut_for(9))
    assert found.short() == "Fri 13 Mar: day 1; the partnership is closed on 9 days"
    assert found.explain() == (
        f"Counted from Fri 27 Feb 2026 (day 0). Day 1 is Fri 13 Mar. {TO_ITS_END} "
        "Not counted: Sat 28 Feb and Sun 1 Mar (weekend), Sat 7 and Sun 8 Mar (weekend), and 9 bank holidays and closed days."
    )


@pytest.mark.parametrize(
    ("start", "short", "explained"),
    [
        (
            london(2025, 12, 23, 16),
            "Tue 23 Dec: the same working day",
            f"Due on the same working day, Tue 23 Dec 2025. {TO_ITS_END}",
        ),
        (
            london(2025, 12, 30, 16),
            (
                "Mon 5 Jan 2026: the next working day; 1 Jan is a bank holiday; "
                "the partnership is closed on 30 Dec, 31 Dec and 2 Jan"
            ),
            (
                f"Tue 30 Dec 2025 is not a working day, so this is due on the next working day, Mon 5 Jan 2026. {TO_ITS_END} "
                "Not counted: Tue 30 and Wed 31 Dec (Office closed), Thu 1 Jan 2026 (New Year's Day), "
                "Fri 2 Jan (Office closed), and Sat 3 and Sun 4 Jan (weekend)."
            ),
        ),
    ],
)
def test_the_same_working_day_explains_itself(start: datetime, short: str, explained: str) -> None:
    found = counted(start, 0, Unit.SAME_WORKING_DAY, SHUT_AT_CHRISTMAS)
    assert (found.short(), found.explain()) == (short, explained)


@pytest.mark.parametrize(
    ("amount", "short", "explained"),
    [
        (0, "Sun 1 Feb: the same day", f"Due on the same day, Sun 1 Feb 2026. {TO_ITS_END}"),
        (
            28,
            "Sun 1 Mar: day 28, counting every day",
            (
                "Counted from Sun 1 Feb 2026 (day 0). Every day counts, weekends and bank holidays too. "
                f"Day 1 is Mon 2 Feb and day 28 is Sun 1 Mar. {TO_ITS_END}"
            ),
        ),
    ],
)
def test_calendar_days_explain_themselves(amount: int, short: str, explained: str) -> None:
    found = counted(london(2026, 2, 1, 9), amount, Unit.CALENDAR_DAYS)
    assert (found.short(), found.explain()) == (short, explained)


ALL_HOURS = "counting day and night, weekends and bank holidays"


@pytest.mark.parametrize(
    ("start", "amount", "short", "explained"),
    [
        (
            london(2026, 3, 3, 14, 20, 59),
            24,
            "2:20pm on Wed 4 Mar: 24 hours after 2:20pm on Tue 3 Mar",
            f"24 hours from 2:20pm on Tue 3 Mar 2026, {ALL_HOURS}. The timescale lasts until 2:20pm on Wed 4 Mar.",
        ),
        (
            london(2026, 3, 3, 11),
            1,
            "midday on Tue 3 Mar: 1 hour after 11am on Tue 3 Mar",
            f"1 hour from 11am on Tue 3 Mar 2026, {ALL_HOURS}. The timescale lasts until midday on Tue 3 Mar.",
        ),
        (
            london(2026, 12, 31),
            24,
            "midnight at the end of Thu 31 Dec: 24 hours after midnight at the start of Thu 31 Dec",
            (
                f"24 hours from midnight at the start of Thu 31 Dec 2026, {ALL_HOURS}. "
                "The timescale lasts until midnight at the end of Thu 31 Dec."
            ),
        ),
        (
            london(2026, 3, 28, 14, 20),
            24,
            "3:20pm on Sun 29 Mar: 24 hours after 2:20pm on Sat 28 Mar",
            (
                f"24 hours from 2:20pm on Sat 28 Mar 2026, {ALL_HOURS}. The timescale lasts until 3:20pm on Sun 29 Mar. "
                "The clocks go forward in between, so the clock shows an hour later."
            ),
        ),
        (
            london(2026, 10, 25, 0, 30),
            1,
            "1:30am BST on Sun 25 Oct: 1 hour after 12:30am on Sun 25 Oct",
            f"1 hour from 12:30am on Sun 25 Oct 2026, {ALL_HOURS}. The timescale lasts until 1:30am BST on Sun 25 Oct.",
        ),
        (
            london(2026, 10, 25, 0, 30),
            2,
            "1:30am GMT on Sun 25 Oct: 2 hours after 12:30am on Sun 25 Oct",
            (
                f"2 hours from 12:30am on Sun 25 Oct 2026, {ALL_HOURS}. The timescale lasts until 1:30am GMT on Sun 25 Oct. "
                "The clocks go back in between, so the clock shows an hour earlier."
            ),
        ),
    ],
)
def test_hours_explain_themselves(start: datetime, amount: int, short: str, explained: str) -> None:
    found = counted(start, amount, Unit.CLOCK_HOURS)
    assert (found.short(), found.explain()) == (short, explained)


def test_a_date_that_may_move_says_why() -> None:
    found = counted(london(2026, 12, 30, 9), 2, calendar=SHUT_AT_CHRISTMAS)
    assert found.short() == "Mon 4 Jan 2027: day 2; 1 Jan is a bank holiday; bank holidays that far ahead are not yet known"
    assert found.explain() == (
        f"Counted from Wed 30 Dec 2026 (day 0). Day 1 is Thu 31 Dec and day 2 is Mon 4 Jan 2027. {TO_ITS_END} "
        "Not counted: Fri 1 Jan 2027 (New Year's Day), and Sat 2 and Sun 3 Jan (weekend). "
        "Bank holidays after Thu 31 Dec 2026 are not known yet, so the last day may move."
    )
