""" "Not ours": to somebody else, and if need be another agency; the clocks go on, because the child has waited already."""

from __future__ import annotations

import pytest

from escalation.models import Party
from escalation.services import Person
from partnerships.protocol_terms import Side
from tests.world import World

from .acts import CLOSED, LATER, RECEIVING, closed, last, people_of, raised, refusal, who_may, words_of

pytestmark = pytest.mark.django_db

SAM = Person(side=Side.RECEIVING, role="lead", name="Sam Next", email="sam.next@care.example")


def test_to_somebody_else_of_the_same_agency(barnsley: World) -> None:
    found = raised(barnsley)
    clocks = barnsley.running(found)
    found = barnsley.do("pass_on", found, by=barnsley.social_worker, at=LATER, person=SAM, reason="Another team holds it.")
    entry = last(barnsley, found)
    with barnsley.scope():
        joined = Party.objects.get(disagreement=found, name="Sam Next")
        left = Party.objects.get(disagreement=found, name="Team Manager")
    assert (entry.kind, entry.data) == ("passed_on", {"party": joined.pk, "agency": None, "events": ["passed_on"]})
    assert words_of(barnsley, entry) == "Another team holds it."
    assert (left.left_at, joined.joined_at, joined.agency_id) == (LATER, LATER, barnsley.agencies["social_care"].pk)
    assert (barnsley.running(found), found.receiving_agency_id) == (clocks, barnsley.agencies["social_care"].pk)
    assert [p for p in people_of(barnsley, found) if p[0] == "receiving"] == [
        ("receiving", "lead", "Sam Next"), ("receiving", "practitioner", "Social Worker"),
    ]  # fmt: skip


def test_naming_the_same_agency_is_no_change_of_agency(barnsley: World) -> None:
    found = barnsley.do(
        "pass_on",
        raised(barnsley),
        by=barnsley.team_manager,
        at=LATER,
        person=SAM,
        reason="x",
        agency=barnsley.agencies["social_care"],
    )
    assert ("receiving", "practitioner", "Social Worker") in people_of(barnsley, found)


def test_to_another_agency_everybody_of_the_old_one_leaves(barnsley: World) -> None:
    found = raised(barnsley)
    clocks = barnsley.running(found)
    found = barnsley.do(
        "pass_on",
        found,
        by=barnsley.team_manager,
        at=LATER,
        person=SAM,
        reason="The school holds it.",
        agency=barnsley.agencies["school"],
    )
    assert (found.receiving_agency_id, barnsley.running(found)) == (barnsley.agencies["school"].pk, clocks)
    assert last(barnsley, found).data["agency"] == barnsley.agencies["school"].pk
    assert [p for p in people_of(barnsley, found) if p[0] == "receiving"] == [("receiving", "lead", "Sam Next")]
    assert who_may(barnsley, "acknowledge", found) == {"partnership manager"}


def test_what_is_refused(barnsley: World) -> None:
    found, by = raised(barnsley), barnsley.team_manager
    ours = Person(side=Side.RAISING, role="lead", name="Sam", email="sam@hospital.example")
    stranger = Person(side=Side.RECEIVING, role="safeguarding_partner", name="Sam", email="sam@care.example")
    assert refusal(barnsley, "pass_on", found, by=by, person=SAM, reason="") == (
        "Say why it is not yours, and who has agreed to take it."
    )
    assert refusal(barnsley, "pass_on", found, by=by, person=ours, reason="x") == (
        "Only the receiving side passes it on: name somebody who takes it there."
    )
    assert refusal(barnsley, "pass_on", found, by=by, person=SAM, reason="x", agency=barnsley.agencies["hospital"]) == (
        "The raising agency cannot receive its own disagreement."
    )
    assert refusal(barnsley, "pass_on", found, by=by, person=stranger, reason="x") == (
        "Choose a role that the protocol gives to that side."
    )
    assert refusal(barnsley, "pass_on", closed(barnsley), by=barnsley.office, person=SAM, reason="x") == CLOSED


def test_who_may(barnsley: World) -> None:
    found = raised(barnsley)
    assert who_may(barnsley, "pass_on", found) == RECEIVING
    assert (
        refusal(barnsley, "pass_on", found, by=barnsley.midwife, person=SAM, reason="x")
        == "This is for the receiving side to do."
    )
