"""What a partnership has arranged beside its protocol: who sees, how long it is kept, what is published. Knows no disagreement.

One row a partnership; until somebody saves it, the defaults below hold."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from .scope import ScopedModel, once_per_scope

MOST_MEGABYTES = 25


class KeptFrom(models.TextChoices):
    """From when the years of the retention rule are counted."""

    ENDED = "ended", "The day on which the disagreement ended"
    LAST_ENTRY = "last_entry", "The day of the last thing that happened to it"


class Arrangements(ScopedModel):
    """`older_after_days`: days after its end from which reading it asks for fresh proof. `guest_days`: days after its end
    for which somebody who was invited to it alone still sees it. `keep_years` empty: no rule yet, so nothing is proposed
    for destruction. `suppress_below`: in what is meant for publication, counts from 1 up to this are not shown."""

    agency_sees = models.BooleanField(default=False)
    older_after_days = models.PositiveSmallIntegerField(default=90)
    guest_days = models.PositiveSmallIntegerField(default=30)
    child_reference_label = models.CharField(max_length=100, blank=True)
    child_reference_hint = models.CharField(max_length=200, blank=True)
    controller = models.TextField(blank=True, max_length=4000)
    privacy_notice = models.TextField(blank=True, max_length=20000)
    privacy_contact = models.CharField(max_length=300, blank=True)
    keep_years = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    kept_from = models.CharField(max_length=12, choices=KeptFrom, default=KeptFrom.ENDED)
    suppress_below = models.PositiveSmallIntegerField(default=5, validators=[MaxValueValidator(20)])
    attachments = models.BooleanField(default=False)
    attachment_megabytes = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(MOST_MEGABYTES)]
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership"], name="arrangements_once")]

    def __str__(self) -> str:
        return "Arrangements"


def arrangements() -> Arrangements:
    """Those of the partnership in scope, read once; a row that is not stored yet where nobody has changed anything."""
    return once_per_scope("arrangements", lambda: Arrangements.objects.first() or Arrangements())
