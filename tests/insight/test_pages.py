"""The pages of insight through the door: what the office and an observer see, the period, and what is behind each number."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from escalation.models import Disagreement, Reading
from insight.counting import count
from insight.measures import THEME_TITLES
from partnerships.directory.writing import keep_holder
from partnerships.models import Agency, Post
from tests.journeys.visitor import Visitor
from tests.pages.tables import rows
from tests.services.acts import closed, up_to
from tests.world import World

pytestmark = pytest.mark.django_db

INSIGHT = "/p/barnsley/insight/"
BEHIND = f"{INSIGHT}behind/?key=raised"
NOW = datetime(2026, 8, 11, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _august() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def at_work(world: World) -> list[Disagreement]:
    """One closed, one on its second step, one raised with another agency a quarter ago, and one of the year before."""
    spring = datetime(2026, 5, 12, 9, tzinfo=UTC)
    found = [
        closed(world, at=spring),
        up_to(world, "stage_2", at=NOW - timedelta(days=20)),
        world.raised(at=spring, receiving_agency=world.agencies["school"]),
        world.raised(at=datetime(2026, 2, 10, 9, tzinfo=UTC)),
    ]
    count(world.partnership.pk)
    return found


def numbers(page: Visitor) -> list[tuple[str, str]]:
    """Every number that leads to what is behind it: the number and the address."""
    cells = [cell for cell in page.page.every(cls="govuk-table__cell--numeric") if cell.every(tag="a")]
    return [(cell.every(tag="a")[0].text.split()[0], cell.every(tag="a")[0].attributes["href"]) for cell in cells]


def test_every_number_opens_to_as_many_as_it_says(barnsley: World) -> None:
    at_work(barnsley)
    office, followed = Visitor(barnsley.office), 0
    for theme, title in THEME_TITLES.items():
        page = office.opens(f"{INSIGHT}{theme}/")
        assert page.heading == title
        for number, href in list(dict.fromkeys(numbers(page)))[:3]:
            listed = office.opens(href)
            found = len(rows(listed.page))
            # One disagreement has several timescales, and may stand on a step twice.
            alike = 1 <= found <= int(number) if theme in ("timescales", "how-long") else found == int(number)
            assert alike, href
            assert listed.heading == f"Behind the number ({found})"
            followed += 1
    assert followed >= 15


def test_the_list_names_reference_agencies_step_and_state_and_is_noted_as_read(
    barnsley: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, *_ = at_work(barnsley)
    office = Visitor(barnsley.office)
    office.opens(BEHIND).sees("1 April to 11 August 2026")
    assert rows(office.page)[-1] == [
        f"{first.reference} Tue 12 May",
        f"{barnsley.agencies['hospital']} with {barnsley.agencies['social_care']}",
        "Stage 1: Safeguarding leads or managers",
        "Closed",
    ]
    with barnsley.scope():
        assert Reading.objects.filter(by=barnsley.office, what=Reading.What.SEARCH).exists()
    with django_assert_num_queries(13):
        office.client.get(BEHIND)
    barnsley.raised(at=NOW - timedelta(days=1))
    barnsley.raised(at=NOW - timedelta(days=2))
    count(barnsley.partnership.pk)
    with django_assert_num_queries(13):
        office.client.get(BEHIND)


def test_no_key_of_ones_own_and_no_page_beyond_the_last(barnsley: World) -> None:
    at_work(barnsley)
    office = Visitor(barnsley.office)
    for key in (
        "everything",
        "raised/id=1",
        "raised/on=2026-13-01:x",
        "raised/raiser=';--",
        "%00",
        "raised/child=%00",
        "raised" + "/told=yes" * 7,
    ):
        assert office.opens(f"{INSIGHT}behind/?key={key}").status == 404, key
    for page in ("0", "99", "²", "9" * 30):
        office.opens(f"{BEHIND}&page={page}").sees("Behind the number (3)")
    assert office.opens(f"{INSIGHT}nothing/").status == 404


def test_a_period_is_chosen_in_words_and_what_is_wrong_with_it_is_said(barnsley: World) -> None:
    at_work(barnsley)
    office = Visitor(barnsley.office).opens(f"{INSIGHT}how-many/")
    office.sees("1 April to 11 August 2026", "1 April to 11 August 2025:")
    office.opens(f"{INSIGHT}how-many/?period=last-quarter").sees("April to June 2026", "January to March 2026:")
    # The choice goes along to the other pages of insight and to what is behind a number.
    assert {href.partition("&")[2] for _, href in numbers(office)} == {"period=last-quarter"}
    office.follows("Between whom").sees("April to June 2026")
    days = "period=days&since-day=1&since-month=2&since-year=2026&until-day=28&until-month=2&until-year=2026"
    office.opens(f"{INSIGHT}how-many/?{days}").sees("February 2026", "January 2026:")
    office.opens(f"{INSIGHT}how-many/?period=days&since=2026-03-01&until=2026-02-01")
    assert (office.status, office.refusals) == (422, ["The last day must be on or after the first day"])
    office.opens(f"{INSIGHT}how-many/?period=days&since=2026-03-01&until=2027-02-01")
    assert office.refusals == ["The last day must be today or in the past"]
    office.opens(f"{INSIGHT}how-many/?period=days")
    assert office.refusals == ["Enter the first day", "Enter the last day"]
    office.opens(f"{INSIGHT}how-many/?period=always")
    assert office.refusals == ["Choose one of the periods that are listed"]
    office.sees("1 April to 11 August 2026")


def test_an_observer_sees_what_may_be_published_and_no_link(barnsley: World) -> None:
    at_work(barnsley)
    observer = Visitor(barnsley.person("observer", "observer")).opens("/p/barnsley/")
    observer.sees("no disagreement").follows("the numbers of the partnership")
    # Where the numbers stood before leads there too.
    assert (observer.heading, observer.words) == ("Insight", observer.opens("/p/barnsley/numbers/").words)
    for theme in THEME_TITLES:
        observer.opens(f"{INSIGHT}{theme}/?published=0").sees("As it may be published").does_not_see("Every count as it is")
        assert numbers(observer) == []
    assert observer.opens(BEHIND).status == 403
    # Years that are over, and no other: of times that overlap, one could be taken from the other.
    assert observer.opens(f"{INSIGHT}who/?period=last-quarter").status == 200
    observer.sees("April 2025 to March 2026").does_not_see("April to June 2026")
    office = Visitor(barnsley.office).opens(INSIGHT).follows("Show it as it may be published")
    office.follows("Between whom").sees("As it may be published", "April 2025 to March 2026")
    assert numbers(office) == []
    assert numbers(office.follows("Show every count as it is")) != []


def test_what_is_worth_asking_and_with_whom_to_begin_where_there_is_silence(barnsley: World) -> None:
    at_work(barnsley)
    with barnsley.scope():
        post = Post.objects.create(agency=barnsley.agencies["police"], kind="manager", title="Detective sergeant")
        keep_holder(None, post=post, name="Dee Sergeant", telephone="01226 770 003")
    office = Visitor(barnsley.office).opens(INSIGHT).sees("Do their people know the process, and feel able to use it?")
    # Of what may be published nothing is asked: it is for others to read.
    Visitor(barnsley.office).opens(f"{INSIGHT}?published=1").does_not_see("Worth asking")
    office.opens(f"{INSIGHT}silence/").sees("What is raised here is recorded from Stage 1", "ask.")
    names = [head.text for head in office.page.every(tag="h2")]
    silent = [name for name in names if name in {str(agency) for agency in barnsley.agencies.values()}]
    assert silent == sorted(silent, key=str.lower)
    assert str(barnsley.agencies["hospital"]) not in silent
    office.sees("Dee Sergeant, Detective sergeant: 01226 770 003")
    police = str(barnsley.agencies["police"])
    office.follows(f"Enter its size and what you would expect of {police}")
    office.fills("How many disagreements you would expect it to raise in a year", "many").presses("Keep it")
    assert (office.status, office.refusals) == (422, ["How many you would expect must be a whole number"])
    office.fills("How many disagreements you would expect it to raise in a year", "3")
    office.fills("How many people there work with children", "50 to 249 people who work with children")
    office.fills("What else to know about it", "Joined in <September>.").presses("Keep it")
    office.sees("50 to 249 people who work with children", "Expected in a year 3", "What else to know Joined in <September>.")
    assert office.told == [f"What is expected of {police} is kept."]
    assert Visitor(barnsley.person("observer", "observer")).opens(f"{INSIGHT}silence/").status == 403


def test_figures_are_taken_along_as_they_are_or_as_they_may_be_published(barnsley: World) -> None:
    at_work(barnsley)
    with barnsley.scope():
        Agency.objects.filter(key="hospital").update(name='=HYPERLINK("x")')
    office = Visitor(barnsley.office).opens(f"{INSIGHT}who/")
    files = {name: office.client.get(href) for name, href in office.links().items() if "/take/" in href}
    assert [answer["Content-Type"].partition(";")[0].rpartition("/")[2][:4] for answer in files.values()] == [
        "pdf",
        "vnd.",
        "csv",
    ]
    pdf, word, lines = (answer.content for answer in files.values())
    assert (pdf[:5], word[:2]) == (b"%PDF-", b"PK")
    told = lines.decode("utf-8-sig")
    assert "Who raised with whom" in told
    # What a spreadsheet would take for a formula is words.
    assert [line for line in csv.reader(told.splitlines()) if line and line[0].startswith("=")] == []
    observer = Visitor(barnsley.person("observer", "observer"))
    taken = observer.client.get(f"{INSIGHT}who/take/csv/?published=0")
    assert "-published.csv" in taken["Content-Disposition"]
    assert "HYPERLINK" not in taken.content.decode()
    assert office.client.get(f"{INSIGHT}who/take/exe/").status_code == 404
    with barnsley.scope():
        assert Reading.objects.filter(what=Reading.What.EXPORT, about__of="insight").count() == 4


def test_nothing_was_raised(barnsley: World) -> None:
    office = Visitor(barnsley.office).opens(INSIGHT)
    assert office.status == 200
    for theme in THEME_TITLES:
        assert office.opens(f"{INSIGHT}{theme}/").status == 200
    office.opens(BEHIND).sees("Behind the number (0)", "Nothing is counted here.")
