"""Who was let to one disagreement beside the partnership's own members, who read it, and the files that lie with it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from partnerships.models import Agency, Partnership, User
from partnerships.scope import ScopedModel, same_partnership_key

from .disagreement import Disagreement


class Invitation(ScopedModel):
    """The way in for one address to one disagreement: somebody named on a form who is no member of the partnership.

    `key` is in the link that the e-mail carries. The link alone shows nothing: it leads to a code, sent to this address
    and typed by a person. `user` is set as soon as the address may come in; where it is of none of the agency's own
    domains, only once the partnership office has let it in."""

    class State(models.TextChoices):
        HELD = "held", "Waits for the partnership office"
        ADMITTED = "admitted", "May come in"
        REFUSED = "refused", "Not let in"
        REMOVED = "removed", "Taken away again"

    disagreement = same_partnership_key(Disagreement, related_name="invitations")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    agency = same_partnership_key(Agency, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    invited_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    first_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "key"], name="invitation_key_once"),
            models.UniqueConstraint(
                "disagreement",
                Lower("email"),
                condition=Q(state__in=["held", "admitted"]),
                name="one_open_invitation_per_address",
            ),
        ]
        ordering = ["invited_at", "id"]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"


class Reading(ScopedModel):
    """That somebody read something. Not in the chain, or every look would wait for its lock; only added to all the same.

    `what` says which kind of reading; `about` ids, counts and the names of filters, never what was typed into them."""

    class What(models.TextChoices):
        DISAGREEMENT = "disagreement", "A disagreement"
        TRACKER = "tracker", "The tracker"
        SEARCH = "search", "A search"
        EXPORT = "export", "An export"
        FILE = "file", "A file"
        PACK = "pack", "A disclosure pack"
        COPY = "copy", "A copy for the child's file"
        READERS = "readers", "The log of reading"

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    what = models.CharField(max_length=14, choices=What)
    disagreement = same_partnership_key(Disagreement, null=True, related_name="readings")
    # Where from: the address of the network, and whether by a page or by a program with a token.
    address = models.GenericIPAddressField(null=True)
    by_program = models.BooleanField(default=False)
    about = models.JSONField(default=dict)

    class Meta:
        db_table_comment = "append-only: who read what, and when"
        indexes = [
            models.Index(fields=["partnership", "at"], name="reading_in_time"),
            models.Index(fields=["disagreement", "at"], name="reading_of_disagreement"),
            models.Index(fields=["by", "at"], name="reading_by_person"),
        ]
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"Reading {self.pk}"


class Attachment(ScopedModel):
    """A file that lies with a disagreement. What is in it stands outside the web root, under a name of ours."""

    class State(models.TextChoices):
        WAITING = "waiting", "Being checked for viruses"
        CLEAN = "clean", "Can be opened"
        REFUSED = "refused", "Not kept: a virus was found"
        REMOVED = "removed", "Taken away"

    disagreement = same_partnership_key(Disagreement, related_name="attachments")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "key"], name="attachment_key_once")]
        ordering = ["added_at", "id"]

    def __str__(self) -> str:
        return f"File {self.pk}"


class SharedAcross(ScopedModel):
    """In the partnership that owns the record: people of another partnership were brought in, as guests of this one."""

    disagreement = same_partnership_key(Disagreement, related_name="shared_across")
    other = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    shared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["disagreement", "other"], name="shared_across_once")]

    def __str__(self) -> str:
        return f"Shared across {self.pk}"


class ElsewhereMarker(ScopedModel):
    """In the other partnership: that one owned elsewhere concerns it too. It has no content: a reference, a state, days.
    Written by a task in this partnership's own scope, and counted once in its tracker, marked."""

    owner = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=30)
    state = models.CharField(max_length=24)
    raised_on = models.DateField()
    ended_on = models.DateField(null=True)
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "owner", "reference"], name="marked_elsewhere_once")]

    def __str__(self) -> str:
        return f"{self.reference} of {self.owner}"
