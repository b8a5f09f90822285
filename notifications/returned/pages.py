"""The office's page of e-mails that did not arrive, what it says of them on the first page, and the token for receipts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.proof import fresh_proof
from escalation.moves import NotPermitted, Refused
from escalation.permissions import Viewer, may_track
from partnerships.permissions import why_not_keep
from partnerships.scope import present
from partnerships.views import LARGEST, only, partnership_of

from . import dead_letters, receipts
from .models import NotifyReceipts

LISTED = 25
MOST_AT_ONCE = 100
NOBODY_CHOSEN = "Choose at least one e-mail"
NOTHING_CHOSEN = "Choose what to do with it"


def viewer_of(request: HttpRequest) -> Viewer:
    return Viewer.of(request.user, request.memberships)  # type: ignore[attr-defined, arg-type]


def asked(request: HttpRequest) -> dict[str, Any]:
    """A context processor. Worked out only where a page shows it: everybody's other pages ask nothing."""
    if getattr(request, "partnership", None) is None:
        return {}
    return {"not_arrived": SimpleLazyObject(lambda: _count(request))}


def _count(request: HttpRequest) -> int:
    return dead_letters.listed(viewer_of(request)).count()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def not_arrived(request: HttpRequest, slug: str) -> HttpResponse:
    """The list; and what is done with those that were ticked, each by itself, so that one that is refused holds up no other."""
    viewer = viewer_of(request)
    if not (verdict := may_track(viewer)):
        raise PermissionDenied(verdict.sentence)
    error = ""
    if request.method == "POST":
        error = _pressed(request, viewer)
        if not error:
            return redirect("notifications:not_arrived", slug)
    at = present()
    page = Paginator(dead_letters.listed(viewer).select_related("to_user"), LISTED).get_page(request.GET.get("page"))
    letters = dead_letters.read(page, at=at)
    context = {
        "page": page,
        "letters": letters,
        "error": error,
        "errors": [{"href": _first(letters), "text": error}] if error else [],
        "chosen": {int(number) for number in _numbers(request)},
    }
    return render(request, "notifications/returned/list.html", context, status=422 if error else 200)


def _first(letters: list[dead_letters.DeadLetter]) -> str:
    return f"#chosen-{letters[0].message.pk}" if letters else "#main-content"


def _numbers(request: HttpRequest) -> list[str]:
    typed = request.POST.getlist("chosen")[:MOST_AT_ONCE]
    return list(dict.fromkeys(n for n in typed if n.isascii() and n.isdigit() and len(n) < 12 and int(n) <= LARGEST))


def _pressed(request: HttpRequest, viewer: Viewer) -> str:
    numbers, what = [int(number) for number in _numbers(request)], request.POST.get("what", "")
    if not numbers:
        return NOBODY_CHOSEN
    if what not in DONE:
        return NOTHING_CHOSEN
    done, refused = [], []
    for number in numbers:
        try:
            with transaction.atomic():
                done.append(_do(what, number, viewer))
        except (Refused, NotPermitted) as why:
            refused.append(str(why))
    if done:
        messages.success(request, DONE[what].format("; ".join(done)))
    for sentence in refused:
        messages.warning(request, sentence)
    return ""


def _do(what: str, number: int, viewer: Viewer) -> str:
    if what == "again":
        return dead_letters.send_again(number, viewer=viewer).who
    if what == "telephoned":
        return dead_letters.told_by_telephone(number, viewer=viewer)
    return dead_letters.take_off(number, viewer=viewer)


DONE = {
    "again": "Sent again, within a minute: {}.",
    "telephoned": "Written on the record, and off the list: {}.",
    "off": "Off the list: {}.",
}


@fresh_proof
@only(why_not_keep)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token(request: HttpRequest, slug: str) -> HttpResponse:
    """The token is on the answer to the very press that made it, and nowhere again: so there is no redirect."""
    secret, user = "", request.user
    if request.method == "POST":
        if request.POST.get("what") == "end":
            receipts.token_ended(by=user)  # type: ignore[arg-type]
            messages.success(request, "Ended. GOV.UK Notify is not let in any more.")
            return redirect("notifications:receipts", slug)
        secret = receipts.token_made(by=user)  # type: ignore[arg-type]
    context = {
        "secret": secret,
        "kept": NotifyReceipts.objects.select_related("made_by").first(),
        "address": settings.BASE_URL.rstrip("/") + reverse("partnership_receipts", args=[partnership_of(request).slug]),
    }
    return render(request, "notifications/returned/receipts.html", context)
