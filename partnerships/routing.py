"""Where a disagreement goes instead: a protocol's routes out held against its facts; knows no row and no page."""

from __future__ import annotations

from .conditions import Facts, holds
from .protocol import Condition, Protocol, RouteOut


def routes_out(protocol: Protocol, facts: Facts) -> tuple[RouteOut, ...]:
    """The routes whose condition holds, those that stop it first: a looked-after child's, to the IRO (St Helens)."""
    found = [route for route in protocol.routes_out if holds(protocol, route.when, facts)]
    return tuple(sorted(found, key=lambda route: not route.stops))


def stopped(protocol: Protocol, facts: Facts) -> tuple[RouteOut, ...]:
    return tuple(route for route in routes_out(protocol, facts) if route.stops)


def not_here(route: RouteOut) -> str:
    """Why it cannot be raised here and where it goes, as one plain sentence or two."""
    return f"This cannot be raised here. {where_instead(route)}"


def where_instead(route: RouteOut) -> str:
    """In the protocol's own words."""
    return " ".join((f"{route.title.rstrip('.')}.", *route.advice))


def could_hold(protocol: Protocol, when: Condition, facts: Facts, *, unknown: frozenset[str]) -> bool:
    """Whether a condition holds or still may, while the answers to these parts of it (`child_statuses`, `flags` …) are
    not given yet."""
    open_ones = unknown & set(Condition.model_fields)
    return holds(protocol, when.model_copy(update=dict.fromkeys(open_ones, ())), facts)
