"""Havering, paragraph by paragraph: the shorter of two dates, the reviewing officer, the tiers, the Chair and the Panel."""

from __future__ import annotations

from datetime import date

import pytest

from partnerships.models import User
from tests.world import World

from .conftest import Telling
from .telling import Answer, Story, answers, ball, buttons, chronology, dates, each, marks, not_open, now_at, tracker
from .visitor import Visitor

pytestmark = pytest.mark.django_db

INBOX = "safeguardingpartnerships@havering.gov.uk"
PAGE = "/p/havering/d/HAV-0001/"
WORKERS, MANAGERS = ("midwife", "social.worker"), ("hospital.lead", "team.manager")
SENIORS, FURTHER = ("matron", "service.manager"), ("director.of.nursing", "assistant.director")
MEMBERS = ("member.hospital", "member.social_care")
WEEK = "The workers who disagree talk and try to resolve it"
CHILD = "The managers at this stage resolve it by the date that the child needs"
FILE, TOLD = "Record that it is on the child's file", "Record that the person who raised it was told"
MOVE, CHECK, RESOLVE = (
    "Move up to the next stage",
    "Record a check before the next step",
    "Record the resolution by the Chair or the Panel",
)
OTHER, THEIRS, OURS = (
    "Who is the person you disagree with?",
    "Who is their supervisor, manager or named safeguarding professional?",
    "Who is your supervisor, manager or named safeguarding professional?",
)
CONCERN = (
    Answer("The agency you disagree with", "Children's social care"),
    Answer("In one sentence", "The placement is to end without a plan."),
    Answer("What is the concern, and where does it come from?", "Two reviews and the ward's own notes."),
    Answer("The need for action"),
    *(Answer("Somebody in this list", under=question) for question in (OTHER, THEIRS, OURS)),
    Answer("Choose somebody", "Social Worker", under=OTHER),
    Answer("Choose somebody", "Team Manager", under=THEIRS),
    Answer("Choose somebody", "Hospital Lead", under=OURS),
)


@pytest.fixture
def story(havering: World, telling: Telling) -> Story:
    for person in (havering.office, havering.midwife, havering.social_worker, havering.hospital_lead, havering.team_manager):
        assert person
    for agency, senior, further in (("hospital", SENIORS[0], FURTHER[0]), ("social_care", SENIORS[1], FURTHER[1])):
        havering.person(senior, "senior_manager", agency, protocol_role="senior_manager")
        havering.person(further, "senior_manager", agency, protocol_role="further_manager")
    for agency in ("hospital", "social_care", "police"):
        havering.person(f"member.{agency}", "representative", agency, protocol_role="agency_member")
    havering.person("safeguarding.lead", "adviser", "hospital", protocol_role="designated_safeguarding_lead")
    iro(havering), chair(havering)
    return telling(havering, "Mon 14 Sep 2026 11:00")


def iro(world: World) -> User:
    return world.person("iro", "adviser", "social_care", protocol_role="iro")


def chair(world: World) -> User:
    return world.person("chair", "decision_maker", protocol_role="chair")


def senior(world: World, name: str) -> User:
    return User.objects.get(email=f"{name}@{world.slug}.example")


def begins(story: Story) -> Visitor:
    return story.visitor(story.world.midwife).opens("/p/havering/start/").chooses("None of these").presses("Continue")


def moves_up(page: Visitor, to: str, ours: str, theirs: str) -> Visitor:
    page.presses(MOVE).chooses(to).fills("Why does it move up?", "Not agreed, and the date is close.")
    page.fills("Who takes it on for your side?", ours).fills("Who takes it on for the receiving side?", theirs)
    return page.presses(MOVE)


def test_a_looked_after_child_whose_date_is_sooner_than_a_working_week(story: Story) -> None:
    wrongdoing_inside_an_agency_goes_elsewhere(story)
    the_workers_are_to_talk_by_the_sooner_date(story)
    the_line_managers_are_asked_and_the_iro_is_told(story)
    the_date_of_the_child_passes(story)
    the_senior_managers_and_the_agency_members_are_asked(story)
    it_goes_on_through_the_tiers(story)
    the_chair_is_not_asked_before_the_members_were(story)
    the_chair_calls_a_panel(story)
    the_resolution_is_recorded_by_the_chair_alone(story)
    it_is_put_on_the_file_of_each_agency(story)


def wrongdoing_inside_an_agency_goes_elsewhere(story: Story) -> None:
    """H 1.8: suspected wrongdoing at work goes through the agency's own policies, whistleblowing among them."""
    page = story.visitor(story.world.midwife).opens("/p/havering/start/")
    page.chooses("It is about wrongdoing, or dangers at work, inside an agency").presses("Continue")
    page.sees("This is not the way. Here is the way:", "Use that agency's own policy, such as whistleblowing")


