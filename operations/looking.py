"""Looking at the installation: asks database, broker and disk what `findings` judges; knows no disagreement and no person."""

from __future__ import annotations

import shutil
import socket
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max
from django.utils import timezone

from partnerships.models import BankHoliday, Partnership

from . import waiting
from .findings import Beats, Facts
from .models import Heartbeat

# What stands on no worker: it is written by a command, or by beat.
NO_TASK = ("beat", "backup", "verification", "watch", "restore")


def facts(*, at: datetime | None = None) -> Facts:
    now = at or timezone.now()
    rows = list(Heartbeat.objects.all())
    return Facts(
        at=now,
        broker=broker_listens(settings.REDIS_URL),
        beats={row.name: Beats(row.ended_at, row.failed_at, row.problem) for row in rows if row.about is None},
        waits=tuple(waiting.what_waits(now)),
        account_mail_since=waiting.account_mail(now)[1],
        calendar_ends=calendar_ends(),
        disk=tuple(disk()),
        of_partnerships=sum(row.failing for row in rows if row.about is not None),
        backups_wanted=settings.DEPLOYMENT == "production",
        tick=timedelta(seconds=settings.TICK_SECONDS),
        workers=max((row.ended_at for row in rows if row.ended_at and row.name not in NO_TASK), default=None),
    )


def calendar_ends() -> date | None:
    """The last day of the last year of which bank holidays are loaded, for every nation that somebody here counts by."""
    wanted = set(Partnership.objects.values_list("nation", flat=True))
    loaded = dict(BankHoliday.objects.order_by("nation").values_list("nation").annotate(last=Max("day")))
    wanted = wanted or set(loaded)
    if not wanted or wanted - loaded.keys():
        return None
    return date(min(loaded[nation].year for nation in wanted), 12, 31)


def broker_listens(url: str, *, seconds: float = 1) -> bool:
    """Whether something listens at the broker's address. No more than that: the web process never speaks to it."""
    address = urlsplit(url)
    try:
        with socket.create_connection((address.hostname or "", address.port or 6379), timeout=seconds):
            return True
    except OSError:
        return False


def folders() -> dict[str, Path]:
    """Where this process keeps something on a disk."""
    found = {"files": Path(settings.MEDIA_ROOT)}
    if mailbox := getattr(settings, "EMAIL_FILE_PATH", None):
        found["mailbox"] = Path(mailbox)
    return found


def disk() -> list[tuple[str, int, int]]:
    found = []
    for name, folder in folders().items():
        there = next((path for path in (folder, *folder.parents) if path.exists()), None)
        if there is not None:
            usage = shutil.disk_usage(there)
            found.append((name, usage.free, usage.total))
    return found


_on_disk: frozenset[tuple[str, str]] | None = None


def migrations_waiting() -> list[str]:
    """What this release has and the database has not. The files are read once per process; the database is asked each time."""
    global _on_disk
    if _on_disk is None:
        _on_disk = frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in _on_disk - applied.keys())
