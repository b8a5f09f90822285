"""The fields of a protocol's parts by name and what stands in them, in words, for putting two protocols side by side.

Knows no page and no row."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any

from ..protocol import Condition, Part, Protocol
from ..protocol_phrases import (
    ASKED_WORDS,
    CAPACITY_WORDS,
    COMMON_WORDS,
    EVENT_WORDS,
    GUIDANCE_WORDS,
    KIND_NAMES,
    SECTOR_WORDS,
    SIDE_WORDS,
    STANCE_WORDS,
    STRENGTH_WORDS,
    plural,
)
from ..protocol_sentences import called, capital, condition_words, listed, role_words, stage_numbers
from ..protocol_terms import Asked, Capacity, CommonCategory, Event, Sector, Side, StageKind, Stance, Strength

NOTHING = "Nothing"
# Where the name of a field is not what a person would call it.
FIELD_WORDS = {
    "acts": "Who acts",
    "advice": "Advice given",
    "agencies_report": "The agencies report regularly",
    "amount": "How many",
    "annual_to": "Reported every year to",
    "answer": "Answered by",
    "asks": "What is asked",
    "at": "Where it is shown",
    "by": "Whose it is",
    "common": "Compared as",
    "counts_from": "Day 0",
    "danger": "A child is in danger",
    "directly_reachable": "Can be reached directly",
    "ends_with_stage": "Ends when the step ends",
    "every": "How often",
    "formal": "Formal",
    "gates": "Recorded before it opens",
    "held_by": "Held by",
    "holder": "Which role holds it",
    "indicative": "Posts are for indication",
    "instead": "Takes the place of the ladder",
    "key": "Short name in the file",
    "label": "As the document says it",
    "may_decide": "May decide",
    "may_see": "May open the disagreement",
    "means": "What silence means",
    "must": "Must be answered",
    "no_answer": "Because of no answer",
    "office": "The partnership office may close",
    "on": "Sent when",
    "only_when": "Only where",
    "opens_here": "A disagreement may start here",
    "recorded": "In the tracker",
    "remind_before": "Reminded before its end",
    "silent_after_months": "Months until silence is asked about",
    "stance": "The partnership’s part in it",
    "starts_on": "Starts",
    "stops": "Cannot be raised here",
    "stops_on": "Stops",
    "to": "Who is told",
    "what": "What it asks for",
    "when": "Where it applies",
    "whichever_is_shorter": "The child’s date counts if it is sooner",
}
# What a key in one of these fields is the key of.
ROLES = frozenset({"acts", "started_by", "to", "by", "holder", "role", "jointly_with"})
NAMES = {
    "panel": "side_processes", "urgency": "urgency_bands", "contact": "contacts", "started_by_flag": "flags",
    "filled_by": "agencies", "within": "time_limits",
}  # fmt: skip
ENUMS: tuple[tuple[type[Enum], Any], ...] = (
    (StageKind, KIND_NAMES), (Stance, STANCE_WORDS), (Side, SIDE_WORDS), (Strength, STRENGTH_WORDS),
    (Capacity, CAPACITY_WORDS), (Sector, SECTOR_WORDS), (Asked, ASKED_WORDS), (CommonCategory, COMMON_WORDS),
)  # fmt: skip


def field_words(name: str) -> str:
    return FIELD_WORDS.get(name) or capital(name.replace("_", " "))


def value_words(name: str, value: Any, protocol: Protocol) -> str:
    """What stands in a field, in words. Total: a field or a word that has no phrase yet is shown as it is written."""
    if value is None or value in ((), ""):
        return NOTHING
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return f"{value.day} {value:%B} {value.year}"
    if isinstance(value, Condition):
        return "; ".join(capital(words) for words in _condition(value, protocol)) or "Everywhere"
    if isinstance(value, Part):
        return _part_words(value, protocol)
    if isinstance(value, tuple):
        return _many(name, value, protocol)
    return _one(name, value, protocol)


def _condition(when: Condition, protocol: Protocol) -> list[str]:
    """The sentences of the condition, and its own words for whatever they leave out."""
    said = condition_words(protocol, when)
    given = [name for name in Condition.model_fields if name in when.model_fields_set and getattr(when, name) not in ((), None)]
    if len(said) >= len([name for name in given if name != "sector_of"]):
        return said
    return [f"{field_words(name)}: {value_words(name, getattr(when, name), protocol)}" for name in given]


def _part_words(part: Part, protocol: Protocol) -> str:
    """A part inside a rule, field by field; what goes without saying is left out."""
    fields = type(part).model_fields
    said = [
        f"{field_words(name)}: {value_words(name, getattr(part, name), protocol)}"
        for name in fields
        if name != "key" and (fields[name].is_required() or getattr(part, name) != fields[name].default)
    ]
    return " ".join(words if words.endswith((".", "?", "!")) else f"{words}." for words in said) or "As usual"


def _many(name: str, values: tuple[Any, ...], protocol: Protocol) -> str:
    if name == "stages" and not any(isinstance(value, Part) for value in values):
        return capital(stage_numbers(protocol, values))
    if name in ("on", "starts_on", "stops_on"):
        return "When " + listed((_one(name, value, protocol) for value in values), last="or")
    if name == "remind_before":
        return listed(str(value) for value in values)
    words = [value_words(name, value, protocol) for value in values]
    long = any(isinstance(value, Part) for value in values) or any(len(word) > 60 for word in words)
    return " / ".join(words) if long else listed(words)


def _one(name: str, value: Any, protocol: Protocol) -> str:
    if isinstance(value, Event):
        return EVENT_WORDS[value].format(step=protocol.step_word) if value in EVENT_WORDS else _plain(value)
    for kind, words in ENUMS:
        if isinstance(value, kind):
            return str(words.get(value, _plain(value)))
    if isinstance(value, Enum):
        return _plain(value)
    if name in ROLES:
        return role_words(protocol, value)
    if name in NAMES:
        return called(getattr(protocol, NAMES[name]), value)
    if name == "at":
        return capital(GUIDANCE_WORDS.get(value, str(value).replace("_", " ")))
    if name == "silent_after_months":
        return plural(value, "month")
    return str(value)


def _plain(value: Enum) -> str:
    return str(value.value).replace("_", " ")
