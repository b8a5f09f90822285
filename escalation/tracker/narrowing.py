"""What each filter of the tracker asks of the database; knows no form and no address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.db.models import Q

from partnerships.models import MemberRole, Membership
from partnerships.protocol_terms import Side, StageKind
from partnerships.working_days import LONDON, Calendar, is_working_day

from ..clocks import end_of
from ..in_hand import Turn
from ..models.disagreement import LIVE
from ..states import ENDED
from .rows import Standing, standing_is

ANY, OVER, ME, NOBODY, GONE = "any", "over", "me", "nobody", "gone"
# Of a clock that ended so many working days ago, nobody can say that it will be put right by itself.
STUCK_AFTER = 5


class Period(StrEnum):
    """A stretch of days that moves along with today, so that a view which was saved stays true."""

    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    THIS_QUARTER = "this_quarter"
    LAST_QUARTER = "last_quarter"
    SINCE_APRIL = "since_april"
    TWELVE_MONTHS = "twelve_months"


PERIODS: dict[Period, str] = {
    Period.THIS_MONTH: "This month",
    Period.LAST_MONTH: "Last month",
    Period.THIS_QUARTER: "This quarter",
    Period.LAST_QUARTER: "Last quarter",
    Period.SINCE_APRIL: "Since 1 April",
    Period.TWELVE_MONTHS: "The last twelve months",
}
TURNS: dict[str, str] = {
    Turn.OFFICE: "The partnership office",
    Side.RAISING: "The raising side",
    Side.RECEIVING: "The receiving side",
    Turn.DECIDER: "Whoever decides",
    Turn.RAISER: "The person who raised it",
}
CONCERN = "serious_or_stuck"
CONCERNS = {CONCERN: "Serious or stuck"}


def days_of(period: Period, *, today: date) -> tuple[date, date]:
    """The first and the last day."""
    month = today.replace(day=1)
    quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    if period is Period.THIS_MONTH:
        return month, today
    if period is Period.LAST_MONTH:
        return (month - timedelta(days=1)).replace(day=1), month - timedelta(days=1)
    if period is Period.THIS_QUARTER:
        return quarter, today
    if period is Period.LAST_QUARTER:
        end = quarter - timedelta(days=1)
        return date(end.year, end.month - 2, 1), end
    if period is Period.SINCE_APRIL:
        return date(today.year - (today.month < 4), 4, 1), today
    return _a_year_before(today) + timedelta(days=1), today


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def begins(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)


@dataclass(frozen=True)
class Asking:
    """What the answers depend on besides the filter itself."""

    at: datetime
    calendar: Calendar
    user_id: int | None = None

    @property
    def today(self) -> date:
        return self.at.astimezone(LONDON).date()


def of_state(value: str) -> Q:
    if value == ANY:
        return Q()
    if value == OVER:
        return Q(state__in=sorted(ENDED))
    return Q(state=value) if value else Q(state__in=LIVE)


def of_marks(values: Sequence[str]) -> Q:
    return _either(~Q(flags=[]) if value == ANY else Q(flags__contains=[value]) for value in values)


def of_turns(values: Sequence[str]) -> Q:
    return _either(Q(turn__contains=[value]) for value in values)


def of_standings(values: Sequence[str], asking: Asking) -> Q:
    return _either(standing_is(Standing(value), at=asking.at, calendar=asking.calendar) for value in values)


def of_owners(values: Sequence[str], asking: Asking) -> Q:
    """Who follows it: somebody, oneself, nobody, or somebody who has left the office since."""
    here = Membership.objects.filter(role=MemberRole.PARTNERSHIP_MANAGER, active=True).values("user_id")
    found = []
    for value in values:
        if value == NOBODY:
            found.append(Q(followed_by=None))
        elif value == GONE:
            found.append(Q(followed_by__isnull=False) & ~Q(followed_by__in=here))
        else:
            found.append(Q(followed_by=asking.user_id if value == ME else int(value)))
    return _either(found)


def of_versions(values: Sequence[str]) -> Q:
    lines = [value.rpartition(".") for value in values]
    return _either(Q(protocol_version__line=line, protocol_version__number=int(number)) for line, _, number in lines)


def of_concern(asking: Asking) -> Q:
    """Marked, or with the partnership itself, or beyond its timescale for long: what a meeting will ask about."""
    day, left = asking.today, STUCK_AFTER
    while left:
        left -= is_working_day(day, asking.calendar)
        day -= timedelta(days=1)
    return ~Q(flags=[]) | Q(stage_kind=StageKind.PARTNERSHIP) | Q(next_due__lte=end_of(day))


def of_period(field: str, period: Period, asking: Asking) -> Q:
    first, last = days_of(period, today=asking.today)
    return since(field, first) & until(field, last)


def since(field: str, day: date) -> Q:
    return Q(**{f"{field}__gte": begins(day)})


def until(field: str, day: date) -> Q:
    return Q(**{f"{field}__lt": end_of(day)})


def _either(parts: object) -> Q:
    found = Q()
    for part in parts:  # type: ignore[attr-defined]
        found |= part
    return found


Narrows = Callable[[Sequence[str], Asking], Q]
# Filters of which several may be chosen, each with what it asks.
SEVERAL: dict[str, Narrows] = {
    "stage": lambda values, _: Q(stage__in=values),
    "kind": lambda values, _: Q(stage_kind__in=values),
    "raising": lambda values, _: Q(raising_agency__key__in=values),
    "receiving": lambda values, _: Q(receiving_agency__key__in=values),
    "category": lambda values, _: Q(category__in=values),
    "urgency": lambda values, _: Q(urgency__in=values),
    "mark": lambda values, _: of_marks(values),
    "child": lambda values, _: Q(child_status__in=values),
    "timescale": of_standings,
    "turn": lambda values, _: of_turns(values),
    "owner": of_owners,
    "protocol": lambda values, _: Q(protocol_version__line__in=values),
    "version": lambda values, _: of_versions(values),
}
# Dates: name in the address, the stored instant, and the words for it.
DATED: dict[str, tuple[str, str]] = {
    "raised": ("raised_at", "Raised"),
    "ended": ("ended_at", "Ended"),
    "changed": ("changed_at", "Last changed"),
}
