"""Every measure of what a partnership's disagreements amount to, and the figure that each makes of a period; knows no page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Q

from partnerships.models import Agency
from partnerships.scope import present

from . import behind, periods
from .cohorts import Cohort
from .figure import Cell, Drawn, Figure, Period, Row


class Theme(StrEnum):
    """What a page is about; its measures stand there in the order of MEASURES."""

    HOW_MANY = "how-many"
    WHO = "who"
    ABOUT = "about"
    HOW_LONG = "how-long"
    TIMESCALES = "timescales"
    AFTERWARDS = "afterwards"


THEME_TITLES: dict[Theme, str] = {
    Theme.HOW_MANY: "How many, and how far they went",
    Theme.WHO: "Between whom",
    Theme.ABOUT: "What they are about",
    Theme.HOW_LONG: "How long they took",
    Theme.TIMESCALES: "Within the timescales",
    Theme.AFTERWARDS: "What came of them",
}


@dataclass(frozen=True)
class Asked:
    """What a figure is asked for: of which days, at which moment, and whether it may leave the house."""

    period: Period
    at: datetime
    published: bool = False


@dataclass(frozen=True)
class Measure:
    """`counts` and `leaves_out`: what is counted and what is not, for the page of reference. `fair`: what to know before
    reading anything into it."""

    key: str
    title: str
    theme: Theme
    make: Callable[[Asked], Figure]
    fair: str = ""
    drawn: Drawn = Drawn.NOT
    counts: str = ""
    leaves_out: str = ""


def figure(key: str, period: Period, *, published: bool = False, at: datetime | None = None) -> Figure:
    """One figure of the partnership in scope. Raises KeyError for a measure there is none of. `published`: small counts are
    hidden, and only whole quarters that are over are counted."""
    measure = MEASURES[key]
    made = measure.make(Asked(period, at or present(), published))
    return replace(made, key=key, title=measure.title, fair=made.fair or measure.fair, drawn=measure.drawn)


def _over_time(asked: Asked) -> Figure:
    raised, ended = Cohort("raised"), Cohort("ended")
    rows = []
    for part in periods.cut(asked.period, periods.suited(asked.period)):
        cells = [_cell(cohort.within(part), asked.period) for cohort in (raised, ended)]
        rows.append(Row(str(part.first), periods.words(part), tuple(cells), tuple(float(c.count or 0) for c in cells)))
    n = behind.counted(raised, asked.period)
    says = f"{n} raised." if n else "None were raised."
    return Figure("", "", ("Raised", "Ended"), tuple(rows), says, n, unit="disagreements")


def _cell(cohort: Cohort, period: Period) -> Cell:
    count = behind.counted(cohort, period)
    return Cell(str(count), count, cohort.key if count else "")


def _matrix(asked: Asked) -> Figure:
    found = behind.behind("raised", asked.period).values_list("raising_agency", "receiving_agency").annotate(count=Count("pk"))
    pairs = {(raiser, receiver): count for raiser, receiver, count in found.order_by()}
    agencies = list(Agency.objects.filter(Q(pk__in={r for r, _ in pairs}) | Q(pk__in={r for _, r in pairs})))
    receivers = [agency for agency in agencies if any(pair[1] == agency.pk for pair in pairs)]
    rows = []
    for one in (agency for agency in agencies if any(pair[0] == agency.pk for pair in pairs)):
        counts = [pairs.get((one.pk, other.pk), 0) for other in receivers]
        keys = [Cohort("raised").narrowed(raiser=one.pk, receiver=other.pk).key for other in receivers]
        cells = tuple(Cell(str(count), count, key if count else "") for count, key in zip(counts, keys, strict=True))
        rows.append(Row(str(one.pk), one.name, cells, tuple(float(count) for count in counts)))
    n = sum(pairs.values())
    says = f"{n} raised between {len(pairs)} pairs of agencies." if n else "None were raised."
    return Figure("", "", tuple(agency.name for agency in receivers), tuple(rows), says, n, unit="disagreements")


MEASURES: dict[str, Measure] = {
    measure.key: measure
    for measure in (
        Measure("over-time", "Raised and ended over time", Theme.HOW_MANY, _over_time, drawn=Drawn.COLUMNS),
        Measure("who-with-whom", "Who raised with whom", Theme.WHO, _matrix, drawn=Drawn.MATRIX),
    )
}
