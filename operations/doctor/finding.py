"""One thing that doctor found, as a value: how grave, what it is in plain words, what to do, and where to read more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PAGE = "docs/operations/doctor.md"


class Grave(StrEnum):
    WELL = "well"
    NOTE = "note"  # works, and somebody should know
    WRONG = "wrong"  # does not work, or is not safe


@dataclass(frozen=True)
class Finding:
    name: str
    grave: Grave
    sentence: str
    do: str = ""

    @property
    def see(self) -> str:
        return f"{PAGE}#{self.name}"

    def parts(self) -> dict[str, str]:
        return {"name": self.name, "grave": str(self.grave), "sentence": self.sentence, "do": self.do, "see": self.see}


def well(name: str, sentence: str) -> Finding:
    return Finding(name, Grave.WELL, sentence)


def note(name: str, sentence: str, do: str) -> Finding:
    return Finding(name, Grave.NOTE, sentence, do)


def wrong(name: str, sentence: str, do: str) -> Finding:
    return Finding(name, Grave.WRONG, sentence, do)
