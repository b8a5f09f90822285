"""What the workers and beat say of themselves: when each task began, ended and failed, at little cost and in no words."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection

from operations import beating, ticking
from operations.beating import Beating
from operations.logs import TASK
from operations.models import Heartbeat

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 9, 15, 12, tzinfo=UTC)


def task(name: str, *args: Any) -> Any:
    return SimpleNamespace(name=name, request=SimpleNamespace(args=args))


def test_a_task_that_ends_and_one_that_fails_are_told_by_kind(monkeypatch: Any) -> None:
    monkeypatch.setattr(ticking, "_beating", Beating(every=0))
    sweep = task("escalation.note_timescales", 7)
    ticking.task_began(sweep, task_id="t1", args=(7,))
    doing = TASK.get()
    assert doing is not None
    assert (doing.task_id, doing.task, doing.partnership) == ("t1", "escalation.note_timescales", 7)
    ticking.task_ended(sweep)
    ticking.task_over()
    assert TASK.get() is None
    tick = task("notifications.announce_everywhere")
    ticking.task_began(tick, task_id="t2", args=())
    ticking.task_failed(tick, exception=ValueError("Kayleigh was seen"), args=())
    ticking.task_over()
    rows = Heartbeat.objects.order_by("name").values_list("name", "about", "problem", "times", "failures")
    assert list(rows) == [
        ("escalation.note_timescales", 7, "", 1, 0),
        ("notifications.announce_everywhere", None, "ValueError", 0, 1),
    ]
    first, second = Heartbeat.objects.order_by("name")
    assert (first.failing, second.failing) == (False, True)


def test_a_task_of_every_two_seconds_writes_seldom_and_loses_no_count(django_assert_num_queries: Any) -> None:
    seldom = Beating(every=3600)
    with django_assert_num_queries(1):
        for second in range(100):
            seldom.ended("accounts.deliver_account_mail", at=NOON + timedelta(seconds=second))
    seldom.every = 0
    an_hour_back = NOON - timedelta(hours=1)
    seldom.ended("accounts.deliver_account_mail", at=an_hour_back)  # the clock was put right: the latest word counts
    row = Heartbeat.objects.get()
    assert (row.times, row.ended_at) == (101, an_hour_back)


def test_beat_says_itself_whether_it_hands_anything_over() -> None:
    life = ticking.BeatLife()
    life.tries()
    life.write()
    row = beating.last(beating.BEAT)
    assert row is not None
    assert (row.began_at is not None, row.ended_at) == (True, None)
    life.sends()
    life.write()
    life.write()
    row = beating.last(beating.BEAT)
    assert row is not None
    assert (row.ended_at is not None, row.times) == (True, 1)


def test_no_heartbeat_keeps_work_from_being_done(monkeypatch: Any, caplog: Any) -> None:
    def away(*_: Any) -> Any:
        raise OperationalError("server closed the connection: Kayleigh")

    monkeypatch.setattr(connection, "cursor", away)
    with caplog.at_level(logging.WARNING):
        beating.ended("backup")
    assert [record.getMessage() for record in caplog.records] == ["no heartbeat written: OperationalError"]
