"""The dashboard: what is mine to act on, soonest first, in words; nothing of anybody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from escalation.views.dashboard import dashboard
from partnerships.ladder import Position
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel(TUESDAY, tick=False):
        yield


def test_nothing_to_do_says_what_to_do_next(barnsley: World) -> None:
    Visitor(barnsley.stranger).opens("/p/barnsley/").sees("Nothing is waiting for you.", "If you disagree with another agency")


def test_mine_are_grouped_soonest_first_with_the_next_step_in_words(barnsley: World) -> None:
    late = barnsley.raised(at=TUESDAY - timedelta(days=14))
    barnsley.sweep(at=TUESDAY)
    soon = barnsley.raised(at=TUESDAY - timedelta(days=1))
    page = Visitor(barnsley.team_manager).opens("/p/barnsley/")
    assert page.heading == "Yours to act on (2)"
    assert page.title.startswith("(2) Yours to act on")
    assert [h.text for h in page.page.every(tag="h2") if h.text.startswith(("Beyond", "Due", "In the", "Later"))] == [
        "Beyond the timescale",
        "In the next seven days",
    ]
    assert [h.text.partition(" :")[0] for h in page.page.every(tag="h3")] == [late.reference, soon.reference]
    page.sees("5 working days beyond 5 working days (guide)", "4 working days left")


def test_what_is_with_others_is_mine_to_watch(barnsley: World) -> None:
    barnsley.raised()
    page = Visitor(barnsley.midwife).opens("/p/barnsley/")
    assert page.heading == "Yours to act on"
    page.sees("Yours to watch (1)")


def test_nobody_sees_what_they_have_no_part_in(barnsley: World) -> None:
    disagreement = barnsley.raised()
    for person in (barnsley.stranger, barnsley.administrator):
        Visitor(person).opens("/p/barnsley/").does_not_see(disagreement.reference)
    # Where there is nothing to act on, the page says where to go: to whoever may raise, and to whoever looks after it.
    Visitor(barnsley.stranger).opens("/p/barnsley/").sees("If you disagree with another agency about a child, start here")
    page = Visitor(barnsley.administrator).opens("/p/barnsley/").does_not_see("start here")
    page.sees("What you look after is under Administration")


def test_the_same_number_of_queries_for_one_and_for_three(barnsley: World, django_assert_num_queries) -> None:
    barnsley.raised()
    manager = Visitor(barnsley.team_manager)
    manager.opens("/p/barnsley/")
    with django_assert_num_queries(16):
        manager.opens("/p/barnsley/")
    barnsley.raised()
    barnsley.raised()
    with django_assert_num_queries(16):
        manager.opens("/p/barnsley/")


def test_what_has_been_decided_is_no_longer_the_deciders_to_act_on(barnsley: World) -> None:
    """Telling the raiser, the learning and closing are the managers' and the office's: a decider may do none of them."""
    partner = barnsley.decider("safeguarding_partner")
    disagreement = barnsley.raised(to=Position(stage="stage_3"), direct_reason="It is not safe to wait.")
    for shown in (True, False):
        with barnsley.scope(partner):
            assert [row.mine for row in dashboard(barnsley.viewer(partner), at=TUESDAY)] == [shown]
        if shown:
            barnsley.do("record_decision", disagreement, by=partner, text="A joint visit today.")
