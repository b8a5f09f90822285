"""What runs beside the ladder (protocols.md section 6, rows 29 to 35 and 47; practice.md 1.2, number 6), at the pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from escalation.models import Disagreement
from notifications.models import Notice
from partnerships.protocol_terms import ProcessKind
from tests.journeys.telling import chronology, marks, not_open
from tests.journeys.visitor import Visitor
from tests.notifications.story import announce
from tests.services.acts import LATER, raised, up_to
from tests.world import World, shipped_protocol

from .written import address, ball

pytestmark = pytest.mark.django_db
ASK, CAME, MOVE = "Ask for something beside the steps", "Record what came of it", "Move up to the next stage"
CHANGE, RESOLVE = "Change who takes part beside the steps", "Record the resolution by the Chair or the Panel"
AGREED = "Record what was agreed"
GOES_ON = "Go on although the membership is not as the protocol says"


def at(world: World, user: Any, disagreement: Disagreement, verb: str = "") -> Visitor:
    assert user.email.endswith(f"@{world.slug}.example")
    return Visitor(user).opens(address(disagreement, verb))


def named(page: Visitor, *people: tuple[str, str]) -> Visitor:
    """Who sits on it: a name and an agency each."""
    for number, (name, agency) in enumerate(people, start=1):
        seat = "First person" if number == 1 else f"Person {number}"
        page.fills(seat, name).fills(f"{seat}: agency", agency)
    return page


def test_row_29_panel_with_a_composition_rule(havering: World) -> None:
    """H 2.12: three agencies, both in dispute, one that is not; held at the start and at every change, never in silence."""
    found, chair = up_to(havering, "stage_4"), havering.decider("chair")
    hospital, care, police = ("A", "Moorside Hospital"), ("B", "Children's social care"), ("C", "Police")
    page = named(at(havering, chair, found, "start_side_process").fills("Why?", "Both wish it."), hospital, care)
    page.chooses("Resolution Panel").presses(ASK)
    lacking = "2 of at least 3 agencies are named. At least one agency that is not in the disagreement should be on it."
    assert page.refusals == [f"{lacking} Change who takes part, or tick that you go on, and say why"]
    assert (page.status, havering.chronology(found).count("side_process_started")) == (422, 0)
    page.chooses(GOES_ON).presses(ASK)
    assert page.refusals == ["Say why you go on although the membership is not as the protocol says"]
    page.fills("If you go on, why?", "The police name theirs tomorrow.").presses(ASK)
    page.sees("Resolution Panel: running", lacking, "Why it goes on all the same The police name theirs tomorrow.")
    page.follows(CHANGE).fills("Why?", "Named today.")
    named(page, police).presses(CHANGE).does_not_see(lacking.partition(" At")[0]).sees("C (Police)")
    page.follows(CHANGE).chooses("B (Resolution Panel)").fills("Why?", "On leave.").presses(CHANGE)
    lacking = "2 of at least 3 agencies are named. Both agencies of the disagreement should be on it."
    assert page.refusals == [f"{lacking} Change who takes part, or tick that you go on, and say why"]
    assert havering.chronology(found).count("side_process_changed") == 1


def test_row_29_the_panels_resolution_is_the_decision_once_it_was_held(havering: World) -> None:
    """H 2.10, H 2.13: by the Chair directly, or by the panel; which of the two is asked only when one was held."""
    found, chair = up_to(havering, "stage_4"), havering.decider("chair")
    assert not at(havering, chair, found, "record_decision").asks("Resolution Panel")
    page = at(havering, chair, found, "start_side_process").chooses("Resolution Panel").fills("Why?", "Both wish it.")
    named(page, ("A", "Moorside Hospital"), ("B", "Children's social care"), ("C", "Police")).presses(ASK)
    assert not page.presses(RESOLVE).asks("Resolution Panel")
    page.opens(address(found)).follows(CAME).fills("What came of it?", "Both were heard.").presses(CAME)
    page.presses(RESOLVE).chooses("Resolution Panel").fills("What is the resolution?", "It stays.").presses(RESOLVE)
    assert chronology(page)[-1] == "Resolution recorded, by: Resolution Panel (by Decider)"
    with havering.scope():
        assert [outcome.through.process for outcome in havering.fresh(found).outcomes.all()] == ["resolution_panel"]


def mediated(world: World, **seat: str) -> Disagreement:
    found = up_to(world, "tier_2")
    page = at(world, world.team_manager, found, "start_side_process").chooses("Mediation").fills("Why?", "We do not move.")
    page.fills("First person", seat["name"]).fills("First person: agency", seat.get("agency", "No agency"))
    page.fills("First person: work e-mail", seat.get("email", "")).presses(ASK)
    assert page.refusals == []
    return world.fresh(found)


def test_row_30_mediator_cannot_be_decision_maker(wiltshire: World) -> None:
    """W 2.3, W 3.1c: from outside both agencies; reads it from the start; records what came of it and settles nothing."""
    mediator = wiltshire.person("kit.mediator", "practitioner", "police")
    elsewhere = up_to(wiltshire, "tier_2", child_reference="another")
    assert at(wiltshire, mediator, elsewhere).status == 404
    found = mediated(wiltshire, name="Kit Mediator", agency="Police", email=mediator.email)
    page = at(wiltshire, mediator, found).sees("Mediation: running", "Mediates Kit Mediator (Police)")
    settles_nothing = "You mediate in this disagreement, and a mediator settles nothing: it is for the two sides to record."
    assert not_open(page)[AGREED] == settles_nothing
    assert at(wiltshire, mediator, found, "record_agreement").status == 403
    page.follows(CAME).fills("What came of it?", "One plan of both.").presses(CAME)
    assert (chronology(page)[-1], marks(page)) == ("Mediation ended (by Kit Mediator)", ["Open"])
    assert at(wiltshire, mediator, elsewhere).status == 404


def test_row_30_it_holds_by_person_for_the_office_too_and_after_they_left(wiltshire: World) -> None:
    """Whoever mediates under whatever hat: by name where no address was given, and after another took their place."""
    found = mediated(wiltshire, name="  OFFICE ")
    assert "You mediate in this disagreement" in not_open(at(wiltshire, wiltshire.office, found))[AGREED]
    page = at(wiltshire, wiltshire.team_manager, found, "change_side_process").chooses("OFFICE").fills("Why?", "On leave.")
    named(page, ("Somebody else", "Police")).presses(CHANGE).sees("Somebody else (Police)")
    assert "You mediate in this disagreement" in not_open(at(wiltshire, wiltshire.office, found))[AGREED]
    page = at(wiltshire, wiltshire.hospital_lead, found, "change_party").chooses("Raising side")
    page.fills("In which role?", "Manager or supervisor").fills("Who takes part from now on: name", "Somebody Else")
    page.fills("Their work e-mail address", "else@police.example").fills("Why?", "On leave.").presses("Change who takes part")
    assert page.refusals == ["Somebody Else mediates or has mediated in this disagreement, so they act for neither side."]


def test_row_30_nobody_who_is_named_or_works_there_mediates(wiltshire: World) -> None:
    found = up_to(wiltshire, "tier_2")
    outside, unnamed = "choose somebody from outside both agencies.", "choose somebody who is not named in this disagreement."
    colleague = wiltshire.person("a.colleague", "practitioner", "hospital")
    for name, email, said in (
        ("A. Colleague", colleague.email, outside),
        ("M. Widwife", wiltshire.midwife.email, outside),
        ("social  worker", "", unnamed),
    ):
        page = at(wiltshire, wiltshire.team_manager, found, "start_side_process").chooses("Mediation").fills("Why?", "Stuck.")
        page.fills("First person", name).fills("First person: work e-mail", email).presses(ASK)
        assert page.refusals == [f"Mediation: {said}"]


def test_row_31_serious_case_auto_log_and_deep_dive_decision(wiltshire: World) -> None:
    """W 3.1a: marked serious, it is logged by itself with the sub-group's chair, who says whether a deep dive is needed."""
    chair = wiltshire.person("qap.chair", "adviser", protocol_role="qap_chair")
    found, log = raised(wiltshire), wiltshire.protocol.side_process("serious_case_log").name
    page = (
        at(wiltshire, wiltshire.hospital_lead, found, "flag").chooses("Potentially very serious").fills("Why?", "Three families.")
    )
    page.presses("Mark it")
    assert chronology(page)[-2:] == [
        "Marked: Potentially very serious (by Hospital Lead)",
        f"{log} started, because it is marked: Potentially very serious (by Hospital Lead)",
    ]
    announce(wiltshire, at=LATER)
    with wiltshire.scope():
        rules = {rule for notice in Notice.objects.filter(email=chair.email) for rule in notice.rules}
    assert rules == {"serious", "serious_case_logged"}
    theirs = at(wiltshire, wiltshire.hospital_lead, found, "end_side_process").chooses("Deep dive: no")
    theirs.fills("What came of it?", "x").fills("Do the issues need", "No.").presses(CAME)
    assert (theirs.status, f"{log} can be ended by: Chair of the QA&P Sub Group." in theirs.words) == (403, True)
    page = at(wiltshire, chair, found).follows(CAME).fills("What came of it?", "Logged.").presses(CAME)
    assert page.refusals == ["Choose how it ended", "Answer this question"]
    page.chooses("Deep dive: decided later").fills("Do the issues need", "After the review.").presses(CAME)
    page.sees(f"{log}: ended", "How it ended Deep dive: decided later", "Say why, or why not. After the review.")
    assert chronology(page)[-1] == f"{log} ended: Deep dive: decided later (by Qap Chair)"


