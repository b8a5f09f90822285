"""Definitions that a partnership offers to the others. Not scoped: what is shared is meant to be read by all of them.

Holds rules alone: no contact, no agency and nobody's name, only which partnership offers it (editor/sharing.py)."""

from __future__ import annotations

from django.db import models

from .protocol import MAIN, Protocol


class SharedDefinition(models.Model):
    """One version of one partnership's protocol, as it was when it was shared. A trigger lets the sharer alone write it,
    never change it, and take the offer back; the row stays, because drafts elsewhere say that they came from it."""

    sharer = models.ForeignKey("partnerships.Partnership", on_delete=models.PROTECT, related_name="+")
    shared_by = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    line = models.CharField(max_length=40, default=MAIN)
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    digest = models.CharField(max_length=64, db_index=True)
    shared_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["shared_by", "name", "-shared_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sharer", "line", "number"], condition=models.Q(withdrawn_at=None), name="version_shared_once"
            )
        ]

    def __str__(self) -> str:
        return f"“{self.name}” as shared by {self.shared_by}"[:200]

    @property
    def protocol(self) -> Protocol:
        return Protocol.model_validate(self.definition)
