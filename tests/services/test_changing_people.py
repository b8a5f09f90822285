"""Somebody takes part who did not, or in the place of another; what they did stays in the chronology."""

from __future__ import annotations

import pytest

from escalation.models import Disagreement, Party
from escalation.moves import Refused
from escalation.services import Person
from escalation.services.joining import join
from partnerships.protocol_terms import Side
from tests.world import World

from .acts import CLOSED, LATER, MANAGERS, closed, last, people_of, raised, refusal, who_may, words_of

pytestmark = pytest.mark.django_db

ALEX = Person(side=Side.RECEIVING, role="lead", name="Alex New", email="alex.new@care.example")


def party(world: World, disagreement: Disagreement, name: str) -> Party:
    with world.scope():
        return Party.objects.filter(disagreement=disagreement, name=name, left_at=None).get()


def test_somebody_in_the_place_of_another(barnsley: World) -> None:
    found = raised(barnsley)
    leaving = party(barnsley, found, "Team Manager")
    found = barnsley.do(
        "change_party", found, by=barnsley.team_manager, at=LATER, person=ALEX, leaving=leaving.pk, reason="On leave."
    )
    entry, joined = last(barnsley, found), party(barnsley, found, "Alex New")
    assert (entry.kind, words_of(barnsley, entry)) == ("party_changed", "On leave.")
    assert entry.data == {"party": joined.pk, "left": leaving.pk, "side": "receiving", "events": []}
    with barnsley.scope():
        assert Party.objects.get(pk=leaving.pk).left_at == LATER
    assert refusal(barnsley, "record_agreement", found, by=barnsley.team_manager, text="x") == (
        "Only the managers who act at this step, on either side, may do this."
    )


def test_each_side_says_who_acts_for_it(barnsley: World) -> None:
    """A raising lead cannot put somebody of their own choosing in the place of the receiving manager."""
    found = raised(barnsley)
    leaving = party(barnsley, found, "Team Manager")
    assert refusal(
        barnsley, "change_party", found, by=barnsley.hospital_lead, person=ALEX, leaving=leaving.pk, reason="Faster."
    ) == "Each side says who acts for it; the partnership manager may for both."  # fmt: skip
    with barnsley.scope():
        assert Party.objects.get(pk=leaving.pk).left_at is None


def test_somebody_beside_the_others(barnsley: World) -> None:
    found = raised(barnsley)
    before = people_of(barnsley, found)
    found = barnsley.do("change_party", found, by=barnsley.office, at=LATER, person=ALEX, reason="Two hold it.")
    assert last(barnsley, found).data["left"] is None
    assert set(people_of(barnsley, found)) - set(before) == {("receiving", "lead", "Alex New")}


def test_a_manager_of_the_next_rung_may_act_there_without_being_named_for_it(barnsley: World) -> None:
    """Who manages at any rung acts for their side; a practitioner does so only where practitioners act."""
    found = raised(barnsley)
    assert who_may(barnsley, "change_party", found) == MANAGERS
    assert refusal(barnsley, "change_party", found, by=barnsley.midwife, person=ALEX, reason="x") == (
        "Only the managers who act at this step, on either side, may do this."
    )


def test_what_is_refused(barnsley: World) -> None:
    found, by = raised(barnsley), barnsley.team_manager
    ours = party(barnsley, found, "Hospital Lead").pk
    assert refusal(barnsley, "change_party", found, by=by, person=ALEX, reason=" ") == "Say why the person changes."
    said = "The person to leave is not taking part on that side."
    assert refusal(barnsley, "change_party", found, by=by, person=ALEX, leaving=ours, reason="x") == said
    assert refusal(barnsley, "change_party", found, by=by, person=ALEX, leaving=0, reason="x") == said
    nobody = Person(side=Side.RECEIVING, role="partnership_manager", name="Alex", email="alex@care.example")
    assert refusal(barnsley, "change_party", found, by=by, person=nobody, reason="x") == (
        "Choose a role that the protocol gives to that side."
    )
    assert refusal(barnsley, "change_party", closed(barnsley), by=barnsley.office, person=ALEX, reason="x") == CLOSED


def test_nobody_joins_before_the_agencies_are_known(barnsley: World) -> None:
    with barnsley.scope(), pytest.raises(Refused) as refused:
        join(Disagreement(), ALEX, at=LATER)
    assert str(refused.value) == "Say which agencies are involved first."


@pytest.mark.parametrize(
    ("name", "side"), [("hospital_lead", Side.RECEIVING), ("midwife", Side.RECEIVING), ("team_manager", Side.RAISING)]
)
def test_nobody_takes_part_for_both_sides(barnsley: World, name: str, side: Side) -> None:
    """Whoever recorded the agreement could otherwise confirm it to themselves."""
    user = getattr(barnsley, name)
    person = Person(side=side, role="lead", name=user.name, email=user.email.upper())
    assert refusal(barnsley, "change_party", raised(barnsley), by=barnsley.hospital_lead, person=person, reason="x") == (
        f"{user.name} takes part for the other side. Nobody acts for both: they would answer themselves."
    )
