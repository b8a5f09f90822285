"""What many figures of one page count of the same rows, counted in one reading of them; knows no figure.

A page of figures asks eight times how many were raised, each time by something else. The rows are the same, so they are read
once and counted by all of it at once (GROUPING SETS), and once more for the period that they are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from partnerships.scope import in_scope, once_per_scope

# By what figures count those raised; each is one of the sets, in the order in which a figure names its columns.
SETS: tuple[tuple[str, ...], ...] = (
    (),
    ("line", "stage_reached"),
    ("kind_reached",),
    ("route",),
    ("line", "category"),
    ("common",),
    ("line", "child_status"),
    ("raiser", "receiver"),
    ("ending",),
    ("direct", "kind_reached"),
)
COLUMNS = tuple(dict.fromkeys(column for each in SETS for column in each))
Counts = dict[tuple[str, ...], dict[tuple[Any, ...], int]]


def shared(rows: QuerySet[Any], key: str, columns: Sequence[str]) -> dict[tuple[Any, ...], int] | None:
    """How many of `rows` there are by these columns, or None where no page counts so. `key` says which rows they are."""
    if tuple(columns) not in SETS:
        return None
    return once_per_scope(f"counted together: {key}", lambda: _counted(rows))[tuple(columns)]


def _counted(rows: QuerySet[Any]) -> Counts:
    sql, params = in_scope(rows.order_by().values_list(*COLUMNS)).query.sql_with_params()
    names = [f"c{place}" for place in range(len(COLUMNS))]
    sets = ", ".join(f"({', '.join(names[COLUMNS.index(column)] for column in each)})" for each in SETS)
    listed = ", ".join(names)
    asked = f"SELECT GROUPING({listed}), count(*), {listed} FROM ({sql}) AS each ({listed}) GROUP BY GROUPING SETS ({sets})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(asked, params)
        told = cursor.fetchall()
    by_mask = {_mask(each): each for each in SETS}
    found: Counts = {each: {} for each in SETS}
    for mask, count, *values in told:
        each = by_mask[mask]
        if count:
            found[each][tuple(values[COLUMNS.index(column)] for column in each)] = count
    return found


def _mask(each: Sequence[str]) -> int:
    """As the database says by which columns a line is: a bit for each by which it is not, the last column's the lowest."""
    return sum(1 << (len(COLUMNS) - 1 - place) for place, column in enumerate(COLUMNS) if column not in each)
