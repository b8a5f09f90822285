"""Why it is moved up, what the outcome is, and on whose word it is closed (protocols.md section 6, row 53; practice.md 1.2,
P 09), under protocols written as data alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine

from escalation.models import Disagreement
from partnerships.ladder import Position
from tests.capabilities.written import address, entries, page_of, protocol
from tests.journeys.conftest import Telling
from tests.journeys.visitor import Visitor
from tests.services.acts import refusal, words_of
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db

GROUNDS = [
    {"key": "not_agreed", "name": "The two sides do not agree", "clause": "D 2"},
    {"key": "no_answer", "name": "There is no answer", "no_answer": True, "stages": ["stage_1"], "clause": "D 2"},
]
UP = "Move up to the next stage"


def area(**changes: Any) -> World:
    return World("area", protocol(changes))


def resolved(world: World) -> Disagreement:
    found = world.raised()
    found = world.do("record_agreement", found, by=world.hospital_lead, text="A joint visit.")
    return world.do("confirm_outcome", found, by=world.team_manager) if found.state == "awaiting_confirmation" else found


def test_row_53_non_response_is_a_ground(db: None) -> None:
    """One ground is chosen of those of the stage; it stands in the record."""
    world = area(grounds=GROUNDS)
    found = world.raised()
    page = page_of(world, "hospital_lead", found).presses(UP).fills("Why does it move up?", "Nobody rings back.").presses(UP)
    assert page.refusals == ["Choose the ground"]
    page.chooses("There is no answer").presses(UP)
    assert entries(page)[-1] == "Escalated to Stage 2: Senior managers (Next tier), because: There is no answer"
    with world.scope():
        assert found.chronology.latest("seq").data["ground"] == "no_answer"
    # At the next stage that ground is not offered.
    page.presses(UP)
    assert not page.asks("There is no answer")
    assert page.asks("The two sides do not agree")


def test_row_53_a_notice_hangs_on_the_ground(db: None, telling: Telling) -> None:
    told = {"key": "told", "on": ["stage_opened"], "when": {"grounds": ["no_answer"]}, "to": ["receiving.lead"],
            "asks": "Nobody answered.", "clause": "D 2"}  # fmt: skip
    world = area(grounds=GROUNDS, notice_rules=[told])
    story = telling(world, "Tue 15 Sep 2026 10:30")
    silent, agreed = world.raised(at=story.now), world.raised(at=story.now)
    story.post()
    for found, ground in ((silent, "no_answer"), (agreed, "not_agreed")):
        page = Visitor(world.hospital_lead).opens(address(found, "escalate"))
        page.chooses(next(str(g["name"]) for g in GROUNDS if g["key"] == ground))
        page.fills("Why does it move up?", "Nobody rings back.").presses(UP)
    assert story.post() == {"team.manager": [f"{silent.reference}: it has moved up a step"]}


PLAN = {"what": "action_plan", "asks": "What will be done first?", "clause": "D 3"}


def test_p_09_the_output_of_a_step_is_a_plan_with_owners_and_dates(db: None) -> None:
    world = area(requirements=[PLAN])
    found = world.raised(at=TUESDAY)
    with time_machine.travel(TUESDAY, tick=False):
        page = page_of(world, "team_manager", found).presses("Record what was agreed").fills("What was agreed?", "A joint visit.")
        page.chooses("Read out to both")
        page.presses("Record what was agreed")
        assert page.refusals == ["Say what is to be done: at least one action", "Say who does it", "Enter the date"]
        page.fills("What will be done first?", "Visit together").fills("Action 1: who does it?", "Health visitor")
        page.fills("Action 1: by when?", date(2026, 9, 18)).fills("Action 2: what is to be done?", "Write to the GP")
        page.presses("Record what was agreed")
        assert page.refusals == ["Say who does it", "Enter the date"]
        page.fills("Action 2: who does it?", "Social worker").fills("Action 2: by when?", date(2026, 9, 21))
        page.presses("Record what was agreed")
        page.sees(
            "Visit together (Health visitor, by 18 September 2026)", "Write to the GP (Social worker, by 21 September 2026)",
            "Who does what by when",
        )  # fmt: skip
    with world.scope():
        kept = list(found.actions.values_list("what", "owner", "due"))
    assert kept == [
        ("Visit together", "Health visitor", date(2026, 9, 18)),
        ("Write to the GP", "Social worker", date(2026, 9, 21)),
    ]


def question(key: str, at: str, asks: str, **own: Any) -> dict[str, Any]:
    return {"key": key, "at": at, "asks": asks, "clause": "D 2", **own}


def test_the_protocols_own_questions_stand_in_the_words_under_their_headings(db: None) -> None:
    asked = [
        question("tried", "moving_up", "What has been tried?", answer="line"),
        question("safe", "moving_up", "Is the child safe until then?", answer="yes_no", stages=["stage_1"]),
        question("tone", "agreeing", "How was the conversation?", answer="choice", choices=["Good", "Hard"]),
        question("review", "closing", "When is it looked at again?", answer="date", must=False),
    ]
    world = area(questions=asked, requirements=[])
    found = world.raised()
    page = page_of(world, "hospital_lead", found).presses(UP).fills("Why does it move up?", "Not agreed.").presses(UP)
    assert page.refusals == ["Answer the question: What has been tried?", "Answer the question: Is the child safe until then?"]
    page.fills("What has been tried?", "Two calls").chooses("Yes").presses(UP)
    with world.scope():
        assert words_of(world, found.chronology.latest("seq")) == (
            "Not agreed.\n\nWhat has been tried?\nTwo calls\n\nIs the child safe until then?\nYes"
        )
    page = page_of(world, "hospital_lead", found).presses(UP)
    assert not page.asks("Yes", under="Is the child safe until then?")
    # What is asked on agreeing is asked of whoever proposes it: the other side agrees to the answer as well.
    proposing = page_of(world, "team_manager", found).presses("Propose an outcome").fills("What do you propose?", "A call.")
    assert proposing.presses("Propose an outcome").refusals == ["Answer the question: How was the conversation?"]
    proposing.chooses("Good").presses("Propose an outcome").sees("How was the conversation? Good")
    agreeing = page_of(world, "hospital_lead", found).presses("We agree").sees("How was the conversation? Good")
    assert not agreeing.asks("Hard")
    page = page_of(world, "hospital_lead", found).presses("Record what was agreed").fills("What was agreed?", "A visit.")
    page.chooses("Read out to both")
    page.chooses("Hard").presses("Record what was agreed").sees("How was the conversation?")
    page = page_of(world, "hospital_lead", found).presses("Close")
    page.fills("When is it looked at again?", date(2026, 12, 1)).presses("Close")
    page.sees("When is it looked at again?")
    assert page.words.count("1 December 2026") == 1
    assert world.fresh(found).state == "closed"


@pytest.mark.parametrize(
    ("satisfied", "people", "named"),
    [
        ("raiser", ["midwife"], "the person who raised it"),
        ("raising_side", ["hospital_lead"], "the raising side"),
        ("both_sides", ["hospital_lead", "team_manager"], "the raising side and the receiving side"),
    ],
)
def test_it_is_closed_on_the_word_of_those_whom_the_protocol_asks(
    db: None, satisfied: str, people: list[str], named: str
) -> None:
    world = area(requirements=[], closing={"satisfied": satisfied, "clause": "D 5"})
    found = resolved(world)
    page = page_of(world, "hospital_lead", found).presses("Close").presses("Close")
    refused = (
        f"Before it is closed, {named} must be satisfied with the outcome. If they are not, open it again, "
        "and move it up if need be, or the partnership manager closes it and says why."
    )
    assert page.refusals == [refused]
    for person in people:
        page = page_of(world, person, found).presses("Say whether the outcome is satisfactory").chooses("Yes")
        page.presses("Say whether the outcome is satisfactory")
        assert entries(page)[-1].endswith("is satisfied with the outcome")
    page = page_of(world, "hospital_lead", found).presses("Close").presses("Close")
    assert (page.refusals, world.fresh(found).state) == ([], "closed")


def test_who_is_not_satisfied_says_why_and_a_notice_can_hang_on_it(db: None, telling: Telling) -> None:
    rule = {"key": "unhappy", "on": ["not_satisfied"], "to": ["receiving.lead"], "clause": "D 5"}
    world = area(requirements=[], notice_rules=[rule], closing={"satisfied": "raising_side", "clause": "D 5"})
    story = telling(world, "Tue 15 Sep 2026 10:30")
    found = resolved(world)
    story.post()
    page = page_of(world, "hospital_lead", found).presses("Say whether the outcome is satisfactory").chooses("No")
    page.presses("Say whether the outcome is satisfactory")
    assert page.refusals == ["Say what is still missing, so that somebody can put it right"]
    page.fills("Anything to add; if not satisfied, what is missing", "The visit was not made.")
    page.presses("Say whether the outcome is satisfactory")
    assert entries(page)[-1] == "The raising side is not satisfied with the outcome"
    assert story.post() == {"team.manager": ["ARE-0001: not satisfied with the outcome"]}
    # The remedies: the office closes it and says why, or it is opened again, and then asked anew.
    office = page_of(world, "office", found).presses("Close").presses("Close")
    assert office.refusals == ["Say why it is closed although that is not recorded"]
    office.fills("Why is it closed all the same?", "The child has moved away.").presses("Close")
    assert world.fresh(found).state == "closed"
    again = page_of(world, "hospital_lead", found).follows("Open it again").fills("Why is it opened again?", "They came back.")
    again.presses("Open it again").presses("Record what was agreed").fills("What was agreed?", "Another visit.")
    again.chooses("Read out to both")
    again.presses("Record what was agreed").presses("Close").presses("Close")
    assert again.refusals[0].startswith("Before it is closed, the raising side must be satisfied with the outcome.")


def test_telling_the_raiser_who_is_not_satisfied_is_one_entry_that_says_both(db: None) -> None:
    world = area(requirements=[], closing={"satisfied": "raiser", "clause": "D 5"})
    found = resolved(world)
    page = page_of(world, "hospital_lead", found).presses("Record that the person who raised it was told")
    page.fills("How and when were they told?", "By telephone.").chooses("No")
    page.presses("Record that the person who raised it was told")
    assert entries(page)[-1] == "The person who raised it is not satisfied with the outcome"
    with world.scope():
        assert found.chronology.latest("seq").data["events"] == ["not_satisfied", "raiser_told"]


def test_who_may_close_is_the_protocols_to_say(db: None) -> None:
    world = area(requirements=[], closing={"by": ["partner"], "office": False, "clause": "D 5"})
    found = resolved(world)
    for person in ("hospital_lead", "office"):
        page = Visitor(getattr(world, person)).opens(address(found, "close"))
        assert (page.status, "It is closed by: Partner." in page.words) == (403, True)
    partner = Visitor(world.decider("partner")).opens(address(found, "close"))
    assert partner.status == 404  # the protocol has not brought them in below their own stage


def test_those_who_decide_may_change_the_date_that_is_theirs_and_no_other(barnsley: World) -> None:
    top = Position(stage=barnsley.protocol.ladder[-1].key)
    found = barnsley.raised(to=top, direct_reason="It is not safe to wait.", at=TUESDAY)
    decider = barnsley.decider("safeguarding_partner")
    with time_machine.travel(TUESDAY + days(1), tick=False):
        page = Visitor(decider).opens(address(found, "vary_timescale"))
        assert not page.asks("A summary of progress goes to the Partnership")
        page.fills("What is the new last day?", date(2026, 9, 25)).fills("Why does the date change?", "A report is due.")
        page.chooses("I judge that it is safe").presses("Change a date, with a reason")
        assert (page.refusals, entries(page)[-1].startswith("Date changed")) == ([], True)
        page.presses("Record progress").fills("What has happened since the last update?", "The report came.")
        page.presses("Record progress")
        assert entries(page)[-1] == "Progress recorded"
    with barnsley.scope():
        theirs = found.deadlines.get(time_limit="stage_3_conclusion", stopped_at=None).pk
    assert refusal(barnsley, "pause_clock", found, by=barnsley.team_manager, deadline=theirs, reason="Court.") == (
        "This date is held by those who decide: they, or the partnership manager, may change it."
    )


def test_linked_disagreements_are_shown_to_those_who_may_see_them(barnsley: World) -> None:
    one, other = barnsley.raised(), barnsley.raised()
    page = page_of(barnsley, "office", one).follows("Link another disagreement").fills("Its reference", str(other.reference))
    page.chooses("A brother or sister").presses("Link another disagreement")
    page.sees("Linked disagreements", f"A brother or sister: {other.reference}")
    page_of(barnsley, "office", other).sees(f"A brother or sister: {one.reference}")
