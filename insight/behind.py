"""The disagreements behind a number, found by its key; who may see them is not decided here."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet

from escalation.models import Disagreement
from escalation.states import State
from partnerships.working_days import LONDON

from .cohorts import Cohort, UnknownKey, read
from .figure import Period

BASES = {"raised": "raised_at", "ended": "ended_at"}
FIELDS = {"raiser": "raising_agency", "receiver": "receiving_agency"}


def behind(key: str, period: Period) -> QuerySet[Disagreement]:
    """Those that the number with this key counts, the newest first, to be taken together with what somebody may see.

    Raises UnknownKey where no number has such a key."""
    return _rows(read(key), period).order_by("-raised_at", "-pk")


def counted(cohort: Cohort, period: Period) -> int:
    return _rows(cohort, period).count()


def _rows(cohort: Cohort, period: Period) -> QuerySet[Disagreement]:
    if cohort.basis not in BASES or not {name for name, _ in cohort.only} <= FIELDS.keys():
        raise UnknownKey(cohort.key)
    days, column = cohort.days or period, BASES[cohort.basis]
    first = datetime.combine(days.first, time.min, LONDON)
    after = datetime.combine(days.last + timedelta(days=1), time.min, LONDON)
    there = ~Q(state=State.DRAFT) & Q(destroyed_at=None) & ~Q(stage="")
    narrowed = Q(**{FIELDS[name]: value for name, value in cohort.only})
    return Disagreement.objects.filter(there & narrowed, **{f"{column}__gte": first, f"{column}__lt": after})
