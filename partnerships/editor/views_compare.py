"""The page on which two definitions stand side by side: own versions, what others share, what came with the product."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..permissions import why_not_keep
from ..views import only
from .comparing import compare as side_by_side
from .drafting import definition
from .forms_versions import CompareForm


@only(why_not_keep)
@require_safe
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose two, and read what differs. The choice stands in the address, so that it can be kept and sent on."""
    asked = "left" in request.GET and "right" in request.GET
    form = CompareForm(request.GET if asked else None, initial=request.GET.dict())
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        left, right = definition(form.cleaned_data["left"]), definition(form.cleaned_data["right"])
        if left is not None and right is not None:
            comparison = side_by_side(left.protocol, right.protocol)
            everything = form.cleaned_data["show"] == "all"
            shown = [(one, list(one.rows) if everything else one.changed) for one in comparison.shown]
            context |= {
                "left": left,
                "right": right,
                "comparison": comparison,
                "sections": [{"id": one.id, "title": one.title, "rows": rows} for one, rows in shown if rows],
            }
    return render(request, "partnerships/editor/compare.html", context, status=422 if asked and form.errors else 200)
