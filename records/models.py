"""Legal holds, reviews before destruction, certificates, the anonymous rows that stay, and disclosure packs."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from escalation.models import Disagreement
from partnerships.models import User
from partnerships.scope import ScopedModel, same_partnership_key


class LegalHold(ScopedModel):
    """While one is not lifted, nothing of the disagreement may be destroyed, whatever the retention rule says."""

    disagreement = same_partnership_key(Disagreement, related_name="holds")
    reason = models.TextField(max_length=2000)
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["disagreement"], condition=Q(lifted_at=None), name="one_legal_hold_at_a_time")
        ]
        ordering = ["-placed_at"]

    def __str__(self) -> str:
        return f"Legal hold {self.pk}"


class RetentionReview(ScopedModel):
    """A named person looked at a disagreement whose time is up: destroy it, or keep it until a day, and why."""

    class Decision(models.TextChoices):
        DESTROY = "destroy", "Destroy it"
        KEEP = "keep", "Keep it until a day"

    disagreement = same_partnership_key(Disagreement, related_name="retention_reviews")
    decision = models.CharField(max_length=8, choices=Decision)
    reason = models.TextField(max_length=2000)
    keep_until = models.DateField(null=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(decision="destroy") | Q(keep_until__isnull=False), name="kept_until_a_day")
        ]
        ordering = ["-reviewed_at"]

    def __str__(self) -> str:
        return f"Review {self.pk}"


class DestructionCertificate(ScopedModel):
    """That what was written about one disagreement is gone: by whose word, under which rule, when, and how much of what."""

    number = models.UUIDField(default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=30)
    disagreement = same_partnership_key(Disagreement, null=True, related_name="+")
    rule = models.CharField(max_length=300)
    destroyed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    destroyed_at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    chain_seq = models.BigIntegerField()
    chain_hash = models.CharField(max_length=64)

    class Meta:
        db_table_comment = "append-only: certificates of destruction"
        ordering = ["-destroyed_at"]

    def __str__(self) -> str:
        return f"Certificate {self.number}"


# How such a row says that it ended which was the same as one that went on: no number holds it a second time.
WITH_ANOTHER = "with_another"


class StatisticalRow(ScopedModel):
    """What stays of a destroyed disagreement: numbers and the common lists' values, no reference, no person, no exact day."""

    raised_quarter = models.CharField(max_length=7)
    raising_sector = models.CharField(max_length=20)
    receiving_sector = models.CharField(max_length=20)
    category = models.CharField(max_length=40, blank=True)
    highest_stage_kind = models.CharField(max_length=20, blank=True)
    ended_as = models.CharField(max_length=24)
    working_days_to_end = models.PositiveIntegerField(null=True)
    timescales_passed = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["raised_quarter", "id"]

    def __str__(self) -> str:
        return f"Row {self.pk}"


class Disclosure(ScopedModel):
    """A readable copy being prepared for somebody outside: a subject's own data, or an order. Redactions carry reasons.

    `redactions`: {"part", "why"} for a part left out, {"phrase", "why"} for words to black out everywhere, and
    {"readings": True} where the log of reading is given too. The whole row goes when the record is destroyed."""

    class Ground(models.TextChoices):
        SUBJECT_ACCESS = "subject_access", "A person’s own data (subject access)"
        COURT = "court", "An order of a court"
        REVIEW = "review", "A safeguarding practice review"
        OTHER = "other", "Another lawful ground"

    disagreement = same_partnership_key(Disagreement, related_name="disclosures")
    ground = models.CharField(max_length=16, choices=Ground)
    for_whom = models.CharField(max_length=200)
    redactions = models.JSONField(default=list)
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-begun_at"]

    def __str__(self) -> str:
        return f"Disclosure {self.pk}"
