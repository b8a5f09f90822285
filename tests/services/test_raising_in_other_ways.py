"""Raising for two others, as a group, about a theme, or where it belongs elsewhere: what the service itself refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from escalation import services
from escalation.moves import Refused
from escalation.permissions import may, ties
from escalation.services import Person
from partnerships.protocol import Protocol
from partnerships.protocol_terms import RaisedAs, Side
from tests.world import TUESDAY, World, shipped_protocol

from .acts import last

pytestmark = pytest.mark.django_db

GROUND = {"clause": "W 2.7"}
RAISERS = [{"kind": kind, "asks": f"As {kind}"} | GROUND for kind in ("third_party", "group")]
ROUTE = {
    "key": "iro",
    "title": "Ask the IRO.",
    "advice": ["The IRO looks at it."],
    "when": {"child_statuses": ["in_care"]},
} | GROUND
QUESTION = {"key": "minutes", "asks": "Is it in the minutes?", "answer": "yes_no", "when": {"categories": ["planning"]}} | GROUND
DECIDED = {"what": "decided_on", "asks": "When was it decided?"} | GROUND
TOLD = {"key": "third", "on": ["raised"], "when": {"raised_as": ["third_party"]}, "to": ["partnership_manager"]} | GROUND
WAYS: dict[str, Any] = {"raisers": RAISERS, "routes_out": [ROUTE], "questions": [QUESTION]}


@pytest.fixture
def world(db: None) -> World:
    plain = shipped_protocol("wiltshire").model_dump(mode="json")
    asked, told = [*plain["requirements"], DECIDED], [*plain["notice_rules"], TOLD]
    return World("wiltshire", Protocol.model_validate(plain | WAYS | {"requirements": asked, "notice_rules": told}))


def teacher(world: World) -> Person:
    return Person(Side.RAISING, "practitioner", "A Teacher", "teacher@school.example", agency=world.agencies["school"])


def people(world: World, *more: Person) -> tuple[Person, ...]:
    return (*world.particulars().people, *more)


def refused(world: World, **own: Any) -> str:
    given = {"decided_on": date(2026, 9, 14)} | own
    with world.scope(world.midwife):
        draft = services.start_draft(world.viewer(world.midwife))
        particulars = world.particulars(**given)
        with pytest.raises(Refused) as problem:
            services.raise_disagreement(draft.pk, viewer=world.viewer(world.midwife), particulars=particulars, at=TUESDAY)
    assert world.fresh(draft).state == "draft"
    return str(problem.value)


def test_what_belongs_elsewhere_is_refused_with_the_way(world: World) -> None:
    assert refused(world, child_status="in_care") == "This cannot be raised here. Ask the IRO. The IRO looks at it."


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"decided_on": None}, "Answer this: When was it decided?"),
        ({"decided_on": date(2026, 9, 16)}, "The date of the decision must be today or in the past."),
        ({"category": "planning"}, "Answer this: Is it in the minutes?"),
        (
            {"raised_as": RaisedAs.THIRD_PARTY},
            "You record this for two other agencies, so you take no side. Name somebody else.",
        ),
        (
            {"thematic": True},
            "A disagreement about a theme names no child. Leave out what is about one child.",
        ),
    ],
)
def test_what_is_missing_or_does_not_go_together_is_said(world: World, own: dict[str, Any], sentence: str) -> None:
    assert refused(world, **own) == sentence


def test_a_group_is_of_more_than_one_and_never_of_the_other_side(world: World) -> None:
    assert refused(world, people=people(world, teacher(world))) == (
        "Only a group is of several agencies. Say that you raise it as a group."
    )
    theirs = Person(Side.RAISING, "practitioner", "X", "x@care.example", agency=world.agencies["social_care"])
    assert refused(world, raised_as=RaisedAs.GROUP, people=people(world, theirs)) == (
        "The agency that the disagreement is with cannot raise it as well."
    )


def test_a_protocol_offers_only_the_ways_that_it_has(barnsley: World) -> None:
    not_here = "The protocol does not provide for "
    for raised_as in (RaisedAs.GROUP, RaisedAs.THIRD_PARTY):
        assert refused(barnsley, decided_on=None, raised_as=raised_as).startswith(f"{not_here}raising it in that way.")
    theme = refused(barnsley, decided_on=None, thematic=True, child_reference="")
    assert theme == f"{not_here}a disagreement about a theme."
    stranger = Person(Side.RECEIVING, "lead", "X", "x@care.example", called="The caretaker")
    assert refused(barnsley, decided_on=None, people=people(barnsley, stranger)) == (
        "Choose who stands in for a role from those that the protocol names."
    )


def test_a_group_takes_part_each_in_their_own_agency_and_the_entry_says_which(world: World) -> None:
    found = world.raised(raised_as=RaisedAs.GROUP, people=people(world, teacher(world)), decided_on=date(2026, 9, 14))
    entry = last(world, found)
    assert (entry.data["raised_as"], entry.data["also_raising"]) == ("group", [world.agencies["school"].pk])
    with world.scope():
        assert found.parties.get(name="A Teacher").agency == world.agencies["school"]


def test_who_records_it_for_others_neither_acts_nor_decides(world: World) -> None:
    chair = world.person("conference.chair", "adviser", protocol_role="conference_chair")
    found = world.raised(by=chair, raised_as=RaisedAs.THIRD_PARTY, decided_on=date(2026, 9, 14))
    with world.scope(chair):
        tied = ties(world.viewer(chair), found, found.parties.all())
        assert (tied.is_raiser, tied.is_party, tied.recorded) == (False, False, True)
        assert [verb for verb in ("escalate", "withdraw", "record_progress", "record_agreement") if may(verb, tied)] == []
        assert may("record_decision", tied).sentence == "You recorded this disagreement for others, so you cannot decide it."
        assert found.facts.raised_as == "third_party"
