"""Whose turn it is, kept beside the row so that lists are chosen and ordered in the database.

It is worked out anew whenever anything is recorded. turns.py and addressed.py alone decide it; this must not know what
happened."""

from __future__ import annotations

import logging
from copy import copy
from datetime import datetime

from django.db import transaction

from partnerships.models import MemberRole, User
from partnerships.protocol_terms import Side

from ..addressed import addressed
from ..bookings import OVERTAKEN, Booked, booked, standing_booking
from ..in_hand import Turn
from ..left_to_do import left_to_do
from ..models import Action, Check, Deadline, Disagreement, Party, SideProcessRecord
from ..permissions import Viewer, ties
from ..states import Kind, State
from ..turns import Ball, ball

logger = logging.getLogger(__name__)
# Of those that have none yet, so many at each round of the clockwork.
AT_ONCE = 200
NOBODY = -1


def note_turn(disagreement: Disagreement, *, at: datetime) -> None:
    """For a row that is locked. A clock that stands still is no date by which anybody must act. The row itself is left as it
    is: whoever goes on with it reads its people anew."""
    read = copy(disagreement)
    people = list(Party.objects.filter(disagreement=disagreement).select_related("agency", "user"))
    running = Deadline.objects.filter(disagreement=disagreement, stopped_at=None)
    read.people = people  # type: ignore[attr-defined]
    if (raiser := next((p.user for p in people if p.user_id == disagreement.raised_by_id), None)) is not None:
        read.raised_by = raiser  # nearly always takes part: not read again
    read.running = list(running.order_by("due_at", "pk"))  # type: ignore[attr-defined]
    held = ball(read, at=at)
    asked = _Asked(read, held, at=at)
    turn = asked.turn()
    clock = held.deadline
    due = clock.due_at if clock is not None and clock.paused_at is None else None
    now = {party.pk: party.left_at is None and asked.of(_person(party)) for party in people}
    others = turn != disagreement.turn or any(now[party.pk] != party.has_turn for party in people)
    kept = {
        "turn": turn,
        "turn_due": due,
        "turn_since": at if others else disagreement.turn_since,
        "next_due": next((clock.due_at for clock in read.running if clock.paused_at is None), None),  # type: ignore[attr-defined]
    }
    if any(getattr(disagreement, name) != value for name, value in kept.items()):
        Disagreement.objects.filter(pk=disagreement.pk).update(**kept)
        for name, value in kept.items():
            setattr(disagreement, name, value)
    for has_turn in (False, True):
        turned = [party.pk for party in people if now[party.pk] == has_turn != party.has_turn]
        if turned:
            Party.objects.filter(pk__in=turned).update(has_turn=has_turn)


class _Asked:
    """Of whom anything is asked now, as addressed.py says it to each of them."""

    def __init__(self, disagreement: Disagreement, held: Ball, *, at: datetime) -> None:
        self._d, self._held = disagreement, held
        self._people: list[Party] = disagreement.people  # type: ignore[attr-defined]
        self._processes: list[SideProcessRecord] = []
        self._booking: Booked | None = None
        self._checks: tuple[Check, ...] = ()
        self._actions: tuple[Action, ...] = ()
        if disagreement.standing == State.OPEN:
            entries = disagreement.chronology.filter(kind__in=[Kind.CONVERSATION_BOOKED, *OVERTAKEN]).order_by("seq")
            self._booking = booked(disagreement, standing_booking(entries), words="", at=at)
        if disagreement.standing == State.RESOLVED:
            self._checks, self._actions = tuple(disagreement.checks.order_by("at", "pk")), tuple(disagreement.actions.all())
        if disagreement.stage:
            self._processes = list(disagreement.side_processes.all())

    def of(self, user: User, *, roles: frozenset[str] = frozenset()) -> bool:
        d = self._d
        viewer = Viewer(user=user, roles=roles, agency_ids=frozenset(), protocol_roles=frozenset())
        tied = ties(viewer, d, self._people, self._processes)
        left = left_to_do(d, tied, checks=self._checks, actions=self._actions)
        return addressed(d, self._held, tied, booking=self._booking, left=left).yours

    def turn(self) -> list[str]:
        """The sides whose turn it is, and who else is asked: whoever decides here, the office, the raiser."""
        found = {str(side) for side in self._held.sides}
        if self._held.who and Side.PARTNERSHIP in self._held.sides and not self._d.waiting_for:
            found.add(Turn.DECIDER)
        if self.of(User(pk=NOBODY), roles=frozenset({MemberRole.PARTNERSHIP_MANAGER})):
            found.add(Turn.OFFICE)
        if self.of(self._d.raised_by):
            found.add(Turn.RAISER)
        return sorted(found)


def _person(party: Party) -> User:
    """Named by address alone, they have no account yet, and are the same person when they come."""
    return party.user or User(pk=NOBODY, email=party.email.lower())


def work_out_turns(*, at: datetime) -> int:
    """What was raised before turns were kept, or came in by another way: done by the clockwork, a few at a time. One that
    cannot be worked out is tried again at the next round, and keeps neither the others nor the clocks waiting."""
    missing = Disagreement.objects.filter(turn__isnull=True, destroyed_at=None).exclude(state=State.DRAFT)
    with transaction.atomic():
        locked = missing.select_for_update(of=("self",), no_key=True, skip_locked=True)
        found = list(locked.select_related("protocol_version", "raised_by").order_by("pk")[:AT_ONCE])
        for disagreement in found:
            try:
                with transaction.atomic():
                    note_turn(disagreement, at=at)
            except Exception as problem:  # noqa: BLE001  (only its kind is logged: a message could quote the row)
                logger.error("whose turn it is in disagreement %s is not known: %s", disagreement.pk, type(problem).__name__)
    return len(found)
