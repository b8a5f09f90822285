"""Whose systems are told, and what each was told and answered; must not know what a disagreement is about."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from partnerships.models import Agency, User
from partnerships.scope import ScopedModel, same_partnership_key


class WebhookEndpoint(ScopedModel):
    """An address outside that is told. `agency`: of whose disagreements alone; nobody's: of all. The secrets are sealed, as
    they have to be read again to sign. `failing_since`: the first failure after which nothing arrived any more."""

    name = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    agency = same_partnership_key(Agency, related_name="+", null=True)
    secret_sealed = models.CharField(max_length=300)
    secret_made_at = models.DateTimeField()
    former_sealed = models.CharField(max_length=300, blank=True)
    former_until = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    switched_off_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(ScopedModel):
    """One thing that one endpoint is told, until it has taken it. It points at no record, so that it keeps none from being
    destroyed, and it goes after thirty days. `seq`: of the chronology entry; none: a test."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        TAKEN = "taken", "Delivered"
        HELD = "held", "Kept inside"
        GAVE_UP = "gave_up", "Not delivered"

    endpoint = same_partnership_key(WebhookEndpoint, related_name="deliveries")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    seq = models.BigIntegerField(null=True)
    event = models.CharField(max_length=60)
    reference = models.CharField(max_length=40, blank=True)
    happened_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    next_attempt_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    milliseconds = models.PositiveIntegerField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    # The first words of the answer to a test: for whoever sets the other end up. Of no other delivery.
    said = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "seq"], name="webhook_told_once")]
        indexes = [
            models.Index(
                fields=["partnership", "next_attempt_at"], name="webhook_to_send", condition=Q(state__in=["waiting", "sending"])
            ),
            models.Index(fields=["partnership", "endpoint", "-id"], name="webhook_newest_first"),
        ]
        verbose_name_plural = "webhook deliveries"

    def __str__(self) -> str:
        return f"{self.event} {self.reference}".strip()

    @property
    def message_id(self) -> str:
        """The same at every attempt and every replay, so that the other end knows it again."""
        return f"msg_{self.key.hex}"
