"""Telling the operators by e-mail that something is wrong: once when it begins, once a day, and once when it is over.

It runs in three places, and any may be dead: as a task (needs beat, a worker and the broker), as `manage.py watch` by a timer
of the machine's own (needs none of them), and nowhere in the web process, which sends no mail. What was told stands in the
database, so that the three tell it once. While the database itself is away there is nothing to remember it by but a file beside
(`manage.py watch` alone knows of that). An alarm names parts, counts and ages; nothing about anybody."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import environ
from django.conf import settings
from django.db import Error, connection, transaction
from django.utils import timezone

from accounts.services import new_message_id
from mailing.installation import installations_way
from mailing.outgoing import NotTaken, Outgoing, Transport
from mailing.smtp import Server, SmtpTransport

from . import beating, findings, looking
from .beating import give_back
from .findings import Part, Status
from .models import Alarm

logger = logging.getLogger(__name__)
AGAIN = timedelta(days=1)
# Anything may be so for a moment: a restart, an upgrade, one bad minute of a mail server.
LASTS = timedelta(minutes=5)
SUBJECTS = {
    "began": "The escalation tracker is not well",
    "again": "The escalation tracker is still not well",
    "over": "The escalation tracker is well again",
}
LOCK = 7_140_013  # one watcher at a time


@dataclass(frozen=True)
class Told:
    """One e-mail's worth: what began, what goes on since yesterday, and what is over."""

    began: Sequence[Part] = ()
    again: Sequence[Part] = ()
    over: Sequence[str] = ()

    @property
    def subject(self) -> str:
        return SUBJECTS["began" if self.began else "again" if self.again else "over"]

    @property
    def text(self) -> str:
        blocks = []
        for heading, parts in (("Not well:", self.began), ("Still not well:", self.again)):
            if parts:
                blocks.append("\n".join([heading, *(f"* {part.sentence}\n  What to do: {part.see}" for part in parts)]))
        if self.over:
            blocks.append("\n".join(["Well again:", *(f"* {name}" for name in self.over)]))
        return "\n\n".join([*blocks, f"{settings.BASE_URL}/operations/ says more.\n"])

    def __bool__(self) -> bool:
        return bool(self.began or self.again or self.over)


def watch(*, at: datetime | None = None) -> Told | None:
    """Look, and tell what is new. Returns what was told; None where another watcher is at it. Raises where the database is
    away."""
    now = at or timezone.now()
    ill = {part.name: part for part in findings.parts(looking.facts(at=now)) if part.status is not Status.OK}
    with transaction.atomic():
        if not _alone():
            return None
        told = _changes(ill, at=now)
        if told and not tell(told):
            transaction.set_rollback(True)  # it is new until somebody was told
    beating.ended(beating.WATCH, at=now)
    return told


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _changes(ill: dict[str, Part], *, at: datetime) -> Told:
    known = {alarm.name: alarm for alarm in Alarm.objects.all()}
    for name in ill.keys() - known.keys():
        known[name] = Alarm.objects.create(name=name, began_at=at)
    gone = [alarm for name, alarm in known.items() if name not in ill]
    Alarm.objects.filter(pk__in=[alarm.pk for alarm in gone]).delete()
    lasting = [known[name] for name in sorted(ill)]
    began = [alarm for alarm in lasting if alarm.told_at is None and at - alarm.began_at >= LASTS]
    again = [alarm for alarm in lasting if alarm.told_at is not None and at - alarm.told_at >= AGAIN]
    Alarm.objects.filter(pk__in=[alarm.pk for alarm in (*began, *again)]).update(told_at=at)
    return Told(
        [ill[alarm.name] for alarm in began],
        [ill[alarm.name] for alarm in again],
        sorted(alarm.name.replace("_", " ") for alarm in gone if alarm.told_at is not None),
    )


def tell(told: Told) -> bool:
    """By e-mail, and in the log whatever becomes of that. Without OPERATORS_EMAIL the log is all. Whether anybody was told: one
    address that takes nothing must not have the others told again every minute."""
    for part in (*told.began, *told.again):
        logger.error("not well: %s", part.name, extra={"part": part.name, "said": part.sentence})
    if not settings.OPERATORS_EMAIL:
        return True
    try:
        with _way() as way:
            reached = [_told_at(address, told, way) for address in settings.OPERATORS_EMAIL]
    except NotTaken as problem:
        logger.error("operators not told: %s", problem.wrong.value)
        return False
    return any(reached)


def _told_at(address: str, told: Told, way: Transport) -> bool:
    try:
        way.send(Outgoing(new_message_id(), address, told.subject, told.text))
    except NotTaken as problem:
        logger.error("an operator not told: %s", problem.wrong.value)
        return False
    return True


def _way() -> Transport:
    """OPERATORS_EMAIL_URL is for a mail server that still works when the usual way does not."""
    if not settings.OPERATORS_EMAIL_URL:
        return installations_way()
    given = environ.Env.email_url_config(settings.OPERATORS_EMAIL_URL)
    server = Server(
        host=given["EMAIL_HOST"], port=given["EMAIL_PORT"] or 25, user=given["EMAIL_HOST_USER"] or "",
        password=given["EMAIL_HOST_PASSWORD"] or "", starttls=given.get("EMAIL_USE_TLS", False),
        tls=given.get("EMAIL_USE_SSL", False), ca=settings.MAIL_CA,
    )  # fmt: skip
    return SmtpTransport(server, sender=settings.DEFAULT_FROM_EMAIL)


# ---------------------------------------------------------------- while the database itself is away
def watch_without_database(*, at: datetime | None = None, file: Path | None = None) -> Told:
    """For `manage.py watch`, when the database does not answer. Kept in a file, since there is nothing else."""
    now, kept = at or timezone.now(), file or remembered()
    was: dict[str, str | None] = {"began": now.isoformat(), "told": None}
    if kept.exists():
        was = json.loads(kept.read_text())
    told_at = datetime.fromisoformat(was["told"]) if was["told"] else None
    part = Part("database", Status.DOWN, datetime.fromisoformat(str(was["began"])), "The database does not answer: pages fail.")
    told = Told(began=[part]) if not told_at else Told(again=[part]) if now - told_at >= AGAIN else Told()
    if told and tell(told):
        was["told"] = now.isoformat()
    kept.write_text(json.dumps(was))
    return told


def database_is_back(*, file: Path | None = None) -> None:
    kept = file or remembered()
    if kept.exists():
        was = json.loads(kept.read_text())
        if not was["told"] or tell(Told(over=["database"])):
            kept.unlink()


def remembered() -> Path:
    return Path(settings.STATE_DIR) / "database-away.json"


def look_once() -> Told | None:
    """What a timer does: whatever is away."""
    try:
        told = watch()
    except Error:
        give_back()
        return watch_without_database()
    database_is_back()
    return told
