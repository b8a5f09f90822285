"""Whose turn it is, kept beside the row so that lists are chosen and ordered in the database.

It is worked out anew whenever anything is recorded. turns.py and addressed.py alone decide it; this must not know what
happened."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from partnerships.models import Agency, MemberRole, User
from partnerships.protocol_terms import Side

from ..addressed import addressed
from ..bookings import OVERTAKEN, Booked, booked, standing_booking
from ..in_hand import Turn
from ..left_to_do import left_to_do
from ..models import Action, Check, Deadline, Disagreement, Party, SideProcessRecord
from ..permissions import Viewer, ties
from ..states import Kind, State
from ..turns import Ball, ball
from .as_read import Running, Seat

logger = logging.getLogger(__name__)
# Of those that have none yet, so many at each round of the clockwork.
AT_ONCE = 200
NOBODY = -1
TOLD_OF_BOOKING = [Kind.CONVERSATION_BOOKED, *OVERTAKEN]


@dataclass
class Read:
    """One disagreement with all that decides whose turn it is: its people, the clocks that have not stopped in the order of
    their dates, and where its state asks for them what runs beside it, what is booked and what is recorded and agreed."""

    disagreement: Disagreement
    people: Sequence[Party | Seat]
    accounts: list[User]  # of each of the people; of whoever has none yet, what stands for it
    running: Sequence[Deadline | Running]
    raiser: User
    processes: list[SideProcessRecord] = field(default_factory=list)
    booking: Booked | None = None
    checks: tuple[Check, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Worked:
    """Whose turn it is, of whom of its people anything is asked, and which of the running clocks it is by."""

    turn: tuple[str, ...]
    asked: tuple[bool, ...]
    clock: int | None


def note_turn(disagreement: Disagreement, *, at: datetime) -> None:
    """For a row that is locked. The row itself is left as it is: whoever goes on with it reads its people anew."""
    read = _read(disagreement, at=at)
    worked = worked_out(read, at=at)
    kept = kept_of(read, worked, at=at)
    if any(getattr(disagreement, name) != value for name, value in kept.items()):
        Disagreement.objects.filter(pk=disagreement.pk).update(**kept)
        for name, value in kept.items():
            setattr(disagreement, name, value)
    for has_turn in (False, True):
        turned = [p.pk for p, now in zip(read.people, worked.asked, strict=True) if now == has_turn != p.has_turn]
        if turned:
            Party.objects.filter(pk__in=turned).update(has_turn=has_turn)


def first_turn(disagreement: Disagreement, people: list[Party], clocks: list[Deadline], *, at: datetime) -> None:
    """The same for what was a draft until now, of which everything that decides it is in hand: nobody else takes part, no
    conversation is booked and nothing runs beside it. Nothing is written: the row and its people are about to be kept."""
    running = sorted(clocks, key=lambda clock: (clock.due_at, clock.pk))
    read = Read(copy(disagreement), people, _accounts(people), running, _raiser(disagreement, people))
    worked = worked_out(read, at=at)
    for name, value in kept_of(read, worked, at=at).items():
        setattr(disagreement, name, value)
    for party, asked in zip(people, worked.asked, strict=True):
        party.has_turn = asked


def _accounts(people: list[Party]) -> list[User]:
    return [person(p.email, p.user) for p in people]


def _raiser(disagreement: Disagreement, people: list[Party]) -> User:
    """Who nearly always takes part, and is read with the others then."""
    return next((p.user for p in people if p.user and p.user_id == disagreement.raised_by_id), None) or disagreement.raised_by


def kept_of(read: Read, worked: Worked, *, at: datetime) -> dict[str, Any]:
    """What stands in the row. A clock that stands still is no date by which anybody must act."""
    d, turn = read.disagreement, list(worked.turn)
    clock = None if worked.clock is None else read.running[worked.clock]
    others = turn != d.turn or any(now != p.has_turn for p, now in zip(read.people, worked.asked, strict=True))
    return {
        "turn": turn,
        "turn_due": clock.due_at if clock is not None and clock.paused_at is None else None,
        "turn_since": at if others else d.turn_since,
        "next_due": next((each.due_at for each in read.running if each.paused_at is None), None),
    }


def _read(disagreement: Disagreement, *, at: datetime) -> Read:
    people = list(Party.objects.filter(disagreement=disagreement).select_related("agency", "user"))
    running = Deadline.objects.filter(disagreement=disagreement, stopped_at=None)
    clocks = list(running.order_by("due_at", "pk"))
    read = Read(copy(disagreement), people, _accounts(people), clocks, _raiser(disagreement, people))
    if disagreement.standing == State.OPEN:
        entries = disagreement.chronology.filter(kind__in=TOLD_OF_BOOKING).order_by("seq")
        read.booking = booked(disagreement, standing_booking(entries), words="", at=at)
    if disagreement.standing == State.RESOLVED:
        read.checks, read.actions = tuple(disagreement.checks.order_by("at", "pk")), tuple(disagreement.actions.all())
    if disagreement.stage:
        read.processes = list(disagreement.side_processes.all())
    return read


def worked_out(read: Read, *, at: datetime, agencies: Mapping[int, Agency] | None = None) -> Worked:
    """turns.py says whose turn it is and addressed.py says it to each: both are asked, and nothing is decided here."""
    d = read.disagreement
    read = replace(read, people=[_whole(p) for p in read.people], running=[_whole(c) for c in read.running])
    for party in read.people:
        if agencies is not None and isinstance(party, Party):
            party.agency = agencies[party.agency_id]
    d.people, d.running, d.raised_by = read.people, read.running, read.raiser  # type: ignore[attr-defined]
    held = ball(d, at=at)
    asked = _Asked(read, held)
    clock = next((index for index, each in enumerate(read.running) if each is held.deadline), None)
    each = zip(read.people, read.accounts, strict=True)
    return Worked(asked.turn(), tuple(p.left_at is None and asked.of(who) for p, who in each), clock)


def _whole(row: Any) -> Any:
    return row.whole() if isinstance(row, Seat | Running) else row


class _Asked:
    """Of whom anything is asked now, as addressed.py says it to each of them."""

    def __init__(self, read: Read, held: Ball) -> None:
        self._read, self._held = read, held

    def of(self, user: User, *, roles: frozenset[str] = frozenset()) -> bool:
        read, d = self._read, self._read.disagreement
        viewer = Viewer(user=user, roles=roles, agency_ids=frozenset(), protocol_roles=frozenset())
        tied = ties(viewer, d, [p for p in read.people if isinstance(p, Party)], read.processes)
        left = left_to_do(d, tied, checks=read.checks, actions=read.actions)
        return addressed(d, self._held, tied, booking=read.booking, left=left).yours

    def turn(self) -> tuple[str, ...]:
        """The sides whose turn it is, and who else is asked: whoever decides here, the office, the raiser."""
        found = {str(side) for side in self._held.sides}
        if self._held.who and Side.PARTNERSHIP in self._held.sides and not self._read.disagreement.waiting_for:
            found.add(Turn.DECIDER)
        if self.of(User(pk=NOBODY), roles=frozenset({MemberRole.PARTNERSHIP_MANAGER})):
            found.add(Turn.OFFICE)
        if self.of(self._read.raiser):
            found.add(Turn.RAISER)
        return tuple(sorted(found))


def shape(read: Read, *, at: datetime) -> Hashable:
    """Everything of a disagreement that decides whose turn it is, without the numbers and names that do not: two of one
    shape have the same answer, so that a sweep of thousands works out each shape once. Before there is an outcome only; what
    is left to do afterwards hangs on more. That it is enough, tests/properties say for every protocol and any walk."""
    d, people = read.disagreement, read.people
    each, wrote = [*read.accounts, read.raiser], d.wrote
    seats: tuple[Hashable, ...] = ()
    if read.processes:
        whoever = [*each, User(pk=NOBODY)]
        seats = tuple(
            (r.process, r.ended_at is None, *((r.seats(u), r.names(name=u.name, email=u.email)) for u in whoever))
            for r in read.processes
        )
    # Who is who: accounts and addresses, each by the order in which it is met first.
    met: dict[Hashable, int] = {"": -1}
    who = [met.setdefault(name, len(met)) for p in people for name in (p.user_id, p.email.lower())]
    who += [met.setdefault(name, len(met)) for user in each for name in (user.id, user.email)]
    return (
        (d.protocol_version_id, d.state, d.stage, d.tier, d.waiting_for, d.proposed_by_side, d.raised_as, d.taken_in),
        tuple((p.side, p.role, p.left_at is None) for p in people),
        tuple(who),
        tuple((user.id in wrote[:1], user.id in wrote) for user in each),
        tuple((c.time_limit, c.held_by, c.paused_at is None, c.passed_noted_at is None, c.due_at <= at) for c in read.running),
        seats,
        None if read.booking is None else read.booking.passed,
    )


def person(email: str, user: User | None) -> User:
    """Named by address alone, they have no account yet, and are the same person when they come."""
    return user or User(pk=NOBODY, email=email.lower())


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
