"""What is to be told to whom and whether it arrived; must not know what a disagreement is about."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from escalation.models import ChronologyEntry, Disagreement
from partnerships.models import User
from partnerships.scope import ScopedModel, same_partnership_key

from .webhooks.models import WebhookDelivery, WebhookEndpoint

__all__ = [
    "AnnounceCursor", "CalendarFeed", "Message", "Notice", "SetAside", "WebhookDelivery", "WebhookEndpoint", "Wish",
]  # fmt: skip


class AnnounceCursor(ScopedModel):
    """How far the partnership's chronology has been turned into notices. `seq` is in order of commitment, so a cursor over
    it misses nothing; it is locked while it moves, so nothing is announced twice."""

    seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership"], name="one_cursor_per_partnership")]

    def __str__(self) -> str:
        return str(self.seq)


class SetAside(ScopedModel):
    """An entry that could not be turned into notices. The cursor goes past it, so that it blocks nobody else; it is tried
    again, ever more rarely and without end, so that it is told as soon as whatever was wrong has been put right."""

    entry = same_partnership_key(ChronologyEntry, related_name="+")
    attempts = models.PositiveIntegerField(default=1)
    retry_at = models.DateTimeField()
    problem = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry"], name="set_aside_once")]
        indexes = [models.Index(fields=["partnership", "retry_at"], name="set_aside_to_retry")]

    def __str__(self) -> str:
        return f"entry {self.entry_id}: {self.problem}"


class Message(ScopedModel):
    """One e-mail to one person. It owns the Message-ID, so that a second attempt is recognisably the same e-mail."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting to be sent"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        HELD = "held", "Kept inside: training mode"
        GAVE_UP = "gave_up", "Could not be sent"

    message_id = models.CharField(max_length=200, unique=True)
    to_name = models.CharField(max_length=200)
    to_email = models.EmailField()
    to_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["partnership", "next_attempt_at"],
                name="message_to_send",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(fields=["partnership", "-created_at", "-id"], name="mailbox_newest_first"),
        ]

    def __str__(self) -> str:
        return self.message_id


class Notice(ScopedModel):
    """Why somebody is written to: unique for entry, recipient and template. Many notices may share one message."""

    entry = same_partnership_key(ChronologyEntry, related_name="+")
    disagreement = same_partnership_key(Disagreement, related_name="notices")
    template = models.CharField(max_length=40)
    rules = models.JSONField(default=list)
    role = models.CharField(max_length=40)
    email = models.EmailField()
    message = same_partnership_key(Message, related_name="notices", null=True)
    # Held for whoever wishes for one e-mail a morning: for whom, and until which morning (mornings.py).
    held_for = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    held_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "email", "template"], name="notice_once"),
            models.CheckConstraint(
                condition=Q(held_for=None, held_until=None) | Q(held_for__isnull=False, held_until__isnull=False),
                name="held_for_somebody_until_then",
            ),
        ]
        indexes = [
            models.Index(
                fields=["partnership", "held_until"],
                name="notice_held",
                condition=Q(message=None, held_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} to {self.role}"


class Wish(ScopedModel):
    """How somebody wishes to be told here of what is only for them to know (wishes.py). Without a row: at once."""

    class How(models.TextChoices):
        AT_ONCE = "at_once", _("At once")
        MORNINGS = "mornings", _("In one e-mail each working morning, at 8am")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=How, default=How.AT_ONCE)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "user"], name="one_wish_each")]
        verbose_name_plural = "wishes"

    def __str__(self) -> str:
        return str(self.get_how_display())


class CalendarFeed(ScopedModel):
    """A person's dates in one partnership, for a calendar program. Whoever has the secret of its address reads them, so
    only its digest is kept. A new address takes the place of the old one; an ended one leaves no row."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    watching = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "user"], name="one_calendar_feed_each")]

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
