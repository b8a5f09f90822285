"""My disagreements: drafts, those that are open and who has the ball, those that ended; and logging what was settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View
from django_fsm import can_proceed

from partnerships import selectors as partnership_selectors
from partnerships.models import ProtocolVersion
from partnerships.protocol_terms import Side
from partnerships.scope import present
from partnerships.working_days import Calendar

from .. import services
from ..forms.noticing import Noticing, noticed
from ..forms.raising_start import SettledForm
from ..models import Disagreement, Party
from ..moves import NotPermitted, Refused, Verdict, no
from ..open_work import rests_on, stands_in_for
from ..permissions import Viewer, may, may_raise, ties
from ..selectors import Timescale, drafts_of, first_opened, kind_words, timescale, under, visible, where
from ..states import ENDED, STATE_WORDS, State
from ..turns import Ball, ball
from .acting import viewer_of
from .start import chosen, in_force, nothing_in_force

ENDED_ON_A_PAGE = 20


@dataclass(frozen=True)
class Mine:
    """One of mine: where it stands, whose turn it is, and whether the other side has opened it."""

    disagreement: Disagreement
    where: str
    state: str
    ball: Ball
    timescale: Timescale | None
    seen: datetime | None
    unsafe: Verdict
    under: str
    kinds: tuple[str, ...]


class MineView(View):
    def get(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        viewer = viewer_of(request)
        now, calendar = present(), partnership_selectors.calendar()
        mine = visible(viewer).exclude(state=State.DRAFT).filter(_mine(viewer))
        going_on = mine.exclude(state__in=ENDED).order_by("-raised_at", "-pk")
        ended = Paginator(mine.filter(state__in=ENDED).order_by("-ended_at", "-pk"), ENDED_ON_A_PAGE)
        page = ended.get_page(request.GET.get("page"))
        context = {
            "drafts": [(draft, under(draft)) for draft in drafts_of(viewer)],
            "open": [row(d, viewer, at=now, calendar=calendar) for d in going_on],
            "ended": [row(d, viewer, at=now, calendar=calendar) for d in page],
            "page": page,
            "may_raise": may_raise(viewer),
            "has_work": rests_on(viewer.user),
            "away": stands_in_for(viewer.user, day=partnership_selectors.today()),
        }
        return render(request, "escalation/mine.html", context)


def _mine(viewer: Viewer) -> Q:
    """What I raised, and what I act in for the side that raised it."""
    acting = Party.objects.filter(side=Side.RAISING, left_at=None).filter(
        Q(user=viewer.user) | Q(email__iexact=viewer.user.email)
    )
    return Q(raised_by=viewer.user) | Q(pk__in=acting.values("disagreement_id"))


def row(disagreement: Disagreement, viewer: Viewer, *, at: datetime, calendar: Calendar) -> Mine:
    people: list[Party] = disagreement.people  # type: ignore[attr-defined]
    held = ball(disagreement)
    return Mine(
        disagreement=disagreement,
        where=where(disagreement),
        state=STATE_WORDS[disagreement.standing],
        ball=held,
        timescale=timescale(held.deadline, at=at, calendar=calendar) if held.deadline else None,
        seen=first_opened(disagreement),
        unsafe=_unsafe(disagreement, viewer, people),
        under=under(disagreement),
        kinds=kind_words(disagreement),
    )


def _unsafe(disagreement: Disagreement, viewer: Viewer, people: list[Party]) -> Verdict:
    """ "It is still unsafe: escalate now" is open wherever a higher step is left."""
    if disagreement.stage and not can_proceed(disagreement.escalate_to):
        return no(f"{services.why_not(disagreement, 'escalate')} If it is unsafe now, telephone 999.")
    return may("escalate", ties(viewer, disagreement, people, ()))


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
            entry = services.log_settled(viewer=viewer, line=version.line, **form.facts())
        except NotPermitted as refused:
            raise PermissionDenied(str(refused)) from refused
        except Refused as refused:
            form.add_error(None, str(refused))
            return self._page(request, form, status=409)
        messages.success(request, f"Logged as {entry.disagreement.reference}. Thank you: what is settled early is worth knowing.")
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
