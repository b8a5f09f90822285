"""Clocks by hand and by clockwork: vary, pause, resume, count again, and note what is near or has passed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from partnerships import selectors as partnership_selectors
from partnerships.protocol_terms import Event
from partnerships.scope import current_partnership_id, partnership_scope, present
from partnerships.working_days import Calendar, Unit

from .. import clocks
from ..models import ChronologyEntry, Deadline, Disagreement
from ..moves import Happened, NotPermitted, Refused
from ..permissions import Viewer, may_change_clock, ties
from ..states import Kind
from . import sweeping
from .doing import calendar_for, carry_out, do, new_clock
from .turning import work_out_turns

logger = logging.getLogger(__name__)
BATCH = 500
# So many ids are kept at a time, after whatever outage.
AT_MOST = 20_000
WAITING = """
(SELECT disagreement_id FROM escalation_deadline WHERE partnership_id = %(partnership)s AND stopped_at IS NULL
    AND passed_noted_at IS NULL AND paused_at IS NULL AND due_at <= %(at)s AND disagreement_id <> ALL(%(but)s::bigint[])
    ORDER BY due_at LIMIT %(most)s)
UNION ALL
(SELECT disagreement_id FROM escalation_deadline WHERE partnership_id = %(partnership)s AND stopped_at IS NULL
    AND near_at IS NOT NULL AND paused_at IS NULL AND near_at <= %(at)s AND disagreement_id <> ALL(%(but)s::bigint[])
    ORDER BY near_at LIMIT %(most)s)
"""


def vary_timescale(
    disagreement_id: int, *, viewer: Viewer, version: int, deadline: int, last_day: date, reason: str, safe: bool, **doing: Any
) -> ChronologyEntry:
    """Another date, with the reason; a later one only with the word that waiting is safe for the child (B-06, H 1.4).

    The old clock stops and one with the new date starts, so that what was due when stays readable."""
    if not reason.strip():
        raise Refused("Say why the date changes.")

    def change(d: Disagreement, at: datetime) -> Happened:
        old = _running(d, deadline)
        _theirs(d, old, viewer)
        due_at = clocks.end_of(last_day)
        if due_at <= at:
            raise Refused("The new date must be today or later.")
        if old.paused_at is not None:
            raise Refused("This clock stands still. Start it again first, then change its date.")
        if due_at > old.due_at and not safe:
            raise Refused("A later date needs your word that it is safe for the child to wait.")
        _only_the_last_period(d, old)
        new = _replace(d, old, due_at=due_at, at=at, varied=True, pauses=[])
        return d.carry_on(kind=Kind.TIMESCALE_VARIED, data=_clock_data(new) | {"replaces": old.pk})

    return do(disagreement_id, verb="vary_timescale", viewer=viewer, version=version, change=change, words=reason, **doing)


def pause_clock(
    disagreement_id: int, *, viewer: Viewer, version: int, deadline: int, reason: str, **doing: Any
) -> ChronologyEntry:
    """The clock stands still, with the reason; nothing else does."""
    if not reason.strip():
        raise Refused("Say why the clock stands still.")

    def change(d: Disagreement, at: datetime) -> Happened:
        old = _running(d, deadline)
        _theirs(d, old, viewer)
        if old.paused_at is not None or old.passed_noted_at is not None or old.due_at <= at:
            raise Refused("This clock is not running.")  # or its time is up, and the sweep is yet to note it
        Deadline.objects.filter(pk=old.pk).update(paused_at=at)
        return d.carry_on(kind=Kind.CLOCK_PAUSED, data=_clock_data(old))

    return do(disagreement_id, verb="pause_clock", viewer=viewer, version=version, change=change, words=reason, **doing)


def resume_clock(
    disagreement_id: int, *, viewer: Viewer, version: int, deadline: int, reason: str, **doing: Any
) -> ChronologyEntry:
    """The clock goes on with the time that was left."""

    def change(d: Disagreement, at: datetime) -> Happened:
        old = _running(d, deadline)
        if old.paused_at is None:
            raise Refused("This clock is not paused.")
        _theirs(d, old, viewer)
        new = go_on(d, old, at=at)
        return d.carry_on(kind=Kind.CLOCK_RESUMED, data=_clock_data(new) | {"replaces": old.pk})

    return do(disagreement_id, verb="resume_clock", viewer=viewer, version=version, change=change, words=reason, **doing)


def go_on(d: Disagreement, old: Deadline, *, at: datetime) -> Deadline:
    """A clock that stood still goes on, with the time that was left to it. Since when it did is kept, so that it can be
    counted again where days off change; where a person set its date before, it stays theirs.

    It is counted from its start, with every pause: days off may have come or gone while it stood still, and counted from
    the date it had then, each would take a day of what was left."""
    paused_at, calendar = old.paused_at or at, calendar_for(d)
    pauses = [*old.pauses, [paused_at.isoformat(), at.isoformat()]]
    counted = None if old.varied else _counted_again(d, old, pauses=pauses, calendar=calendar)
    due_at = (
        counted.due_at
        if counted is not None
        else clocks.resumed(paused_at=paused_at, resumed_at=at, due_at=old.due_at, unit=Unit(old.unit), calendar=calendar)
    )
    return _replace(d, old, due_at=due_at, at=at, varied=old.varied, pauses=pauses)


def _theirs(d: Disagreement, clock: Deadline, viewer: Viewer) -> None:
    if not (verdict := may_change_clock(ties(viewer, d, d.parties.all()), clock.held_by)):
        raise NotPermitted(verdict.sentence)


def _running(disagreement: Disagreement, deadline: int) -> Deadline:
    found = disagreement.deadlines.filter(pk=deadline, stopped_at=None).first()
    if found is None:
        raise Refused("That clock has stopped, or is not one of this disagreement's.")
    return found


def _only_the_last_period(d: Disagreement, clock: Deadline) -> None:
    """Of a timescale that repeats, the passed periods stay on show; only the one that runs can have another date."""
    later = d.deadlines.filter(time_limit=clock.time_limit, stopped_at=None, passed_noted_at=None).exclude(pk=clock.pk)
    if later.exists():
        raise Refused("That period has passed, and the next one runs already. Change the date of that one.")


def _replace(
    d: Disagreement, old: Deadline, *, due_at: datetime, at: datetime, varied: bool, pauses: list[list[str]]
) -> Deadline:
    Deadline.objects.filter(pk=old.pk).update(stopped_at=at)
    limit = d.protocol.time_limit(old.time_limit)
    near_at = clocks.next_reminder(limit, due_at=due_at, after=at, calendar=calendar_for(d))
    start = clocks.Start(limit=limit, starts_at=old.starts_at, due_at=due_at, near_at=near_at, shortened=old.shortened)
    clock = new_clock(d, start, varied=varied, pauses=pauses)
    clock.save()
    return clock


def _clock_data(deadline: Deadline) -> dict[str, Any]:
    return {"time_limit": deadline.time_limit, "deadline": deadline.pk, "due_at": deadline.due_at.isoformat()}


def partnerships_with_timescales_due(at: datetime) -> list[int]:
    """Ids only, of the partnerships whose sweep has something to do, which is also to work out whose turn it is where nobody
    has; see the definer functions in the migrations."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT partnerships_with_timescales_due(%s) UNION SELECT partnerships_without_turns()", [at])
        return [row[0] for row in cursor.fetchall()]


