"""The tracker of everything raised in the partnership, for the partnership manager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from partnerships import selectors as partnership_selectors
from partnerships.models import Agency, User
from partnerships.scope import present

from ..across import as_seen_by, held_elsewhere
from ..exporting import offered
from ..forms.tracker import TrackerFilters
from ..models import Disagreement, ElsewhereMarker
from ..permissions import Viewer, may_track
from ..reading import note_list_read
from ..searching import words_of
from ..services.following import of_the_office
from ..tracker import BY_KEY, ORDERS, Column, Count, Row, Rows, columns_of, counted, page_of, tracked
from ..tracker.columns import FIRST
from ..tracker.saved import BUILT_IN, LIVE_VIEW, View, may_change, opens_with, views_for
from ..tracker.stored import OF_A_PAGE, for_a_page, of_a_page
from ..tracker.why import last_entries
from .acting import viewer_of

MOST_ELSEWHERE = 50
# What an address says besides filters.
BESIDE = ("view", "columns", "q", "after", "before", "page")


def tracking_viewer(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not (verdict := may_track(viewer)):
        raise PermissionDenied(verdict.sentence)
    return viewer


def filters_of(data: QueryDict, *, user: User | None = None, words: str | None = "") -> TrackerFilters:
    return TrackerFilters(
        data,
        versions=partnership_selectors.published_versions(),
        agencies=Agency.objects.all(),
        office=of_the_office(),
        user=user,
        words=words,
    )


@dataclass(frozen=True)
class Asked:
    """What an address asks the tracker for: the view that it starts from, the filters and the columns (none: as it comes)."""

    view: View
    views: Mapping[str, View]
    filters: TrackerFilters
    columns: tuple[str, ...]
    search: str = ""

    @property
    def changed(self) -> bool:
        """Whether it shows something else than its view does."""
        return (self.filters.address(), self.columns) != (dict(self.view.filters), self.view.columns) or bool(self.search)

    def query(self, *, without: tuple[str, str] | None = None, columns: Sequence[str] | None = None) -> QueryDict:
        """It as an address, perhaps without one value of one filter, or with other columns. The view is always named, so that
        an address without a filter is not taken for the one with which somebody's tracker opens."""
        query = QueryDict(mutable=True)
        query["view"] = self.view.key
        for name, values in self.filters.address().items():
            kept = [] if without in ((name, ""),) else [value for value in values if (name, value) != without]
            query.setlist(name, kept)
        if self.search and without != ("q", ""):
            query["q"] = self.search
        shown = self.columns if columns is None else columns
        if tuple(shown) != self.view.columns:
            query["columns"] = ",".join(shown)
        return query

    def address(self, slug: str, *, name: str = "escalation:tracker", **changed: Any) -> str:
        return f"{reverse(name, args=[slug])}?{self.query(**changed).urlencode()}"

    @property
    def shown(self) -> tuple[Column, ...]:
        return columns_of(self) if self.columns else ()


def asked_of(request: HttpRequest, viewer: Viewer, *, key: str = "") -> Asked:
    """`key`: a view by its own address, which shows exactly what was saved. Otherwise what the address says; without a word,
    the view with which this person's tracker opens."""
    views, slug = views_for(viewer.user), request.resolver_match.kwargs["slug"]  # type: ignore[union-attr]
    given = request.GET if request.method in ("GET", "HEAD") else QueryDict(request.POST.get("rest", "")[:4000])
    if key and key not in views:
        raise Http404
    view = views[key] if key else views.get(given.get("view", ""), LIVE_VIEW)
    if not key and not set(given) - {"after", "before"}:
        view = opens_with(viewer.user, views)
        key = view.key
    search = "" if key else given.get("q", "")
    words = words_of(request.session, slug=slug, key=search) if search else ""
    query = _of_view(view) if key else given
    chosen = query.get("columns")
    columns = view.columns if chosen is None else tuple(one for one in chosen.split(",") if one in BY_KEY and one != FIRST)
    filters = filters_of(query, user=viewer.user, words=words)
    return Asked(view, views, filters, tuple(dict.fromkeys(columns)), search if words else "")


def _of_view(view: View) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in view.filters.items():
        query.setlist(name, values)
    return query


@require_safe
def tracker(request: HttpRequest, slug: str, key: str = "") -> HttpResponse:
    viewer = tracking_viewer(request)
    if (clean := _without_empty(request.GET)) is not None:
        return HttpResponseRedirect(f"{request.path}?{clean}" if clean else request.path)
    asked = asked_of(request, viewer, key=key)
    note_list_read(request, asked.filters.given)
    now, calendar = present(), partnership_selectors.calendar()
    found = asked.filters.fitting(tracked(viewer), at=now, calendar=calendar)
    order = ORDERS[asked.filters.order]
    after, before = (request.GET.get(name, "") for name in ("after", "before"))
    page = page_of(for_a_page(found), order, after=after, before=before, columns=OF_A_PAGE)
    agencies = {one.pk: one for one in asked.filters.agencies}
    followers = {one.pk: one for one in asked.filters.office}
    whole = of_a_page(page.values, request.partnership, agencies=agencies, followers=followers)  # type: ignore[attr-defined]
    rows = Rows(at=now, calendar=calendar, last=last_entries(page.numbers))
    count = Count(len(page.numbers)) if page.alone and page.numbers else counted(found)
    context: dict[str, Any] = {
        "asked": asked,
        "form": asked.filters,
        "page": page,
        "rows": [Line(row, asked.shown) for row in rows.of(whole)],
        "count": count,
        "chosen": [(one, asked.address(slug, without=(one.name, one.given))) for one in asked.filters.chosen()],
        "columns": columns_of(asked),
        "exports": offered(asked.query(), slug),
        "rest": asked.query().urlencode(),
        "may_change": bool(asked.view.saved and may_change(viewer.user, asked.view.saved)),
        "built_in": BUILT_IN,
        **_elsewhere(viewer, asked.filters.narrow_markers(held_elsewhere())),
    }
    if not count:
        context |= {"ever": counted(tracked(viewer))}
    return render(request, "escalation/tracker.html", context)


@dataclass(frozen=True)
class Line:
    """A row with the columns that were chosen for it."""

    row: Row
    shown: tuple[Column, ...]

    @property
    def cells(self) -> list[tuple[str, object]]:
        return [(column.heading, column.value(self.row)) for column in self.shown if column.key != FIRST]


def narrowed(asked: Asked, viewer: Viewer) -> QuerySet[Disagreement]:
    """Everything that fits, in its order."""
    return asked.filters.narrow(tracked(viewer), at=present(), calendar=partnership_selectors.calendar())


def _elsewhere(viewer: Viewer, markers: QuerySet[ElsewhereMarker]) -> dict[str, Any]:
    """What other partnerships hold, the newest of it, and how many there are in all."""
    found = list(markers[: MOST_ELSEWHERE + 1])
    count = len(found) if len(found) <= MOST_ELSEWHERE else markers.count()
    return {"elsewhere": as_seen_by(viewer.user, found[:MOST_ELSEWHERE]), "elsewhere_count": count}


def _without_empty(query: QueryDict) -> str | None:
    """The address without what was left empty on the form, so that it is short enough to share; None if it is clean. Columns
    that are given and empty say that the table is to be as it comes."""
    kept = [(name, value) for name, values in query.lists() for value in values if value or name == "columns"]
    if len(kept) == sum(len(values) for _, values in query.lists()):
        return None
    clean = QueryDict(mutable=True)
    for name, value in kept:
        clean.appendlist(name, value)
    return clean.urlencode()
