"""The two public pages on what is kept about people: a partnership's own notice, and what the product itself stores.

Open to everybody, as a privacy notice has to be (UK GDPR articles 13 and 14): somebody who was written about is no member.
They stand beside /p/, where nothing is shown to outsiders; of a partnership they show its name and what it wrote for them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from .arrangements import Arrangements, KeptFrom, arrangements
from .models import Partnership
from .scope import partnership_scope

SECONDS_AN_HOUR = 3600


@login_not_required
@require_safe
def product(request: HttpRequest) -> HttpResponse:
    """What the product stores to work at all, whatever partnership uses it."""
    cookies = [
        (settings.SESSION_COOKIE_NAME, "Knows that you are signed in.", hours(settings.SESSION_COOKIE_AGE)),
        (settings.CSRF_COOKIE_NAME, "Shows that a form was sent from a page of ours and from nowhere else.", "a year"),
        (settings.LANGUAGE_COOKIE_NAME, "Keeps your choice of English or Welsh, once you have made one.", "a year"),
        (CookieStorage.cookie_name, "Carries a sentence like “It is recorded” to the next page.", "the next page"),
    ]
    return render(request, "privacy/product.html", {"cookies": cookies})


def hours(seconds: int) -> str:
    return f"{seconds // SECONDS_AN_HOUR} hours"


@login_not_required
@require_safe
def partnership(request: HttpRequest, slug: str) -> HttpResponse:
    """A partnership's own notice, with what is true of every one of them. A rehearsal keeps nothing about anybody."""
    found = get_object_or_404(Partnership, slug=slug, rehearsal_of=None)
    with partnership_scope(found.pk):
        here = arrangements()
        context = {"about": found, "arrangements": here, "kept": kept(here)}
        return render(request, "privacy/partnership.html", context)


def kept(here: Arrangements) -> str:
    """The retention rule in a sentence."""
    if not here.keep_years:
        return "The partnership has not set yet for how long a disagreement is kept, so none is destroyed."
    years = f"{here.keep_years} year{'' if here.keep_years == 1 else 's'}"
    since = KeptFrom(here.kept_from).label
    counted = f"counted from {since[:1].lower()}{since[1:]}"
    return f"A disagreement is kept for {years}, {counted}. Then a person reviews whether it is destroyed."
