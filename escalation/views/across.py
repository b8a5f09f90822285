"""The page on which the office brings in people of another partnership."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View

from accounts.proof import fresh_proof

from ..forms.across import AcrossForm
from ..models import Disagreement
from ..moves import NotPermitted, Refused
from ..permissions import Viewer, may_share_across, ties
from ..services import what_changed
from ..services.across import share_across
from .acting import get_for


@method_decorator(fresh_proof, name="dispatch")
class AcrossView(View):
    """It changes who may see, so it wants fresh proof of who asks."""

    def get(self, request: HttpRequest, *, slug: str, reference: str) -> HttpResponse:
        viewer, disagreement = self._find(request, reference)
        return self._page(request, AcrossForm(disagreement=disagreement, viewer=viewer))

    def post(self, request: HttpRequest, *, slug: str, reference: str) -> HttpResponse:
        viewer, disagreement = self._find(request, reference)
        form = AcrossForm(request.POST, disagreement=disagreement, viewer=viewer)
        if request.POST.get("version", "") != str(disagreement.version):
            form.reread()
            form.full_clean()
            form.add_error(None, f"{what_changed(disagreement)} What you typed is kept below.")
            return self._page(request, form, status=409)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            share_across(disagreement.pk, viewer=viewer, **form.facts())
        except NotPermitted as refused:
            raise PermissionDenied(str(refused)) from refused
        except Refused as refused:
            form.add_error(None, str(refused))
            return self._page(request, form, status=409)
        messages.success(request, f"{form.cleaned_data['name']} takes part. {form.other} will count this disagreement too.")
        return redirect(disagreement.get_absolute_url())

    @staticmethod
    def _find(request: HttpRequest, reference: str) -> tuple[Viewer, Disagreement]:
        viewer, disagreement = get_for(request, reference)
        tied = ties(viewer, disagreement, disagreement.people)  # type: ignore[attr-defined]
        if not (verdict := may_share_across(tied)):
            raise PermissionDenied(verdict.sentence)
        return viewer, disagreement

    @staticmethod
    def _page(request: HttpRequest, form: AcrossForm, *, status: int = 200) -> HttpResponse:
        context: dict[str, Any] = {"form": form, "disagreement": form.disagreement}
        return render(request, "escalation/across.html", context, status=status)
