"""Every request: its number, one line in the log about it, and its count; knows no page and reads nothing that was typed."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import empty

from . import metrics
from .logs import REQUEST

logger = logging.getLogger("asked")
HEADER = "X-Request-Id"
# A proxy's number is taken over if no word can be spelled by it: whoever sends one writes into our logs.
WELL_FORMED = re.compile(r"[0-9a-f][0-9a-f-]{14,62}[0-9a-f]", re.IGNORECASE)
REFERENCE = re.compile(r"[A-Z0-9]{1,8}(-\d{4})?-\d{1,8}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Asked every few seconds by programs that watch: counted, and in no log.
UNSAID = frozenset({"healthz", "readyz", "metrics"})
# No cookie counts there: whether a process lives must not hang on whether the database can say whose session it is.
FOR_PROGRAMS = frozenset(f"/{name}" for name in UNSAID)
NO_VIEW = "none"


class AskedMiddleware:
    """The outermost. It looks only at what the others have left on the request, so that it asks the database nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = number_of(request)
        token = REQUEST.set(number)
        request.request_id = number  # type: ignore[attr-defined]
        if request.path_info in FOR_PROGRAMS:
            request.META.pop("HTTP_COOKIE", None)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
            response[HEADER] = number
            self._note(request, response.status_code, time.perf_counter() - began)
        finally:
            REQUEST.reset(token)
        return response

    @staticmethod
    def _note(request: HttpRequest, status: int, seconds: float) -> None:
        view = request.resolver_match.view_name if request.resolver_match else NO_VIEW
        method = request.method if request.method in METHODS else "other"
        metrics.count(view, method=str(method), status=status, seconds=seconds)
        if view in UNSAID or (view == NO_VIEW and status == 200):  # a file of the pages' own
            return
        said = {"method": method, "view": view, "status": status, "ms": round(seconds * 1000), **_whose(request)}
        logger.info("%s %s %s in %s ms", method, view, status, said["ms"], extra=said)


def number_of(request: HttpRequest) -> str:
    """The proxy's, where it gave a well-formed one; else one that can be read out on the telephone."""
    given = request.headers.get(HEADER, "")
    if WELL_FORMED.fullmatch(given):
        return given.lower()
    made = secrets.token_hex(6)
    return "-".join((made[:4], made[4:8], made[8:]))


def _whose(request: HttpRequest) -> dict[str, Any]:
    """Ids and a reference, as far as they are known by now."""
    said: dict[str, Any] = {}
    user = request.__dict__.get("user")
    if getattr(user, "_wrapped", user) is not empty and (pk := getattr(user, "pk", None)) is not None:
        said["user"] = pk
    if (partnership := getattr(request, "partnership", None)) is not None:
        said["partnership"] = partnership.pk
    reference = str(request.resolver_match.kwargs.get("reference", "")) if request.resolver_match else ""
    if partnership is not None and REFERENCE.fullmatch(reference):
        said["reference"] = reference
    return said
