"""Oldham, paragraph by paragraph: talking first, hours of the clock by day and night, and one outcome on each agency's record."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from partnerships.models import User
from tests.world import World

from .conftest import Telling
from .telling import Answer, Story, answers, ball, buttons, chronology, dates, each, marks, not_open, now_at, why_these_dates
from .visitor import Visitor

pytestmark = pytest.mark.django_db

START, PAGE = "/p/oldham/start/", "/p/oldham/d/OLD-0001/"
WORKERS, MANAGERS, HEADS = (
    ("midwife", "social.worker"),
    ("hospital.lead", "team.manager"),
    ("head.of.midwifery", "head.of.service"),
)
MOVE, ASK, CAME, FILE = (
    "Move up to the next step",
    "Ask for something beside the steps",
    "Record what came of it",
    "Record that it is on the child's file",
)
TALK = "The practitioners talk about the imminent risk and record that they did"
OTHER, THEIRS, OURS = "Who is the person you disagree with?", "Who is their manager?", "Who is your manager?"
CONCERN = (
    Answer("The agency you disagree with", "Children's social care"),
    Answer("In one sentence", "The visit was put off while the risk rises."),
    Answer("What is the concern, and what is it based on?", "Three calls to the ward tonight."),
    Answer("No: asking could put the child or somebody else at risk"),
    Answer("On what basis is it shared?", "To keep the child safe."),
    *(Answer("Somebody in this list", under=question) for question in (OTHER, THEIRS, OURS)),
    Answer("Choose somebody", "Social Worker", under=OTHER),
    Answer("Choose somebody", "Team Manager", under=THEIRS),
    Answer("Choose somebody", "Hospital Lead", under=OURS),
)


@pytest.fixture
def world(oldham: World) -> World:
    for person in (oldham.office, oldham.midwife, oldham.social_worker, oldham.hospital_lead, oldham.team_manager):
        assert person
    for head, agency in zip(HEADS, ("hospital", "social_care"), strict=True):
        oldham.person(head, "senior_manager", agency, protocol_role="head_of_service")
    oldham.person("delegate", "decision_maker", protocol_role="statutory_delegate")
    return oldham


def named(story: Story, name: str) -> Visitor:
    return story.visitor(User.objects.get(email=f"{name}@oldham.example"))


def moves_up(page: Visitor, ours: str, theirs: str) -> Visitor:
    page.presses(MOVE).fills("Why does it move up?", "Not settled by talking.")
    page.fills("Who takes it on for your side?", ours).fills("Who takes it on for the receiving side?", theirs)
    return page.presses(MOVE)


def test_an_imminent_risk_in_the_night_in_which_the_clocks_go_back(world: World, telling: Telling) -> None:
    story = telling(world, "Sat 24 Oct 2026 22:00")
    a_complaint_goes_elsewhere_and_talking_comes_first(story)
    the_hour_is_an_hour_of_the_clock(story)
    the_hour_passes_in_the_night(story)
    the_conversation_is_confirmed(story)
    the_pathway_begins_with_the_managers(story)
    drift_is_met_with_a_reflective_session(story)
    the_heads_of_service_agree(story)
    each_agency_puts_it_on_its_record(story)


def a_complaint_goes_elsewhere_and_talking_comes_first(story: Story) -> None:
    """O 2.1.2: not in place of the complaints process; O 3.2.1: by telephone or face to face first."""
    page = named(story, "midwife").opens(START)
    page.sees("Speak first, by telephone or face to face, with the person who holds the case.")
    page.chooses("A parent, carer or child wants to complain about a service").presses("Continue")
    page.sees("Use the agency's statutory complaints process", "This does not replace the statutory complaints process.")


def the_hour_is_an_hour_of_the_clock(story: Story) -> None:
    """O 3.2.3: a discussion within 1 hour. Raised at 1:30 by summer time, the hour ends at 1:30 by winter time."""
    story.comes(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    page = named(story, "midwife").opens(START).chooses("None of these").presses("Continue")
    page.fills("The agency you disagree with", "Children's social care")
    page.chooses("Step 1: Practitioner to practitioner").presses("Save and continue")
    page.chooses("Not yet").presses("Save and continue")
    assert page.refusals == [
        "Telephone or meet them first. If you tried and could not reach them, choose that: it is enough",
        "Answer the question: On what basis is it shared?",
    ]
    page.chooses("Yes, by telephone").fills("When was that", date(2026, 10, 24))
    # O 3.2.2: a brief confirmation of the discussion, kept in here, so that both sides expect the same.
    page.fills("What was said?", "They ring back when they have asked their manager.").presses("Save and continue")
    answers(page, *CONCERN[1:], Answer("The risk to the child may be imminent"), Answer("A difference of opinion"))
    page.sees("Telephone now: ring 999 if the child is in immediate danger", "By 1:30am GMT on Sunday 25 October (expectation).")
    page.presses("Raise the disagreement").sees("You are expected to talk within 1 hour, day or night.")
    assert story.post() == (
        each("OLD-0001: please answer by 1:30am GMT on Sunday 25 October", *WORKERS)
        | each("OLD-0001: a colleague sees something differently", *MANAGERS)
    )
    assert "please see that they do. Telephone." in story.letter("team.manager")
    page.follows("Open OLD-0001")
    assert dates(page) == {TALK: "1:30am GMT on Sun 25 October 2026: 1 hour left"}
    assert why_these_dates(page)[-1] == (
        "Within 1 hour (expectation). 1 hour from 1:30am BST on Sun 25 Oct 2026, counting day and night, weekends and bank "
        "holidays. The timescale lasts until 1:30am GMT on Sun 25 Oct. The clocks go back in between, so the clock shows an hour "
        "earlier."
    )
    # O 3.2.5: what it is shared on is recorded and stops nobody.
    page.sees("No: asking could put the child or somebody else at risk", "To keep the child safe.")


def the_hour_passes_in_the_night(story: Story) -> None:
    story.comes(datetime(2026, 10, 25, 1, 29, tzinfo=UTC))
    assert story.post() == {}
    story.comes(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    assert story.post() == each("OLD-0001: a timescale has passed", *WORKERS, *MANAGERS, "office")
    assert "it ended at 1:30am GMT on Sunday 25 October" in story.letter("team.manager")
    assert "Is the child safe? Telephone now." in story.letter("social.worker")
    page = named(story, "midwife").opens(PAGE)
    assert dates(page) == {TALK: "1:30am GMT on Sun 25 October 2026: less than a minute beyond 1 hour (expectation)"}
    assert story.standing("OLD-0001") == ("open", "practitioner", 1)


def the_conversation_is_confirmed(story: Story) -> None:
    """O 3.2.2: confirmed shortly in writing; the other side reads the note, the e-mail says only that it is there."""
    story.comes(datetime(2026, 10, 25, 1, 50, tzinfo=UTC))
    page = named(story, "social.worker").opens(PAGE)
    page.sees("They ring back when they have asked their manager.").follows("Record a conversation")
    page.fills("When did you talk?", datetime(2026, 10, 25, 1, 40)).chooses("By telephone")  # noqa: DTZ001  (as typed)
    page.fills("Who took part?", "The midwife and the social worker")
    page.fills("What came of it?", "We spoke at ten to two: I visit at nine.").presses("Record a conversation")
    assert (dates(page), story.clocks("OLD-0001")) == ({}, {})
    assert story.post() == each("OLD-0001: the two sides have talked", "midwife")
    assert "Check that the note says what you understood." in story.letter("midwife")
    assert "visit" not in story.letter("midwife")
    named(story, "midwife").opens(PAGE).sees("We spoke at ten to two: I visit at nine.")


def the_pathway_begins_with_the_managers(story: Story) -> None:
    """O 4.1.1: wherever it was not settled between practitioners. The chart is lost, so the ladder is assumed, and said so."""
    story.comes("Mon 26 Oct 2026 09:00")
    page = moves_up(named(story, "midwife").opens(PAGE), "Hospital Lead", "Team Manager")
    assert (now_at(page), story.clocks("OLD-0001")) == ("Manager to manager", {})
    page.sees("assumed rules that the partnership has not confirmed yet.")
    assert story.post() == each("OLD-0001: it has moved up a step", "social.worker", *MANAGERS)


def drift_is_met_with_a_reflective_session(story: Story) -> None:
    """O 3.2.8: where it drifts, a session for the core group, which replaces nobody's supervision."""
    page = named(story, "social.worker").opens(PAGE).follows("Mark it").chooses("Drift or delay")
    page.fills("Why?", "The same plan since July.").presses("Mark it")
    assert story.post() == each("OLD-0001: a mark has been put on it", "midwife", *MANAGERS)
    page.follows(ASK).sees("It does not replace anybody's supervision.").chooses("Multi-agency reflective session")
    page.fills("Why?", "To think together.").fills("First person", "The core group").presses(ASK)
    assert chronology(page)[-1] == "Multi-agency reflective session started (by Social Worker)"
    assert story.post() == each("OLD-0001: something has begun beside it", "midwife", *MANAGERS)
    assert "It does not replace anybody's supervision." in story.letter("midwife")
    page = named(story, "hospital.lead").opens(PAGE).follows(CAME).chooses("Multi-agency reflective session")
    page.fills("What came of it?", "Three ways forward, to be weighed by the Heads of Service.").presses(CAME)
    assert story.post() == each("OLD-0001: something beside it has ended", *WORKERS, "team.manager")


