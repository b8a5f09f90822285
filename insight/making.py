"""What figures are made of: counts in the database, tables of them, and the sentences that say what they show."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from partnerships import selectors as partnership_selectors
from partnerships.working_time import working_days_by

from . import behind, counting, periods, sharing
from .cohorts import Cohort
from .figure import Cell, Figure, Period, Row

NOT_SAID = "Not said"
NO_TABLE = ""


@dataclass(frozen=True)
class Asked:
    """What a figure is asked for: of which days, at which moment, cut by what, and whether it may leave the house."""

    period: Period
    at: datetime
    published: bool = False
    by: periods.By | None = None

    @property
    def when(self) -> str:
        return periods.when(self.period)

    def rows_of(self, cohort: Cohort) -> QuerySet[Any]:
        return behind.counted_in(cohort, self.period, at=self.at)

    def count(self, cohort: Cohort) -> int:
        known = self.shared(cohort, ())
        return self.rows_of(cohort).count() if known is None else known.get((), 0)

    def shared(self, cohort: Cohort, columns: tuple[str, ...]) -> dict[tuple[Any, ...], int] | None:
        """Those raised, by columns by which more than one figure of a page counts them: counted for all of them at once."""
        if cohort != RAISED:
            return None
        key = f"{self.period} {self.at} {counting.position()}"
        return sharing.shared(self.rows_of(cohort), key, columns)


RAISED = Cohort("raised")


def said(n: int, one: str, several: str) -> str:
    """ "No disagreements were raised", "1 disagreement was raised", "9 disagreements were raised"."""
    return one.format(n="1") if n == 1 else several.format(n=n or "No")


def raised_words(asked: Asked, n: int) -> str:
    return said(n, "{n} disagreement was raised", "{n} disagreements were raised") + f" {asked.when}"


def of_them(count: int, n: int) -> str:
    """ "none", "the one", "both", "all 9" or "3 of the 9"."""
    if not count:
        return "none"
    if count == n:
        return {1: "it", 2: "both"}.get(n, f"all {n}")
    return f"{count} of the {n}"


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def cell(count: int, cohort: Cohort | None = None) -> Cell:
    """A number of disagreements, open to them where there are any."""
    return Cell(str(count), count, cohort.key if cohort and count else "")


def row(key: str, name: str, *cells: Cell) -> Row:
    return Row(key, name, cells, tuple(None if c.count is None else float(c.count) for c in cells))


def counts_by(asked: Asked, cohort: Cohort, *columns: str) -> dict[Any, int]:
    """How many there are of each value of a column, or of each values of several."""
    known = asked.shared(cohort, columns)
    if known is not None:
        return {values[0] if len(columns) == 1 else values: count for values, count in known.items()}
    found = asked.rows_of(cohort).values_list(*columns).annotate(count=Count("pk")).order_by()
    return {(values[0] if len(columns) == 1 else tuple(values)): count for *values, count in found}


@dataclass(frozen=True)
class Named:
    """A value that is counted by: how it is stored, what it is called, and the value that narrows a list to it."""

    stored: Any
    name: str
    value: str


def listing(
    asked: Asked, names: Iterable[Named], counts: dict[Any, int], *, head: str, narrow: str, one: str, most: str
) -> Figure:
    """How many there are of each. What is called nothing comes last, and only where there is such a one. `one` and `most`: what
    is said of the only one, and of that which there is most of, by its name."""
    known = {named.stored: named for named in names}
    order = [*known.values(), *(Named(value, NOT_SAID, _value(value)) for value in counts if value not in known)]
    n, top = sum(counts.values()), max(counts.values(), default=0)
    rows = [
        row(named.value or "none", named.name, cell(counts.get(named.stored, 0), RAISED.narrowed(**{narrow: named.value})))
        for named in order
    ]
    tops = [named.name for named in order if counts.get(named.stored, 0) == top]
    says = f"{raised_words(asked, n)}."
    if n == 1 and tops != [NOT_SAID]:
        says += f" {one.format(name=_lower(tops[0]))}"
    elif n > 1 and len(tops) == 1 and tops != [NOT_SAID]:
        says += f" {most.format(name=_lower(tops[0]), count=of_them(top, n))}"
    total = row("all", "All", cell(n, RAISED)) if n else None
    return Figure("", "", (head, "Disagreements"), tuple(rows) if n else (), says, n, total=total, unit="disagreements")


def _value(stored: Any) -> str:
    return ":".join(stored) if isinstance(stored, tuple) else str(stored)


def _lower(name: str) -> str:
    """Inside a sentence; what begins with a number of its own, as a step does, stays as it is called."""
    return name if ":" in name or not name[1:2].islower() else name[:1].lower() + name[1:]


@dataclass(frozen=True)
class Spread:
    """How long something took: of how many, and of these the middle, the shortest and the longest, in working days."""

    n: int
    median: float | None
    least: int | None
    most: int | None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Of one or two, the values themselves: a median of two would be nobody's."""
        if self.n == 0:
            return (Cell("0", 0), Cell("–"), Cell("–"))
        if self.n == 1:
            return (Cell("1", 1), Cell(number(self.least)), Cell(number(self.least)))
        middle = f"{self.least} and {self.most}" if self.n == 2 else number(self.median)
        if self.least == self.most:
            return (Cell(str(self.n), self.n), Cell(number(self.least)), Cell(number(self.least)))
        return (Cell(str(self.n), self.n), Cell(middle), Cell(f"{self.least} to {self.most}"))

    @property
    def amounts(self) -> tuple[float | None, ...]:
        """What a chart draws: the median, the shortest and the longest; of two that differ no median, as no table gives one."""
        if self.least is None or self.most is None:
            return ()
        median = None if self.n == 2 and self.least != self.most else self.median
        return (median, float(self.least), float(self.most))

    def words(self, one: str, what: str, never: str) -> str:
        if self.n == 0:
            return never
        if self.n == 1:
            return f"The one {one} took {days(self.least)}"
        if self.n == 2:
            same = f"Both {what} took {days(self.least)}"
            return same if self.least == self.most else f"The two {what} took {self.least} and {days(self.most)}"
        return f"Of the {self.n} {what}, half took {days(self.median)} or less; the longest took {days(self.most)}"


