"""A second protocol in the same partnership (protocols.md section 6, row 36; practice.md section 1.2, point 11)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from escalation.models import Disagreement
from partnerships import services as partnership_services
from partnerships.protocol import Protocol
from tests.journeys.visitor import Visitor
from tests.pages.writing import a_day, answers, draft_of, step_address
from tests.world import TUESDAY, World, shipped_protocol

from .raising import NONE, only, publish, read, words

pytestmark = pytest.mark.django_db

DISSENT = "conference_dissent"


@pytest.fixture(autouse=True)
def a_tuesday(time_machine: Any) -> None:
    time_machine.move_to(TUESDAY)


# P 11 and row 36: a second protocol of the same partnership.
def test_row_36_conference_dissent_is_sent_elsewhere(wiltshire: World) -> None:
    visitor = Visitor(wiltshire.midwife).opens("/p/wiltshire/start/")
    visitor.chooses("I disagree with a decision made at a child protection conference").presses("Continue")
    visitor.sees("Follow the Dissent Procedure", "A decision made at a conference is challenged through the Dissent Procedure")


def test_row_36_conference_dissent_leads_to_the_partnerships_own_protocol_for_it(db: None) -> None:
    plain = shipped_protocol("wiltshire").model_dump(mode="json")
    for signpost in plain["signposts"]:
        if signpost["key"] == "conference_dissent":
            signpost["protocol"] = DISSENT
    world = World("wiltshire", Protocol.model_validate(plain))
    visitor = Visitor(world.midwife).opens("/p/wiltshire/start/conference_dissent/").does_not_see("Record a dissent")
    publish(world, read("second/conference_dissent.yml"))
    visitor.opens("/p/wiltshire/start/conference_dissent/").presses("Record a dissent")
    assert visitor.url.endswith("/p/wiltshire/start/?protocol=conference_dissent")
    visitor.chooses(NONE).presses("Continue")
    assert visitor.address.endswith("/who/")  # not Wiltshire's main protocol, which asks first for whom it is
    with world.scope():
        assert Disagreement.objects.get().line == DISSENT


def dissent(world: World, visitor: Visitor) -> Visitor:
    """The whole form of the second protocol, from its start page."""
    visitor.opens(f"/p/{world.slug}/start/").presses("Record a dissent").chooses(NONE).presses("Continue")
    visitor.fills("The agency you disagree with", "Children's social care").presses("Save and continue")
    visitor.fills("In one sentence", "A plan was not made.").fills("When was the conference?", date(2026, 9, 16))
    visitor.fills("Why do you dissent?", "Three of five wanted one.").presses("Save and continue")
    assert visitor.refusals == ["The date of the decision must be today or in the past"]
    visitor.fills("When was the conference?", date(2026, 9, 8)).presses("Save and continue")
    visitor.fills("The child's reference", "H-2207").presses("Save and continue")
    visitor.chooses("Yes", under="Is your dissent in the minutes?").presses("Save and continue")
    for question in ("Who is their manager?", "Who is your manager?"):
        visitor.chooses("Somebody in this list", under=question)
    visitor.fills("Choose somebody", "Team Manager", under="Who is their manager?")
    visitor.fills("Choose somebody", "Hospital Lead", under="Who is your manager?")
    visitor.chooses("I do not know yet", under="Who is the person you disagree with?")
    return visitor.presses("Save and continue")


def test_p_11_a_second_protocol_in_the_same_partnership(barnsley: World) -> None:
    assert barnsley.team_manager
    assert barnsley.hospital_lead
    second = publish(barnsley, read("second/conference_dissent.yml"))
    visitor = Visitor(barnsley.midwife).opens("/p/barnsley/start/")
    visitor.sees("What do you disagree about?", "Conference dissent procedure", barnsley.protocol.title)
    visitor.sees(barnsley.protocol.raise_button, "Record a dissent", "999")
    check = dissent(barnsley, visitor)
    assert check.heading == "Check your answers"
    check.sees("Conference dissent procedure", "Tuesday 8 September 2026", "Is your dissent in the minutes?")
    # It counts from the conference and not from today: 10 working days from Tuesday 8 September.
    check.sees("By the end of Tuesday 22 September 2026 (must).")
    check.presses("Record a dissent")
    found = only(barnsley)
    assert (found.protocol_version, found.line, found.stage, found.decided_on) == (second, DISSENT, "chair", date(2026, 9, 8))
    assert words(barnsley, found)["Is your dissent in the minutes?"] == "Yes"
    assert words(barnsley, found)["When was the conference?"] == "8 September 2026"
    # Each says under which protocol it is; references go on in one row.
    other = barnsley.raised()
    assert (found.reference, other.reference, other.line) == ("BAR-0001", "BAR-0002", "main")
    for address in ("/p/barnsley/mine/", "/p/barnsley/", "/p/barnsley/d/BAR-0001/"):
        Visitor(barnsley.midwife).opens(address).sees("Conference dissent procedure")
    tracker = Visitor(barnsley.office).opens("/p/barnsley/tracker/")
    tracker.sees("Conference dissent procedure", barnsley.protocol.title).does_not_see("Under version")


def test_p_11_a_draft_keeps_its_protocol_and_follows_its_versions(barnsley: World, signed_in: Any) -> None:
    plain = read("second/conference_dissent.yml").model_dump(mode="json")
    publish(barnsley, Protocol.model_validate(plain))
    practitioner = signed_in(barnsley.midwife)
    practitioner.post("/p/barnsley/start/?protocol=conference_dissent", {"way": "none"})
    draft = draft_of(barnsley, barnsley.midwife)
    practitioner.post(step_address(barnsley, draft, "concern"), answers(barnsley, **a_day("decided_on", -3)))
    plain["requirements"][0]["asks"] = "Why do you and others dissent?"
    with barnsley.scope():
        version = partnership_services.draft_protocol(Protocol.model_validate(plain))
        partnership_services.publish_protocol(version, effective_from=date(2026, 9, 1))
    check = Visitor(barnsley.midwife).opens(f"/p/barnsley/raise/{draft.key}/check/")
    check.sees("The protocol changed since you began.", "Why do you and others dissent?")
    # One under the main protocol, begun meanwhile, is another draft.
    practitioner.post("/p/barnsley/start/?protocol=main", {"way": "none"})
    with barnsley.scope():
        assert sorted(Disagreement.objects.values_list("line", flat=True)) == [DISSENT, "main"]


def test_p_11_a_route_moves_the_draft_to_the_other_protocol_with_what_was_typed(db: None, signed_in: Any) -> None:
    plain = read("st_helens.yml").model_dump(mode="json")
    plain["routes_out"][1]["protocol"] = DISSENT
    world = World("sthelens", Protocol.model_validate(plain))
    publish(world, read("second/conference_dissent.yml"))
    practitioner = signed_in(world.midwife)
    practitioner.post("/p/sthelens/start/?protocol=main", {"way": "none"})
    draft = draft_of(world, world.midwife)
    practitioner.post(step_address(world, draft, "concern"), answers(world))
    away = practitioner.post(step_address(world, draft, "kind"), answers(world, category="conference"))["Location"]
    visitor = Visitor(world.midwife).opens(away).presses("Record a dissent")
    assert visitor.address == f"/p/sthelens/raise/{draft.key}/who/"
    moved = draft_of(world, world.midwife)
    assert (moved.line, moved.answers["concern"]) == (DISSENT, answers(world)["concern"])


def test_p_11_a_program_names_the_protocol(barnsley: World, program: Any) -> None:
    publish(barnsley, read("second/conference_dissent.yml"))
    midwife = program(barnsley, barnsley.midwife)
    asked = {one["name"] for one in midwife.get("raising/", protocol=DISSENT).json()["asks"]}
    assert {"decided_on", "question_dissent_in_minutes"} <= asked
    assert "decided_on" not in {one["name"] for one in midwife.get("raising/").json()["asks"]}
    sent = {
        "raising_agency": "hospital", "receiving_agency": "social_care", "part": "worker",
        "concern": "A plan was not made.", "evidence": "Three of five.", "decided_on": "2026-09-08",
        "question_dissent_in_minutes": "no",
        "receiving_manager_name": "Team Manager", "receiving_manager_email": "team.manager@barnsley.example",
        "raising_manager_name": "Hospital Lead", "raising_manager_email": "hospital.lead@barnsley.example",
    }  # fmt: skip
    answer = midwife.post(f"disagreements/?protocol={DISSENT}", sent)
    raised = answer.json()
    assert (answer.status_code, raised.get("protocol"), raised.get("decided_on")) == (201, DISSENT, "2026-09-08"), raised
    wrong = midwife.post("disagreements/?protocol=nothing", sent)
    assert (wrong.status_code, wrong.json()["errors"]) == (400, {"protocol": ["No protocol of that name is in force here."]})


def test_p_11_what_was_settled_is_logged_under_the_protocol_named(barnsley: World, signed_in: Any) -> None:
    publish(barnsley, read("second/conference_dissent.yml"))
    sent = {"raising_agency": "hospital", "receiving_agency": "social_care", "text": "The chair explained."}
    assert signed_in(barnsley.midwife).post(f"/p/barnsley/settled/?protocol={DISSENT}", sent).status_code == 302
    assert (only(barnsley).line, only(barnsley).state) == (DISSENT, "closed")
