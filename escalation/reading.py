"""The log of reading: who read which disagreement, when and from where; the one place that writes it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from .models import Disagreement, Reading


def note_reading(request: HttpRequest, what: Reading.What, *, disagreement: Disagreement | None = None, **about: Any) -> Reading:
    """Note it, in the transaction of the request. In a rehearsal it is whoever rehearses, not whom they play."""
    person: Any = getattr(request, "rehearsed_by", None) or request.user
    return Reading.objects.create(
        by=person,
        at=timezone.now(),
        what=what,
        disagreement=disagreement,
        address=address_of(request),
        by_program=bool(request.headers.get("Authorization")),
        about=about,
    )


def address_of(request: HttpRequest) -> str | None:
    return request.META.get("REMOTE_ADDR") or None
