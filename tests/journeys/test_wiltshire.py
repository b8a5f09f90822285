"""Wiltshire, paragraph by paragraph: no clock, the special cases, a mediator who decides nothing, supervision looked back at."""

from __future__ import annotations

from datetime import date

import pytest

from partnerships.models import User
from tests.world import World

from .conftest import Telling
from .telling import Answer, Story, answers, ball, buttons, chronology, dates, each, marks, not_open, now_at, tracker
from .visitor import Visitor

pytestmark = pytest.mark.django_db

INBOX = "lscb@wiltshire.gov.uk"
START, PAGE = "/p/wiltshire/start/", "/p/wiltshire/d/WIL-0001/"
WORKERS, MANAGERS = ("midwife", "social.worker"), ("hospital.lead", "team.manager")
SENIORS, LEADERS = ("matron", "service.manager"), ("chief.nurse", "director")
GROUP = ("qap.chair", "qap.group")
MOVE, ASK, CAME = "Move up to the next tier", "Ask for something beside the steps", "Record what came of it"
OTHER, THEIRS, OURS = (
    "Who is the person you disagree with?",
    "Who is their manager or supervisor?",
    "Who is your manager or supervisor?",
)
THOUGHT = Answer("Yes", under="Have you thought it through with your safeguarding lead?")
CONCERN = (
    Answer("The agency you disagree with", "Children's social care"),
    Answer("In one sentence", "The plan ends while nothing at home has changed."),
    Answer("What is the clear evidence?", "Two visits; and, said as one, a gut feeling."),
    Answer("Is this driven only by the child's best interests?", "Yes; I asked myself whether I stand too close to the mother."),
    Answer("A decision or action of another agency"),
)
NAMED = (
    *(Answer("Somebody in this list", under=question) for question in (OTHER, THEIRS, OURS)),
    Answer("Choose somebody", "Social Worker", under=OTHER),
    Answer("Choose somebody", "Team Manager", under=THEIRS),
    Answer("Choose somebody", "Hospital Lead", under=OURS),
)
NONE = Answer("None of these, or I do not know")


@pytest.fixture
def story(wiltshire: World, telling: Telling) -> Story:
    world = wiltshire
    for person in (world.office, world.midwife, world.social_worker, world.hospital_lead, world.team_manager):
        assert person
    for agency, senior, leader in (("hospital", SENIORS[0], LEADERS[0]), ("social_care", SENIORS[1], LEADERS[1])):
        world.person(senior, "senior_manager", agency, protocol_role="senior_manager")
        world.person(leader, "senior_manager", agency, protocol_role="leader")
    for name in ("qap.chair", "qap.group", "mediator"):
        world.person(name, "adviser", protocol_role=name.replace(".", "_"))
    world.person("conference.chair", "adviser", "social_care", protocol_role="conference_chair")
    return telling(world, "Mon 14 Sep 2026 11:00")


def named(story: Story, name: str) -> Visitor:
    return story.visitor(User.objects.get(email=f"{name}@wiltshire.example"))


def moves_up(page: Visitor, to: str, ours: str, theirs: str) -> Visitor:
    page.presses(MOVE).chooses(to).fills("Why does it move up?", "No way forward yet.")
    page.fills("Who takes it on for your side?", ours).fills("Who takes it on for the receiving side?", theirs)
    return page.presses(MOVE)


def test_a_case_that_is_serious_and_then_stuck(story: Story) -> None:
    what_belongs_elsewhere_is_shown_the_way(story)
    practitioners_raise_it_with_each_other(story)
    it_goes_manager_to_manager(story)
    a_serious_case_is_logged_with_the_chair_of_qap(story)
    it_goes_up_to_the_leaders(story)
    a_stuck_case_is_offered_a_mediator(story)
    nobody_outside_the_agencies_decides(story)
    the_agencies_agree(story)
    a_look_back_includes_supervision(story)


def what_belongs_elsewhere_is_shown_the_way(story: Story) -> None:
    # W 1.1: one's own manager or employer: the whistleblowing policies.
    page = (
        named(story, "midwife").opens(START).chooses("I disagree with my own manager or my own organisation").presses("Continue")
    )
    page.sees("This is not the way. Here is the way:", "Use your organisation's or the partnership's whistleblowing policy")
    # W one-pager: a decision made at a conference: the Dissent Procedure.
    page.opens(START).chooses("I disagree with a decision made at a child protection conference").presses("Continue")
    page.sees("Follow the Dissent Procedure", "Conference and Reviewing Service")


