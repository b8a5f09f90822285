"""What is counted for Prometheus: requests by this machine's processes, and everything else as the database has it.

No value of a label comes from data: view names, methods, statuses, kinds, task names, parts and partnerships' ids are all
there are. Requests are counted by each process in files of its own, which are put together when somebody asks (the library's
own way for several processes). What workers do is read from the heartbeats, so that no worker needs an address.

Without METRICS_TOKEN and METRICS_NETWORKS nothing is counted, and /metrics is not there."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import findings, looking, measuring
from .waiting import KINDS, WORDS, account_mail

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Counters(NamedTuple):
    requests: Any
    seconds: Any


def wanted() -> bool:
    return bool(settings.METRICS_TOKEN or settings.METRICS_NETWORKS)


def folder() -> Path:
    """Of this user alone, as whoever writes there is believed."""
    found = Path(settings.METRICS_DIR)
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    if found.stat().st_uid != os.getuid():
        raise PermissionError("METRICS_DIR belongs to somebody else.")
    return found


@cache
def counters() -> Counters:
    """The library decides when it is first imported whether it counts for several processes."""
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(folder()))
    from prometheus_client import Counter, Histogram  # noqa: PLC0415

    return Counters(
        Counter("tracker_requests", "Requests answered.", ["view", "method", "status"]),
        Histogram("tracker_request_seconds", "How long they took.", ["view"], buckets=BUCKETS),
    )


def count(view: str, *, method: str, status: int, seconds: float) -> None:
    if wanted():
        counted = counters()
        counted.requests.labels(view, method, str(status)).inc()
        counted.seconds.labels(view).observe(seconds)


# ---------------------------------------------------------------- the address
@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not wanted() or not _may(request):
        raise Http404
    counters()
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415
    from prometheus_client.exposition import CONTENT_TYPE_LATEST  # noqa: PLC0415
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may(request: HttpRequest) -> bool:
    """By the token, or from a network that was named. Compared in constant time; a header in another form is none."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if settings.METRICS_TOKEN and given and constant_time_compare(given, settings.METRICS_TOKEN):
        return True
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    # Behind a proxy everybody comes from its address, and the network says nothing of who asks.
    forwarded = "HTTP_X_FORWARDED_FOR" in request.META
    return not forwarded and any(address in ipaddress.ip_network(network) for network in settings.METRICS_NETWORKS)


# ---------------------------------------------------------------- what the database has
class Figures:
    """Asked anew at every call; a Prometheus calls every quarter of a minute."""

    def collect(self) -> Iterator[Any]:
        now = timezone.now()
        facts = looking.facts(at=now)
        yield from _parts(facts)
        yield from _waiting(facts)
        yield from _heartbeats(now)
        yield from _measured()


def _gauge(name: str, said: str, labels: tuple[str, ...] = ()) -> Any:
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

    return GaugeMetricFamily(f"tracker_{name}", said, labels=labels)


def _age(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _parts(facts: findings.Facts) -> Iterator[Any]:
    well = _gauge("part_ok", "1 where a part of the installation is well, 0 where it is not.", ("part",))
    for part in findings.parts(facts):
        well.add_metric([part.name], float(part.status is findings.Status.OK))
    yield well
    if facts.calendar_ends:
        days = _gauge("calendar_days_left", "For how many days bank holidays are loaded.")
        days.add_metric([], float((facts.calendar_ends - facts.at.date()).days))
        yield days


def _waiting(facts: findings.Facts) -> Iterator[Any]:
    labels = ("what", "kind", "partnership")
    number = _gauge("waiting", "How many wait, by what and kind and by a partnership's number.", labels)
    age = _gauge("waiting_oldest_seconds", "How long the oldest has waited.", labels)
    for what in WORDS:
        for kind in KINDS.get(what, ("",)):
            rows = [row for row in facts.waits if (row.what, row.kind) == (what, kind)]
            for row in rows:
                number.add_metric([what, kind, str(row.partnership)], row.number)
                age.add_metric([what, kind, str(row.partnership)], _age(facts.at, row.since))
            if not rows:  # a figure that is there only while something is wrong cannot be watched
                number.add_metric([what, kind, ""], 0)
    waiting, since = account_mail(facts.at)
    number.add_metric(["account_mail", "", ""], waiting)
    age.add_metric(["account_mail", "", ""], _age(facts.at, since))
    yield from (number, age)


def _heartbeats(now: datetime) -> Iterator[Any]:
    from prometheus_client.core import CounterMetricFamily  # noqa: PLC0415

    ended = _gauge("task_ended_seconds", "How long ago a task last ended well.", ("task",))
    failing = _gauge("task_failing", "How many of a task's heartbeats failed last time.", ("task",))
    times = CounterMetricFamily("tracker_task_times", "How often a task ended well.", labels=("task",))
    failures = CounterMetricFamily("tracker_task_failures", "How often a task failed.", labels=("task",))
    for name, beat in measuring.by_task().items():
        if beat.ended is not None:
            ended.add_metric([name], _age(now, beat.ended))
        failing.add_metric([name], beat.failing)
        times.add_metric([name], beat.times)
        failures.add_metric([name], beat.failures)
    yield from (ended, failing, times, failures)


def _measured() -> Iterator[Any]:
    for name, (said, value) in measuring.of_the_database().items():
        gauge = _gauge(name, said)
        gauge.add_metric([], value)
        yield gauge
    free = _gauge("disk_free_bytes", "Room where files and mail are kept.", ("folder",))
    for folder_name, left, _ in looking.disk():
        free.add_metric([folder_name], left)
    yield free
