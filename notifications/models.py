"""What is to be told to whom and whether it arrived; must not know what a disagreement is about."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from escalation.models import ChronologyEntry, Disagreement
from mailing.outgoing import Wrong
from partnerships.models import User
from partnerships.scope import ScopedModel, same_partnership_key

from .returned.models import NotifyReceipts, ReportsMailbox, StoppedAddress, Why
from .webhooks.models import WebhookDelivery, WebhookEndpoint

__all__ = [
    "AnnounceCursor", "CalendarFeed", "MailWay", "Message", "Notice", "NotifyReceipts", "ReportsMailbox", "SetAside",
    "StoppedAddress", "WebhookDelivery", "WebhookEndpoint", "Why", "Wish",
]  # fmt: skip


WENT_WRONG = [
    (Wrong.AWAY.value, "Nobody answered there"),
    (Wrong.BUSY.value, "We were asked to come back later"),
    (Wrong.OURS.value, "Our own settings were not accepted"),
    (Wrong.ADDRESS.value, "The address was refused"),
    (Wrong.MESSAGE.value, "The e-mail was refused"),
]


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
        RETURNED = "returned", "Sent, and came back"

    class Dealt(models.TextChoices):
        """What the office did about one that did not arrive."""

        AGAIN = "again", "Sent again to another address"
        TELEPHONED = "telephoned", "Told by telephone"
        NOT_NEEDED = "not_needed", "Nobody needs to be told any more"

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
    # What kind of thing went wrong last (mailing.outgoing.Wrong), and how often in a row it was of that kind.
    wrong = models.CharField(max_length=10, choices=WENT_WRONG, blank=True, default="", db_default="")
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    # What the other end calls it, where it calls it something (GOV.UK Notify does).
    taken_as = models.CharField(max_length=100, blank=True, default="", db_default="")
    # When it came back and why (or, of one that was never sent, why not), and the digest of the report that said so, by which
    # the same report is known again (returned/).
    returned_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=10, choices=Why, blank=True, default="", db_default="")
    report = models.CharField(max_length=64, blank=True, default="", db_default="")
    # What the office did about one that did not arrive: it is off the list then.
    dealt = models.CharField(max_length=10, choices=Dealt, blank=True, default="", db_default="")
    dealt_at = models.DateTimeField(null=True)
    # Nobody is asked what they dealt with, so no index is kept of it.
    dealt_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["partnership", "id"], name="message_not_arrived", condition=Q(state__in=["gave_up", "returned"], dealt="")
            ),
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


class MailWay(ScopedModel):
    """How a partnership's e-mails leave: in whose name, by whose GOV.UK Notify, and when what can wait does not. Without a row:
    in the installation's name and way, with the usual quiet hours."""

    sender_name = models.CharField(max_length=100, blank=True)
    sender_address = models.EmailField(blank=True)
    reply_to = models.EmailField(blank=True)
    notify_sealed = models.CharField(max_length=400, blank=True)
    notify_template = models.CharField(max_length=36, blank=True)
    notify_reply_to = models.CharField(max_length=36, blank=True)
    quiet = models.BooleanField(default=True)
    quiet_from = models.TimeField(default=time(19))
    quiet_until = models.TimeField(default=time(7))
    quiet_days = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership"], name="one_mail_way_each")]

    def __str__(self) -> str:
        return self.sender_address or "the installation's way"
