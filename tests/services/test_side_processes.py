"""Panels, mediation, deep dives and the like: who starts which, who may sit on them, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from escalation.models import Disagreement, SideProcessRecord
from escalation.services import Seat, membership_warning
from partnerships.models import User
from tests.world import World

from .acts import BOTH_SIDES, CLOSED, LATER, PARTIES, closed, last, raised, refusal, up_to, who_may, words_of

pytestmark = pytest.mark.django_db


def record(world: World, disagreement: Disagreement) -> SideProcessRecord:
    with world.scope():
        return SideProcessRecord.objects.filter(disagreement=disagreement).latest("pk")


def start(
    world: World, disagreement: Disagreement, process: str, *seats: Seat, by: User, at: datetime = LATER, although: str = ""
) -> Disagreement:
    return world.do(
        "start_side_process", disagreement, by=by, at=at, process=process, reason="Stuck.", although=although,
        **({"seats": seats} if seats else {}),
    )  # fmt: skip


def answers(world: World, process: str) -> dict[str, Any]:
    """What the protocol asks on ending it, answered."""
    asked = world.protocol.side_process(process)
    return {"choice": (asked.choices or ("",))[0], "answers": [f"About: {question}" for question in asked.questions]}


@pytest.mark.parametrize(
    ("slug", "stage", "process", "beside"),
    [
        ("barnsley", "stage_1", "conference_request", ""),
        ("havering", "stage_4", "resolution_panel", "chair"),
        ("wiltshire", "tier_1", "serious_case_log", "qap_chair"),
        ("wiltshire", "tier_2", "agency_decision_log", "qap_group"),
        ("wiltshire", "tier_2", "mediation", "qap_chair"),
        ("wiltshire", "tier_1", "deep_dive", "qap_chair"),
        ("oldham", "practitioner", "reflective_session", ""),
        ("enfield", "stage_1", "high_risk_panel", ""),
    ],
)
def test_started_and_ended_beside_the_ladder(db: None, slug: str, stage: str, process: str, beside: str) -> None:
    """By a party, or by those who stand beside both sides: the Chair, the sub-group (H 2.10, W 3.1)."""
    world = World(slug)
    by = world.person("beside", "adviser", protocol_role=beside) if beside else world.hospital_lead
    found = up_to(world, stage)
    clocks = world.running(found)
    rule = membership_warning(found, world.protocol.side_process(process).members, ())
    found = start(world, found, process, by=by, although="They are named on Monday." if rule else "")
    begun, entry = record(world, found), last(world, found)
    assert (begun.process, begun.started_by, begun.started_at, begun.members, begun.ended_at) == (process, by, LATER, [], None)
    goes_on = "\n\nWhy it goes on as it is: They are named on Monday." if rule else ""
    assert (entry.kind, words_of(world, entry)) == ("side_process_started", f"Stuck.{goes_on}")
    assert entry.data == {"process": process, "record": begun.pk, "events": ["side_process_started"]}
    name = world.protocol.side_process(process).name
    assert refusal(world, "start_side_process", found, by=by, process=process, reason="x") == f"{name} has been started already."

    said, who = answers(world, process), world.protocol.side_process(process).ended_by
    ender = by if not who or beside in who else world.office
    found = world.do("end_side_process", found, by=ender, at=LATER, record=begun.pk, outcome=" Heard. ", **said)
    ended, entry = record(world, found), last(world, found)
    assert (ended.outcome, ended.ended_at) == ("Heard.", LATER)
    assert (ended.choice, ended.answers) == (said["choice"], said["answers"])
    chosen = {"choice": 0} if said["choice"] else {}
    data = {"process": process, "record": begun.pk, "events": ["side_process_ended"], **chosen}
    assert (entry.kind, entry.data) == ("side_process_ended", data)
    assert (found.state, found.stage, world.running(found)) == ("open", stage, clocks)
    assert refusal(world, "end_side_process", found, by=ender, record=begun.pk, outcome="x") == (
        "That has ended already, or is not one of this disagreement's."
    )


def test_only_those_whom_the_protocol_names_start_it(havering: World, wiltshire: World) -> None:
    found = up_to(havering, "stage_4")
    assert refusal(havering, "start_side_process", found, by=havering.team_manager, process="resolution_panel", reason="x") == (
        "Resolution Panel can be started by: Chair of the HSCP."
    )
    assert start(havering, found, "resolution_panel", by=havering.office, although="Not named yet.").state == "open"
    found = raised(wiltshire)
    assert refusal(wiltshire, "start_side_process", found, by=wiltshire.midwife, process="mediation", reason="x") == (
        "Mediation can be started by: Manager or supervisor, Senior manager, Leader of the organisation, "
        "Chair of the QA&P Sub Group, QA&P Sub Group."
    )


def test_a_role_of_one_side_counts_only_for_those_who_take_part(wiltshire: World) -> None:
    """Another agency's manager has the role in the partnership and no part in this."""
    other = wiltshire.person("other.manager", "lead", "police", protocol_role="manager")
    found = raised(wiltshire)
    assert refusal(wiltshire, "start_side_process", found, by=other, process="mediation", reason="x") == PARTIES


