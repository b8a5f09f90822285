"""Which disagreements are counted with another, as the two are one; must not know who counts them, or for whom."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from .models import ChronologyEntry
from .states import Kind, State


def counted_with_another() -> Q:
    """Of a list of disagreements: those that ended because they are the same as one that goes on. Whatever counts how many
    there are leaves them out, wherever it counts. By the chronology, which still says so when the other's record is gone."""
    one = {"partnership_id": OuterRef("partnership_id")}
    parted = ChronologyEntry.objects.filter(
        **one, disagreement=OuterRef("disagreement"), kind=Kind.PARTED, seq__gt=OuterRef("seq")
    )
    merged = ChronologyEntry.objects.filter(**one, disagreement=OuterRef("pk"), kind=Kind.MERGED)
    return Q(Exists(merged.filter(~Exists(parted))), state=State.WITHDRAWN)
