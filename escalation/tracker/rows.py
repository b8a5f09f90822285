"""Everything raised, as the partnership manager's list reads it: its query and its rows in words; knows no request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Prefetch, Q, QuerySet

from partnerships import selectors as partnership_selectors
from partnerships.protocol import Protocol
from partnerships.protocol_phrases import KIND_NAMES
from partnerships.protocol_terms import Side, StageKind
from partnerships.working_days import LONDON, Calendar, add_working_days, working_days_between

from ..clocks import end_of, last_day_of
from ..models import ChronologyEntry, Disagreement, SharedAcross
from ..permissions import Viewer
from ..selectors import co_raising, kind_words, timescale, under, visible, where
from ..states import STATE_WORDS, State
from ..turns import Ball, ball, soonest
from .why import Why, why


class Standing(StrEnum):
    """How the clock that ends first stands; a paused clock does not count."""

    WITHIN = "within"
    NEAR = "near"
    BEYOND = "beyond"
    NONE = "none"


STANDING_WORDS: dict[Standing, str] = {
    Standing.WITHIN: "Within its timescale",
    Standing.NEAR: "Ends today or on the next working day",
    Standing.BEYOND: "Beyond its timescale",
    Standing.NONE: "No timescale running",
}


def tracked(viewer: Viewer) -> QuerySet[Disagreement]:
    """Everything raised that this person may see. When the first clock of each ends is kept beside it (`next_due`)."""
    across = Prefetch("shared_across", queryset=SharedAcross.objects.select_related("other").order_by("other__name"))
    found = visible(viewer, drafts=False).select_related("followed_by")
    return found.prefetch_related(across)


def near_until(at: datetime, calendar: Calendar) -> datetime:
    """A clock that ends by then is near: today, or on the next working day."""
    return end_of(add_working_days(_day(at), 1, calendar))


def standing_is(standing: Standing, *, at: datetime, calendar: Calendar) -> Q:
    near = near_until(at, calendar)
    return {
        Standing.WITHIN: Q(next_due__gt=near),
        Standing.NEAR: Q(next_due__gt=at, next_due__lte=near),
        Standing.BEYOND: Q(next_due__lte=at),
        Standing.NONE: Q(next_due=None),
    }[standing]


@dataclass(frozen=True)
class Row:
    """One disagreement as the office sees it. No word that was written in it, and nothing about the child."""

    disagreement: Disagreement
    raised: date
    ended: date | None
    stage: str
    kind: str
    state: str
    category: str
    urgency: str
    marks: tuple[str, ...]
    age: int
    timescale: str
    by_when: str
    purpose: str
    last_day: date | None
    standing: Standing
    holder: str
    other_version: str
    protocol: str
    why: Why

    @property
    def raising(self) -> str:
        """The agency that raised it, and those that raised it with it."""
        return " and ".join(str(agency) for agency in (self.disagreement.raising_agency, *co_raising(self.disagreement)))

    @property
    def age_words(self) -> str:
        if self.age == 0:
            return "Less than a working day" + (" in all" if self.ended else " old")
        return f"{self.age:,} working day{'' if self.age == 1 else 's'}{' in all' if self.ended else ' old'}"


@dataclass
class Rows:
    """Makes rows at one moment, with what they share: the calendar, the versions in force, and ages worked out before. `last`:
    what was done last to each, where a page tells it."""

    at: datetime
    calendar: Calendar
    last: Mapping[int, ChronologyEntry] = field(default_factory=dict)
    _in_force: frozenset[int] = field(init=False)
    _ages: dict[tuple[date, date], int] = field(default_factory=dict)
    _near: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._near = near_until(self.at, self.calendar)
        self._in_force = frozenset(version.pk for version in partnership_selectors.versions_in_force())

    def of(self, found: Iterable[Disagreement]) -> Iterator[Row]:
        for disagreement in found:
            yield self.row(disagreement)

    def row(self, d: Disagreement) -> Row:
        held, protocol, first = ball(d), d.protocol, soonest(d)
        clock = timescale(first, at=self.at, calendar=self.calendar) if first else None
        raised, ended = _day(d.raised_at or d.created_at), _day(d.ended_at) if d.ended_at else None
        return Row(
            disagreement=d,
            raised=raised,
            ended=ended,
            stage=where(d),
            kind=KIND_NAMES[StageKind(d.stage_kind)] if d.stage_kind else "",
            state=STATE_WORDS[d.standing],
            category=_named(protocol.categories, d.category),
            urgency=_named(protocol.urgency_bands, d.urgency),
            marks=(*marks(protocol, d), *(f"Shared with {row.other}" for row in d.shared_across.all())),
            age=self._age(raised, ended),
            timescale=clock.words if clock else "",
            by_when=clock.by_when if clock else "",
            purpose=first.purpose if first else "",
            last_day=last_day_of(first.due_at) if first else None,
            standing=self._standing(d),
            holder=holder(d, held),
            other_version=self._other_version(d),
            protocol=under(d),
            why=why(d, held, first=first, clock=clock, last=self.last.get(d.pk)),
        )

    def _age(self, raised: date, ended: date | None) -> int:
        until = ended or _day(self.at)
        if (raised, until) not in self._ages:
            self._ages[raised, until] = working_days_between(raised, until, self.calendar)
        return self._ages[raised, until]

    def _standing(self, d: Disagreement) -> Standing:
        due = d.next_due
        if due is None:
            return Standing.NONE
        if due <= self.at:
            return Standing.BEYOND
        return Standing.NEAR if due <= self._near else Standing.WITHIN

    def _other_version(self, d: Disagreement) -> str:
        """Which version it keeps, where that is not the one in force."""
        if d.protocol_version is None or d.protocol_version_id in self._in_force:
            return ""
        return f"Under version {d.protocol_version.number}"


def marks(protocol: Protocol, d: Disagreement) -> tuple[str, ...]:
    """The marks put on it, and what else is out of the ordinary: how it came there, for whom it was raised, about what."""
    direct = ("Taken there directly",) if d.opened_directly else ()
    return (*(flag.name for flag in protocol.flags if flag.key in d.flags), *direct, *kind_words(d))


def holder(d: Disagreement, held: Ball) -> str:
    """Who has the ball, in a few words: people by name, otherwise the role or side whose turn it is."""
    if not held.sides:
        return "Nobody"
    if Side.PARTNERSHIP in held.sides:
        authority = d.protocol.stage(d.stage).authority if d.standing == State.OPEN else None
        return d.protocol.role(authority.by).name if authority and authority.by else "Partnership manager"
    if held.holders:
        return "; ".join(dict.fromkeys(f"{party.name} ({party.agency})" for party in held.holders))
    side = next(iter(held.sides)) if len(held.sides) == 1 else "both"
    return {"raising": "Raising side", "receiving": "Receiving side"}.get(side, "Both sides")


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _named(parts: Iterable[object], key: str) -> str:
    return next((part.name for part in parts if part.key == key), "") if key else ""  # type: ignore[attr-defined]
