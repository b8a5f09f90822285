"""Closures: a further day off moves the dates that run, in the chronology's sight; removing it moves them back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from escalation import services
from partnerships import services as partnership_services
from partnerships.models import ClosureDay
from partnerships.working_days import Calendar
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World

pytestmark = pytest.mark.django_db

CLOSURES = "/p/barnsley/administration/closures/"
THURSDAY = date(2026, 9, 17)


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with time_machine.travel(TUESDAY, tick=False):
        yield


def days_off(world: World) -> list[tuple[date, str]]:
    with world.scope():
        return [(closure.day, closure.name) for closure in ClosureDay.objects.all()]


def end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=ZoneInfo("Europe/London"))


def added(world: World, day: date = THURSDAY, name: str = "Staff training") -> Visitor:
    page = Visitor(world.administrator).opens(CLOSURES)
    return page.fills("Which day is it closed?", day).fills("Why?", name).presses("Add the closure")


def test_a_closure_moves_the_dates_that_run_and_each_disagreement_says_so(barnsley: World) -> None:
    disagreement = barnsley.raised()
    assert set(barnsley.running(disagreement).values()) == {end_of(date(2026, 9, 22))}
    page = added(barnsley)
    assert (page.address, page.status) == (CLOSURES, 200)
    page.sees(
        "Thursday 17 September 2026 is closed now. 2 running timescales were counted again; each says so in its chronology."
    )
    assert days_off(barnsley) == [(THURSDAY, "Staff training")]
    assert set(barnsley.running(disagreement).values()) == {end_of(date(2026, 9, 23))}
    assert barnsley.chronology(disagreement) == ["raised", "timescales_recounted", "timescales_recounted"]


def test_removing_it_asks_first_and_moves_them_back(barnsley: World) -> None:
    disagreement = barnsley.raised()
    added(barnsley)
    page = Visitor(barnsley.office).opens(CLOSURES).follows("Remove Thursday 17 September 2026")
    assert page.heading == "Remove the closure of Thursday 17 September 2026?"
    page.sees("It is closed because: Staff training")
    assert days_off(barnsley) == [(THURSDAY, "Staff training")]
    assert page.follows("Keep it").address == CLOSURES
    page.follows("Remove Thursday 17 September 2026").presses("Remove the closure")
    page.sees("Thursday 17 September 2026 counts as a working day again. 2 running timescales were counted again")
    assert days_off(barnsley) == []
    assert set(barnsley.running(disagreement).values()) == {end_of(date(2026, 9, 22))}
    assert page.opens(f"{CLOSURES}2026-09-17/remove/").status == 404


def test_a_day_that_no_clock_runs_over_moves_nothing(barnsley: World) -> None:
    barnsley.raised()
    added(barnsley, date(2026, 12, 30)).sees("Wednesday 30 December 2026 is closed now. No running timescale is affected.")


def test_one_clock_is_one(havering: World) -> None:
    havering.raised()
    page = Visitor(havering.administrator).opens("/p/havering/administration/closures/")
    page.fills("Which day is it closed?", THURSDAY).fills("Why?", "Training").presses("Add the closure")
    page.sees("1 running timescale was counted again; each says so in its chronology.")


def test_the_page_shows_what_is_closed_and_the_bank_holidays_ahead(barnsley: World) -> None:
    with barnsley.scope():
        partnership_services.add_closure(day=date(2026, 9, 1), name="Flood")
    page = added(barnsley)
    headings = [h.text for h in page.page.first(tag="main").every(tag="h2")]
    assert headings == ["Success", "Closed from today on", "Add a closure", "Closed in the past", "Bank holidays ahead"]
    assert [row.text for row in page.page.every(cls="govuk-summary-list__row")] == [
        "Thursday 17 September 2026 Staff training Remove Thursday 17 September 2026",
        "Tuesday 1 September 2026 Flood Remove Tuesday 1 September 2026",
    ]
    page.sees("Friday 25 December 2026: Christmas Day", "Bank holidays are known up to Tuesday 31 December 2030.")
    page.does_not_see("Thursday 17 September 2026: Staff training")


def test_an_empty_page_says_what_a_closure_is_for(barnsley: World) -> None:
    Visitor(barnsley.office).opens(CLOSURES).sees("None. Add one below").does_not_see("Closed in the past")


@pytest.mark.parametrize(
    ("day", "name", "refusal"),
    [
        (date(2026, 9, 19), "X", "That day does not count as a working day anyway: it is a weekend"),
        (date(2026, 12, 25), "X", "That day does not count as a working day anyway: it is closed already (Christmas Day)"),
        (date(2025, 9, 1), "X", "The day must not be more than a year ago"),
        (date(2206, 9, 17), "X", "The day must be in 2029 or earlier"),
        (THURSDAY, "", "Say why it is closed"),
        (THURSDAY, "x" * 101, "Your answer to “Why?” must be 100 characters or fewer. You have used 101"),
        (THURSDAY, "x\0", "This text holds a hidden character that cannot be kept. Type it again, or paste it as plain text"),
    ],
)
def test_what_cannot_be_a_closure_is_refused_in_words(barnsley: World, day: date, name: str, refusal: str) -> None:
    page = added(barnsley, day, name)
    assert (page.status, page.refusals) == (422, [refusal])
    assert days_off(barnsley) == []


def test_a_day_that_was_typed_wrong_is_shown_again(barnsley: World, signed_in) -> None:  # type: ignore[no-untyped-def]
    answer = signed_in(barnsley.office).post(CLOSURES, {"day-day": "31", "day-month": "2", "day-year": "2027", "name": "Kept"})
    assert answer.status_code == 422
    assert 'value="31"' in answer.content.decode()
    assert 'value="Kept"' in answer.content.decode()
    assert "The day must be a real date" in answer.content.decode()


def test_the_same_day_twice_is_one_closure(barnsley: World, monkeypatch: pytest.MonkeyPatch) -> None:
    added(barnsley)
    assert added(barnsley).refusals == ["That day does not count as a working day anyway: it is closed already (Staff training)"]
    # Both forms were read before either day was kept: the service says no, and nothing is counted again.
    nothing = Calendar.of({}, {}, known_until=None)
    monkeypatch.setattr("escalation.views.closures.partnership_selectors.calendar", lambda: nothing)
    page = added(barnsley, name="Again")
    assert (page.status, page.refusals) == (422, ["That day is a closure already."])
    page.sees("None is known.")
    assert days_off(barnsley) == [(THURSDAY, "Staff training")]


def test_when_the_count_fails_the_closure_is_not_kept(barnsley: World, monkeypatch: pytest.MonkeyPatch, signed_in) -> None:  # type: ignore[no-untyped-def]
    def fails() -> int:
        raise RuntimeError("in the middle")

    monkeypatch.setattr(services, "recount_clocks", fails)
    client = signed_in(barnsley.office)
    with pytest.raises(RuntimeError):
        client.post(CLOSURES, {"day-day": "17", "day-month": "9", "day-year": "2026", "name": "Training"})
    assert days_off(barnsley) == []


@pytest.mark.parametrize("day", ["2026-09-18", "yesterday", "0000-00-00", "2026-09-17T00:00", "%00", "9" * 400])
def test_a_closure_that_is_not_there_is_not_found(barnsley: World, day: str) -> None:
    added(barnsley)
    assert Visitor(barnsley.office).opens(f"{CLOSURES}{day}/remove/").status == 404


def test_only_an_administrator_or_the_manager_may(barnsley: World, havering: World, signed_in) -> None:  # type: ignore[no-untyped-def]
    added(barnsley)
    for address in (CLOSURES, f"{CLOSURES}2026-09-17/remove/"):
        assert Visitor(barnsley.office).opens(address).status == 200
        for other in (barnsley.midwife, barnsley.team_manager, barnsley.person("o", "observer")):
            page = Visitor(other).opens(address)
            assert page.status == 403
            page.sees("Only a protocol administrator or the partnership manager may change this.")
            assert signed_in(other).post(address).status_code == 403
        assert Visitor(havering.office).opens(address).status == 404
        assert Client().get(address).status_code == 302
    assert days_off(barnsley) == [(THURSDAY, "Staff training")]
    assert days_off(havering) == []
