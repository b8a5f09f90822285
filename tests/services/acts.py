"""What the tests of the verbs share: who may, what a refusal says and leaves behind, and the way up a ladder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import pytest

from escalation.clocks import end_of
from escalation.models import ChronologyEntry, ChronologyWords, Disagreement, Party
from escalation.moves import Refused
from escalation.permissions import may, ties
from escalation.services import Person
from partnerships.ladder import Position
from partnerships.models import MemberRole, User
from partnerships.protocol_terms import Side
from tests.world import TUESDAY, World

LATER = TUESDAY.replace(hour=14)

CLOSED = "This disagreement is closed, so it cannot be changed in this way now."
PARTIES = "Only the people who act for one of the two sides may do this."


def after(day: str) -> datetime:
    """The instant from which a day is over in London."""
    return end_of(date.fromisoformat(day))


def named(world: World, *, to: Position | None = None) -> tuple[Person, ...]:
    """The usual people of both sides, and the social worker whom the concern is about."""
    position = to or world.particulars().to
    practitioner = next(r.key for r in world.protocol.roles if r.capacity == "practitioner")
    about = Person(side=Side.RECEIVING, role=practitioner, name="Social Worker", email=world.social_worker.email)
    return (*world.acting_people(position), about)


def raised(world: World, *, to: Position | None = None, **own: Any) -> Disagreement:
    return world.raised(**({"people": named(world, to=to)} | ({"to": to} if to else {}) | own))


def up_to(world: World, stage: str, tier: int = 1, *, at: datetime = TUESDAY, **own: Any) -> Disagreement:
    """A disagreement that went up rung by rung, everybody's gates recorded, as far as this one."""
    found = raised(world, at=at, **own)
    rungs = [Position(stage=s.key, tier=t) for s in world.protocol.ladder for t in range(1, s.heights + 1)]
    for rung in rungs[rungs.index(found.position) + 1 : rungs.index(Position(stage=stage, tier=tier)) + 1]:
        found = escalated(world, found, rung, at=at)
    return found


def escalated(world: World, disagreement: Disagreement, to: Position, *, at: datetime = LATER) -> Disagreement:
    gates = [gate.key for gate in world.protocol.stage(to.stage).gates]
    facts = {"to": to, "reason": "Not agreed.", "gates": gates, "people": world.acting_people(to)}
    return world.do("escalate", disagreement, by=world.hospital_lead, at=at, **facts)


def agreed(world: World, disagreement: Disagreement, *, at: datetime = LATER, **facts: Any) -> Disagreement:
    return world.do("record_agreement", disagreement, by=world.hospital_lead, at=at, **({"text": "A joint visit."} | facts))


def resolved(world: World, **own: Any) -> Disagreement:
    """Agreed at the first rung and, where the protocol asks for it, confirmed in writing."""
    found = agreed(world, raised(world, **own))
    return (
        world.do("confirm_outcome", found, by=world.team_manager, at=LATER) if found.state == "awaiting_confirmation" else found
    )


def closed(world: World, **own: Any) -> Disagreement:
    """Closed, with everything recorded that any of the five protocols asks for."""
    found = resolved(world, **own)
    found = world.do("tell_raiser", found, by=world.hospital_lead, at=LATER)
    for agency in ("hospital", "social_care"):
        found = world.do("confirm_on_file", found, by=world.hospital_lead, at=LATER, agency=world.agencies[agency])
    found = world.do("record_learning", found, by=world.hospital_lead, at=LATER, words="Talk sooner.", supervision="Monthly.")
    return world.do("close", found, by=world.hospital_lead, at=LATER)


def refusal(world: World, verb: str, disagreement: Disagreement, *, by: User, at: datetime = LATER, **facts: Any) -> str:
    """The sentence with which a verb is refused; nothing may be left behind."""
    before = snapshot(world, disagreement)
    with pytest.raises(Refused) as refused:
        world.do(verb, disagreement, by=by, at=at, **facts)
    assert snapshot(world, disagreement) == before
    return str(refused.value)


def snapshot(world: World, disagreement: Disagreement) -> list[Any]:
    """Everything about a disagreement that a refused verb must leave as it was."""
    with world.scope():
        row = Disagreement.objects.filter(pk=disagreement.pk).values().get()
        belongings = (
            "parties",
            "checks",
            "outcomes",
            "actions",
            "learning",
            "links",
            "side_processes",
            "deadlines",
            "chronology",
        )
        return [row, *(list(getattr(disagreement, name).order_by("pk").values()) for name in belongings)]


def last(world: World, disagreement: Disagreement) -> ChronologyEntry:
    """What was done last: that somebody named with it waits for the office follows by itself."""
    with world.scope():
        done = ChronologyEntry.objects.filter(disagreement=disagreement).exclude(kind="invitation_held")
        return done.select_related("actor").latest("seq")


def words_of(world: World, entry: ChronologyEntry) -> str:
    with world.scope():
        found = ChronologyWords.objects.filter(pk=entry.words_id).first()
        return found.text if found else ""


def observer(world: World) -> User:
    return world.person("observer", MemberRole.OBSERVER)


def cast(world: World) -> dict[str, User]:
    return {
        "raiser": world.midwife,
        "raising manager": world.hospital_lead,
        "practitioner concerned": world.social_worker,
        "receiving manager": world.team_manager,
        "partnership manager": world.office,
        "protocol administrator": world.administrator,
        "observer": observer(world),
        "stranger": world.stranger,
    }


def who_may(world: World, verb: str, disagreement: Disagreement, **more: User) -> set[str]:
    """Everybody of the cast who may do it to this disagreement."""
    people = cast(world) | more
    with world.scope():
        parties = list(Party.objects.filter(disagreement=disagreement))
        return {name for name, user in people.items() if may(verb, ties(world.viewer(user), disagreement, parties))}


BOTH_SIDES = {"raiser", "raising manager", "practitioner concerned", "receiving manager", "partnership manager"}
MANAGERS = {"raising manager", "receiving manager", "partnership manager"}
RECEIVING = {"practitioner concerned", "receiving manager", "partnership manager"}
RAISING = {"raiser", "raising manager", "partnership manager"}


def people_of(world: World, disagreement: Disagreement) -> Iterable[tuple[str, str, str]]:
    """(side, role, name) of everybody who takes part now."""
    with world.scope():
        found = Party.objects.filter(disagreement=disagreement, left_at=None)
        return sorted(found.values_list("side", "role", "name"))
