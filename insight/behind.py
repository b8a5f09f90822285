"""The disagreements behind a number, found by its key; who may see them is not decided here.

A key (cohorts.py) is read into one condition over what is counted, and a figure counts by the same condition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from escalation.models import Disagreement
from partnerships import selectors as partnership_selectors
from partnerships.scope import present

from .cohorts import Cohort, UnknownKey, in_days, read
from .figure import Period
from .models import Counted, CountedStep, CountedTimescale

THERE = Q(informal=False, merged=False)
# What a number is of: of those raised, or ended, in the period. One that was opened again has ended when it last did.
BASES: dict[str, Callable[[Period], Q]] = {
    "raised": lambda days: THERE & in_days("raised_on", days),
    "ended": lambda days: THERE & in_days("ended_on", days),
    "agreed": lambda days: THERE & in_days("agreed_on", days),
    "resolved": lambda days: THERE & in_days("resolved_on", days),
    "closed": lambda days: THERE & in_days("closed_on", days),
    "informal": lambda days: Q(informal=True, merged=False) & in_days("raised_on", days),
    "received": lambda days: Q(merged=False) & in_days("raised_on", days),  # those settled by talking as well
    "left": lambda days: THERE,  # narrowed by `step`, which knows the days
}
YES_NO = {"yes": True, "no": False}
STATUSES = ("within", "reason", "without", "running")


def behind(key: str, period: Period, *, at: datetime | None = None) -> QuerySet[Disagreement]:
    """Those that the number with this key counts, the newest first, to be taken together with what somebody may see.

    Raises UnknownKey where no number has such a key."""
    rows = counted_in(read(key), period, at=at).values("disagreement_id")
    return Disagreement.objects.filter(pk__in=rows).order_by("-raised_at", "-pk")


def in_basis(basis: str, days: Period) -> Q:
    return BASES[basis](days)


def of_counted(condition: Q) -> Q:
    """The same of what stands beside a row, a step or a timescale."""
    parts: list[Any] = list(condition.children)
    beside = (of_counted(part) if isinstance(part, Q) else (f"counted__{part[0]}", part[1]) for part in parts)
    return Q(*beside, _connector=condition.connector, _negated=condition.negated)


def counted(cohort: Cohort, period: Period, *, at: datetime | None = None) -> int:
    return counted_in(cohort, period, at=at).count()


def counted_in(cohort: Cohort, period: Period, *, at: datetime | None = None) -> QuerySet[Counted]:
    """The rows that a cohort is of; raises UnknownKey where there is no such basis, name or value."""
    days = cohort.days or period
    if cohort.basis not in BASES:
        raise UnknownKey(cohort.key)
    condition = BASES[cohort.basis](days)
    for name, value in cohort.only:
        if name not in FIELDS:
            raise UnknownKey(cohort.key)
        condition &= FIELDS[name](value, days, at or present())
    return Counted.objects.filter(condition)


Narrowing = Callable[[str, Period, datetime], Q]


def _same(column: str) -> Narrowing:
    return lambda value, _, __: Q(**{column: value})


def _number(column: str) -> Narrowing:
    def narrowed(value: str, days: Period, at: datetime) -> Q:
        return Q(**{column: _whole(value)})

    return narrowed


def _whole(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise UnknownKey(value)
    return int(value)


def _truth(condition: Q) -> Narrowing:
    def narrowed(value: str, days: Period, at: datetime) -> Q:
        if value not in YES_NO:
            raise UnknownKey(value)
        return condition if YES_NO[value] else ~condition

    return narrowed


def _answered(value: str, days: Period, at: datetime) -> Q:
    """Of what was taken in from a tracker kept before (it is of no route), nobody can say that it had no answer."""
    there = _truth(Q(answered_on__isnull=False))(value, days, at)
    return there if value == "yes" else there & ~Q(route="")


def _by(value: str, days: Period, at: datetime) -> Q:
    """Raised by an agency, alone or together with others."""
    return Q(raisers__contains=[_whole(value)])


def _between(value: str, days: Period, at: datetime) -> Q:
    """Between two agencies, whichever of them raised it."""
    one, _, other = value.partition("-")
    pair = (_whole(one), _whole(other))
    return Q(raiser=pair[0], receiver=pair[1]) | Q(raiser=pair[1], receiver=pair[0])


def _of_line(column: str) -> Narrowing:
    """A key of one of the partnership's protocols: `line:key`."""

    def narrowed(value: str, days: Period, at: datetime) -> Q:
        line, _, key = value.partition(":")
        return Q(**{"line": line, column: key})

    return narrowed


