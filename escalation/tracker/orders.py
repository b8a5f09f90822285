"""In which orders the tracker is read, each by one value that is never empty and then by number, so that a page is found by
its key; knows no page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import DateTimeField, F
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from ..models.disagreement import LONG_AGO, NEVER


class Order(StrEnum):
    DUE = "due"
    NEWEST = "newest"
    OLDEST = "oldest"
    CHANGED = "changed"
    ENDED = "ended"


@dataclass(frozen=True)
class InOrder:
    """`by` is what the rows are put in order by: an expression for which there is an index (models/disagreement.py)."""

    words: str
    by: Combinable
    rising: bool


ORDERS: dict[Order, InOrder] = {
    Order.DUE: InOrder("Soonest due first", Coalesce("next_due", NEVER, output_field=DateTimeField()), rising=True),
    Order.NEWEST: InOrder("Newest first", F("raised_at"), rising=False),
    Order.OLDEST: InOrder("Oldest first", F("raised_at"), rising=True),
    Order.CHANGED: InOrder("Last changed first", F("changed_at"), rising=False),
    Order.ENDED: InOrder("Last ended first", Coalesce("ended_at", LONG_AGO, output_field=DateTimeField()), rising=False),
}
Key = tuple[datetime, int]
