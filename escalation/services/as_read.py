"""People and clocks of many disagreements as they came from the database: what a sweep asks of each, and the whole row where
somebody asks for that. Knows nothing of what is done with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..models import Deadline, Party

OF_A_PARTY = [field.attname for field in Party._meta.concrete_fields]
# How it stood still is for whoever counts it again.
OF_A_CLOCK = [field.attname for field in Deadline._meta.concrete_fields if field.attname != "pauses"]


@dataclass(slots=True)
class Seat:
    """One of the people, as far as whose turn it is in a shape that is known hangs on them."""

    pk: int
    side: str
    role: str
    user_id: int | None
    email: str
    agency_id: int
    left_at: datetime | None
    has_turn: bool
    row: Sequence[Any]

    def whole(self) -> Party:
        party: Party = Party.from_db("default", OF_A_PARTY, self.row)
        party.has_turn = self.has_turn
        return party


@dataclass(slots=True)
class Running:
    """One clock that had not stopped when it was read, as it is now."""

    pk: int
    time_limit: str
    stage: str
    held_by: str
    due_at: datetime
    near_at: datetime | None
    paused_at: datetime | None
    passed_noted_at: datetime | None
    row: Sequence[Any]
    stopped_at: datetime | None = None

    def whole(self) -> Deadline:
        clock: Deadline = Deadline.from_db("default", OF_A_CLOCK, self.row)
        clock.near_at, clock.passed_noted_at, clock.stopped_at = self.near_at, self.passed_noted_at, self.stopped_at
        return clock


_OF_A_SEAT = [OF_A_PARTY.index(name) for name in ("id", "side", "role", "user_id", "email", "agency_id", "left_at", "has_turn")]
_OF_A_RUNNING = [
    OF_A_CLOCK.index(name)
    for name in ("id", "time_limit", "stage", "held_by", "due_at", "near_at", "paused_at", "passed_noted_at")
]
_PARTY_OF, _CLOCK_OF = OF_A_PARTY.index("disagreement_id"), OF_A_CLOCK.index("disagreement_id")


def people_of(ids: Sequence[int]) -> defaultdict[int, list[Seat]]:
    found: defaultdict[int, list[Seat]] = defaultdict(list)
    for row in Party.objects.filter(disagreement_id__in=ids).values_list(*OF_A_PARTY):
        found[row[_PARTY_OF]].append(Seat(*[*(row[place] for place in _OF_A_SEAT), row]))
    return found


def running_of(ids: Sequence[int]) -> defaultdict[int, list[Running]]:
    """Of each those that have not stopped, in the order of their dates."""
    found: defaultdict[int, list[Running]] = defaultdict(list)
    rows = Deadline.objects.filter(disagreement_id__in=ids, stopped_at=None).order_by("due_at", "pk")
    for row in rows.values_list(*OF_A_CLOCK):
        found[row[_CLOCK_OF]].append(Running(*[*(row[place] for place in _OF_A_RUNNING), row]))
    return found
