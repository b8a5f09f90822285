"""My disagreements: drafts, those that are open and who has the ball, those that ended; and logging what was settled."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views import View

from partnerships import selectors as partnership_selectors
from partnerships.languages import the_records_language
from partnerships.models import ProtocolVersion
from partnerships.scope import present
from partnerships.written import Written

from .. import services
from ..forms.noticing import Noticing, noticed
from ..forms.raising_start import SettledForm
from ..in_hand import LIVE, in_order, raised_by_oneself
from ..moves import NotPermitted, Refused
from ..navigation import raise_words
from ..permissions import Viewer, may_raise
from ..selectors import drafts_of, under, visible
from ..states import State
from .acting import viewer_of
from .cards import card
from .standing_in import standing_in
from .start import chosen, in_force, nothing_in_force

ON_A_PAGE = 20
# Nobody turns five hundred pages: the search finds what is older.
MOST = 500 * ON_A_PAGE


class MineView(View):
    def get(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        viewer = viewer_of(request)
        now, calendar = present(), partnership_selectors.calendar()
        mine = visible(viewer).exclude(state=State.DRAFT).filter(pk__in=raised_by_oneself(viewer, most=MOST))
        order = (F("ended_at").desc(nulls_first=True), "-raised_at", "-pk")
        page = Paginator(list(mine.order_by(*order).values_list("pk", flat=True)), ON_A_PAGE).get_page(request.GET.get("page"))
        cards = [card(d, viewer, at=now, calendar=calendar) for d in in_order(list(page))]
        context = {
            "drafts": [(draft, under(draft)) for draft in drafts_of(viewer)],
            "open": [each for each in cards if each.disagreement.state in LIVE],
            "ended": [each for each in cards if each.disagreement.state not in LIVE],
            "page": page,
            "may_raise": may_raise(viewer),
            "raise_words": raise_words(),
            **standing_in(viewer, day=partnership_selectors.today(now)),
        }
        return render(request, "escalation/mine.html", context)


class LogSettledView(View):
    """What two people settled by talking, logged in a minute (practice.md section 7, number 18)."""

    def get(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        viewer = self._viewer(request)
        if (version := self._version(request)) is None:
            return nothing_in_force(request)
        return self._page(request, SettledForm(viewer=viewer, protocol=version.protocol))

    def post(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        viewer = self._viewer(request)
        if (version := self._version(request)) is None:
            return nothing_in_force(request)
        form = SettledForm(request.POST, viewer=viewer, protocol=version.protocol)
        if not form.is_valid():
            return self._page(request, form, status=422)
        if (found := noticed(form)) and not found.meant(request.POST):
            return self._page(request, form, noticed=found)
        try:
            facts = form.facts()
            with the_records_language():
                entry = services.log_settled(viewer=viewer, line=version.line, **facts)
        except NotPermitted as refused:
            raise PermissionDenied(str(refused)) from refused
        except Refused as refused:
            form.add_error(None, Written(refused))
            return self._page(request, form, status=409)
        told = gettext("Logged as %(reference)s. Thank you: what is settled early is worth knowing.")
        messages.success(request, told % {"reference": entry.disagreement.reference})
        return redirect("escalation:mine", slug)

    @staticmethod
    def _version(request: HttpRequest) -> ProtocolVersion | None:
        """Of several protocols the one named, or the main one: what was settled was never raised under any."""
        return chosen(request) or in_force() or next(iter(partnership_selectors.versions_in_force()), None)

    @staticmethod
    def _viewer(request: HttpRequest) -> Viewer:
        viewer = viewer_of(request)
        if not (verdict := may_raise(viewer)):
            raise PermissionDenied(verdict.sentence)
        return viewer

    @staticmethod
    def _page(request: HttpRequest, form: SettledForm, *, status: int = 200, noticed: Noticing | None = None) -> HttpResponse:
        context: dict[str, Any] = {"form": form, "noticed": noticed}
        return render(request, "escalation/settled.html", context, status=status)