def practitioners_raise_it_with_each_other(story: Story) -> None:
    page = named(story, "midwife").opens(START)
    page.sees("Escalating is expected here, not merely put up with.")  # W 2.1
    page.chooses("None of these").presses("Continue")
    # W 2.4: thought through with the safeguarding lead; clear evidence, or a gut feeling owned as one; one's own motives.
    answers(page, *CONCERN, *NAMED, THOUGHT, NONE).sees("No date is fixed at this tier. Be timely: if it drags on, move it up.")
    page.presses("Raise the disagreement").follows("Open WIL-0001")
    # W 2.5: between the professionals; W one-pager: timescales vary, so there is none.
    assert (now_at(page), dates(page), story.clocks("WIL-0001")) == ("Practitioner to practitioner", {}, {})
    assert story.post() == (
        each("WIL-0001: received, thank you", "midwife")
        | each("WIL-0001: a colleague sees something differently", "social.worker")
    )
    page.sees("Being tenacious is not being stubborn.")


def it_goes_manager_to_manager(story: Story) -> None:
    """W 2.5: manager to manager. Weeks go by: no clock has anything to say, and the tracker says that none runs."""
    story.comes("Mon 28 Sep 2026 09:00")
    assert story.post() == {}
    page = moves_up(named(story, "midwife").opens(PAGE), "Tier 2", "Hospital Lead", "Team Manager")
    assert (now_at(page), story.clocks("WIL-0001")) == ("Manager to manager", {})
    assert story.post() == each("WIL-0001: it has moved up a step", "social.worker", *MANAGERS)
    rows = tracker(named(story, "office").opens("/p/wiltshire/tracker/"))
    assert rows["WIL-0001"][3:] == ["None running", "Hospital Lead (Moorside Hospital); Team Manager (Children's social care)"]


def a_serious_case_is_logged_with_the_chair_of_qap(story: Story) -> None:
    """W 3.1a: logged with the Chair of the QA&P Sub Group, who decides whether a broader deep dive is needed."""
    assert named(story, "qap.chair").opens(PAGE).status == 404
    page = named(story, "hospital.lead").opens(PAGE).follows("Mark it")
    page.chooses("Potentially very serious").fills("Why?", "The same has happened in two other families.").presses("Mark it")
    assert marks(page) == ["Open", "Potentially very serious"]
    told = ("qap.chair", "office", *WORKERS, "team.manager")
    logged = each("WIL-0001: something has begun beside it", *told)
    assert story.post() == logged | each("WIL-0001: a mark has been put on it", INBOX)
    log = "Log with the Chair of the QA&P Sub Group (potentially serious concern)"
    assert chronology(page)[-1] == f"{log} started, because it is marked: Potentially very serious (by Hospital Lead)"
    assert "Please decide whether a broader deep dive is needed." in story.letter("qap.chair")
    page.follows(ASK).chooses("Deep dive").fills("Why?", "It is wider than this case.").presses(ASK)
    assert page.status == 403
    page.sees("Deep dive beyond the individual case can be started by: Chair of the QA&P Sub Group.")
    assert named(story, "hospital.lead").opens(PAGE).follows(CAME).asks("Deep dive: yes")
    page = named(story, "qap.chair").opens("/p/wiltshire/").follows("WIL-0001").follows(CAME)
    page.chooses("Deep dive: yes").fills("What came of it?", "Logged.")
    page.fills("Do the issues need to be understood more broadly", "Yes: three cases in a quarter.").presses(CAME)
    assert chronology(page)[-1] == f"{log} ended: Deep dive: yes (by Qap Chair)"
    assert story.post() == each("WIL-0001: something beside it has ended", *WORKERS, *MANAGERS, "office")
    page.follows(ASK).chooses("Deep dive").fills("Why?", "Yes: three cases in a quarter.").presses(ASK)
    assert chronology(page)[-1] == "Deep dive beyond the individual case started (by Qap Chair)"
    assert story.post() == each("WIL-0001: something has begun beside it", *WORKERS, *MANAGERS, "qap.group", "office")


def it_goes_up_to_the_leaders(story: Story) -> None:
    """W 2.5: on up the hierarchies, to the senior managers and leaders if need be."""
    page = moves_up(named(story, "hospital.lead").opens(PAGE), "Senior managers", "Matron", "Service Manager")
    assert now_at(page) == "Leader to leader"
    told = (*WORKERS, "team.manager", *SENIORS, "qap.chair", INBOX, "office")
    assert story.post() == each("WIL-0001: it has moved up a step", *told)
    page = named(story, "matron").opens("/p/wiltshire/").follows("WIL-0001")
    moves_up(page, "Leaders of the organisations", "Chief Nurse", "Director")
    assert ball(page) == (
        "Waiting for Chief Nurse (Moorside Hospital, your side) and Director (Children's social care, the other side) "
        "to talk and agree a way forward. "
        "Nobody decides it for them: mediation can help them to a way forward."
    )
    told = (*WORKERS, *MANAGERS, "service.manager", *LEADERS)
    assert story.post() == each("WIL-0001: it has moved up a step", *told)
    assert story.clocks("WIL-0001") == {}


