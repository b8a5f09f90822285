"""Ends the session of a browser that somebody walked away from; knows no page and no partnership."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

SEEN, BEGAN = "seen_at", "began_at"
# Not at every page: each would be one more row written.
NOTED_EVERY = 300.0


class IdleMiddleware:
    """Shared computers in wards and staff rooms: after two hours without a page (SESSION_IDLE) the next one asks who it is.
    Whatever happens, a session is over half a day after it began (SESSION_COOKIE_AGE, which by itself would count from the
    last time that anything was noted in it)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        now = time.time()
        if request.user.is_authenticated:
            seen, began = request.session.get(SEEN, now), request.session.get(BEGAN, now)
            if now - seen > settings.SESSION_IDLE.total_seconds() or now - began > settings.SESSION_COOKIE_AGE:
                logout(request)
            elif now - seen > NOTED_EVERY:
                request.session[SEEN] = now
        response = self.get_response(request)
        # The API leaves nobody at all, not even an anonymous one, where no token was sent.
        # A program that sent one has no session, and is not given one.
        here = getattr(request.user, "is_authenticated", False) and not getattr(request, "by_token", False)
        if here and BEGAN not in request.session:  # they came in by this very request
            request.session[SEEN] = request.session[BEGAN] = now
        return response
