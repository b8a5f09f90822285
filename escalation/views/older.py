"""Disagreements that ended long ago: nobody works on them, so whoever reads one proves again that it is them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from accounts.proof import ask_again, proved_lately
from partnerships.arrangements import arrangements
from partnerships.scope import present

from ..models import Disagreement


class ProofWanted(Exception):
    """Fresh proof of who this is comes before what they asked for."""


def is_older(disagreement: Disagreement) -> bool:
    """Whether it ended more days ago than the partnership has arranged (90, where it has arranged nothing)."""
    if disagreement.ended_at is None:
        return False
    return present() - disagreement.ended_at > timedelta(days=arrangements().older_after_days)


def asks_for_proof(request: HttpRequest, disagreement: Disagreement) -> bool:
    """In a rehearsal nobody is real and the clock runs ahead: nothing there is asked for."""
    return is_older(disagreement) and not hasattr(request, "rehearsed_by") and not proved_lately(request)


class ProofWantedMiddleware:
    """Leads whoever only looks to where they prove it, and back. Whoever sends a form is asked on a page that keeps every
    word of it, because the way there and back would lose them; the page shows nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return ask_again(request) if isinstance(exception, ProofWanted) else None
