"""One partnership's rows from one database into tables beside the real ones of another: which tables there are, in which order
their keys let rows in, and the copying. Which rows may go where is not decided here."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .manifest import quoted, rows

SCOPED = """
SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '')
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
GROUP BY c.relname HAVING bool_or(a.attname = 'partnership_id') = %s ORDER BY 1
"""
KEYS = """
SELECT DISTINCT k.conrelid::regclass::text, k.confrelid::regclass::text, a.attname FROM pg_constraint k
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) WHERE k.contype = 'f' ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class Table:
    """`columns`: those that are written; `beside`: where its rows of the backup stand meanwhile; `people`: columns that name
    a person."""

    name: str
    columns: tuple[str, ...]
    beside: str
    people: tuple[str, ...]

    @property
    def listed(self) -> str:
        return ", ".join(quoted(column) for column in self.columns)

    def of(self, alias: str) -> str:
        return ", ".join(f"{alias}.{quoted(column)}" for column in self.columns)


def keys(connection: Any) -> list[tuple[str, str, str]]:
    """Who refers to whom, by which column."""
    return [(one.strip('"'), other.strip('"'), column) for one, other, column in rows(connection, KEYS)]


def tables_in_order(connection: Any) -> list[Table]:
    """Every table of a partnership, each after those that it refers to. A new table cannot be forgotten."""
    found = dict(rows(connection, SCOPED, [True]))
    every = keys(connection)
    refers = {name: {to for one, to, _ in every if one == name and to in found and to != name} for name in found}
    ordered: list[str] = []
    while len(ordered) < len(found):
        free = [name for name in sorted(found) if name not in ordered and refers[name] <= set(ordered)]
        if not free:
            raise AssertionError("the tables of a partnership refer to each other in a circle")
        ordered += free
    people = {name: tuple(col for one, to, col in every if one == name and to == "partnerships_user") for name in found}
    return [Table(name, tuple(found[name]), f"put_back_{place}", people[name]) for place, name in enumerate(ordered)]


def outside(connection: Any, *, to: str) -> list[tuple[Table, str]]:
    """The tables of no partnership that refer to this one, with the column."""
    found = dict(rows(connection, SCOPED, [False]))
    return [
        (Table(name, tuple(found[name]), f"put_back_{name}"[:60], ()), column)
        for name, target, column in keys(connection)
        if target == to and name in found and name not in ("partnerships_user", "partnerships_partnership")
    ]


def lay_beside(source: Any, target: Any, table: Table, *, where: str, args: Sequence[Any]) -> None:
    """The rows of the source, in a table that is gone at the end of the transaction. Streamed: nothing stands on a disk of
    ours in the clear."""
    target.execute(f"CREATE TEMP TABLE {table.beside} ON COMMIT DROP AS SELECT {table.listed} FROM {quoted(table.name)} LIMIT 0")  # noqa: S608
    with source.cursor() as reading:
        query = reading.mogrify(f"SELECT {table.listed} FROM public.{quoted(table.name)} WHERE {where}", args)  # noqa: S608
    taken, given = os.pipe()
    wrong: list[Exception] = []

    def read() -> None:
        try:
            with os.fdopen(given, "wb") as out, source.cursor() as cursor:
                cursor.copy_expert(f"COPY ({query.decode()}) TO STDOUT", out)
        except Exception as problem:  # noqa: BLE001  (raised below, in the thread that asked)
            wrong.append(problem)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        with os.fdopen(taken, "rb") as come:
            target.copy_expert(f"COPY {table.beside} ({table.listed}) FROM STDIN", come)
    finally:
        thread.join()
    if wrong:
        raise wrong[0]
