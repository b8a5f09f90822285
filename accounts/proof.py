"""Whether a person has proved well enough, and lately enough, that it is them; must not know what they want to see.

Two questions: has this sign-in a second factor (roles that see or rule everything need one), and was it proved again
lately (before older records, exports, and changes of who may see)?"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from partnerships.models import MemberRole

NEEDS_SECOND_FACTOR = frozenset({MemberRole.PARTNERSHIP_MANAGER, MemberRole.PROTOCOL_ADMINISTRATOR})


class ProofMiddleware:
    """Inside the partnership's scope: whoever holds a role that needs a second factor is led to it first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


def proved_lately(request: HttpRequest) -> bool:
    """Whether this person proved again, within minutes, that it is them. A program's token was made with fresh proof."""
    if request.headers.get("Authorization"):
        return True
    return bool(did_recently_reauthenticate(request))


def ask_again(request: HttpRequest) -> HttpResponse:
    """To the page that asks for fresh proof, and back here."""
    back = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{back}")


def fresh_proof(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For a page that exports, or changes who may see: asked for again where it was not proved lately."""

    @wraps(view)
    def proved(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if proved_lately(request) else ask_again(request)

    return proved
