"""Barnsley, clause by clause: the policy's own example from the form to closing; straight to the Partners; and back again.

Headings are cited, because the document has no paragraph numbers."""

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
    WORKERS,
    head_of_social_work,
    matron,
    the_people_of_barnsley,
)
from .conftest import Telling
from .telling import Story, ball, buttons, chronology, dates, each, marks, not_open, now_at, tracker, why_these_dates
from .visitor import Visitor

pytestmark = pytest.mark.django_db

TALK = "The safeguarding leads or managers of both sides talk and seek a resolution"
TIERS = "The tiers of management, up to the Heads of Service, reach a resolution (one count for all tiers)"
UPDATE = "A summary of progress goes to the Partnership"
LETTER = (
    "The receiving manager confirms in writing to their counterpart what was agreed and how anything outstanding will be pursued"
)


@pytest.fixture
def story(barnsley: World, telling: Telling) -> Story:
    """A Wednesday before the Summer bank holiday."""
    return telling(the_people_of_barnsley(barnsley), "Wed 26 Aug 2026 09:30")


def test_the_named_midwife_and_the_unanswered_social_worker(story: Story) -> None:
    the_pwd_subgroup_gets_an_address(story)
    the_midwife_raises_it(story)
    the_other_side_opens_it_and_no_more(story)
    five_working_days_pass(story)
    progress_is_recorded(story)
    an_alert_goes_to_those_above(story)
    it_moves_up_to_stage_two(story)
    it_goes_up_a_tier(story)
    the_heads_agree(story)
    the_line_manager_confirms_in_writing(story)
    it_cannot_be_closed_yet(story)
    the_worker_is_told_and_learning_goes_to_pwd(story)
    it_is_closed(story)


def the_pwd_subgroup_gets_an_address(story: Story) -> None:
    """B after Stage Three names the subgroup and gives no address: an administrator of the partnership enters it."""
    page = story.visitor(story.world.administrator).opens("/p/barnsley/administration/")
    page.follows("Contacts").follows("Policy and Workforce Development (PWD) subgroup")
    page.fills("E-mail address", "pwd@barnsley.example").presses("Save")
    page.sees("pwd@barnsley.example")


def the_midwife_raises_it(story: Story) -> None:
    # B Professional to Professional: talking first; an unanswered telephone does not stop her (B Formal Escalation, example).
    page = story.visitor(story.world.midwife).opens("/p/barnsley/start/")
    page.sees("Most differences are settled by talking.", "Telephone or meet the other worker.", "assumed rules")
    page.chooses("None of these: I disagree with another agency about a child").presses("Continue")
    page.fills("The agency you disagree with", "Children's social care")
    page.presses("Save and continue")  # at the usual place: stage 1
    # B Stage One: both talk to their safeguarding lead or manager first.
    page.chooses("Not yet", under="Have you talked to your own safeguarding lead or manager?")
    page.chooses("I tried, and could not reach them").fills("When was that", date(2026, 8, 25))
    page.fills("What was said, or what did you try?", "Rang on four days; no answer.").presses("Save and continue")
    assert page.refusals == ["Talk to them first, then come back: your draft is kept. In danger, telephone 999"]
    page.chooses("Yes", under="Have you talked to your own safeguarding lead or manager?").presses("Save and continue")
    # B Principles: evidence, the effect on the child, and what would resolve it.
    page.fills("In one sentence", "The birth plan does not address the risks.")
    page.fills("What worries you", "Three risks on file; the plan speaks of none of them.")
    page.fills("What is the likely effect on the child?", "A birth without a safe plan.")
    page.fills("What needs to be achieved to resolve this?", "A plan before the birth.")
    page.fills("Is there a date", date(2026, 9, 9)).presses("Save and continue")
    page.fills("The child's reference", "H-2207").chooses("The child is not born yet")
    page.chooses("Another professional's action or inaction").presses("Save and continue")
    people_are_named(story, page)


