"""The disagreements behind one number, a page at a time, the newest first."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from escalation.models import Disagreement
from escalation.permissions import visible_to
from escalation.reading import note_list_read
from escalation.selectors import where
from escalation.states import STATE_WORDS, State
from escalation.views.acting import viewer_of
from partnerships.templatetags.govuk import short_day

from ..behind import behind
from ..choosing import PeriodForm
from ..cohorts import UnknownKey, read
from ..permissions import may_look_behind

PER_PAGE = 50
# The number that was pressed may be of these, of which one disagreement can have more than one.
SEVERAL = {
    "timescale": "One disagreement can have several timescales. Each disagreement is listed once.",
    "step": "One disagreement can stay on a step more than once. Each disagreement is listed once.",
}
HEAD = [{"text": text} for text in ("Reference", "Agencies", "Step", "State")]


@never_cache
@require_safe
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    """By its key alone: as many as the number says, taken together with what the viewer may see."""
    viewer = viewer_of(request)
    if not (verdict := may_look_behind(viewer)):
        raise PermissionDenied(verdict.sentence)
    form = PeriodForm(request.GET)
    key = request.GET.get("key", "")
    try:
        found = behind(key, form.chosen.period).filter(visible_to(viewer)) if key else Disagreement.objects.none()
        count = found.count()
    except UnknownKey as wrong:
        raise Http404 from wrong
    page = _page(request, count)
    rows = found.select_related("raising_agency", "receiving_agency", "protocol_version", "partnership")
    rows = rows[(page - 1) * PER_PAGE : page * PER_PAGE]
    note_list_read(request, ["behind"])
    last = max(1, -(-count // PER_PAGE))
    several = next((said for name, said in SEVERAL.items() if name in dict(read(key).only)), "") if key else ""
    context: dict[str, Any] = {
        "chosen": form.chosen,
        "count": count,
        "several": several,
        "head": HEAD,
        "rows": [_cells(row) for row in rows],
        "page": page,
        "last": last,
        "before_href": _href(key, form.chosen.query, page - 1) if page > 1 else "",
        "next_href": _href(key, form.chosen.query, page + 1) if page < last else "",
    }
    return render(request, "insight/behind.html", context)


def _page(request: HttpRequest, count: int) -> int:
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 1
    return min(max(number, 1), max(1, -(-count // PER_PAGE)))


def _href(key: str, query: str, page: int) -> str:
    return "?" + "&".join(part for part in (urlencode({"key": key}), query, f"page={page}") if part)


def _cells(row: Disagreement) -> list[dict[str, Any]]:
    agencies = f"{row.raising_agency or 'No longer kept'} with {row.receiving_agency or 'no longer kept'}"
    return [
        {
            "text": row.reference or "",
            "href": row.get_absolute_url(),
            "header": True,
            "hint": short_day(row.raised_at) if row.raised_at else "",
        },
        {"text": agencies},
        {"text": where(row)},
        {"text": STATE_WORDS[State(row.state)]},
    ]
