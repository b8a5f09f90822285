"""Figures of the database server and of the tasks, for those who watch: counts, sizes and ages alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from .models import Heartbeat

# Of other logins' sessions a plain login sees that they are there, and not since when they are at it.
DATABASE = """
SELECT pg_database_size(current_database()),
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
       current_setting('max_connections')::int,
       coalesce((SELECT extract(epoch FROM max(clock_timestamp() - xact_start)) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()), 0)
"""


@dataclass(frozen=True)
class Task:
    ended: datetime | None
    failing: int
    times: int
    failures: int


def by_task() -> dict[str, Task]:
    """A task's heartbeats together, of whichever partnership."""
    rows: dict[str, list[Heartbeat]] = {}
    for row in Heartbeat.objects.order_by("name"):
        rows.setdefault(row.name, []).append(row)
    return {
        name: Task(
            ended=max((row.ended_at for row in found if row.ended_at), default=None),
            failing=sum(row.failing for row in found),
            times=sum(row.times for row in found),
            failures=sum(row.failures for row in found),
        )
        for name, found in rows.items()
    }


def of_the_database() -> dict[str, tuple[str, float]]:
    """By name: what it is, and how much."""
    with connection.cursor() as cursor:
        cursor.execute(DATABASE)
        size, connections, most, oldest = cursor.fetchone()
    return {
        "database_bytes": ("How big the database is.", float(size)),
        "database_connections": ("Connections to the database.", float(connections)),
        "database_connections_max": ("How many the server takes.", float(most)),
        "database_oldest_transaction_seconds": ("The longest that a transaction of ours has been going on.", float(oldest)),
    }
