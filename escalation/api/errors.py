"""How the API says no: the sentences of the pages as problem+json; nothing half-done is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.http import Http404
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from partnerships.program_problem import PROBLEM, problem_of
from partnerships.token_scopes import TokenScope

from ..moves import NotPermitted, Refused, Stale

NOT_THERE = "There is nothing at this address, or nothing that you may see."
LOOK_AGAIN = "Some of what was sent cannot be taken. The errors say what, field by field."
# What concerns the whole of what was sent, and no field of it.
WHOLE = "form"

Errors = Mapping[str, Sequence[str]]


class Invalid(APIException):
    """What was sent cannot be taken: sentences by field."""

    status_code = 400

    def __init__(self, errors: Errors, sentence: str = LOOK_AGAIN) -> None:
        super().__init__(sentence)
        self.errors = errors


class RefusedAtField(Refused):
    """A move that the protocol does not allow, found while the form was read: a refusal, not a slip of the pen."""

    def __init__(self, sentence: str, errors: Errors) -> None:
        super().__init__(sentence)
        self.errors = errors


class NotForThisToken(APIException):
    """The person may or may not: their token was not made for it. (`said`: the title and the kind of its problem.)"""

    status_code = 403
    said = ("Not for this token", "not-for-this-token")

    def __init__(self, needed: TokenScope) -> None:
        super().__init__(f"This token was not made for this. It must be one that may be used for: {needed.label}.")


class TooLarge(APIException):
    status_code = 413
    default_detail = "This is more than can be taken at once. Put long papers on the child's file and say where they are."


class Away(APIException):
    """What is asked for is there, and cannot be given now."""

    status_code = 503
    said = ("Away", "away")


def problem(status: int, title: str, detail: str, errors: Errors | None = None, *, kind: str = "") -> Response:
    told = problem_of(status=status, title=title, detail=detail, errors=errors, kind=kind)
    return Response(told, status=status, content_type=PROBLEM)


def refusals(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF makes a response of an exception, and the request's transaction would then commit half the work: roll it back.

    DRF's own `set_rollback` sees only ATOMIC_REQUESTS; here the middleware opens the transaction, with the scope."""
    told = _refused(exc) if isinstance(exc, Refused) else _unable(exc, context)
    if told is not None and transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
    return told


def _refused(exc: Refused) -> Response:
    if isinstance(exc, NotPermitted):
        return problem(403, "Not permitted", str(exc))
    if isinstance(exc, Stale):
        return problem(409, "Changed in the meantime", str(exc), kind="changed")
    return problem(409, "Not possible now", str(exc), getattr(exc, "errors", None))


def _unable(exc: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(exc, Invalid):
        return problem(400, "Not taken", str(exc.detail), exc.errors)
    if isinstance(exc, ValidationError):
        return problem(400, "Not taken", LOOK_AGAIN, by_field(exc.detail))
    if isinstance(exc, APIException) and (said := getattr(exc, "said", None)):
        return problem(exc.status_code, said[0], str(exc.detail), kind=said[1])
    response = exception_handler(exc, context)
    if response is None:
        return None
    missing = isinstance(exc, Http404) or response.status_code == 404
    detail = NOT_THERE if missing else str(response.data["detail"])
    return problem(response.status_code, response.status_text, detail)


def by_field(detail: Any) -> dict[str, list[str]]:
    """DRF's errors, which are a list where they are about nothing in particular."""
    found = detail if isinstance(detail, dict) else {WHOLE: detail}
    return {name: [str(each) for each in sentences] for name, sentences in found.items()}
