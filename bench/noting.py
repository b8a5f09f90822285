"""The clockwork under measurement, in a process of its own: `python -m bench.noting`, told what is wanted as one line of JSON.

Each round marks as many clocks as passed, has the database write the same rows by one statement that is taken back (the floor),
and then lets the product note them and announce what it noted. The superuser's connection marks and takes walls down; the
product's is that of the application's own login."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import django
import psycopg2

DONE = "bench: "
TIDIED = (
    "escalation_deadline", "escalation_disagreement", "escalation_chronologyentry", "escalation_party",
    "notifications_notice", "notifications_message",
)  # fmt: skip
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
RUNNING = "partnership_id = %(p)s AND stopped_at IS NULL AND passed_noted_at IS NULL AND paused_at IS NULL"
QUIET = f"""
UPDATE escalation_deadline SET due_at = greatest(due_at, %(at)s + interval '20 days'), near_at = NULL
WHERE {RUNNING} AND (due_at <= %(at)s OR near_at <= %(at)s);
UPDATE escalation_deadline SET near_at = NULL WHERE partnership_id = %(p)s AND stopped_at IS NULL AND near_at <= %(at)s;
"""  # noqa: S608  (names of ours)
MARK = f"""
UPDATE escalation_deadline SET due_at = %(at)s - interval '9 hours', near_at = NULL WHERE id IN (
    SELECT id FROM escalation_deadline WHERE {RUNNING} AND due_at > %(at)s ORDER BY md5(id::text) LIMIT %(number)s)
"""  # noqa: S608
# The same rows: clocks and disagreements changed, entries and notices added, and as many clocks begun as the product began.
FLOOR = """
WITH due AS MATERIALIZED (
    SELECT id, disagreement_id, time_limit, due_at FROM escalation_deadline
    WHERE stopped_at IS NULL AND passed_noted_at IS NULL AND paused_at IS NULL AND due_at <= %(at)s
), passed AS (
    UPDATE escalation_deadline d SET passed_noted_at = %(at)s, near_at = NULL FROM due WHERE d.id = due.id
), moved AS (
    UPDATE escalation_disagreement d SET changed_at = now(), turn_since = %(at)s, turn_due = %(at)s, next_due = %(at)s
    WHERE id IN (SELECT disagreement_id FROM due)
), begun AS (
    INSERT INTO escalation_deadline ({columns}, stopped_at) SELECT {columns}, %(at)s FROM escalation_deadline
    WHERE id IN (SELECT id FROM due LIMIT %(begun)s)
), entries AS (
    INSERT INTO escalation_chronologyentry
        (partnership_id, disagreement_id, seq, kind, at, state, stage, tier, data, recipe, hash)
    SELECT %(p)s, d.id, 0, 'timescale_passed', %(at)s, d.state, d.stage, d.tier, jsonb_build_object('time_limit', due.time_limit,
        'deadline', due.id, 'due_at', due.due_at, 'events', jsonb_build_array('timescale_passed')), 1, ''::bytea
    FROM due JOIN escalation_disagreement d ON d.id = due.disagreement_id
    RETURNING id, disagreement_id
)
INSERT INTO notifications_notice (partnership_id, entry_id, disagreement_id, template, rules, role, email)
SELECT %(p)s, e.id, e.disagreement_id, 'timescale_passed', '[]'::jsonb, 'lead', 'reader.' || n || '@bench.example'
FROM (SELECT *, row_number() OVER () AS nth FROM entries) e, generate_series(1, %(most)s) n
WHERE (e.nth - 1) * %(most)s + n <= %(notices)s
"""
ALL_TOLD = """
UPDATE notifications_announcecursor c SET seq =
    (SELECT coalesce(max(e.seq), 0) FROM escalation_chronologyentry e WHERE e.partnership_id = c.partnership_id)
"""
ENTRIES = """
INSERT INTO escalation_chronologyentry
    (partnership_id, disagreement_id, seq, kind, at, state, stage, tier, data, recipe, hash)
