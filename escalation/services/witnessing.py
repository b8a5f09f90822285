"""Giving the end of every chain, once a day, to somebody whom the owner of the database cannot overrule.

Two ways: a file outside (on a disk that is only added to), and e-mail addresses. Each is done once a day, however many
workers there are: the row that says so is made in the same transaction, and only where it was done."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.services import new_message_id
from partnerships.working_days import LONDON

from ..models import ChainEndPublished
from ..witness import lines

logger = logging.getLogger(__name__)
TO_FILE, BY_MAIL = ChainEndPublished.Way.FILE, ChainEndPublished.Way.MAIL


def publish_chain_ends(*, at: datetime | None = None) -> list[str]:
    """Do today's, where it is not done; what fails is logged and tried again at the next tick. Returns the ways done."""
    moment = at or timezone.now()
    ways: list[tuple[ChainEndPublished.Way, object, Callable[[datetime], None]]] = [
        (TO_FILE, settings.CHAIN_WITNESS_FILE, _write),
        (BY_MAIL, settings.CHAIN_WITNESS_EMAIL, _send),
    ]
    return [str(way) for way, wanted, publish in ways if wanted and _once_today(way, publish, at=moment)]


def _once_today(way: ChainEndPublished.Way, publish: Callable[[datetime], None], *, at: datetime) -> bool:
    """The row first: a second worker waits at it until the first has done, and then finds it there. Should the machine
    stop between the writing and the commit, a line stands twice, which is no harm; never a day without one."""
    day = at.astimezone(LONDON).date()
    if ChainEndPublished.objects.filter(day=day, way=way).exists():
        return False
    try:
        with transaction.atomic():
            ChainEndPublished.objects.create(day=day, way=way, at=at)
            publish(at)
    except IntegrityError:
        return False
    except OSError as problem:  # the disk's, and every mail server's
        logger.error("chain ends not published by %s: %s; tried again", way, type(problem).__name__)
        return False
    return True


def _write(at: datetime) -> None:
    """Added in one write and on the disk before it counts as done. A line that was cut short (a full disk) is ended first."""
    text = "".join(f"{line}\n" for line in lines(at=at)).encode()
    file = os.open(settings.CHAIN_WITNESS_FILE, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        end = os.lseek(file, 0, os.SEEK_END)
        if end and os.pread(file, 1, end - 1) != b"\n":
            text = b"\n" + text
        if os.write(file, text) != len(text):
            raise OSError("written in part")
        os.fsync(file)
    finally:
        os.close(file)


MAIL = """\
# The newest entry of each partnership's chronology: its number and its hash. There is nothing in it about anybody.
# Keep this e-mail where those who look after the database cannot reach it. Put together, the e-mails of many days are the
# file that "manage.py verify_chronology --witness FILE" compares with the database.
{lines}
"""


def _send(at: datetime) -> None:
    EmailMessage(
        f"Ends of the chronologies on {at.astimezone(LONDON):%-d %B %Y}",
        MAIL.format(lines="\n".join(lines(at=at))),
        to=list(settings.CHAIN_WITNESS_EMAIL),
        headers={"Message-ID": new_message_id(), "Auto-Submitted": "auto-generated"},
    ).send()