def people_are_named(story: Story, page: Visitor) -> None:
    """B Stage One: the direct line manager of the person it concerns has to be named; then what happens is shown first."""
    page.chooses("Somebody in this list", under="Who is the person you disagree with?")
    page.fills("Choose somebody", "Social Worker", under="Who is the person you disagree with?")
    page.chooses("Somebody in this list", under="Who is your safeguarding lead or manager?")
    page.fills("Choose somebody", "Hospital Lead", under="Who is your safeguarding lead or manager?")
    manager = "Who is the direct line manager of the person the concern is about?"
    page.chooses("Somebody else", under=manager).presses("Save and continue")
    assert page.refusals == [f"Enter a name: {manager}", f"Enter a work e-mail address: {manager}"]
    page.chooses("Somebody in this list", under=manager).fills("Choose somebody", "Team Manager", under=manager)
    page.presses("Save and continue")
    assert page.heading == "Check your answers"
    page.sees("It starts at Stage 1: Safeguarding leads or managers", "Partnership inbox Partnership Manager")
    page.presses("Raise the disagreement")
    assert page.heading == "Disagreement raised"
    page.sees("Your reference BAR-0001", "By the end of Thursday 3 September 2026 (guide).")
    # B Stage One: the inbox hears that it is logged, those named are sent it, the recorder is acknowledged;
    # B after Stage Three: the Partnership Manager is told on submission.
    assert story.post() == (
        each("BAR-0001: received, thank you", "midwife")
        | each("BAR-0001: please answer by Thursday 3 September", *LEADS)
        | each("BAR-0001: a colleague sees something differently", *OFFICE)
    )
    # B Stage One: within 5 working days; the bank holiday on Monday is not one.
    assert story.clocks("BAR-0001") == {"stage_1_resolution": "Fri 4 Sep 2026 00:00", "progress_update": "Fri 4 Sep 2026 00:00"}
    page.follows("Open BAR-0001").sees("The other side has not opened it yet. Telephone them.")
    assert why_these_dates(page)[0] == (
        "Within 5 working days (guide). Counted from Wed 26 Aug 2026 (day 0). Day 1 is Thu 27 Aug and day 5 is Thu 3 Sep. The "
        "timescale lasts to the end of that day. Not counted: Sat 29 and Sun 30 Aug (weekend), and Mon 31 Aug (Summer bank "
        "holiday)."
    )


def the_other_side_opens_it_and_no_more(story: Story) -> None:
    """B Principles (open and transparent): the raising side sees when it was first opened, and that it was taken up."""
    story.comes("Thu 27 Aug 2026 10:00")
    manager = story.visitor(story.world.team_manager).opens("/p/barnsley/")
    assert manager.heading == "Yours to act on (1)"
    manager.follows("BAR-0001").presses("I have this")
    assert story.post() == each("BAR-0001: it has been acknowledged", "hospital.lead", "midwife")
    page = story.visitor(story.world.midwife).opens("/p/barnsley/mine/")
    page.sees("By the end of Thursday 3 September, 4 working days left", "Seen on Thu 27 August by the other side.")
    page.follows("BAR-0001").sees("The other side first opened it on Thursday 27 August 2026 at 10am.")
    assert "I have this" not in buttons(page)


def five_working_days_pass(story: Story) -> None:
    """The holders are reminded the day before; when the time has passed, both managers and the office are told."""
    story.comes("Wed 2 Sep 2026 07:59")
    assert story.post() == {}
    story.comes("Wed 2 Sep 2026 08:00")
    assert story.post() == each("BAR-0001: please answer by Thursday 3 September", *LEADS)
    assert "A summary of progress for the Partnership is due soon." in story.letter("hospital.lead")
    assert "A summary of progress" not in story.letter("team.manager")
    story.comes("Thu 3 Sep 2026 23:59")
    assert story.post() == {}
    assert tracker(story.visitor(story.world.office).opens("/p/barnsley/tracker/"))["BAR-0001"][3] == (
        f"By the end of today {TALK}"
    )
    story.comes("Fri 4 Sep 2026 09:00")
    assert story.post() == each("BAR-0001: a timescale has passed", *LEADS, *OFFICE)
    letter = story.letter("team.manager")
    assert "Say why more time is safe, record what was agreed, or move up to stage 2." in letter
    assert "A summary of progress was due to the Partnership. The raising lead or manager gives it." in letter
    # B Professional to Professional: the five days are for guidance. Nothing moves by itself.
    assert story.standing("BAR-0001") == ("open", "stage_1", 1)
    page = story.visitor(story.world.office).opens("/p/barnsley/tracker/")
    assert tracker(page)["BAR-0001"][3].startswith("The last day was Thursday 3 September, 1 working day ago")
    page.does_not_see("breach", "overdue", "SLA")


