"""Barnsley's other ways: straight to the Safeguarding Partners; and an agreement disputed, taken back, reopened, withdrawn."""

from __future__ import annotations

from datetime import date

import pytest

from tests.world import World

from .barnsley_people import (
    INBOX,
    LEADS,
    MEMBERS,
    OFFICE,
    PAGE,
    SENIORS,
    head_of_social_work,
    matron,
    partner,
    the_people_of_barnsley,
)
from .conftest import Telling
from .telling import Answer, Story, answers, ball, buttons, chronology, each, marks, not_open, now_at, tracker
from .visitor import Visitor

pytestmark = pytest.mark.django_db

MANAGER, OWN_LEAD = (
    "Who is the direct line manager of the person the concern is about?",
    "Who is your safeguarding lead or manager?",
)
CONCERN = (
    Answer("The agency you disagree with", "Children's social care"),
    Answer("In one sentence", "The baby would go home tonight without a plan."),
    Answer("What worries you, and what is it based on?", "Two incidents on the ward this week."),
    Answer("What is the likely effect on the child?", "Nobody keeps the baby safe tonight."),
    Answer("What needs to be achieved to resolve this?", "A plan before discharge."),
    Answer("Decision making and action to be taken"),
    Answer("Somebody in this list", under=MANAGER),
    Answer("Choose somebody", "Team Manager", under=MANAGER),
)
DIRECTLY = Answer("Straight to stage 3: Safeguarding Partners")
USUAL = (
    Answer("Yes", under="Have you talked to your own safeguarding lead or manager?"),
    Answer("Yes, by telephone"),
    Answer("When was that", date(2026, 9, 14)),
    Answer("Somebody in this list", under=OWN_LEAD),
    Answer("Choose somebody", "Hospital Lead", under=OWN_LEAD),
)


@pytest.fixture
def story(barnsley: World, telling: Telling) -> Story:
    return telling(the_people_of_barnsley(barnsley), "Tue 15 Sep 2026 14:00")


def begins(story: Story) -> Visitor:
    return story.visitor(story.world.midwife).opens("/p/barnsley/start/").chooses("None of these").presses("Continue")


# ---------------------------------------------------------------- straight to stage three
def test_on_significant_concerns_it_goes_straight_to_the_safeguarding_partners(story: Story) -> None:
    it_is_raised_at_stage_three(story)
    only_the_partners_may_conclude(story)
    the_guide_passes(story)
    the_partners_conclude_and_everybody_involved_is_told(story)


def it_is_raised_at_stage_three(story: Story) -> None:
    """B Professional to Professional, B after Stage Three, B Appendix 1: directly to stage 3, with the reason."""
    page = begins(story)
    page.fills("The agency you disagree with", "Children's social care")
    page.sees("If a child's safety cannot wait, do not wait: go straight to stage 3.")
    page.chooses(DIRECTLY.label).presses("Save and continue")
    assert page.refusals == ["Say why it goes straight there: Stage 3: Safeguarding Partners"]
    page.fills("Why is it not safe to wait?", "Discharge is tonight.").presses("Save and continue")
    # No conversation first and no lead: those belong to stage 1, and waiting is not safe.
    answers(page, *CONCERN[1:]).presses("Raise the disagreement")
    page.sees("It is at Stage 3: Safeguarding Partners .", "By the end of Tuesday 22 September 2026 (guide).")
    assert story.post() == (
        each("BAR-0001: received, thank you", "midwife")
        | each("BAR-0001: please answer by Tuesday 22 September", "decider")
        | each(
            "BAR-0001: a colleague sees something differently", "team.manager", "designated.nurse", *SENIORS, *MEMBERS, *OFFICE
        )
    )
    assert story.clocks("BAR-0001") == {"stage_3_conclusion": "Wed 23 Sep 2026 00:00", "progress_update": "Wed 23 Sep 2026 00:00"}
    rows = tracker(story.visitor(story.world.office).opens("/p/barnsley/tracker/"))
    assert rows["BAR-0001"][1:3] == ["Stage 3: Safeguarding Partners Partnership step", "Open Taken there directly"]


