"""What a calendar program gets at somebody's secret address: their dates, or the same 404 as for any other address."""

from __future__ import annotations

from allauth.core.internal.ratelimit import consume
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from partnerships.middleware import token_digest
from partnerships.models import Partnership
from partnerships.scope import partnership_scope

from . import feeds, ics
from .dates import dates_of

TOO_OFTEN_AGAIN = 3600


@login_not_required
@require_safe
def feed(request: HttpRequest, slug: str, secret: str) -> HttpResponse:
    """The scope is opened for the one person whose secret it is, and what they may see is asked as on their pages. What is
    unknown, ended or somebody's who left is not there; no program is let into a rehearsal."""
    partnership = Partnership.objects.filter(slug=slug, rehearsal_of=None).first()
    at = timezone.now()
    if partnership is None:
        return _unknown(request)
    with partnership_scope(partnership.pk):
        found = feeds.reader(secret, at=at)
    if found is None:
        return _unknown(request)
    if not consume(request, app="allauth.account", action="calendar", key=found.feed.digest, limit_get=True):
        return _too_often()
    with partnership_scope(partnership.pk, user_id=found.feed.user_id):
        dated = dates_of(found.viewer, watching=found.feed.watching, at=at)
        feeds.note_read(found.feed, at=at)
    body = ics.as_calendar(dated, name=f"Disagreements: {partnership.name}", host=request.get_host().partition(":")[0])
    return _answer(request, body)


def _answer(request: HttpRequest, body: bytes) -> HttpResponse:
    answer = HttpResponse(body, content_type=ics.MEDIA_TYPE)
    answer["ETag"] = quote_etag(token_digest(body.decode()))
    answer["Content-Disposition"] = 'attachment; filename="dates.ics"'
    conditional = get_conditional_response(request, etag=answer["ETag"], response=answer)
    return conditional if isinstance(conditional, HttpResponse) else answer


def _unknown(request: HttpRequest) -> HttpResponse:
    """Nobody guesses 256 bits; who tries anyhow is not looked up for ever. One address may be many people's (a calendar
    service asks for all its users from few), so what is known is never counted here."""
    if not consume(request, app="allauth.account", action="calendar_unknown", limit_get=True):
        return _too_often()
    raise Http404


def _too_often() -> HttpResponse:
    answer = HttpResponse("Asked for too often.", content_type="text/plain; charset=utf-8", status=429)
    answer["Retry-After"] = str(TOO_OFTEN_AGAIN)
    return answer
