"""Moves a rehearsal's clock forward: everything that becomes due on the way happens at its own instant, in order, as if the
time had passed; knows no page. Every function needs the rehearsal's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from escalation import services as escalation_services
from escalation.models import Deadline
from notifications import services as notification_services
from notifications.models import Message
from partnerships import selectors as partnership_selectors
from partnerships.models import Partnership
from partnerships.scope import current_partnership_id, partnership_scope, present
from partnerships.working_days import LONDON, add_working_days

MORNING = time(9)
FURTHEST = timedelta(days=366)
# A timescale that repeats every hour would otherwise keep the page waiting for minutes.
MOST_INSTANTS = 400


class CannotMove(Exception):
    """Why the clock cannot be moved so. Its text is a plain sentence."""


@dataclass(frozen=True)
class Moved:
    """What time it is now, and what happened on the way there. `stopped_early`: so much happened that the clock was
    stopped before the time asked for."""

    at: datetime
    noted: int
    letters: int
    stopped_early: bool = False


def next_instant(after: datetime) -> datetime | None:
    """When the next timescale is near or passes by itself; None when nothing would happen however long one waits."""
    due = Deadline.objects.filter(stopped_at=None, paused_at=None).aggregate(
        passed=Min("due_at", filter=Q(passed_noted_at=None, due_at__gt=after)), near=Min("near_at", filter=Q(near_at__gt=after))
    )
    return min((found for found in due.values() if found is not None), default=None)


def next_working_day(after: datetime) -> datetime:
    """The same time of day on the next working day."""
    local = after.astimezone(LONDON)
    return datetime.combine(add_working_days(local.date(), 1, partnership_selectors.calendar()), local.time(), tzinfo=LONDON)


def morning_of(day: date) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=LONDON)


@transaction.atomic
def move(*, to: datetime) -> Moved:
    """Let time go by until then.

    First what people have done is announced, and what is due already is noted, at the time it is: the worker's next tick
    would have done both. Then, at each instant at which something becomes due, that is noted and announced at that very
    instant, because what is noted starts clocks and writes letters of its own. The rehearsal's row is locked meanwhile, so
    that a button pressed twice moves the clock twice and nothing happens twice."""
    rehearsal = Partnership.objects.select_for_update(no_key=True).get(pk=current_partnership_id(), rehearsal_of__isnull=False)
    now = timezone.now()
    moment = now + rehearsal.clock_ahead
    if to <= moment:
        raise CannotMove("The clock only goes forward. Choose a later time than it is there now.")
    if to > moment + FURTHEST:
        raise CannotMove("Move the clock forward by a year at most.")
    asked, letters, noted = to, Message.objects.count(), _tick(rehearsal.pk, moment)
    for _ in range(MOST_INSTANTS):
        following = next_instant(moment)
        if following is None or following > to:
            break
        moment = following
        noted += _tick(rehearsal.pk, moment)
    else:
        to = moment
    rehearsal.clock_ahead = to - now
    rehearsal.save(update_fields=["clock_ahead"])
    return Moved(at=to, noted=noted, letters=Message.objects.count() - letters, stopped_early=to < asked)


def _tick(rehearsal_id: int, at: datetime) -> int:
    """What the worker does once, at an instant that is the present meanwhile: note, then announce. Nothing is sent, because
    a rehearsal is in training mode."""
    with partnership_scope(rehearsal_id, ahead=at - timezone.now()):
        noted = escalation_services.note_timescales(rehearsal_id, at=at)
        notification_services.announce(rehearsal_id, at=at)
        return noted


def coming(limit: int) -> list[Deadline]:
    """The running timescales that will pass next, the soonest first."""
    running = Deadline.objects.filter(stopped_at=None, paused_at=None, passed_noted_at=None, due_at__gt=present())
    return list(running.select_related("disagreement").order_by("due_at", "pk")[:limit])