def test_row_31_marked_serious_on_the_form_it_is_logged_as_it_is_raised(wiltshire: World) -> None:
    found = raised(wiltshire, flags=("serious",))
    assert wiltshire.chronology(found) == ["raised", "side_process_started"]
    with wiltshire.scope():
        assert [record.process for record in found.side_processes.all()] == ["serious_case_log"]


def test_row_32_stuck_case_marker_with_the_supervision_question(wiltshire: World) -> None:
    """W 3.1c: named as stuck, the managers work on it, the sub-group offers a mediator; supervision is asked about."""
    group, found = wiltshire.person("qap.group", "adviser", protocol_role="qap_group"), up_to(wiltshire, "tier_2")
    page = at(wiltshire, wiltshire.team_manager, found, "flag").sees("What has supervision made of it?").chooses("Stuck")
    page.fills("Why?", "Everybody waits for the others.").presses("Mark it")
    page.sees("Stuck case, worked on by the managers: running", "What has supervision made of it?")
    announce(wiltshire, at=LATER)
    at(wiltshire, group, found).sees("Stuck case, worked on by the managers")
    page.follows(CAME).fills("What came of it?", "One manager holds it now.").presses(CAME)
    assert page.refusals == ["Answer this question"]
    page.fills("What has supervision made of it?", "Twice; we each saw the other as the one to act.").presses(CAME)
    page.sees("What has supervision made of it? Twice; we each saw the other as the one to act.")


