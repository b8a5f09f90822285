"""The clock steps back an hour and forward a week while everything runs; and a week in which nothing ran at all."""

from __future__ import annotations

from .fault import Fault
from .rig import Rig

MINUTE, HOUR, WEEK = 60.0, 3600.0, 7 * 86_400.0


def test_back_an_hour(rig: Rig, fault: Fault) -> None:
    """What comes in afterwards is told at once, not when the hour is over."""
    rig.clock.by(-HOUR)
    fault.begins()
    fault.raises(2)
    fault.ends("Clock back an hour", "Stepped back while everything ran")


def test_hosts_that_differ_by_a_minute(rig: Rig, fault: Fault) -> None:
    """The workers' host is a minute ahead of beat's, which is longer than a tick: what beat sends has not ended for them."""
    ahead = rig.clock.another(by=MINUTE)
    rig.stop("worker")
    rig.start("worker", FAULTS_CLOCK=str(ahead))
    fault.begins()
    fault.raises(2)
    fault.ends("Hosts' clocks differ", "The workers' clock a minute ahead of that of web and beat")
    rig.stop("worker")


def test_forward_a_week(rig: Rig, fault: Fault) -> None:
    fault.begins()
    fault.raises(2)
    rig.clock.by(WEEK)
    fault.ends("Clock forward a week", "Stepped forward while everything ran", same=False)


def test_a_week_without_anything(rig: Rig, fault: Fault) -> None:
    """Web, workers and beat stopped; a week goes by; started again, they do what a week would have asked of them, once."""
    fault.begins()
    fault.raises(2)
    rig.stop("web", "worker", "beat")
    rig.clock.by(WEEK)
    rig.start("web", "worker", "beat")
    fault.ends("A week's outage", "Web, workers and beat stopped for a week, then started", same=False)
