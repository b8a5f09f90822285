"""How a field of a part is spoken of on a page: the shape of every line of the tables; knows no field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Said:
    """`of`: the list of the protocol whose parts are chosen from, by name ("recipients": roles, with a side).
    `long`: several lines of text. `rare`: folded away with what few protocols need. `one`: what one of a list is called.
    `words`: the choices of this one field, where they are no enumeration."""

    label: str
    hint: str = ""
    of: str = ""
    long: bool = False
    rare: bool = False
    one: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


CLAUSE = "Where your document says so. For example: 3.4, or page 5."
SILENT = (
    "What is assumed and why, ending in the question that somebody has to answer. It is shown as assumed until a named "
    "person confirms it. Leave it empty where the clause says it all."
)


def ground(about: str) -> dict[str, Said]:
    """What a rule inside another rests on: on one form, no two boxes are called the same."""
    return {
        "clause": Said(f"Clause {about}", CLAUSE),
        "assumption": Said(f"Assumed {about}, because the document is silent", SILENT, long=True),
    }
