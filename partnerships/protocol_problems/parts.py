"""What every check of a protocol needs: a problem with its path, and the words that say how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from ..protocol import Protocol, Role
from ..protocol_terms import Side

Path = tuple[str | int, ...]
BOTH_SIDES = frozenset({Side.RAISING, Side.RECEIVING})
MOST_SHOWN = 20


@dataclass(frozen=True)
class Problem:
    """Where in the protocol, and one or two sentences: what is wrong, and what to write instead."""

    path: Path
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, if one is close enough."""
    # Long words are cut, because comparing them is slow and none of ours is long.
    return _closest(word[:60].strip().lower().replace(" ", "_").replace("-", "_"), tuple(known))


@lru_cache(maxsize=4096)
def _closest(written: str, known: tuple[str, ...]) -> str | None:
    return next(iter(get_close_matches(written, known, n=1, cutoff=0.6)), None)


def meant(word: str, known: Iterable[str]) -> str:
    """ "Did you mean ...?" where a known word is close to the one written, otherwise the known words themselves."""
    words = list(dict.fromkeys(known))
    better = closest(word, words)
    if better is not None:
        return f'Did you mean "{better}"?'
    if not words:
        return "None is defined here; add it, or leave this out."
    more = f" and {len(words) - MOST_SHOWN} more" if len(words) > MOST_SHOWN else ""
    return f"Write one of: {', '.join(words[:MOST_SHOWN])}{more}."


def each(protocol: Protocol, name: str) -> Iterator[tuple[tuple[str, int], Any]]:
    """The parts of one list of the protocol, each with the path to it."""
    for number, part in enumerate(getattr(protocol, name)):
        yield (name, number), part


def sides_of(role: Role) -> frozenset[Side]:
    """The sides of a disagreement that a role acts for; none for the partnership's own and for outside roles."""
    return BOTH_SIDES if role.side is Side.BOTH else frozenset({role.side}) & BOTH_SIDES
