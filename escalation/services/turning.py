"""Whose turn it is, kept beside the row so that lists are chosen and ordered in the database; turns.py alone decides it.

It is worked out anew whenever anything is recorded. It must not know what happened."""

from __future__ import annotations

from copy import copy
from datetime import datetime

from django.db import transaction

from ..models import Deadline, Disagreement, Party
from ..states import State
from ..turns import Ball, ball

# Of those that have none yet, so many at each round of the clockwork.
AT_ONCE = 200


def turn_of(disagreement: Disagreement, *, at: datetime) -> Ball:
    """Who has the ball at that moment. The row itself is left as it is: whoever goes on with it reads its people anew."""
    read = copy(disagreement)
    read.people = list(Party.objects.filter(disagreement=disagreement).select_related("agency"))  # type: ignore[attr-defined]
    running = Deadline.objects.filter(disagreement=disagreement, stopped_at=None)
    read.running = list(running.order_by("due_at", "pk"))  # type: ignore[attr-defined]
    return ball(read, at=at)


def note_turn(disagreement: Disagreement, *, at: datetime) -> None:
    """For a row that is locked. A clock that stands still is no date by which anybody must act."""
    held = turn_of(disagreement, at=at)
    clock = held.deadline
    due = clock.due_at if clock is not None and clock.paused_at is None else None
    Disagreement.objects.filter(pk=disagreement.pk).update(turn=sorted(held.sides), turn_due=due)
    disagreement.turn, disagreement.turn_due = sorted(held.sides), due
    holders = {party.pk for party in held.holders}
    own = Party.objects.filter(disagreement=disagreement)
    own.filter(has_turn=True).exclude(pk__in=holders).update(has_turn=False)
    own.filter(has_turn=False, pk__in=holders).update(has_turn=True)


def work_out_turns(*, at: datetime) -> int:
    """What was raised before turns were kept, or came in by another way: done by the clockwork, a few at a time."""
    missing = Disagreement.objects.filter(turn=None, destroyed_at=None).exclude(state=State.DRAFT)
    with transaction.atomic():
        locked = missing.select_for_update(of=("self",), no_key=True, skip_locked=True).select_related("protocol_version")
        found = list(locked.order_by("pk")[:AT_ONCE])
        for disagreement in found:
            note_turn(disagreement, at=at)
    return len(found)
