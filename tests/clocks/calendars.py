"""Real calendars and short names that the tests of clocks share."""

from datetime import date, datetime

from partnerships.bank_holidays import Nation, bank_holidays
from partnerships.working_days import LONDON, Calendar, Count, Unit, count

KEPT = {nation: dict[date, str]() for nation in Nation}
for each in bank_holidays(range(2014, 2037)):
    KEPT[each.nation][each.day] = each.name
BANK_HOLIDAYS = KEPT[Nation.ENGLAND_AND_WALES]
ENGLAND = Calendar(closed=BANK_HOLIDAYS)
SHUT_AT_CHRISTMAS = Calendar.of(
    BANK_HOLIDAYS,
    {date(2025, 12, day): "Office closed" for day in (24, 25, 29, 30, 31)} | {date(2026, 1, 2): "Office closed"},
    known_until=date(2026, 12, 31),
)


def london(*parts: int) -> datetime:
    year, month, day, hour, minute, second = (*parts, 0, 0, 0)[:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=LONDON)


def counted(start: datetime, amount: int, unit: Unit = Unit.WORKING_DAYS, calendar: Calendar = ENGLAND) -> Count:
    return count(start, amount=amount, unit=unit, calendar=calendar)
