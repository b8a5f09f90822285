"""Where a person lands, and the demonstration's doors; the pages of signing in itself are allauth's."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.templatetags.govuk import moment

from .demo import demo_only
from .models import AccountMail
from .proof import PRESSED
from .selectors import demo_mail, demo_people, demo_person, partnerships_of

LISTED = 50
HEAD = [{"text": "Subject"}, {"text": "To"}, {"text": "When"}, {"text": "State"}]


@login_not_required
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Signed out: sign in. One partnership: straight there. More: choose. None: whom to ask,
    or the page of those who run the product."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    partnerships = partnerships_of(request.user)
    if len(partnerships) == 1:
        return redirect("escalation:dashboard", partnerships[0].slug)
    if not partnerships and request.user.is_operator:
        return redirect("operations:home")
    return render(request, "accounts/home.html", {"partnerships": partnerships})


@login_not_required
@demo_only
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """Become an invented person by pressing their button. Anybody else's address is not there."""
    if request.method == "POST":
        person = demo_person(request.POST.get("person", "").replace("\0", ""))
        if person is None:
            raise Http404
        login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
        record_authentication(request, person, PRESSED)
        return redirect("home")
    people = groupby(demo_people(), key=lambda person: person.partnership)
    context = {"partnerships": [(name, list(members)) for name, members in people]}
    return render(request, "accounts/demo.html", context)


@login_not_required
@demo_only
@never_cache
@require_safe
def account_mailbox(request: HttpRequest) -> HttpResponse:
    """The sign-in codes on their way, because in a demonstration nobody has these addresses."""
    page = Paginator(demo_mail(), LISTED).get_page(request.GET.get("page"))
    return render(request, "accounts/account_mailbox.html", {"page": page, "head": HEAD, "rows": [_row(mail) for mail in page]})


def _row(mail: AccountMail) -> list[dict[str, Any]]:
    return [
        {"text": mail.subject, "href": reverse("accounts:account_mail", args=[mail.pk]), "header": True},
        {"text": "", "hint": mail.to},
        {"text": moment(mail.created_at)},
        {"text": "Sent" if mail.sent_at else "Waiting to be sent", "tag": "green" if mail.sent_at else "yellow"},
    ]


@login_not_required
@demo_only
@never_cache
@require_safe
def account_mail(request: HttpRequest, number: int) -> HttpResponse:
    return render(request, "accounts/account_mail.html", {"mail": get_object_or_404(demo_mail(), pk=number)})