def only_the_partners_may_conclude(story: Story) -> None:
    """B Stage Three: the Safeguarding Partners; whoever is named in it cannot decide it."""
    button = "Record the Safeguarding Partners' conclusion"
    world = story.world
    raiser = story.visitor(world.midwife).opens(PAGE)
    assert not_open(raiser)[button] == "You are named in this disagreement, so you cannot decide it."
    raiser.opens(f"{PAGE}record_decision/")
    assert (raiser.status, raiser.heading) == (403, f"{button}: not now")
    for person in (head_of_social_work(world), matron(world)):
        page = story.visitor(person).opens(PAGE)
        assert not_open(page)[button] == "Only the people who decide at this step may record the decision."
    assert story.visitor(world.stranger).opens(PAGE).status == 404
    page = story.visitor(partner(world)).opens("/p/barnsley/")
    assert page.heading == "Yours to act on (1)"
    assert buttons(page.follows("BAR-0001"))[0] == button


def the_guide_passes(story: Story) -> None:
    """B Appendix 1 gives a third "5 days" (an assumption until Barnsley has answered): told of, and nothing more."""
    story.comes("Tue 22 Sep 2026 09:00")
    assert story.post() == each("BAR-0001: please answer by Tuesday 22 September", "decider")
    story.comes("Wed 23 Sep 2026 09:00")
    heads = ("head.of.safeguarding", "head.of.social.work")
    assert story.post() == each("BAR-0001: a timescale has passed", "decider", "team.manager", *heads, *OFFICE)


def the_partners_conclude_and_everybody_involved_is_told(story: Story) -> None:
    """B Stage Three: the Partnership informs all involved of the conclusion reached."""
    page = story.visitor(partner(story.world)).opens(PAGE).presses("Record the Safeguarding Partners' conclusion")
    page.presses("Record the Safeguarding Partners' conclusion")
    assert page.refusals == ["Write down the conclusion"]
    page.fills("What is the conclusion?", "No discharge before the conference.")
    page.presses("Record the Safeguarding Partners' conclusion")
    assert (marks(page), story.clocks("BAR-0001")) == (["Resolved"], {})
    page.sees("Conclusion No discharge before the conference.")
    told = ("midwife", "team.manager", "designated.nurse", *SENIORS, *MEMBERS, *OFFICE)
    assert story.post() == each("BAR-0001: a conclusion has been recorded", *told)
    assert chronology(page)[-1] == "Conclusion recorded (by Decider)"
    story.visitor(story.world.midwife).opens(PAGE).sees("No discharge before the conference.")


# ---------------------------------------------------------------- disputed, taken back, reopened, withdrawn
def test_what_was_agreed_is_disputed_taken_a_step_back_reopened_and_withdrawn(story: Story) -> None:
    an_agreement_is_not_confirmed_in_time(story)
    it_is_disputed(story)
    it_goes_up_and_a_step_back(story)
    it_is_agreed_confirmed_and_reopened(story)
    it_is_withdrawn(story)


def an_agreement_is_not_confirmed_in_time(story: Story) -> None:
    """B Stage One: in writing within a further 5 working days; when not, both managers and the office are told."""
    answers(begins(story), *CONCERN, *USUAL).presses("Raise the disagreement")
    story.post()
    page = story.visitor(story.world.team_manager).opens(PAGE).presses("Record what was agreed")
    page.fills("What was agreed?", "A visit tomorrow.").chooses("Read out to both").presses("Record what was agreed")
    assert story.post() == each("BAR-0001: the two sides have agreed", "hospital.lead", "midwife", *OFFICE)
    assert story.clocks("BAR-0001") == {"progress_update": "Wed 23 Sep 2026 00:00", "written_outcome": "Wed 23 Sep 2026 00:00"}
    story.comes("Tue 22 Sep 2026 09:00")
    assert story.post() == each("BAR-0001: please answer by Tuesday 22 September", *LEADS)
    assert "Your written confirmation of what was agreed is due soon." in story.letter("team.manager")
    story.comes("Wed 23 Sep 2026 09:00")
    assert story.post() == each("BAR-0001: a timescale has passed", *LEADS, *OFFICE)
    assert "The written confirmation of what was agreed was due. The receiving manager gives it." in story.letter("hospital.lead")


