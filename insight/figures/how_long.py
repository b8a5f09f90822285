"""How long it took: to the first answer, on each step, to agreeing, to resolving and to closing, in working days."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from .. import behind, naming
from ..cohorts import Cohort, in_days
from ..figure import Cell, Figure, Row
from ..making import RAISED, Asked, Spread, cell, raised_words, said, spread, times, with_more_to_say
from ..models import CountedStep

NOT_KNOWN = "Those raised {when} come from a tracker kept before, which does not say when they were first answered."
HEAD = ("Disagreements", "Median, in working days", "Shortest to longest")


@dataclass(frozen=True)
class Took:
    """What one time is called: those that took it, and what is said where there is none."""

    cohort: Cohort
    last: str
    title: str
    one: str
    what: str
    never: str


def _row(key: str, name: str, took: Spread, cohort: Cohort) -> Row:
    first, *others = took.cells
    return Row(key, name, (Cell(first.words, first.count, cohort.key if took.n else ""), *others), took.amounts)


def _figure(asked: Asked, took: Took) -> Figure:
    """All of them, and by the highest kind of step that they reached: a senior manager's answer takes longer to come by."""
    by_kind = times(asked.rows_of(took.cohort), "raised_on", took.last, "kind_reached")
    whole = spread(sum(by_kind.values(), Counter()))
    shown = [_row("all", "All", whole, took.cohort)]
    for kind in naming.kinds():
        own = spread(by_kind.get((kind.stored,), Counter()))
        if own.n:
            shown.append(
                _row(kind.value, f"Highest: {kind.name[:1].lower()}{kind.name[1:]}", own, took.cohort.narrowed(kind=kind.value))
            )
    says = whole.words(took.one, took.what, took.never.format(when=asked.when))
    head = (took.title, *HEAD)
    return Figure("", "", head, tuple(shown) if whole.n else (), f"{says}.", whole.n, unit="working days")


def first_answer(asked: Asked) -> Figure:
    """Of those raised in the period. Of those without an answer it is said how many there are."""
    took = Took(RAISED.narrowed(answered="yes"), "answered_on", "To the first answer", "that was answered", "that were answered",
                "None of those raised {when} has been answered yet")  # fmt: skip
    figure, n = _figure(asked, took), asked.count(RAISED)
    if not n:
        return Figure("", "", figure.head, (), f"{raised_words(asked, 0)}.", 0, unit="working days")
    waiting = asked.count(RAISED.narrowed(answered="no")) if n > figure.n else 0
    if not waiting:
        return figure if figure.n else Figure("", "", figure.head, (), NOT_KNOWN.format(when=asked.when), 0, unit=figure.unit)
    row = Row("none", "No answer yet", (cell(waiting, RAISED.narrowed(answered="no")), Cell("–"), Cell("–")))
    more = said(waiting, "{n} has had no answer.", "{n} have had no answer.") if figure.n else ""
    shown = Figure("", "", figure.head, (*figure.rows, row), figure.says, figure.n, unit=figure.unit)
    return with_more_to_say(shown, more)


def to_agreement(asked: Asked) -> Figure:
    never = "No outcome that still stands was agreed {when}"
    return _figure(asked, Took(Cohort("agreed"), "agreed_on", "To agreeing", "whose sides agreed", "whose sides agreed", never))


def to_resolution(asked: Asked) -> Figure:
    never = "None was resolved {when}"
    return _figure(
        asked, Took(Cohort("resolved"), "resolved_on", "To resolving", "that was resolved", "that were resolved", never)
    )


def to_closing(asked: Asked) -> Figure:
    return _figure(
        asked,
        Took(Cohort("closed"), "closed_on", "To closing", "that was closed", "that were closed", "None was closed {when}"),
    )


def per_step(asked: Asked) -> Figure:
    """Each stay on a step that ended in the period, whether it moved on or ended there."""
    left = CountedStep.objects.filter(in_days("left_on", asked.period), behind.of_counted(behind.THERE))
    by_stage = {which: spread(took) for which, took in times(left, "opened_on", "left_on", "counted__line", "stage").items()}
    rows = []
    for named in naming.stages():
        own = by_stage.get(named.stored)
        if own is not None:
            rows.append(_row(named.value, named.name, own, Cohort("left").narrowed(step=named.value)))
    n = sum(own.n for own in by_stage.values())
    if not n:
        says = f"No disagreement left a step {asked.when}."
    else:
        says = said(n, "{n} stay on a step came to its end", "{n} stays on a step came to their end") + f" {asked.when}."
    rows = [_without_count(row) for row in rows]
    return Figure("", "", ("Step", "Stays on it", *HEAD[1:]), tuple(rows), says, n, unit="working days")


def _without_count(row: Row) -> Row:
    """A disagreement may have stood on a step twice: the number is of stays, and behind it are the disagreements."""
    first, *others = row.cells
    return Row(row.key, row.name, (Cell(first.words, None, first.behind), *others), row.amounts)
