"""The first screen of a disagreement's page: who has the ball, by when, what it is about and whom to telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from partnerships.models import Contact, Membership
from partnerships.protocol_terms import Asked, Capacity, Side
from partnerships.written import joined, say, written

from ..addressed import Addressed, booked_beside
from ..bookings import Booked
from ..models import Disagreement, Party
from ..permissions import Ties
from ..selectors import Timescale
from ..states import State
from ..turns import Ball

# A screen holds so much of an answer; the whole of it stands further down.
SHORT, CUT = 150, " …"


@dataclass(frozen=True)
class Call:
    """Somebody to telephone. No number: `ask` says where one can be found."""

    name: str
    role: str
    agency: str
    telephone: str = ""


@dataclass(frozen=True)
class BallPanel:
    """What templates/components/ball.html shows."""

    sentence: str
    by: str = ""
    why: tuple[str, ...] = ()
    after: str = ""
    booked: str = ""


def ball_panel(said: Addressed, held: Ball, clocks: Sequence[Timescale], booking: Booked | None) -> BallPanel:
    clock = next((c for c in clocks if held.deadline is not None and c.deadline.pk == held.deadline.pk), None)
    return BallPanel(
        sentence=said.sentence,
        after=said.after,
        booked=_booked(held, booking) if booking else "",
        by=_by_when(clock) if clock else "",
        why=(clock.why,) if clock else (),
    )


def _booked(held: Ball, booking: Booked) -> str:
    words = written(booking.words)
    told = say(_("%(who)s wrote: %(words)s"), who=booking.by, words=words) if booking.by else words
    return joined(booked_beside(held, booking), told)


def _by_when(clock: Timescale) -> str:
    """The date, how long that is or how long ago, and how firm it is."""
    said = f"{clock.by_when[:1].upper()}{clock.by_when[1:]}"
    return said if "(" in said else say(_("%(by_when)s (%(strength)s)"), by_when=said, strength=written(clock.deadline.strength))


def short_rows(disagreement: Disagreement, *, corrected: str) -> list[dict[str, Any]]:
    """What it is about, what is wanted and what was tried. Where there is an outcome, or it is over, that stands there in
    their place, and of what was written only the sentence that says what it was about. `corrected`: what now stands in the
    place of what was written on the form."""
    answers = disagreement.answers
    if corrected:
        parts = [(_("What it is about, as corrected"), corrected)]
    elif disagreement.standing != State.OPEN:
        parts = [(_("What it was about"), answers.get("concern"))]
    else:
        parts = [
            (_("What we do not agree on"), answers.get("concern")),
            (_("What we want to happen"), answers.get(Asked.OUTCOME_WANTED)),
            (_("What was tried"), answers.get(Asked.PRIOR_CONVERSATION)),
        ]
    return [{"key": key, "value": _short(str(text))} for key, text in parts if text]


def said_in_full(disagreement: Disagreement, *, corrected: bool) -> frozenset[str]:
    """The answers of which the first screen says every word, so that the rest of the page need not say them again."""
    told = (Asked.OUTCOME_WANTED.value, Asked.PRIOR_CONVERSATION.value) if disagreement.standing == State.OPEN else ()
    names = () if corrected else ("concern", *told)
    return frozenset(str(name) for name in names if not _short(str(disagreement.answers.get(name) or "")).endswith(CUT))


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SHORT else f"{words[:SHORT].rsplit(' ', 1)[0]}{CUT}"


def calls(disagreement: Disagreement, held: Ball, tied: Ties) -> list[Call]:
    """Whom this viewer telephones: of the other side whoever acts here, and where no number of theirs is known, somebody
    beside them who has one; for whoever is of neither side, of both."""
    people: list[Party] = [p for p in disagreement.people if p.left_at is None]  # type: ignore[attr-defined]
    wanted = _other_sides(tied)
    theirs = [p for p in people if p.side in wanted and not p.is_of(tied.viewer.user)]
    roles = set(disagreement.protocol.stage(disagreement.stage).acting(disagreement.tier)) if disagreement.stage else set()
    acting = {p.pk for p in held.holders} | {p.pk for p in theirs if p.role in roles}
    theirs.sort(key=lambda p: (p.pk not in acting, not p.telephone))
    firsts = [p for side in wanted if (p := _first(theirs, side)) is not None]
    numbers = _numbers([p for p in firsts if not p.telephone])
    named: list[Party] = []
    for first in firsts:
        known = first.telephone or numbers.get(first.user_id or 0)
        instead = None if known else next((p for p in theirs if p.side == first.side and p.telephone), None)
        named += [first, instead] if instead else [first]
    protocol = disagreement.protocol
    return [Call(p.name, p.role_name(protocol), str(p.agency), p.telephone or numbers.get(p.user_id or 0, "")) for p in named]


def _first(people: Sequence[Party], side: Side) -> Party | None:
    return next((p for p in people if p.side == side), None)


def _other_sides(tied: Ties) -> tuple[Side, ...]:
    if Side.RECEIVING in tied.sides and Side.RAISING not in tied.sides:
        return (Side.RAISING,)
    if tied.is_raiser or tied.sides == {Side.RAISING}:
        return (Side.RECEIVING,)
    return (Side.RAISING, Side.RECEIVING)


def _numbers(people: Sequence[Party]) -> dict[int, str]:
    """Their own numbers as the directory has them, where nobody gave one with their name."""
    wanted = [p.user_id for p in people if p.user_id]
    if not wanted:
        return {}
    found = Membership.objects.filter(user__in=wanted, active=True).exclude(telephone="")
    return dict(found.values_list("user_id", "telephone"))


def where_to_ask(disagreement: Disagreement, called: Sequence[Call]) -> list[Contact]:
    """Where no number is known: the agency's own line, or the partnership office."""
    without = {call.agency for call in called} - {call.agency for call in called if call.telephone}
    if called and not without:
        return []
    office = [r.key for r in disagreement.protocol.roles if r.capacity == Capacity.PARTNERSHIP_OFFICE]
    agency = Q(agency__in=[disagreement.raising_agency_id, disagreement.receiving_agency_id])
    found = Contact.objects.filter(agency | Q(role__in=office), active=True).exclude(telephone="").select_related("agency")
    return [c for c in found if c.agency is None or not called or c.agency.name in without][:2]
