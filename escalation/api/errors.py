"""How the API says no: the sentences of the pages as problem+json; nothing half-done is kept."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from ..moves import NotPermitted, Refused

PROBLEM = "application/problem+json"


def problem(status: int, title: str, detail: str, **more: Any) -> Response:
    return Response({"title": title, "status": status, "detail": detail, **more}, status=status, content_type=PROBLEM)


def refusals(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF makes a response of an exception, and the request's transaction would then commit half the work: roll it back."""
    if isinstance(exc, NotPermitted):
        set_rollback()
        return problem(403, "Not permitted", str(exc))
    if isinstance(exc, Refused):
        set_rollback()
        return problem(409, "Not possible now", str(exc))
    response = exception_handler(exc, context)
    if response is not None:
        set_rollback()
        detail = response.data.get("detail") if isinstance(response.data, dict) else None
        errors = {} if detail else {"errors": response.data}
        told = problem(response.status_code, response.status_text, str(detail or "See the errors."), **errors)
        told.headers.update({k: v for k, v in response.headers.items() if k in {"Allow", "WWW-Authenticate", "Retry-After"}})
        return told
    return None