def note_timescales(partnership_id: int, *, at: datetime | None = None) -> int:
    """Note every passed and every near timescale of a partnership, each once. Returns how many were noted.

    In batches, each its own scope and transaction: lock the disagreements in ascending id, skipping those that somebody
    else is working on (the next tick finds them again), then their clocks. How often it runs, on how many workers, and
    after what outage makes no difference: what is noted is marked in the same transaction.
    """
    moment = at or partnership_selectors.present_in(partnership_id)
    with partnership_scope(partnership_id):
        work_out_turns(at=moment)
    noted, set_aside, known = 0, set[int](), sweeping.Known()
    while True:
        with partnership_scope(partnership_id):
            waiting = _waiting(moment, set_aside)
        found, failed = 0, set[int]()
        for start in range(0, len(waiting), BATCH):
            with partnership_scope(partnership_id):
                some, wrong = _note_batch(waiting[start : start + BATCH], at=moment, known=known)
            found, failed = found + some, failed | wrong
        noted, set_aside = noted + found, set_aside | failed
        if not found and not failed:
            return noted


def _waiting(at: datetime, set_aside: set[int]) -> list[int]:
    """The disagreements with something to note, in ascending id; of more than are known at a time, those that waited longest.

    Two questions in one, each in the order of the index that holds nothing but what runs: asked for in any other order, with
    a limit, it is answered by looking at every clock there ever was."""
    facts: dict[str, Any] = {"partnership": current_partnership_id(), "at": at, "but": list(set_aside), "most": AT_MOST}
    with connection.cursor() as cursor:
        cursor.execute(WAITING, facts)
        return sorted({number for (number,) in cursor.fetchall()})


def _note_batch(ids: list[int], *, at: datetime, known: sweeping.Known) -> tuple[int, set[int]]:
    """Those of these that nobody else is working on: together where that is all there is to it, else one by one."""
    locked = Disagreement.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    rows = list(locked.defer("answers", "child_reference").filter(pk__in=ids).order_by("pk"))
    careful = [d.pk for d in rows if not sweeping.plain(d)]
    try:
        with transaction.atomic():
            noted, wrong = sweeping.note_together([d for d in rows if sweeping.plain(d)], at=at, known=known)
            careful += [d.pk for d in wrong]
    except Exception as problem:  # noqa: BLE001  (one row that the database refuses must not stop the rest)
        logger.error("timescales could not be noted together, and are one by one: %s", type(problem).__name__)
        noted, careful = 0, [d.pk for d in rows]
    some, failed = _with_care(careful, at=at) if careful else (0, set[int]())
    return noted + some, failed


