"""Where GOV.UK Notify says what became of an e-mail: with a bearer token, of which we keep a digest; it is told nothing back.

One address for the installation's own service of Notify, one for each partnership that has a service of its own. A token of a
partnership speaks of its own messages alone. Whether a message is known is not told, nor whether a partnership is."""

from __future__ import annotations

import hmac
import json
import secrets
from datetime import timedelta
from typing import Any

from allauth.core.internal.ratelimit import consume
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from partnerships.administering import Did, note_administration
from partnerships.middleware import token_digest
from partnerships.models import Partnership, User
from partnerships.scope import partnership_scope

from .models import NotifyReceipts
from .noting import note_report
from .reports import OF_NOTIFY, Report, key_of

LARGEST = 16 * 1024
NOBODYS = "0" * 64  # no token has this digest


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def receipts(request: HttpRequest, slug: str = "") -> HttpResponse:
    """401 to a wrong token and to a partnership that is none; otherwise 204, whatever was told and whether it was new."""
    known, within = _let_in(request, slug)
    if not known:
        if not consume(request, app="allauth.account", action="receipts_unknown", limit_get=True):
            return HttpResponse(status=429)
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    length = request.headers.get("Content-Length", "")
    if not length.isascii() or not length.isdigit() or int(length) > LARGEST:
        return HttpResponse(status=413)
    told = _read(request.body)
    if told is None:
        return HttpResponse(status=400)
    if report := _report(told):
        note_report(report, within=within)
    return HttpResponse(status=204)


def _let_in(request: HttpRequest, slug: str) -> tuple[bool, int | None]:
    """Whether the token is the one; and of which partnership alone it may speak. As long for a wrong one as for the right one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    sent = token_digest(token.strip()) if scheme.lower() == "bearer" else token_digest("")
    if not slug:
        kept = settings.NOTIFY_CALLBACK_DIGEST.lower() or NOBODYS
        return hmac.compare_digest(sent, kept), None
    partnership = Partnership.objects.filter(slug=slug, rehearsal_of=None).first()
    with partnership_scope(partnership.pk if partnership else 0):
        row = NotifyReceipts.objects.first()
        known = hmac.compare_digest(sent, row.digest if row else NOBODYS)
        if known and row is not None:
            now = timezone.now()
            unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - timedelta(hours=1))
            NotifyReceipts.objects.filter(unnoted, pk=row.pk).update(last_used_at=now)
    return known, partnership.pk if partnership else None


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _report(told: dict[str, Any]) -> Report | None:
    """What it says, where it says that one of our e-mails did not arrive. Its words about whom it was for are not looked at."""
    number, name, status = (told.get(key) for key in ("id", "reference", "status"))
    if not (isinstance(number, str) and isinstance(name, str) and isinstance(status, str)):
        return None
    if told.get("notification_type", "email") != "email" or status not in OF_NOTIFY:
        return None
    return Report(names=(name,), why=OF_NOTIFY[status], key=key_of(("notify", number)), number=number)


# ---------------------------------------------------------------- the partnership's own token
def token_made(*, by: User) -> str:
    """A new one, shown once; the one before it ends."""
    secret = secrets.token_urlsafe(32)
    NotifyReceipts.objects.update_or_create(
        defaults={"digest": token_digest(secret), "made_by": by, "made_at": timezone.now(), "last_used_at": None}
    )
    note_administration(Did.TOKEN_MADE, by=by, receipts="made")
    return secret


def token_ended(*, by: User) -> bool:
    gone = bool(NotifyReceipts.objects.all().delete()[0])
    if gone:
        note_administration(Did.TOKEN_MADE, by=by, receipts="ended")
    return gone
