"""How many were raised and ended, how far they went, and by which way."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db.models import Count
from django.db.models.functions import TruncMonth

from .. import behind, naming, periods
from ..cohorts import Cohort
from ..figure import Figure, Period
from ..making import RAISED, Asked, Named, cell, counts_by, listing, raised_words, row, said, with_more_to_say
from ..models import Route

ENDED, INFORMAL = Cohort("ended"), Cohort("informal")


def over_time(asked: Asked) -> Figure:
    by = asked.by or periods.suited(asked.period)
    parts = periods.cut(asked.period, by)
    columns = [_by_part(asked, cohort, column, parts) for cohort, column in ((RAISED, "raised_on"), (ENDED, "ended_on"))]
    rows = []
    for place, part in enumerate(parts):
        cells = [cell(counts[place], cohort.within(part)) for cohort, counts in zip((RAISED, ENDED), columns, strict=True)]
        rows.append(row(str(part.first), periods.words(part), *cells))
    n, ended = (sum(counts) for counts in columns)
    says = raised_words(asked, n) + said(ended, ", and {n} ended.", ", and {n} ended.").replace("No ended", "none ended")
    total = row("all", "All", cell(n, RAISED), cell(ended, ENDED))
    shown = tuple(rows) if n or ended else ()
    return Figure("", "", (by.capitalize(), "Raised", "Ended"), shown, says, n, total=total if shown else None,
                  unit="disagreements")  # fmt: skip


def _by_part(asked: Asked, cohort: Cohort, column: str, parts: tuple[Period, ...]) -> list[int]:
    """By month in the database, however many parts there are; a part that begins within a month is asked for by itself."""
    whole = all(part.first.day == 1 for part in parts[1:]) and parts[0].first.day == 1
    if not whole:
        return [behind.counted(cohort.within(part), asked.period, at=asked.at) for part in parts]
    months = asked.rows_of(cohort).annotate(month=TruncMonth(column)).values_list("month").annotate(count=Count("pk")).order_by()
    counts = Counter[date]()
    for month, count in months:
        counts[next(part.first for part in parts if month in part)] += count
    return [counts[part.first] for part in parts]


def informal(asked: Asked) -> Figure:
    """Those settled by talking that somebody logged, by month or quarter; beside those raised."""
    by = asked.by or periods.suited(asked.period)
    parts = periods.cut(asked.period, by)
    columns = [_by_part(asked, cohort, "raised_on", parts) for cohort in (INFORMAL, RAISED)]
    rows = []
    for place, part in enumerate(parts):
        cells = [cell(counts[place], cohort.within(part)) for cohort, counts in zip((INFORMAL, RAISED), columns, strict=True)]
        rows.append(row(str(part.first), periods.words(part), *cells))
    n, raised = (sum(counts) for counts in columns)
    says = said(n, "{n} disagreement settled by talking was logged", "{n} disagreements settled by talking were logged")
    says += f" {asked.when}, beside {raised or 'none'} raised."
    total = row("all", "All", cell(n, INFORMAL), cell(raised, RAISED))
    shown = tuple(rows) if n or raised else ()
    head = (by.capitalize(), "Settled by talking and logged", "Raised")
    return Figure("", "", head, shown, says, n, total=total if shown else None, unit="disagreements")


def stage_reached(asked: Asked) -> Figure:
    counts = counts_by(asked, RAISED, "line", "stage_reached")
    return listing(
        asked, naming.stages(), counts, head="Highest step reached", narrow="stage",
        one="The highest step that it reached is {name}.", most="Most often the highest step was {name} ({count}).",
    )  # fmt: skip


def kind_reached(asked: Asked) -> Figure:
    counts = counts_by(asked, RAISED, "kind_reached")
    return listing(
        asked, naming.kinds(), counts, head="Highest kind of step reached", narrow="kind",
        one="The highest kind of step that it reached is a {name}.",
        most="Most often the highest kind of step was a {name} ({count}).",
    )  # fmt: skip


def route(asked: Asked) -> Figure:
    names = [Named(one.value, one.label, one.value) for one in Route]
    return listing(
        asked, names, counts_by(asked, RAISED, "route"), head="How it came there", narrow="route",
        one="It came there so: {name}.", most="Most often: {name} ({count}).",
    )  # fmt: skip


def direct(asked: Asked) -> Figure:
    """Straight to a higher step, at raising or later, and to which: whoever raised it, and for whom."""
    straight = RAISED.narrowed(direct="yes")
    by_kind = counts_by(asked, RAISED, "direct", "kind_reached")
    counts = {kind: count for (went_straight, kind), count in by_kind.items() if went_straight}
    n, direct_ones = asked.count(RAISED), sum(counts.values())
    rows = [
        row(kind.value, f"Highest step reached: {kind.name[:1].lower()}{kind.name[1:]}",
            cell(counts.get(kind.stored, 0), straight.narrowed(kind=kind.value)))
        for kind in naming.kinds()
    ]  # fmt: skip
    says = f"{raised_words(asked, n)}."
    more = ""
    if n:
        more = "None went straight to a higher step." if not direct_ones else said(
            direct_ones, "{n} went straight to a higher step.", "{n} went straight to a higher step."
        )  # fmt: skip
    figure = Figure("", "", ("Straight to a higher step", "Disagreements"), tuple(rows) if n else (), says, n,
                    total=row("all", "All that went straight there", cell(direct_ones, straight)) if n else None,
                    unit="disagreements")  # fmt: skip
    return with_more_to_say(figure, more)


def reopened(asked: Asked) -> Figure:
    n = asked.count(RAISED)
    again = RAISED.narrowed(reopened="yes")
    count = asked.count(again)
    rows = (row("yes", "Opened again", cell(count, again)),
            row("no", "Not opened again", cell(n - count, RAISED.narrowed(reopened="no"))))  # fmt: skip
    says = f"{raised_words(asked, n)}."
    more = said(count, "{n} was opened again after it had ended.", "{n} were opened again after they had ended.")
    figure = Figure("", "", ("Opened again", "Disagreements"), rows if n else (), says, n,
                    total=row("all", "All", cell(n, RAISED)) if n else None, unit="disagreements")  # fmt: skip
    return (
        with_more_to_say(figure, more.replace("No were", "None was").replace("they had", "it had") if not count else more)
        if n
        else figure
    )
