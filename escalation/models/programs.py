"""What programs sent, so that sending the same twice does it once; must not know what was in it."""

from __future__ import annotations

from django.db import models

from partnerships.models import User
from partnerships.scope import ScopedModel


class SentOnce(ScopedModel):
    """That one person's program did something under one idempotency key, kept for two days.

    Neither the key nor what was sent stands here: `key` and `sent` are keyed digests. `answer` holds what the answer is
    built anew of: a verb, a reference, the number of an entry. No word of anybody's."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64, editable=False)
    sent = models.CharField(max_length=64, editable=False)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "user", "key"], name="sent_under_one_key_once")]
        indexes = [models.Index(fields=["partnership", "at"], name="sent_long_ago")]

    def __str__(self) -> str:
        return f"{self.status} at {self.at}"
