"""Celery's signals turned into heartbeats, in workers and in beat alone; must not know what a task does.

A worker lives if tasks end. Beat lives if it hands messages to the broker: it says so itself, in a row of its own, or one
could not tell a dead beat from a dead worker. It writes from a thread beside, so that no tick waits for the database."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from celery import signals
from django.db import connection
from django.utils import timezone

from .beating import BEAT, EVERY, Beating
from .logs import TASK, Doing

_beating = Beating()
_token: ContextVar[Any] = ContextVar("task_token", default=None)


def _about(args: Any) -> int | None:
    """A task with one number is about the partnership of that id: every scoped task has that and nothing else."""
    return args[0] if args and len(args) == 1 and type(args[0]) is int else None


# ---------------------------------------------------------------- workers
@signals.worker_init.connect
def watch_tasks(**_: Any) -> None:
    """In the worker's first process, before it makes the others."""
    signals.task_prerun.connect(task_began, weak=False)
    signals.task_success.connect(task_ended, weak=False)
    signals.task_failure.connect(task_failed, weak=False)
    signals.task_postrun.connect(task_over, weak=False)


def task_began(sender: Any = None, task_id: str = "", args: Any = (), **_: Any) -> None:
    _token.set(TASK.set(Doing(task_id=task_id, task=sender.name, partnership=_about(args))))
    _beating.began(sender.name, about=_about(args))


def task_ended(sender: Any = None, **_: Any) -> None:
    _beating.ended(sender.name, about=_about(sender.request.args))


def task_failed(sender: Any = None, exception: BaseException | None = None, args: Any = (), **_: Any) -> None:
    _beating.failed(sender.name, type(exception).__name__, about=_about(args))


def task_over(**_: Any) -> None:
    TASK.set(None)


# ---------------------------------------------------------------- beat
class BeatLife:
    """When beat last tried to hand something over, and last did; written by a thread of its own."""

    def __init__(self) -> None:
        self.tried: datetime | None = None
        self.sent: datetime | None = None
        self.news = threading.Event()
        self.beating = Beating(every=0.0)

    def tries(self, **_: Any) -> None:
        self.tried = timezone.now()
        self.news.set()

    def sends(self, **_: Any) -> None:
        self.sent = timezone.now()
        self.news.set()

    def write(self) -> None:
        """What is new since the last time, in one statement or two."""
        self.news.clear()
        tried, sent, self.tried, self.sent = self.tried, self.sent, None, None
        if sent is not None:
            self.beating.ended(BEAT, at=sent)
        elif tried is not None:
            self.beating.began(BEAT, at=tried)

    def run(self) -> None:  # pragma: no cover  (a thread of beat's process: tests/operations/test_living.py has one)
        rest = threading.Event()
        while True:
            self.news.wait()
            self.write()
            connection.close()
            rest.wait(EVERY)


@signals.beat_init.connect
def watch_beat(**_: Any) -> None:  # pragma: no cover  (in beat's process)
    life = BeatLife()
    signals.before_task_publish.connect(life.tries, weak=False)
    signals.after_task_publish.connect(life.sends, weak=False)
    threading.Thread(target=life.run, name="heartbeat", daemon=True).start()


@signals.setup_logging.connect
def logging_is_ours(**_: Any) -> None:
    """Celery then adds no handler of its own, whose lines would hold what an exception says."""