def number(value: float | None) -> str:
    """4, or 4.5."""
    return "–" if value is None else f"{value:g}"


def days(value: float | None) -> str:
    return f"{number(value)} working day" + ("" if value == 1 else "s")


def spread(took: Counter[int]) -> Spread:
    """Of how many took so many working days each."""
    n = sum(took.values())
    if not n:
        return Spread(0, None, None, None)
    lower, upper = (_at(took, place) for place in ((n - 1) // 2, n // 2))
    return Spread(n, (lower + upper) / 2, min(took), max(took))


def _at(took: Counter[int], place: int) -> int:
    """The value at a place, were they laid out in their order."""
    for value in sorted(took):
        place -= took[value]
        if place < 0:
            return value
    raise IndexError(place)


def times(rows: QuerySet[Any], first: str, last: str, *columns: str) -> dict[tuple[Any, ...], Counter[int]]:
    """By the values of some columns, how many took so many working days. The database counts by the two days, of which there
    are few pairs however many rows there are; the days off between them are known here."""
    between = working_days_by(partnership_selectors.calendar())
    found: dict[tuple[Any, ...], Counter[int]] = defaultdict(Counter)
    pairs = rows.exclude(**{f"{last}__isnull": True}).values_list(*columns, first, last).annotate(n=Count("pk")).order_by()
    for *values, begun, done, n in pairs:
        found[tuple(values)][between(begun, done)] += n
    return found


Make = Callable[[Asked], Figure]


def with_more_to_say(figure: Figure, *more: str) -> Figure:
    return replace(figure, says=" ".join((figure.says, *(each for each in more if each))))
