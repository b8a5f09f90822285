"""What the office keeps of its tracker: views that were saved, and which one somebody's tracker opens with."""

from __future__ import annotations

import uuid

from django.db import models

from partnerships.models import User
from partnerships.scope import ScopedModel


class SavedView(ScopedModel):
    """A name for columns in their order, filters and the order of rows. `filters` is what stands in an address: for each
    name its values. It holds no word about a disagreement: words that are searched for are never saved."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=60)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    shared = models.BooleanField(default=False)
    columns = models.JSONField(default=list)
    filters = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "made_by", "name"], name="own_views_by_name")]
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class OpensWith(ScopedModel):
    """The view with which somebody's tracker opens: the key of a saved one, or of one that is always there."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    view = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "user"], name="one_view_to_open_with")]
        verbose_name_plural = "opens with"

    def __str__(self) -> str:
        return self.view
