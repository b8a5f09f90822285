"""Comparison with other partnerships by kind of step: agreeing, taking it back, and reading what both agreed to show.

What leaves are counts of financial years that are over, as they may be published. Where the law of small numbers hides one here,
it was never written down to be seen elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from escalation.across import neighbours
from partnerships import selectors as partnership_selectors
from partnerships.administering import Did, note_administration
from partnerships.arrangements import arrangements
from partnerships.models import Partnership, User
from partnerships.protocol_phrases import KIND_NAMES
from partnerships.protocol_sentences import capital
from partnerships.protocol_terms import StageKind
from partnerships.small_numbers import NOT_SHOWN, suppressed

from . import measures, periods
from .agreements import EVERY, KINDS, ComparisonAgreement, ComparisonCount
from .choosing import FINANCIAL
from .figure import Period

# So many years that are over are shown.
YEARS = 3
KIND_REACHED = "kind-reached"
NOT_WRITTEN = "–"
ROWS: dict[str, str] = {EVERY: "All that were raised", **{kind.value: capital(KIND_NAMES[kind]) for kind in StageKind}}


@dataclass(frozen=True)
class Table:
    """One financial year: `partnerships` by name, this one among them, and for each kind of step the numbers in that order."""

    year: int
    partnerships: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def words(self) -> str:
        return periods.words(financial_year(self.year))


@dataclass(frozen=True)
class Compared:
    """`offered`: partnerships that show their numbers once this one agrees. `waiting`: this one's agreements that the other
    has not answered. `both`: agreements of both sides."""

    offered: tuple[Partnership, ...]
    waiting: tuple[ComparisonAgreement, ...]
    both: tuple[ComparisonAgreement, ...]
    tables: tuple[Table, ...]


def financial_year(year: int) -> Period:
    return periods.year_of(date(year, FINANCIAL, 1), begins=FINANCIAL)


def years_over(today: date) -> tuple[int, ...]:
    """The last financial years that are over, the latest first."""
    this = periods.year_of(today, begins=FINANCIAL).first.year
    return tuple(range(this - 1, this - 1 - YEARS, -1))


def may_be_asked(partnership: Partnership) -> list[Partnership]:
    """With whom there is no agreement of this partnership's yet."""
    agreed = set(own().values_list("other_id", flat=True))
    return [one for one in neighbours(partnership) if one.pk not in agreed]


def own() -> Any:
    return ComparisonAgreement.objects.filter(ended_at=None).select_related("other").order_by("other__name")


def agree(other: Partnership, *, by: User, at: datetime) -> ComparisonAgreement:
    """The numbers are written down at that moment; they show there once the other agrees as well, and not before."""
    agreement = ComparisonAgreement.objects.create(other=other, agreed_by=by, agreed_at=at)
    note_administration(Did.REARRANGED, by=by, compared_with=other.slug, agreed=True)
    write_counts(partnership_selectors.today(at))
    return agreement


def end(agreement: ComparisonAgreement, *, by: User, at: datetime) -> None:
    """From now on neither sees the other's. Who agrees with nobody has nothing written down to be shown."""
    agreement.ended_at = at
    agreement.save(update_fields=["ended_at"])
    note_administration(Did.REARRANGED, by=by, compared_with=agreement.other.slug, agreed=False)
    if not own().exists():
        ComparisonCount.objects.all().delete()


def write_counts(today: date) -> None:
    """Of every year that is over, anew: what was closed late, or destroyed since, may have changed one."""
    ComparisonCount.objects.all().delete()
    ComparisonCount.objects.bulk_create(
        ComparisonCount(year=year, kind=kind, shown=shown)
        for year in years_over(today)
        for kind, shown in _published(year).items()
    )


def _published(year: int) -> dict[str, str]:
    """As the published figure has them: a number, that it is fewer than so many, or that it is not shown."""
    period = financial_year(year)
    figure = measures.figure(KIND_REACHED, period, published=True)
    if figure.rows and figure.total:
        rows = {row.key: row.cells[0].words for row in (*figure.rows, replace(figure.total, key=EVERY))}
        return {kind: rows.get(kind, NOT_SHOWN).lower() for kind in KINDS}
    n = measures.figure(KIND_REACHED, period).n
    if not n:
        return dict.fromkeys(KINDS, "0")
    few = suppressed(n, below=arrangements().suppress_below)
    return dict.fromkeys(KINDS, NOT_SHOWN) | {EVERY: NOT_SHOWN if few.isdigit() else few}


def compared(partnership: Partnership, *, today: date) -> Compared:
    agreements = list(own())
    told = _told()
    others = {one.pk: one for one in Partnership.objects.filter(pk__in={row[0] for row in told})}
    agreed = {which for which, both, *_ in told if both}
    numbers = {(which, year, kind): shown for which, both, year, kind, shown in told if both and year and kind and shown}
    numbers |= {(partnership.pk, row.year, row.kind): row.shown for row in ComparisonCount.objects.all()}
    named = sorted([partnership, *(others[which] for which in agreed)], key=lambda one: (one.name.lower(), one.pk))
    return Compared(
        offered=tuple(sorted((others[which] for which in others.keys() - agreed), key=lambda one: one.name.lower())),
        waiting=tuple(one for one in agreements if one.other_id not in agreed),
        both=tuple(one for one in agreements if one.other_id in agreed),
        tables=tuple(_table(year, named, numbers) for year in years_over(today)) if agreed else (),
    )


def _told() -> list[tuple[int, bool, int | None, str | None, str | None]]:
    """What other partnerships show to the one in scope: see the function's migration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT other_id, agreed, year, kind, shown FROM compared_with_the_partnership_in_scope()")
        return list(cursor.fetchall())


def _table(year: int, named: list[Partnership], numbers: dict[tuple[int, int, str], str]) -> Table:
    rows = tuple((name, tuple(numbers.get((one.pk, year, kind), NOT_WRITTEN) for one in named)) for kind, name in ROWS.items())
    return Table(year, tuple(one.name for one in named), rows)


def until(today: date) -> date:
    """The last day that the numbers tell of."""
    return financial_year(years_over(today)[0] + 1).first - timedelta(days=1)
