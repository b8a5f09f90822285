"""Enfield, slide by slide: what belongs elsewhere, the High Risk Management Panel beside the stages, and what is assumed."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships.models import User
from tests.world import World

from .conftest import Telling
from .telling import Answer, Story, answers, ball, buttons, chronology, dates, each, marks, not_open, now_at
from .visitor import Visitor

pytestmark = pytest.mark.django_db

INBOX = "safeguardingenfield@enfield.gov.uk"
START, PAGE = "/p/enfield/start/", "/p/enfield/d/ENF-0001/"
WORKERS, MANAGERS, SENIORS = ("midwife", "social.worker"), ("hospital.lead", "team.manager"), ("matron", "service.manager")
EXECUTIVE, SUPPORT = "executive.director", "panel.support"
MOVE, ASK, CAME, DIRECT = (
    "Move up to the next stage",
    "Ask for something beside the steps",
    "Record what came of it",
    "Record the direction given",
)
PANEL = "High Risk Management Panel (HRMP)"
ASSUMED = "that the partnership has not confirmed yet."
OTHER, THEIRS, OURS = (
    "Who is the person you disagree with?",
    "Who is their first-line manager?",
    "Who is your first-line manager?",
)
CONCERN = (
    Answer("The agency you disagree with", "Children's social care"),
    Answer("Yes", under="Have you talked to a colleague or your manager?"),
    Answer("In one sentence", "We asked for a conference and were refused."),
    Answer("What do you disagree about, and why?", "Three incidents since June; the plan is to close."),
    Answer("What is the effect on the child or family?", "Nobody visits from next week."),
    Answer("What might the other person's reasons be?", "They may not have the ward's notes."),
    Answer("A child protection plan and conference asked for and refused"),
    *(Answer("Somebody in this list", under=question) for question in (OTHER, THEIRS, OURS)),
    Answer("Choose somebody", "Social Worker", under=OTHER),
    Answer("Choose somebody", "Team Manager", under=THEIRS),
    Answer("Choose somebody", "Hospital Lead", under=OURS),
)


@pytest.fixture
def story(enfield: World, telling: Telling, settings: Any) -> Story:
    """Somewhere that could go live: in a demonstration nothing can."""
    settings.DEPLOYMENT, settings.DEMO_DOORS = "training", False
    world = enfield
    for person in (
        world.office,
        world.administrator,
        world.midwife,
        world.social_worker,
        world.hospital_lead,
        world.team_manager,
    ):
        assert person
    for senior, agency in zip(SENIORS, ("hospital", "social_care"), strict=True):
        world.person(senior, "senior_manager", agency, protocol_role="senior_manager")
    world.person(EXECUTIVE, "decision_maker", protocol_role="senior_safeguarding_lead")
    world.person(SUPPORT, "adviser", protocol_role="panel_support")
    return telling(world, "Mon 14 Sep 2026 11:00")


def named(story: Story, name: str) -> Visitor:
    return story.visitor(User.objects.get(email=f"{name}@enfield.example"))


def moves_up(page: Visitor, ours: str = "", theirs: str = "") -> Visitor:
    page.presses(MOVE).fills("Why does it move up?", "Not settled, and the visits end.")
    if ours:
        page.fills("Who takes it on for your side?", ours).fills("Who takes it on for the receiving side?", theirs)
    return page.presses(MOVE)


def test_a_conference_refused_and_a_high_risk(story: Story) -> None:
    what_the_protocol_does_not_cover(story)
    what_is_assumed_is_said_so(story)
    a_conference_refused_is_raised_considerately(story)
    the_panel_is_asked_beside_the_stages(story)
    it_moves_up_the_stages_all_the_same(story)
    the_executive_gives_a_direction(story)
    a_team_reflects_and_it_is_closed(story)


def what_the_protocol_does_not_cover(story: Story) -> None:
    """E slide "This protocol does not": a disagreement inside one agency (whistleblowing); somebody's conduct (LADO)."""
    page = named(story, "midwife").opens(START).chooses("It is a disagreement inside one agency").presses("Continue")
    page.sees("This is not the way. Here is the way:", "Use that agency's whistleblowing policy")
    # One slide sends it elsewhere and another opens the panel to management direction: said, and marked as open.
    page.sees("A high-risk concern about management direction may also go to the High Risk Management Panel.", ASSUMED)
    page.opens(START).chooses("It is about somebody's behaviour or conduct").presses("Continue")
    page.sees("Tell the Local Authority Designated Officer (LADO)", "not here.", "Where it concerns an adult at risk", ASSUMED)


def what_is_assumed_is_said_so(story: Story) -> None:
    """The flow chart is only a link and the grid has lost its cells: every stage is assumed, and no going live until asked."""
    page = named(story, "midwife").opens(START).sees(ASSUMED)
    page.follows("What was assumed, and what is asked")
    assert page.address == "/p/enfield/protocol/"
    assert page.words.count("Assumed, not confirmed by the partnership") > 50
    page.sees("The flow chart is only a link; this ladder follows the London pattern.", "neither could be read.")
    for agency in ("Met Police", "YOT Targeted Support", "Commissioning Orgs and Primary Care", "Mental Health Services"):
        page.sees(agency)
    page.sees("Detective Sergeant", "The cells are lost; the posts are borrowed from the Sussex and London texts.")
    page = named(story, "administrator").opens("/p/enfield/administration/").follows("Going live")
    assert not_open(page)["Go live"].endswith(
        "assumed rules are not confirmed yet. Confirm each one, or publish a version without it."
    )