def progress_is_recorded(story: Story) -> None:
    """B Stage One, B after Stage Three: a summary by the 5th working day, and every 5 working days from then on."""
    page = story.visitor(story.world.hospital_lead).opens("/p/barnsley/").follows("BAR-0001")
    assert dates(page) == {
        TALK: "Thu 3 September 2026: 1 working day beyond 5 working days (guide)",
        UPDATE: "Thu 3 September 2026: 1 working day beyond the end of the 5th working day, and every 5 working days (guide); "
        "then Thu 10 September 2026: 4 working days left",
    }
    page.presses("Record progress").presses("Record progress")
    assert page.refusals == ["Write what has happened"]
    page.fills("What has happened since the last update?", "No call was returned.").presses("Record progress")
    assert page.told == ["The update is recorded."]
    assert dates(page)[UPDATE] == "Fri 11 September 2026: 5 working days left"
    assert story.post() == each("BAR-0001: progress recorded", "team.manager", *WORKERS, INBOX)


def an_alert_goes_to_those_above(story: Story) -> None:
    """B Formal Escalation, example: no answer and the birth is close, so those above are alerted."""
    page = story.visitor(story.world.midwife).opens(PAGE).follows("Mark it")
    page.chooses("No answer from the other side").fills("Why?", "Rang on six days.").presses("Mark it")
    assert marks(page) == ["Open", "No answer from the other side"]
    assert story.post() == each("BAR-0001: a mark has been put on it", "service.manager", "head.of.social.work", *LEADS, *OFFICE)
    for name in ("service.manager", "head.of.social.work"):
        assert "There has been no answer, or a date is close. Please make sure" in story.letter(name)
    page.follows("Mark it").chooses("A date is close").fills("Why?", "The birth is due on Wednesday.").presses("Mark it")
    assert marks(page) == ["Open", "No answer from the other side", "A date is close"]
    assert sorted(story.post()) == sorted(["service.manager", "head.of.social.work", *LEADS, *OFFICE])


def it_moves_up_to_stage_two(story: Story) -> None:
    """B Stage Two: the next tier of management; the representatives, and for health the Designated Nurse, are told."""
    page = story.visitor(story.world.midwife).opens("/p/barnsley/mine/").presses("It is still unsafe: escalate now")
    assert page.heading == "Move up to the next stage"
    page.fills("Why does it move up?", "No answer, and the birth is close.")
    page.typed["to"] = ["stage_2:2"]  # straight to the Heads of Service, which the page does not offer
    page.presses("Move up to the next stage")
    assert " ".join(page.refusals) == (
        "The protocol does not allow that step from here. The steps allowed now are: Stage 2: Next tiers of management "
        "(Next tier of management); Stage 3: Safeguarding Partners."
    )
    page.sees("No answer, and the birth is close.")  # what was typed is kept
    page.chooses("Stage 2: Next tiers of management (Next tier of management)")
    page.fills("Who takes it on for your side?", "Matron").fills("Who takes it on for the receiving side?", "Service Manager")
    page.presses("Move up to the next stage")
    assert (page.told, now_at(page)) == (["It has moved up."], "Next tiers of management")
    assert ball(page) == (
        "Waiting for Matron (Moorside Hospital, your side) and Service Manager (Children's social care, the other side) "
        "to talk and agree a way forward."
    )
    assert story.post() == (
        each("BAR-0001: please answer by Friday 11 September", "matron", "service.manager", "hospital.lead")
        | each("BAR-0001: it has moved up a step", "team.manager", "social.worker", "designated.nurse", *MEMBERS, *OFFICE)
    )
    # B Stage Two: no longer than 5 working days.
    assert story.clocks("BAR-0001") == {"stage_2_resolution": "Sat 12 Sep 2026 00:00", "progress_update": "Sat 12 Sep 2026 00:00"}


