"""Agencies that have raised nothing: beside their size and what is expected, with whom to begin a conversation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from escalation.views.acting import viewer_of
from partnerships import selectors as partnership_selectors
from partnerships.models import Agency, PostHolder

from .. import measures
from ..figure import Period
from ..forms import ExpectedForm
from ..models import Expected
from ..permissions import may_look_behind
from ..shown import shown

SILENT = "silent-agencies"


def _office(request: HttpRequest) -> None:
    if not (verdict := may_look_behind(viewer_of(request))):
        raise PermissionDenied(verdict.sentence)


@never_cache
@require_safe
def silence(request: HttpRequest, slug: str) -> HttpResponse:
    """By name, never by number: it is a question to each agency, and no order of merit."""
    _office(request)
    today = partnership_selectors.today()
    figure = measures.figure(SILENT, Period(today, today))
    table = shown(figure, behind=reverse("insight:behind", args=[slug]))
    contacts = contacts_of([int(row.key) for row in figure.rows])
    noted = Expected.objects.filter(agency=OuterRef("pk")).values("note")[:1]
    there = Agency.objects.filter(pk__in=[row.key for row in figure.rows]).annotate(noted=Subquery(noted))
    agencies = {agency.pk: agency for agency in there}
    entries = [
        {
            "name": row.name,
            "facts": list(zip((column["text"] for column in table.head[1:]), cells[1:], strict=False)),
            "contacts": contacts.get(int(row.key), []),
            "note": agencies[int(row.key)].noted or "",
            "href": reverse("insight:expected", args=[slug, agencies[int(row.key)].key]),
        }
        for row, cells in zip(figure.rows, table.rows, strict=False)
    ]
    others = Agency.objects.filter(active=True).exclude(pk__in=[row.key for row in figure.rows]).order_by(Lower("name"))
    context = {"figure": figure, "entries": entries, "others": others}
    return render(request, "insight/silence.html", context)


def contacts_of(agencies: list[int]) -> dict[int, list[PostHolder]]:
    """Whom to telephone at each: the holders of its lowest posts, those who lead there day by day."""
    found: dict[int, list[PostHolder]] = {}
    holders = PostHolder.objects.filter(active=True, post__active=True, post__agency__in=agencies).select_related("post")
    for holder in holders.order_by("post__agency_id", "post__height", "post_id", "deputy", Lower("name"), "pk"):
        at = found.setdefault(holder.post.agency_id, [])
        if not at or at[0].post_id == holder.post_id:
            at.append(holder)
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def expected(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """How large an agency is and what is expected of it: the office's own judgement, shown beside what came."""
    _office(request)
    agency = Agency.objects.filter(key=key, active=True).first()
    if agency is None:
        raise Http404
    row = Expected.objects.filter(agency=agency).first() or Expected(agency=agency)
    there: dict[str, Any] = {"size": row.size, "a_year": row.a_year, "note": row.note}
    form = ExpectedForm(request.POST if request.method == "POST" else None, initial=there)
    if form.is_bound and form.is_valid():
        row.size, row.a_year, row.note = (form.cleaned_data[name] for name in ("size", "a_year", "note"))
        row.save()
        messages.success(request, f"What is expected of {agency} is kept.")
        return redirect("insight:silence", slug)
    context = {"form": form, "agency": agency}
    return render(request, "insight/expected.html", context, status=422 if form.is_bound else 200)
