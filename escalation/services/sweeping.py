"""Notes near and passed timescales of many locked disagreements at once, in a fixed number of queries; knows no single one.

The plain way and the careful one of timescales.py write the same rows; `plain` alone says which of them a row takes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, cast

from django.db import connection
from django.utils import timezone

from partnerships.models import Agency, ProtocolVersion, User
from partnerships.protocol_terms import Event

from .. import clocks
from ..bookings import booked, standing_booking
from ..models import Action, Check, ChronologyEntry, Deadline, Disagreement, Party, SideProcessRecord
from ..moves import Happened
from ..states import ENDED, Kind, State, events_of
from . import turning
from .as_read import Running, Seat, people_of, running_of
from .doing import bring_in, calendar_for, clocks_turned, new_clock, record_all, until
from .turning import Read, Worked

# However long a sweep, so many shapes are remembered; there are some dozens under each protocol.
MOST_SHAPES = 10_000
Row = TypeVar("Row", Action, Check, SideProcessRecord)

REMINDED = """
UPDATE escalation_deadline d SET near_at = v.near_at
FROM unnest(%s::bigint[], %s::timestamptz[]) AS v (id, near_at) WHERE d.id = v.id
"""
SAVED = """
UPDATE escalation_disagreement d SET brought_in = v.brought_in::jsonb, ended_at = v.ended_at, changed_at = %s,
    turn = v.turn::jsonb, turn_due = v.turn_due, turn_since = v.turn_since, next_due = v.next_due
FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
    AS v (id, brought_in, ended_at, turn, turn_due, turn_since, next_due) WHERE d.id = v.id
"""


def plain(disagreement: Disagreement) -> bool:
    """What noting does to it is what the protocol says of its clocks and nothing else. While something runs instead of the
    ladder, a clock that begins stands still at once and is an entry of its own: that is done with care, one by one."""
    return disagreement.protocol_version_id is not None and not disagreement.waiting_for


@dataclass
class Known:
    """What stays the same from one batch of a sweep to the next, and whose turn it is in each shape that has been met."""

    versions: dict[int, ProtocolVersion] = field(default_factory=dict)
    agencies: dict[int, Agency] = field(default_factory=dict)
    users: dict[int, User] = field(default_factory=dict)
    turns: dict[Hashable, Worked] = field(default_factory=dict)


@dataclass
class Noted:
    """What noting does to one disagreement, worked out and not yet written."""

    read: Read
    happened: list[Happened] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)
    reminded: dict[int, datetime | None] = field(default_factory=dict)
    stopped: list[int] = field(default_factory=list)
    started: list[Deadline] = field(default_factory=list)
    turned: dict[int, bool] = field(default_factory=dict)


def note_together(rows: Sequence[Disagreement], *, at: datetime, known: Known) -> tuple[int, list[Disagreement]]:
    """Note what there is to note in these, which are locked and `plain`. Returns how many entries that were, and those
    in which something is wrong: they are left as they are.

    Everything is worked out before anything is written; the entries come last, because the first of them takes the
    chronology's own lock, for which another worker of the same partnership waits."""
    noted, wrong = [], []
    for read in _read(rows, at=at, known=known):
        try:
            noted.append(_note(read, at=at, known=known))
        except Exception:  # noqa: BLE001  (whatever it is; the careful way meets it again, and says so)
            wrong.append(read.disagreement)
    return _write([one for one in noted if one.happened], at=at), wrong


def _read(rows: Sequence[Disagreement], *, at: datetime, known: Known) -> list[Read]:
    ids = [d.pk for d in rows]
    people, running = people_of(ids), running_of(ids)
    processes = _by_disagreement(SideProcessRecord.objects.filter(disagreement_id__in=ids))
    resolved = [d.pk for d in rows if d.standing == State.RESOLVED]
    checks = _by_disagreement(Check.objects.filter(disagreement_id__in=resolved).order_by("at", "pk"))
    actions = _by_disagreement(Action.objects.filter(disagreement_id__in=resolved))
    bookings = _bookings([d.pk for d in rows if d.standing == State.OPEN])
    _know(rows, [p for found in people.values() for p in found], known)
    reads = []
    for d in rows:
        accounts = [turning.person(p.email, known.users[p.user_id] if p.user_id else None) for p in people[d.pk]]
        entry = standing_booking(bookings[d.pk])
        reads.append(
            Read(
                d,
                people[d.pk],
                accounts,
                running[d.pk],
                known.users[d.raised_by_id],
                processes[d.pk] if d.stage else [],
                booked(d, entry, words="", at=at),
                tuple(checks[d.pk]),
                tuple(actions[d.pk]),
            )
        )
    return reads


def _by_disagreement(rows: Iterable[Row]) -> defaultdict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.disagreement_id].append(row)
    return found


def _bookings(ids: Sequence[int]) -> defaultdict[int, list[ChronologyEntry]]:
    told = ChronologyEntry.objects.filter(disagreement_id__in=ids, kind__in=turning.TOLD_OF_BOOKING)
    found: defaultdict[int, list[ChronologyEntry]] = defaultdict(list)
    for entry in told.select_related("actor").order_by("seq"):
        found[entry.disagreement_id].append(entry)
    return found


def _know(rows: Iterable[Disagreement], people: Iterable[Seat], known: Known) -> None:
    """The versions, agencies and accounts that these name, each read once in a sweep, and put where they are asked for."""
    rows = list(rows)
    agencies = {p.agency_id for p in people} | {d.raising_agency_id for d in rows} | {d.receiving_agency_id for d in rows}
    users = {p.user_id for p in people} | {d.raised_by_id for d in rows}
    known.versions |= ProtocolVersion.objects.in_bulk({d.protocol_version_id for d in rows} - {None} - set(known.versions))
    known.agencies |= Agency.objects.in_bulk(agencies - {None} - set(known.agencies))
    known.users |= User.objects.in_bulk(users - {None} - set(known.users))
    for d in rows:
        d.protocol_version = known.versions[d.protocol_version_id or 0]
        d.raising_agency = known.agencies.get(d.raising_agency_id or 0)
        d.receiving_agency = known.agencies.get(d.receiving_agency_id or 0)


