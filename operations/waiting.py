"""How much waits in each partnership and since when, as the database counts it; knows no content and no name of anybody.

The one function asked returns ids, kinds, counts and instants (operations/migrations/0001_initial.py). Whoever asks every
second, as a load balancer does, is answered from what this process heard a few seconds ago."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.db import connection
from django.db.models import Count, Min

from accounts.models import AccountMail

# What waits, as a page says it.
WORDS = {
    "announce": "entries not yet turned into notices",
    "set_aside": "entries that could not be turned into notices",
    "mail": "e-mails waiting to be sent",
    "not_arrived": "e-mails that did not arrive, and nobody has dealt with",
    "timescales": "passed timescales not yet noted",
    "webhooks": "messages to other systems waiting",
    "systems": "other systems that take nothing",
    "files": "files waiting for the virus scanner",
}
KINDS = {
    "mail": ("new", "away", "busy", "ours", "address", "message"),
    "not_arrived": ("gave_up", "returned"),
    "systems": ("failing", "switched_off"),
}
T = TypeVar("T")


@dataclass(frozen=True)
class Waits:
    """`partnership`: its id. `since`: the oldest of them, where that is known."""

    partnership: int
    what: str
    kind: str
    number: int
    since: datetime | None


def what_waits(at: datetime) -> list[Waits]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT partnership, what, kind, number, since FROM what_waits_in_partnerships(%s) ORDER BY 1, 2, 3", [at])
        return [Waits(*row) for row in cursor.fetchall()]


def account_mail(at: datetime) -> tuple[int, datetime | None]:
    """Sign-in codes and invitations that have not left, as long as they are of use."""
    found = AccountMail.objects.filter(sent_at=None, expires_at__gt=at).aggregate(number=Count("pk"), since=Min("created_at"))
    return found["number"], found["since"]


def oldest(waits: Iterable[Waits], *whats: str) -> datetime | None:
    return min((row.since for row in waits if row.what in whats and row.since is not None), default=None)


class Lately(Generic[T]):
    """What was found a moment ago, for `seconds`: one asks, the others get what that one heard."""

    def __init__(self, find: Callable[[], T], *, seconds: float) -> None:
        self.find, self.seconds = find, seconds
        self.until = float("-inf")
        self.found: T | None = None
        self.lock = threading.Lock()

    def __call__(self) -> T:
        with self.lock:
            if self.found is None or time.monotonic() >= self.until:
                self.found = self.find()
                self.until = time.monotonic() + self.seconds
            return self.found

    def forget(self) -> None:
        with self.lock:
            self.found, self.until = None, float("-inf")
