"""The label of every word that a part may choose from, by the enumeration it belongs to; knows no form and no page."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from ..protocol_phrases import (
    ASKED_WORDS,
    CAPACITY_WORDS,
    COMMON_WORDS,
    EVENT_WORDS,
    SECTOR_WORDS,
    SIDE_WORDS,
    STANCE_WORDS,
)
from ..protocol_terms import (
    Asked,
    AuthorityKind,
    Capacity,
    CommonCategory,
    Event,
    ProcessKind,
    RaisedAs,
    Satisfied,
    Sector,
    Side,
    StageKind,
    Stance,
    Strength,
)
from ..working_days import Unit

STAGE_KINDS = {
    StageKind.PRACTITIONER: "The workers themselves talk",
    StageKind.MANAGER: "Their managers or safeguarding leads",
    StageKind.SENIOR: "Managers further up",
    StageKind.PARTNERSHIP: "The partnership itself",
}
AUTHORITIES = {
    AuthorityKind.CONCLUDES: "Somebody concludes it",
    AuthorityKind.DECIDES: "Somebody decides it",
    AuthorityKind.DECIDES_OR_PANEL: "Somebody decides it, or calls a panel that does",
    AuthorityKind.DIRECTS: "Somebody gives a direction that is followed",
    AuthorityKind.MEDIATES: "Nobody decides: somebody mediates",
}
UNITS = {
    Unit.WORKING_DAYS: "Working days",
    Unit.CALENDAR_DAYS: "Days, weekends and bank holidays too",
    Unit.CLOCK_HOURS: "Hours, day and night",
    Unit.SAME_WORKING_DAY: "The same working day (write 0 above)",
}
STRENGTHS = {
    Strength.GUIDE: "A guide",
    Strength.EXPECTATION: "Expected: a delay is explained",
    Strength.MUST: "Required: the document says must",
}
PROCESSES = {
    ProcessKind.PANEL: "A panel that hears both sides",
    ProcessKind.MEDIATION: "Mediation",
    ProcessKind.MEETING: "A meeting",
    ProcessKind.DEEP_DIVE: "A deep look into one case",
    ProcessKind.LOG: "A log that the office keeps",
    ProcessKind.HIGH_RISK_PANEL: "A high-risk panel that gives direction",
    ProcessKind.REFLECTIVE_SESSION: "A reflective session",
    ProcessKind.CONFERENCE_REQUEST: "A request for a conference",
}
RAISED = {
    RaisedAs.OWN: "As one’s own agency’s disagreement",
    RaisedAs.THIRD_PARTY: "For two others",
    RaisedAs.GROUP: "As a group",
}
SATISFIED = {
    Satisfied.NOBODY: "Nobody in particular",
    Satisfied.RAISER: "The person who raised it",
    Satisfied.RAISING_SIDE: "The raising side",
    Satisfied.BOTH_SIDES: "Both sides",
}
LABELS: dict[type[StrEnum], Mapping[Any, str]] = {
    StageKind: STAGE_KINDS,
    Stance: STANCE_WORDS,
    AuthorityKind: AUTHORITIES,
    Side: SIDE_WORDS,
    Capacity: CAPACITY_WORDS,
    Event: EVENT_WORDS,
    Strength: STRENGTHS,
    Sector: SECTOR_WORDS,
    Asked: ASKED_WORDS,
    CommonCategory: COMMON_WORDS,
    ProcessKind: PROCESSES,
    RaisedAs: RAISED,
    Satisfied: SATISFIED,
    Unit: UNITS,
}


def choices_of(kind: type[StrEnum], *, step: str) -> list[tuple[str, str]]:
    """Each word with its label, as a line of its own reads."""
    labels = {word: LABELS[kind][word].format(step=step).rstrip(".") for word in kind}
    return [(str(word.value), label[:1].upper() + label[1:]) for word, label in labels.items()]