def test_what_the_protocol_does_not_offer_here(havering: World) -> None:
    said = "The protocol does not offer that at this step."
    found = up_to(havering, "stage_3")
    assert refusal(havering, "start_side_process", found, by=havering.office, process="resolution_panel", reason="x") == said
    assert refusal(havering, "start_side_process", found, by=havering.office, process="mediation", reason="x") == said


@pytest.mark.parametrize(
    ("agencies", "warning"),
    [
        (["hospital", "social_care", "police"], ""),
        (
            ["hospital", "social_care"],
            "2 of at least 3 agencies are named. At least one agency that is not in the disagreement should be on it.",
        ),
        (["hospital", "police", "school"], "Both agencies of the disagreement should be on it."),
        (
            [],
            (
                "0 of at least 3 agencies are named. Both agencies of the disagreement should be on it. "
                "At least one agency that is not in the disagreement should be on it."
            ),
        ),
    ],
)
def test_a_panel_that_is_not_as_it_should_be_is_warned_of(havering: World, agencies: list[str], warning: str) -> None:
    """H 2.12: senior officers of three agencies, the two concerned among them. Never in silence."""
    seats = [Seat(f"Officer of {key}", havering.agencies[key]) for key in agencies]
    found, reason = up_to(havering, "stage_4"), "The third agency joins on the day."
    if warning:
        facts = {"process": "resolution_panel", "reason": "x", "seats": seats}
        said = refusal(havering, "start_side_process", found, by=havering.office, **facts)
        assert said == f"{warning} Change who takes part, or say why you go on although this is so."
    found = start(havering, found, "resolution_panel", *seats, by=havering.office, although=reason)
    begun = record(havering, found)
    assert (begun.warning, begun.accepted) == (warning, reason if warning else "")
    assert begun.members == [{"name": seat.name, "agency": seat.agency.pk} for seat in seats]


def test_a_mediator_is_from_outside_both_agencies(wiltshire: World) -> None:
    found, by = up_to(wiltshire, "tier_2"), wiltshire.team_manager
    for seat, said in (
        (Seat("Pat", wiltshire.agencies["hospital"]), "Mediation: choose somebody from outside both agencies."),
        (Seat(" midwife "), "Mediation: choose somebody who is not named in this disagreement."),
    ):
        assert refusal(wiltshire, "start_side_process", found, by=by, process="mediation", reason="x", seats=[seat]) == said
    found = start(wiltshire, found, "mediation", Seat("Pat", wiltshire.agencies["police"]), Seat("The Independent Chair"), by=by)
    assert record(wiltshire, found).members == [
        {"name": "Pat", "agency": wiltshire.agencies["police"].pk}, {"name": "The Independent Chair", "agency": None},
    ]  # fmt: skip


def test_words_are_needed(barnsley: World) -> None:
    found, by = raised(barnsley), barnsley.midwife
    assert refusal(barnsley, "start_side_process", found, by=by, process="conference_request", reason="") == (
        "Say why it is asked for."
    )
    found = start(barnsley, found, "conference_request", by=by)
    assert refusal(barnsley, "end_side_process", found, by=by, record=record(barnsley, found).pk, outcome=" ") == (
        "Write down what came of it."
    )


def test_it_may_end_after_the_disagreement_but_not_start(barnsley: World) -> None:
    found = start(barnsley, raised(barnsley), "conference_request", by=barnsley.midwife)
    found = barnsley.do("withdraw", found, by=barnsley.midwife, at=LATER, reason="It was granted.")
    found = barnsley.do(
        "end_side_process", found, by=barnsley.midwife, at=LATER, record=record(barnsley, found).pk, outcome="Granted.",
        **answers(barnsley, "conference_request"),
    )  # fmt: skip
    assert record(barnsley, found).outcome == "Granted."
    assert refusal(
        barnsley, "start_side_process", closed(barnsley), by=barnsley.office, process="conference_request", reason="x"
    ) == CLOSED  # fmt: skip


def test_who_may(havering: World) -> None:
    found = up_to(havering, "stage_4")
    chair = havering.decider("chair")
    for verb in ("start_side_process", "change_side_process", "end_side_process"):
        assert who_may(havering, verb, found, chair=chair) == BOTH_SIDES | {"chair"}
