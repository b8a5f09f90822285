"""The pages on which the office records what somebody said on the telephone or wrote in an e-mail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views import View
from django.views.decorators.http import require_safe

from ..actions import ACTIONS, Action
from ..for_somebody import FOR_OTHERS, may_for, may_record_for_others, stands_for, ties_of
from ..forms.base import ActingForm
from ..forms.for_somebody import for_somebody
from ..models import ChronologyEntry, Disagreement, Party
from ..permissions import Viewer
from .acting import ActionView, get_for


def _find(request: HttpRequest, reference: str) -> tuple[Viewer, Disagreement, list[Party]]:
    viewer, disagreement = get_for(request, reference)
    if not (verdict := may_record_for_others(viewer)):
        raise PermissionDenied(verdict.sentence)
    people: list[Party] = [p for p in disagreement.people if p.left_at is None]  # type: ignore[attr-defined]
    return viewer, disagreement, people


@require_safe
def choose(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Everybody who takes part, each with what can be recorded for them now."""
    _, disagreement, people = _find(request, reference)
    asked = [
        {"party": party, "role": party.role_name(disagreement.protocol), "verbs": verbs_for(party, disagreement, people)}
        for party in people
    ]
    return render(request, "escalation/for_somebody.html", {"disagreement": disagreement, "people": asked})


def verbs_for(party: Party, disagreement: Disagreement, people: list[Party]) -> list[dict[str, str]]:
    tied = ties_of(party, disagreement, people)
    possible = (ACTIONS[verb] for verb in FOR_OTHERS)
    return [
        {"verb": action.verb, "text": action.text(disagreement)}
        for action in possible
        if action.offered(disagreement) and action.verdict(disagreement, tied)
    ]


def recorded_for(own: Action, party: Party, office: Viewer) -> Action:
    """The act with the form that the office fills in for them, and its own service with the office as the one who records."""

    def service(number: int, *, viewer: Viewer, **facts: Any) -> ChronologyEntry:
        return own.service(number, **facts, viewer=office)

    return replace(own, form=type("Form", (for_somebody(own.form),), {"party": party}), service=service)


class ForSomebodyView(ActionView):
    """One act, recorded for one of those who take part. Whether it is theirs to do is asked as if they asked."""

    template_name = "escalation/act_for_somebody.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.office, self.disagreement, people = _find(request, kwargs["reference"])
        party = next((p for p in people if p.pk == kwargs["number"]), None)
        own = ACTIONS.get(kwargs["verb"])
        if party is None or own is None:
            raise Http404
        self.party, self.viewer, self.tied = party, stands_for(party), ties_of(party, self.disagreement, people)
        self.action: Action = replace(recorded_for(own, party, self.office), done=self._done(own))
        if not (verdict := may_for(own.verb, party, self.disagreement, people)):
            return self._not_now(request, verdict.sentence)
        return View.dispatch(self, request, *args, **kwargs)

    def _done(self, own: Action) -> str:
        told = f"{self.party.name} is told by e-mail, and can say if it is wrong."
        nobody = f"No e-mail address of {self.party.name} is known here: read it to them."
        return f"Recorded for {self.party.name}. {told if self.party.email else nobody}"

    def _page(self, request: HttpRequest, form: ActingForm, *, status: int = 200, **more: Any) -> HttpResponse:
        return super()._page(request, form, status=status, party=self.party, **more)