def it_is_disputed(story: Story) -> None:
    """B Principles: outcomes are recorded and agreed, so one that is not agreed opens it again where it stood."""
    page = story.visitor(story.world.hospital_lead).opens(PAGE).presses("Say that it is not agreed")
    page.fills("What is not agreed after all?", "Nobody came.").presses("Say that it is not agreed")
    assert (marks(page), now_at(page)) == (["Open"], "Safeguarding leads or managers")
    page.sees("Agreed, then disputed A visit tomorrow.")
    assert story.post() == (
        each("BAR-0001: please answer by Wednesday 30 September", "team.manager")
        | each("BAR-0001: the outcome is not agreed after all", "midwife", *OFFICE)
    )
    assert story.clocks("BAR-0001") == {
        "progress_update": "Wed 23 Sep 2026 00:00; then Wed 30 Sep 2026 00:00",
        "stage_1_resolution": "Thu 1 Oct 2026 00:00",
    }


def it_goes_up_and_a_step_back(story: Story) -> None:
    """Stepping back is not in the document (an assumption): one rung, with a reason, and those above hear of it."""
    page = story.visitor(story.world.hospital_lead).opens(PAGE)
    assert not_open(page)["Take it a step back"] == (
        "Stage 1: Safeguarding leads or managers is the lowest step, so it cannot be taken a step back."
    )
    page.presses("Move up to the next stage").chooses("Stage 2").fills("Why does it move up?", "Not agreed.")
    page.fills("Who takes it on for your side?", "Matron").fills("Who takes it on for the receiving side?", "Service Manager")
    page.presses("Move up to the next stage")
    assert sorted(story.post()) == sorted(
        ["matron", "service.manager", "team.manager", "midwife", "designated.nurse", *MEMBERS, *OFFICE]
    )
    page = story.visitor(matron(story.world)).opens(PAGE).follows("Take it a step back")
    page.fills("Why is it taken a step back?", "The leads try once more.").presses("Take it a step back")
    assert now_at(page) == "Safeguarding leads or managers"
    told = ("service.manager", "midwife", *LEADS, *MEMBERS, *OFFICE)
    assert story.post() == each("BAR-0001: it has been taken a step back", *told)
    assert story.clocks("BAR-0001") == {"stage_1_resolution": "Thu 1 Oct 2026 00:00", "progress_update": "Thu 1 Oct 2026 00:00"}


def it_is_agreed_confirmed_and_reopened(story: Story) -> None:
    page = story.visitor(story.world.team_manager).opens(PAGE).presses("Record what was agreed")
    page.fills("What was agreed?", "A visit today at four.").chooses("Read out to both").presses("Record what was agreed")
    page.presses("Confirm the outcome in writing").presses("Confirm the outcome in writing")
    assert marks(page) == ["Resolved"]
    story.post()
    story.comes("Thu 24 Sep 2026 09:00")
    page = story.visitor(story.world.hospital_lead).opens(PAGE).follows("Open it again")
    page.fills("Why is it opened again?", "Nobody came at four.").presses("Open it again")
    assert (marks(page), now_at(page)) == (["Open"], "Safeguarding leads or managers")
    assert story.post() == each("BAR-0001: it has been reopened", "team.manager", "midwife", *OFFICE)
    assert story.clocks("BAR-0001") == {"stage_1_resolution": "Fri 2 Oct 2026 00:00", "progress_update": "Fri 2 Oct 2026 00:00"}


def it_is_withdrawn(story: Story) -> None:
    page = story.visitor(story.world.team_manager).opens(PAGE)
    assert not_open(page)["Withdraw it"] == "This is for the raising side to do."
    page = (
        story.visitor(story.world.midwife).opens(PAGE).follows("Withdraw it").fills("Why is it withdrawn?", "Settled in person.")
    )
    page.fills("If it belongs elsewhere", "The conference chair").presses("Withdraw it")
    assert (marks(page), ball(page)) == (["Withdrawn"], "Nobody has anything more to do here.")
    assert story.post() == each("BAR-0001: it has been withdrawn", *LEADS, INBOX, "office")
    story.comes("Thu 8 Oct 2026 09:00")  # nobody is reminded of anything any more
    assert (story.post(), story.clocks("BAR-0001")) == ({}, {})
    assert [line.partition(" (")[0] for line in chronology(page) if not line.startswith("Timescale")] == [
        "Raised at Stage 1: Safeguarding leads or managers",
        "First opened by the receiving side",
        "Agreement recorded: read out to both sides",
        "Outcome not agreed after all",
        "Escalated to Stage 2: Next tiers of management",
        "Taken a step back, to Stage 1: Safeguarding leads or managers",
        "Agreement recorded: read out to both sides",
        "Outcome confirmed in writing",
        "Reopened at Stage 1: Safeguarding leads or managers",
        "Withdrawn",
    ]
