"""Meetings and learning: the office's one page that leads to all of it, and what waits for a sub-group."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from escalation.models import Reading
from escalation.reading import note_reading
from escalation.views.acting import viewer_of
from partnerships import selectors as partnership_selectors

from .. import queue
from ..groups import how_often, next_meeting, sub_groups, yearly_to
from ..models import Issued, Meeting, Report
from ..permissions import may_prepare, may_see_waiting
from .asking import preparing_viewer

NEWEST = 10
LATELY = timedelta(days=90)


@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = preparing_viewer(request)
    groups = [(name, how_often(name)) for name in sub_groups()]
    context = {
        "next_meeting": next_meeting(),
        "groups": groups,
        "meetings": list(Meeting.objects.select_related("partnership")[:NEWEST]),
        "waiting": len(queue.waiting(viewer)),
        "sent": len(queue.sent(viewer)),
        "issued": list(Issued.objects.select_related("meeting__partnership", "report__partnership", "issued_by")[:NEWEST]),
        "reports": list(Report.objects.select_related("partnership")[:NEWEST]),
        "yearly_to": yearly_to(),
        "learning_href": _address("learning:home", slug),
        "returns_href": _address("learning:returns", slug),
    }
    return render(request, "meetings/home.html", context)


@require_safe
def waiting(request: HttpRequest, slug: str) -> HttpResponse:
    """Logs and deep dives that wait for somebody's word, and, for the office, learning that was sent to a sub-group."""
    viewer = viewer_of(request)
    if not (verdict := may_see_waiting(viewer)):
        raise PermissionDenied(verdict.sentence)
    note_reading(request, Reading.What.TRACKER, list="waiting for a sub-group")
    today = partnership_selectors.today()
    context = {
        "waiting": queue.waiting(viewer),
        "decided": queue.decided(viewer, first=today - LATELY, last=today),
        "sent": queue.sent(viewer) if viewer.is_office else [],
        "learning_href": _address("learning:home", slug) if viewer.is_office else "",
        "prepares": bool(may_prepare(viewer)),
    }
    return render(request, "meetings/waiting.html", context)


def _address(name: str, slug: str) -> str:
    """The page of another app that may not be there."""
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return ""