def test_row_33_reflective_session(oldham: World) -> None:
    """O 3.2.8: for the core group where it drifts; it is nobody's supervision, and moves nothing."""
    found = raised(oldham)
    page = at(oldham, oldham.team_manager, found, "flag").sees("Think about a reflective session.").chooses("Drift or delay")
    page.fills("Why?", "Nothing since June.").presses("Mark it").follows(ASK)
    page.sees("It does not replace anybody's supervision.").fills("Why?", "The core group thinks about it.")
    named(page, ("Amal", "Larkfield School"), ("Bo", "Police")).presses(ASK)
    page.sees(
        "Multi-agency reflective session: running", "In the core group Amal (Larkfield School) Bo (Police)", "It does not decide."
    )
    page.follows(CAME).fills("What came of it?", "We had each held back what the others needed.").presses(CAME)
    page.sees("Multi-agency reflective session: ended", "We had each held back what the others needed.")
    assert oldham.fresh(found).position == found.position


def enfield_with(**own: Any) -> World:
    protocol = shipped_protocol("enfield")
    panel = protocol.side_process("high_risk_panel").model_copy(update=own)
    return World("enfield", protocol.model_copy(update={"side_processes": (panel,)}))


def test_row_34_high_risk_panel_side_route(enfield: World) -> None:
    """E slide High Risk Management Panel: asked for by a practitioner at any stage; its direction may end it there."""
    executive, found = enfield.person("executive", "decision_maker", protocol_role="senior_safeguarding_lead"), raised(enfield)
    page = at(enfield, enfield.midwife, found, "start_side_process").fills("Why?", "High risk.").presses(ASK)
    page.sees("High Risk Management Panel (HRMP): running", "It runs beside the stages, which go on.")
    assert at(enfield, executive, found, "record_decision").status == 403
    page = at(enfield, executive, found).follows(CAME).fills("What came of it?", "A clear direction.").presses(CAME)
    page.presses("Record what was decided by: High Risk Management Panel (HRMP)")
    page.fills("What is the", "Assess within two days.").presses("Record what was decided by")
    assert (marks(page), enfield.fresh(found).stage) == (["Resolved"], "stage_1")
    assert chronology(page)[-1].endswith("recorded, by: High Risk Management Panel (HRMP) (by Executive)")


