"""Whether a person has proved well enough, and lately enough, that it is them; must not know what they want to see.

Two questions: has this sign-in a second factor (roles that see or rule everything need one), and was it proved again
lately (before older records, exports, and changes of who may see)? The answers come from the session alone, in which
each proof is recorded with its time (allauth's records); how a proof is given is in proving.py and second_step.py."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from partnerships.languages import spoken
from partnerships.models import MemberRole, Membership, User
from partnerships.scope import person_scope
from partnerships.selectors import memberships_of

from .typed import typed_in

NEEDS_SECOND_FACTOR = frozenset({MemberRole.PARTNERSHIP_MANAGER, MemberRole.PROTOCOL_ADMINISTRATOR})
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
LATELY = timedelta(minutes=10)
# What a record of a proof may be called. A demonstration's button proves nothing about anybody real.
SECOND, PRESSED = "mfa", "demo"
FIRST = frozenset({"code", "password", "socialaccount"})
INVENTED = ".example"
# Pages of the app below, which cannot ask this one: domains by which people come in, and a protocol that brings roles in.
ASKED_HERE = frozenset({"partnerships:add_agency", "partnerships:change_agency", "partnerships:import_preview", "editor:publish"})
_Answer = TypeVar("_Answer", bound=HttpResponseBase)
# Where whoever must have a second factor may be without one: to give it, to set one up, to go away.
ON_THE_WAY = frozenset({"account_reauthenticate", "account_logout", "account_proved", "healthz", "metrics", "readyz"})


class ProofMiddleware:
    """Inside the partnership's scope: whoever holds a role there that needs a second factor is led to it first, and back.
    An operator is in no partnership and is led to it from every page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        if getattr(request, "by_token", False) or not request.user.is_authenticated:
            return None
        if not _demanded_here(request) or second_factor_given(request):
            return ask_again(request) if _asks_here(request) and not proved_lately(request) else None
        if has_second_factor(person_of(request)):
            return ask_again(request)
        return _lead(request, reverse("mfa_required"))


def person_of(request: HttpRequest) -> User:
    """Who is really there: in a rehearsal the keeper, not the invented person whom they are being."""
    person: Any = getattr(request, "rehearsed_by", None) or request.user
    found: User = person
    return found


def _asks_here(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.view_name in ASKED_HERE and not hasattr(request, "rehearsed_by")


def _demanded_here(request: HttpRequest) -> bool:
    person = person_of(request)
    if person.is_operator:
        name = request.resolver_match.view_name if request.resolver_match else ""
        return not (name in ON_THE_WAY or name.startswith("mfa_"))
    if hasattr(request, "rehearsed_by"):
        return True  # nobody but the keepers of the real partnership comes into a rehearsal
    return needs_second_factor(getattr(request, "memberships", ()))


def needs_second_factor(memberships: Iterable[Membership]) -> bool:
    return any(member.role in NEEDS_SECOND_FACTOR for member in memberships)


def must_have_second_factor(user: User) -> bool:
    """Whether any role of theirs, in any partnership, needs one: then they cannot take away their last."""
    if user.is_operator:
        return True
    with person_scope(user.pk):
        return needs_second_factor(memberships_of(user.pk))


def has_second_factor(user: User) -> bool:
    """Recovery codes alone are none: they stand in for one that is lost."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_FACTORS).exists())


# ---------------------------------------------------------------- what this session has proved
def _records(request: HttpRequest) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get_authentication_records(request, person_of(request))
    return found


def may_press(user: User) -> bool:
    """An invented person of a demonstration, whom anybody may be: there is nothing to prove. Never a real one, nowhere else."""
    return bool(settings.DEMO_DOORS and user.is_demo and not user.is_operator and user.email.endswith(INVENTED))


def second_factor_given(request: HttpRequest) -> bool:
    methods = {record.get("method") for record in _records(request)}
    return SECOND in methods or (PRESSED in methods and may_press(person_of(request)))


def proved_lately(request: HttpRequest) -> bool:
    """Whether this person proved, within minutes, that it is them: by signing in or again since. Whoever has a second
    factor proves by that; anybody else by a code, a password or their agency's sign-on. A program's token was made with
    fresh proof."""
    if getattr(request, "by_token", False):  # set by the middleware that read the token; a header alone proves nothing
        return True
    person = person_of(request)
    since = time.time() - LATELY.total_seconds()
    lately = {record.get("method") for record in _records(request) if record.get("at", 0) >= since}
    if SECOND in lately or (PRESSED in lately and may_press(person)):
        return True
    return bool(lately & FIRST) and not has_second_factor(person)


# ---------------------------------------------------------------- being asked for it
def ask_again(request: HttpRequest) -> HttpResponse:
    """To the page that asks for fresh proof, and back here. A form that was sent is kept on a page of its own."""
    return _lead(request, reverse("account_reauthenticate"))


def _lead(request: HttpRequest, address: str) -> HttpResponse:
    """Whoever only looks is led there and back. Whoever sends a form finds every word of it on a page that does nothing
    but send it again: it goes through nobody's session or database, and nothing is done before there is proof."""
    if request.method in ("GET", "HEAD"):
        return HttpResponseRedirect(_and_back(address, request.get_full_path()))
    prove = _and_back(address, reverse("account_proved"))
    context = {"typed": typed_in(request), "prove_href": prove, "files": bool(request.FILES)}
    with spoken(request):
        response = render(request, "accounts/prove_first.html", context, status=403)
    response["Cache-Control"] = "no-store"
    return response


def _and_back(address: str, back: str) -> str:
    return f"{address}?{urlencode({REDIRECT_FIELD_NAME: back})}"


def fresh_proof(view: Callable[..., _Answer]) -> Callable[..., _Answer]:
    """For a page that exports, or changes who may see: asked for again where it was not proved lately."""

    @wraps(view)
    def proved(request: HttpRequest, *args: Any, **kwargs: Any) -> _Answer:
        return view(request, *args, **kwargs) if proved_lately(request) else cast("_Answer", ask_again(request))

    return proved
