"""With which partnerships this one shares numbers, and the numbers that it shares: counts by kind of step of years that are over.

Each partnership writes its own agreement and its own counts, inside the wall. What another has agreed to show is told by a
function of the database (migrations/0002_comparison.py), and only where both have agreed. No word, no name and no small count
is among it: a check holds what may be written down to a number, "fewer than" one, or that it is not shown."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from partnerships.models import Partnership, User
from partnerships.protocol_terms import StageKind
from partnerships.scope import ScopedModel

# All that were raised, whichever step they reached.
EVERY = "all"
KINDS = (EVERY, *(kind.value for kind in StageKind))
SHOWN = r"^([0-9]{1,9}|fewer than [0-9]{1,2}|not shown)$"


class ComparisonAgreement(ScopedModel):
    """That this partnership shows its numbers to another, from when it agreed until it took that back."""

    other = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "other"], condition=Q(ended_at=None), name="agreed_to_compare_once"),
        ]

    def __str__(self) -> str:
        return f"Compared with {self.other_id}"


class ComparisonCount(ScopedModel):
    """How many were raised in a financial year (`year` is that in which it begins) and reached this kind of step at most."""

    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    shown = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "year", "kind"], name="compared_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="compared_by_kind_of_step"),
            models.CheckConstraint(condition=Q(shown__regex=SHOWN), name="compared_by_numbers_alone"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.kind}: {self.shown}"
