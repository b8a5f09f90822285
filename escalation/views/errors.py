"""Errors that no page made: for people a page that says what to do, for programs a problem in JSON. Tells nothing of a cause."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

from accounts.typed import given_back, may_be_given_back
from partnerships.languages import spoken
from partnerships.program_problem import program_told

from ..api.errors import NOT_THERE, TooLarge
from . import broken as what_broke

security = logging.getLogger("security")
_PROGRAMS = re.compile(r"^/p/[^/]+/api/")
BROKEN = "Something went wrong here, and nothing was changed. Try again later."
AWAY = "The database does not answer just now. Try again in a minute, with the same idempotency key."


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's safety check failed: usually a page left open over a sign-out. From a page of ours it is given back, to be
    sent once more; otherwise the browser's Back keeps what was typed."""
    if may_be_given_back(request):
        return given_back(request)
    with spoken(request):
        return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, what_broke.TOO_MUCH):
        with spoken(request):
            return _told(request, 413, TooLarge.default_detail) or what_broke.page(request, 413)
    with spoken(request):
        return _told(request, 400, "This cannot be read.") or what_broke.page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    _turned_away(request, 403)
    what_broke.keep(request)
    with spoken(request):
        said = str(exception) or "This is not yours to do."
        return _told(request, 403, said) or _once(request, defaults.permission_denied(request, exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    _turned_away(request, 404)
    what_broke.keep(request)
    with spoken(request):
        return _told(request, 404, NOT_THERE) or _once(request, defaults.page_not_found(request, exception))


def broken(request: HttpRequest) -> HttpResponse:
    """500, and 503 while the database is away."""
    status = what_broke.status_of_what_broke()
    with spoken(request):
        told = _told(request, status, AWAY if status == 503 else BROKEN)
        if told is not None and status == 503:
            told["Retry-After"] = str(what_broke.AGAIN_IN)
        return told or what_broke.page(request, status)


def _once(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Words that are given back are for this answer alone, and in no browser's store for whoever sits there next."""
    if getattr(request, "typed", None):
        response["Cache-Control"] = "no-store"
    return response


def _turned_away(request: HttpRequest, status: int) -> None:
    """Who tries doors is to be seen: the kind of page, never the address, which may name a disagreement."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        match = request.resolver_match
        security.info("turned away", extra={"user": user.pk, "status": status, "page": match.view_name if match else ""})


def _told(request: HttpRequest, status: int, detail: str) -> HttpResponse | None:
    """A program reads JSON whatever happens; what is not the API's is a page."""
    if not _PROGRAMS.match(request.path_info):
        return None
    return program_told(status, HTTPStatus(status).phrase, detail)
