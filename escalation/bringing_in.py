"""Which roles beside the parties a thing that happened brings in, under the protocol's own conditions; knows no person.

Need to know: a role that is asked to act, or is told because somebody should step in, may read the disagreement from then
on, whatever becomes of its step, its marks or its date. Being told of an outcome or of learning opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from partnerships.conditions import SIDES, Facts, holds
from partnerships.protocol import Protocol, Role
from partnerships.protocol_terms import ONLY_AS_PARTIES, Event, Side

ON_THE_LADDER = frozenset({Event.RAISED, Event.STAGE_OPENED, Event.TIER_OPENED})
OPENING = ON_THE_LADDER | {Event.FLAGGED, Event.SITUATION_CHANGED, Event.SIDE_PROCESS_STARTED, Event.TIMESCALE_PASSED}


def brought_in(protocol: Protocol, *, events: frozenset[Event], facts: Facts, tier: int) -> frozenset[str]:
    """ "chair" for a role of the partnership or of outside, "raising.representative" for one that speaks for a side."""
    recipients: set[str] = set()
    stage = next((stage for stage in protocol.stages if stage.key == facts.stage), None)
    if stage is not None and events & ON_THE_LADDER:
        recipients |= {*stage.acts, *stage.acting(tier)}
        recipients |= {stage.authority.by} if stage.authority and stage.authority.by else set()
        recipients |= {*stage.authority.jointly_with} if stage.authority else set()
    for rule in protocol.notice_rules:
        if events & OPENING & set(rule.on) and holds(protocol, rule.when, facts):
            recipients |= set(rule.to)
    return frozenset(known for recipient in recipients for known in _known(protocol, recipient))


def _known(protocol: Protocol, recipient: str) -> Iterator[str]:
    prefix, _, key = recipient.rpartition(".")
    role: Role = protocol.role(key)
    if not role.may_see or role.capacity in ONLY_AS_PARTIES:
        return
    if role.side in (Side.PARTNERSHIP, Side.OUTSIDE):
        yield key
        return
    sides = (Side(prefix),) if prefix else SIDES if role.side == Side.BOTH else (role.side,)
    yield from (f"{side}.{key}" for side in sides)
