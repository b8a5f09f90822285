"""PostgreSQL restarted, crashed and paused; Redis stopped, flushed and full."""

from __future__ import annotations

import signal
import uuid

from config.beating import ENOUGH

from .fault import Fault
from .rig import Rig, until


def test_postgresql_restarted(rig: Rig, fault: Fault) -> None:
    fault.begins()
    rig.restart(rig.postgres, how=signal.SIGINT)
    fault.raises(2)
    fault.ends("PostgreSQL restarted", "Every session cut off, as at a restart")


def test_postgresql_crashed(rig: Rig, fault: Fault) -> None:
    fault.begins()
    rig.restart(rig.postgres, how=signal.SIGQUIT)
    fault.raises(2)
    fault.ends("PostgreSQL crashed", "Stopped without writing anything more, and recovered from its log")


def test_postgresql_paused(rig: Rig, fault: Fault) -> None:
    key = str(uuid.uuid4())
    fault.begins()
    with rig.paused(rig.postgres):
        fault.is_not_answered(key)
    fault.raise_once(key)
    fault.raises(1)
    fault.ends("PostgreSQL paused", "SIGSTOP while a form was sent; the form is sent again")


def test_redis_stopped(rig: Rig, fault: Fault) -> None:
    with rig.down(rig.valkey):
        fault.begins()
        fault.raises(2)
    fault.ends("Redis stopped", "Away while work came in; the web goes on without it")


def test_redis_flushed(rig: Rig, fault: Fault) -> None:
    fault.begins()
    broker = rig.broker()
    try:
        broker.flushall()
    finally:
        broker.close()
    fault.raises(2)
    fault.ends("Redis flushed", "Everything that was queued is gone")


def test_redis_full(rig: Rig, fault: Fault) -> None:
    broker = rig.broker()
    try:
        broker.config_set("maxmemory", 1)
        fault.begins()
        fault.raises(2)
        until(lambda: "errorstat_OOM" in broker.info("errorstats"), "the broker refuses what it is sent")
    finally:
        broker.config_set("maxmemory", 0)
        broker.close()
    fault.ends("Redis full", "maxmemory reached: nothing more was queued")


def test_a_queue_that_nobody_takes_from(rig: Rig, fault: Fault) -> None:
    """Ticks that have expired lie in the queue until a worker throws them away: no more are put there than a thousand."""
    rig.stop("worker")
    fault.begins()
    fault.raises(2)
    broker = rig.broker()
    try:
        until(lambda: broker.llen("celery"), "beat has sent a tick")
        tick = broker.lindex("celery", 0)
        broker.rpush("celery", *[tick] * ENOUGH)
        until(lambda: "no worker takes them" in rig.log("beat"), "beat says that nobody takes its ticks")
        waiting = broker.llen("celery")
        until(lambda: rig.log("beat").count("no worker takes them") > 20, "beat goes on saying so")
        assert broker.llen("celery") == waiting
    finally:
        broker.close()
    rig.start("worker")
    fault.ends("Workers away for long", "A thousand ticks in the queue that nobody took, then a worker")