def a_stuck_case_is_offered_a_mediator(story: Story) -> None:
    """W 3.1c: the managers liaise, QA&P is informed and offers a mediator; W 2.3: from outside both agencies."""
    page = named(story, "chief.nurse").opens(PAGE)
    page.sees("If everybody thinks that somebody else should act, name it: it may be stuck rather than in dispute.")
    page.follows("Mark it").chooses("Stuck").fills("Why?", "High risk, and no way forward; supervision says the same.")
    page.presses("Mark it")
    assert sorted(story.post()) == sorted(["qap.group", INBOX, "office", *WORKERS, *MANAGERS, *SENIORS, "director"])
    assert "The network around this child is stuck. Please offer a mediator." in story.letter("qap.group")
    assert "Please talk to each other with a view to a mediated way forward." in story.letter("team.manager")
    page = named(story, "qap.group").opens("/p/wiltshire/").follows("WIL-0001").follows(ASK)
    page.chooses("Mediation").fills("Why?", "Both have asked.").fills("First person", "A director")
    page.fills("First person: agency", "Children's social care").presses(ASK)
    assert (page.status, page.refusals) == (409, ["Mediation: choose somebody from outside both agencies."])
    page.fills("First person", "Team Manager").fills("First person: agency", "No agency").presses(ASK)
    assert page.refusals == ["Mediation: choose somebody who is not named in this disagreement."]
    page.fills("First person", "The Independent Chair").presses(ASK)
    page.sees("Mediation: running Running since Monday 28 September 2026 at 9am", "Mediates The Independent Chair")
    told = (*WORKERS, *MANAGERS, *SENIORS, *LEADERS, "qap.chair", "office", "mediator")
    assert story.post() == each("WIL-0001: something has begun beside it", *told)
    assert "The decision stays with the agencies." in story.letter("mediator")


def nobody_outside_the_agencies_decides(story: Story) -> None:
    """W 3.1c: nobody of QA&P, its Chair included, nor a mediator takes the decision: no button, and a sentence instead."""
    for name in (*GROUP, "mediator"):
        page = named(story, name).opens(PAGE)
        assert buttons(page) == [ASK, "Change who takes part beside the steps", CAME]
        reason = "Only the managers who act at this step, on either side, may do this."
        assert not_open(page)["Record what was agreed"] == reason
        assert [words for words in not_open(page) if "decision" in words.lower() or "mediation" in words.lower()] == []
        page.opens(f"{PAGE}record_agreement/")
        assert (page.status, reason in page.words) == (403, True)
    for name in (*GROUP, "mediator", "office", "chief.nurse"):
        page = named(story, name).opens(f"{PAGE}record_decision/")
        assert page.status == 403
        page.sees("At Tier 3: Leader to leader (Leaders of the organisations) nobody decides: the two sides agree.")
    page = named(story, "mediator").opens(PAGE).follows(CAME).chooses("Mediation")
    page.fills("What came of it?", "A joint visit each week; a review in a month.").presses(CAME)
    assert (marks(page)[0], chronology(page)[-1]) == ("Open", "Mediation ended (by Mediator)")
    told = (*WORKERS, *MANAGERS, *SENIORS, *LEADERS, *GROUP, "office")
    assert story.post() == each("WIL-0001: something beside it has ended", *told)


def the_agencies_agree(story: Story) -> None:
    """W 2.5, W one-pager: the resolution is the agencies' own; the challenge and the resolution are recorded."""
    page = named(story, "director").opens(PAGE).presses("Record what was agreed")
    page.fills("What was agreed?", "A joint visit each week; a review in a month.")
    page.chooses("Read out to both").presses("Record what was agreed")
    assert marks(page) == ["Resolved", "Potentially very serious", "Stuck"]
    told = (*WORKERS, *MANAGERS, *SENIORS, "chief.nurse", *GROUP, INBOX, "office")
    assert story.post() == each("WIL-0001: the two sides have agreed", *told)


