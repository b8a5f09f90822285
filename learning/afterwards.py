"""What was raised before and after something was done about it, of the same theme or between the same two agencies.

The same number of months on both sides. It shows what came after, not what came of it: the page says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from insight import counting
from insight.behind import counted
from insight.cohorts import Cohort
from insight.figure import Period

from .briefing import category_line, category_name
from .models import Item
from .months import later, whole_months_since

MOST_MONTHS = 12


@dataclass(frozen=True)
class Later:
    """`counted`: what is counted, in words. The keys are those under which the disagreements behind a number are listed
    (insight/behind.py)."""

    counted: str
    months: int
    before: Period
    after: Period
    raised_before: int
    raised_after: int
    before_key: str
    after_key: str

    @property
    def before_query(self) -> str:
        return urlencode({"key": self.before_key})

    @property
    def after_query(self) -> str:
        return urlencode({"key": self.after_key})

    @property
    def says(self) -> str:
        span = "the month" if self.months == 1 else f"the {self.months} months"
        return f"{self.raised_before} raised in {span} before it was done, {self.raised_after} in {span} after."


def later_figures(item: Item, *, day: date) -> Later | None:
    """Nothing where nothing is done yet, where a month has not gone by, or where the item is about no theme and no pair."""
    if item.done_on is None or not (item.category or item.raising_agency_id):
        return None
    months = min(whole_months_since(item.done_on, day), MOST_MONTHS)
    if months < 1:
        return None
    after = Period(item.done_on + timedelta(days=1), later(item.done_on, months=months))
    before = Period(later(item.done_on, months=-months) + timedelta(days=1), item.done_on)
    counting.catch_up()
    cohort = _cohort(item)
    keys = (cohort.within(before).key, cohort.within(after).key)
    return Later(_words(item), months, before, after, counted(cohort, before), counted(cohort, after), *keys)


def _words(item: Item) -> str:
    said = [f"about “{category_name(item.category)}”"] if item.category else []
    if item.raising_agency and item.receiving_agency:
        said.append(f"raised by {item.raising_agency.name} with {item.receiving_agency.name}")
    return ", ".join(said)


def _cohort(item: Item) -> Cohort:
    cohort = Cohort("raised")
    if item.raising_agency_id and item.receiving_agency_id:
        cohort = cohort.narrowed(raiser=item.raising_agency_id, receiver=item.receiving_agency_id)
    return cohort.narrowed(category=f"{category_line(item.category)}:{item.category}") if item.category else cohort
