"""Who asks for a page of this app, and the rows that it is about: the doors of its views."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from escalation.permissions import Viewer
from escalation.views.acting import viewer_of

from ..models import Meeting, Report
from ..permissions import may_prepare


def preparing_viewer(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not (verdict := may_prepare(viewer)):
        raise PermissionDenied(verdict.sentence)
    return viewer


def meeting_of(number: int) -> Meeting:
    found = Meeting.objects.select_related("partnership").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def report_of(number: int) -> Report:
    found = Report.objects.select_related("partnership").filter(pk=number).first()
    if found is None:
        raise Http404
    return found
