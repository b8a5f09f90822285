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
