"""The tracker of everything raised in the partnership, and its export: for the partnership manager."""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.proof import fresh_proof
from partnerships import selectors as partnership_selectors
from partnerships.models import Agency, Partnership
from partnerships.scope import partnership_scope, present

from ..across import as_seen_by, held_elsewhere
from ..forms.tracker import TrackerFilters
from ..models import Disagreement, ElsewhereMarker, Reading
from ..permissions import Viewer, may_track
from ..reading import note_list_read, note_reading
from ..tracker import COLUMNS, Row, Rows, cells_of_marker, tracked
from .acting import viewer_of

logger = logging.getLogger(__name__)
PER_PAGE = 25
MOST_ELSEWHERE = 50
CHUNK = 500
LINES_AT_ONCE = 100
# What a spreadsheet would read as a formula, and their full-width forms, which some turn into the plain ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"


def tracking_viewer(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not (verdict := may_track(viewer)):
        raise PermissionDenied(verdict.sentence)
    return viewer


def filters_of(data: QueryDict) -> TrackerFilters:
    protocols = [version.protocol for version in partnership_selectors.published_versions()]
    return TrackerFilters(data, protocols=protocols, agencies=Agency.objects.all())


@require_safe
def tracker(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = tracking_viewer(request)
    if (clean := _without_empty(request.GET)) is not None:
        return HttpResponseRedirect(f"{request.path}?{clean}" if clean else request.path)
    now, calendar = present(), partnership_selectors.calendar()
    filters = filters_of(request.GET)
    found = filters.narrow(tracked(viewer), at=now, calendar=calendar)
    note_list_read(request, filters.given)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = Rows(at=now, calendar=calendar)
    chosen = filters.chosen()
    context: dict[str, Any] = {
        "form": filters,
        "page": page,
        "rows": list(rows.of(page)),
        "count": page.paginator.count,
        "chosen": [(one, _address(request, leave_out=one.name)) for one in chosen],
        "export_href": _export_address(request, slug),
        "columns": COLUMNS,
        "more_open": any(one.name not in ("reference", "state") for one in chosen),
        **_elsewhere(viewer, filters.narrow_markers(held_elsewhere())),
    }
    if not context["count"]:
        context |= {"ever": tracked(viewer).count()}
    return render(request, "escalation/tracker.html", context)


def _elsewhere(viewer: Viewer, markers: QuerySet[ElsewhereMarker]) -> dict[str, Any]:
    """What other partnerships hold, the newest of it, and how many there are in all."""
    found = list(markers[: MOST_ELSEWHERE + 1])
    count = len(found) if len(found) <= MOST_ELSEWHERE else markers.count()
    return {"elsewhere": as_seen_by(viewer.user, found[:MOST_ELSEWHERE]), "elsewhere_count": count}


def _without_empty(query: QueryDict) -> str | None:
    """The address without what was left empty on the form, so that it is short enough to share; None if it is clean."""
    kept = [(name, value) for name, values in query.lists() for value in values if value]
    if len(kept) == sum(len(values) for _, values in query.lists()):
        return None
    clean = QueryDict(mutable=True)
    for name, value in kept:
        clean.appendlist(name, value)
    return clean.urlencode()


def _address(request: HttpRequest, *, leave_out: str) -> str:
    query = request.GET.copy()
    for name in (leave_out, "page"):
        query.pop(name, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _export_address(request: HttpRequest, slug: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    address = reverse("escalation:tracker_export", args=[slug])
    return f"{address}?{query.urlencode()}" if query else address


@require_safe
@fresh_proof
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What the same address shows on the tracker, as CSV. A filter that is not understood sends back to the tracker, which
    says so: a file would hide that it holds more than was asked for."""
    viewer = tracking_viewer(request)
    partnership: Partnership = request.partnership  # type: ignore[attr-defined]
    query = request.GET.copy()
    filters = filters_of(query)
    if not filters.is_valid():
        return redirect(f"{reverse('escalation:tracker', args=[slug])}?{query.urlencode()}")
    # Before the first line leaves: a reader who stops in the middle has read all the same.
    held = filters.narrow(tracked(viewer), at=present(), calendar=partnership_selectors.calendar()).count()
    note_reading(request, Reading.What.EXPORT, filters=sorted(filters.given), count=held)

    def markers(found: QuerySet[ElsewhereMarker]) -> QuerySet[ElsewhereMarker]:
        return filters_of(query).narrow_markers(found)

    lines = exported(partnership, viewer, lambda found: _narrowed(query, found), markers=markers)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"tracker-{partnership.slug}-{partnership_selectors.today():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _narrowed(query: QueryDict, found: QuerySet[Disagreement]) -> QuerySet[Disagreement]:
    calendar = partnership_selectors.calendar()
    return filters_of(query).narrow(found, at=present(), calendar=calendar)


def exported(
    partnership: Partnership,
    viewer: Viewer,
    narrow: Callable[[QuerySet[Disagreement]], QuerySet[Disagreement]],
    *,
    markers: Callable[[QuerySet[ElsewhereMarker]], QuerySet[ElsewhereMarker]] = lambda found: found,
) -> Iterator[str]:
    """The lines of the file. They are made after the middleware's transaction has ended, so the scope, the transaction and
    the named cursor are opened here and closed here, whether or not the reader stays to the end. Logged with ids alone."""
    written = 0
    try:
        with partnership_scope(partnership.pk, user_id=viewer.user.pk, ahead=partnership.clock_ahead):
            writer = csv.writer(Line())
            yield BYTE_ORDER_MARK + writer.writerow([column.heading for column in COLUMNS])
            rows = Rows(at=present(), calendar=partnership_selectors.calendar())
            lines: list[str] = []
            for row in rows.of(narrow(tracked(viewer)).iterator(chunk_size=CHUNK)):
                lines.append(writer.writerow(cells(row)))
                written += 1
                if len(lines) == LINES_AT_ONCE:
                    yield "".join(lines)
                    lines.clear()
            lines += [writer.writerow(cells_elsewhere(marker)) for marker in markers(held_elsewhere())]
            yield "".join(lines)
    finally:
        logger.info("tracker exported: partnership %s, user %s, rows %s", partnership.pk, viewer.user.pk, written)


class Line:
    """A file for csv.writer that hands each line back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def cells(row: Row) -> list[str]:
    return [harmless("" if (value := column.value(row)) is None else str(value)) for column in COLUMNS]


def cells_elsewhere(marker: ElsewhereMarker) -> list[str]:
    """A line of the file for one that another partnership holds: marked, and empty where nothing of it is known here."""
    known = cells_of_marker(marker)
    return [harmless("" if (value := known.get(column.heading)) is None else str(value)) for column in COLUMNS]


def harmless(text: str) -> str:
    """Nothing that a person typed is ever run as a formula by the spreadsheet that opens the file."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
