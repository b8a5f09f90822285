"""The page from which the partnership manager takes everything of the partnership away in open formats."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.proof import fresh_proof
from escalation.models import Reading
from escalation.reading import note_reading
from escalation.views.acting import viewer_of
from partnerships import selectors
from partnerships.administering import AdministrationEntry, Did, note_administration
from partnerships.models import Partnership, User

from .exported_tables import NOT_HERE, tables
from .exporting import exported
from .permissions import may_give_away

LAST = 10


@fresh_proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """To look at is to read what is in it, and who took one before. To press is to take it, and is noted before the first
    byte leaves: whoever stops in the middle has taken some of it all the same."""
    if not (verdict := may_give_away(viewer_of(request))):
        raise PermissionDenied(verdict.sentence)
    if request.method == "POST":
        return _taken(request)
    earlier = AdministrationEntry.objects.filter(did=Did.EXPORTED).select_related("by")[:LAST]
    return render(request, "records/export.html", {"tables": list(tables()), "not_here": NOT_HERE, "earlier": earlier})


def _taken(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    partnership: Partnership = request.partnership  # type: ignore[attr-defined]
    person: User | AnonymousUser = getattr(request, "rehearsed_by", None) or request.user
    note_administration(Did.EXPORTED, by=person)
    note_reading(request, Reading.What.EXPORT, everything=True)
    response = StreamingHttpResponse(exported(partnership), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{partnership.slug}-{selectors.today():%Y-%m-%d}.zip"'
    return response