def the_workers_are_to_talk_by_the_sooner_date(story: Story) -> None:
    """H 1.4: within one working week or the time that protects the child, whichever is shorter; H 2.2: the workers talk."""
    page = answers(
        begins(story),
        *CONCERN,
        Answer("Is there a date by which it must be resolved", date(2026, 9, 17)),
        Answer("Looked after"),
        Answer("A child may be in immediate harm"),
        Answer("What was done at once", "Telephoned; the ward keeps the child today."),
        Answer("The worker would like support in raising it"),
        Answer("What would help", "My manager at the conversation."),
    ).presses("Raise the disagreement")
    page.sees("Your reference HAV-0001", "By the end of Thursday 17 September 2026 (guide).")
    page.sees("This is the date asked for on the form")
    # H 1.5: one's own designated safeguarding lead at once; H 2.2: status can make it hard, so the manager is asked to help.
    assert story.post() == (
        each("HAV-0001: please answer by Thursday 17 September", *WORKERS)
        | each("HAV-0001: a colleague sees something differently", "safeguarding.lead", "hospital.lead")
    )
    assert "A worker of your agency thinks that a child is in immediate harm. Please act now." in story.letter(
        "safeguarding.lead"
    )
    assert "Your worker would like support in raising this. Please speak to them." in story.letter("hospital.lead")
    assert story.clocks("HAV-0001") == {"stage_1_discussion": "Fri 18 Sep 2026 00:00"}
    page.follows("Open HAV-0001")
    assert dates(page) == {WEEK: "Thu 17 September 2026: 3 working days left"}
    assert (marks(page)[1:], now_at(page)) == (
        ["A child may be in immediate harm", "The worker would like support in raising it"],
        "Discuss with the other worker",
    )


def the_line_managers_are_asked_and_the_iro_is_told(story: Story) -> None:
    """H 2.4: each worker's manager; H 2.5: the IRO must also be notified, because the child is looked after."""
    assert story.visitor(iro(story.world)).opens(PAGE).status == 404
    story.comes("Wed 16 Sep 2026 09:00")
    assert story.post() == each("HAV-0001: please answer by Thursday 17 September", *WORKERS)
    page = story.visitor(story.world.midwife).opens("/p/havering/mine/").presses("It is still unsafe: escalate now")
    page.fills("Why does it move up?", "Not agreed.").fills("Who takes it on for your side?", "Hospital Lead")
    page.fills("Who takes it on for the receiving side?", "Team Manager").presses(MOVE)
    assert now_at(page) == "Line managers"
    assert story.post() == (
        each("HAV-0001: please answer by Thursday 17 September", *MANAGERS)
        | each("HAV-0001: it has moved up a step", "social.worker", "iro", "safeguarding.lead")
    )
    assert "A disagreement about a child for whom you are the reviewing officer" in story.letter("iro")
    # No working days are given after stage one: only the child's own date counts.
    assert story.clocks("HAV-0001") == {"timescale_of_the_child": "Fri 18 Sep 2026 00:00"}
    page = story.visitor(iro(story.world)).opens("/p/havering/").follows("HAV-0001")
    page.sees("You can read this. There is nothing for you to do here now.")


def the_date_of_the_child_passes(story: Story) -> None:
    story.comes("Fri 18 Sep 2026 09:00")
    assert story.post() == each("HAV-0001: a timescale has passed", *WORKERS, *MANAGERS)
    assert "The date that the child needed has passed. Is the child safe?" in story.letter("team.manager")
    row = tracker(story.visitor(story.world.office).opens("/p/havering/tracker/"))["HAV-0001"]
    assert row[3].startswith("The last day was Thursday 17 September, 1 working day ago")


def the_senior_managers_and_the_agency_members_are_asked(story: Story) -> None:
    """H 2.7: the next managers; H 2.8: the agencies' HSCP members are to help before it is raised with the Chair."""
    page = moves_up(story.visitor(story.world.hospital_lead).opens(PAGE), "Stage 3", "Matron", "Service Manager")
    assert now_at(page) == "Senior managers"
    told = story.post()
    # A date that has gone by starts no clock here, so nobody is told again that it has passed; who moved it up knows.
    assert sorted(told) == sorted([*WORKERS, "team.manager", *SENIORS, *MEMBERS, "iro", "safeguarding.lead"])
    assert "You are asked to help to find a resolution before it is raised with the Chair." in story.letter("member.hospital")
    assert "The next managers or safeguarding representatives of both agencies are asked" in story.letter("service.manager")


