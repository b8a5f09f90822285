"""Bank holidays against the government's published lists and against rules written a second time."""

from datetime import date

import pytest
from holidays import country_holidays

from partnerships.bank_holidays import BankHoliday, Nation, bank_holidays
from tests.clocks import oracle

YEARS = range(2015, 2036)


def kept_in(nation: Nation, *years: int) -> dict[date, str]:
    return {found.day: found.name for found in bank_holidays(years) if found.nation == nation}


def test_england_and_wales_in_the_year_of_two_one_offs() -> None:
    assert kept_in(Nation.ENGLAND_AND_WALES, 2022) == {
        date(2022, 1, 3): "New Year's Day, substitute day",
        date(2022, 4, 15): "Good Friday",
        date(2022, 4, 18): "Easter Monday",
        date(2022, 5, 2): "Early May bank holiday",
        date(2022, 6, 2): "Spring bank holiday",
        date(2022, 6, 3): "Platinum Jubilee bank holiday",
        date(2022, 8, 29): "Summer bank holiday",
        date(2022, 9, 19): "State Funeral of Queen Elizabeth II",
        date(2022, 12, 26): "Boxing Day",
        date(2022, 12, 27): "Christmas Day, substitute day",
    }


def test_england_and_wales_in_the_year_of_the_coronation() -> None:
    assert kept_in(Nation.ENGLAND_AND_WALES, 2023) == {
        date(2023, 1, 2): "New Year's Day, substitute day",
        date(2023, 4, 7): "Good Friday",
        date(2023, 4, 10): "Easter Monday",
        date(2023, 5, 1): "Early May bank holiday",
        date(2023, 5, 8): "Coronation of King Charles III",
        date(2023, 5, 29): "Spring bank holiday",
        date(2023, 8, 28): "Summer bank holiday",
        date(2023, 12, 25): "Christmas Day",
        date(2023, 12, 26): "Boxing Day",
    }


def test_england_and_wales_over_the_coming_christmases() -> None:
    winter = {day: name for day, name in kept_in(Nation.ENGLAND_AND_WALES, 2026, 2027, 2028).items() if day.month == 12}
    assert winter == {
        date(2026, 12, 25): "Christmas Day",
        date(2026, 12, 28): "Boxing Day, substitute day",
        date(2027, 12, 27): "Christmas Day, substitute day",
        date(2027, 12, 28): "Boxing Day, substitute day",
        date(2028, 12, 25): "Christmas Day",
        date(2028, 12, 26): "Boxing Day",
    }


def test_scotland_keeps_its_own_days() -> None:
    assert kept_in(Nation.SCOTLAND, 2024) == {
        date(2024, 1, 1): "New Year's Day",
        date(2024, 1, 2): "2nd January",
        date(2024, 3, 29): "Good Friday",
        date(2024, 5, 6): "Early May bank holiday",
        date(2024, 5, 27): "Spring bank holiday",
        date(2024, 8, 5): "Summer bank holiday",
        date(2024, 12, 2): "St Andrew's Day, substitute day",
        date(2024, 12, 25): "Christmas Day",
        date(2024, 12, 26): "Boxing Day",
    }


def test_northern_ireland_keeps_its_own_days() -> None:
    assert kept_in(Nation.NORTHERN_IRELAND, 2024) == {
        date(2024, 1, 1): "New Year's Day",
        date(2024, 3, 18): "St Patrick's Day, substitute day",
        date(2024, 3, 29): "Good Friday",
        date(2024, 4, 1): "Easter Monday",
        date(2024, 5, 6): "Early May bank holiday",
        date(2024, 5, 27): "Spring bank holiday",
        date(2024, 7, 12): "Battle of the Boyne",
        date(2024, 8, 26): "Summer bank holiday",
        date(2024, 12, 25): "Christmas Day",
        date(2024, 12, 26): "Boxing Day",
    }


def test_two_names_on_one_day_are_one_bank_holiday() -> None:
    found = [each for each in bank_holidays([2023]) if each.day == date(2023, 1, 2) and each.nation == Nation.SCOTLAND]
    assert found == [BankHoliday(date(2023, 1, 2), "2nd January and New Year's Day, substitute day", Nation.SCOTLAND)]


SECOND_OPINIONS = {
    Nation.ENGLAND_AND_WALES: oracle.england_and_wales,
    Nation.SCOTLAND: oracle.scotland,
    Nation.NORTHERN_IRELAND: oracle.northern_ireland,
}


@pytest.mark.parametrize("nation", Nation)
@pytest.mark.parametrize("year", YEARS)
def test_every_year_of_every_nation_agrees_with_the_rules_written_a_second_time(nation: Nation, year: int) -> None:
    assert set(kept_in(nation, year)) == SECOND_OPINIONS[nation](year)


def test_england_and_wales_are_one_list() -> None:
    """One nation stands for both; this fails if the package ever gives Wales a day of its own."""
    england, wales = (country_holidays("GB", subdiv=each, years=YEARS) for each in ("ENG", "WLS"))
    assert dict(england) == dict(wales)


def test_days_come_once_per_nation_in_order_on_weekdays_and_without_brackets() -> None:
    found = list(bank_holidays([2031, 2015, *YEARS]))
    nations = list(Nation)
    places = [(each.day, nations.index(each.nation)) for each in found]
    assert places == sorted(set(places))
    assert {each.day.year for each in found} == set(YEARS)
    assert {each.day.weekday() for each in found} == {0, 1, 2, 3, 4}
    assert [each.name for each in found if set("();") & set(each.name)] == []


@pytest.mark.parametrize("year", [1977, 2101])
def test_a_year_that_the_package_cannot_know_is_refused(year: int) -> None:
    with pytest.raises(ValueError) as refused:
        list(bank_holidays([year]))
    assert str(refused.value) == f"Bank holidays are known for the years 1978 to 2100, not for {year}."
