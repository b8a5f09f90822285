"""What an agency is asked in a return, as data, and an answer in words; knows no form and no row. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

NUMBER, THEMES, WORDS = "number", "themes", "words"

QUESTIONS: tuple[dict[str, str], ...] = (
    {
        "key": "settled",
        "kind": NUMBER,
        "text": "About how many differences with other agencies did you settle by talking?",
        "hint": "Those that nobody raised formally. An estimate is enough.",
    },
    {
        "key": "themes",
        "kind": THEMES,
        "text": "What were they about?",
        "hint": "Tick all that apply.",
    },
    {
        "key": "helped",
        "kind": WORDS,
        "text": "What helped to settle them?",
        "hint": "",
    },
    {
        "key": "in_the_way",
        "kind": WORDS,
        "text": "What got in the way?",
        "hint": "",
    },
    {
        "key": "to_know",
        "kind": WORDS,
        "text": "What should the partnership know?",
        "hint": "For example a theme that keeps coming back. If there was nothing to tell, say so.",
    },
)


def asked_with(own: Iterable[str]) -> list[dict[str, str]]:
    """The questions of a round: the usual ones, and the partnership's own after them."""
    more = [{"key": f"own_{place}", "kind": WORDS, "text": text, "hint": ""} for place, text in enumerate(own, start=1)]
    return [*map(dict, QUESTIONS), *more]


def in_words(question: Mapping[str, str], answers: Mapping[str, Any], *, themes: Mapping[str, str]) -> str:
    """What was answered to one question, or nothing. `themes`: the names of the protocol's categories, by key."""
    value = answers.get(question["key"])
    if value in (None, "", []):
        return ""
    if question["kind"] == THEMES and isinstance(value, list):
        return "; ".join(themes.get(str(each), str(each)) for each in value)
    return str(value)
