"""The bank holidays of the United Kingdom's three divisions; knows nothing of partnerships, Django or storage."""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from holidays import HolidayBase, country_holidays
from holidays.constants import HOLIDAY_NAME_DELIMITER

# The present set of bank holidays dates from 1978, when early May joined it.
FIRST_YEAR = 1978
LAST_YEAR = HolidayBase.end_year

# England and Wales share one list in law. The package keeps two equal ones; a test holds them equal.
_SUBDIVISIONS = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}

_SUBSTITUTE = " (observed)"

# The package's name -> the name people know from the government's own list.
# A name not listed here, such as a new one-off, passes through as it is.
_KNOWN_AS = {
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Summer Bank Holiday": "Summer bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
    "New Year Holiday": "2nd January",
    "Saint Patrick's Day": "St Patrick's Day",
    "Saint Andrew's Day": "St Andrew's Day",
    "Platinum Jubilee of Elizabeth II": "Platinum Jubilee bank holiday",
    "Coronation of Charles III": "Coronation of King Charles III",
}


class Nation(StrEnum):
    """Whose bank holidays a partnership keeps; the values are the divisions of the government's list."""

    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"


class BankHoliday(NamedTuple):
    day: date
    name: str
    nation: Nation


def bank_holidays(years: Iterable[int]) -> Iterator[BankHoliday]:
    """Every bank holiday of these years in date order, one per day and nation, each on a weekday.

    A feast that falls at a weekend is left out: its substitute day is the bank holiday, and the weekend
    does not count anyway. Years ahead are worked out by rule. The government confirms a year or two at a
    time and sometimes adds a day, so whoever stores these must expect a later load to add to them.
    """
    for year in sorted(set(years)):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError(f"Bank holidays are known for the years {FIRST_YEAR} to {LAST_YEAR}, not for {year}.")
        yield from sorted((found for nation in Nation for found in _of_one(nation, year=year)), key=attrgetter("day"))


def _of_one(nation: Nation, *, year: int) -> Iterator[BankHoliday]:
    listed = country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=year, language="en_GB")
    for day, names in listed.items():
        if day.weekday() < 5:
            name = " and ".join(_known_as(each) for each in names.split(HOLIDAY_NAME_DELIMITER))
            yield BankHoliday(day, name, nation)


def _known_as(name: str) -> str:
    """A name without brackets, because explanations put names into brackets."""
    plain = name.removesuffix(_SUBSTITUTE)
    known = _KNOWN_AS.get(plain, plain)
    return known if plain == name else f"{known}, substitute day"
