"""The page that corrects one entry: what stands there now, and what it should say."""

from __future__ import annotations

from django.http import HttpRequest

from ..forms.base import ActingForm
from .acting import ActionView


class CorrectView(ActionView):
    """One of the actions, with the entry from which somebody came in its address."""

    template_name = "escalation/correct.html"

    def blank(self, request: HttpRequest) -> ActingForm:
        initial = {"entry": request.GET.get("entry", "")}
        return self.action.form(disagreement=self.disagreement, viewer=self.viewer, initial=initial)
