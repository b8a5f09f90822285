"""Whether timescales were kept: within, beyond with a reason, beyond without, and those that still run."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, Q

from partnerships.protocol_terms import Strength
from partnerships.scope import once_per_scope

from .. import behind, counting, naming
from ..behind import STATUSES, in_basis, status_at
from ..figure import Cell, Figure, Row
from ..making import RAISED, Asked, raised_words, said, with_more_to_say
from ..models import CountedTimescale

HEAD = ("Within", "Beyond, with a reason", "Beyond, without one", "Still running")
STRENGTH_NAMES = {
    Strength.GUIDE: "A guide",
    Strength.EXPECTATION: "An expectation",
    Strength.MUST: "A requirement",
}
LINE, LIMIT, STRENGTH = range(3)
Counts = Counter[tuple[Any, ...]]


def _counts(asked: Asked) -> Counts:
    """By protocol, time limit, strength and how it stands. Counted once for both figures: there are several of them to each
    disagreement. What was counted stands as long as nothing new is."""
    key = f"timescales {asked.period} {asked.at} {counting.position()}"
    return once_per_scope(key, lambda: _counted(asked))


def _counted(asked: Asked) -> Counts:
    """One column for each way in which it may stand: the database knows how many kinds of timescale there are, and not how many
    ways, and would put half a million rows in order first."""
    rows = CountedTimescale.objects.filter(behind.of_counted(in_basis("raised", asked.period)))
    by = rows.annotate(status=status_at(asked.at)).values_list("counted__line", "time_limit", "strength").order_by()
    found = by.annotate(**{status: Count("pk", filter=Q(status=status)) for status in STATUSES})
    return Counter(
        {
            (line, limit, strength, status): count
            for line, limit, strength, *counts in found.values_list("counted__line", "time_limit", "strength", *STATUSES)
            for status, count in zip(STATUSES, counts, strict=True)
            if count
        }
    )


def _by(counts: Counts, *places: int) -> Counts:
    """The same counts by some of what they are counted by, and by how it stands."""
    sums = Counter[tuple[Any, ...]]()
    for values, count in counts.items():
        sums[(*(values[place] for place in places), values[-1])] += count
    return sums


def _row(key: str, name: str, counts: Counts, which: tuple[Any, ...], narrowed: str) -> Row:
    cells = []
    for status in STATUSES:
        count = counts[(*which, status)]
        opens = RAISED.narrowed(timescale=f"{status}{narrowed}").key if count else ""
        cells.append(Cell(str(count), None, opens))
    return Row(key, name, tuple(cells), tuple(float(counts[(*which, status)]) for status in STATUSES))


def by_strength(asked: Asked) -> Figure:
    counts = _by(_counts(asked), STRENGTH)
    rows = [
        _row(strength.value, name, counts, (strength.value,), f"~{strength.value}")
        for strength, name in STRENGTH_NAMES.items()
        if any(counts[strength.value, status] for status in STATUSES)
    ]
    sums = _by(counts)
    total = _row("all", "All", sums, (), "") if rows else None
    n = asked.count(RAISED)
    head = ("How firm", *HEAD)
    figure = Figure("", "", head, tuple(rows), f"{raised_words(asked, n)}.", n, total=total, unit="timescales")
    return with_more_to_say(figure, _says(sums, sum(counts.values()))) if n else figure


def _says(sums: Counts, every: int) -> str:
    if not every:
        return "No timescale has begun for them."
    over = every - sums[("running",)]
    if not over:
        return said(every, "{n} timescale is running.", "{n} timescales are running.")
    kept = [(sums["within",], "within"), (sums["reason",], "beyond with a reason"), (sums["without",], "beyond without one")]
    if over == 1:
        return f"One timescale has ended or was passed: {next(words for count, words in kept if count)}."
    return f"Of {over} timescales that ended or were passed: {', '.join(f'{count} {words}' for count, words in kept)}."


def by_timescale(asked: Asked) -> Figure:
    counts = _by(_counts(asked), LINE, LIMIT)
    rows = []
    for (line, limit), (name, value) in naming.time_limits().items():
        if any(counts[line, limit, status] for status in STATUSES):
            rows.append(_row(value, name, counts, (line, limit), f"~~{value}"))
    n = asked.count(RAISED)
    figure = Figure("", "", ("Timescale", *HEAD), tuple(rows), f"{raised_words(asked, n)}.", n, unit="timescales")
    beyond = sorted(
        {(line, limit) for (line, limit, status), count in counts.items() if count and status in ("reason", "without")}
    )
    more = said(
        len(beyond), "{n} kind of timescale was passed at least once.", "{n} kinds of timescale were passed at least once."
    )
    return with_more_to_say(figure, more if counts else "No timescale has begun for them.") if n else figure
