"""What the tracker's page offers to take away: each kind of file, narrowed as the page is; knows no disagreement."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from .files import KINDS


@dataclass(frozen=True)
class Offered:
    words: str
    href: str


def offered(query: QueryDict, slug: str) -> list[Offered]:
    kept = query.copy()
    kept.pop("page", None)
    asked = f"?{kept.urlencode()}" if kept else ""
    name = "escalation:tracker_export"
    return [Offered(kind.words, f"{reverse(f'{name}_{key}', args=[slug])}{asked}") for key, kind in KINDS.items()]
