"""Who has the ball on the page is whom the e-mails ask, and its date is theirs; assumed rules are said where they are used."""

from __future__ import annotations

import pytest
import time_machine

from escalation.services import Person
from partnerships.ladder import Position
from partnerships.protocol_terms import Side
from partnerships.selectors import assumed_here
from partnerships.services import confirm_assumption
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db


def at_stage_2(world: World):
    service_manager = world.person("service.manager", "senior_manager", "social_care")
    matron = world.person("matron", "senior_manager", "hospital")
    people = (
        Person(Side.RAISING, "senior_manager", matron.name, matron.email),
        Person(Side.RECEIVING, "senior_manager", service_manager.name, service_manager.email),
    )
    raised = world.raised()
    return world.do(
        "escalate", raised, by=world.midwife, at=TUESDAY, to=Position(stage="stage_2"), reason="No.", people=people
    ), service_manager


def test_the_line_manager_confirms_also_what_their_seniors_agreed(barnsley: World) -> None:
    """B Stage One: the receiving line manager; B Stage Two: as in stage one. The reminders go to them, so the page and
    their dashboard name them too, with the date of the written outcome and not of the next update."""
    raised, service_manager = at_stage_2(barnsley)
    barnsley.do("record_agreement", raised, by=service_manager, at=TUESDAY + days(2), text="Agreed.")
    with time_machine.travel(TUESDAY + days(2), tick=False):
        page = Visitor(barnsley.team_manager).opens("/p/barnsley/")
        assert page.heading == "Yours to act on (1)"
        page.sees(
            "You are asked to confirm in writing what was agreed.",
            "By the end of Thursday 24 September, 5 working days left",
        )
        assert Visitor(service_manager).opens("/p/barnsley/").heading == "Yours to act on"


def test_an_update_is_asked_of_the_raising_lead_at_every_stage(barnsley: World) -> None:
    """B after Stage Three: the initiating lead or manager gives the updates, whoever talks by then."""
    raised, service_manager = at_stage_2(barnsley)
    clock = next(key for key in (barnsley.running(raised)) if key == "stage_2_resolution")
    with barnsley.scope():
        raised.deadlines.filter(time_limit=clock).update(stopped_at=TUESDAY)
    barnsley.do("acknowledge", raised, by=service_manager, at=TUESDAY)
    with time_machine.travel(TUESDAY + days(1), tick=False):
        page = Visitor(barnsley.hospital_lead).opens("/p/barnsley/")
        page.sees("You are asked to act next: a summary of progress goes to the Partnership.")


def test_the_page_says_which_assumed_rules_it_rests_on_until_they_are_confirmed(barnsley: World) -> None:
    raised = barnsley.raised()
    with barnsley.scope():
        used = assumed_here(barnsley.version, parts=("stages", "time_limits", "notice_rules"), stage="stage_1")
    page = Visitor(barnsley.midwife).opens(raised.get_absolute_url())
    page.sees(f"This page uses {len(used)} assumed rules that the partnership has not confirmed yet.")
    assert page.follows("What was assumed, and what is asked").address == "/p/barnsley/protocol/1/"
    with barnsley.scope():
        for path, _ in used[1:]:
            confirm_assumption(barnsley.version, path=path, by=barnsley.administrator, role="Administrator")
    page.opens(raised.get_absolute_url()).sees("This page uses 1 assumed rule that the partnership")
    with barnsley.scope():
        confirm_assumption(barnsley.version, path=used[0][0], by=barnsley.administrator, role="Administrator")
    page.opens(raised.get_absolute_url()).does_not_see("assumed rule")