def a_look_back_includes_supervision(story: Story) -> None:
    """W 3.1c: any review includes the supervision those involved had; W 2.6: it goes to the QA&P Sub Group's standing item."""
    page = named(story, "office").opens(PAGE).presses("Close").presses("Close")
    assert page.refusals == [
        "Before it is closed, record this: What supervision and guidance did those involved have, and was it enough?"
    ]
    page.opens(PAGE).presses("Record learning").fills("What does this say about how well agencies work together?", "We waited.")
    page.fills("What supervision and guidance did those involved have?", "Monthly; the case was not brought.")
    page.presses("Record learning")
    assert story.post() == each("WIL-0001: learning recorded", "qap.group")
    assert "For the standing item on case disagreement at the next meeting." in story.letter("qap.group")
    page.opens(PAGE).presses("Close").presses("Close")
    assert marks(page)[0] == "Closed"
    # W 3.1a: a deep dive is wider than the case, and may end after it.
    page = named(story, "qap.chair").opens(PAGE).follows(CAME).chooses("Deep dive").fills("What came of it?", "A new pathway.")
    page.fills("What supervision and guidance did those involved have", "Monthly; the case was not brought.")
    assert chronology(page.presses(CAME))[-1] == "Deep dive beyond the individual case ended (by Qap Chair)"


def test_a_conference_chair_logs_a_difference_with_a_date_for_the_child(story: Story) -> None:
    """W 2.7: independent chairs report what they see; W one-pager: a date only where the child needs one, and cross-border."""
    page = named(story, "conference.chair").opens(START).chooses("None of these").presses("Continue")
    page.fills("Your agency", "Moorside Hospital").chooses("I record it for somebody else, and take no side")
    page.fills("Their name", "Midwife").fills("Their work e-mail address", "midwife@wiltshire.example")
    answers(
        page, *CONCERN, *NAMED, THOUGHT, NONE,
        Answer("Is there a date by which the child needs a way forward?", date(2026, 9, 22)),
        Answer("Cross-border"), Answer("Which other area is involved?", "Swindon."),
    ).presses("Raise the disagreement")  # fmt: skip
    assert story.post() == (
        each("WIL-0001: received, thank you", "conference.chair")
        | each("WIL-0001: please answer by Tuesday 22 September", *WORKERS)
    )
    assert story.clocks("WIL-0001") == {"date_for_the_child": "Wed 23 Sep 2026 00:00"}
    page.follows("Open WIL-0001")
    assert (marks(page), now_at(page)) == (["Open", "Cross-border"], "Practitioner to practitioner")
    story.comes("Mon 21 Sep 2026 09:00")
    assert story.post() == each("WIL-0001: please answer by Tuesday 22 September", *WORKERS)
    story.comes("Wed 23 Sep 2026 09:00")
    # Both sides hear that the date has passed; the partnership does not, below the leaders.
    assert story.post() == each("WIL-0001: a timescale has passed", *WORKERS, *MANAGERS)
    assert "It is your responsibility to persist; take it up if it is not resolved." in story.letter("midwife")
    page = moves_up(named(story, "midwife").opens(PAGE), "Tier 2", "Hospital Lead", "Team Manager")
    assert sorted(story.post()) == sorted(["social.worker", *MANAGERS])
    an_unresolved_decision_is_formally_logged(story)
    page = named(story, "team.manager").opens(PAGE).presses("Record what was agreed")
    page.fills("What was agreed?", "Both areas meet today.").chooses("Read out to both").presses("Record what was agreed")
    assert (marks(page)[0], story.clocks("WIL-0001")) == ("Resolved", {})
    assert story.post() == each("WIL-0001: the two sides have agreed", *WORKERS, "hospital.lead", *GROUP, INBOX, "office")


def an_unresolved_decision_is_formally_logged(story: Story) -> None:
    """W 3.1b: one agency's decision worries another and the steps have not resolved it: logged with the Sub Group."""
    assert named(story, "qap.group").opens(PAGE).status == 404
    page = named(story, "hospital.lead").opens(PAGE).follows("Mark it")
    page.chooses("One agency's decision is of high concern").fills("Why?", "The plan ends; we have met twice.").presses("Mark it")
    assert story.post() == each("WIL-0001: a mark has been put on it", "qap.group", INBOX, "office", *WORKERS, "team.manager")
    assert "It is formally logged with you." in story.letter("qap.group")
    page.follows(ASK).chooses("Formal log with the QA&P Sub Group").fills("Why?", "To end the plan now.").presses(ASK)
    assert chronology(page)[-1] == "Formal log with the QA&P Sub Group (an agency's decision) started (by Hospital Lead)"
    told = (*WORKERS, "team.manager", *GROUP, "office")
    assert story.post() == each("WIL-0001: something has begun beside it", *told)
