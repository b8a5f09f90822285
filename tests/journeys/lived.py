"""A Barnsley that has been at work for some weeks, so that lists and pictures show what they are for. Invented throughout."""

from __future__ import annotations

from datetime import datetime, timedelta

from escalation.models import Disagreement
from escalation.services import Person
from partnerships.ladder import Position
from partnerships.protocol_terms import Side
from tests.world import World

from .barnsley_people import head_of_social_work, matron, partner, service_manager, the_people_of_barnsley


def a_barnsley_that_has_lived(world: World, *, now: datetime) -> World:
    """Seven disagreements: late, moved up, agreed, straight to the Partners, concluded, new, and closed."""
    the_people_of_barnsley(world)
    late = _raised(world, now, days=13, category="drift", flags=("drift",))
    moved = _raised(world, now, days=11, category="levels_of_need")
    _moved_up(world, moved, at=now - timedelta(days=4))
    agreed = _raised(world, now, days=6, category="communication")
    world.do("record_agreement", agreed, by=world.hospital_lead, at=now - timedelta(days=1), text="A meeting each Monday.")
    _raised(world, now, days=1, category="decisions", to=Position(stage="stage_3"), direct_reason="Discharge is tonight.")
    concluded = _raised(world, now, days=9, to=Position(stage="stage_3"), direct_reason="It could not wait.")
    world.do("record_decision", concluded, by=partner(world), at=now - timedelta(days=3), text="The plan stays as it is.")
    _raised(world, now, days=0, category="referrals", receiving_agency=world.agencies["police"], people=_police(world))
    closed = _raised(world, now, days=20, category="roles")
    world.do("withdraw", closed, by=world.midwife, at=now - timedelta(days=18), reason="Settled in person.")
    world.sweep(at=now)
    world.do("record_progress", late, by=world.hospital_lead, at=now, words="No date for the meeting yet.")
    return world


def _raised(world: World, now: datetime, *, days: int, **own: object) -> Disagreement:
    return world.raised(at=now - timedelta(days=days, hours=1), **own)


def _moved_up(world: World, disagreement: Disagreement, *, at: datetime) -> None:
    seniors = ((Side.RAISING, matron(world)), (Side.RECEIVING, service_manager(world)))
    people = [Person(side, "senior_manager", user.name, user.email) for side, user in seniors]
    to = Position(stage="stage_2")
    world.do("escalate", disagreement, by=world.hospital_lead, at=at, to=to, reason="Not agreed.", people=people)
    assert head_of_social_work(world)


def _police(world: World) -> tuple[Person, ...]:
    sergeant = world.person("sergeant", "lead", "police")
    return (
        Person(Side.RAISING, "practitioner", world.midwife.name, world.midwife.email),
        Person(Side.RAISING, "lead", world.hospital_lead.name, world.hospital_lead.email),
        Person(Side.RECEIVING, "lead", sergeant.name, sergeant.email),
    )
