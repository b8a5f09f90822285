"""Everything raised, as the partnership manager's list reads it: its query and its rows in words; knows no request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import Prefetch, Q, QuerySet
from django.utils.functional import cached_property

from partnerships import selectors as partnership_selectors
from partnerships.protocol import Protocol
from partnerships.protocol_phrases import KIND_NAMES
from partnerships.protocol_terms import Side, StageKind
from partnerships.working_days import LONDON, Calendar, add_working_days
from partnerships.working_time import working_days_by

from ..clocks import end_of, last_day_of
from ..models import ChronologyEntry, Deadline, Disagreement, SharedAcross
from ..permissions import Viewer
from ..selectors import Timescale, co_raising, kind_words, timescale, timescale_words, under, visible, where
from ..states import STATE_HOLDERS, STATE_WORDS, Holder, State
from ..turns import Ball, ball, soonest
from .why import Why, since, why


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
    across = Prefetch("shared_across", SharedAcross.objects.select_related("other").order_by("other__name"), to_attr="across")
    return visible(viewer, drafts=False).select_related("followed_by").prefetch_related(across)


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


class Row:
    """One disagreement as the office sees it. No word that was written in it, and nothing about the child. Each part is worked
    out when it is asked for: a page shows nearly all of them, a file of a hundred thousand lines the columns chosen for it."""

    def __init__(self, disagreement: Disagreement, rows: Rows) -> None:
        self.disagreement, self._rows = disagreement, rows

    @cached_property
    def stands(self) -> State:
        return self.disagreement.standing

    @cached_property
    def held(self) -> Ball:
        return self._rows.held(self.disagreement, self.stands)

    @cached_property
    def first(self) -> Deadline | None:
        return soonest(self.disagreement) if self.disagreement.running else None  # type: ignore[attr-defined]

    @cached_property
    def clock(self) -> Timescale | None:
        return timescale(self.first, at=self._rows.at, calendar=self._rows.calendar) if self.first else None

    @cached_property
    def raised(self) -> date:
        return _day(self.disagreement.raised_at or self.disagreement.created_at)

    @cached_property
    def ended(self) -> date | None:
        return _day(self.disagreement.ended_at) if self.disagreement.ended_at else None

    @property
    def stage(self) -> str:
        d = self.disagreement
        return self._rows.worded((d.protocol_version_id, d.stage, d.tier), lambda: where(d))

    @property
    def kind(self) -> str:
        kind = self.disagreement.stage_kind
        return KIND_NAMES[StageKind(kind)] if kind else ""

    @property
    def state(self) -> str:
        return STATE_WORDS[self.stands]

    @property
    def category(self) -> str:
        return self._called("categories", self.disagreement.category)

    @property
    def urgency(self) -> str:
        return self._called("urgency_bands", self.disagreement.urgency)

    def _called(self, among: str, key: str) -> str:
        """What the protocol calls one of its own."""
        if not key:
            return ""
        d = self.disagreement
        return self._rows.worded((d.protocol_version_id, among, key), lambda: _named(getattr(d.protocol, among), key))

    @property
    def marks(self) -> tuple[str, ...]:
        d = self.disagreement
        which = (d.protocol_version_id, "marks", *d.flags, d.opened_directly, d.raised_as, d.thematic)
        own = self._rows.worded(which, lambda: marks(d.protocol, d))
        across: list[SharedAcross] = d.across  # type: ignore[attr-defined]
        return (*own, *(f"Shared with {row.other}" for row in across)) if across else own

    @property
    def age(self) -> int:
        return self._rows.working_days(self.raised, self.ended or self._rows.today)

    @property
    def timescale(self) -> str:
        if (first := self.first) is None:
            return ""
        which = (first.due_at, first.paused_at, first.unit, first.label, first.strength, first.shortened, first.amount)
        return self._rows.worded(which, lambda: timescale_words(first, at=self._rows.at, calendar=self._rows.calendar))

    @property
    def by_when(self) -> str:
        return self.clock.by_when if self.clock else ""

    @property
    def purpose(self) -> str:
        return self.first.purpose if self.first else ""

    @property
    def last_day(self) -> date | None:
        return last_day_of(self.first.due_at) if self.first else None

    @property
    def standing(self) -> Standing:
        return self._rows.standing(self.disagreement)

    @property
    def holder(self) -> str:
        return holder(self.disagreement, self.held)

    @property
    def since(self) -> datetime | None:
        return since(self.disagreement, self.held)

    @property
    def other_version(self) -> str:
        return self._rows.other_version(self.disagreement)

    @property
    def protocol(self) -> str:
        return under(self.disagreement)

    @cached_property
    def why(self) -> Why:
        last = self._rows.last.get(self.disagreement.pk)
        return why(self.disagreement, self.held, first=self.first, clock=self.clock, last=last)

    @property
    def raising(self) -> str:
        """The agency that raised it, and those that raised it with it."""
        d = self.disagreement
        others = co_raising(d) if d.people else ()  # type: ignore[attr-defined]
        return " and ".join(str(agency) for agency in (d.raising_agency, *others)) if others else str(d.raising_agency)

    @property
    def age_words(self) -> str:
        if self.age == 0:
            return "Less than a working day" + (" in all" if self.ended else " old")
        return f"{self.age:,} working day{'' if self.age == 1 else 's'}{' in all' if self.ended else ' old'}"


Worded = TypeVar("Worded")


@dataclass
class Rows:
    """Makes rows at one moment, with what they share: the calendar, the versions in force, and what was put into words before.
    `last`: what was done last to each, where a page tells it."""

    at: datetime
    calendar: Calendar
    last: Mapping[int, ChronologyEntry] = field(default_factory=dict)
    today: date = field(init=False)
    working_days: Callable[[date, date], int] = field(init=False)
    _in_force: frozenset[int] = field(init=False)
    _near: datetime = field(init=False)
    _words: dict[tuple[object, ...], Any] = field(default_factory=dict)
    _over: dict[State, Ball] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.today, self.working_days = _day(self.at), working_days_by(self.calendar)
        self._near = near_until(self.at, self.calendar)
        self._in_force = frozenset(version.pk for version in partnership_selectors.versions_in_force())

    def of(self, found: Iterable[Disagreement]) -> Iterator[Row]:
        for disagreement in found:
            yield Row(disagreement, self)

    def worded(self, which: tuple[object, ...], words: Callable[[], Worded]) -> Worded:
        """What is the same for every row of which the same is stored is put into words once."""
        found: Worded | None = self._words.get(which)
        if found is None:
            found = self._words[which] = words()
        return found

    def held(self, d: Disagreement, state: State) -> Ball:
        """Whose turn it is. What nobody has to do with any more is nobody's, each in the same words."""
        if STATE_HOLDERS[state] is not Holder.NOBODY:
            return ball(d, at=self.at)
        if state not in self._over:
            self._over[state] = ball(d, at=self.at)
        return self._over[state]

    def standing(self, d: Disagreement) -> Standing:
        due = d.next_due
        if due is None:
            return Standing.NONE
        if due <= self.at:
            return Standing.BEYOND
        return Standing.NEAR if due <= self._near else Standing.WITHIN

    def other_version(self, d: Disagreement) -> str:
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
