"""Where a person is signed in, in plain words, and how each of these is ended, at once; knows no partnership."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partnerships.models import User

from .proof import ask_again, proved_lately

# The first that is found is it: others name themselves after it as well.
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
MACHINES = (
    ("iPhone", _("an iPhone")), ("iPad", _("an iPad")), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", _("a Chromebook")), ("Mac OS X", _("a Mac")), ("Linux", "Linux"),
)  # fmt: skip


def plain_browser(agent: str) -> str:
    """What a browser says of itself, in words that a person knows again."""
    browser = next((name for mark, name in BROWSERS if mark in agent), gettext("A browser that does not say which it is"))
    machine = next((name for mark, name in MACHINES if mark in agent), "")
    return gettext("%(browser)s on %(machine)s") % {"browser": browser, "machine": gettext(machine)} if machine else browser


@dataclass(frozen=True)
class SignedIn:
    number: int
    browser: str
    where: str
    since: datetime
    here: bool


def signed_in_places(request: HttpRequest) -> list[SignedIn]:
    """This one first, then the newest. What has run out meanwhile is forgotten."""
    alive = UserSession.objects.purge_and_list(request.user)
    here = request.session.session_key
    places = [SignedIn(s.pk, plain_browser(s.user_agent), s.ip, s.created_at, s.session_key == here) for s in alive]
    return sorted(places, key=lambda place: (not place.here, -place.since.timestamp()))


def remember(request: HttpRequest) -> None:
    """Puts this session on its person's list; whoever cannot be located (a test, a command) is on none."""
    if request.META.get("REMOTE_ADDR") and request.user.is_authenticated:
        UserSession.objects.create_from_request(request)


def on_signing_in(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """By whichever door: each ends at Django's own login()."""
    remember(request)


def forget_ended() -> int:
    """What has run out, with the network addresses and browsers that were kept of it; returns how many were on a list."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    over = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
    return int(over.delete()[0])


def rotate(request: HttpRequest) -> None:
    """A new key for the session once more is proved in it: who knew the old one has nothing of it."""
    old = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Ending others needs fresh proof: whoever found a browser open must not shut its owner out of the rest."""
    if request.method == "POST":
        return _end(request) if proved_lately(request) else ask_again(request)
    return render(request, "usersessions/usersession_list.html", {"places": signed_in_places(request)})


def _end(request: HttpRequest) -> HttpResponse:
    others = UserSession.objects.filter(user_id=request.user.pk or 0).exclude(session_key=request.session.session_key)
    which = request.POST.get("which", "")
    if which != "others":
        others = others.filter(pk=int(which) if which.isdecimal() and len(which) < 19 else 0)
        if not others:
            raise Http404
    for session in others:
        session.end()
    everywhere = which == "others"
    told = gettext("Nobody is signed in as you anywhere else.") if everywhere else gettext("That session has ended.")
    messages.success(request, told, extra_tags="success")
    return redirect("usersessions_list")
