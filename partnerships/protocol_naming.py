"""How the parts of a protocol are called inside a sentence, and a condition as the rest of one; knows no rule's own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .protocol import Condition, Protocol
from .protocol_phrases import EVENT_WORDS, RAISED_AS_WORDS, SECTOR_WORDS, SIDE_WORDS
from .protocol_terms import Side


def listed(words: Iterable[str], *, last: str = "and") -> str:
    """A, B and C."""
    said = list(words)
    return f" {last} ".join(part for part in (", ".join(said[:-1]), *said[-1:]) if part)


def called(parts: Iterable[Any], key: str) -> str:
    """The name of the part with this key; the key itself where a draft has no such part yet."""
    return next((str(part.name) for part in parts if part.key == key), key)


def stage_name(protocol: Protocol, key: str) -> str:
    """ "Stage 2: Next tiers of management", without the tier."""
    stage = protocol.stage(key)
    word = capital(protocol.step_word)
    return f"{word} {stage.number}: {stage.name}" if stage.number else stage.name


def stage_numbers(protocol: Protocol, keys: Sequence[str]) -> str:
    """ "stage 1 or 2": the short way inside a sentence."""
    numbers = {stage.key: stage.number for stage in protocol.stages}
    if all(numbers.get(key) for key in keys):
        return f"{protocol.step_word} {listed((numbers[key] for key in keys), last='or')}"
    return listed((f"“{called(protocol.stages, key)}”" for key in keys), last="or")


def capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def role_words(protocol: Protocol, recipient: str) -> str:
    """ "Safeguarding lead or manager (both sides)": one role as a rule names it."""
    prefix, _, key = recipient.rpartition(".")
    role = next((role for role in protocol.roles if role.key == key), None)
    if role is None:
        return f"“{key}”"
    side = Side(prefix) if prefix else role.side
    return f"{role.name} ({SIDE_WORDS[side]})" if side in (Side.RAISING, Side.RECEIVING, Side.BOTH) else role.name


def when_words(protocol: Protocol, events: Iterable[str]) -> str:
    return "when " + listed((EVENT_WORDS[event].format(step=protocol.step_word) for event in events), last="or")  # type: ignore[index]


def condition_words(protocol: Protocol, when: Condition) -> list[str]:
    """Each thing that must hold, as "at stage 2", "if the child is looked after"."""
    said = [f"at {stage_numbers(protocol, when.stages)}"] if when.stages else []
    if when.formal is not None:
        said.append(f"at {'a formal' if when.formal else 'an informal'} {protocol.step_word}")
    if when.direct is not None:
        said.append("if it came there directly" if when.direct else "if it came there step by step")
    if when.tiers:
        said.append(f"at tier {listed((str(tier) for tier in when.tiers), last='or')}, counted from the lowest")
    if when.sectors:
        which = {"either": "either agency", "raising": "the raising agency", "receiving": "the receiving agency"}[when.sector_of]
        said.append(f"if {which} belongs to {listed((SECTOR_WORDS[s] for s in when.sectors), last='or')}")
    named = (
        ("if the child’s status is", when.child_statuses, {s.key: s.name for s in protocol.child_statuses}),
        ("if it is marked", when.flags, {f.key: f.name for f in protocol.flags}),
        ("if it is about", when.categories, {c.key: c.name for c in protocol.categories}),
        ("if the urgency is", when.urgencies, {u.key: u.name for u in protocol.urgency_bands}),
        ("if the reason is", when.grounds, {g.key: g.name for g in protocol.grounds}),
        ("for the timescale", when.time_limits, {t.key: t.label for t in protocol.time_limits}),
        ("for", when.side_processes, {p.key: p.name for p in protocol.side_processes}),
    )
    for words, keys, names in named:
        if keys:
            said.append(f"{words} {listed((f'“{names.get(key, key)}”' for key in keys), last='or')}")
    if when.raised_as:
        said.append(f"if it is raised {listed((RAISED_AS_WORDS[way] for way in when.raised_as), last='or')}")
    if when.late is not None:
        said.append(f"if it is raised {'later' if when.late else 'no later'} than the protocol says")
    return said


def conditions(protocol: Protocol, when: Condition) -> str:
    """All that must hold, as the rest of a sentence: "at stage 2, if the child is looked after"."""
    return ", ".join(condition_words(protocol, when))
