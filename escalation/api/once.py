"""What is sent twice is done once: the header Idempotency-Key, as the IETF's draft on it describes; knows no verb.

The row that remembers the key is written in the transaction of the work itself, so there is never one without the other:
what is refused, or breaks, is as if it had not been sent, and may be sent again under the same key."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from partnerships.models import Partnership
from partnerships.scope import current_partnership_id, partnership_scope, present

from ..models import SentOnce
from .errors import Invalid

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT = timedelta(hours=48)
# A structured string or a bare one; long enough for a UUID and a name before it.
KEY = re.compile(r'^"?([\x21\x23-\x7e]{8,200})"?$')
NO_KEY = "Send a key of 8 to 200 letters, digits and signs without spaces: a new UUID for each thing that is done."
DESCRIBED = {
    "name": HEADER,
    "in": "header",
    "schema": {"type": "string", "pattern": "^[!#-~]{8,200}$"},
    "description": "A new UUID for each thing that is done. Sent again with the same body, it is not done again: the answer"
    " is given again, for 48 hours.",
}


class StillRunning(APIException):
    status_code = 409
    said = ("Still running", "still-running")
    default_detail = "The same was sent before and is still being done. Send it again in a second."


class KeyUsed(APIException):
    status_code = 422
    said = ("Key used before", "key-used")
    default_detail = "This idempotency key was used for something else. Use a new key for each thing that is done."


@dataclass(frozen=True)
class Done:
    """What was done: the answer, and what it can be built anew of."""

    response: Response
    again: dict[str, Any]


def once(request: Request, *, do: Callable[[], Done], again: Callable[[dict[str, Any]], Response]) -> Response:
    """Do it, or where the same person's program did it under this key already, give the answer again without doing it."""
    if HEADER not in request.headers:
        return do().response
    key, sent = _digest(_key(request)), _digest(_said(request))
    if not _only_we(key):
        raise StillRunning
    person = request.user.pk or 0
    known = SentOnce.objects.filter(user_id=person, key=key)
    before = known.filter(at__gt=present() - KEPT).first()
    if before is not None:
        return _given_again(before, sent, again)
    known.delete()
    done = do()
    SentOnce.objects.create(user_id=person, key=key, sent=sent, status=done.response.status_code, answer=done.again, at=present())
    return done.response


def _given_again(before: SentOnce, sent: str, again: Callable[[dict[str, Any]], Response]) -> Response:
    if not hmac.compare_digest(before.sent, sent):
        raise KeyUsed
    answer = again(before.answer)
    answer.status_code = before.status
    answer[REPLAYED] = "true"
    return answer


def _key(request: Request) -> str:
    found = KEY.match(request.headers[HEADER].strip())
    if found is None:
        raise Invalid({HEADER: [NO_KEY]}, NO_KEY)
    return f"key|{request.user.pk}|{found[1]}"


def _said(request: Request) -> str:
    """What was sent and where; of a file its own digest."""
    sent = request.data
    if isinstance(sent, dict):
        sent = {name: _of_file(value) if hasattr(value, "chunks") else value for name, value in sent.items()}
    body = json.dumps(sent, sort_keys=True)
    return f"sent|{request.method}|{request.get_full_path()}|{body}|{request.headers.get('If-Match', '')}"


def _of_file(file: Any) -> str:
    digest = hashlib.sha256()
    for part in file.chunks():
        digest.update(part)
    file.seek(0)
    return f"{file.name}|{digest.hexdigest()}"


def _digest(text: str) -> str:
    """Keyed: what was sent holds words, and short ones could be guessed from a plain digest."""
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, f"{current_partnership_id()}|{text}".encode(errors="surrogatepass"), "sha256").hexdigest()


def _only_we(key: str) -> bool:
    """To the end of the transaction. Who comes meanwhile with the same key is told so at once, and does not wait."""
    number = int.from_bytes(bytes.fromhex(key)[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def forget_keys_everywhere() -> int:
    """What is older than a key is kept goes, partnership by partnership. No program is let into a rehearsal."""
    forgotten = 0
    for partnership_id in Partnership.objects.filter(rehearsal_of=None).order_by("pk").values_list("pk", flat=True):
        with partnership_scope(partnership_id):
            forgotten += SentOnce.objects.filter(at__lte=present() - KEPT).delete()[0]
    return forgotten
