"""Sends what waits and says when one did not arrive; what is to be sent is made by announcing.py."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from escalation import services as escalation_services
from partnerships.models import Partnership
from partnerships.scope import partnership_scope

from .announcing import announce, partnerships_answering, partnerships_with_entries_to_announce
from .models import Message, Notice
from .transports import DjangoTransport, Outgoing, Permanent, Retryable, Transport

__all__ = ["announce", "deliver", "partnerships_with_entries_to_announce", "partnerships_with_messages_to_send"]

logger = logging.getLogger(__name__)

# A mail server that is away for a night is waited for; then somebody is told to telephone instead.
SEND_AGAIN = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 480))
MOST_ATTEMPTS = len(SEND_AGAIN) + 1
# A worker that claimed a message and has not said how it went by then is taken for dead.
CLAIM_LASTS = timedelta(minutes=10)


def partnerships_with_messages_to_send(at: datetime) -> list[int]:
    return partnerships_answering("SELECT partnerships_with_messages_to_send(%(at)s) ORDER BY 1", at)


@dataclass(frozen=True)
class Claim:
    """A message that this worker alone is sending, and since when."""

    number: int
    attempt: int
    at: datetime
    outgoing: Outgoing


def deliver(partnership_id: int, *, transport: Transport | None = None) -> int:
    """Send what waits, one message at a time; returns how many were sent.

    Each is claimed in a transaction of its own, sent outside any, and marked in another: a worker that dies in between
    leaves a claim that runs out, and the message is sent again under the same Message-ID. At least once, therefore, and
    recognisably the same.
    """
    way, sent = transport or DjangoTransport(), 0
    while (claim := _claim(partnership_id, at=timezone.now())) is not None:
        try:
            sent += _send(partnership_id, claim, way)
        except Exception as problem:  # noqa: BLE001  the claim runs out and is taken again; the others go on
            logger.error("message %s of partnership %s: %s", claim.number, partnership_id, type(problem).__name__)
    return sent


def _claim(partnership_id: int, *, at: datetime) -> Claim | None:
    """The message that has waited longest, or whose claim has run out. Nothing is claimed in training mode: what waited
    when a partnership went back to it is kept inside."""
    with partnership_scope(partnership_id):
        waiting = Message.objects.filter(state__in=[Message.State.WAITING, Message.State.SENDING], next_attempt_at__lte=at)
        if Partnership.objects.get(pk=partnership_id).in_training:
            waiting.update(state=Message.State.HELD, next_attempt_at=None)
            return None
        message = waiting.select_for_update(skip_locked=True).order_by("next_attempt_at", "pk").first()
        if message is None:
            return None
        message.state, message.claimed_at, message.next_attempt_at = Message.State.SENDING, at, at + CLAIM_LASTS
        message.attempts += 1
        message.save(update_fields=["state", "claimed_at", "next_attempt_at", "attempts"])
        outgoing = Outgoing(message_id=message.message_id, to=message.to_email, subject=message.subject, text=message.text)
        return Claim(number=message.pk, attempt=message.attempts, at=at, outgoing=outgoing)


def _send(partnership_id: int, claim: Claim, transport: Transport) -> int:
    """One attempt. A message that has been claimed once too often (its workers died over it) is given up unsent: better
    that somebody telephones a person who has had the e-mail than that nobody does."""
    if claim.attempt > MOST_ATTEMPTS:
        _failed(partnership_id, claim, "never finished", for_good=True)
        return 0
    try:
        transport.send(claim.outgoing)
    except Permanent as problem:
        _failed(partnership_id, claim, str(problem), for_good=True)
    except Retryable as problem:
        _failed(partnership_id, claim, str(problem), for_good=claim.attempt >= MOST_ATTEMPTS)
    else:
        with partnership_scope(partnership_id):
            # Whoever holds the claim by now: it has been sent.
            Message.objects.filter(pk=claim.number).exclude(state=Message.State.SENT).update(
                state=Message.State.SENT, sent_at=timezone.now(), next_attempt_at=None, last_error=""
            )
        return 1
    return 0


def _failed(partnership_id: int, claim: Claim, problem: str, *, for_good: bool) -> None:
    """Wait and try again, or give up and say so on every disagreement that the message was about, in one transaction.
    Only the worker whose claim still holds may say so: another may be sending it by now."""
    at = timezone.now()
    with partnership_scope(partnership_id):
        mine = Message.objects.filter(pk=claim.number, state=Message.State.SENDING, claimed_at=claim.at, attempts=claim.attempt)
        if not for_good:
            mine.update(state=Message.State.WAITING, next_attempt_at=at + SEND_AGAIN[claim.attempt - 1], last_error=problem[:200])
            return
        if mine.update(state=Message.State.GAVE_UP, next_attempt_at=None, last_error=problem[:200]):
            about = Notice.objects.filter(message_id=claim.number).values_list("disagreement_id", flat=True)
            escalation_services.note_undelivered(disagreement_ids=about, message_id=claim.number, at=at)
            logger.warning("message %s of partnership %s given up: %s", claim.number, partnership_id, problem)
