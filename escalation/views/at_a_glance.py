"""The first screen of a disagreement's page: who has the ball, by when, what it is about and whom to telephone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from partnerships.models import Contact, Membership
from partnerships.protocol_terms import Asked, Capacity, Side
from partnerships.working_days import Unit

from ..addressed import Addressed
from ..bookings import Booked
from ..clocks import last_day_of
from ..models import Disagreement, Party
from ..permissions import Ties
from ..selectors import Timescale
from ..states import State
from ..turns import Ball

# A screen holds so much of an answer; the whole of it stands further down.
SHORT = 200


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
    left: str = ""
    why: tuple[str, ...] = ()
    after: str = ""
    booked: str = ""
    title: str = "Who must act now"


def ball_panel(said: Addressed, held: Ball, clocks: Sequence[Timescale], booking: Booked | None, *, today: date) -> BallPanel:
    clock = next((c for c in clocks if held.deadline is not None and c.deadline.pk == held.deadline.pk), None)
    return BallPanel(
        sentence=said.sentence,
        after=said.after,
        booked=booking.words if booking else "",
        by=by_when(clock, today=today) if clock else "",
        left=_left(clock) if clock else "",
        why=(clock.why,) if clock else (),
    )


def _left(clock: Timescale) -> str:
    """How long is left or gone by, and how firm the date is, said once."""
    return clock.words if "(" in clock.words else f"{clock.words} ({clock.deadline.strength})"


def by_when(clock: Timescale, *, today: date) -> str:
    """The date as a person would say it: today, tomorrow, or the day; or that it has gone by, or stands still."""
    deadline = clock.deadline
    if deadline.paused_at is not None:
        return "The date stands still"
    if Unit(deadline.unit) is Unit.CLOCK_HOURS:
        return f"It was due at {clock.last_day}" if clock.passed else f"By {clock.last_day}"
    last = last_day_of(deadline.due_at)
    said = f"{last:%A} {last.day} {last:%B}{'' if abs((last - today).days) < 180 else f' {last.year}'}"
    if clock.passed:
        return f"It was due by the end of {said}"
    near = {0: "today, ", 1: "tomorrow, "}.get((last - today).days, "")
    return f"By the end of {near}{said}"


def short_rows(disagreement: Disagreement, outcomes: Iterable[Any], *, corrected: str) -> list[dict[str, Any]]:
    """What it is about, what is wanted and what was tried; what came of it first, where there is an outcome. `corrected`:
    what now stands in the place of what was written on the form."""
    answers = disagreement.answers
    standing = [outcome for outcome in outcomes if outcome.disputed_at is None]
    told = (standing[-1].corrected.text if standing[-1].corrected else standing[-1].text) if standing else ""
    if corrected:
        parts = [("What it is about, as corrected", corrected)]
    else:
        parts = [
            ("The concern", answers.get("concern")),
            ("What is wanted", answers.get(Asked.OUTCOME_WANTED)),
            ("What was tried", answers.get(Asked.PRIOR_CONVERSATION)),
        ]
    agreed = [("What came of it", told)] if disagreement.standing != State.OPEN else []
    return [{"key": key, "value": _short(str(text))} for key, text in [*agreed, *parts] if text]


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SHORT else f"{words[:SHORT].rsplit(' ', 1)[0]} …"


def calls(disagreement: Disagreement, held: Ball, tied: Ties) -> list[Call]:
    """Whom this viewer telephones: of the other side whoever acts here; for whoever is of neither, both. Two at most."""
    people: list[Party] = [p for p in disagreement.people if p.left_at is None]  # type: ignore[attr-defined]
    wanted = _other_sides(tied)
    theirs = [p for p in people if p.side in wanted and not p.is_of(tied.viewer.user)]
    roles = set(disagreement.protocol.stage(disagreement.stage).acting(disagreement.tier)) if disagreement.stage else set()
    acting = {p.pk for p in held.holders} | {p.pk for p in theirs if p.role in roles}
    theirs.sort(key=lambda p: (not p.telephone, p.pk not in acting))
    first = [p for side in wanted for p in [next((one for one in theirs if one.side == side), None)] if p is not None]
    chosen = first if len(wanted) > 1 else theirs[:2] if theirs and theirs[0].telephone else theirs[:1]
    numbers = _numbers([p for p in chosen if not p.telephone])
    protocol = disagreement.protocol
    return [Call(p.name, p.role_name(protocol), str(p.agency), p.telephone or numbers.get(p.user_id or 0, "")) for p in chosen]


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
    if all(call.telephone for call in called) and called:
        return []
    office = [r.key for r in disagreement.protocol.roles if r.capacity == Capacity.PARTNERSHIP_OFFICE]
    agency = Q(agency__in=[disagreement.raising_agency_id, disagreement.receiving_agency_id])
    names = {call.agency for call in called}
    found = Contact.objects.filter(agency | Q(role__in=office), active=True).exclude(telephone="").select_related("agency")
    return [c for c in found if c.agency is None or not names or c.agency.name in names][:2]