def the_heads_of_service_agree(story: Story) -> None:
    """O 4.1.2: agreed outcomes are recorded and shared; the receiving manager is asked to confirm (an assumption)."""
    page = moves_up(named(story, "hospital.lead").opens(PAGE), "Head Of Midwifery", "Head Of Service")
    assert story.post() == each("OLD-0001: it has moved up a step", *WORKERS, "team.manager", *HEADS)
    page = named(story, "head.of.service").opens("/p/oldham/").follows("OLD-0001").presses("Record what was agreed")
    page.fills("What was agreed?", "A visit every second day until the review.")
    page.chooses("Read out to both").presses("Record what was agreed")
    assert (marks(page)[0], ball(page)) == (
        "Agreed, to be confirmed in writing",
        "Waiting for Team Manager (Children's social care, your side) to confirm in writing what was agreed.",
    )
    told = (*WORKERS, *MANAGERS, "head.of.midwifery")
    assert story.post() == each("OLD-0001: the two sides have agreed", *told)
    assert "so that each agency can put it on its own system" in story.letter("team.manager")
    page = named(story, "team.manager").opens(PAGE).presses("Confirm the outcome in writing")
    page.presses("Confirm the outcome in writing")
    assert marks(page)[0] == "Resolved"
    assert story.post() == each("OLD-0001: the outcome is confirmed in writing", *WORKERS, "hospital.lead", *HEADS)
    assert "Please put what was agreed on your agency's own record." in story.letter("social.worker")


