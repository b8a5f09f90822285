"""Where on a draft's ladder a rung of another version is, and who in it a role of another version is; reads no row."""

from __future__ import annotations

from dataclasses import replace

from notifications.audiences import People, Person
from partnerships.ladder import Position, rung_words
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Side, StageKind

HEIGHTS = list(StageKind)


def placed(draft: Protocol, then: Protocol, rung: Position) -> tuple[Position, str]:
    """The rung in the draft, with a sentence where it is not the same: by its key, else the first of its kind of step, else
    the nearest below it."""
    stage = next((stage for stage in draft.ladder if stage.key == rung.stage), None)
    if stage is not None and rung.tier <= stage.heights:
        return rung, ""
    words = rung_words(then, rung)
    if stage is not None:
        there = Position(stage=stage.key, tier=stage.heights)
        return there, f"“{words}” does not exist in the draft. Taken as its “{rung_words(draft, there)}”."
    height = HEIGHTS.index(then.stage(rung.stage).kind)
    same = [s for s in draft.ladder if HEIGHTS.index(s.kind) == height]
    below = [s for s in draft.ladder if HEIGHTS.index(s.kind) < height]
    there = Position(stage=(same[:1] or below[-1:] or list(draft.ladder[:1]))[0].key)
    alike = "the draft’s step of the same kind" if same else "the draft’s nearest step"
    return there, f"“{words}” does not exist in the draft. Taken as “{rung_words(draft, there)}”, {alike}."


def cast_for(draft: Protocol, then: Protocol, people: People) -> People:
    """The same people in the draft's own roles: one whose role it does not have stands in the first of the same capacity."""

    def renamed(person: Person) -> Person:
        known = {role.key for role in draft.roles}
        own = next((role for role in then.roles if role.key == person.role), None)
        if person.role in known or own is None:
            return person
        sides = (own.side, Side.BOTH, person.side) if person.side else (own.side,)
        alike = next((r.key for r in draft.roles if r.capacity == own.capacity and r.side in sides), person.role)
        return replace(person, role=alike)

    return replace(people, parties=tuple(map(renamed, people.parties)), directory=tuple(map(renamed, people.directory)))