SELECT partnership_id, disagreement_id, 1000000000 + row_number() OVER (), kind, at, state, stage, tier, data, 1, ''::bytea
FROM escalation_chronologyentry WHERE partnership_id = %s AND words_id IS NULL LIMIT %s
"""


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = work()
    return time.perf_counter() - began, answer


class Noting:
    def __init__(self, asked: dict[str, Any]) -> None:
        self.superuser = psycopg2.connect(asked["superuser"])
        self.superuser.autocommit = True
        self.partnership, self.number, self.rounds = asked["partnership"], asked["passed"], asked["rounds"]
        self.at = datetime.now(UTC).replace(microsecond=0)
        self.counted = {"begun": 0, "notices": 0}

    def ask(self, statement: str, **more: Any) -> Any:
        with self.superuser.cursor() as cur:
            cur.execute(statement, {"p": self.partnership, "at": self.at, **more})
            return cur.fetchone()[0] if cur.description else cur.rowcount

    @contextmanager
    def without_walls(self) -> Iterator[None]:
        from django.db import connection  # noqa: PLC0415  (once the settings are configured)

        connection.close()
        self.ask("ALTER ROLE esc_app BYPASSRLS")
        try:
            yield
        finally:
            connection.close()
            self.ask("ALTER ROLE esc_app NOBYPASSRLS")

    def marked(self) -> None:
        """And tidied, as a database does by itself that is not under measurement: what was taken back is no row to look past."""
        self.at += timedelta(seconds=1)
        self.ask(QUIET)
        self.ask(MARK, number=self.number)
        for table in TIDIED:
            self.ask(f"VACUUM (ANALYZE) {table}")

    def floor(self) -> float:
        from django.db import connection, transaction  # noqa: PLC0415

        from partnerships.scope import partnership_scope  # noqa: PLC0415

        named = self.ask(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
            " WHERE table_name = 'escalation_deadline' AND column_name NOT IN ('id', 'stopped_at')"
        )
        notices = self.counted["notices"]
        facts = {"p": self.partnership, "at": self.at, "begun": self.counted["begun"], "notices": notices}
        facts["most"] = -(-notices // self.number)
        with partnership_scope(self.partnership), connection.cursor() as cursor:
            seconds, _ = timed(lambda: cursor.execute(FLOOR.replace("{columns}", named), facts))
            transaction.set_rollback(True)
        return seconds

    def product(self) -> dict[str, float]:
        from escalation.services import note_timescales  # noqa: PLC0415
        from notifications.announcing import announce  # noqa: PLC0415

        count = "SELECT count(*) FROM escalation_deadline WHERE partnership_id = %(p)s"
        before = self.ask(count)
        noting, noted = timed(lambda: note_timescales(self.partnership, at=self.at))
        announcing, notices = timed(lambda: announce(self.partnership, at=self.at))
        if noted != self.number:
            raise SystemExit(f"{self.number} had passed, and {noted} were noted.")
        self.counted = {"begun": self.ask(count) - before, "notices": notices}
        return {"noting": noting, "announcing": announcing}

    def chain(self) -> dict[str, list[float]]:
        """Entries put in with the trigger and without; each is taken back."""
        times: dict[str, list[float]] = {"chained": [], "unchained": []}
        self.superuser.autocommit = False
        for which in [*times] * (self.rounds + 1):
            with self.superuser.cursor() as cur:
                if which == "unchained":
                    cur.execute("ALTER TABLE escalation_chronologyentry DISABLE TRIGGER chain")
                seconds, _ = timed(lambda: cur.execute(ENTRIES, [self.partnership, self.number]))
                times[which].append(seconds)
            self.superuser.rollback()
        self.superuser.autocommit = True
        return {which: found[1:] for which, found in times.items()}

    def page(self) -> float:
        """A page of the tracker, as its bare view reads it."""
        from bench.floor import rows, with_people  # noqa: PLC0415
        from escalation.permissions import Viewer  # noqa: PLC0415
        from partnerships.models import Membership  # noqa: PLC0415
        from partnerships.scope import partnership_scope  # noqa: PLC0415

        with partnership_scope(self.partnership):
            own = list(Membership.objects.filter(role="partnership_manager", active=True).select_related("user")[:1])
            viewer = Viewer.of(own[0].user, own)
            seconds, _ = timed(lambda: [list(with_people(rows(viewer)).order_by("-raised_at", "-pk")[:25]) for _ in range(20)])
        return seconds / 20

    def measured(self) -> dict[str, Any]:
        self.ask(ALL_TOLD)
        times: dict[str, list[float]] = {}

        def keep(found: dict[str, float], behind: str = "") -> None:
            for name, seconds in found.items():
                times.setdefault(name + behind, []).append(seconds)

        self.marked()
        self.product()  # not counted: it warms, and says how many clocks begin and how many are written to
        for _ in range(self.rounds):
            self.marked()
            keep({"floor": self.floor()} | self.product() | {"page": self.page()})
            self.marked()
            with self.without_walls():
                keep(self.product() | {"page": self.page()}, " without walls")
        running = self.ask(f"SELECT count(*) FROM escalation_deadline WHERE {RUNNING}")  # noqa: S608
        return {"times": times | self.chain(), "running": running, "passed": self.number, **self.counted}


def empty(rounds: int) -> dict[str, Any]:
    """What a tick asks when there is nothing to do, of the whole database: each question's milliseconds, and how many."""
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from escalation import services as escalation  # noqa: PLC0415
    from escalation.services import across, attaching  # noqa: PLC0415
    from insight import counting  # noqa: PLC0415
    from notifications import services as notifications  # noqa: PLC0415
    from notifications.webhooks import sending  # noqa: PLC0415

    asked: dict[str, Callable[[], list[int]]] = {
        "timescales": lambda: escalation.partnerships_with_timescales_due(LONG_AGO),
        "announcing": lambda: notifications.partnerships_with_entries_to_announce(LONG_AGO),
        "sending": lambda: notifications.partnerships_with_messages_to_send(LONG_AGO),
        "webhooks": lambda: sending.partnerships_with_webhooks_to_send(LONG_AGO),
        "files": attaching.partnerships_with_files_to_scan,
        "markers": across.partnerships_with_markers_to_write,
        "counting": counting.partnerships_to_count,
    }
    times: dict[str, list[float]] = {name: [] for name in asked}
    found: dict[str, int] = {}
    with CaptureQueriesContext(connection) as queries:
        for name, ask in asked.items():
            found[name] = len(ask())
    for _ in range(rounds):
        for name, ask in asked.items():
            times[name].append(timed(ask)[0])
    sums = [sum(one) for one in zip(*times.values(), strict=True)]  # the quickest: the machine does other things as well
    each = {name: round(min(one) * 1000, 2) for name, one in times.items()}
    return {"ms": round(min(sums) * 1000, 2), "each_ms": each, "queries": len(queries), "found": found}


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    django.setup()
    print(DONE + json.dumps(empty(20) if asked.get("empty") else Noting(asked).measured()), flush=True)


if __name__ == "__main__":
    main()
