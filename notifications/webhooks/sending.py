"""The sending side: claim what waits, send it outside any transaction, mark what came of it; knows no page and no entry.

At least once, and recognisably the same: a worker that dies leaves a claim that runs out, and the same is sent again under
the same webhook-id."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.outgoing import OutgoingFailed, guarded_session
from accounts.sealing import WEBHOOKS, InvalidToken, unseal
from partnerships.models import Partnership
from partnerships.scope import partnership_scope

from . import keeping, signing
from .kinds import TEST
from .models import WebhookDelivery, WebhookEndpoint
from .telling import kept_inside

logger = logging.getLogger(__name__)
State = WebhookDelivery.State

# For about a day; each wait is made up to a fifth shorter or longer, so that what failed together does not come back together.
SEND_AGAIN = tuple(timedelta(minutes=minutes) for minutes in (0.5, 2, 10, 30, 60, 120, 240, 480, 480))
JITTER = 0.2
MOST_ATTEMPTS = len(SEND_AGAIN) + 1
# No request lasts longer than ten seconds (accounts/outgoing.py): a claim that is two minutes old is a dead worker's.
CLAIM_LASTS = timedelta(minutes=2)
# After so long without anything that arrived, an endpoint is switched off.
FAILING_DAYS = timedelta(days=3)
GONE = 410
SAID = 200
UNREADABLE = "Its secret cannot be opened any more. Make a new one."


@dataclass(frozen=True)
class Claim:
    """A delivery that this worker alone is sending: what, to where, and under which secrets."""

    number: int
    endpoint: int
    attempt: int
    at: datetime
    url: str
    message_id: str
    body: bytes
    sealed: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What came back; `status` is nothing where nothing did."""

    status: int | None
    problem: str
    milliseconds: int
    said: str = ""

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def partnerships_with_webhooks_to_send(at: datetime) -> list[int]:
    """Ids only; see the definer function's migration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT partnerships_with_webhooks_to_send(%s) ORDER BY 1", [at])
        return [row[0] for row in cursor.fetchall()]


def deliver(partnership_id: int) -> int:
    """Send what waits, one at a time; returns how many were taken. An endpoint that does not answer is passed over for the
    rest of this round, so that it keeps no other waiting for longer than one request."""
    taken, resting = 0, set[int]()
    while (claim := _claim(partnership_id, at=timezone.now(), resting=resting)) is not None:
        try:
            answer = _send(claim)
            with partnership_scope(partnership_id):
                note(claim, answer, at=timezone.now())
            taken += answer.taken
        except Exception as problem:  # noqa: BLE001  the claim runs out and is taken again; the others go on
            logger.error("webhook %s of partnership %s: %s", claim.number, partnership_id, type(problem).__name__)
            answer = Answer(None, "", 0)
        if not answer.taken:
            resting.add(claim.endpoint)
    return taken


def _claim(partnership_id: int, *, at: datetime, resting: Collection[int]) -> Claim | None:
    """What has waited longest, or whose claim has run out. Where nothing may leave, what waited is kept inside."""
    with partnership_scope(partnership_id):
        partnership = Partnership.objects.get(pk=partnership_id)
        waiting = WebhookDelivery.objects.filter(state__in=[State.WAITING, State.SENDING], next_attempt_at__lte=at)
        if kept_inside(partnership):
            waiting.update(state=State.HELD, next_attempt_at=None)
            return None
        rows = waiting.exclude(endpoint__in=list(resting)).select_related("endpoint")
        row = rows.select_for_update(of=("self",), skip_locked=True).order_by("next_attempt_at", "pk").first()
        return _claimed(row, partnership, at=at) if row is not None else None


def _claimed(row: WebhookDelivery, partnership: Partnership, *, at: datetime) -> Claim:
    row.state, row.claimed_at, row.next_attempt_at = State.SENDING, at, at + CLAIM_LASTS
    row.attempts += 1
    row.save(update_fields=["state", "claimed_at", "next_attempt_at", "attempts"])
    endpoint = row.endpoint
    sealed = [endpoint.secret_sealed]
    if endpoint.former_until is not None and endpoint.former_until > at:
        sealed.append(endpoint.former_sealed)
    return Claim(
        number=row.pk, endpoint=endpoint.pk, attempt=row.attempts, at=at, url=endpoint.url, message_id=row.message_id,
        body=body_of(row, partnership), sealed=tuple(sealed),
    )  # fmt: skip


def body_of(row: WebhookDelivery, partnership: Partnership) -> bytes:
    """Everything that is ever told: what it is, when, where to ask. No word that anybody typed, and nobody's name."""
    name, args = ("disagreement", [partnership.slug, row.reference]) if row.reference else ("disagreements", [partnership.slug])
    told = {
        "id": row.message_id,
        "type": row.event,
        "timestamp": row.happened_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": {
            "partnership": partnership.slug,
            "reference": row.reference or None,
            "url": settings.BASE_URL.rstrip("/") + reverse(f"escalation:api:{name}", args=args),
        },
    }
    return json.dumps(told, separators=(",", ":")).encode()


