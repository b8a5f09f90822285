"""A team's page for its leads and senior managers: what their agency's people have open, who holds it, and who is away.

It shows nothing that `seeing.visible_to` does not, and says so where that is only what they take part in themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from partnerships import selectors as partnership_selectors
from partnerships.arrangements import arrangements
from partnerships.models import Agency, MemberRole, Membership, PostHolder
from partnerships.scope import present

from ..actions import ACTIONS
from ..in_hand import SOONEST, Ends, Group, group_is, in_order, live
from ..models import Disagreement, Party
from ..open_work import Away, away_of
from ..permissions import Viewer, may_see_team, ties
from ..reading import note_list_read
from .acting import viewer_of
from .cards import Card, card
from .dashboard import ON_A_PAGE
from .standing_in import standing_in

ANSWER_FOR_OTHERS = frozenset({MemberRole.LEAD, MemberRole.SENIOR_MANAGER})
# Of its people, so many are named with their figures; beyond that the list is no help.
MOST_PEOPLE = 40
SHOWS = {"": "Everything open", "past": "Past its date", "ours": "Waiting for us"}


@dataclass(frozen=True)
class Line:
    """One of the team's: its card, who of the agency acts in it, and whether this person may change who does."""

    card: Card
    ours: tuple[Party, ...]
    away: tuple[str, ...]
    change: bool


@dataclass(frozen=True)
class Colleague:
    """Somebody of the agency who acts in something that is open, as far as this viewer may see it."""

    name: str
    number: int | None
    count: int
    waiting: int
    away: Away | None


class TeamView(View):
    def get(self, request: HttpRequest, *, slug: str) -> HttpResponse:
        viewer = viewer_of(request)
        if not (verdict := may_see_team(viewer)):
            raise PermissionDenied(verdict.sentence)
        team = Team(viewer, request.memberships)  # type: ignore[attr-defined]
        note_list_read(request, ["team", *(name for name in ("show", "person") if request.GET.get(name))])
        show, number = request.GET.get("show", ""), _number(request.GET.get("person", ""))
        return render(request, "escalation/team.html", team.context(show, number, page=request.GET.get("page")))


class Team:
    def __init__(self, viewer: Viewer, memberships: Iterable[Membership]) -> None:
        self.viewer, self.now, self.calendar = viewer, present(), partnership_selectors.calendar()
        held = [m.agency for m in memberships if m.agency is not None and m.role in ANSWER_FOR_OTHERS]
        self.agencies: dict[int, Agency] = {agency.pk: agency for agency in held}
        self.acting = Party.objects.filter(left_at=None, agency__in=self.agencies)
        here = Exists(self.acting.filter(disagreement=OuterRef("pk")))
        sides = Q(raising_agency__in=self.agencies) | Q(receiving_agency__in=self.agencies)
        self.open = live(viewer).filter(sides | Q(here))
        self.which = {
            "past": group_is(Group.PAST, ends=Ends.at(self.now)),
            "ours": Q(Exists(self.acting.filter(disagreement=OuterRef("pk"), has_turn=True))),
        }

    def context(self, show: str, number: int | None, *, page: str | None) -> dict[str, Any]:
        asked = {name: Count("pk", filter=which) for name, which in self.which.items()}
        counts = self.open.order_by().aggregate(all=Count("pk"), **asked)
        away = self.away(partnership_selectors.today(self.now))
        people = self.people(away)
        chosen = next((one for one in people if one.number is not None and one.number == number), None)
        found = self.open.filter(self.which.get(show, Q()))
        if chosen is not None:
            found = found.filter(Exists(self.acting.filter(disagreement=OuterRef("pk"), user=chosen.number)))
        total = counts["all" if show not in self.which else show] if chosen is None else found.count()
        pages = Paginator(found.order_by(*SOONEST).values_list("pk", flat=True), ON_A_PAGE)
        pages.__dict__["count"] = total  # counted already
        shown = pages.get_page(page)
        return {
            "agencies": list(self.agencies.values()),
            "sees_all": arrangements().agency_sees,
            "counts": counts,
            "lines": self.lines(in_order(list(shown)), away),
            "page": shown,
            "show": show if show in SHOWS else "",
            "shows": [(name, words, counts[name or "all"]) for name, words in SHOWS.items()],
            "people": people,
            "chosen": chosen,
            "found": total,
            **standing_in(self.viewer, day=partnership_selectors.today(self.now)),
        }

    def lines(self, found: Iterable[Disagreement], away: dict[str, Away]) -> list[Line]:
        return [self._line(d, away) for d in found]

    def _line(self, d: Disagreement, away: dict[str, Away]) -> Line:
        people: list[Party] = d.people  # type: ignore[attr-defined]
        ours = tuple(p for p in people if p.left_at is None and p.agency_id in self.agencies)
        gone = tuple(dict.fromkeys(p.name for p in ours if p.email.lower() in away))
        change = ACTIONS["change_party"].verdict(d, ties(self.viewer, d, people, d.beside_it))  # type: ignore[attr-defined]
        return Line(card(d, self.viewer, at=self.now, calendar=self.calendar), ours, gone, bool(change))

    def away(self, day: date) -> dict[str, Away]:
        """By address, whoever of these agencies is away today."""
        holders = PostHolder.objects.filter(post__agency__in=self.agencies).exclude(email="")
        return {one.holder.email.lower(): one for one in away_of(holders, day=day)}

    def people(self, away: dict[str, Away]) -> list[Colleague]:
        """Who of the agencies acts in what is open and may be seen here, most of it first."""
        theirs = self.acting.filter(disagreement__in=self.open.order_by().values("pk"))
        rows = (
            theirs.values("user_id", "name", "email")
            .annotate(
                count=Count("disagreement", distinct=True),
                waiting=Count("disagreement", distinct=True, filter=Q(has_turn=True)),
            )
            .order_by("-waiting", "-count", "name", "email")[:MOST_PEOPLE]
        )
        return [
            Colleague(row["name"], row["user_id"], row["count"], row["waiting"], away.get(row["email"].lower())) for row in rows
        ]


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
