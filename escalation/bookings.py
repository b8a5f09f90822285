"""The conversation that is booked and has not been recorded yet, as the chronology tells it; writes nothing, knows no page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .models import ChronologyEntry, Disagreement
from .states import Kind, State

# After one of these a booking stands no more: they talked, other people have it now, or there is nothing left to talk about.
# Booking again takes the place of what was booked before.
OVERTAKEN = frozenset({
    Kind.CONVERSATION_HELD, Kind.PASSED_ON, Kind.ESCALATED, Kind.STEPPED_BACK, Kind.AGREEMENT_RECORDED, Kind.DECISION_RECORDED,
    Kind.WITHDRAWN, Kind.CLOSED, Kind.REOPENED,
})  # fmt: skip


@dataclass(frozen=True)
class Booked:
    """When the two sides talk, and who telephones whom, as it was written, and by whom. `passed`: that time is over."""

    when: datetime
    words: str
    by: str
    passed: bool


def standing_booking(entries: Iterable[ChronologyEntry]) -> ChronologyEntry | None:
    """The entry of the conversation that is still to come, or that nobody has recorded. `entries`: oldest first."""
    found = None
    for entry in entries:
        if entry.kind == Kind.CONVERSATION_BOOKED:
            found = entry
        elif entry.kind in OVERTAKEN:
            found = None
    return found


def booked(disagreement: Disagreement, entry: ChronologyEntry | None, *, words: str, at: datetime) -> Booked | None:
    if entry is None or disagreement.standing != State.OPEN:
        return None
    when = datetime.fromisoformat(entry.data["when"])
    return Booked(when=when, words=words, by=str(entry.actor) if entry.actor else "", passed=when <= at)
