"""Where a disagreement goes instead, as its draft is being written: the protocol's routes out, with their advice and contact."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.translation import gettext

from partnerships.languages import the_records_language
from partnerships.selectors import assumed_here
from partnerships.written import Written

from .. import services
from ..moves import Refused
from .drafting import DraftPage
from .start import PROTOCOL, first_page, leads_to, office, signed


class ElsewhereView(DraftPage):
    """One that stops it is the end of the way here: the draft is kept, in case an answer was wrong. Any other is advice,
    and one goes on."""

    def get(self, request: HttpRequest, *, slug: str, key: UUID) -> HttpResponse:
        return self._page(request) if self.draft.routes else redirect(self.address("draft"))

    def post(self, request: HttpRequest, *, slug: str, key: UUID) -> HttpResponse:
        """Go on under the other protocol that a route leads to; what was typed goes along."""
        line = request.POST.get(PROTOCOL, "")
        if line not in {route.protocol for route in self.draft.routes if route.protocol}:
            return redirect(self.address("draft"))
        try:
            with the_records_language():
                moved = services.move_draft(self.draft.disagreement.pk, viewer=self.viewer, line=line)
        except Refused as refused:
            messages.info(request, conditional_escape(Written(refused)))
            return self._page(request, status=409)
        told = gettext("What you typed was kept. Look at the questions that are new or asked differently here.")
        messages.success(request, told)
        return redirect(first_page(moved, slug, viewer=self.viewer))

    def _page(self, request: HttpRequest, *, status: int = 200) -> HttpResponse:
        draft = self.draft
        following = draft.next_step(after=request.GET.get("after", ""))
        onward = self.address("draft_step", following.key) if following else self.address("draft_check")
        routes = [
            {"route": route, "sign": signed(route), "leads_to": leads_to(request, route.protocol)} for route in draft.routes
        ]
        context = {
            "routes": routes,
            "stops": any(route.stops for route in draft.routes),
            "office": office(draft.version.protocol),
            "onward": onward,
            "change": self._change(),
            "assumed": [one for one in assumed_here(draft.version, parts=("routes_out",)) if one[1] in draft.routes],
        }
        return self.show(request, "elsewhere", context, status=status)

    def _change(self) -> str:
        """The answer that decided it, to be changed if it was wrong."""
        draft = self.draft
        field = next((name for route in draft.routes if (name := draft.whole.decided_by(route))), None)
        if field is None:
            return self.address("draft")
        step = draft.whole.part_of(field).key
        return f"{reverse('escalation:draft_step', args=[self.slug, draft.disagreement.key, step])}#id_{field}"