def each_agency_puts_it_on_its_record(story: Story) -> None:
    """O 4.1.2: on each agency's electronic record; O 3.2.7: themes reach the partnership."""
    office = named(story, "office").opens(PAGE).presses("Close").presses("Close")
    missing = ["Before it is closed, record this: Is the outcome on each agency's own electronic record?"]
    assert office.refusals == missing
    named(story, "midwife").opens(PAGE).follows(FILE).chooses("Moorside Hospital").presses(FILE)
    assert office.opens(PAGE).presses("Close").presses("Close").refusals == missing
    named(story, "social.worker").opens(PAGE).follows(FILE).chooses("Children's social care").presses(FILE)
    page = named(story, "hospital.lead").opens(PAGE).presses("Record learning")
    page.fills("Is there a theme that the partnership should know of?", "Nobody to ring at night.").presses("Record learning")
    assert story.post() == each("OLD-0001: learning recorded", "office")
    office.opens(PAGE).presses("Close").presses("Close")
    assert (marks(office)[0], chronology(office)[-4:]) == (
        "Closed",
        [
            "Put on the child's file (by Midwife)",
            "Put on the child's file (by Social Worker)",
            "Learning recorded (by Hospital Lead)",
            "Closed (by Office)",
        ],
    )


def test_a_rising_risk_between_managers_that_only_the_delegates_can_conclude(world: World, telling: Telling) -> None:
    """O 3.2.3: within 24 hours, over a Saturday; O 4.1.1: begun between managers; the last step is assumed."""
    story = telling(world, "Fri 16 Oct 2026 16:00")
    page = named(story, "midwife").opens(START).chooses("None of these").presses("Continue")
    answers(
        page, *CONCERN,
        Answer("Step 2: Manager to manager"), Answer("I tried, and could not reach them"),
        Answer("When was that", date(2026, 10, 16)), Answer("What was said?", "Rang at ten, at noon and at three."),
        Answer("The risk to the child is believed to be increasing"), Answer("Difficulty in communication"),
    ).presses("Raise the disagreement")  # fmt: skip
    assert story.clocks("OLD-0001") == {"contact_increasing_risk": "Sat 17 Oct 2026 16:00"}
    assert story.post() == (
        each("OLD-0001: please answer by 4pm on Saturday 17 October", "social.worker")
        | each("OLD-0001: a colleague sees something differently", *MANAGERS)
    )
    story.comes("Sat 17 Oct 2026 11:59")
    assert story.post() == {}
    story.comes("Sat 17 Oct 2026 12:00")
    assert story.post() == each("OLD-0001: please answer by 4pm on Saturday 17 October", *WORKERS)
    story.comes("Sat 17 Oct 2026 16:00")
    assert story.post() == each("OLD-0001: a timescale has passed", *WORKERS, *MANAGERS, "office")
    moves_up(named(story, "hospital.lead").opens(PAGE), "Head Of Midwifery", "Head Of Service")
    assert named(story, "delegate").opens(PAGE).status == 404
    page = (
        named(story, "head.of.midwifery")
        .opens(PAGE)
        .presses(MOVE)
        .fills("Why does it move up?", "No answer still.")
        .presses(MOVE)
    )
    button = "Record the conclusion of the statutory partners' delegates"
    assert not_open(page)[button] == "You are named in this disagreement, so you cannot decide it."
    story.post()
    page = named(story, "delegate").opens("/p/oldham/").follows("OLD-0001")
    assert buttons(page)[0] == button
    page.presses(button).fills("What is the conclusion?", "The out-of-hours team visits tonight.").presses(button)
    assert marks(page) == ["Resolved"]
    assert story.post() == each("OLD-0001: a conclusion has been recorded", *WORKERS, *MANAGERS, *HEADS, "office")
