"""The writing side of account mail: queue it, send it, destroy it; knows no partnership and no disagreement."""

from __future__ import annotations

import logging
from datetime import datetime
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from .models import AccountMail

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 20


def queue_account_mail(*, to: str, subject: str, text: str, expires_at: datetime) -> AccountMail:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return AccountMail.objects.create(
        to=to, subject=subject[:200], text=text, expires_at=expires_at, message_id=make_msgid(domain=domain)
    )


def deliver_account_mail() -> int:
    """Send what waits, one row locked at a time, so that any number of workers may run it. A code that has expired is
    not sent: its page says to ask for a new one."""
    sent = 0
    AccountMail.objects.filter(expires_at__lt=timezone.now()).delete()
    for number in AccountMail.objects.filter(sent_at=None, attempts__lt=MAX_ATTEMPTS).order_by("pk").values_list("pk", flat=True):
        sent += _send_one(number)
    return sent


def _send_one(number: int) -> int:
    with transaction.atomic():
        mail = AccountMail.objects.select_for_update(skip_locked=True).filter(pk=number, sent_at=None).first()
        if mail is None:
            return 0
        mail.attempts += 1
        try:
            EmailMessage(mail.subject, mail.text, to=[mail.to], headers={"Message-ID": mail.message_id}).send()
        except OSError as problem:
            logger.warning("account mail %s not sent: %s", mail.pk, type(problem).__name__)
        else:
            mail.sent_at = timezone.now()
        mail.save(update_fields=["attempts", "sent_at"])
        return int(mail.sent_at is not None)
