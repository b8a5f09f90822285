"""Whom a rehearsal takes to be there: those whom the form names, and those whom the partnership has listed; reads no row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from notifications.audiences import FROM_DIRECTORY, People, Person
from partnerships.ladder import Position
from partnerships.protocol import Protocol, Role
from partnerships.protocol_terms import Capacity, Side

SIDES = (Side.RAISING, Side.RECEIVING)
# No agency and no address of the partnership's own can be one of these.
IMAGINED: dict[Side, int] = {Side.RAISING: -1, Side.RECEIVING: -2}
NOWHERE = "rehearsal.invalid"


@dataclass(frozen=True, kw_only=True)
class Cast:
    """`directory`: the partnership's contacts and members, as they are listed today. `agencies`: each side's agency, by
    its id; a side without one is any agency of its sector, and is taken to have somebody listed in every role."""

    directory: tuple[Person, ...] = ()
    agencies: Mapping[Side, int] = field(default_factory=dict)

    def people(self, protocol: Protocol, rungs: Iterable[Position], *, actor: Person | None = None) -> People:
        imagined = [side for side in SIDES if side not in self.agencies]
        listed = [person for side in imagined for person in _listed(protocol, side)]
        return People(
            parties=parties(protocol, rungs),
            directory=(*self.directory, *listed),
            agencies={side: self.agencies.get(side, IMAGINED[side]) for side in SIDES},
            actor=actor,
        )


def parties(protocol: Protocol, rungs: Iterable[Position]) -> tuple[Person, ...]:
    """Those whom the forms ask for by the time these rungs have been reached: on each side the practitioner, the first
    manager, and whoever acts at each rung."""
    first = [role.key for role in (practitioner(protocol), lead(protocol)) if role is not None]
    acting = [key for rung in rungs for key in protocol.stage(rung.stage).acting(rung.tier)]
    return tuple(
        _named(role, side)
        for side in SIDES
        for role in dict.fromkeys([*first, *acting])
        if protocol.role(role).side in (Side.BOTH, side)
    )


def practitioner(protocol: Protocol) -> Role | None:
    own = (role for role in protocol.roles if role.side in (Side.BOTH, Side.RAISING))
    return next((role for role in own if role.capacity == Capacity.PRACTITIONER), None)


def lead(protocol: Protocol) -> Role | None:
    return next((role for role in protocol.roles if role.side == Side.BOTH and role.capacity == Capacity.LEAD), None)


def raiser(protocol: Protocol) -> Person | None:
    """Who raises it: the practitioner of the raising side."""
    role = practitioner(protocol)
    return _named(role.key, Side.RAISING) if role else None


def mover(protocol: Protocol, rung: Position) -> Person | None:
    """Who moves it up from a rung: whoever acts there for the raising side, of those to whom the protocol leaves it."""
    acting = protocol.stage(rung.stage).acting(rung.tier)
    may = next((p.by for p in protocol.permits if p.act == "move_up" and p.by and rung.stage in (p.stages or (rung.stage,))), ())
    ours = [
        key for key in (*acting, *(by.rpartition(".")[2] for by in may)) if protocol.role(key).side in (Side.BOTH, Side.RAISING)
    ]
    role = next((key for key in ours if not may or {key, f"raising.{key}"} & set(may)), None)
    return _named(role, Side.RAISING) if role else raiser(protocol)


def _named(role: str, side: Side) -> Person:
    return Person(role=role, email=f"{role}@{side}.{NOWHERE}", side=side, agency_id=IMAGINED[side])


def _listed(protocol: Protocol, side: Side) -> Iterable[Person]:
    """Whom any agency of a side is taken to have listed: the roles for which its own list of people answers."""
    bound = {recipient.rpartition(".")[2] for rule in protocol.notice_rules for recipient in rule.to if "." in recipient}
    for role in protocol.roles:
        own = role.side in (Side.BOTH, side) and role.capacity in FROM_DIRECTORY
        beside = role.side in (Side.PARTNERSHIP, Side.OUTSIDE)
        if own or (beside and (role.capacity == Capacity.REPRESENTATIVE or role.key in bound)):
            yield Person(role=role.key, email=f"listed.{role.key}@{side}.{NOWHERE}", agency_id=IMAGINED[side])
