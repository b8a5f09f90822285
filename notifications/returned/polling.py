"""Reads the mailbox to which e-mails come back, where the installation has one: reports are noted and put away, machines' answers
put away, and what a person wrote is left where it lies and counted. Nothing that stands in it is kept or logged."""

from __future__ import annotations

import hashlib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from imaplib import IMAP4
from urllib.parse import parse_qs, unquote, urlsplit

import imap_tools
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from accounts.models import AccountMail

from . import dsn
from .models import ReportsMailbox
from .noting import note_report
from .reports import Report

logger = logging.getLogger(__name__)
AT_ONCE = 200
TIMEOUT = 20.0
SECURE, STARTED, PLAIN = "imaps", "imap+tls", "imap"
HERE = ("127.0.0.1", "::1", "localhost")
DELETE = "delete"


class Unusable(Exception):
    """The address of the mailbox is not one that we would use. The text has no secret in it."""


@dataclass(frozen=True)
class Where:
    """imaps://user:password@host/folder, with ?then=Folder (or ?then=delete) for what has been read."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str
    then: str

    def __repr__(self) -> str:  # no password in anybody's log
        return f"Where({self.host})"

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.user}@{self.host}:{self.port}/{self.folder}".encode()).hexdigest()


def where(address: str) -> Where:
    parts = urlsplit(address)
    if parts.scheme not in (SECURE, STARTED, PLAIN) or not parts.hostname or not parts.username or parts.password is None:
        raise Unusable("BOUNCES_URL is not of the form imaps://user:password@host/folder")
    if parts.scheme == PLAIN and parts.hostname not in HERE:
        raise Unusable("BOUNCES_URL would send its password in the clear: use imaps or imap+tls")
    return Where(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or (993 if parts.scheme == SECURE else 143),
        user=unquote(parts.username),
        password=unquote(parts.password),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        then=parse_qs(parts.query).get("then", ["Read"])[0],
    )


def read_reports(address: str | None = None) -> int:
    """One look; returns how many reports changed something. A mailbox that cannot be reached is asked again at the next look,
    and what kept us from it is kept by its kind alone."""
    address = settings.BOUNCES_URL if address is None else address
    if not address:
        return 0
    asked = where(address)
    known, _ = ReportsMailbox.objects.get_or_create(address=asked.key)
    try:
        with _opened(asked) as box:
            noted = _read(box, asked, known)
            known.by_people, known.problem = int(box.folder.status(asked.folder)["MESSAGES"]), ""
    except (imap_tools.ImapToolsError, IMAP4.error, OSError, KeyError) as problem:
        known.problem = type(problem).__name__[:100]
        known.save(update_fields=["problem", "epoch", "read_to", "reports"])
        logger.warning("the mailbox of reports could not be read: %s", known.problem)
        return 0
    known.read_at = timezone.now()
    known.save()
    return noted


@contextmanager
def _opened(asked: Where) -> Iterator[imap_tools.BaseMailBox]:
    context = ssl.create_default_context(cafile=settings.MAIL_CA or None)
    box: imap_tools.BaseMailBox
    if asked.scheme == SECURE:
        box = imap_tools.MailBox(asked.host, asked.port, timeout=TIMEOUT, ssl_context=context)
    elif asked.scheme == STARTED:
        box = imap_tools.MailBoxStartTls(asked.host, asked.port, timeout=TIMEOUT, ssl_context=context)
    else:
        box = imap_tools.MailBoxUnencrypted(asked.host, asked.port, timeout=TIMEOUT)
    try:
        box.login(asked.user, asked.password, initial_folder=asked.folder)
    except BaseException:
        box.client.shutdown()
        raise
    with box:
        yield box


def _read(box: imap_tools.BaseMailBox, asked: Where, known: ReportsMailbox) -> int:
    """What has come since the last look, oldest first. How far it was read is kept after each, so that a look that breaks off
    goes on where it was; and what is read a second time all the same changes nothing a second time (noting.py). Kept before
    the report is put away: where the mailbox does not let us do that, every look must not end at the same one."""
    epoch = int(box.folder.status(asked.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
    if known.epoch != epoch:
        known.epoch, known.read_to = epoch, 0
    noted = 0
    came = sorted(int(uid) for uid in box.uids(f"UID {known.read_to + 1}:*", charset=None))
    for uid in [uid for uid in came if uid > known.read_to][:AT_ONCE]:
        found = dsn.read(_raw(box, uid))
        if found.report is not None:
            noted += _noted(found.report)
        known.read_to = uid
        known.reports += found.by is dsn.By.REPORT
        known.save(update_fields=["epoch", "read_to", "reports"])
        if found.by is not dsn.By.PERSON:
            _put_away(box, asked, uid)
    return noted


def _raw(box: imap_tools.BaseMailBox, uid: int) -> bytes:
    """Never more of it than a report would have, whatever the server says that it weighs; and it stays as unread as it was."""
    _, answer = box.client.uid("fetch", str(uid), f"(BODY.PEEK[]<0.{dsn.LARGEST + 1}>)")
    return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), b"")


def _noted(report: Report) -> int:
    """Of an e-mail about signing in, that it came back and why is logged, and nothing else. A database that is away stops the
    look, so that nothing is put away that was not noted; any other fault is of this one report, and must not stop the others."""
    try:
        if note_report(report):
            return 1
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:  # noqa: BLE001
        logger.error("a report could not be noted: %s", type(problem).__name__)
        return 0
    if AccountMail.objects.filter(message_id__in=report.names).exists():
        logger.warning("an e-mail about signing in came back: %s", report.why)
    return 0


def _put_away(box: imap_tools.BaseMailBox, asked: Where, uid: int) -> None:
    if asked.then == DELETE:
        box.delete(str(uid))
        return
    if not box.folder.exists(asked.then):
        box.folder.create(asked.then)
    box.move(str(uid), asked.then)
