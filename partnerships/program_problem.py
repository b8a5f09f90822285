"""The one form in which a program is told that something cannot be: problem+json. Knows no reason of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import JsonResponse

PROBLEM = "application/problem+json"


def problem_of(*, status: int, title: str, detail: str, errors: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """`detail` is the sentence that a page would show; `errors` sentences by field."""
    return {"title": title, "status": status, "detail": detail, "errors": dict(errors or {})}


def program_told(status: int, title: str, detail: str) -> JsonResponse:
    """The answer, where no view of the API makes it: before one runs, or where one broke."""
    return JsonResponse(problem_of(status=status, title=title, detail=detail), status=status, content_type=PROBLEM)
