"""Who may do what, and who decides together: can anybody, may they see it, and does the limit ever bind."""

from __future__ import annotations

from collections.abc import Iterator

from ..protocol import Permit, Protocol
from .parts import Path, Problem, each, sides_of


def permits(protocol: Protocol) -> Iterator[Problem]:
    blind = {role.key for role in protocol.roles if not role.may_see}
    given: set[tuple[str, str]] = set()
    for path, permit in each(protocol, "permits"):
        said = f'Permission {path[1] + 1} ("{permit.act}")'
        yield from _says_something(path, said, permit)
        for number, key in enumerate(permit.by):
            yield from _able((*path, "by", number), said, key, protocol, blind)
        here = {(permit.act, stage) for stage in permit.stages or [stage.key for stage in protocol.ladder]}
        if here & given:
            yield Problem((*path, "act"), f"{said}: another one is about the same at the same stage. Join the two.")
        given |= here
    for path, stage in each(protocol, "stages"):
        at = (*path, "authority", "jointly_with")
        for number, key in enumerate(stage.authority.jointly_with if stage.authority else ()):
            said = f'The authority of stage "{stage.key}"'
            if stage.authority and key == stage.authority.by:
                yield Problem((*at, number), f'{said} is role "{key}" already. Leave it out of jointly_with.')
            elif key in blind:
                told = f'{said}: role "{key}" may not see the disagreement, so it cannot agree to anything. Name another role.'
                yield Problem((*at, number), told)


def _says_something(path: Path, said: str, permit: Permit) -> Iterator[Problem]:
    if not permit.by and permit.times is None and permit.within is None:
        yield Problem(path, f"{said} changes nothing. Say who may under by, how often under times, or until when under within.")
    if permit.act == "withdraw" and permit.times is not None:
        yield Problem((*path, "times"), f"{said}: it is withdrawn once and for all. Leave times out.")


def _able(path: Path, said: str, recipient: str, protocol: Protocol, blind: set[str]) -> Iterator[Problem]:
    side, _, key = recipient.rpartition(".")
    if key in blind:
        yield Problem(path, f'{said}: role "{key}" may not see the disagreement, so it cannot do this. Name another role.')
    role = next((role for role in protocol.roles if role.key == key), None)
    if side and role is not None and len(sides_of(role)) < 2:
        yield Problem(path, f'{said}: role "{key}" is not on both sides, so it takes no "{side}." in front. Write {key}.')
