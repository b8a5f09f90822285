"""The record that is only added to, the words it vouches for, and the running clocks."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from partnerships.models import User
from partnerships.protocol_terms import Side, Strength
from partnerships.scope import ScopedModel, same_partnership_key
from partnerships.working_days import Unit

from ..states import Kind, State
from .disagreement import Disagreement


class ChronologyWords(ScopedModel):
    """The words of one entry, apart from it, so that they can be lawfully destroyed and the chain still verifies."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    salt = models.BinaryField(max_length=32)
    text = models.TextField()

    def __str__(self) -> str:
        return str(self.id)


class ChronologyEntry(ScopedModel):
    """One thing that happened. Numbered and chained by a trigger; never changed, never removed.

    `seq` counts within the partnership in the order of commitment. `data` holds ids and enumerated values only.
    """

    disagreement = same_partnership_key(Disagreement, related_name="chronology")
    seq = models.BigIntegerField(editable=False)
    kind = models.CharField(max_length=30, choices=[(k.value, k.value) for k in Kind])
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=24, choices=[(s.value, s.value) for s in State])
    stage = models.CharField(max_length=40, blank=True)
    tier = models.PositiveSmallIntegerField()
    data = models.JSONField(default=dict)
    words_id = models.UUIDField(null=True)
    words_digest = models.BinaryField(null=True, editable=False)
    recipe = models.PositiveSmallIntegerField(default=1)
    previous_hash = models.BinaryField(null=True, editable=False)
    hash = models.BinaryField(editable=False)

    class Meta:
        db_table_comment = "append-only: rows are added, chained by a trigger, and never changed or removed"
        constraints = [models.UniqueConstraint(fields=["partnership", "seq"], name="chronology_seq_once")]
        indexes = [models.Index(fields=["disagreement", "seq"], name="chronology_of_disagreement")]
        ordering = ["seq"]
        verbose_name_plural = "chronology entries"

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class Deadline(ScopedModel):
    """One clock started for one disagreement under one time limit. `due_at` is the stored instant from which it is
    passed: 00:00 London after the last day. `pauses`: from when until when it stood still, so that it can be counted again."""

    disagreement = same_partnership_key(Disagreement, related_name="deadlines")
    time_limit = models.CharField(max_length=40)
    stage = models.CharField(max_length=40)
    label = models.CharField(max_length=200)
    purpose = models.CharField(max_length=200)
    amount = models.PositiveIntegerField(null=True)
    unit = models.CharField(max_length=20, choices=[(u.value, u.value) for u in Unit])
    strength = models.CharField(max_length=12, choices=[(s.value, s.value) for s in Strength])
    held_by = models.CharField(max_length=12, choices=[(s.value, s.value) for s in Side])
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField()
    shortened = models.BooleanField(default=False)
    varied = models.BooleanField(default=False)
    pauses = models.JSONField(default=list)
    near_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    passed_noted_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["partnership", "due_at"],
                name="deadline_to_note_passed",
                condition=Q(stopped_at=None, passed_noted_at=None, paused_at=None),
            ),
            models.Index(
                fields=["partnership", "near_at"],
                name="deadline_to_note_near",
                condition=Q(stopped_at=None, near_at__isnull=False, paused_at=None),
            ),
            models.Index(fields=["disagreement", "due_at"], name="deadline_of_disagreement"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["disagreement", "time_limit"],
                condition=Q(stopped_at=None, passed_noted_at=None),
                name="one_running_clock_per_limit",
            )
        ]
        ordering = ["due_at", "id"]

    def __str__(self) -> str:
        return f"{self.label}: {self.purpose}"


class ChainEndPublished(models.Model):
    """That the ends of all chains were given to somebody else to keep on this day, in this way: once, whoever did it."""

    class Way(models.TextChoices):
        FILE = "file", "In a file"
        MAIL = "mail", "By e-mail"

    day = models.DateField()
    way = models.CharField(max_length=4, choices=Way)
    at = models.DateTimeField()

    class Meta:
        db_table_comment = "append-only: on which days the ends of the chains were published"
        constraints = [models.UniqueConstraint(fields=["day", "way"], name="chain_ends_once_a_day")]
        verbose_name_plural = "chain ends published"

    def __str__(self) -> str:
        return f"{self.day} {self.way}"