# ---------------------------------------------------------------- one of them, worked out
def _note(read: Read, *, at: datetime, known: Known) -> Noted:
    """Each clock in the order of its date, as if it were alone: an entry before it may have stopped it."""
    noted, d = Noted(read), read.disagreement
    for clock in [clock for clock in read.running if clock.paused_at is None]:
        if clock.stopped_at is not None:
            continue
        passed = clock.passed_noted_at is not None
        found = clocks.to_note(due_at=clock.due_at, near_at=clock.near_at, passed=passed, at=at)
        if found == Event.TIMESCALE_PASSED:
            clock.passed_noted_at, clock.near_at = at, None
            noted.passed.append(clock.pk)
            _happened(noted, clock, Kind.TIMESCALE_PASSED, at=at, known=known)
        elif found == Event.TIMESCALE_NEAR:
            limit = d.protocol.time_limit(clock.time_limit)
            clock.near_at = clocks.next_reminder(limit, due_at=clock.due_at, after=at, calendar=calendar_for(d))
            noted.reminded[clock.pk] = clock.near_at
            _happened(noted, clock, Kind.TIMESCALE_NEAR, at=at, known=known)
    return noted


def _happened(noted: Noted, clock: Deadline | Running, kind: Kind, *, at: datetime, known: Known) -> None:
    """Steps 3 to 7 of doing.py for an entry that moves nothing."""
    d, read = noted.read.disagreement, noted.read
    data = {"time_limit": clock.time_limit, "deadline": clock.pk, "due_at": clock.due_at.isoformat()}
    happened = d.note(kind=kind, data=data)
    state = d.standing
    came = {"stage_opened": False, "tier_opened": False}
    events = events_of(kind, state_before=state, state_after=state, **came) | happened.also
    d.ended_at = (d.ended_at or at) if state in ENDED else None
    bring_in(d, happened, events)
    ended = clocks.Ended(clock.time_limit, clock.due_at) if kind == Kind.TIMESCALE_PASSED else None
    turned = clocks_turned(d, cast("Sequence[Deadline]", read.running), events, at=at, ended=ended, about=happened.data)
    for each in read.running:
        if each.time_limit in turned.stops:
            each.stopped_at = at
            noted.stopped += [each.pk] if each.pk else []
    new = [new_clock(d, start) for start in turned.starts]
    noted.started += new
    read.running = sorted((c for c in [*read.running, *new] if c.stopped_at is None), key=lambda c: c.due_at)
    started = until(turned)
    said = {**happened.data, "events": sorted(events)} | ({"started": started} if started else {})
    noted.happened.append(Happened(happened.kind, said))
    _turn(noted, at=at, known=known)


def _turn(noted: Noted, *, at: datetime, known: Known) -> None:
    read, d = noted.read, noted.read.disagreement
    like = None if d.standing == State.RESOLVED else turning.shape(read, at=at)
    worked = known.turns.get(like) if like is not None else None
    if worked is None:
        worked = turning.worked_out(read, at=at, agencies=known.agencies)
        if like is not None and len(known.turns) < MOST_SHAPES:
            known.turns[like] = worked
    for name, value in turning.kept_of(read, worked, at=at).items():
        setattr(d, name, value)
    for party, now in zip(read.people, worked.asked, strict=True):
        if party.has_turn != now:
            party.has_turn = now
            noted.turned[party.pk] = now


# ---------------------------------------------------------------- all of them, written
def _write(noted: Sequence[Noted], *, at: datetime) -> int:
    if not noted:
        return 0
    _write_clocks(noted, at=at)
    rows = [one.read.disagreement for one in noted]
    with connection.cursor() as cursor:
        cursor.execute(SAVED, [timezone.now(), *_columns(rows)])
    for has_turn in (False, True):
        turned = [number for one in noted for number, now in one.turned.items() if now == has_turn]
        if turned:
            Party.objects.filter(pk__in=turned).update(has_turn=has_turn)
    done = [(one.read.disagreement, happened) for one in noted for happened in one.happened]
    record_all(done, at=at, actor=None, words=[""] * len(done))
    return len(done)


def _write_clocks(noted: Sequence[Noted], *, at: datetime) -> None:
    """What ends before what begins: only one clock runs under one time limit."""
    passed = [number for one in noted for number in one.passed]
    stopped = [number for one in noted for number in one.stopped]
    reminded = {number: near_at for one in noted for number, near_at in one.reminded.items()}
    if passed:
        Deadline.objects.filter(pk__in=passed).update(passed_noted_at=at, near_at=None)
    if reminded:
        with connection.cursor() as cursor:
            cursor.execute(REMINDED, [list(reminded), list(reminded.values())])
    if stopped:
        Deadline.objects.filter(pk__in=stopped).update(stopped_at=at)
    Deadline.objects.bulk_create(clock for one in noted for clock in one.started)


def _columns(rows: Sequence[Disagreement]) -> list[list[Any]]:
    return [
        [d.pk for d in rows],
        [json.dumps(d.brought_in) for d in rows],
        [d.ended_at for d in rows],
        [json.dumps(d.turn) for d in rows],
        [d.turn_due for d in rows],
        [d.turn_since for d in rows],
        [d.next_due for d in rows],
    ]