def _send(claim: Claim) -> Answer:
    """One attempt, in no transaction. One that was claimed once too often (its workers died over it) is given up unsent."""
    if claim.attempt > MOST_ATTEMPTS:
        return Answer(None, "It was begun too often and never finished.", 0)
    began = time.monotonic()
    try:
        keys = [unseal(one, purpose=WEBHOOKS) for one in claim.sealed]
    except InvalidToken:
        return Answer(None, UNREADABLE, 0)
    signed = signing.headers(keys, message_id=claim.message_id, seconds=int(timezone.now().timestamp()), body=claim.body)
    try:
        with guarded_session() as session:
            answer = session.post(claim.url, data=claim.body, headers=signed)
    except OutgoingFailed as failed:
        return Answer(None, failed.sentence[:300], _since(began))
    status, said = answer.status_code, answer.content[: SAID * 4].decode("utf-8", "replace").replace("\x00", " ")[:SAID]
    problem = "" if 200 <= status < 300 else f"It answered with the status {status}."
    return Answer(status, problem, _since(began), said)


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


def note(claim: Claim, answer: Answer, *, at: datetime) -> None:
    """What came of it, in the partnership's scope. That it was taken is noted whoever holds the claim by now; that it was
    not, only by the worker whose claim still holds."""
    rows = WebhookDelivery.objects.filter(pk=claim.number)
    came = {"answered_at": at, "status": answer.status, "milliseconds": answer.milliseconds, "problem": answer.problem}
    if answer.taken:
        rows.exclude(state=State.TAKEN).update(state=State.TAKEN, next_attempt_at=None, **came)
        WebhookEndpoint.objects.filter(pk=claim.endpoint).exclude(failing_since=None).update(failing_since=None)
        return
    last = claim.attempt >= MOST_ATTEMPTS
    state = {"state": State.GAVE_UP if last else State.WAITING, "next_attempt_at": None if last else at + _wait(claim.attempt)}
    mine = rows.filter(state=State.SENDING, claimed_at=claim.at, attempts=claim.attempt)
    if mine.update(**state, **came):
        keeping.note_failure(claim.endpoint, at=at, gone=answer.status == GONE, longest=FAILING_DAYS)


def _wait(attempt: int) -> timedelta:
    return SEND_AGAIN[attempt - 1] * secrets.SystemRandom().uniform(1 - JITTER, 1 + JITTER)


def test(endpoint: WebhookEndpoint, partnership: Partnership) -> WebhookDelivery:
    """Send the other end something that is about nothing, once and at once, and keep what came back. Where nothing may
    leave, it is kept inside."""
    at = timezone.now()
    row = WebhookDelivery(endpoint=endpoint, event=TEST, happened_at=at, state=State.HELD)
    if kept_inside(partnership):
        row.save()
        return row
    answer = _send(_claimed_for_test(row, partnership, at=at))
    row.state, row.next_attempt_at = (State.TAKEN if answer.taken else State.GAVE_UP), None
    row.answered_at, row.status, row.milliseconds = timezone.now(), answer.status, answer.milliseconds
    row.problem, row.said = answer.problem, answer.said
    row.save()
    return row


def _claimed_for_test(row: WebhookDelivery, partnership: Partnership, *, at: datetime) -> Claim:
    row.save()
    return _claimed(row, partnership, at=at)
