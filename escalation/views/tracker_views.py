"""The views of the tracker: saved, changed, taken away, chosen to open with; and the columns that one shows."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..forms.tracker_views import ViewForm
from ..models import SavedView
from ..moves import Refused
from ..permissions import Viewer
from ..tracker import BY_KEY, COLUMNS
from ..tracker.columns import FIRST
from ..tracker.saved import BUILT_IN, may_change, open_with, opens_with, save_view, views_for
from .tracker import Asked, asked_of, tracking_viewer


@require_safe
def views(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = tracking_viewer(request)
    known = views_for(viewer.user)
    saved = [view for view in known.values() if view.saved]
    context = {
        "built_in": BUILT_IN,
        "own": [view for view in saved if view.saved.made_by_id == viewer.user.pk],  # type: ignore[union-attr]
        "others": [view for view in saved if view.saved.made_by_id != viewer.user.pk],  # type: ignore[union-attr]
        "opens_with": opens_with(viewer.user, known),
    }
    return render(request, "escalation/tracker_all_views.html", context)


@require_POST
def choose(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The view with which one's own tracker opens from now on."""
    viewer = tracking_viewer(request)
    if (view := views_for(viewer.user).get(key)) is None:
        raise Http404
    open_with(viewer.user, view)
    messages.success(request, f"Your tracker opens with “{view.name}” from now on.")
    return redirect("escalation:tracker_views", slug)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = tracking_viewer(request)
    asked = asked_of(request, viewer)
    form = ViewForm(request.POST if request.method == "POST" else None)
    return _saved(request, slug, viewer, asked, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    viewer = tracking_viewer(request)
    saved = _theirs(viewer, key)
    asked = asked_of(request, viewer)
    opens = opens_with(viewer.user, asked.views).key == key
    start = {"name": saved.name, "shared": saved.shared, "opens": opens, "again": asked.changed}
    form = ViewForm(request.POST if request.method == "POST" else None, made=True, initial=start)
    return _saved(request, slug, viewer, asked, form, saved)


def _saved(
    request: HttpRequest, slug: str, viewer: Viewer, asked: Asked, form: ViewForm, saved: SavedView | None
) -> HttpResponse:
    if request.method != "POST":
        return _form(request, asked, form, saved)
    if not form.is_valid():
        return _form(request, asked, form, saved, status=422)
    given = form.cleaned_data
    columns, filters = list(asked.columns), asked.filters.address()
    if saved is not None and not given["again"]:
        columns, filters = saved.columns, saved.filters
    try:
        kept = save_view(
            viewer.user, name=given["name"], shared=given["shared"], columns=columns, filters=filters,
            key=saved.key if saved else None,
        )  # fmt: skip
    except Refused as refused:
        form.add_error("name", str(refused))
        return _form(request, asked, form, saved, status=409)
    key = str(kept.key)
    if given["opens"]:
        open_with(viewer.user, views_for(viewer.user)[key])
    messages.success(request, f"The view “{kept.name}” is saved.")
    return redirect("escalation:tracker_view", slug, key)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    viewer = tracking_viewer(request)
    saved = _theirs(viewer, key)
    if request.method != "POST":
        return render(request, "escalation/tracker_view_remove.html", {"view": saved})
    name = saved.name
    saved.delete()
    messages.success(request, f"The view “{name}” is gone. No disagreement is changed by that.")
    return redirect("escalation:tracker_views", slug)


def _theirs(viewer: Viewer, key: str) -> SavedView:
    """A view that they may see, and change."""
    view = views_for(viewer.user).get(key)
    if view is None or view.saved is None:
        raise Http404
    if not (verdict := may_change(viewer.user, view.saved)):
        raise PermissionDenied(verdict.sentence)
    return view.saved


def _form(request: HttpRequest, asked: Asked, form: ViewForm, saved: SavedView | None, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "asked": asked, "saved": saved, "rest": asked.query().urlencode()}
    return render(request, "escalation/tracker_view_save.html", context, status=status)


@require_safe
def columns(request: HttpRequest, slug: str) -> HttpResponse:
    """Which columns, and in which order. Every press is a link: the choice stands in the address and nowhere else."""
    viewer = tracking_viewer(request)
    asked = asked_of(request, viewer)
    own = list(asked.columns)
    page = reverse("escalation:tracker_columns", args=[slug])

    def at(keys: list[str], anchor: str) -> str:
        return f"{page}?{asked.query(columns=keys).urlencode()}#column-{anchor}"

    def moved(place: int, by: int) -> str:
        other = own.copy()
        other.insert(place + by, other.pop(place))
        return at(other, own[place])

    shown: list[dict[str, Any]] = [
        {
            "column": BY_KEY[key],
            "up": moved(place, -1) if place else "",
            "down": moved(place, 1) if place + 1 < len(own) else "",
            "away": at([one for one in own if one != key], "all"),
        }
        for place, key in enumerate(own)
    ]
    others = [{"column": one, "add": at([*own, one.key], one.key)} for one in COLUMNS if one.key not in (*own, FIRST)]
    context = {
        "shown": shown,
        "others": others,
        "asked": asked,
        "rest": asked.query().urlencode(),
        "as_it_comes": asked.query(columns=()).urlencode(),
    }
    return render(request, "escalation/tracker_columns.html", context)
