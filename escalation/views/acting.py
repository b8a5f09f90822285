"""One view for every action of the table: show its form, run its service, keep what was typed when it is refused."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views import View

from ..actions import ACTIONS, Action
from ..forms.base import ActingForm
from ..forms.noticing import noticed
from ..laid_out import what_next
from ..models import Disagreement, Reading
from ..moves import NotPermitted, Refused, Stale
from ..permissions import Ties, Viewer, may, ties
from ..reading import note_reading
from ..selectors import find, where
from ..services import what_changed
from .older import ProofWanted, asks_for_proof

NOT_OFFERED = "There is nothing of this kind to do here now."


def viewer_of(request: HttpRequest) -> Viewer:
    return Viewer.of(request.user, request.memberships)  # type: ignore[attr-defined, arg-type]


def get_for(request: HttpRequest, reference: str) -> tuple[Viewer, Disagreement]:
    """The disagreement this person may see, or 404: not there and not theirs are told alike. The one door to it, for pages
    and for programs: what ended long ago wants fresh proof of who reads, and that they read is logged."""
    viewer = viewer_of(request)
    found = find(viewer, reference)
    if found is None:
        raise Http404
    if asks_for_proof(request, found):
        raise ProofWanted
    note_reading(request, Reading.What.DISAGREEMENT, disagreement=found)
    return viewer, found


class ActionView(View):
    template_name = "escalation/act.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.viewer, self.disagreement = get_for(request, kwargs["reference"])
        action = ACTIONS.get(kwargs["verb"])
        if action is None:
            raise Http404
        self.action: Action = action
        self.tied: Ties = ties(self.viewer, self.disagreement, self.disagreement.people)  # type: ignore[attr-defined]
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        verdict = self.action.verdict(self.disagreement, self.tied)
        if not verdict:
            return self._not_now(request, verdict.sentence)
        if not self.action.offered(self.disagreement):
            return self._not_now(request, NOT_OFFERED)
        return self._page(request, self.blank(request))

    def blank(self, request: HttpRequest) -> ActingForm:
        """The form as it is first shown."""
        return self.action.form(disagreement=self.disagreement, viewer=self.viewer)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Whoever may not is told so first. Then "somebody changed this": what no longer fits because another person
        acted is told as what they did, not as a mistake of this one."""
        if not (verdict := may(self.action.verb, self.tied)):
            return self._not_now(request, verdict.sentence)
        stale = request.POST.get("version", "") != str(self.disagreement.version)
        form = self.action.form(request.POST, disagreement=self.disagreement, viewer=self.viewer)
        if stale:
            return self._changed_meanwhile(request, form)
        if not self.action.offered(self.disagreement):
            return self._not_now(request, NOT_OFFERED)
        if not form.is_valid():
            return self._page(request, form, status=422)
        if (found := noticed(form)) and not found.meant(request.POST):
            return self._page(request, form, noticed=found)
        try:
            self.action.run(form)
        except Stale:
            self.viewer, self.disagreement = get_for(request, self.disagreement.reference or "")
            again = self.action.form(request.POST, disagreement=self.disagreement, viewer=self.viewer)
            return self._changed_meanwhile(request, again)
        except NotPermitted as refused:
            return self._not_now(request, str(refused))
        except Refused as refused:
            form.add_error(None, str(refused))
            return self._page(request, form, status=409)
        messages.success(request, self.action.done)
        return redirect(self.disagreement.get_absolute_url())

    def _changed_meanwhile(self, request: HttpRequest, form: ActingForm) -> HttpResponse:
        """The second of two people keeps every word, and may send it again at the version that is there now."""
        form.reread()
        form.full_clean()
        form.add_error(None, f"{what_changed(self.disagreement)} What you typed is kept below.")
        return self._page(request, form, status=409)

    def _page(self, request: HttpRequest, form: ActingForm, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {
            "form": form,
            "action": self.action,
            "title": self.action.text(self.disagreement),
            "next": what_next(self.action.verb, self.disagreement),
            "disagreement": self.disagreement,
            "where": where(self.disagreement),
        }
        return render(request, self.template_name, context | more, status=status)

    def _not_now(self, request: HttpRequest, sentence: str) -> HttpResponse:
        context = {"sentence": sentence, "disagreement": self.disagreement, "title": self.action.text(self.disagreement)}
        return render(request, "escalation/not_now.html", context, status=403)
