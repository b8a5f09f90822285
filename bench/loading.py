"""Fills a database of its own by COPY, a partnership at a time, in several processes; never one that somebody uses.

Only the server's own superuser may load without every row asking for its keys and its triggers, for the length of a session;
that login exists for the embedded server alone (devstack/services.py), so nobody's database can be filled by accident."""

from __future__ import annotations

import io
import multiprocessing
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import psycopg2

from devstack.roles import ROLES_SQL, at_database, cursor

from .growing import Grower, tables_grown
from .places import OF_A_PARTNERSHIP, PARTNERSHIP, STRIDE, Maker, Pattern, pattern
from .schema import Table, tables
from .sizes import Size, sizes
from .stories import COPY_ENTRIES, COPY_WORDS, ENTRIES, WORDS, Story, stories

AT_ONCE = 4_000_000  # characters of one table that are kept before they are given to the server
PROCESSES = 3
COUNTERS = ("escalation_referencecounter", "notifications_announcecursor", "insight_countingcursor")
MADE = "made by bench: seed {seed}, of {digest}"


@dataclass
class Sink:
    """One connection that takes rows of any table, in large pieces."""

    connection: Any
    known: dict[str, Table]
    pieces: dict[str, list[str]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def write(self, table: str, text: str) -> None:
        self.pieces.setdefault(table, []).append(text)
        self.rows[table] = self.rows.get(table, 0) + text.count("\n")
        size = self.sizes[table] = self.sizes.get(table, 0) + len(text)
        if size > AT_ONCE:
            self._give(table)

    def _give(self, table: str) -> None:
        copy = {ENTRIES: COPY_ENTRIES, WORDS: COPY_WORDS}.get(table) or self.known[table].copy
        with self.connection.cursor() as cur:
            cur.copy_expert(copy, io.StringIO("".join(self.pieces.pop(table, []))))
        self.sizes[table] = 0

    def close(self) -> None:
        for table in list(self.pieces):
            self._give(table)
        self.connection.commit()


def connected(url: str) -> Any:
    """A session in which no trigger runs and no key is asked for: the rows are made so that they hold."""
    connection = psycopg2.connect(url)
    with connection.cursor() as cur:
        cur.execute("SET session_replication_role = replica; SET synchronous_commit = off; SET TIME ZONE 'UTC'")
    connection.commit()
    return connection


@dataclass(frozen=True)
class Job:
    url: str
    size: Size
    pattern: Pattern
    stories: tuple[Story, ...]
    seed: int
    recipe: int  # of what insight keeps, as the demonstration has it


def fill(job: Job) -> dict[str, int]:
    """One partnership, whole: how many rows of each table."""
    with closing(connected(job.url)) as connection:
        sink = Sink(connection, job.pattern.known)
        place = Maker(job.pattern, job.size, write=sink.write).make()
        grower = Grower(job.pattern, job.stories, job.size, place, write=sink.write, seed=job.seed)
        entries = grower.grow()
        held: dict[str, int | str] = {
            "id": (job.size.number + 1) * STRIDE,
            "partnership_id": place.number,
            "last": job.size.disagreements,
        }
        held |= {"seq": entries, "building": r"\N", "recipe": job.recipe}
        for table in COUNTERS:
            sink.write(table, "\t".join(str(held[column.name]) for column in job.pattern.known[table].columns) + "\n")
        sink.close()
        return sink.rows


def load(url: str, *, of: Sequence[Size], seed: int = 6) -> dict[str, int]:
    """Everything, into the database at this superuser's address, which holds the demonstration and nothing else."""
    with cursor(url) as cur:
        known = tables(cur)
        told = stories(cur, known)
        # Twice where the stories are longer, so that there are eight entries to a disagreement.
        by = {one: pattern(cur, known, one) for one in sorted({story.partnership for story in told})}
        cur.execute("SELECT coalesce(max(recipe), 0) FROM insight_countingcursor")
        recipe = int(cur.fetchone()[0])
        indexes = _without_indexes(cur, sorted(tables_grown(told)))
    order = sorted(by, key=lambda one: -_entries_of(told, one))
    turns = [*order, order[0], order[1], order[0]]
    jobs = [
        Job(url, size, by[turn], tuple(s for s in told if s.partnership == turn), seed, recipe)
        for size in of
        if (turn := turns[size.number % len(turns)])
    ]
    rows: dict[str, int] = {}
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        for counted in pool.imap_unordered(fill, jobs, chunksize=1):
            rows = {table: rows.get(table, 0) + counted.get(table, 0) for table in rows | counted}
    grown = sorted({*tables_grown(told), *OF_A_PARTNERSHIP, PARTNERSHIP, *COUNTERS})
    _finish(url, indexes, [known[name] for name in grown])
    return rows


def _entries_of(told: Sequence[Story], partnership: int) -> float:
    ended = [len(story.entries) for story in told if story.partnership == partnership and not story.live]
    return sum(ended) / len(ended) if ended else 0


def _without_indexes(cur: Any, grown: list[str]) -> list[str]:
    """Taken away while rows arrive, and made in one pass afterwards; those that a constraint rests on stay."""
    cur.execute(
        """SELECT i.indexname, i.indexdef FROM pg_indexes i
           WHERE i.schemaname = 'public' AND i.tablename = ANY(%s)
           AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = ('public.' || quote_ident(i.indexname))::regclass)""",
        [grown],
    )
    found = cur.fetchall()
    for name, _ in found:
        cur.execute(f'DROP INDEX "{name}"')
    return [definition for _, definition in found]


def _made(task: tuple[str, str]) -> None:
    url, statement = task
    with cursor(url) as cur:
        cur.execute("SET maintenance_work_mem = '512MB'")
        cur.execute(statement)


def _finish(url: str, indexes: list[str], grown: list[Table]) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(_made, [(url, index) for index in indexes], chunksize=1)
        pool.map(_made, [(url, f"VACUUM (ANALYZE) {table.name}") for table in grown], chunksize=1)
    with cursor(url) as cur:
        for name in (table.name for table in grown if any(c.name == "id" and c.kind == "bigint" for c in table.columns)):
            cur.execute("SELECT pg_get_serial_sequence(%s, 'id')", [name])
            cur.execute(f"SELECT setval(%s, (SELECT max(id) FROM {name}))", [cur.fetchone()[0]])  # noqa: S608  (from the catalogue)


def database(
    superuser: str, *, disagreements: int, mark: str | None, of: Sequence[Size] = (), name: str = ""
) -> tuple[str, dict[str, Any] | None]:
    """The address of a database of this size, and what was loaded: a copy of the prepared one, kept while its mark holds,
    or (None) whatever it says. `of`: other partnerships than a country has."""
    name = name or f"bench_{disagreements}"
    with cursor(superuser) as cur:
        cur.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
        found = cur.fetchone()
        url = at_database(superuser, database=name)
        if found and mark in (None, found[0]):
            return url, None
        cur.execute(f"DROP DATABASE IF EXISTS {name}")
        cur.execute(f"CREATE DATABASE {name} TEMPLATE escalation")
    with cursor(url) as cur:
        cur.execute(ROLES_SQL.read_text())
    began = time.perf_counter()
    rows = load(url, of=of or sizes(disagreements))
    with cursor(superuser) as cur:
        cur.execute(f"COMMENT ON DATABASE {name} IS %s", [mark or "made in a folder that was used as it stood"])
    return url, {"rows": rows, "seconds": round(time.perf_counter() - began)}
