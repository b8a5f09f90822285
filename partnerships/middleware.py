"""Opens the partnership named in the address for the length of one request; must not know what the pages show."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone

from . import read_together, rehearsing
from .models import ApiToken, Membership, Partnership
from .program_problem import program_told
from .scope import once_per_scope, partnership_scope

# Not sent on to the safe address, or a program would go on sending its token in the clear and nobody would notice.
IN_THE_CLEAR = "This token was sent in the clear. Use the https address, and make a new token: somebody may have read this one."
_ADDRESS = re.compile(r"^/p/(?P<slug>[-a-zA-Z0-9_]+)/((?P<api>api/)|(?P<way_in>invited/|calendar/))?")


class PartnershipMiddleware:
    """`/p/<slug>/...` belongs to a partnership. Who is not a member gets the same 404 as for a partnership that does not
    exist, and it is decided before any view runs. The request is one transaction, because the scope dies with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = _ADDRESS.match(request.path_info)
        if found is None:
            return self.get_response(request)
        partnership = Partnership.objects.filter(slug=found["slug"]).first()
        if found["api"]:
            return self._api(request, partnership)
        if found["way_in"]:
            return self.get_response(request)  # without a sign-in: the page itself opens what it needs, and no more
        if not request.user.is_authenticated:
            return self.get_response(request)  # LoginRequiredMiddleware sends them to sign in, whatever the slug
        if partnership is None:
            raise Http404
        if partnership.rehearsal_of_id is not None:
            return self._as_keeper(request, partnership)
        with partnership_scope(partnership.pk, user_id=request.user.pk):
            return self._as_member(request, partnership)

    def _as_keeper(self, request: HttpRequest, rehearsal: Partnership) -> HttpResponse:
        """A rehearsal is open to those who look after the real partnership, and to nobody else. For this request they are
        the invented person whom they chose; `rehearsed_by` says who they really are. Their session, and every address
        outside the rehearsal, knows nothing of it."""
        person = request.user
        if not rehearsing.keeps(person.pk or 0, rehearsal):
            raise Http404
        with partnership_scope(rehearsal.pk, ahead=rehearsal.clock_ahead):
            memberships = rehearsing.memberships_of_chosen(request.session, rehearsal)
            request.rehearsed_by = person  # type: ignore[attr-defined]
            if not memberships and not rehearsing.BACKSTAGE.match(request.path_info):
                return redirect("rehearsal:be", rehearsal.slug)
            try:
                request.user = memberships[0].user if memberships else person
                return self._respond(request, rehearsal, memberships)
            finally:
                request.user = person

    def _as_member(self, request: HttpRequest, partnership: Partnership) -> HttpResponse:
        memberships = list(
            Membership.objects.filter(user_id=request.user.pk or 0, active=True).select_related("agency").order_by("pk")
        )
        if not memberships:
            raise Http404
        return self._respond(request, partnership, memberships)

    def _respond(self, request: HttpRequest, partnership: Partnership, memberships: list[Membership]) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            read_together.only_reads()
        once_per_scope(rehearsing.KNOWN, lambda: partnership.rehearsal_of_id is not None)
        request.partnership = partnership  # type: ignore[attr-defined]
        request.memberships = memberships  # type: ignore[attr-defined]
        response = self.get_response(request)
        # Shared computers: what is shown again is asked for again. "no-store" would also lose what was typed on Back, so
        # only pages without a form set it themselves.
        response.setdefault("Cache-Control", "private, no-cache")
        if getattr(request, "undo", False):
            transaction.set_rollback(True)
        return response

    def _api(self, request: HttpRequest, partnership: Partnership | None) -> HttpResponse:
        """The token is the key to one partnership; a wrong one, or none, is told no more than that. No program is let into
        a rehearsal."""
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return program_told(403, "Not over TLS", IN_THE_CLEAR, kind="in-the-clear")
        secret = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if partnership is None or partnership.rehearsal_of_id is not None or not secret:
            return _unauthorised()
        with partnership_scope(partnership.pk):
            token = _bearer(secret)
        if token is None:
            return _unauthorised()
        with partnership_scope(partnership.pk, user_id=token.user_id):
            request.user = token.user
            request.token_scopes = frozenset(token.scopes)  # type: ignore[attr-defined]
            request.by_token = True  # type: ignore[attr-defined]  # not a header, which anybody may send along
            return self._as_member(request, partnership)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Django makes an error page of an exception before it reaches the transaction: without this, half the view's
        work would be committed. It is undone only after the error page is made, which may read."""
        request.undo = True  # type: ignore[attr-defined]


def token_digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _bearer(secret: str) -> ApiToken | None:
    """The token, noted as used: to the hour, so that a busy program does not write at every request."""
    now = timezone.now()
    token = (
        ApiToken.objects.filter(digest=token_digest(secret), revoked_at=None, expires_at__gt=now).select_related("user").first()
    )
    if token is None or not token.user.is_active:
        return None
    unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - timedelta(hours=1))
    ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
    return token


def _unauthorised() -> JsonResponse:
    response = program_told(401, "Sign in", "Send a valid token of this partnership as a Bearer token.")
    response["WWW-Authenticate"] = "Bearer"
    return response
