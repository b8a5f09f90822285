"""The text of one disagreement, ready to be pasted into an agency's own system; that it was copied is logged."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partnerships.scope import present

from ..for_the_file import Came, Step, for_the_file
from ..models import Disagreement, Outcome, Reading
from ..permissions import may_copy_for_file, ties
from ..reading import note_reading
from ..selectors import where
from ..states import BY_CLOCKWORK
from .acting import get_for
from .chronology import Chronology


@require_safe
@never_cache
def copy_for_file(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    viewer, disagreement = get_for(request, reference)
    if not (verdict := may_copy_for_file(ties(viewer, disagreement, disagreement.people))):  # type: ignore[attr-defined]
        raise PermissionDenied(verdict.sentence)
    note_reading(request, Reading.What.COPY, disagreement=disagreement)
    text = written_out(disagreement, Chronology(disagreement, viewer))
    response = render(request, "escalation/copy_for_file.html", {"disagreement": disagreement, "text": text})
    response["Cache-Control"] = "private, no-store"
    return response


def written_out(disagreement: Disagreement, told: Chronology) -> str:
    """What people did, step by step; what the clockwork noted by itself is left out."""
    raised = told.of_raising()
    shown = [entry for entry in told.entries if entry.kind not in BY_CLOCKWORK]
    return for_the_file(
        disagreement,
        where=where(disagreement),
        concern=raised.text if raised else str(disagreement.answers.get("concern") or ""),
        steps=[Step(entry.at, told.title(entry)) for entry in shown],
        outcomes=[_came(one) for one in told.beside_outcomes(disagreement.outcomes.all()) if one.disputed_at is None],
        actions=list(disagreement.actions.all()),
        at=present(),
    )


def _came(outcome: Outcome) -> Came:
    """As it was corrected, where it was: then what it left open stands in the new words."""
    corrected = outcome.corrected  # type: ignore[attr-defined]
    text, outstanding = (corrected.text, "") if corrected else (outcome.text, outcome.outstanding)
    return Came(outcome.get_how_display(), text, outstanding, outcome.recorded_at)
