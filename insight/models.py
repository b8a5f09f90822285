"""What is kept beside each disagreement so that figures are quick: worked out from the record alone, and made again at any time.

Nothing is written here that the record does not say. Durations are not kept: they are counted when asked for, by the days off
that are known then (working_time.py)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models

from escalation.models import Disagreement
from partnerships.models import Agency
from partnerships.scope import ScopedModel, same_partnership_key

from .agreements import ComparisonAgreement, ComparisonCount  # noqa: F401  (Django looks for models here)


class Route(models.TextChoices):
    """How it came to stand where it did; each is on one route."""

    LADDER = "ladder", "Step by step"
    DIRECT = "direct", "Straight to a higher step"
    THIRD_PARTY = "third_party", "Recorded for two other agencies"
    GROUP = "group", "Raised by several together"


class Ending(models.TextChoices):
    """How it stands. One that was opened again stands as it does now."""

    OPEN = "open", "Being worked on"
    AWAITING = "awaiting", "Agreed, to be confirmed in writing"
    AGREED = "agreed", "The two sides agreed"
    DECIDED = "decided", "It was decided for them"
    SETTLED = "settled", "Settled by talking"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REFERRED = "referred", "Referred elsewhere"


class Counted(ScopedModel):
    """One disagreement as it is counted. Its number is the disagreement's own, so that what is beside it needs no other key.

    `informal`: settled by talking, and only logged. `merged`: the same as another, which is counted instead. `child` is a
    digest that says no more than that two disagreements give the same reference for the child."""

    disagreement = same_partnership_key(Disagreement, related_name="+")
    seq = models.BigIntegerField()
    line = models.CharField(max_length=40)
    informal = models.BooleanField(default=False)
    merged = models.BooleanField(default=False)
    raised_at = models.DateTimeField()
    raised_on = models.DateField()
    raiser = same_partnership_key(Agency, null=True, related_name="+")
    raisers = ArrayField(models.BigIntegerField(), default=list)
    receiver = same_partnership_key(Agency, null=True, related_name="+")
    category = models.CharField(max_length=40, blank=True)
    common = models.CharField(max_length=20, blank=True)
    child_status = models.CharField(max_length=40, blank=True)
    child = models.CharField(max_length=64, blank=True)
    route = models.CharField(max_length=12, choices=Route, default=Route.LADDER)
    direct = models.BooleanField(default=False)
    stage_reached = models.CharField(max_length=40, blank=True)
    kind_reached = models.CharField(max_length=20, blank=True)
    ending = models.CharField(max_length=10, choices=Ending, default=Ending.OPEN)
    answered_at = models.DateTimeField(null=True)
    answered_on = models.DateField(null=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_on = models.DateField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)
    told = models.BooleanField(default=False)
    satisfied = models.CharField(max_length=3, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    actions = models.PositiveSmallIntegerField(default=0)
    actions_open = ArrayField(models.DateField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "disagreement"], name="counted_once")]
        indexes = [
            # With all by which a page of figures counts those raised (sharing.py): no row is read for it.
            models.Index(
                fields=["partnership", "raised_on"],
                include=[
                    *("informal", "merged", "line", "stage_reached", "kind_reached", "route", "direct", "category", "common"),
                    *("child_status", "raiser", "receiver", "ending"),
                ],
                name="counted_by_raised_whole",
            ),
            models.Index(fields=["partnership", "ended_on"], name="counted_by_ended"),
            models.Index(fields=["partnership", "resolved_on"], name="counted_by_resolved"),
        ]
        verbose_name_plural = "counted"

    def __str__(self) -> str:
        return f"Counted {self.pk}"


class CountedStep(ScopedModel):
    """One stay on one step of the ladder, from when it opened until it was left, or it ended there."""

    counted = same_partnership_key(Counted, related_name="steps")
    stage = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    opened_on = models.DateField()
    left_at = models.DateTimeField(null=True)
    left_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["partnership", "counted"], name="counted_steps")]

    def __str__(self) -> str:
        return f"{self.stage} of {self.counted_id}"


class CountedTimescale(ScopedModel):
    """One timescale that ran. `own_due_at` is when the protocol's own time was up, pauses taken into account; `due_at` the
    same, or the later or earlier date that a person set with a reason (`varied`)."""

    counted = same_partnership_key(Counted, related_name="timescales")
    time_limit = models.CharField(max_length=40)
    stage = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    purpose = models.CharField(max_length=200)
    strength = models.CharField(max_length=12)
    starts_at = models.DateTimeField()
    own_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    varied = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["partnership", "counted"], name="counted_timescales")]

    def __str__(self) -> str:
        return f"{self.label} of {self.counted_id}"


class CountingCursor(ScopedModel):
    """How far the partnership's chronology has been counted. `building`: the disagreement up to which everything is being
    counted anew, or nothing. `recipe`: by which rules, so that a change of them counts everything anew."""

    seq = models.BigIntegerField(default=0)
    building = models.BigIntegerField(null=True, default=0)
    recipe = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership"], name="one_counting_cursor")]

    def __str__(self) -> str:
        return str(self.seq)


class Expected(ScopedModel):
    """What the office says of one agency, so that its silence is read fairly: how large it is, and how many disagreements it
    would expect it to raise in a year."""

    class Size(models.TextChoices):
        SMALL = "small", "Fewer than 50 people who work with children"
        MIDDLE = "middle", "50 to 249 people who work with children"
        LARGE = "large", "250 people or more who work with children"

    agency = same_partnership_key(Agency, related_name="+")
    size = models.CharField(max_length=6, choices=Size, blank=True)
    a_year = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(999)])
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "agency"], name="expected_once")]
        verbose_name_plural = "expected"

    def __str__(self) -> str:
        return f"Expected of {self.agency_id}"
