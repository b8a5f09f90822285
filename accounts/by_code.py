"""A code sent to an address that somebody else wrote down, not whoever is at the page; must not know to what it leads.

The one other way to begin signing in than typing one's own address: from there on it is the same."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.stagekit import clear_login
from allauth.core import ratelimit
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from partnerships.models import User

from .limits import too_many

# In the session: the address to which the code went was not typed here, so it is shown nowhere.
UNSEEN = "address_unseen"


def masked(email: str) -> str:
    """Enough for its owner to know it again: j...@h....example."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}...@{domain[:1]}....{domain.rpartition('.')[2]}"


def send_code(request: HttpRequest, *, email: str, user: User | None, then: str, unseen: bool = False) -> HttpResponse:
    """Send a code and lead to the page where it is typed, and from there to `then`. For an address that nobody here has
    (`user` None) everything is the same, and nothing is sent. Counted together with codes that people ask for themselves:
    by the address and by the network. `unseen`: whoever asks did not type the address, and is not shown it."""
    if not ratelimit.consume(request, action="request_login_code", key=email.lower()):
        return too_many(request)
    clear_login(request)
    LoginCodeVerificationProcess.initiate(request=request, user=user, email=email)
    request.session[UNSEEN] = unseen
    return redirect(f"{reverse('account_confirm_login_code')}?{urlencode({REDIRECT_FIELD_NAME: then})}")
