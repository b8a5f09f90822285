"""Where signing in differs from allauth's own pages: a person who has mistyped their address is not kept waiting for it."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.stagekit import clear_login
from allauth.account.views import LoginView, RequestLoginCodeView
from django.http import HttpRequest, HttpResponse


class NotKeptWaiting:
    """allauth leads back to the code page for as long as a code is valid, whatever is asked for. That is right for who
    comes back with the code; who asks for another address, or sends the form again, starts anew."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> HttpResponse | None:
        if request.method == "POST" or "another" in request.GET:
            clear_login(request)
            return None
        resumed: HttpResponse | None = super()._redirect_to_pending_stage(request, stage)  # type: ignore[misc]
        return resumed


class SignIn(NotKeptWaiting, LoginView):
    pass


class RequestCode(NotKeptWaiting, RequestLoginCodeView):
    pass
