"""What somebody wishes of their e-mails, and what may wait for it: the one place that decides; writes no e-mail.

A wish never outranks what is asked of somebody, nor do quiet hours: only what is for them to know waits, and at most until the
next working morning. What is not named here goes out at once, a new kind of entry too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, Min

from escalation.states import Kind
from partnerships.models import Membership, User
from partnerships.scope import present
from partnerships.selectors import calendar
from partnerships.working_days import LONDON, Calendar, Unit, clock_time, count, is_working_day

from .audiences import Told
from .models import MailWay, Notice, Wish

MORNING = time(8)
# The morning's reminders are noted at eight as well, and are there within this: they go into the same e-mail.
GATHERED_WITHIN = timedelta(minutes=2)
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
    """Who wishes for one e-mail a morning, and whether it is quiet now, when nobody is written to of what can wait; until when
    their news waits, and up to which instant a date is too near to. `gathering`: that morning is now, and what comes joins."""

    wished_by: frozenset[int]
    until: datetime
    near: datetime
    quiet: bool = False
    gathering: bool = False

    def waits_for(self, user_id: int | None) -> bool:
        """Whether what can wait does, for this person. An inbox is nobody's evening: it is written to at once."""
        return user_id is not None and (self.quiet or user_id in self.wished_by)

    def joins(self, user_id: int | None, kind: Kind) -> bool:
        """Whether a reminder goes into the morning's one e-mail, which leaves in a moment."""
        return self.gathering and user_id is not None and kind == Kind.TIMESCALE_NEAR


@dataclass(frozen=True)
class Bearing:
    """How one person stands to what happened: whether it is their turn there, whether they keep a clock that runs, when the
    clocks of it end, and whether it is of an urgency that is counted in hours."""

    acts: bool
    keeps_a_clock: bool
    ends: Collection[datetime]
    pressing: bool = False


def may_wait(told: Told, kind: Kind, *, bearing: Bearing, near: datetime) -> bool:
    """Whether this news of one entry may wait for one person until the next working morning.

    Never what asks something of them, nor of whoever keeps a clock that runs; nor what a protocol's rule tells because it is
    urgent or marked; nor anything of a disagreement whose urgency is counted in hours, or of which a date ends by the end of
    the next working day, or has ended and still runs. A passed timescale, a mark, an invitation, the acknowledgement of raising
    and news that did not arrive are of no kind that waits.
    """
    if kind not in FOR_KNOWING and (kind not in FOR_WHO_STANDS_BESIDE or told.side or bearing.acts):
        return False
    if told.template != kind.value or told.asks or bearing.keeps_a_clock or bearing.pressing:
        return False
    if any(rule.when.flags or rule.when.urgencies for rule in told.rules):
        return False
    return all(ends > near for ends in bearing.ends)


def mornings(at: datetime, *, live: bool = False) -> Mornings:
    """Asked once for a batch of entries. Nobody's wish counts who is no member any more; and quiet hours are kept where e-mails
    leave at all (`live`): nobody is disturbed by what is kept inside, and a rehearsal is walked through at any hour."""
    members = Membership.objects.reachable().values("user_id")
    wished = Wish.objects.filter(how=Wish.How.MORNINGS, user_id__in=members).values_list("user_id", flat=True)
    wished_by = frozenset(wished)
    about_now = live and MORNING <= at.astimezone(LONDON).time() < (datetime.combine(at, MORNING) + GATHERED_WITHIN).time()
    hours = quiet_hours() if live else None
    days = calendar() if wished_by or about_now or hours else None
    quiet = hours is not None and days is not None and hours.at(at, days)
    if days is None or not (wished_by or about_now or quiet):
        return Mornings(wished_by, at, at)
    near = count(at, amount=1, unit=Unit.WORKING_DAYS, calendar=days).due_at
    until = next_morning(at - GATHERED_WITHIN, days) + GATHERED_WITHIN
    return Mornings(wished_by, until, near, quiet, gathering=live and until - at <= GATHERED_WITHIN)


@dataclass(frozen=True)
class QuietHours:
    """When nobody is written to of what can wait: from one time of day until another, and on days that are not working days."""

    begins: time
    ends: time
    days_off: bool

    @property
    def words(self) -> tuple[str, str]:
        """From when and until when, for a person: "7pm", "7am"."""
        own = [clock_time(datetime.combine(date(2000, 1, 1), each, tzinfo=LONDON)) for each in (self.begins, self.ends)]
        return own[0], own[1]

    def at(self, moment: datetime, days: Calendar) -> bool:
        local = moment.astimezone(LONDON)
        now = local.time()
        over_night = self.begins > self.ends
        by_the_clock = now >= self.begins or now < self.ends if over_night else self.begins <= now < self.ends
        return by_the_clock or (self.days_off and not is_working_day(local.date(), days))


def quiet_hours() -> QuietHours | None:
    """The partnership's own; as it is usual, where it has said nothing; None where it wants none."""
    found = MailWay.objects.first() or MailWay()
    return QuietHours(found.quiet_from, found.quiet_until, found.quiet_days) if found.quiet else None


def waiting_for(user: User) -> tuple[int, datetime | None]:
    """How much of their news waits for them here, and when it comes."""
    held = Notice.objects.filter(held_for=user, message=None, held_until__isnull=False)
    found = held.aggregate(number=Count("pk"), first=Min("held_until"))
    first = found["first"]
    return found["number"], first - GATHERED_WITHIN if first and first > present() else first


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
