"""Writing heartbeats: one small statement, at most every few seconds for each name and process; must not know what a task does.

A heartbeat never keeps work from being done: where the database cannot be asked, it is left out."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from .models import Heartbeat

logger = logging.getLogger(__name__)
EVERY = 5.0
# What is no task of the workers.
BEAT, BACKUP, VERIFICATION, WATCH = "beat", "backup", "verification", "watch"

# The latest word counts, not the latest time: a clock that was a week ahead would otherwise say for a week that all is well.
WRITE = """
INSERT INTO operations_heartbeat AS h (name, about, began_at, ended_at, failed_at, problem, times, failures)
VALUES (%(name)s, %(about)s, %(began)s, %(ended)s, %(failed)s, %(problem)s, %(times)s, %(failures)s)
ON CONFLICT (name, about) DO UPDATE SET
    began_at = coalesce(excluded.began_at, h.began_at), ended_at = coalesce(excluded.ended_at, h.ended_at),
    failed_at = coalesce(excluded.failed_at, h.failed_at),
    problem = CASE WHEN excluded.failed_at IS NULL THEN h.problem ELSE excluded.problem END,
    times = h.times + excluded.times, failures = h.failures + excluded.failures
"""


@dataclass
class _Unwritten:
    written: float = float("-inf")
    began: datetime | None = None
    ended: datetime | None = None
    failed: datetime | None = None
    problem: str = ""
    times: int = 0
    failures: int = 0


@dataclass
class Beating:
    """What this process has to say, gathered between two writings. `every` seconds."""

    every: float = EVERY
    waiting: dict[tuple[str, int | None], _Unwritten] = field(default_factory=dict)

    def began(self, name: str, *, about: int | None = None, at: datetime | None = None) -> None:
        self._of(name, about).began = at or timezone.now()
        self._perhaps(name, about)

    def ended(self, name: str, *, about: int | None = None, at: datetime | None = None) -> None:
        of = self._of(name, about)
        of.ended, of.times = at or timezone.now(), of.times + 1
        self._perhaps(name, about)

    def failed(self, name: str, problem: str, *, about: int | None = None, at: datetime | None = None) -> None:
        """At once: a failure is rare, and what somebody looks for. `problem`: what kind, never in which words."""
        of = self._of(name, about)
        of.failed, of.problem, of.failures = at or timezone.now(), problem[:100], of.failures + 1
        self._write(name, about)

    def _of(self, name: str, about: int | None) -> _Unwritten:
        return self.waiting.setdefault((name, about), _Unwritten())

    def _perhaps(self, name: str, about: int | None) -> None:
        if time.monotonic() - self._of(name, about).written >= self.every:
            self._write(name, about)

    def _write(self, name: str, about: int | None) -> None:
        of = self._of(name, about)
        values = {
            "name": name, "about": about, "began": of.began, "ended": of.ended, "failed": of.failed, "problem": of.problem,
            "times": of.times, "failures": of.failures,
        }  # fmt: skip
        try:
            with connection.cursor() as cursor:
                cursor.execute(WRITE, values)
        except (DatabaseError, InterfaceError) as problem:
            logger.warning("no heartbeat written: %s", type(problem).__name__)
            of.written = time.monotonic()
            give_back()  # or the task would begin with what is broken
            return
        self.waiting[name, about] = _Unwritten(written=time.monotonic())


def give_back() -> None:
    """Let go of a connection that is broken or old, as Django does between two requests."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


_at_once = Beating(every=0.0)


def began(name: str, *, at: datetime | None = None) -> None:
    """For what is run now and then, as a backup is: written at once."""
    _at_once.began(name, at=at)


def ended(name: str, *, at: datetime | None = None) -> None:
    _at_once.ended(name, at=at)


def failed(name: str, problem: str, *, at: datetime | None = None) -> None:
    _at_once.failed(name, problem, at=at)


def last(name: str) -> Heartbeat | None:
    return Heartbeat.objects.filter(name=name, about=None).first()
