"""What a partnership may publish of its disagreements: counts, and the small ones hidden; knows no request.

Everything is one list of counts, added up in four ways. What is published covers only what was raised in quarters that are
over, so that today's numbers taken from next week's do not tell of one disagreement; and no table is shown whose total would
have to be hidden, because the others show it (partnerships/small_numbers.py hides within one table)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import TruncQuarter

from partnerships import selectors as partnership_selectors
from partnerships.arrangements import arrangements
from partnerships.models import Agency
from partnerships.protocol_phrases import KIND_NAMES
from partnerships.protocol_sentences import capital
from partnerships.protocol_terms import StageKind
from partnerships.small_numbers import Suppressed, suppressed, suppressed_list
from partnerships.working_days import LONDON

from .counted_once import counted_with_another
from .models import Disagreement, Outcome
from .states import State

TOO_FEW = "Too few to be shown."
GONE = "No longer kept"
TALKED = "Settled by talking, without a step"
SECTORS: dict[str, str] = dict(Agency._meta.get_field("sector").flatchoices)
ENDINGS = {
    (State.OPEN, ""): "Being worked on",
    (State.AWAITING_CONFIRMATION, ""): "Agreed, to be confirmed in writing",
    (State.CLOSED, Outcome.How.AGREED.value): "The two sides agreed",
    (State.CLOSED, Outcome.How.DECIDED.value): "It was decided for them",
    (State.CLOSED, Outcome.How.SETTLED.value): "Settled by talking",
    (State.CLOSED, ""): "Resolved; how is no longer kept",
    (State.WITHDRAWN, ""): "Ended without being resolved",
}


@dataclass(frozen=True)
class Group:
    """So many disagreements that are alike in everything that is counted by."""

    quarter: date
    kind: str
    ending: str
    raising: str
    receiving: str
    count: int


# Counts of those whose record was destroyed: what stays of them is not a disagreement any more, and belongs to an app that
# stands above this one (records/counting.py). Each is asked for what was raised before a day.
also_counted: list[Callable[[date | None], Iterable[Group]]] = []


@dataclass(frozen=True)
class Table:
    """Counts in words. `head` names the columns behind the first; an empty `rows` says `instead`."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    instead: str = ""


@dataclass(frozen=True)
class Numbers:
    total: str
    tables: tuple[Table, ...]
    raised_before: date | None
    below: int


def numbers(*, published: bool) -> Numbers:
    """`published`: as it may leave the house."""
    before = first_of_quarter(partnership_selectors.today()) if published else None
    below = arrangements().suppress_below if published else 0
    groups = _groups(before)
    total = sum(group.count for group in groups)
    shown = suppressed(total, below=below)
    if not total or shown != str(total):
        return Numbers(shown, (), before, below)
    tables = (
        _listed("By the quarter in which they were raised", "Quarter", _by_quarter(groups), total, below),
        _listed("By the kind of step on which they stand, or stood last", "Kind of step", _by_kind(groups), total, below),
        _listed("By how they ended, or where they are", "How", _by_ending(groups), total, below),
        _crossed(groups, total, below),
    )
    return Numbers(shown, tables, before, below)


def first_of_quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _groups(before: date | None) -> list[Group]:
    """Few questions, whatever the number: everything ever raised, what was destroyed since included, and no draft. One that is
    the same as another is counted with that other."""
    found = Disagreement.objects.exclude(state=State.DRAFT).filter(~counted_with_another(), destroyed_at=None)
    if before is not None:
        found = found.filter(raised_at__lt=datetime.combine(before, time.min, LONDON))
    how = Outcome.objects.filter(disagreement=OuterRef("pk"), disputed_at=None).order_by("-recorded_at", "-pk").values("how")[:1]
    counted = found.annotate(quarter=TruncQuarter("raised_at", tzinfo=LONDON), how=Subquery(how)).values_list(
        "quarter", "stage_kind", "state", "how", "raising_agency__sector", "receiving_agency__sector"
    )
    rows = counted.annotate(count=Count("pk")).order_by()
    there = [
        Group(quarter.date(), kind, ending(state, how or ""), raising or "", receiving or "", count)
        for quarter, kind, state, how, raising, receiving, count in rows
    ]
    return [*there, *(group for counts in also_counted for group in counts(before))]


def ending(state: str, how: str) -> str:
    if state in (State.OPEN, State.AWAITING_CONFIRMATION, State.WITHDRAWN):
        return ENDINGS[State(state), ""]
    return ENDINGS[State.CLOSED, how]


def _by_quarter(groups: Iterable[Group]) -> dict[str, int]:
    """Every quarter from the first to the last, those in which nothing was raised too."""
    counts = Counter[date]()
    for group in groups:
        counts[group.quarter] += group.count
    quarters, last = [min(counts)], max(counts)
    while quarters[-1] < last:
        year, month = quarters[-1].year, quarters[-1].month + 3
        quarters.append(date(year + month // 13, (month - 1) % 12 + 1, 1))
    return {f"{quarter:%B} to {quarter.replace(month=quarter.month + 2):%B %Y}": counts[quarter] for quarter in quarters}


def _by_kind(groups: Iterable[Group]) -> dict[str, int]:
    words = {kind.value: capital(KIND_NAMES[kind]) for kind in StageKind} | {"": TALKED}
    counts = Counter[str]()
    for group in groups:
        counts[group.kind] += group.count
    return {name: counts[kind] for kind, name in words.items()}


def _by_ending(groups: Iterable[Group]) -> dict[str, int]:
    counts = Counter[str]()
    for group in groups:
        counts[group.ending] += group.count
    return {name: counts[name] for name in ENDINGS.values()}


def _listed(title: str, called: str, counts: dict[str, int], total: int, below: int) -> Table:
    cells, shown = suppressed_list(list(counts.values()), below=below)
    if shown != str(total):
        return Table(title, (), (), TOO_FEW)
    rows = [*zip(counts, cells, strict=True), ("All", shown)]
    return Table(title, (called, "Disagreements"), tuple(rows))


def _crossed(groups: Iterable[Group], total: int, below: int) -> Table:
    """Which sector raised it with which. Sectors that never did are left out."""
    title = "By the sectors of the two agencies"
    counts = Counter[tuple[str, str]]()
    for group in groups:
        counts[group.raising, group.receiving] += group.count
    order = [*SECTORS, ""]
    raising = [sector for sector in order if any(pair[0] == sector for pair in counts)]
    receiving = [sector for sector in order if any(pair[1] == sector for pair in counts)]
    made = Suppressed.of([[counts[one, other] for other in receiving] for one in raising], below=below)
    if made.total != str(total):
        return Table(title, (), (), TOO_FEW)
    head = ("Raised by", *(f"Raised with: {SECTORS.get(sector, GONE)}" for sector in receiving), "All")
    rows = [
        (SECTORS.get(sector, GONE), *cells, sums) for sector, cells, sums in zip(raising, made.rows, made.row_totals, strict=True)
    ]
    return Table(title, head, (*rows, ("All", *made.column_totals, made.total)))
