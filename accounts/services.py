"""The writing side of account mail: queue it, send it, destroy it; knows no partnership and no disagreement.

It leaves by the installation's own way, whatever a partnership has set: it may be needed before it is known which one."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from email.utils import make_msgid

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from mailing.installation import installations_way
from mailing.outgoing import NotTaken, Outgoing, Transport, Wrong

from .models import AccountMail

logger = logging.getLogger(__name__)
LONGEST_WAIT = timedelta(minutes=1)
# A worker that claimed one and has not said how it went by then is taken for dead. Somebody sits in front of a page.
CLAIM_LASTS = timedelta(minutes=2)
# So many in a row that are no single e-mail's fault, and it is the other end: the others wait for the next round.
FEW = 3
FOR_GOOD = (Wrong.ADDRESS.value, Wrong.MESSAGE.value)


def new_message_id() -> str:
    """A Message-ID under the domain that the product writes from, never under the name of this machine."""
    return make_msgid(domain=settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">"))


def queue_account_mail(*, to: str, subject: str, text: str, expires_at: datetime) -> AccountMail:
    return AccountMail.objects.create(to=to, subject=subject[:200], text=text, expires_at=expires_at, message_id=new_message_id())


def deliver_account_mail(*, at: datetime | None = None) -> int:
    """Send what waits, claimed one at a time and locked by nobody while it is sent, so that any number of workers may run it;
    returns how many were sent. A worker that dies in between leaves a claim that runs out: at least once, therefore, under
    the same Message-ID.

    A code that has expired is not sent: its page says to ask for a new one. What has expired is destroyed, sent or not.
    """
    moment, sent, in_a_row = at or timezone.now(), 0, 0
    AccountMail.objects.filter(expires_at__lte=moment).delete()
    waiting = [mail for mail in _unclaimed(moment).order_by("pk") if _due(mail) <= moment]
    if not waiting:
        return 0
    with installations_way() as way:
        for mail in waiting:
            if in_a_row >= FEW:
                break
            if not _unclaimed(moment).filter(pk=mail.pk).update(claimed_at=moment, attempts=F("attempts") + 1):
                continue
            problem = _send(mail, way, at=moment)
            sent += problem is None
            in_a_row = 0 if problem is None or problem.for_good else in_a_row + 1
    return sent


def _unclaimed(at: datetime) -> QuerySet[AccountMail]:
    free = Q(claimed_at=None) | Q(claimed_at__lte=at - CLAIM_LASTS)
    return AccountMail.objects.filter(free, sent_at=None).exclude(wrong__in=FOR_GOOD)


def _due(mail: AccountMail) -> datetime:
    """At once, then after 2, 4, 8 seconds and so on, and from then on every minute while it is of any use: somebody is
    sitting in front of a page that waits for it."""
    waits = [min(timedelta(seconds=2**n), LONGEST_WAIT) for n in range(1, mail.attempts + 1)]
    return mail.created_at + sum(waits, timedelta())


def _send(mail: AccountMail, way: Transport, *, at: datetime) -> NotTaken | None:
    """One attempt. What was refused for good is not tried again: whoever waits asks for another code, at an address that is
    right. It is destroyed when it expires."""
    mine = AccountMail.objects.filter(pk=mail.pk)
    try:
        way.send(Outgoing(message_id=mail.message_id, to=mail.to, subject=mail.subject, text=mail.text))
    except NotTaken as problem:
        logger.warning("account mail %s not sent: %s, %s", mail.pk, problem.wrong.value, problem)
        mine.update(claimed_at=None, wrong=problem.wrong.value)
        return problem
    mine.update(sent_at=at, claimed_at=None, wrong="")
    return None
