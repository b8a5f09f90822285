"""Two disagreements that are one, or likely to be: which they are, and what a viewer may know of it; writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from partnerships.models import Agency
from partnerships.protocol_terms import Side

from .models import Disagreement, Link, Party
from .moves import YES, Verdict, no
from .permissions import Viewer, visible_to
from .selectors import Linked, linked
from .states import State
from .turns import OTHER

OFFICE_ALONE = gettext_noop("Only the partnership manager puts two disagreements together, or parts them again.")
# Both agencies raise the same thing within days of the same conversation; later it is another one.
WITHIN = timedelta(days=28)
MOST, AMONG = 5, 50
WORKED_ON = (State.OPEN, State.AWAITING_CONFIRMATION)


def may_merge(viewer: Viewer) -> Verdict:
    return YES if viewer.is_office else no(_(OFFICE_ALONE))


def sides_swapped(one: Disagreement, other: Disagreement) -> bool | None:
    """Whether each agency raised it against the other; None where they are not between the same two agencies."""
    own = (one.raising_agency_id, one.receiving_agency_id)
    theirs = (other.raising_agency_id, other.receiving_agency_id)
    if None in own or set(own) != set(theirs):
        return None
    return own != theirs


def side_in_the_other(side: str, *, swapped: bool) -> Side:
    return OTHER[side] if swapped else Side(side)


@dataclass(frozen=True)
class Likely:
    """One that may be the same, and why it is thought so."""

    disagreement: Disagreement
    why: str


def likely(viewer: Viewer, disagreement: Disagreement, *, links: Iterable[Linked] | None = None) -> list[Likely]:
    """Which others may be about the same, of those that this person may see and that are not linked (`links`, if known)."""
    d = disagreement
    if d.raising_agency is None or d.receiving_agency is None or d.raised_at is None or d.thematic:
        return []
    if links is None:
        links = linked(d, viewer)
    known = {d.pk, *(link.number for link in links)}
    here: list[Party] | None = getattr(d, "people", None)
    people = {p.email.lower() for p in (d.parties.all() if here is None else here) if p.left_at is None and p.email}
    about = About(d.raising_agency, d.receiving_agency, d.child_reference, frozenset(people), d.raised_at)
    return [one for one in alike(viewer, about) if one.disagreement.pk not in known]


@dataclass(frozen=True)
class About:
    """What two disagreements are compared by, raised at that moment or about to be."""

    raising: Agency
    receiving: Agency
    child_reference: str
    people: frozenset[str]
    at: datetime


def alike(viewer: Viewer, about: About) -> list[Likely]:
    """Between the same two agencies, in either direction, within four weeks, still worked on: about the same child first, then
    those in which at least two of the same people take part."""
    either = Q(raising_agency=about.raising, receiving_agency=about.receiving)
    either |= Q(raising_agency=about.receiving, receiving_agency=about.raising)
    near = Q(raised_at__gte=about.at - WITHIN, raised_at__lte=about.at + WITHIN)
    asked = Disagreement.objects.filter(visible_to(viewer), either, near, state__in=WORKED_ON, thematic=False)
    nearest = asked.order_by("-raised_at", "-pk").select_related("partnership").defer("answers")
    agencies: dict[int | None, Agency] = {agency.pk: agency for agency in (about.raising, about.receiving)}
    found = {d.pk: d for d in nearest[:AMONG]}
    named = Party.objects.filter(disagreement__in=list(found), left_at=None).exclude(email="").order_by()
    people: dict[int, set[str]] = {}
    for pk, email in named.values_list("disagreement_id", "email") if found and about.people else ():
        people.setdefault(pk, set()).add(email.lower())
    judged = {pk: _why(about, d.child_reference, people.get(pk, set())) for pk, d in found.items()}
    chosen = sorted((pk for pk, why in judged.items() if why), key=lambda pk: judged[pk] != _(SAME_CHILD))[:MOST]
    for d in (found[pk] for pk in chosen):
        d.raising_agency, d.receiving_agency = agencies[d.raising_agency_id], agencies[d.receiving_agency_id]
    return [Likely(found[pk], judged[pk]) for pk in chosen]


SAME_CHILD = gettext_noop("The same child reference")
SAME_PEOPLE = gettext_noop("The same people take part")


def _why(about: About, child_reference: str, theirs: set[str]) -> str:
    if children(about.child_reference) & children(child_reference):
        return _(SAME_CHILD)
    return _(SAME_PEOPLE) if len(about.people & theirs) > 1 else ""


def children(reference: str) -> frozenset[str]:
    """The references of the children it is about: one, or several with commas between (decision 0025). However each is typed."""
    parts = (re.sub(r"[\W_]+", "", part).casefold() for part in re.split(r"[,;\n]+", reference))
    return frozenset(part for part in parts if part)


def merged_into(disagreement: Disagreement) -> Disagreement | None:
    """The one that goes on, where this one was put together with it."""
    link = Link.objects.filter(disagreement=disagreement, how="merged").select_related("other__partnership").first()
    return link.other if link else None


def merged_here(links: Iterable[Any]) -> list[Disagreement]:
    """Of what is linked, and theirs to see: those that were put together with this one."""
    return [link.other for link in links if link.merged == "here" and link.other is not None]
