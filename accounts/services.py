"""The writing side of account mail: queue it, send it, destroy it; knows no partnership and no disagreement."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from .models import AccountMail

logger = logging.getLogger(__name__)
LONGEST_WAIT = timedelta(minutes=1)


def new_message_id() -> str:
    """A Message-ID under the domain that the product writes from, never under the name of this machine."""
    return make_msgid(domain=settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">"))


def queue_account_mail(*, to: str, subject: str, text: str, expires_at: datetime) -> AccountMail:
    return AccountMail.objects.create(to=to, subject=subject[:200], text=text, expires_at=expires_at, message_id=new_message_id())


def deliver_account_mail(*, at: datetime | None = None) -> int:
    """Send what waits, one row locked at a time, so that any number of workers may run it; returns how many were sent.

    A code that has expired is not sent: its page says to ask for a new one. What has expired is destroyed, sent or not.
    """
    moment = at or timezone.now()
    AccountMail.objects.filter(expires_at__lte=moment).delete()
    waiting = AccountMail.objects.filter(sent_at=None).order_by("pk")
    return sum(_send_one(mail.pk, at=moment) for mail in waiting if _due(mail) <= moment)


def _due(mail: AccountMail) -> datetime:
    """At once, then after 2, 4, 8 seconds and so on, and from then on every minute while it is of any use: somebody is
    sitting in front of a page that waits for it."""
    waits = [min(timedelta(seconds=2**n), LONGEST_WAIT) for n in range(1, mail.attempts + 1)]
    return mail.created_at + sum(waits, timedelta())


def _send_one(number: int, *, at: datetime) -> int:
    with transaction.atomic():
        mail = AccountMail.objects.select_for_update(skip_locked=True).filter(pk=number, sent_at=None).first()
        if mail is None:
            return 0
        mail.attempts += 1
        headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
        try:
            EmailMessage(mail.subject, mail.text, to=[mail.to], headers=headers).send()
        except (OSError, ValueError) as problem:
            logger.warning("account mail %s not sent: %s", mail.pk, type(problem).__name__)
        else:
            mail.sent_at = at
        mail.save(update_fields=["attempts", "sent_at"])
        return int(mail.sent_at is not None)
