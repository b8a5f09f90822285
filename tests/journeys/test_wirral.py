"""Wirral, by what is known of it: four forms by event, a partnership that stays out of it until the Chair decides."""

from __future__ import annotations

import pytest

from escalation.models import Disagreement

from .conftest import Telling
from .elsewhere import elsewhere, named
from .telling import Story, ball, buttons, chronology, marks, not_open, now_at
from .visitor import Visitor

pytestmark = pytest.mark.django_db

PAGE, MOVE, OFFICE = "/p/wirral/d/WIR-0001/", "Move up to the next stage", "business.unit"
DECIDE = "Record the Chair's decision"


@pytest.fixture
def story(db: None, telling: Telling) -> Story:
    return telling(elsewhere("wirral", member="partnership_member", chair="chair"), "Mon 14 Sep 2026 11:00")


def moves_up(page: Visitor, ground: str, *people: str) -> Visitor:
    """The second form (triggering): on what ground, why, and what is still not agreed."""
    page.presses(MOVE).chooses(ground).fills("Why does it move up?", "We have both said all we have to say.")
    page.fills("What is still not agreed, and why?", "Whether a visit is needed.")
    for label, name in zip(("Who takes it on for your side?", "Who takes it on for the receiving side?"), people, strict=False):
        page.fills(label, name)
    return page.presses(MOVE)


def test_the_partnership_stays_out_of_it_until_the_chair_decides(story: Story) -> None:
    it_begins_between_the_professionals(story)
    the_lead_does_not_answer_within_a_day(story)
    the_members_meet_before_the_chair_is_asked(story)
    the_chair_decides(story)
    it_is_closed_when_the_one_who_raised_it_is_satisfied(story)


def it_begins_between_the_professionals(story: Story) -> None:
    disagreement: Disagreement = story.world.raised(at=story.now)
    assert disagreement.reference == "WIR-0001"
    told = story.post()
    assert OFFICE not in told
    page = named(story, "midwife").opens(PAGE).sees("The partnership is not told")
    assert story.clocks("WIR-0001") == {"working_week": "Tue 22 Sep 2026 00:00"}
    moves_up(page, "The two sides do not agree", "Hospital Lead", "Team Manager")
    assert (now_at(page), OFFICE in story.post()) == ("Between the safeguarding leads", True)


def the_lead_does_not_answer_within_a_day(story: Story) -> None:
    assert story.clocks("WIR-0001")["manager_contacted"] == "Wed 16 Sep 2026 00:00"
    story.comes("Wed 16 Sep 2026 09:00")
    assert "team.manager" in story.post()
    page = named(story, "hospital.lead").opens(PAGE)
    moves_up(page, "The other side has not answered", "Member Hospital", "Member Social_Care")
    assert now_at(page) == "Between the agencies' partnership members"
    assert "The other side has not answered" in chronology(page)[-1]


def the_members_meet_before_the_chair_is_asked(story: Story) -> None:
    gate = "Have the partnership members of both agencies met or spoken about it?"
    page = named(story, "member.hospital").opens(PAGE)
    moves_up(page, "The two sides do not agree")
    assert page.refusals == [f"Before Stage 4: The Chair of the partnership opens, this must be done and ticked: {gate}"]
    assert named(story, "chair").opens(PAGE).status == 404
    page.chooses(gate).presses(MOVE)
    assert ball(page) == "Waiting for the Chair of the partnership to give the decision."
    assert {"chair", OFFICE} <= set(story.post())


def the_chair_decides(story: Story) -> None:
    assert DECIDE in not_open(named(story, "hospital.lead").opens(PAGE))
    page = named(story, "chair").opens("/p/wirral/").follows("WIR-0001")
    assert buttons(page)[0] == DECIDE
    page.presses(DECIDE).fills("What is the decision?", "One visit a week until the review.").presses(DECIDE)
    assert marks(page)[0] == "Resolved"


def it_is_closed_when_the_one_who_raised_it_is_satisfied(story: Story) -> None:
    file, say = "Record that it is on the child's file", "Say whether the outcome is satisfactory"
    for name, agency in (("hospital.lead", "Moorside Hospital"), ("team.manager", "Children's social care")):
        named(story, name).opens(PAGE).follows(file).chooses(agency).presses(file)
    lead = named(story, "hospital.lead").opens(PAGE).presses("Close").presses("Close")
    assert " ".join(lead.refusals) == (
        "Before it is closed, the person who raised it must be satisfied with the outcome. If they are not, open it again, and "
        "move it up if need be, or the partnership manager closes it and says why."
    )
    page = named(story, "midwife").opens(PAGE).presses(say)
    page.chooses("The person who raised it").chooses("No").fills("what is missing", "One visit is not enough.").presses(say)
    assert chronology(page)[-1] == "The person who raised it is not satisfied with the outcome (by Midwife)"
    assert lead.opens(PAGE).presses("Close").presses("Close").status == 409
    page.presses(say).chooses("The person who raised it").chooses("Yes").presses(say)
    lead.opens(PAGE).presses("Close").fills("Is there anything for the partnership to learn?", "Who visits at weekends.")
    assert marks(lead.presses("Close"))[0] == "Closed"
    lead.sees("Who visits at weekends.")
