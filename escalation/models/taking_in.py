"""What the office takes in from the tracker that it kept before: the file while it is looked at, each taking in, and from which
row each disagreement came. It holds no rule."""

from __future__ import annotations

from django.db import models

from partnerships.models import User
from partnerships.scope import ScopedModel, same_partnership_key

from .disagreement import Disagreement


class TrackerUpload(ScopedModel):
    """The rows of a file, until somebody has looked at what would be made of them: for a day at most.

    `rows`: the number of each row and its cells. `head`: which row the headings are in. `columns`: for each column by its place,
    what it holds (taking_in/columns.py). `choices`: what the office answered, by question. `lost`: cells whose value the file
    does not hold, as `[row, column]`."""

    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    lost = models.JSONField(default=list)
    head = models.PositiveIntegerField(default=0)
    columns = models.JSONField(default=dict)
    choices = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"Upload {self.pk}"


class TakingIn(ScopedModel):
    """One file that was taken in, whole or in part. What was undone stays in the list, without a word of it."""

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "takings in"

    def __str__(self) -> str:
        return f"Taking in {self.pk}"


class TakenIn(ScopedModel):
    """From which row of which file one disagreement came. `old_reference` is the tracker's own, as it was written; `same` what it
    is recognised by when the same row comes again: the old reference, or where there is none a digest of the whole row."""

    taking = same_partnership_key(TakingIn, related_name="rows")
    disagreement = same_partnership_key(Disagreement, related_name="came_from")
    row = models.PositiveIntegerField()
    old_reference = models.CharField(max_length=60, blank=True)
    same = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "disagreement"], name="taken_in_from_one_row"),
            models.UniqueConstraint(fields=["partnership", "same"], name="taken_in_once"),
        ]
        ordering = ["row"]
        verbose_name_plural = "taken in"

    def __str__(self) -> str:
        return f"Row {self.row}"
