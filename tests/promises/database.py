"""Raw SQL under either login, and threads with connections of their own: what the promises are tried with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

from django.db import connections, transaction

T = TypeVar("T")


def raw(sql: str, args: Sequence[Any] = (), *, login: str = "default") -> list[tuple[Any, ...]]:
    """Rows of a query; for a statement that gives none, one row with how many it touched."""
    with connections[login].cursor() as cursor:
        cursor.execute(sql, args or None)
        return cursor.fetchall() if cursor.description else [(cursor.rowcount,)]


def as_owner(partnership_id: int, *statements: str) -> None:
    """What somebody with the owner's password can do to a partnership's rows, triggers switched off and all."""
    for statement in statements:
        with transaction.atomic(using="owner"):
            raw("SELECT set_config('app.partnership_id', %s, true)", [str(partnership_id)], login="owner")
            raw(statement, login="owner")


def scoped_tables() -> list[str]:
    """Every table that has a partnership's rows, as the database itself says."""
    found = raw(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'partnership_id'"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    return [name for (name,) in found]


def at_once(acts: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Run them all at the same moment, each on a connection of its own; what each returned or raised."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T | Exception:
        barrier.wait(timeout=20)
        try:
            return act()
        except Exception as problem:  # noqa: BLE001  (what went wrong is what the test looks at)
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
