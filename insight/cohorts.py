"""Which disagreements a number counts, said as a short key that stands in an address and as the same condition in the database.

A key is a basis and what it is narrowed to: `raised`, `raised/receiver=7`, `ended/on=2026-04-01:2026-06-30`. A figure counts
by the very condition by which the list behind it is found (behind.py), so that the two cannot differ. Pure but for Q."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Q

from .figure import Period

# No figure narrows by more.
MOST_PARTS = 6


class UnknownKey(ValueError):
    """No such list: an address that nobody was given."""


@dataclass(frozen=True)
class Cohort:
    """Those of one basis in a period, narrowed: `only` are pairs of a name and a value, both plain words."""

    basis: str
    only: tuple[tuple[str, str], ...] = ()
    days: Period | None = field(default=None)

    def narrowed(self, **only: object) -> Cohort:
        return replace(self, only=(*self.only, *((name, str(value)) for name, value in only.items())))

    def within(self, days: Period) -> Cohort:
        return replace(self, days=days)

    @property
    def key(self) -> str:
        days = (f"on={self.days.first}:{self.days.last}",) if self.days else ()
        return "/".join((self.basis, *days, *(f"{name}={value}" for name, value in self.only)))


def read(key: str) -> Cohort:
    """The cohort that a key names; raises UnknownKey for anything that none of ours looks like."""
    basis, *parts = key.split("/")
    if "\x00" in key or len(parts) > MOST_PARTS:  # the database cannot be asked for the one, nor soon for the other
        raise UnknownKey(key)
    only, days = [], None
    for part in parts:
        name, there, value = part.partition("=")
        if not there:
            raise UnknownKey(key)
        if name == "on":
            days = _days(value)
        else:
            only.append((name, value))
    return Cohort(basis, tuple(only), days)


def _days(value: str) -> Period:
    first, _, last = value.partition(":")
    try:
        return Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError as wrong:
        raise UnknownKey(value) from wrong


def in_days(column: str, days: Period) -> Q:
    return Q(**{f"{column}__gte": days.first, f"{column}__lte": days.last})
