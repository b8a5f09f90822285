"""Taking a copy of the tracker as a file: for the partnership manager, with fresh proof, and logged before it leaves."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.proof import fresh_proof
from partnerships import selectors as partnership_selectors
from partnerships.models import Partnership
from partnerships.scope import present

from ..exporting import KINDS, exported
from ..exporting.lines import Wanted
from ..models import Disagreement, Reading
from ..permissions import Viewer
from ..reading import note_reading
from ..tracker import columns_of, tracked
from .tracker import Asked, asked_of, tracking_viewer


@require_safe
@fresh_proof
def export(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    """What the same address shows on the tracker, all pages. A filter that is not understood sends back to the tracker, which
    says so: a file would hide that it holds more than was asked for."""
    viewer = tracking_viewer(request)
    asked = asked_of(request, viewer)
    if not asked.filters.is_valid():
        return redirect(f"{reverse('escalation:tracker', args=[slug])}?{request.GET.urlencode()}")
    return file_of(request, viewer, asked, kind)


def file_of(request: HttpRequest, viewer: Viewer, asked: Asked, kind: str) -> StreamingHttpResponse:
    """The file itself, for the page and for programs."""
    partnership: Partnership = request.partnership  # type: ignore[attr-defined]
    filters, calendar = asked.filters, partnership_selectors.calendar()
    # Before the first line leaves: a reader who stops in the middle has read all the same.
    held = filters.narrow(tracked(viewer), at=present(), calendar=calendar).count()
    note_reading(request, Reading.What.EXPORT, filters=sorted(filters.given), count=held, kind=kind)

    def narrow(found: QuerySet[Disagreement]) -> QuerySet[Disagreement]:
        return filters.narrow(found, at=present(), calendar=calendar)

    wanted = Wanted(partnership, viewer, narrow, filters.narrow_markers, columns_of(asked))
    response = StreamingHttpResponse(exported(wanted, KINDS[kind]), content_type=KINDS[kind].content_type)
    name = f"tracker-{partnership.slug}-{partnership_selectors.today():%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