def it_goes_on_through_the_tiers(story: Story) -> None:
    """H 2.8: through the tiers of management until it is resolved."""
    story.comes("Mon 21 Sep 2026 09:00")
    page = story.visitor(senior(story.world, "matron")).opens("/p/havering/").follows("HAV-0001")
    moves_up(page, "Further tiers of management", "Director Of Nursing", "Assistant Director")
    assert ball(page).startswith("Waiting for Director Of Nursing (Moorside Hospital, your side) and Assistant Director")
    told = (*WORKERS, *MANAGERS, "service.manager", *FURTHER, *MEMBERS)
    assert story.post() == each("HAV-0001: it has moved up a step", *told)


def the_chair_is_not_asked_before_the_members_were(story: Story) -> None:
    """H 2.8, H 2.10: the agencies' HSCP members first; H 2.11: then the details reach the partnership's inbox."""
    page = story.visitor(senior(story.world, "director.of.nursing")).opens(PAGE).presses(MOVE)
    page.fills("Why does it move up?", "The members could not settle it.").presses(MOVE)
    gate = "Have the HSCP members of both agencies been engaged in seeking a resolution?"
    assert page.refusals == [f"Before Stage 4: Resolution by the HSCP Chair opens, this must be done and ticked: {gate}"]
    page.opens(PAGE).follows(CHECK).chooses(gate).fills("When, by whom", "This morning, both members.").presses(CHECK)
    assert chronology(page)[-1] == f"Recorded before the next step: {gate} (by Director Of Nursing)"
    assert story.visitor(chair(story.world)).opens(PAGE).status == 404
    page.presses(MOVE).fills("Why does it move up?", "The members could not settle it.").presses(MOVE)
    assert ball(page) == "Waiting for the Chair of the HSCP, directly or by the Resolution Panel, to give the resolution."
    assert sorted(story.post()) == sorted(
        ["chair", INBOX, "office", *WORKERS, *MANAGERS, *SENIORS, "assistant.director", *MEMBERS, "iro", "safeguarding.lead"]
    )
    assert "Please resolve this with the senior managers, or call a Resolution Panel." in story.letter("chair")
    assert "The raising agency has referred a disagreement to the Chair." in story.letter(INBOX)


def the_chair_calls_a_panel(story: Story) -> None:
    """H 2.12: senior officers of three agencies, those concerned among them. What breaks the rule is warned of, and never
    accepted in silence: whoever goes on says why."""
    world, ask = story.world, "Ask for something beside the steps"
    page = story.visitor(senior(world, "matron")).opens(PAGE).follows(ask)
    page.chooses("Resolution Panel").fills("Why?", "We would like one.").presses(ask)
    assert (page.status, page.words.count("Resolution Panel can be started by: Chair of the HSCP.")) == (403, 1)
    page = story.visitor(chair(world)).opens("/p/havering/").follows("HAV-0001").follows(ask)
    page.chooses("Resolution Panel").fills("Why?", "Both agencies wish to be heard.")
    page.fills("Who takes part? First person", "A. Head").fills("First person: agency", "Moorside Hospital").presses(ask)
    lacking = (
        "1 of at least 3 agencies are named. Both agencies of the disagreement should be on it. "
        "At least one agency that is not in the disagreement should be on it."
    )
    assert page.refusals == [f"{lacking} Change who takes part, or tick that you go on, and say why"]
    page.chooses("Go on although the membership is not as the protocol says").fills("If you go on, why?", "Named today.")
    page.presses(ask).sees(lacking, "Why it goes on all the same Named today.")
    told = (*WORKERS, *MANAGERS, *SENIORS, *FURTHER, *MEMBERS, INBOX)
    assert story.post() == each("HAV-0001: something has begun beside it", *told)
    page.follows("Record what came of it").chooses("Resolution Panel").fills(
        "What came of it?", "Called again with three agencies."
    )
    page.presses("Record what came of it")
    assert chronology(page)[-2:] == ["Resolution Panel started (by Chair)", "Resolution Panel ended (by Chair)"]
    assert story.post() == each("HAV-0001: something beside it has ended", *told)
    page.follows(ask).chooses("Resolution Panel").fills("Why?", "Both agencies wish to be heard.")
    seats = {"First person": "Moorside Hospital", "Person 2": "Children's social care", "Person 3": "Police"}
    for seat, agency in seats.items():
        page.fills(seat, f"Officer of {agency}").fills(f"{seat}: agency", agency)
    page.presses(ask).sees(*(f"Officer of {agency} ({agency})" for agency in seats.values()))
    assert page.words.count("agencies are named") == 1  # of the first one, which stays on show
    assert story.post() == each("HAV-0001: something has begun beside it", *told)