def test_row_34_the_panel_instead_of_the_stages(db: None) -> None:
    """Where an area has it so: its clocks stand still, nothing moves up, and both go on once it has ended."""
    world = enfield_with(instead=True)
    executive = world.person("executive", "decision_maker", protocol_role="senior_safeguarding_lead")
    found = raised(world)
    (due,) = world.running(found).values()
    page = at(world, world.midwife, found)
    world.do("start_side_process", found, by=world.midwife, at=LATER, process="high_risk_panel", reason="High risk.")
    page.opens(address(found)).sees(
        "It takes the place of the stages: while it runs, the dates stand still and nothing moves up."
    )
    assert not_open(page)[MOVE].startswith("High Risk Management Panel (HRMP) takes the place of the stages for now:")
    assert world.chronology(found) == ["raised", "side_process_started", "clock_paused"]
    assert world.sweep(at=due + timedelta(days=1)) == 0
    with world.scope():
        record = world.fresh(found).side_processes.get()
    ended = LATER + timedelta(days=7)
    world.do("end_side_process", found, by=executive, at=ended, record=record.pk, outcome="Back to the managers.")
    assert world.chronology(found)[-2:] == ["side_process_ended", "clock_resumed"]
    assert world.running(found) == {"stage_1_discussion": due + timedelta(days=7)}
    assert MOVE not in not_open(page.opens(address(found)))


def test_row_35_request_for_a_child_protection_conference(barnsley: World) -> None:
    """B Calling a Case conference: any practitioner may ask; where it is refused, the partners settle it as a last resort."""
    found, last_resort = raised(barnsley), "As a last resort the Safeguarding Partners settle the difference of opinion"
    page = at(barnsley, barnsley.midwife, found, "start_side_process").fills("Why?", "We have serious concerns.").presses(ASK)
    page.sees("Request that social care convene a conference: running").does_not_see(last_resort)
    page = at(barnsley, barnsley.team_manager, found)
    assert CAME not in not_open(page)
    barnsley_lead = at(barnsley, barnsley.hospital_lead, found).follows(CAME).sees(last_resort)
    barnsley_lead.chooses("No conference is convened").fills("What came of it?", "Told by telephone.").presses(CAME)
    barnsley_lead.sees("How it ended No conference is convened", last_resort)


def test_row_47_review_of_supervision_in_any_escalation_review(wiltshire: World) -> None:
    """W 3.1c: a deep dive cannot end without it, nor can the disagreement be closed."""
    chair = wiltshire.person("qap.chair", "adviser", protocol_role="qap_chair")
    found = raised(wiltshire, flags=("serious",))
    page = at(wiltshire, chair, found, "start_side_process").chooses("Deep dive").fills("Why?", "Wider.").presses(ASK)
    page.follows(CAME).chooses("Deep dive beyond").fills("What came of it?", "A pathway.").presses(CAME)
    assert page.refusals == ["Answer this question"]
    asked = "What supervision and guidance did those involved have, and was it enough?"
    page.fills(asked, "Monthly, and not about this.").presses(CAME).sees(f"{asked} Monthly, and not about this.")
    wiltshire.do("record_agreement", found, by=wiltshire.office, at=LATER, text="Agreed.")
    office = at(wiltshire, wiltshire.office, found, "close").presses("Close")
    assert asked in office.refusals[0]


def test_p_06_branching_and_parallel_side_processes(wiltshire: World) -> None:
    """Several at once beside the steps, each with its own members, questions and end; what a meeting plans is kept as such."""
    protocol = wiltshire.protocol
    meeting = protocol.side_process("agency_decision_log").model_copy(
        update={"key": "leaders_meet", "kind": ProcessKind.MEETING, "name": "Leaders' meeting", "stages": ()}
    )
    world = World("swindon", protocol.model_copy(update={"side_processes": (*protocol.side_processes, meeting)}))
    found = up_to(world, "tier_2", flags=("serious", "stuck"))
    for process in ("Mediation", "Leaders' meeting"):
        page = (
            at(world, world.team_manager, found, "start_side_process").chooses(process).fills("Why?", "All at once.").presses(ASK)
        )
    page.sees("Leaders' meeting: running", "Mediation: running", "Stuck case, worked on by the managers: running")
    before = ball(page)
    page.follows(CAME).chooses("Leaders' meeting").fills("What came of it?", "Two things.")
    page.fills("What is to be done?", "A joint visit").fills("Who does it?", "Both leads").fills("By when?", date(2030, 9, 22))
    page.presses(CAME).sees("Leaders' meeting: ended", "Mediation: running", "A joint visit (Both leads, by 22 September 2030)")
    assert (ball(page), world.fresh(found).stage) == (before, "tier_2")
    page.follows("Move up to the next tier")
    assert page.status == 200