def it_goes_up_a_tier(story: Story) -> None:
    """B Stage Two: on through the tiers as far as the Head of Service, in one count of 5 working days."""
    story.comes("Tue 8 Sep 2026 10:00")
    page = story.visitor(matron(story.world)).opens("/p/barnsley/").follows("BAR-0001").presses("Move up to the next stage")
    page.chooses("Stage 2: Next tiers of management (Head of Service or equivalent)").fills("Why does it move up?", "Not agreed.")
    page.fills("Who takes it on for your side?", "Head Of Safeguarding")
    page.fills("Who takes it on for the receiving side?", "Head Of Social Work").presses("Move up to the next stage")
    assert page.told == ["It has moved up."]
    assert story.post() == (
        each("BAR-0001: please answer by Friday 11 September", "head.of.safeguarding", "head.of.social.work", "hospital.lead")
        | each("BAR-0001: it has moved up a step", "service.manager", "team.manager", *WORKERS, *OFFICE)
    )
    assert story.clocks("BAR-0001")["stage_2_resolution"] == "Sat 12 Sep 2026 00:00"


def the_heads_agree(story: Story) -> None:
    """B Stage Two: the agreed outcome is recorded and notified as in stage one."""
    story.comes("Thu 10 Sep 2026 15:00")
    assert story.post() == (
        each("BAR-0001: a timescale ends soon", "matron", "service.manager")
        | each("BAR-0001: please answer by Friday 11 September", "head.of.safeguarding", "head.of.social.work", "hospital.lead")
    )
    page = (
        story.visitor(head_of_social_work(story.world))
        .opens("/p/barnsley/")
        .follows("BAR-0001")
        .presses("Record what was agreed")
    )
    page.fills("What was agreed?", "A plan by Monday, with both agencies.").chooses("Read out to both")
    page.fills("What is still outstanding", "The bag; the ward asks for it.").presses("Record what was agreed")
    assert marks(page)[0] == "Agreed, to be confirmed in writing"
    assert ball(page) == "Waiting for Team Manager (Children's social care, your side) to confirm in writing what was agreed."
    assert story.post() == (
        each("BAR-0001: please answer by Thursday 17 September", "team.manager")
        | each("BAR-0001: the two sides have agreed", "hospital.lead", "matron", "service.manager", "head.of.safeguarding")
        | each("BAR-0001: the two sides have agreed", *WORKERS, *MEMBERS, *OFFICE)
    )
    # B Stage One: in writing within a further 5 working days.
    assert story.clocks("BAR-0001") == {"progress_update": "Sat 12 Sep 2026 00:00", "written_outcome": "Fri 18 Sep 2026 00:00"}


def the_line_manager_confirms_in_writing(story: Story) -> None:
    """B Stage One: the receiving line manager, in writing to the counterpart, with how what is outstanding will be pursued."""
    story.comes("Thu 17 Sep 2026 09:00")
    assert story.post() == (
        {"hospital.lead": ["BAR-0001: a timescale has passed", "BAR-0001: please answer by Friday 18 September"]}
        | {"team.manager": ["BAR-0001: a timescale has passed", "BAR-0001: please answer by Thursday 17 September"]}
        | each("BAR-0001: a timescale has passed", *OFFICE)
    )
    raiser = story.visitor(story.world.midwife).opens(PAGE)
    assert not_open(raiser)["Confirm the outcome in writing"] == "The receiving side's manager confirms the outcome in writing."
    page = story.visitor(story.world.team_manager).opens("/p/barnsley/").follows("BAR-0001")
    page.presses("Confirm the outcome in writing").sees("A plan by Monday, with both agencies.", "The bag; the ward asks for it.")
    page.fills("How anything outstanding will be pursued", "The ward asks on Monday; I ring on Tuesday.")
    page.presses("Confirm the outcome in writing")
    assert (marks(page)[0], dates(page), story.clocks("BAR-0001")) == ("Resolved", {}, {})
    page.sees("Agreed A plan by Monday, with both agencies. Still outstanding The ward asks on Monday; I ring on Tuesday.")
    told = (*WORKERS, *SENIORS, *MEMBERS, *OFFICE, "hospital.lead", "designated.nurse")
    assert story.post() == each("BAR-0001: the outcome is confirmed in writing", *told)
    assert "makes sure that the worker who first raised the concern knows" in story.letter("hospital.lead")


