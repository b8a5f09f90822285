"""Between whom: who raised with whom, pairs that come again, and agencies from which nothing has come."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q

from partnerships import selectors as partnership_selectors
from partnerships.models import Agency
from partnerships.protocol import Protocol
from partnerships.protocol_sentences import capital
from partnerships.protocol_terms import Stance

from .. import naming, periods
from ..cohorts import Cohort
from ..figure import Cell, Figure, Period, Row
from ..making import RAISED, Asked, cell, counts_by, listed, raised_words, row, with_more_to_say
from ..models import Counted, Expected

# Where a protocol says nothing of it.
SILENT_AFTER_MONTHS = 12


def who_with_whom(asked: Asked) -> Figure:
    counts = counts_by(asked, RAISED, "raiser", "receiver")
    names = naming.agencies({which for pair in counts for which in pair})
    raising = [which for which in names if any(pair[0] == which for pair in counts)]
    receiving = [which for which in names if any(pair[1] == which for pair in counts)]
    rows = []
    for one in raising:
        cells = [cell(counts.get((one, other), 0), RAISED.narrowed(raiser=one, receiver=other)) for other in receiving]
        every = cell(sum(c.count or 0 for c in cells), RAISED.narrowed(raiser=one))
        rows.append(Row(str(one), names[one], (*cells, every), tuple(float(c.count or 0) for c in cells)))
    n = sum(counts.values())
    sums = [cell(sum(counts.get((one, other), 0) for one in raising), RAISED.narrowed(receiver=other)) for other in receiving]
    total = Row("all", "All", (*sums, cell(n, RAISED))) if n else None
    head = ("Raised by", *(f"With {names[which]}" for which in receiving), "All")
    says = raised_words(asked, n)
    if n > 1:
        says += f", by {_many(len(raising))} with {_many(len(receiving))}"
    return Figure("", "", head, tuple(rows), f"{says}.", n, total=total, unit="disagreements")


def _many(n: int) -> str:
    return "one agency" if n == 1 else f"{n} agencies"


def repeat_pairs(asked: Asked) -> Figure:
    """Two agencies between whom there was more than one, whichever of them raised it: in the order of their names."""
    counts = counts_by(asked, RAISED, "raiser", "receiver")
    names = naming.agencies({which for pair in counts for which in pair})
    order = {which: place for place, which in enumerate(names)}
    pairs = Counter[tuple[Any, Any]]()
    for (one, other), count in counts.items():
        if one in order and other in order:
            pairs[(one, other) if order[one] < order[other] else (other, one)] += count
    rows = []
    for one, other in sorted((pair for pair, count in pairs.items() if count > 1), key=lambda p: (order[p[0]], order[p[1]])):
        rows.append(
            row(f"{one}-{other}", f"{names[one]} and {names[other]}",
                cell(pairs[one, other], RAISED.narrowed(between=f"{one}-{other}")),
                cell(counts.get((one, other), 0), RAISED.narrowed(raiser=one, receiver=other)),
                cell(counts.get((other, one), 0), RAISED.narrowed(raiser=other, receiver=one)))
        )  # fmt: skip
    n, again = sum(counts.values()), len(rows)
    figure = Figure("", "", ("Between", "Disagreements", "Raised by the first", "Raised by the second"), tuple(rows),
                    f"{raised_words(asked, n)}.", n, unit="disagreements")  # fmt: skip
    more = {0: "No two agencies had more than one between them.", 1: "Between one pair of agencies there was more than one."}
    return (
        with_more_to_say(figure, more.get(again, f"Between {again} pairs of agencies there was more than one.")) if n else figure
    )


def silent_agencies(asked: Asked) -> Figure:
    """Every agency that takes part and has raised nothing in so many months, by name, beside what is expected of it."""
    months = silent_after_months()
    last = min(asked.period.last, partnership_selectors.today(asked.at))
    window = Period(_months_before(last, months), last)
    rows = [_silent(agency, window) for agency in _with_what_came(window) if not agency.came]
    n = len(rows)
    head = ("Agency", "Sector", "Size", "Expected in a year", "Received in that time", "Last raised one")
    every = Agency.objects.filter(active=True).count()
    since = f"in the {months} months to {periods.day_words(window.last)}"
    if not every:
        says = "No agency is entered in the directory."
    elif not n:
        says = (
            f"Every one of the {every} agencies raised at least one {since}."
            if every > 1
            else f"The one agency raised at least one {since}."
        )
    else:
        which = f"{n} of the {every} agencies" if n < every else f"None of the {every} agencies" if n > 1 else "The one agency"
        what = "any" if 1 < n == every else "none"
        says = f"{which} raised {what} {since}. That may mean that all is well, or that nobody says so."
    return Figure("", "", head, tuple(rows), says, n, fair=_fair(), unit="agencies")


def silent_after_months() -> int:
    """What the protocols say of it; the shortest, where several do."""
    found = [r.silent_after_months for v in partnership_selectors.versions_in_force() for r in v.protocol.reporting]
    return min((months for months in found if months), default=SILENT_AFTER_MONTHS)


def _with_what_came(window: Period) -> list[Any]:
    """The agencies by name, each with how many it raised and received in the time, and when it last raised one at all. Those
    raised together with others count for each of them; those settled by talking and logged, and those that go on in another's,
    do too: none of it is silence."""
    there = Counted.objects.all()
    within = Q(raised_on__gte=window.first, raised_on__lte=window.last)
    came = Counter[int]()
    for raisers, count in there.filter(within).values_list("raisers").annotate(count=Count("pk")).order_by():
        came.update(dict.fromkeys(raisers, count))
    received = dict(there.filter(within, merged=False).values_list("receiver").annotate(count=Count("pk")).order_by())
    last: dict[int, date] = {}
    for raisers, day in (
        there.filter(raised_on__lte=window.last).values_list("raisers").annotate(last=Max("raised_on")).order_by()
    ):
        for which in raisers:
            last[which] = max(day, last.get(which, day))
    expected = {one.agency_id: one for one in Expected.objects.all()}
    found: list[Any] = list(Agency.objects.filter(active=True))
    for agency in found:
        agency.came, agency.received = came[agency.pk], received.get(agency.pk, 0)
        agency.last, agency.expected = last.get(agency.pk), expected.get(agency.pk)
    return found


def _silent(agency: Any, window: Period) -> Row:
    expected: Expected | None = agency.expected
    a_year = "Not entered" if expected is None or expected.a_year is None else str(expected.a_year)
    size = expected.get_size_display() if expected and expected.size else "Not entered"
    last = "Never, as far as is recorded" if agency.last is None else periods.day_words(agency.last)
    received = Cohort("received").narrowed(receiver=agency.pk).within(window)
    cells = (Cell(agency.get_sector_display()), Cell(size), Cell(a_year), cell(agency.received, received), Cell(last))
    return Row(str(agency.pk), agency.name, cells)


def _fair() -> str:
    """What the protocols have recorded, and from where on the partnership hears of it: silence below that is no silence."""
    versions = partnership_selectors.versions_in_force()
    told = [_what_is_logged(v.protocol, title=v.protocol.title if len(versions) > 1 else "") for v in versions]
    says = "Agencies stand in the order of their names: a small agency that rarely meets others is not the same as a large one."
    return " ".join([*told, says])


def _what_is_logged(protocol: Protocol, *, title: str) -> str:
    word = capital(protocol.step_word)
    name = {s.key: f"{word} {s.number}" if s.number else s.name for s in protocol.stages}
    before = [name[s.key] for s in protocol.stages if not s.recorded]
    informed = next((name[s.key] for s in protocol.ladder if s.stance != Stance.NOT_TOLD), None)
    whose = f"Under {title}, " if title else ""
    first = f"{whose}{'what' if whose else 'What'} is raised here is recorded from {name[protocol.ladder[0].key]}."
    nothing = f" What is settled at {listed(before)} is not, unless somebody logs it." if before else ""
    hears = f" The partnership is told from {informed} on." if informed else " The partnership is told of none of it."
    return f"{first}{nothing}{hears}"


def _months_before(day: date, months: int) -> date:
    """The first day of so many months that end on a day."""
    after = date.fromordinal(day.toordinal() + 1)
    number = after.year * 12 + after.month - 1 - months
    year, month = divmod(number, 12)
    for last in range(after.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, after.day)
