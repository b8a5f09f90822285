"""One page of a long list by its key, and how many there are without counting them all; knows no request and no column.

A page is found behind (or before) the key of a row: what the rows are in order by, and the number of the row. The thousandth
page costs what the first does. Nothing is counted beyond `MOST_COUNTED`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import BooleanField, DateTimeField, F, Func, QuerySet, Value
from django.db.models.expressions import Combinable

from ..models import Disagreement
from .orders import InOrder, Key

SIZE = 25
MOST_COUNTED = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOKEN = re.compile(r"(-?\d{1,18})\.(\d{1,18})")
LAST = "last"


class _Pair(Func):
    """Two values that are compared as one, as the index holds them."""

    output_field = BooleanField()
    template = "(%(expressions)s)"


def _beyond(by: Combinable, key: Key, *, greater: bool) -> Func:
    """A row stands behind another in an order."""
    when, number = key
    other = _Pair(Value(when, output_field=DateTimeField()), Value(number))
    row = _Pair(by, F("pk"))
    return Func(row, other, template="%(expressions)s", arg_joiner=" > " if greater else " < ", output_field=BooleanField())


@dataclass(frozen=True)
class Page:
    """The numbers of the rows in their order, and the keys under which the pages beside it are found; "" where none is."""

    numbers: tuple[int, ...]
    before: str = ""
    after: str = ""
    # What else was asked for of each row, in the same order.
    values: tuple[tuple[Any, ...], ...] = ()

    @property
    def alone(self) -> bool:
        return not self.before and not self.after


def page_of(
    found: QuerySet[Disagreement],
    order: InOrder,
    *,
    after: str = "",
    before: str = "",
    size: int = SIZE,
    columns: tuple[str, ...] = (),
) -> Page:
    """The page behind a key, before one, or the first; before "last": the last. A key that means nothing is the first page.
    `columns`: what else is asked for of each row, in the same question."""
    take = partial(_take, found, order, size=size, columns=columns)
    if before == LAST:
        rows, more = take(None, backwards=True)
        return _page(rows[::-1], earlier=more, later=False)
    if (key := key_of(before)) is not None:
        rows, more = take(key, backwards=True)
        if more or len(rows) == size:
            return _page(rows[::-1], earlier=more, later=True)
        key = None  # near the beginning the first page is whole
    else:
        key = key_of(after)
    rows, more = take(key, backwards=False)
    return _page(rows, earlier=key is not None, later=more)


def _take(
    found: QuerySet[Disagreement],
    order: InOrder,
    key: Key | None,
    *,
    backwards: bool,
    size: int,
    columns: tuple[str, ...],
) -> tuple[list[Any], bool]:
    rising = order.rising != backwards
    if key is not None:
        found = found.filter(_beyond(order.by, key, greater=rising))
    by = order.by.asc() if rising else order.by.desc()  # type: ignore[attr-defined]
    rows = list(found.order_by(by, "pk" if rising else "-pk").values_list(order.by, "pk", *columns)[: size + 1])
    return rows[:size], len(rows) > size


def _page(rows: list[Any], *, earlier: bool, later: bool) -> Page:
    return Page(
        tuple(row[1] for row in rows),
        before=token_of(rows[0][:2]) if rows and earlier else "",
        after=token_of(rows[-1][:2]) if rows and later else "",
        values=tuple(row[2:] for row in rows),
    )


def token_of(key: Key) -> str:
    """A key as an address carries it: microseconds and a number. It says nothing, and opens nothing."""
    when, number = key
    return f"{(when - EPOCH) // timedelta(microseconds=1)}.{number}"


def key_of(token: str) -> Key | None:
    if (found := _TOKEN.fullmatch(token)) is None or not found[2].isascii():
        return None
    try:
        return EPOCH + timedelta(microseconds=int(found[1])), int(found[2])
    except (OverflowError, ValueError):
        return None


@dataclass(frozen=True)
class Count:
    """How many there are: exactly, as long as that is cheap."""

    number: int

    @property
    def exact(self) -> bool:
        return self.number <= MOST_COUNTED

    def __str__(self) -> str:
        return f"{self.number:,}" if self.exact else f"more than {MOST_COUNTED:,}"

    def __bool__(self) -> bool:
        return self.number > 0


def counted(found: QuerySet[Disagreement]) -> Count:
    return Count(found.order_by().values("pk")[: MOST_COUNTED + 1].count())
