"""Figures of insight as parts of a pack or a report: those that it has, with last year's numbers beside; counts nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from documents.document import Part, Table
from insight.beside import with_before
from insight.figure import Period
from insight.hiding import Adds
from insight.measures import MEASURES, OVER_TIME, figure
from insight.periods import a_year_earlier, words
from insight.taking import head_of, parts_of, rows_of

LEVEL = 3


def of(key: str, period: Period, *, titled: bool = True) -> Iterator[Part]:
    """One figure, every count as it is: for those who meet. Not `titled`: it has its own section, whose heading says it."""
    title, *parts = parts_of(figure(key, period), level=LEVEL)
    yield from (title, *parts) if titled else parts


def beside_last_year(theme: str, period: Period, *, published: bool, at: datetime, level: int = LEVEL) -> Iterator[Part]:
    """Every figure of one theme with the year before: in the same table, or, where that would be too wide, in the next. What
    names agencies or points at children has no place in what is published."""
    before = a_year_earlier(period)
    for key, measure in MEASURES.items():
        if measure.theme != theme or (published and measure.adds is Adds.NOT):
            continue
        yield from parts_of(with_before(key, period, before, published=published, at=at), level=level)
        if key in OVER_TIME or measure.adds is Adds.CROSSED:
            then = figure(key, before, published=published, at=at)
            if then.rows:
                rows = tuple((row.name, *(cell.words for cell in row.cells)) for row in rows_of(then))
                yield Table(f"{then.title}: {words(before)}", head_of(then), rows)
