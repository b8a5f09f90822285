"""The log of reading, for the partnership manager: who read what, when and from where, and what of it is unusual."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.proof import fresh_proof
from partnerships import selectors as partnership_selectors
from partnerships.templatetags.govuk import moment
from partnerships.working_days import LONDON

from ..exporting import BYTE_ORDER_MARK, Line, harmless
from ..forms.readers import ReadersFilters
from ..models import Reading
from ..permissions import may_see_readers
from ..reading import note_reading
from ..unusual_reading import LOOKED_BACK, Unusual, unusual
from .acting import viewer_of

PER_PAGE = 50
HEAD = [{"text": text} for text in ("When", "Who", "What", "Which", "From where")]
COLUMNS = ("When", "Who", "E-mail address", "What", "Reference", "About", "Network address", "By a program")
FILTER_WORDS = {"filters": "narrowed by", "count": "rows", "of": "of"}


@dataclass(frozen=True)
class Pointed:
    """One unusual thing, with the address of the readings behind it."""

    sentence: str
    href: str


def _office(request: HttpRequest) -> None:
    if not (verdict := may_see_readers(viewer_of(request))):
        raise PermissionDenied(verdict.sentence)


@require_safe
def readers(request: HttpRequest, slug: str) -> HttpResponse:
    """Looking at it is reading too, and a line of its own; with the disagreement, where it was narrowed to one."""
    _office(request)
    filters = ReadersFilters(request.GET)
    given = filters.given
    found = filters.narrow(Reading.objects.select_related("by", "disagreement")).order_by("-at", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    first = next((row.disagreement for row in page if row.disagreement), None) if "reference" in given else None
    query = request.GET.copy()
    query.pop("page", None)
    export = reverse("escalation:readers_export", args=[slug])
    context: dict[str, Any] = {
        "form": filters,
        "page": page,
        "head": HEAD,
        "rows": [_cells(row, slug) for row in page],
        "count": page.paginator.count,
        "narrowed": bool(given),
        "more_open": bool(set(given) - {"reference"}) or bool(filters.errors),
        "pointed": [] if given else [_pointed(one, slug) for one in unusual(at=timezone.now())],
        "days": LOOKED_BACK.days,
        "export_href": f"{export}?{query.urlencode()}" if query else export,
    }
    note_reading(request, Reading.What.READERS, disagreement=first, filters=sorted(given))
    return render(request, "escalation/readers.html", context)


def _pointed(one: Unusual, slug: str) -> Pointed:
    query = {"by": str(one.by)} | ({"day": one.day.isoformat()} if one.day else {})
    query |= {"reference": one.reference} if one.reference else {}
    return Pointed(one.sentence, f"{reverse('escalation:readers', args=[slug])}?{urlencode(query)}")


def _cells(row: Reading, slug: str) -> list[dict[str, str]]:
    reference = (row.disagreement.reference or "") if row.disagreement else ""
    href = reverse("escalation:disagreement", args=[slug, reference]) if reference and row.disagreement else ""
    return [
        {"text": moment(row.at), "header": "yes"},
        {"text": str(row.by), "hint": row.by.email},
        {"text": row.get_what_display(), "hint": about_words(row)},
        {"text": reference or "–", "href": href},
        {"text": row.address or "Not known", "hint": "By a program" if row.by_program else ""},
    ]


def about_words(row: Reading) -> str:
    """What an entry says besides: the names of filters, how many rows a file held. Never what was typed."""
    told = []
    for name, value in row.about.items():
        if value:
            words = ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
            told.append(f"{FILTER_WORDS.get(name, name)}: {words}")
    return "; ".join(told)


@require_safe
@fresh_proof
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """What the same address shows on the page, as CSV."""
    _office(request)
    filters = ReadersFilters(request.GET)
    if not filters.is_valid():
        return redirect(f"{reverse('escalation:readers', args=[slug])}?{request.GET.urlencode()}")
    found = filters.narrow(Reading.objects.select_related("by", "disagreement")).order_by("-at", "-pk")
    name = f"readers-{slug}-{partnership_selectors.today():%Y-%m-%d}.csv"
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    writer = csv.writer(Line())
    response.write(BYTE_ORDER_MARK + writer.writerow(COLUMNS))
    count = 0
    for row in found.iterator(chunk_size=500):
        response.write(writer.writerow([harmless(cell) for cell in _line(row)]))
        count += 1
    note_reading(request, Reading.What.EXPORT, of="readers", filters=sorted(filters.given), count=count)
    return response


def _line(row: Reading) -> list[str]:
    return [
        f"{row.at.astimezone(LONDON):%Y-%m-%d %H:%M:%S}",
        str(row.by),
        row.by.email,
        row.get_what_display(),
        (row.disagreement.reference or "") if row.disagreement else "",
        about_words(row),
        row.address or "",
        "yes" if row.by_program else "no",
    ]
