"""Whether a protocol can work: every reason why not, as a sentence with its remedy; knows no file and no database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from ..protocol import Protocol
from . import beside, branches, clocks, holders, ladder, moving, names, people, permits, raising
from .parts import Path, Problem, closest, meant

CHECKS: tuple[Callable[[Protocol], Iterator[Problem]], ...] = (
    names.repeated,
    names.unknown,
    ladder.ladder,
    ladder.ends,
    ladder.actors,
    holders.unheld,
    branches.branches,
    clocks.clocks,
    holders.loops,
    clocks.notices,
    moving.grounds,
    moving.questions,
    moving.closing,
    moving.silence,
    raising.routes,
    raising.raisers,
    raising.lateness,
    raising.tiers,
    permits.permits,
    people.requirements,
    people.signposts,
    beside.side_processes,
    people.contacts,
    people.reporting,
    holders.clauses,
    people.characters,
)


@lru_cache(maxsize=64)
def problems_with(protocol: Protocol) -> tuple[Problem, ...]:
    """Everything that would stop this protocol from working; none means that it can be published. The same value has the
    same problems: it is worked out once, though a page of the editor asks several times."""
    return tuple(problem for check in CHECKS for problem in check(protocol))


__all__ = ["Path", "Problem", "closest", "meant", "problems_with"]
