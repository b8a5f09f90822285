"""What every check of a protocol needs: a problem with its path, and the words that say how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ..protocol import Protocol, Role
from ..protocol_terms import Side

Path = tuple[str | int, ...]
BOTH_SIDES = frozenset({Side.RAISING, Side.RECEIVING})
MOST_SHOWN = 16


@dataclass(frozen=True)
class Problem:
    """Where in the protocol, and one or two sentences: what is wrong, and what to write instead."""

    path: Path
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def meant(word: str, known: Iterable[str]) -> str:
    """ "Did you mean ...?" where a known word is close to the one written, otherwise the known words themselves."""
    words = list(dict.fromkeys(known))
    # Very long words are cut: comparing them is slow, and none of ours is long.
    close = get_close_matches(word[:60].strip().lower().replace(" ", "_").replace("-", "_"), words, n=1, cutoff=0.6)
    if close:
        return f'Did you mean "{close[0]}"?'
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
