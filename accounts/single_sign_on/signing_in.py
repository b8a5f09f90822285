"""Going to a provider and coming back: two pages, by a press and by what the provider sends."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from .adapter import DID_NOT_WORK, Door, SocialAccountAdapter, logger, refusal
from .issuer import SignOnFailed
from .reading import running, secret_of


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, key: str) -> HttpResponse:
    """A press leads to a page that goes on to the provider by itself. Not a redirect: our content policy lets forms lead
    nowhere but here, and browsers hold to it through every redirect that follows a form."""
    sign_on = get_object_or_404(running(), key=key)
    wanted = get_next_redirect_url(request) or ""
    if request.user.is_authenticated:
        return redirect(wanted or "home")
    if request.method != "POST":
        return render(request, "accounts/single_sign_on/start.html", {"sign_on": sign_on, "next": wanted})
    too_often: HttpResponse | None = ratelimit.consume_or_429(request, action="login")
    if too_often:
        return too_often
    try:
        if not secret_of(sign_on):
            raise SignOnFailed(f"There is no secret under the name {sign_on.secret_name}.")
        address = _address_to_go_to(request, key, wanted)
    except SignOnFailed as failed:
        logger.warning("single sign-on %s: %s", key, failed.sentence)
        return refusal(request, sign_on, f"{sign_on.name} cannot be reached", DID_NOT_WORK, status=503)
    return render(request, "accounts/single_sign_on/going.html", {"sign_on": sign_on, "address": address})


def _address_to_go_to(request: HttpRequest, key: str, wanted: str) -> str:
    """Where this sign-in goes; its state, its nonce and its proof of possession wait in the session, for ten minutes."""
    provider = SocialAccountAdapter(request).get_provider(request, key)
    nonce = secrets.token_urlsafe(32)
    going = provider.redirect(
        request, process=AuthProcess.LOGIN, next_url=wanted or None, nonce=nonce, auth_params={"nonce": nonce}
    )
    return str(going["Location"])


class _Return(OAuth2CallbackView):
    adapter: Door

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        state, answer = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, answer


@login_not_required
@never_cache
@require_GET
def callback(request: HttpRequest, key: str) -> HttpResponse:
    """What the provider sends a person back with counts once, in the browser that went, within ten minutes."""
    get_object_or_404(running(), key=key)
    door = Door(request, key)
    answer: HttpResponse = _Return.adapter_view(door)(request)
    # Somebody else may have been signed in here before, and stays so when whoever came back is not let in.
    if door.login and door.login.let_in and door.second_factor and request.user == door.login.user:
        record_authentication(request, request.user, "mfa", type="single_sign_on", provider=key)
    return answer
