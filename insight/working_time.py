"""Working days and other sums in the database, by the days off of the partnership in scope as they are known now."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, DateField, F, FloatField, Func, IntegerField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from partnerships import selectors as partnership_selectors


class _NumberedDay(Func):
    """The number of a day among the working days: all weekdays since a Monday long ago, without those that are closed.

    It is working_days_between (partnerships/working_days.py) from any fixed day, for a million rows at a time; a test has
    the two agree."""

    output_field = IntegerField()
    template = (
        "(5 * ((%(day)s - DATE '1900-01-01') / 7) + LEAST((%(day)s - DATE '1900-01-01') %%%% 7 + 1, 5)"
        " - width_bucket(%(day)s, %(closed)s))"
    )

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:
        day, day_parameters = compiler.compile(self.source_expressions[0])
        closed, closed_parameters = compiler.compile(self.source_expressions[1])
        sql = self.template % {"day": day, "closed": closed}
        return sql, [*day_parameters, *day_parameters, *day_parameters, *closed_parameters]


def working_days(first: str | Value, last: str | Value) -> Combinable:
    """Working days after the one day up to and including the other, between two columns of days, or two days."""
    closed = sorted(day for day in partnership_selectors.calendar().closed if day.weekday() < 5)
    days = Value(closed, output_field=ArrayField(DateField()))
    return _NumberedDay(_day(last), days) - _NumberedDay(_day(first), days)


def _day(given: str | Value) -> Combinable:
    return F(given) if isinstance(given, str) else Cast(given, DateField())


class Median(Aggregate):
    """The middle value; between two middle values, halfway."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()
