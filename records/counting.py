"""What is counted of destroyed records, in the shape in which the partnership's numbers are added up; knows nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count

from escalation.models import Outcome
from escalation.numbers import Group, ending
from escalation.states import State

from .models import WITH_ANOTHER, StatisticalRow

# How it ended, as a row says it, in the two words that the numbers go by.
WITHDRAWN = {"withdrawn", "referred_elsewhere"}


def counted(before: date | None) -> Iterator[Group]:
    """Those raised in quarters before this day, or all. One that was put together with another is counted with that other."""
    columns = ("raised_quarter", "highest_stage_kind", "ended_as", "raising_sector", "receiving_sector")
    rows = StatisticalRow.objects.exclude(ended_as=WITH_ANOTHER).values_list(*columns).annotate(count=Count("pk")).order_by()
    for quarter, kind, ended_as, raising, receiving, count in rows:
        began = _first_day(quarter)
        if before is None or began < before:
            yield Group(began, kind, _ending(ended_as), raising, receiving, count)


def _first_day(quarter: str) -> date:
    year, _, number = quarter.partition("-Q")
    return date(int(year), int(number) * 3 - 2, 1)


def _ending(ended_as: str) -> str:
    if ended_as in WITHDRAWN:
        return ending(State.WITHDRAWN, "")
    return ending(State.CLOSED, ended_as if ended_as in Outcome.How.values else "")
