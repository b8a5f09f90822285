"""The page "E-mail" under administration: how a partnership's e-mails leave, the form that changes it, and a test."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.ratelimit import consume
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.limits import too_many
from accounts.proof import fresh_proof
from partnerships.models import User
from partnerships.permissions import why_not_keep
from partnerships.views import only, partnership_of

from ..models import MailWay
from ..ways import mail_way, notify_key, sender_of
from ..wishes import quiet_hours
from . import keeping
from .forms import NOTIFY, MailForm


def _nowhere_rehearsed(request: HttpRequest) -> None:
    if partnership_of(request).rehearsal_of_id is not None:
        raise Http404


def _who(request: HttpRequest) -> User:
    user: Any = request.user
    person: User = user
    return person


@only(why_not_keep)
@never_cache
@require_safe
def mail(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, *, tried: keeping.Tried | None = None) -> HttpResponse:
    _nowhere_rehearsed(request)
    kept = mail_way() or MailWay()
    context = {
        "kept": kept,
        "sender": sender_of(kept),
        "by_notify": bool(kept.notify_sealed),
        "key_lost": bool(kept.notify_sealed) and not notify_key(kept),
        "quiet": quiet_hours(),
        "tried": tried,
        "own_address": _who(request).email,
    }
    return render(request, "notifications/own_way/mail.html", context)


@fresh_proof
@only(why_not_keep)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """A key that was typed is never shown again, not even to whoever typed it beside something that was refused."""
    _nowhere_rehearsed(request)
    form = MailForm(request.POST if request.method == "POST" else None, kept=mail_way() or MailWay())
    if form.is_valid():
        typed = form.cleaned_data
        keeping.change(form.wanted, key=typed["notify_key"].strip(), own_service=typed["way"] == NOTIFY, by=_who(request))
        messages.success(request, "Saved. Send yourself a test e-mail now, to see that it works.")
        return redirect("notifications:mail", slug)
    return render(request, "notifications/own_way/change.html", {"form": form}, status=422 if form.errors else 200)


@only(why_not_keep)
@never_cache
@require_POST
def try_mail(request: HttpRequest, slug: str) -> HttpResponse:
    """Nothing changes, so there is nothing to come back from: the answer is the page itself."""
    _nowhere_rehearsed(request)
    if not consume(request, app="allauth.account", action="test_mail", user=_who(request), limit_get=True):
        return too_many(request)
    return _page(request, tried=keeping.try_it(partnership_of(request), to=_who(request)))
