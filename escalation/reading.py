"""The log of reading: who read which disagreement, when and from where; the one place that writes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.network import network_address

from .models import Disagreement, Reading

# Opening a page again, or going on from it and back, is the same reading.
SAME_READING = timedelta(minutes=5)
# In the address of a list, but it narrows nothing.
ORDER = frozenset({"sort", "page", "limit", "offset"})
TOLD_ONCE = frozenset({Reading.What.DISAGREEMENT, Reading.What.TRACKER, Reading.What.READERS})


def note_reading(request: HttpRequest, what: Reading.What, *, disagreement: Disagreement | None = None, **about: Any) -> Reading:
    """Note it, in the transaction of the request: where it cannot be written, the page fails too, and nobody has read.

    In a rehearsal it is whoever rehearses, not whom they play. The same person who reads the same thing again from the same
    place within five minutes is one line; searches, exports, files and packs are a line each time."""
    person: Any = getattr(request, "rehearsed_by", None) or request.user
    facts = {
        "by": person,
        "what": what,
        "disagreement": disagreement,
        "address": network_address(request),
        "by_program": bool(getattr(request, "by_token", False)),
        "about": about,
    }
    now = timezone.now()
    if what in TOLD_ONCE and (again := Reading.objects.filter(**facts, at__gt=now - SAME_READING, at__lte=now).first()):
        return again
    return Reading.objects.create(**facts, at=now)


def note_list_read(request: HttpRequest, filters: Iterable[str]) -> None:
    """The whole list, or a search in it: with the names of what it was narrowed by, never what was typed there."""
    names = sorted({*filters} - ORDER)
    if names:
        note_reading(request, Reading.What.SEARCH, filters=names)
    else:
        note_reading(request, Reading.What.TRACKER)