def a_conference_refused_is_raised_considerately(story: Story) -> None:
    """E slide "Examples": a conference refused is in scope; E slide "When we disagree": in a considerate manner."""
    page = named(story, "midwife").opens(START)
    page.sees("Reflect before you act.", "In training, and when you talk about learning, use general examples and name nobody.")
    page.chooses("None of these").presses("Continue")
    answers(page, *CONCERN).sees(ASSUMED).presses("Raise the disagreement").follows("Open ENF-0001")
    page.sees(ASSUMED, "They may not have the ward's notes.", "The grid of seniority shows corresponding levels")
    assert story.post() == each("ENF-0001: please answer by Monday 21 September", *WORKERS)
    assert "Please talk, in a considerate manner, and try to see the other's reasoning." in story.letter("social.worker")
    assert story.clocks("ENF-0001") == {"stage_1_discussion": "Tue 22 Sep 2026 00:00"}


def the_panel_is_asked_beside_the_stages(story: Story) -> None:
    """E slide "High Risk Management Panel": practitioners reach the Executive Director; it stands beside the stages."""
    assert named(story, EXECUTIVE).opens(PAGE).status == 404
    page = named(story, "midwife").opens(PAGE).follows("Mark it").chooses("High risk").fills("Why?", "Visits end on Friday.")
    page.presses("Mark it")
    assert story.post() == each("ENF-0001: a mark has been put on it", "social.worker", *MANAGERS)
    page.follows(ASK).sees("What is unresolved, or what is the concern about management direction?")
    page.chooses(PANEL).fills("Why?", "Refused, and the risk is high.").presses(ASK)
    assert (chronology(page)[-1], now_at(page)) == (f"{PANEL} started (by Midwife)", "Practitioner to practitioner")
    told = (SUPPORT, EXECUTIVE, "social.worker", *MANAGERS, *SENIORS, INBOX, "office")
    assert story.post() == each("ENF-0001: something has begun beside it", *told)
    assert "Unresolved concerns need a clear direction." in story.letter(EXECUTIVE)
    # Beside, not instead: the clock goes on, and the page opens to those who were asked.
    assert dates(page) == {"The practitioners talk and try to resolve it": "Mon 21 September 2026: 5 working days left"}
    page = named(story, SUPPORT).opens(PAGE).sees(f"{PANEL}: running Running since Monday 14 September 2026 at 11am")
    assert buttons(page) == [ASK, "Change who takes part beside the steps", CAME]


def it_moves_up_the_stages_all_the_same(story: Story) -> None:
    story.comes("Tue 22 Sep 2026 09:00")
    reminder, passed = "ENF-0001: please answer by Monday 21 September", "ENF-0001: a timescale has passed"
    assert story.post() == {name: [reminder, passed] for name in WORKERS} | each(passed, *MANAGERS)
    page = moves_up(named(story, "midwife").opens(PAGE), "Hospital Lead", "Team Manager")
    assert (now_at(page), story.clocks("ENF-0001")) == ("First-line managers", {})  # with minimum delay: no number
    assert story.post() == each("ENF-0001: it has moved up a step", "social.worker", *MANAGERS)
    moves_up(named(story, "hospital.lead").opens(PAGE), "Matron", "Service Manager")
    assert story.post() == each("ENF-0001: it has moved up a step", *WORKERS, "team.manager", *SENIORS, INBOX, "office")
    page = moves_up(named(story, "matron").opens(PAGE))
    assert now_at(page) == "Partnership executive"
    told = (*WORKERS, *MANAGERS, "service.manager", EXECUTIVE, INBOX, "office")
    assert story.post() == each("ENF-0001: it has moved up a step", *told)


def the_executive_gives_a_direction(story: Story) -> None:
    """E slide "High Risk Management Panel": clear direction on high-risk matters."""
    refused = not_open(named(story, "service.manager").opens(PAGE))[DIRECT]
    assert refused == "You are named in this disagreement, so you cannot decide it."
    page = named(story, EXECUTIVE).opens("/p/enfield/").follows("ENF-0001")
    assert ball(page) == "You are asked to give the direction."
    page.follows(CAME).chooses(PANEL).fills("What came of it?", "Heard on Monday.").presses(CAME)
    assert sorted(story.post()) == sorted([*WORKERS, *MANAGERS, *SENIORS, INBOX, "office"])
    page.presses(DIRECT).chooses(PANEL).fills("What is the direction?", "A conference within the week; visits go on.")
    page.presses(DIRECT)
    assert marks(page) == ["Resolved", "High risk"]
    page.sees("Direction A conference within the week; visits go on.")
    assert story.post() == each("ENF-0001: a direction has been recorded", *WORKERS, *MANAGERS, *SENIORS, INBOX, "office")


def a_team_reflects_and_it_is_closed(story: Story) -> None:
    """E slide "How to foster": reflect as a team on how to handle the next one; nothing is insisted on before closing."""
    page = named(story, "hospital.lead").opens(PAGE).presses("Record learning")
    page.fills("How would you handle a similar situation next time?", "Ask for the notes first.").presses("Record learning")
    assert story.post() == each("ENF-0001: learning recorded", "office")
    page.presses("Close").presses("Close")
    assert [line for line in chronology(page) if not line.startswith("Timescale")] == [
        "Raised at Stage 1: Practitioner to practitioner (by Midwife)",
        "Marked: High risk (by Midwife)",
        f"{PANEL} started (by Midwife)",
        "Escalated to Stage 2: First-line managers (by Midwife)",
        "Escalated to Stage 3: Senior managers (by Hospital Lead)",
        "Escalated to Stage 4: Partnership executive (by Matron)",
        "First opened by the receiving side (by Service Manager)",
        f"{PANEL} ended (by Executive Director)",
        "Direction recorded, by: High Risk Management Panel (HRMP) (by Executive Director)",
        "Learning recorded (by Hospital Lead)",
        "Closed (by Hospital Lead)",
    ]
