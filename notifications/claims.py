"""Which messages a worker is sending just now, and how each went: the rows of the outbox, claimed and marked; sends nothing.

A claim is a transaction of its own, and so is what is marked; nothing is locked in between. A worker that is killed after the
other end took an e-mail and before that was marked leaves its claim behind; it runs out, and the e-mail is sent again under
the same Message-ID. At least once, therefore, and recognisably the same: at most the e-mails of one `MARK_AFTER`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from mailing.outgoing import NotTaken, Outgoing, Wrong
from partnerships.models import Partnership
from partnerships.scope import partnership_scope

from .models import Message
from .patience import WAITS, jittered, next_wait
from .returned import noting
from .returned.models import FOR_GOOD
from .returned.reports import why_by_status

State = Message.State
AT_ONCE = 50
# A worker that claimed a message and has not said how it went by then is taken for dead.
CLAIM_LASTS = timedelta(minutes=10)
WITH_THE_OTHERS = "with the others: "


@dataclass(frozen=True)
class Claim:
    """A message that this worker alone is sending, and since when; what went wrong before, and how often in a row."""

    number: int
    attempt: int
    at: datetime
    outgoing: Outgoing
    wrong: str = ""
    tries: int = 0

    def tries_of(self, wrong: Wrong) -> int:
        return self.tries + 1 if self.wrong == wrong.value else 1


def claim(partnership_id: int, *, at: datetime) -> list[Claim]:
    """Those that have waited longest. One whose claim has run out is claimed alone: should it be what its worker died over,
    no other dies with it. Nothing is claimed in training mode: what waited when a partnership went back to it is kept inside.
    """
    with partnership_scope(partnership_id):
        due = Message.objects.filter(state__in=[State.WAITING, State.SENDING], next_attempt_at__lte=at)
        if Partnership.objects.only("live_since").get(pk=partnership_id).in_training:
            due.update(state=State.HELD, next_attempt_at=None)
            return []
        found = _oldest(due)
        left_behind = [row for row in found if row[1] == State.SENDING]
        return _claimed(left_behind[:1] or found, at)


def claim_at_their_end(partnership_id: int, wrong: Wrong, *, at: datetime) -> list[Claim]:
    """Those that have waited for the other end as often as anything is waited for."""
    with partnership_scope(partnership_id):
        due = _due(at).filter(wrong=wrong.value, tries__gte=len(WAITS[wrong]))
        return _claimed(_oldest(due), at)


def _oldest(due: QuerySet[Message]) -> list[tuple[Any, ...]]:
    """What of each is needed to send it, as plain values: thousands are read in a morning."""
    columns = ("pk", "state", "message_id", "to_email", "subject", "text", "attempts", "wrong", "tries")
    return list(due.select_for_update(skip_locked=True).order_by("next_attempt_at").values_list(*columns)[:AT_ONCE])


def _due(at: datetime) -> QuerySet[Message]:
    return Message.objects.filter(state=State.WAITING, next_attempt_at__lte=at)


def _claimed(found: Sequence[tuple[Any, ...]], at: datetime) -> list[Claim]:
    Message.objects.filter(pk__in=[row[0] for row in found]).update(
        state=State.SENDING, claimed_at=at, next_attempt_at=at + CLAIM_LASTS, attempts=F("attempts") + 1
    )
    return [
        Claim(number, attempts + 1, at, Outgoing(message_id, to, subject, text), wrong, tries)
        for number, _, message_id, to, subject, text, attempts, wrong, tries in found
    ]


def release(partnership_id: int, claims: Sequence[Claim], *, at: datetime) -> None:
    """Not tried after all: as if it had not been claimed."""
    if claims:
        with partnership_scope(partnership_id):
            mine = Message.objects.filter(pk__in=[c.number for c in claims], state=State.SENDING, claimed_at=claims[0].at)
            mine.update(state=State.WAITING, claimed_at=None, next_attempt_at=at, attempts=F("attempts") - 1)


def mark_sent(partnership_id: int, numbers: dict[int, str]) -> None:
    """The other end has them, by which numbers of its own. Whoever holds the claims by now: they have been sent."""
    with partnership_scope(partnership_id):
        named = [When(pk=pk, then=Value(number[:100])) for pk, number in numbers.items() if number]
        Message.objects.filter(pk__in=numbers).exclude(state__in=_ARRIVED).update(
            state=State.SENT, sent_at=timezone.now(), next_attempt_at=None, last_error="", wrong="", tries=0,
            **({"taken_as": Case(*named, default=Value(""))} if named else {}),
        )  # fmt: skip


_ARRIVED: Collection[str] = (State.SENT, State.RETURNED)


def mark_failed(partnership_id: int, claim: Claim, problem: NotTaken, *, for_good: bool = False) -> None:
    """Wait and try again, or give up and say so on every disagreement that the message was about, in one transaction.
    Only the worker whose claim still holds may say so: another may be sending it by now."""
    at, tries = timezone.now(), claim.tries_of(problem.wrong)
    wait = None if for_good else next_wait(problem.wrong, tries=tries, after=problem.after)
    with partnership_scope(partnership_id):
        mine = Message.objects.filter(pk=claim.number, state=State.SENDING, claimed_at=claim.at, attempts=claim.attempt)
        told = {"last_error": str(problem)[:200], "wrong": problem.wrong.value, "tries": tries}
        if wait is not None:
            mine.update(state=State.WAITING, next_attempt_at=at + wait, **told)
        elif mine.update(state=State.GAVE_UP, next_attempt_at=None, **told):
            if problem.wrong is Wrong.ADDRESS and (why := why_by_status(_detailed(problem))) in FOR_GOOD:
                noting.stop(claim.outgoing.to, why=why, at=at)
            noting.say_undelivered(claim.number, at=at)


def _detailed(problem: NotTaken) -> str:
    """Of a refusal the detailed code. Without one nobody knows that it is the address: a relay that is set up wrongly refuses
    everybody's with a bare 550, and nobody is to be left without e-mails for a month because it was so for an hour."""
    return next((word for word in str(problem).split() if word.startswith("5.")), "")


def postpone_the_others(partnership_id: int, problem: NotTaken, *, at: datetime) -> int:
    """The other end takes nothing: what is due waits as if each had been tried. Where it said for how long, it waits for that
    long, which is nobody's failure; otherwise each goes on along its own waits. What is at the end of them is left."""
    waits, wrong = WAITS[problem.wrong], problem.wrong.value
    with partnership_scope(partnership_id):
        due = _due(at)
        if problem.after is not None:
            return due.update(next_attempt_at=at + jittered(timedelta(seconds=problem.after)))
        steps = Case(*(When(wrong=wrong, tries=n, then=Value(at + jittered(wait))) for n, wait in enumerate(waits)),
                     default=Value(at + jittered(waits[0])))  # fmt: skip
        return due.exclude(wrong=wrong, tries__gte=len(waits)).update(
            next_attempt_at=steps,
            tries=Case(When(wrong=wrong, then=F("tries") + 1), default=Value(1)),
            wrong=wrong,
            last_error=(WITH_THE_OTHERS + str(problem))[:200],
        )


def bring_forward(partnership_id: int, *, at: datetime) -> int:
    """The other end takes e-mails again: what only waited with others that had been tried need not wait any longer."""
    with partnership_scope(partnership_id):
        waited = Q(last_error__startswith=WITH_THE_OTHERS, next_attempt_at__gt=at)
        return Message.objects.filter(waited, state=State.WAITING).update(next_attempt_at=at, wrong="", tries=0, last_error="")