def _with_care(ids: list[int], *, at: datetime) -> tuple[int, set[int]]:
    """One by one, each read anew: rows that are locked already."""
    noted, failed = 0, set[int]()
    rows = Disagreement.objects.select_related("protocol_version", "partnership").defer("protocol_version__definition")
    for disagreement in rows.filter(pk__in=ids).order_by("pk"):
        try:
            with transaction.atomic():
                noted += _note_one(disagreement, at)
        except Exception as problem:  # noqa: BLE001  (whatever is wrong with one row, the others go on)
            # One poisoned row must not stop the rest. It stays unnoted and is tried again at the next tick. Only the kind
            # of problem is logged: a message could quote the row.
            logger.error("timescales of disagreement %s could not be noted: %s", disagreement.pk, type(problem).__name__)
            failed.add(disagreement.pk)
    return noted, failed


def _note_one(disagreement: Disagreement, at: datetime) -> int:
    noted = 0
    for clock in disagreement.deadlines.filter(stopped_at=None, paused_at=None).order_by("due_at", "pk"):
        limit = disagreement.protocol.time_limit(clock.time_limit)
        if not Deadline.objects.filter(pk=clock.pk, stopped_at=None).exists():
            continue  # the entry of a clock before it has stopped it
        passed = clock.passed_noted_at is not None
        found = clocks.to_note(due_at=clock.due_at, near_at=clock.near_at, passed=passed, at=at)
        if found == Event.TIMESCALE_PASSED:
            Deadline.objects.filter(pk=clock.pk).update(passed_noted_at=at, near_at=None)
            _entry(disagreement, clock, Kind.TIMESCALE_PASSED, at)
            noted += 1
        elif found == Event.TIMESCALE_NEAR:
            following = clocks.next_reminder(limit, due_at=clock.due_at, after=at, calendar=calendar_for(disagreement))
            Deadline.objects.filter(pk=clock.pk).update(near_at=following)
            _entry(disagreement, clock, Kind.TIMESCALE_NEAR, at)
            noted += 1
    return noted


def _entry(disagreement: Disagreement, clock: Deadline, kind: Kind, at: datetime) -> ChronologyEntry:
    change: Callable[[Disagreement, datetime], Happened] = lambda d, _: d.note(kind=kind, data=_clock_data(clock))  # noqa: E731
    ended = clocks.Ended(clock.time_limit, clock.due_at) if kind == Kind.TIMESCALE_PASSED else None
    return carry_out(disagreement, verb="note", change=change, at=at, actor=None, ended=ended)


def recount_clocks(*, at: datetime | None = None) -> int:
    """Count running clocks again after days off changed (a closure, a bank holiday announced late).

    Dates that a person set, and clocks that stand still or have passed, stay; one that stood still meanwhile is counted
    with its pauses. Each change is an entry, of which whoever holds the clock is told."""
    moment = at or present()
    changed = 0
    calendar = partnership_selectors.calendar()
    running = Deadline.objects.filter(stopped_at=None, paused_at=None, passed_noted_at=None, varied=False)
    with transaction.atomic():
        locked = (
            Disagreement.objects.select_for_update(of=("self",), no_key=True)
            .select_related("protocol_version", "partnership")
            .defer("protocol_version__definition")
            .filter(pk__in=running.values("disagreement_id"))
            .order_by("pk")
        )
        for disagreement in locked:
            for clock in disagreement.deadlines.filter(pk__in=running.values("pk")):
                start = _counted_again(disagreement, clock, pauses=clock.pauses, calendar=calendar)
                if start is None or start.due_at == clock.due_at:
                    continue
                near_at = clocks.next_reminder(start.limit, due_at=start.due_at, after=moment, calendar=calendar)
                Deadline.objects.filter(pk=clock.pk).update(due_at=start.due_at, near_at=near_at, shortened=start.shortened)
                clock.due_at = start.due_at
                _entry(disagreement, clock, Kind.TIMESCALES_RECOUNTED, moment)
                changed += 1
    return changed


def _counted_again(
    disagreement: Disagreement, clock: Deadline, *, pauses: list[list[str]], calendar: Calendar
) -> clocks.Start | None:
    limit, needed_by = disagreement.protocol.time_limit(clock.time_limit), disagreement.needed_by
    # One that counts from the decision began later than its day 0: a date asked for that had gone by then never counted.
    opened = [each for each in (disagreement.raised_at, disagreement.stage_opened_at) if each is not None]
    begun = max([clock.starts_at, *opened]) if limit.counts_from == "decided_on" else clock.starts_at
    start = clocks.start_clock(limit, at=clock.starts_at, begun=begun, needed_by=needed_by, calendar=calendar)
    if start is None:
        return None
    stood = [(datetime.fromisoformat(paused), datetime.fromisoformat(resumed)) for paused, resumed in pauses]
    return replace(start, due_at=clocks.counted_again(start, pauses=stood, calendar=calendar))
