"""What is mine to act on, soonest first, and what is mine to watch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from partnerships import selectors as partnership_selectors
from partnerships.models import MemberRole
from partnerships.protocol_terms import Side
from partnerships.scope import present

from ..clocks import last_day_of
from ..models import Disagreement, Party
from ..permissions import Viewer, may_raise, ties
from ..selectors import Timescale, drafts_of, timescale, under, visible, where
from ..states import STATE_WORDS, State
from ..turns import Ball, ball
from .acting import viewer_of

LIVE = (State.OPEN, State.AWAITING_CONFIRMATION, State.RESOLVED)


@dataclass(frozen=True)
class Row:
    disagreement: Disagreement
    under: str
    where: str
    state: str
    ball: Ball
    timescale: Timescale | None
    mine: bool


class DashboardView(View):
    def get(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        viewer = viewer_of(request)
        now = present()
        rows = dashboard(viewer, at=now)
        mine = [row for row in rows if row.mine]
        return render(
            request,
            "escalation/dashboard.html",
            {
                "groups": grouped(mine, at=now),
                "mine_count": len(mine),
                "watching": [row for row in rows if not row.mine],
                "drafts": list(drafts_of(viewer)),
                "counts_only": viewer.roles == {MemberRole.OBSERVER},
                "raises": bool(may_raise(viewer)),
                "administers": MemberRole.PROTOCOL_ADMINISTRATOR in viewer.roles,
            },
        )


def dashboard(viewer: Viewer, *, at: datetime) -> list[Row]:
    """Everything live that this person may see and has a part in, soonest due first."""
    calendar = partnership_selectors.calendar()
    rows = []
    for disagreement in visible(viewer).filter(state__in=LIVE):
        held = ball(disagreement)
        people: list[Party] = disagreement.people  # type: ignore[attr-defined]
        tied = ties(viewer, disagreement, people, ())
        clock = timescale(held.deadline, at=at, calendar=calendar) if held.deadline else None
        rows.append(
            Row(
                disagreement=disagreement,
                where=where(disagreement),
                state=STATE_WORDS[disagreement.standing],
                ball=held,
                timescale=clock,
                under=under(disagreement),
                mine=_mine(held, viewer, decides=tied.decides_here and disagreement.standing == State.OPEN),
            )
        )
    far = at + timedelta(days=36_500)
    return sorted(rows, key=lambda row: (row.timescale.deadline.due_at if row.timescale else far, row.disagreement.pk))


def _mine(held: Ball, viewer: Viewer, *, decides: bool) -> bool:
    if Side.PARTNERSHIP in held.sides and (decides or viewer.is_office):
        return True
    # Where it is the partnership's alone, whoever acts beside it only watches.
    return held.sides != {Side.PARTNERSHIP} and any(p.is_of(viewer.user) for p in held.holders)


def grouped(rows: list[Row], *, at: datetime) -> list[dict[str, Any]]:
    """Beyond their timescale, due today, within seven days, later, and without a date; empty groups are left out."""
    today = partnership_selectors.today(at)
    groups: dict[str, list[Row]] = {
        "Beyond the timescale": [],
        "Due today": [],
        "In the next seven days": [],
        "Later": [],
        "Without a date": [],
    }
    for row in rows:
        groups[_group(row, today=today)].append(row)
    return [{"title": title, "rows": found} for title, found in groups.items() if found]


def _group(row: Row, *, today: Any) -> str:
    if row.timescale is None:
        return "Without a date"
    if row.timescale.passed:
        return "Beyond the timescale"
    last = last_day_of(row.timescale.deadline.due_at)
    if last <= today:
        return "Due today"
    return "In the next seven days" if last <= today + timedelta(days=7) else "Later"
