"""A team's page: what its people have open, who holds it and who is away; never more than its reader may see anyway."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from escalation.models import Reading
from partnerships.arrangements import Arrangements
from partnerships.directory import writing
from partnerships.models import PostHolder
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel(TUESDAY, tick=False):
        yield


def lines(page: Visitor) -> list[str]:
    return [h.text.partition(":")[0] for h in page.page.first(tag="main").every(tag="h3")]


def sees_its_own(world: World) -> None:
    with world.scope():
        Arrangements.objects.create(agency_sees=True)


def test_a_lead_sees_what_their_people_hold_by_when_and_who_is_away(barnsley: World) -> None:
    past = barnsley.raised(at=TUESDAY - timedelta(days=14))
    barnsley.sweep(at=TUESDAY)
    soon = barnsley.raised()
    barnsley.do("record_agreement", soon, by=barnsley.team_manager, at=TUESDAY, text="Agreed.")
    manager = barnsley.team_manager
    with barnsley.scope():
        post = writing.keep_post(None, agency=barnsley.agencies["social_care"], kind="manager", title="Team manager")
        holder = writing.keep_holder(None, post=post, name=manager.name, email=manager.email)
        writing.keep_holder(None, post=post, name="Dee Putty", email="dee@barnsley.example", deputy=True)
        PostHolder.objects.filter(pk=holder.pk).update(absent_from=TUESDAY.date(), absent_until=TUESDAY.date())
    page = Visitor(manager).opens("/p/barnsley/").follows("Your team")
    assert (page.title.partition(" – ")[0], page.heading, lines(page)) == (
        "(2) Your team", "Your team", [past.reference, soon.reference],
    )  # fmt: skip
    page.sees("Team Manager : 2 open, 2 waiting for them . Away until 15 September 2026. Deputy: Dee Putty.")
    page.sees("The last day was Tuesday 8 September, 5 working days ago (guide)", "Acting for you: Team Manager (away).")
    page.sees("Everything open (2)", "Past its date (1)", "Waiting for us (2)", "Hand over your open work")
    assert lines(page.follows("Past its date (1)")) == [past.reference]
    assert lines(page.follows("Team Manager")) == [past.reference, soon.reference]
    assert page.follows(f"Change who takes part in {past.reference}").address == f"/p/barnsley/d/{past.reference}/change_party/"


def test_it_shows_no_more_than_its_reader_may_see(barnsley: World) -> None:
    """Where the partnership does not let an agency's people see all of its own, it says so and shows what is theirs."""
    raised = barnsley.raised()
    other = barnsley.person("duty.lead", "lead", "social_care")
    page = (
        Visitor(other).opens("/p/barnsley/team/").sees("Your partnership lets you see only the disagreements in which you take")
    )
    page.sees("Nothing is open.").does_not_see(str(raised.reference))
    assert "Team Manager" not in page.words
    sees_its_own(barnsley)
    page.opens("/p/barnsley/team/").sees("What your agency has open on either side.", "Team Manager : 1 open, 1 waiting for them")
    assert lines(page) == [raised.reference]
    page.does_not_see("Change who takes part")  # seeing is not acting
    # Another agency's lead has a page of their own, and what one is at one agency opens nothing at the next.
    teacher = barnsley.person("teacher", "lead", "school")
    assert lines(Visitor(teacher).opens("/p/barnsley/team/")) == []
    barnsley.person("teacher", "practitioner", "hospital")
    assert lines(Visitor(teacher).opens("/p/barnsley/team/")) == []
    assert Visitor(barnsley.midwife).opens("/p/barnsley/team/").status == 403
    with barnsley.scope():
        read = Reading.objects.filter(by=other, what=Reading.What.SEARCH)  # noted as any list is
        assert [one.about for one in read] == [{"filters": ["team"]}, {"filters": ["team"]}]
    for wrong in ("?show=nothing", "?person=x", "?person=99999999999999", "?page=999"):
        assert lines(Visitor(barnsley.team_manager).opens(f"/p/barnsley/team/{wrong}")) == [raised.reference]


def test_the_same_number_of_queries_for_one_and_for_three(barnsley: World, django_assert_num_queries) -> None:
    sees_its_own(barnsley)
    barnsley.raised()
    manager = Visitor(barnsley.team_manager)
    manager.opens("/p/barnsley/team/")
    with django_assert_num_queries(21):
        manager.opens("/p/barnsley/team/")
    barnsley.raised()
    barnsley.raised()
    with django_assert_num_queries(21):
        manager.opens("/p/barnsley/team/")