def it_cannot_be_closed_yet(story: Story) -> None:
    page = story.visitor(story.world.team_manager).opens(PAGE).presses("Close").presses("Close")
    assert page.status == 409
    assert " ".join(page.refusals) == (
        "Before it is closed, record this: Does the worker who first raised the concern know the resolution? What should be "
        "learned? Does a policy need changing, or is training needed?"
    )
    rows = tracker(story.visitor(story.world.office).opens("/p/barnsley/tracker/"))
    assert rows["BAR-0001"][1:] == [
        "Stage 2: Next tiers of management (Head of Service or equivalent) Senior manager step",
        "Resolved No answer from the other side A date is close",
        "None running",
        "Partnership manager",
    ]


def the_worker_is_told_and_learning_goes_to_pwd(story: Story) -> None:
    # B Stage One: the manager makes sure that the worker who first raised it knows.
    page = story.visitor(story.world.hospital_lead).opens(PAGE).presses("Record that the person who raised it was told")
    page.fills("How and when were they told?", "I rang her at noon.").presses("Record that the person who raised it was told")
    assert story.post() == each("BAR-0001: noted that you know the outcome", "midwife")
    # B after Stage Three: learning, and a perceived need for training, go to the PWD subgroup.
    page.presses("Record learning").fills("What should be learned?", "Who answers when a worker is away.")
    page.chooses("Training").presses("Record learning")
    assert story.post() == each("BAR-0001: learning recorded", "office", "pwd")


def it_is_closed(story: Story) -> None:
    page = story.visitor(story.world.office).opens(PAGE).presses("Close").presses("Close")
    assert (marks(page)[0], ball(page)) == ("Closed", "Nobody has anything more to do here.")
    assert story.post() == each("BAR-0001: it is closed", INBOX, *LEADS, *WORKERS, *SENIORS, *MEMBERS)
    assert tracker(story.visitor(story.world.office).opens("/p/barnsley/tracker/")) == {}
    closed = tracker(story.visitor(story.world.office).opens("/p/barnsley/tracker/?state=closed"))
    assert closed["BAR-0001"][2:] == ["Closed No answer from the other side A date is close", "None running", "Nobody"]
    near, passed = "Timescale ends soon: ", "Timescale passed: "
    talk = f"within 5 working days (guide), {TALK[0].lower()}{TALK[1:]}"
    update = "by the end of the 5th working day, and every 5 working days (guide), a summary of progress goes to the Partnership"
    assert chronology(page) == [
        "Raised at Stage 1: Safeguarding leads or managers (by Midwife)",
        "First opened by the receiving side (by Team Manager)",
        "Acknowledged by the receiving side (by Team Manager)",
        *[near + talk, near + update, passed + talk, passed + update],
        "Progress recorded (by Hospital Lead)",
        "Marked: No answer from the other side (by Midwife)",
        "Marked: A date is close (by Midwife)",
        "Escalated to Stage 2: Next tiers of management (Next tier of management) (by Midwife)",
        "Escalated to Stage 2: Next tiers of management (Head of Service or equivalent) (by Matron)",
        f"{near}no longer than 5 working days (guide), {TIERS[0].lower()}{TIERS[1:]}",
        near + update,
        "Agreement recorded: read out to both sides (by Head Of Social Work)",
        passed + update,
        f"{near}within a further 5 working days (guide), {LETTER[0].lower()}{LETTER[1:]}",
        near + update,
        "Outcome confirmed in writing (by Team Manager)",
        "The person who first raised it was told (by Hospital Lead)",
        "Learning recorded (by Hospital Lead)",
        "Closed (by Office)",
    ]
