"""The one address whose path is a secret: no cookie counts at it, and it is in no log. Knows no feed."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping

from django.http import HttpRequest
from django.http.response import HttpResponseBase

_PATH = re.compile(r"^/p/[^/]+/calendar/.+")
_IN_WORDS = re.compile(r"(/p/[^/\s]+/calendar/)[^\s\"'>]+")
HIDDEN = r"\1…"


class FeedMiddleware:
    """Before sessions: whoever asks is whoever the secret says. A browser's cookies are left out, so that nobody's session
    is read, kept alive or set; and the address goes nowhere as the page that somebody came from."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _PATH.match(request.path_info):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "private, no-cache"
        response["X-Robots-Tag"] = "noindex"
        response.cookies.clear()
        return response


class HidesFeeds(logging.Filter):
    """On every handler: what is logged of a request to a feed (refused, broken, or by a web server in development) says
    that it was one, and not which."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _hidden(record.msg)
        if isinstance(record.args, Mapping):
            record.args = {name: _hidden(value) for name, value in record.args.items()}
        elif record.args:
            record.args = tuple(_hidden(value) for value in record.args)
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and _PATH.match(request.path_info):
            record.request = None
        return True


def _hidden(value: object) -> object:
    return _IN_WORDS.sub(HIDDEN, value) if isinstance(value, str) else value