def the_resolution_is_recorded_by_the_chair_alone(story: Story) -> None:
    """H 2.13: the Panel hears those involved and resolves it; it is recorded in the Chair's name, by nobody who is named."""
    page = story.visitor(story.world.hospital_lead).opens(PAGE)
    assert not_open(page)[RESOLVE] == "You are named in this disagreement, so you cannot decide it."
    page = story.visitor(iro(story.world)).opens(PAGE)
    assert not_open(page)[RESOLVE] == "Only the people who decide at this step may record the decision."
    page = story.visitor(chair(story.world)).opens(PAGE)
    assert buttons(page)[0] == RESOLVE
    page.presses(RESOLVE).fills("What is the resolution?", "The placement stays until the review.").presses(RESOLVE)
    assert page.refusals == ["Choose whose decision it is"]
    page.chooses("Chair of the HSCP, directly").presses(RESOLVE)
    assert (marks(page)[0], dates(page)) == ("Resolved", {})
    assert chronology(page)[-1] == "Resolution recorded, by: Chair of the HSCP, directly (by Chair)"
    told = ("iro", *WORKERS, *MANAGERS, *SENIORS, *FURTHER, *MEMBERS, INBOX, "office")
    assert story.post() == each("HAV-0001: a resolution has been recorded", *told)


def it_is_put_on_the_file_of_each_agency(story: Story) -> None:
    """H 3.1: in writing on the child's file, in each agency; shared with the worker who raised the concern."""
    world, office = story.world, story.visitor(story.world.office)
    missing = ["Are the actions and decisions on the child's file?", "Does the worker who first raised the concern know"]
    office.opens(PAGE).presses("Close").presses("Close")
    assert all(one in office.refusals[0] for one in missing)
    story.visitor(world.hospital_lead).opens(PAGE).follows(FILE).chooses("Moorside Hospital").presses(FILE)
    office.opens(PAGE).presses("Close").presses("Close")
    assert all(one in office.refusals[0] for one in missing)
    story.visitor(world.team_manager).opens(PAGE).follows(FILE).chooses("Children's social care").presses(FILE)
    page = story.visitor(world.hospital_lead).opens(PAGE).presses(TOLD)
    page.fills("How and when were they told?", "At noon, by telephone.").presses(TOLD)
    assert story.post() == each("HAV-0001: noted that you know the outcome", "midwife")
    office.opens(PAGE).presses("Close").presses("Close")
    assert marks(office)[0] == "Closed"
    told = (*WORKERS, *MANAGERS, *SENIORS, *FURTHER, *MEMBERS, "chair", INBOX)
    assert story.post() == each("HAV-0001: it is closed", *told)


def test_another_child_without_a_date_of_its_own(story: Story) -> None:
    """H 1.4: the working week alone; H 2.5: no IRO; no clock from stage two on; H 2.10: the Chair may settle it directly."""
    none = "None of these, or I do not know"
    page = answers(begins(story), *CONCERN, Answer(none)).presses("Raise the disagreement")
    page.sees("By the end of Monday 21 September 2026")
    assert story.clocks("HAV-0001") == {"stage_1_discussion": "Tue 22 Sep 2026 00:00"}
    assert story.post() == each("HAV-0001: please answer by Monday 21 September", *WORKERS)
    story.comes("Tue 22 Sep 2026 09:00")
    reminder, passed = "HAV-0001: please answer by Monday 21 September", "HAV-0001: a timescale has passed"
    # The partnership hears for the first time at stage four (H 2.11).
    assert story.post() == {name: [reminder, passed] for name in WORKERS} | each(passed, *MANAGERS)
    page = moves_up(story.visitor(story.world.midwife).opens(PAGE), "Stage 2", "Hospital Lead", "Team Manager")
    assert story.post() == each("HAV-0001: it has moved up a step", "social.worker", *MANAGERS)
    assert story.visitor(iro(story.world)).opens(PAGE).status == 404
    assert (story.clocks("HAV-0001"), dates(page)) == ({}, {})
    moves_up(story.visitor(story.world.hospital_lead).opens(PAGE), "Stage 3", "Matron", "Service Manager")
    assert story.post() == each("HAV-0001: it has moved up a step", *WORKERS, "team.manager", *SENIORS, *MEMBERS)
    page = story.visitor(senior(story.world, "matron")).opens(PAGE).presses(MOVE).chooses("Stage 4")
    page.chooses("Have the HSCP members").fills("Why does it move up?", "Both members tried.").presses(MOVE)
    assert (story.clocks("HAV-0001"), now_at(page)) == ({}, "Resolution by the HSCP Chair")
    page = story.visitor(chair(story.world)).opens(PAGE).presses(RESOLVE)
    page.fills("What is the resolution?", "Settled with both senior managers.").presses(RESOLVE)
    assert marks(page) == ["Resolved"]
    assert [line.partition(" (by")[0] for line in chronology(page) if not line.startswith("Timescale")] == [
        "Raised at Stage 1: Discuss with the other worker",
        "Escalated to Stage 2: Line managers",
        "Escalated to Stage 3: Senior managers (Next manager or named or designated safeguarding representative)",
        "Escalated to Stage 4: Resolution by the HSCP Chair",
        "Resolution recorded",
    ]
