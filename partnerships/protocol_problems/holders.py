"""Who could ever hold a role that has something to do, timescales that wait for each other, and clauses that lead nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..protocol import Protocol, Role, Rule, TimeLimit
from ..protocol_rules import rules
from ..protocol_terms import Capacity, Side
from .names import WORDS
from .parts import Path, Problem, each, sides_of
from .reach import NEVER_START, OF_TIME_LIMITS, Reach, Stages

# Only somebody of an agency is one of these, and agencies stand on a side.
OF_AGENCIES = frozenset({Capacity.PRACTITIONER, Capacity.LEAD, Capacity.SENIOR_MANAGER})
# Nobody who is one of these takes a side.
OF_NO_SIDE = frozenset({Capacity.PARTNERSHIP_OFFICE, Capacity.SUB_GROUP, Capacity.MEDIATOR})
# What people write who have not found the place yet.
NO_PLACE = re.compile(
    r"(?:tb[acd]|to ?do|to be (?:added|confirmed|decided|done)|n\.?/?a\.?|none|nil|unknown|unclear|not known|not given|see"
    r"(?: the)? (?:document|policy|protocol|text)|as above|ditto|clause|x+|\W*)\W*",
    re.IGNORECASE,
)


def unheld(protocol: Protocol) -> Iterator[Problem]:
    """A role that has something to do and that nobody in any agency, nor in the partnership, could ever hold."""
    busy = {role for stage in protocol.ladder for tier in range(1, stage.heights + 1) for role in stage.acting(tier)}
    busy |= {stage.authority.by for stage in protocol.ladder if stage.authority and stage.authority.by}
    busy |= {(limit.holder or "").rpartition(".")[2] for limit in protocol.time_limits}
    busy |= {role for process in protocol.side_processes for role in process.started_by}
    for path, role in each(protocol, "roles"):
        if role.key in busy:
            yield from _wrong_side(path, role)


def _wrong_side(path: Path, role: Role) -> Iterator[Problem]:
    sides, capacity = sides_of(role), role.capacity.replace("_", " ")
    if not sides and role.capacity in OF_AGENCIES:
        yield Problem(
            (*path, "side"),
            f'Nobody can hold role "{role.key}": a {capacity} belongs to an agency, and the role is on no agency\'s side. '
            "Write side: both, raising or receiving, or another capacity.",
        )
    if sides and role.capacity in OF_NO_SIDE:
        yield Problem(
            (*path, "side"),
            f'Nobody can hold role "{role.key}": a {capacity} takes no side. Write side: {Side.PARTNERSHIP} or {Side.OUTSIDE}, '
            "or another capacity.",
        )


def loops(protocol: Protocol) -> Iterator[Problem]:
    """Timescales that start when another passes, and lead back to themselves. Where nothing else starts any of them, none
    ever begins; where something does, they would start each other for ever."""
    limits = list(protocol.time_limits)
    reach = Reach.of(protocol)
    after = {
        limit.key: {other.key for other in limits if other is not limit and _starts(limit, other, reach.here)} for limit in limits
    }
    for number, limit in enumerate(limits):
        circle = _circle(limit.key, after)
        if not circle:
            continue
        path: Path = ("time_limits", number, "starts_on")
        named = " and ".join(f'"{key}"' for key in sorted(circle - {limit.key}))
        mine = [one for one in limits if one.key in circle]
        if not any(_by_itself(one) for one in mine):
            yield Problem(
                path,
                f'Time limit "{limit.key}" never starts: it waits for {named} to pass, which waits for it. Write another event '
                "under starts_on of one of them.",
            )
        else:
            yield Problem(
                path,
                f'Time limits "{limit.key}" and {named} start each other for ever. Take timescale_passed from starts_on of one '
                "of them, or write repeats: true on one that is to come again.",
            )


def _starts(one: TimeLimit, other: TimeLimit, here: Stages) -> bool:
    """Whether the passing of one starts the other: both count on a common step, or the first goes on after its own."""
    if not OF_TIME_LIMITS & set(other.starts_on) or one.key not in (other.when.time_limits or (one.key,)):
        return False
    mine = (frozenset(one.stages) or here) if one.ends_with_stage else here
    return bool(mine & (frozenset(other.stages) or here))


def _by_itself(limit: TimeLimit) -> bool:
    return bool(set(limit.starts_on) - OF_TIME_LIMITS - NEVER_START)


def _circle(start: str, after: dict[str, set[str]]) -> set[str]:
    """The limits that can be reached from one and lead back to it, with itself; nothing where none does."""
    reached = _reached(start, after)
    if start not in reached:
        return set()
    return {key for key in reached if start in _reached(key, after)}


def _reached(start: str, after: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for key in after.get(waiting.pop(), set()) - found:
            found.add(key)
            waiting.append(key)
    return found


def clauses(protocol: Protocol) -> Iterator[Problem]:
    """A clause is a place in the document where somebody else finds the rule."""
    for path, rule in rules(protocol):
        if rule.clause and NO_PLACE.fullmatch(rule.clause.strip()):
            yield Problem(
                (*path, "clause"),
                f'{_called(path, rule)}: "{rule.clause[:40]}" is no place in the document. Write where it stands, like 3.4 or '
                "page 5; if the document does not say it, write assumption: with the question instead.",
            )


def _called(path: Path, rule: Rule) -> str:
    key = getattr(rule, "key", None) or getattr(rule, "what", None)
    kind = next((WORDS[step] for step in reversed(path) if isinstance(step, str) and step in WORDS), "the rule")
    last = path[-1]
    if key is None and isinstance(last, str):
        return last.capitalize()
    named = f'{kind} "{key}"' if key else f"{kind} {last + 1}" if isinstance(last, int) else kind
    return named[:1].upper() + named[1:]
