"""What somebody wishes of their e-mails, and what may wait for it: the one place that decides; writes no e-mail.

A wish never outranks what is asked of somebody: only what is for them to know waits, and at most until the next working
morning. What is not named here goes out at once, a new kind of entry too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction

from escalation.states import Kind
from partnerships.models import Membership, User
from partnerships.scope import present
from partnerships.selectors import calendar
from partnerships.working_days import LONDON, Calendar, Unit, count, is_working_day

from .audiences import Told
from .models import Notice, Wish

MORNING = time(8)
# For knowing, for everybody who is told of it. That a panel or the like begins or ends is not: the turn goes to whoever sits
# on it or ends it, and back to the two sides, as the protocol says of each, and its rules need not ask anything in words.
FOR_KNOWING = frozenset(
    {
        Kind.ACKNOWLEDGED,
        Kind.CLOSED,
        Kind.CONVERSATION_HELD,
        Kind.LEARNING_RECORDED,
        Kind.PROGRESS_RECORDED,
        Kind.RAISER_TOLD,
        Kind.SEEN,
        Kind.SETTLED_LOGGED,
        Kind.WITHDRAWN,
    }
)
# Somebody's turn begins or a date moves: for knowing to those alone who stand beside it.
FOR_WHO_STANDS_BESIDE = frozenset(
    {
        Kind.AGREEMENT_RECORDED,
        Kind.CONVERSATION_BOOKED,
        Kind.DECISION_RECORDED,
        Kind.ESCALATED,
        Kind.OUTCOME_CONFIRMED,
        Kind.OUTCOME_DISPUTED,
        Kind.PASSED_ON,
        Kind.RAISED,
        Kind.REOPENED,
        Kind.STEPPED_BACK,
        Kind.TIMESCALES_RECOUNTED,
        Kind.TIMESCALE_VARIED,
    }
)


@dataclass(frozen=True)
class Mornings:
    """Who wishes for one e-mail a morning; until when their news waits, and up to which instant a date is too near to."""

    wished_by: frozenset[int]
    until: datetime
    near: datetime


@dataclass(frozen=True)
class Bearing:
    """How one person stands to what happened: whether it is their turn there, whether they keep a clock that runs, and
    when the clocks of it end."""

    acts: bool
    keeps_a_clock: bool
    ends: Collection[datetime]


def may_wait(told: Told, kind: Kind, *, bearing: Bearing, near: datetime) -> bool:
    """Whether this news of one entry may wait for one person until the next working morning.

    Never what asks something of them, nor of whoever keeps a clock that runs; nor what a protocol's rule tells because it is
    urgent or marked; nor anything of a disagreement of which a date ends by the end of the next working day, or has ended
    and still runs. A passed timescale, a mark, an invitation, the acknowledgement of raising and news that did not arrive
    are of no kind that waits.
    """
    if kind not in FOR_KNOWING and (kind not in FOR_WHO_STANDS_BESIDE or told.side or bearing.acts):
        return False
    if told.template != kind.value or told.asks or bearing.keeps_a_clock:
        return False
    if any(rule.when.flags or rule.when.urgencies for rule in told.rules):
        return False
    return all(ends > near for ends in bearing.ends)


def mornings(at: datetime) -> Mornings:
    """Asked once for a batch of entries. Nobody's wish counts who is no member any more."""
    members = Membership.objects.reachable().values("user_id")
    wished = Wish.objects.filter(how=Wish.How.MORNINGS, user_id__in=members).values_list("user_id", flat=True)
    wished_by = frozenset(wished)
    if not wished_by:
        return Mornings(wished_by, at, at)
    days = calendar()
    near = count(at, amount=1, unit=Unit.WORKING_DAYS, calendar=days).due_at
    return Mornings(wished_by, next_morning(at, days), near)


def next_morning(at: datetime, days: Calendar) -> datetime:
    """8am in London on the next working day of the partnership: today's, where that is still ahead."""
    day = at.astimezone(LONDON).date()
    while not is_working_day(day, days) or datetime.combine(day, MORNING, tzinfo=LONDON) <= at:
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, tzinfo=LONDON)


def wish_of(user: User) -> Wish.How:
    found = Wish.objects.filter(user=user).first()
    return Wish.How(found.how) if found else Wish.How.AT_ONCE


@transaction.atomic
def choose(user: User, how: Wish.How, *, at: datetime | None = None) -> None:
    """From now on. Whoever wishes to be told at once again gets what was held for them with the next sending."""
    moment = at or present()
    Wish.objects.update_or_create(user=user, defaults={"how": how, "changed_at": moment})
    if how == Wish.How.AT_ONCE:
        Notice.objects.filter(held_for=user, message=None, held_until__gt=moment).update(held_until=moment)
