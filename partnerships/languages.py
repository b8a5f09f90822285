"""The languages of pages: which there are, which one a page is in, and where the record's stays; knows no page's words.

A page is wholly in one language. It is Welsh where somebody chose Welsh in this browser, every word of the page is marked
(`READY`), and the partnership offers it; anything else is English: e-mails, programs, files, what is printed for others.
So what is stored cannot become Welsh by accident: no page that writes the record is on the list without being looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from .models import Partnership

RECORD = "en-gb"
WELSH = "cy"
# As `lang` writes them.
TAGS = {RECORD: "en-GB", WELSH: "cy"}
# Pages of which every word is marked, by the names of their addresses. docs/how-to/translate.md says how one comes in.
READY = frozenset({
    "accounts:demo",
    "escalation:dashboard", "escalation:disagreement", "escalation:mine",
    "escalation:draft", "escalation:draft_check", "escalation:draft_discard", "escalation:draft_elsewhere",
    "escalation:draft_share", "escalation:draft_step", "escalation:log_settled", "escalation:new_draft", "escalation:raised",
    "escalation:signpost", "escalation:start",
    "glossary", "home",
    "notifications:end_feed", "notifications:make_feed", "notifications:watch", "notifications:you",
    "partnerships:words",
})  # fmt: skip
# All of the pages whose names begin so.
READY_SPACES = ("account_", "mfa_", "usersessions_")


class Choice(NamedTuple):
    """One language to press, under its own name."""

    language: str
    tag: str
    name: str
    current: bool


def chosen(request: HttpRequest) -> str:
    """What this browser asks for. A browser's own list of languages is not followed: the Welsh is on trial."""
    found = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return found if found in TAGS else RECORD


def offered(request: HttpRequest) -> bool:
    """Inside a partnership, whether it offers Welsh; outside, whether any does."""
    partnership: Partnership | None = getattr(request, "partnership", None)
    if partnership is not None:
        return partnership.welsh
    if not hasattr(request, "_welsh_anywhere"):
        request._welsh_anywhere = Partnership.objects.filter(welsh=True).exists()  # type: ignore[attr-defined]
    return bool(request._welsh_anywhere)  # type: ignore[attr-defined]


def choices(request: HttpRequest) -> list[Choice]:
    """What the foot of a page lets people press: nothing where Welsh is not offered, and nothing on the answer to a form
    that was sent, since to go there and back would lose what was typed. Outside a partnership only pages that can be
    Welsh offer it; an error's page asks the database nothing."""
    inside = getattr(request, "partnership", None) is not None
    if request.method not in ("GET", "HEAD") or not (inside or ready(request)) or not offered(request):
        return []
    now = chosen(request)
    return [Choice(code, TAGS[code], name, code == now) for code, name in settings.LANGUAGES]


def ready(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name in READY or name.startswith(READY_SPACES)


def page_tag() -> str:
    """For `<html lang>`: the language in which this page is being written."""
    return TAGS.get(translation.get_language() or RECORD, TAGS[RECORD])


@contextmanager
def the_records_language() -> Iterator[None]:
    """Whatever the page is in: what is kept, sent or handed out is written in English."""
    with translation.override(RECORD):
        yield


@contextmanager
def spoken(request: HttpRequest) -> Iterator[None]:
    """For a page that any address may answer with, as errors do: the chosen language, without asking the database. Inside
    a partnership, where that one offers it."""
    partnership: Partnership | None = getattr(request, "partnership", None)
    with translation.override(chosen(request) if partnership is None or partnership.welsh else RECORD):
        yield


class LanguageMiddleware:
    """English, until the page is known and is to be Welsh; English again afterwards, as the thread goes on to others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with the_records_language():
            response = self.get_response(request)
            if chosen(request) != RECORD:
                patch_vary_headers(response, ["Cookie"])
            return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        wanted = chosen(request)
        if wanted != RECORD and ready(request) and offered(request):
            translation.activate(wanted)


@login_not_required
@never_cache
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keeps the choice in this browser and goes back to the page, where it was a page of ours."""
    back, wanted = request.POST.get("next", ""), request.POST.get("language", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response: Any = redirect(back)
    if wanted in TAGS:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    answer: HttpResponse = response
    return answer
