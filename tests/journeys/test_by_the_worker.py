"""The clockwork by a real worker on the real broker: a passed timescale becomes entries, notices and e-mails, each once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import redis
from celery.contrib.testing.worker import start_worker
from celery.signals import task_postrun
from django.conf import settings
from django.core import mail
from django.db import connections
from django.utils import timezone

from config.celery import app
from escalation.models import ChronologyEntry
from notifications.models import Message, Notice
from tests.world import World

from .barnsley_people import INBOX

pytestmark = pytest.mark.django_db(transaction=True)

QUEUE, IN_HAND = "celery", "unacked"


@pytest.fixture
def broker(own_redis: str) -> Iterator[redis.Redis]:
    """A queue of one's own, empty before and after."""
    client = redis.from_url(own_redis)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


@pytest.fixture
def worker(broker: redis.Redis, own_redis: str, transactional_db: None) -> Iterator[Counter[str]]:
    """A worker in a thread of this process, so that it shares the test's database; the broker is the real one. Counts
    the tasks that it has run."""
    ran: Counter[str] = Counter()

    def close(task: Any, **_: Any) -> None:
        ran[task.name] += 1
        connections.close_all()  # the thread's own, or the test database cannot be dropped

    before = app.conf.broker_url
    goes_by(own_redis)
    task_postrun.connect(close, weak=False)
    try:
        with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=20):
            yield ran
    finally:
        task_postrun.disconnect(close)
        goes_by(before)


def goes_by(address: str) -> None:
    """Whoever has sent a task before, even one that ran on the spot, has a way to the usual broker open: forget it."""
    app.conf.broker_url = address
    app.__dict__.pop("amqp", None)


@pytest.fixture
def barnsley_live(transactional_db: None) -> World:
    """Live since before the story, so that mail leaves."""
    world = World("barnsley")
    world.office  # noqa: B018  made when first asked for
    world.partnership.live_since = timezone.now() - timedelta(days=60)
    world.partnership.save(update_fields=["live_since"])
    return world


def beat(times: int) -> None:
    """Every tick of the schedule by its name, as beat sends it, but more than once."""
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        for _ in range(times):
            app.send_task(entry["task"], **entry["options"])


def until(broker: redis.Redis, happened: Callable[[], bool], *, within: float = 30) -> None:
    """Wait until it has happened and the worker has nothing left to do."""
    ends = time.monotonic() + within
    while not (happened() and broker.llen(QUEUE) == 0 and broker.hlen(IN_HAND) == 0):
        assert time.monotonic() < ends, f"queue {broker.llen(QUEUE)}, in hand {broker.hlen(IN_HAND)}"
        time.sleep(0.05)


def test_a_passed_timescale_is_told_once_though_every_tick_is_sent_twice(
    barnsley_live: World, worker: Counter[str], broker: redis.Redis
) -> None:
    """B Stage One: when the five working days have passed, both managers and the office are e-mailed, once."""
    world = barnsley_live
    raised, passed = world.raised(at=timezone.now() - timedelta(days=30)), ["timescale_passed", "timescale_passed"]

    def all_sent() -> bool:
        with world.scope():
            states = list(Message.objects.values_list("state", flat=True))
        return bool(states) and set(states) == {"sent"} and world.chronology(raised).count("timescale_passed") == 2

    beat(times=2)
    until(broker, lambda: world.chronology(raised).count("timescale_passed") == 2)
    beat(times=2)
    until(broker, all_sent)
    beat(times=2)
    until(broker, all_sent)
    assert {entry["task"]: worker[entry["task"]] for entry in settings.CELERY_BEAT_SCHEDULE.values()} == {
        "escalation.mark_elsewhere_everywhere": 6,
        "escalation.note_timescales_everywhere": 6,
        "escalation.publish_chain_ends": 6,
        "escalation.scan_files_everywhere": 6,
        "escalation.sweep_files": 6,
        "insight.count_everywhere": 6,
        "operations.watch": 6,
        "records.remind_everywhere": 6,
        "notifications.announce_everywhere": 6,
        "notifications.deliver_everywhere": 6,
        "notifications.deliver_webhooks_everywhere": 6,
        "escalation.forget_keys_everywhere": 6,
        "learning.remind_everywhere": 6,
        "notifications.remind_everywhere": 6,
        "accounts.deliver_account_mail": 6,
        "accounts.forget_ended_sessions": 6,
    }
    assert world.chronology(raised) == ["raised", *passed]
    with world.scope():
        entries = ChronologyEntry.objects.filter(kind="timescale_passed").order_by("seq")
        assert sorted(entry.data["time_limit"] for entry in entries) == ["progress_update", "stage_1_resolution"]
        told = sorted(Notice.objects.filter(entry=entries[0]).values_list("email", flat=True))
        messages = {message.message_id: message.to_email for message in Message.objects.all()}
    assert told == [INBOX, "hospital.lead@barnsley.example", "office@barnsley.example", "team.manager@barnsley.example"]
    sent = [(letter.extra_headers["Message-ID"], letter.to[0]) for letter in mail.outbox]
    assert sorted(sent) == sorted(messages.items())
