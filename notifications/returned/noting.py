"""Writes down that an e-mail did not arrive: on the message, on every disagreement that it was about, and of the address.

One return is one entry, however many reports of it come, in whichever order. Whoever reports is believed only of a message
whose Message-ID they know, and only that it did not arrive: a report never says that something did."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection
from django.db.models.functions import Lower
from django.utils import timezone

from escalation import services as escalation_services
from partnerships.scope import partnership_scope

from ..models import Message, Notice
from .models import FOR_GOOD, StoppedAddress, Why
from .reports import Report
from .who import addressee

logger = logging.getLogger(__name__)
# So long nothing is sent by itself to an address from which an e-mail came back for good; then it is tried once more.
STOPPED_FOR = timedelta(days=30)
MOST_NAMES = 10
State = Message.State


def partnership_of(message_id: str) -> int | None:
    """In whose scope a message lies, for whoever knows its Message-ID; see the definer function's migration."""
    if not (message_id.isascii() and message_id.isprintable()):  # none of ours, and the database would refuse to look
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT partnership_of_message(%s)", [message_id[:200]])
        row = cursor.fetchone()
    return row[0] if row else None


def note_report(report: Report, *, within: int | None = None, at: datetime | None = None) -> bool:
    """Whether anything was changed by it. `within`: the one partnership whose messages this reporter may speak of."""
    for name in report.names[:MOST_NAMES]:
        partnership_id = partnership_of(name)
        if partnership_id is not None and within in (None, partnership_id):
            return _note(partnership_id, name, report, at=at or timezone.now())
    return False


def _note(partnership_id: int, name: str, report: Report, *, at: datetime) -> bool:
    with partnership_scope(partnership_id):
        message = Message.objects.select_for_update().filter(message_id=name).first()
        if message is None or not _believable(message, report):
            return False
        message.state, message.returned_at, message.next_attempt_at = State.RETURNED, at, None
        message.why, message.report = report.why, report.key
        message.save(update_fields=["state", "returned_at", "next_attempt_at", "why", "report"])
        if report.why in FOR_GOOD and report.of_address(message.to_email):
            stop(message.to_email, why=report.why, at=at)
        say_undelivered(message, at=at)
    logger.warning("message %s of partnership %s came back: %s", message.pk, partnership_id, report.why)
    return True


def _believable(message: Message, report: Report) -> bool:
    """Only what left can come back: also what is just leaving, as a receipt may be faster than our own mark. A report that was
    believed once is not believed of the message sent again; nor is one of another sending of it."""
    if message.state not in (State.SENT, State.SENDING) or message.report == report.key:
        return False
    return not (report.number and message.state == State.SENT and message.taken_as and message.taken_as != report.number)


def stop(email: str, *, why: Why, at: datetime) -> None:
    StoppedAddress.objects.update_or_create(email=email.lower(), defaults={"why": why, "since": at, "until": at + STOPPED_FOR})


def let_go(email: str) -> None:
    """The office sends to it again, so it is believed to be right."""
    StoppedAddress.objects.filter(email=email.lower()).delete()


def keep_back(partnership_id: int, *, at: datetime) -> int:
    """What waits for an address at which nothing arrives is not sent, and the office is told at once; returns how many. Each
    is in a transaction of its own, so that one that cannot be written down keeps back no other."""
    kept = 0
    with partnership_scope(partnership_id):
        stopped = list(StoppedAddress.objects.filter(until__gt=at).values_list("email", flat=True))
        waiting = Message.objects.filter(state=State.WAITING, next_attempt_at__lte=at).alias(address=Lower("to_email"))
        waiting = waiting.filter(address__in=stopped)  # as it was typed, in whichever letters
        numbers = list(waiting.order_by("pk").values_list("pk", flat=True)) if stopped else []
    for number in numbers:
        try:
            with partnership_scope(partnership_id):
                kept += _kept_back(number, at=at)
        except (OperationalError, InterfaceError):
            raise
        except Exception as problem:  # noqa: BLE001  (then it is tried: better one e-mail more than nobody else's)
            logger.error("message %s of partnership %s not kept back: %s", number, partnership_id, type(problem).__name__)
    return kept


def _kept_back(number: int, *, at: datetime) -> bool:
    message = Message.objects.select_for_update(skip_locked=True).filter(pk=number, state=State.WAITING).first()
    if message is None:
        return False
    message.state, message.why, message.next_attempt_at = State.GAVE_UP, Why.STOPPED, None
    message.claimed_at = at
    message.save(update_fields=["state", "why", "next_attempt_at", "claimed_at"])
    say_undelivered(message, at=at)
    return True


def say_undelivered(message: Message | int, *, at: datetime) -> None:
    """On the page of every disagreement that it was about: to whom, why, and to telephone instead. In the scope, and in the
    transaction in which the message is marked."""
    found = Message.objects.get(pk=message) if isinstance(message, int) else message
    there = Notice.objects.filter(message_id=found.pk, disagreement__destroyed_at=None)  # a destroyed record gets no entries
    about = list(there.values_list("disagreement_id", flat=True))
    if about:
        words = addressee(found).said
        escalation_services.note_undelivered(disagreement_ids=about, message_id=found.pk, words=words, at=at)


def forget_stopped(partnership_id: int, *, at: datetime) -> None:
    with partnership_scope(partnership_id):
        StoppedAddress.objects.filter(until__lte=at).delete()