def _step(value: str, days: Period, at: datetime) -> Q:
    """That left this step in the period."""
    line, _, stage = value.partition(":")
    left = CountedStep.objects.filter(in_days("left_on", days), stage=stage, counted=OuterRef("pk"))
    return Q(Exists(_scoped(left)), line=line)


def _timescale(value: str, days: Period, at: datetime) -> Q:
    """With a timescale that stands so: `status`, `status~strength` or `status~~line:limit`."""
    status, strength, limit = [*value.split("~"), "", ""][:3]
    if status not in STATUSES:
        raise UnknownKey(value)
    found = CountedTimescale.objects.annotate(status=status_at(at)).filter(status=status, counted=OuterRef("pk"))
    if strength:
        found = found.filter(strength=strength)
    line, _, key = limit.partition(":")
    if key:
        found = found.filter(time_limit=key)
    return Q(Exists(_scoped(found))) & (Q(line=line) if key else Q())


def _action(value: str, _: Period, at: datetime) -> Q:
    """With an action that is still to be done: `any`, or `beyond` its date."""
    if value not in ("any", "beyond"):
        raise UnknownKey(value)
    today = partnership_selectors.today(at)
    return ~Q(actions_open=[]) if value == "any" else ~Q(actions_open=[]) & Q(actions_open__0__lt=today)


def _scoped(rows: QuerySet[CountedStep] | QuerySet[CountedTimescale]) -> QuerySet[CountedStep] | QuerySet[CountedTimescale]:
    """Inside another question nothing adds the partnership by itself; with it the index is found."""
    return rows.filter(partnership_id=OuterRef("partnership_id"))


def status_at(at: datetime) -> Case:
    """How a timescale stands at a moment. `within`: it ended, or was left behind, before the protocol's own time was up.
    `reason`: not so, but within the later date that a person set with a reason. `without`: beyond that as well, or there is
    none. `running`: nothing has ended it yet, and there is time, or it stands still."""
    since = Coalesce(F("stopped_at"), F("paused_at"), Value(at))
    stopped = Q(stopped_at__isnull=False)
    return Case(
        When(stopped & Q(stopped_at__lt=F("own_due_at")), then=Value("within")),
        When(LessThan(since, F("own_due_at")), then=Value("running")),
        When(Q(varied=True) & Q(LessThan(since, F("due_at"))), then=Value("reason")),
        default=Value("without"),
        output_field=CharField(),
    )


FIELDS: dict[str, Narrowing] = {
    "raiser": _number("raiser"),
    "receiver": _number("receiver"),
    "by": _by,
    "between": _between,
    "category": _of_line("category"),
    "common": _same("common"),
    "child-status": _of_line("child_status"),
    "stage": _of_line("stage_reached"),
    "kind": _same("kind_reached"),
    "route": _same("route"),
    "ending": _same("ending"),
    "child": _same("child"),
    "satisfied": _same("satisfied"),
    "direct": _truth(Q(direct=True)),
    "answered": _answered,
    "told": _truth(Q(told=True)),
    "reopened": _truth(Q(reopened__gt=0)),
    "step": _step,
    "timescale": _timescale,
    "action": _action,
}
