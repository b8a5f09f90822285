"""Raising: ways out that would let nobody in, and ways of raising that are none."""

from __future__ import annotations

from collections.abc import Iterator

from ..protocol import Condition, Protocol, RouteOut
from ..protocol_terms import Asked, RaisedAs
from .parts import Path, Problem, each

# What nobody can know of a disagreement before it has been raised.
NOT_YET_KNOWN = {
    "grounds": "the ground for moving up", "time_limits": "a timescale", "side_processes": "a side process", "tiers": "a tier",
}  # fmt: skip
SAID = {"time_limits": "Time limit", "notice_rules": "Notice rule", "questions": "Question", "routes_out": "Route out"}


def routes(protocol: Protocol) -> Iterator[Problem]:
    seen: dict[Condition, str] = {}
    for path, route in each(protocol, "routes_out"):
        said, at = f'Route out "{route.key}"', (*path, "when")
        if not route.advice:
            yield Problem((*path, "advice"), f"{said} gives no advice. Say where to go instead.")
        yield from _too_wide(at, said, route, protocol)
        for name, words in NOT_YET_KNOWN.items():
            if getattr(route.when, name):
                yield Problem((*at, name), f"{said} asks about {words}, which is not known on raising. Leave {name} out.")
        if route.when in seen and _asked(route.when):
            yield Problem(at, f'{said} has the same condition as "{seen[route.when]}". Join the two, or change one of them.')
        seen.setdefault(route.when, route.key)
    for name in ("routes_out", "signposts"):
        for path, way in each(protocol, name):
            if way.protocol == protocol.key:
                said = f'"{way.key}" leads to this same protocol. Write the key of another, or leave it out.'
                yield Problem((*path, "protocol"), said)


def _asked(when: Condition) -> frozenset[str]:
    return frozenset(name for name in Condition.model_fields if name != "sector_of" and getattr(when, name) not in ((), None))


def _too_wide(path: Path, said: str, route: RouteOut, protocol: Protocol) -> Iterator[Problem]:
    """One that stops everything would leave a protocol under which nobody could ever raise a disagreement."""
    asked = _asked(route.when)
    if not asked:
        then = "nobody could ever raise a disagreement" if route.stops else "it would be shown to everybody"
        yield Problem(path, f"{said} has no condition, so {then}. Say under when: which disagreements go elsewhere.")
        return
    every: dict[str, set[str]] = {
        "categories": {category.key for category in protocol.categories},
        "stages": {stage.key for stage in protocol.ladder if stage.opens_here or stage.directly_reachable},
        "raised_as": {RaisedAs.OWN, *(raiser.kind for raiser in protocol.raisers)},
    }
    for name, keys in every.items():
        if route.stops and asked == {name} and keys and keys <= set(getattr(route.when, name)):
            yield Problem(
                (*path, name), f"{said} stops all {name}, so nobody could ever raise a disagreement. Leave at least one out."
            )


def raisers(protocol: Protocol) -> Iterator[Problem]:
    seen: set[RaisedAs] = set()
    for path, raiser in each(protocol, "raisers"):
        if raiser.kind is RaisedAs.OWN:
            yield Problem(
                (*path, "kind"), 'Everybody may raise for their own agency. Leave "own" out: list only the further ways.'
            )
        elif raiser.kind in seen:
            yield Problem((*path, "kind"), f'"{raiser.kind}" is listed already. Join the two.')
        seen.add(raiser.kind)
    allowed = {RaisedAs.OWN, *seen}
    for at, said, when in _conditions(protocol):
        for number, kind in enumerate(when.raised_as):
            if kind not in allowed:
                told = f'{said}: nobody can raise as "{kind}" here. Add it under raisers, or leave it out.'
                yield Problem((*at, "raised_as", number), told)


def lateness(protocol: Protocol) -> Iterator[Problem]:
    """Raised late is what the form's day of the decision says; without either nothing is ever late."""
    if protocol.raise_within is not None and protocol.asks_for(Asked.DECIDED_ON) is None:
        yield Problem(
            ("raise_within",),
            "It says how soon after a decision a disagreement is raised, but nothing asks when the decision was. "
            "Add a requirement decided_on, or leave raise_within out.",
        )
    if protocol.raise_within is None:
        for at, said, when in _conditions(protocol):
            if when.late is not None:
                yield Problem((*at, "late"), f"{said}: nothing is ever late here. Add raise_within, or leave late out.")


def tiers(protocol: Protocol) -> Iterator[Problem]:
    """A tier that no stage has, where the condition holds, is never stood on."""
    for name in ("time_limits", "notice_rules", "questions"):
        for path, part in each(protocol, name):
            stages = {*part.when.stages, *getattr(part, "stages", ())} or {stage.key for stage in protocol.ladder}
            most = max((stage.heights for stage in protocol.ladder if stage.key in stages), default=1)
            for number, tier in enumerate(part.when.tiers):
                if tier > most:
                    said = f'{SAID[name]} "{part.key}": no stage there has {tier} tiers.'
                    yield Problem((*path, "when", "tiers", number), f"{said} Write a number up to {most}, or leave tiers out.")


def _conditions(protocol: Protocol) -> Iterator[tuple[Path, str, Condition]]:
    for path, stage in each(protocol, "stages"):
        if stage.only_when is not None:
            yield (*path, "only_when"), f'Stage "{stage.key}"', stage.only_when
        if stage.direct_when is not None:
            yield (*path, "direct_when"), f'Stage "{stage.key}"', stage.direct_when
    for name, words in SAID.items():
        for path, part in each(protocol, name):
            yield (*path, "when"), f'{words} "{part.key}"', part.when
