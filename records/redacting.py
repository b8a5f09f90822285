"""What is left out of a copy for somebody outside, and words blacked out wherever they stand. Pure: no Django, no row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

# Always the same, so that its length tells nothing; a word, so that it is read out and can be searched for.
REMOVED = "[removed]"
# Shorter words of a part that was left out stand everywhere by chance.
WORTH_COMPARING = 25
# Characters that are not seen and that Unicode does not count among those that only format.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {chr(code) for code in range(0xFE00, 0xFE10)}


@dataclass(frozen=True)
class Part:
    """One thing of the record that is given or left out as a whole. `lines`: what it is, and what it says."""

    key: str
    section: str
    heading: str
    lines: tuple[tuple[str, str], ...] = ()
    left_out: str = ""


@dataclass(frozen=True)
class Redactions:
    """`parts`: by the key of the part, why it is left out. `phrases`: words to black out everywhere, and why."""

    parts: Mapping[str, str] = field(default_factory=dict)
    phrases: tuple[str, ...] = ()
    phrases_why: str = ""


def given(parts: Iterable[Part], redactions: Redactions) -> list[Part]:
    """The record as it is given. Of a part left out nothing stays but its section and the reason."""
    black_out = blacking_out(redactions.phrases)
    found = []
    for number, part in enumerate(parts):
        if why := redactions.parts.get(part.key):
            found.append(Part(key=f"left-out-{number}", section=part.section, heading="", left_out=black_out(why)))
        else:
            lines = tuple((black_out(label), black_out(text)) for label, text in part.lines)
            found.append(replace(part, key=f"part-{number}", heading=black_out(part.heading), lines=lines))
    return found


def blacking_out(phrases: Sequence[str]) -> Callable[[str], str]:
    """Replaces each phrase, whatever its capitals and whatever stands between its words: "Ann Lee" is found in "ANN  LEE",
    in "Ann-Lee's" and in ann.lee@school.example. It is not found inside a longer word."""
    patterns = [pattern for phrase in sorted(phrases, key=len, reverse=True) if (pattern := _pattern(phrase))]
    if not patterns:
        return plain
    together = re.compile("|".join(patterns), re.IGNORECASE)
    return lambda text: together.sub(REMOVED, plain(text))


def plain(text: str) -> str:
    """One spelling of every letter, and nothing that is not seen and would hide a word from being found."""
    found = unicodedata.normalize("NFC", text)
    return found if found.isascii() else "".join(c for c in found if c not in _UNSEEN and unicodedata.category(c) != "Cf")


def _pattern(phrase: str) -> str:
    words = re.findall(r"\d|[^\W\d_]+", plain(phrase))
    if not words:
        return ""
    before = r"(?<!\d)" if words[0].isdigit() else r"(?<![^\W\d_])"
    after = r"(?!\d)" if words[-1].isdigit() else r"(?:['’]?s)?(?![^\W\d_])"
    return before + r"[\W_]*".join(map(re.escape, words)) + after


def standing_elsewhere(parts: Sequence[Part], redactions: Redactions) -> list[tuple[str, str]]:
    """What was left out in one place and still stands in another: (there, here). An outcome's text, for one, stands in
    the chronology too."""
    shown = [part for part in parts if part.key not in redactions.parts]
    found = []
    for part in parts:
        if part.key not in redactions.parts:
            continue
        texts = [text.strip() for _, text in part.lines if len(text.strip()) >= WORTH_COMPARING]
        found += [
            (part.heading, f"{other.section}: {other.heading}")
            for other in shown
            if any(text in said for text in texts for _, said in other.lines)
        ]
    return found
