"""Raising a disagreement through the API: the pages' whole form at once."""

from __future__ import annotations

from typing import Any

import pytest

from escalation.models import Disagreement
from partnerships.models import Membership, ProtocolVersion
from tests.world import TUESDAY, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_tuesday(time_machine) -> None:
    time_machine.move_to(TUESDAY)


def member(world: World, user: Any) -> str:
    with world.scope():
        return str(Membership.objects.get(user=user).pk)


def complete(world: World, **own: Any) -> dict[str, Any]:
    """Everything that Barnsley's form asks of a practitioner who starts at the usual place."""
    return {
        "raising_agency": "hospital",
        "receiving_agency": "social_care",
        "part": "worker",
        "to": "stage_1:1",
        "concern": "The pre-birth conference was not called.",
        "evidence": "Three calls, none returned.",
        "effect_on_child": "No plan before the birth.",
        "agreed_so_far": "Nothing yet.",
        "outcome_wanted": "A conference by 32 weeks.",
        "lead_consulted": "yes",
        "prior_conversation": "tried",
        "prior_conversation_on": "2026-09-14",
        "prior_conversation_words": "Rang on Monday, and on Tuesday.",
        "category": world.protocol.categories[0].key if world.protocol.categories else None,
        "child_reference": "H-2207",
        "unborn": True,
        "receiving_lead_member": member(world, world.team_manager),
        "raising_lead_member": member(world, world.hospital_lead),
    } | own


def sendable(world: World, program: Any, **own: Any) -> dict[str, Any]:
    """What is complete, without what this protocol does not ask."""
    known = {"raising_agency": "hospital", "receiving_agency": "social_care", "part": "worker"}
    asks = {each["name"] for each in program.get("raising/", **known).json()["asks"]}
    return {name: value for name, value in complete(world).items() if name in asks} | own


def test_a_practitioner_raises_what_worries_them(barnsley: World, program) -> None:
    barnsley.team_manager, barnsley.hospital_lead  # noqa: B018  (they exist before the form is read)
    midwife = program(barnsley, barnsley.midwife)
    answer = midwife.post("disagreements/", sendable(barnsley, midwife))
    raised = answer.json()
    assert answer.status_code == 201, raised
    assert answer["Location"] == "/p/barnsley/api/v1/disagreements/BAR-0001/"
    assert (raised["reference"], raised["state"], raised["version"]) == ("BAR-0001", "open", 1)
    assert raised["rung"]["stage"] == "stage_1"
    assert {"asked": "The concern", "answer": "The pre-birth conference was not called."} in raised["written"]
    assert ("receiving", "Team Manager") in [(each["side"], each["name"]) for each in raised["parties"]]
    assert midwife.get("disagreements/BAR-0001/").json()["reference"] == "BAR-0001"


def test_where_it_cannot_start_is_refused_with_where_it_can(barnsley: World, program) -> None:
    midwife = program(barnsley, barnsley.midwife)
    answer = midwife.post("disagreements/", sendable(barnsley, midwife, to="stage_2:2"))
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert answer.json()["detail"] == (
        "It cannot start there. It may start at: Stage 1: Safeguarding leads or managers; Stage 3: Safeguarding Partners"
    )


def test_what_is_missing_is_said_field_by_field_and_nothing_is_kept(barnsley: World, program) -> None:
    midwife = program(barnsley, barnsley.midwife)
    answer = midwife.post("disagreements/", sendable(barnsley, midwife, concern="", receiving_agency="hospital"))
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert errors["concern"] == ["Say in one sentence what you disagree about"]
    assert errors["receiving_agency"] == [
        "The two agencies must differ. A disagreement inside one agency goes through its own process"
    ]
    with barnsley.scope():
        assert Disagreement.objects.count() == 0


@pytest.mark.parametrize(
    ("own", "errors"),
    [
        ({"concern": ["a list"]}, {"concern": ["Send text."]}),
        ({"unborn": "yes"}, {"unborn": ["Send true or false."]}),
        ({"conern": "x"}, None),
        (
            {"prior_conversation_on": "2026-09-16"},
            {"prior_conversation_on": ["The date you talked or tried must be today or in the past"]},
        ),
        ({"prior_conversation_on": "16.9.2026"}, {"prior_conversation_on": ["Send a date like 2026-09-21."]}),
    ],
)
def test_what_cannot_be_taken_is_refused(barnsley: World, program, own, errors) -> None:
    midwife = program(barnsley, barnsley.midwife)
    answer = midwife.post("disagreements/", sendable(barnsley, midwife, **own))
    assert answer.status_code == 400
    found = answer.json()["errors"]
    for name in own:
        assert name in found
    assert errors is None or {name: found[name] for name in errors} == errors


def test_who_only_looks_after_the_product_may_not_raise(barnsley: World, program) -> None:
    administrator = program(barnsley, barnsley.administrator)
    sentence = "Your role here does not raise disagreements."
    answer = administrator.post("disagreements/", {})
    assert (answer.status_code, answer.json()["detail"]) == (403, sentence)
    assert administrator.get("raising/").json() == {"allowed": False, "sentence": sentence, "asks": []}


def test_before_any_protocol_is_in_force_nothing_can_be_raised(barnsley: World, program, time_machine) -> None:
    midwife = program(barnsley, barnsley.midwife)
    with barnsley.scope():
        first_day = ProtocolVersion.objects.get().effective_from
    time_machine.move_to(TUESDAY.replace(year=first_day.year - 1))
    sentence = "No protocol is in force in this partnership yet, so nothing can be raised."
    for answer in (midwife.get("raising/"), midwife.post("disagreements/", {})):
        assert (answer.status_code, answer.json()["detail"]) == (409, sentence)


def test_the_form_asks_for_the_people_of_the_agencies_that_are_known(barnsley: World, program) -> None:
    barnsley.team_manager  # noqa: B018
    midwife = program(barnsley, barnsley.midwife)

    def names(**known: str) -> set[str]:
        return {each["name"] for each in midwife.get("raising/", **known).json()["asks"]}

    assert "receiving_lead_member" not in names()
    assert "receiving_lead_member" in names(receiving_agency="social_care")
