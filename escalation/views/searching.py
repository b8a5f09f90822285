"""Searching: what was typed is sent in a form and kept out of every address; the results are over what its sender may see."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ..forms.searching import SearchForm
from ..models import Disagreement, Reading
from ..permissions import may_track
from ..reading import note_reading
from ..searching import extracts, kept, matching, words_of
from ..selectors import visible, where
from ..states import STATE_WORDS, State
from .acting import viewer_of
from .older import asks_for_proof

PER_PAGE = 25
FORGOTTEN = "The words of that search are not kept any more. Type them again."


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """The words come in the body of a form and stay with the session: they may name a child, so no address, no log and no
    line of who has read what ever holds them."""
    if request.method == "POST":
        return _typed(request, slug)
    key = request.GET.get("q", "")
    words = words_of(request.session, slug=slug, key=key) if key else None
    form = SearchForm(initial={"words": words or ""})
    context: dict[str, Any] = {"form": form, "searched": words, "forgotten": FORGOTTEN if key and words is None else ""}
    if words:
        context |= _found(request, words)
    return _shown(request, context)


def _typed(request: HttpRequest, slug: str) -> HttpResponse:
    """To the results, or back to the tracker with its other filters as they were."""
    form = SearchForm(request.POST)
    to_tracker = request.POST.get("to") == "tracker" and bool(may_track(viewer_of(request)))
    if not form.is_valid() and not to_tracker:
        return _shown(request, {"form": form, "searched": None, "forgotten": ""}, status=422)
    key = kept(request.session, slug=slug, words=form.cleaned_data.get("words", ""))
    if not to_tracker:
        return redirect(f"{reverse('escalation:search', args=[slug])}?q={key}")
    query = QueryDict(request.POST.get("rest", "")[:2000], mutable=True)
    for name in ("q", "page", "after", "before"):
        query.pop(name, None)
    if key:
        query["q"] = key
    address = reverse("escalation:tracker", args=[slug])
    return redirect(f"{address}?{query.urlencode()}" if query else address)


def _found(request: HttpRequest, words: str) -> dict[str, Any]:
    raised = visible(viewer_of(request)).exclude(state=State.DRAFT).order_by("-raised_at", "-pk")
    page = Paginator(matching(raised, words), PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    # What ended long ago wants fresh proof of who reads, here as on its own page: until then it is named and not quoted.
    older = {d.pk for d in shown if asks_for_proof(request, d)}
    quoted = extracts([d for d in shown if d.pk not in older], words)
    note_reading(request, Reading.What.SEARCH, filters=["words"], quoted=sorted(quoted))
    results = [_result(d, extract=quoted.get(d.pk, ""), older=d.pk in older) for d in shown]
    return {"page": page, "count": page.paginator.count, "results": results}


def _result(d: Disagreement, *, extract: str, older: bool) -> dict[str, Any]:
    return {"disagreement": d, "where": where(d), "state": _(STATE_WORDS[d.standing]), "extract": extract, "older": older}


def _shown(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = render(request, "escalation/search.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
