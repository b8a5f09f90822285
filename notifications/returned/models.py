"""To which addresses nothing is sent for a while, who may report what became of an e-mail, and how far the mailbox of reports
was read; must not know what a disagreement is about."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_noop as _

from partnerships.models import User
from partnerships.scope import ScopedModel


class Why(models.TextChoices):
    """What kind of thing kept an e-mail from arriving, in plain words for the office."""

    ADDRESS = "address", _("The address is not known there")
    MAILBOX = "mailbox", _("The mailbox is full, or could not be reached for days")
    REFUSED = "refused", _("Their e-mail system does not take e-mails from here")
    TECHNICAL = "technical", _("Something went wrong on the way")
    STOPPED = "stopped", _("Not sent: an e-mail to this address came back before")


# After which nothing is sent to that very address by itself (docs/decisions/0035).
FOR_GOOD = frozenset({Why.ADDRESS, Why.REFUSED})


class StoppedAddress(ScopedModel):
    """An address from which an e-mail came back for good. Until then, or until the office sends to it again, news for it is not
    sent but shown to the office at once, to be told by telephone. Rows are forgotten when their time is up."""

    email = models.EmailField()
    why = models.CharField(max_length=10, choices=Why)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "email"], name="stopped_address_once")]
        verbose_name_plural = "stopped addresses"

    def __str__(self) -> str:
        return str(self.get_why_display())


class NotifyReceipts(ScopedModel):
    """The bearer token with which GOV.UK Notify says what became of this partnership's e-mails; its digest alone is kept."""

    digest = models.CharField(max_length=64, editable=False)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership"], name="one_token_for_receipts")]
        verbose_name_plural = "tokens for receipts"

    def __str__(self) -> str:
        return f"since {self.made_at:%Y-%m-%d}"


class ReportsMailbox(models.Model):
    """The mailbox of the installation to which e-mails come back: how far it was read, and how many lie there that a person
    wrote. Not scoped: whose e-mail came back is known only when the report was read. Nothing of what lies there is kept."""

    address = models.CharField(max_length=64, unique=True)  # a digest of where it is; never its password
    epoch = models.BigIntegerField(default=0)  # what the server calls its UIDVALIDITY
    read_to = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    reports = models.PositiveBigIntegerField(default=0)
    by_people = models.PositiveBigIntegerField(default=0)
    problem = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name_plural = "mailboxes of reports"

    def __str__(self) -> str:
        return f"read to {self.read_to}"
