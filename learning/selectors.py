"""The reading side of learning: what waits to be taken up, items by what they are and whose they are; writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from escalation.models import Disagreement, Learning
from escalation.permissions import Viewer, visible_to

from .models import OPEN, Action, Item, Progress, Source

NOTHING_FURTHER = "none"
# Nobody looks through more than that, and none of it is counted further.
MOST_SHOWN = 500


class Show(StrEnum):
    """Which items a list shows."""

    OPEN = "open"
    ASK = "ask"
    DONE = "done"
    ALL = "all"


SHOW_WORDS = {
    Show.OPEN: "Being followed",
    Show.ASK: "To ask: did it change anything?",
    Show.DONE: "Done, or not to be done",
    Show.ALL: "All",
}


def to_take_up(viewer: Viewer, *, nothing_further: bool = False) -> QuerySet[Learning]:
    """What was recorded on disagreements that this person sees and is in no item, the newest first. What needs nothing
    further, as whoever recorded it said, is a list of its own."""
    taken = Source.objects.filter(learning=OuterRef("pk"))
    found = Learning.objects.filter(~Exists(taken), disagreement__in=Disagreement.objects.filter(visible_to(viewer)))
    found = found.filter(needs=NOTHING_FURTHER) if nothing_further else found.exclude(needs=NOTHING_FURTHER)
    # Of the row itself a list needs the reference and the two agencies.
    near = ("disagreement__raising_agency", "disagreement__receiving_agency", "disagreement__partnership")
    return found.select_related(*near).order_by("-pk")[:MOST_SHOWN]


def recorded(viewer: Viewer, numbers: list[int]) -> list[Learning]:
    """These records, as far as this person sees them and they are still there."""
    found = Learning.objects.filter(pk__in=numbers, disagreement__in=Disagreement.objects.filter(visible_to(viewer)))
    near = ("disagreement__raising_agency", "disagreement__receiving_agency", "disagreement__partnership")
    return list(found.select_related(*near).order_by("-pk"))


def shown(which: Show, *, day: date) -> Q:
    asking = Q(progress=Progress.DONE, ask_on__lte=day)
    return {
        Show.OPEN: Q(progress__in=OPEN),
        Show.ASK: asking,
        Show.DONE: ~Q(progress__in=OPEN),
        Show.ALL: Q(),
    }[which]


def items(which: Show = Show.ALL, *, day: date, sub_group: str = "", theme: str = "") -> QuerySet[Item]:
    """Newest first. `theme`: a key of the protocol's, or a word of the office's own."""
    found = Item.objects.filter(shown(which, day=day))
    if sub_group:
        found = found.filter(sub_group=sub_group)
    if theme:
        found = found.filter(Q(category=theme) | Q(themes__contains=[theme]))
    still = Q(actions__progress__in=OPEN)
    return found.annotate(actions_open=Count("actions", filter=still)).order_by("-made_at", "-pk")


def counted(*, day: date) -> dict[Show, int]:
    """How many there are of each, in one question."""
    asked = {which.name: Count("pk", filter=shown(which, day=day)) for which in (Show.OPEN, Show.ASK, Show.DONE)}
    counts = Item.objects.aggregate(**asked, ALL=Count("pk"))
    return {which: counts[which.name] for which in Show}


def actions_due(*, by: date) -> QuerySet[Action]:
    """Those that nobody has finished, due by a day, the soonest first."""
    found = Action.objects.filter(progress__in=OPEN, due__lte=by).select_related("item", "owner", "owner_agency")
    return found.order_by("due", "pk")


@dataclass(frozen=True)
class From:
    """From what an item was learned: the records that this person still sees, and how many are gone."""

    records: list[Learning]
    gone: int


def learned_from(item: Item, viewer: Viewer) -> From:
    numbers = list(Source.objects.filter(item=item).values_list("learning", flat=True))
    there = recorded(viewer, numbers) if numbers else []
    return From(there, len(numbers) - len(there))
