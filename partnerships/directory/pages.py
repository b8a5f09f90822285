"""The directory as every member of the partnership reads it: searched, and side by side by kind of step."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..forms import POST_LABELS
from ..permissions import roles_of, why_not_keep
from ..views import memberships_of
from .forms import SearchForm
from .reading import Entry, Seat, agencies_side_by_side, directory


@require_safe
def search(request: HttpRequest, slug: str) -> HttpResponse:
    """ "Who is the next tier at the hospital?": agencies with their ladders, lowest first, and who answers today."""
    form = SearchForm(request.GET)
    valid = form.is_valid()
    asked, kind = (form.cleaned_data["q"], form.cleaned_data["kind"]) if valid else ("", "")
    entries, contacts = directory().search(asked, kind=kind)
    context = {
        "form": form,
        "asked": asked,
        "entries": entries,
        "contacts": contacts,
        "narrowed": bool(asked or kind),
        "may_keep": not why_not_keep(roles_of(memberships_of(request))),
    }
    return render(request, "partnerships/directory/search.html", context, status=200 if valid else 422)


@require_safe
def levels(request: HttpRequest, slug: str) -> HttpResponse:
    """Corresponding levels of the agencies beside one another (E-06), one line for each agency."""
    known = directory()
    entries = [known.entry(agency) for agency in known.agencies.values()]
    rows = [_row(entry, seats) for entry, seats in agencies_side_by_side(entries)]
    context = {
        "head": [{"text": "Agency"}, *({"text": label} for label in POST_LABELS.values())],
        "rows": rows,
        "indicative": any(entry.agency.indicative for entry in entries),
        "unknown": [entry.agency for entry in entries if not entry.seats],
        "may_keep": not why_not_keep(roles_of(memberships_of(request))),
    }
    return render(request, "partnerships/directory/levels.html", context)


def _row(entry: Entry, seats: list[list[Seat]]) -> list[dict[str, Any]]:
    indicative = "For indication only" if entry.agency.indicative else ""
    cells: list[dict[str, Any]] = [{"text": entry.agency.name, "header": True, "hint": indicative}]
    return cells + [{"text": "; ".join(_called(seat) for seat in kind) or "Not known"} for kind in seats]


def _called(seat: Seat) -> str:
    return f"{seat.post.title} (answered for by {seat.via.name})" if seat.via else seat.post.title
