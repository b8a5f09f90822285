"""A figure with the same of an earlier period beside it, as a report shows it; knows no measure by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from . import periods
from .cohorts import read
from .figure import Cell, Figure, Period, Row
from .hiding import Adds
from .measures import MEASURES, OVER_TIME, figure


def with_before(
    key: str, period: Period, before: Period, *, published: bool = False, at: datetime | None = None, by: periods.By | None = None
) -> Figure:
    """A figure with the same of an earlier period beside it: every column twice, row by row. One over time, whose rows are
    days, stands as it is. The numbers of the earlier period open to its own lists."""
    now = figure(key, period, published=published, at=at, by=by)
    then = figure(key, before, published=published, at=at, by=by)
    if key in OVER_TIME or MEASURES[key].adds is Adds.CROSSED:
        return replace(now, says=f"{now.says} Before: {then.says[:1].lower()}{then.says[1:]}")
    width = max((len(row.cells) for row in (*now.rows, *then.rows)), default=0)
    earlier = {row.key: row for row in then.rows}
    keys = list(dict.fromkeys([*(row.key for row in now.rows), *earlier]))
    rows_now = {row.key: row for row in now.rows}
    rows = tuple(_beside(rows_now.get(key), earlier.get(key), width, before) for key in keys)
    total = _beside(now.total, then.total, width, before) if now.total or then.total else None
    named = now.head if now.rows else then.head
    head = (*named[:1], *(name for column in named[1:] for name in (column, f"{column}, {periods.words(before)}")))
    says = f"{now.says} Before: {then.says[:1].lower()}{then.says[1:]}"
    return replace(now, head=head, rows=rows, total=total, says=says)


def _beside(now: Row | None, then: Row | None, width: int, before: Period) -> Row:
    there = now or then
    assert there is not None  # noqa: S101  (one of the two has the row)
    own = now.cells if now else (Cell("–"),) * width
    other = tuple(_of(cell, before) for cell in then.cells) if then else (Cell("–"),) * width
    amounts = now.amounts if now else ()
    cells = tuple(cell for pair in zip(own, other, strict=True) for cell in pair)
    pairs = zip(amounts, then.amounts if then else (None,) * len(amounts), strict=False)
    return Row(there.key, there.name, cells, tuple(amount for pair in pairs for amount in pair))


def _of(cell: Cell, period: Period) -> Cell:
    """A cell of another period, open to that period's list."""
    if not cell.behind:
        return cell
    cohort = read(cell.behind)
    return cell if cohort.days else replace(cell, behind=cohort.within(period).key)
