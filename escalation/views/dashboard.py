"""The first page after signing in: what is mine to act on, soonest first; what I raised, my drafts, and what I watch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from partnerships import selectors as partnership_selectors
from partnerships.scope import present

from ..in_hand import Ends, Group, InHand, counted, in_hand, in_order
from ..navigation import raise_words
from ..permissions import Viewer, may_raise
from ..selectors import drafts_of, under
from .acting import viewer_of
from .cards import Card, card
from .standing_in import standing_in

ON_A_PAGE = 20
# Of what is not theirs to act on, the first page shows so many and leads to the rest.
AT_A_GLANCE = 5


@dataclass(frozen=True)
class Section:
    """One heading of the page, how many belong under it in all, and those of them on this page."""

    title: str
    count: int
    cards: Sequence[Card]


class DashboardView(View):
    def get(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        viewer = viewer_of(request)
        if request.GET.get("show") == "watching" and not viewer.is_office:
            return watching(request, viewer)
        return render(request, "escalation/dashboard.html", Dashboard(viewer).context(request.GET.get("page")))


class Dashboard:
    """Chosen, counted and put in order in the database; only what this page shows is read whole, and all of it at once."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer, self.now, self.calendar = viewer, present(), partnership_selectors.calendar()
        self.held: InHand = in_hand(viewer)

    def context(self, number: str | None) -> dict[str, Any]:
        viewer, ends, held = self.viewer, Ends.at(self.now), self.held
        page = Paginator([pk for pk, _ in held.mine], ON_A_PAGE).get_page(number)
        raised = held.raised[:AT_A_GLANCE]
        # The office sees everything, in the tracker.
        watched = () if viewer.is_office else held.watched[:AT_A_GLANCE]
        found = {d.pk: d for d in in_order([*page, *raised, *watched])}
        cards = {d.pk: card(d, viewer, at=self.now, calendar=self.calendar) for d in found.values()}
        mine = [cards[pk] for pk in page if pk in cards]
        return {
            "groups": grouped(mine, counted(held.mine, ends=ends), ends=ends),
            "mine_count": len(held.mine),
            "page": page,
            "raised": Section(_("What you raised"), len(held.raised), [cards[pk] for pk in raised if pk in cards]),
            "watching": Section(_("Yours to watch"), len(held.watched), [cards[pk] for pk in watched if pk in cards]),
            "drafts": [(draft, under(draft)) for draft in drafts_of(viewer)],
            "may_raise": bool(may_raise(viewer)),
            "raise_words": raise_words(),
            **standing_in(viewer, day=partnership_selectors.today(self.now)),
        }


def watching(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """All of what this person watches, in pages."""
    board = Dashboard(viewer)
    page = Paginator(board.held.watched, ON_A_PAGE).get_page(request.GET.get("page"))
    cards = [card(d, viewer, at=board.now, calendar=board.calendar) for d in in_order(list(page))]
    return render(request, "escalation/watching.html", {"cards": cards, "count": page.paginator.count, "page": page})


def grouped(cards: Iterable[Card], counts: dict[Group, int], *, ends: Ends) -> list[Section]:
    """By when, with how many there are of each, on this page and on the others; empty ones are left out."""
    found: dict[Group, list[Card]] = {group: [] for group in Group}
    for each in cards:
        found[ends.group(each.disagreement.turn_due)].append(each)
    return [Section(_(group.value), counts[group], shown) for group, shown in found.items() if shown]
