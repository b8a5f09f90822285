"""What the forecast says will happen if nobody acts is what happens: the same entries, the same dates, the same letters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnerships.ladder import openings
from partnerships.protocol import MAIN, Protocol
from partnerships.protocol_file import read_protocol
from partnerships.protocol_terms import Asked, Side
from partnerships.routing import stopped
from rehearsal.forecast import Ending, Start
from tests.strategies import protocols
from tests.world import TUESDAY, World, days

from .reality import Reality, foretold

pytestmark = pytest.mark.django_db

OTHERS = Path(__file__).resolve().parents[1] / "protocols"
# The areas' main protocols; beside them stand second ones, such as conference dissent, which are begun in another way.
OWN_LINE = [
    path.stem
    for path in OTHERS.glob("*.yml")
    if (found := read_protocol(path.read_bytes(), name=path.name).protocol) and found.key == MAIN
]
SLUGS = ("barnsley", "havering", "wiltshire", "oldham", "enfield", *sorted(OWN_LINE))
SECTORS = {Side.RAISING: "health", Side.RECEIVING: "social_care"}


def world_of(slug: str) -> World:
    """A shipped protocol's world, or one of another area's that is entered as data alone."""
    path = OTHERS / f"{slug}.yml"
    return World(slug.replace("_", "-"), read_protocol(path.read_bytes(), name=path.name).protocol if path.exists() else None)


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def starts(protocol: Protocol) -> list[Start]:
    """From every rung where one may start, plain; and once with everything that can be chosen. What the protocol sends
    elsewhere cannot be raised at all."""
    plain = [
        Start(
            at=TUESDAY,
            to=o.to,
            sectors=SECTORS,
            category=protocol.categories[0].key if protocol.categories else "",
            decided_on=date(2026, 9, 14) if protocol.asks_for(Asked.DECIDED_ON, stage=o.to.stage) else None,
        )
        for o in openings(protocol)
    ]
    full = Start(
        at=TUESDAY + timedelta(hours=5),
        to=openings(protocol)[0].to,
        sectors=SECTORS,
        category=protocol.categories[-1].key if protocol.categories else "",
        urgency=protocol.urgency_bands[0].key if protocol.urgency_bands else "",
        child_status=protocol.child_statuses[0].key if protocol.child_statuses else "",
        flags=tuple(flag.key for flag in protocol.flags),
        needed_by=date(2026, 9, 17),
        decided_on=date(2026, 9, 11),
    )
    found = [
        start
        for start in (*plain, full)
        if not stopped(protocol, start.facts()) and any(o.to == start.to for o in openings(protocol, start.facts()))
    ]
    assert found
    return found


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_foretold_comes_true(slug: str) -> None:
    world = world_of(slug)
    reality = Reality(world)
    for start in starts(world.protocol):
        with taken_back():
            found = reality.foretells(start, until=TUESDAY + days(45))
            assert reality.lives_through(start, found) == foretold(found), start
            assert found.ending in (Ending.NOTHING_LEFT, Ending.HORIZON)
            assert world.sweep(at=found.until) == 0


@pytest.mark.parametrize("slug", SLUGS)
def test_moved_up_each_time_it_comes_true_as_well(slug: str) -> None:
    world = world_of(slug)
    reality = Reality(world)
    for start in starts(world.protocol):
        with taken_back():
            found = reality.foretells(start, until=TUESDAY + days(45), moves_up=True)
            assert reality.lives_through(start, found) == foretold(found), start


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(protocol=protocols(), hours=st.integers(0, 24 * 9), needed=st.none() | st.integers(0, 20), pick=st.integers(0, 9))
def test_under_any_protocol(db: None, protocol: Protocol, hours: int, needed: int | None, pick: int) -> None:
    ways = openings(protocol)
    at = TUESDAY + timedelta(hours=hours)
    start = Start(
        at=at,
        to=ways[pick % len(ways)].to,
        sectors=SECTORS,
        category=protocol.categories[0].key if protocol.categories else "",
        urgency=protocol.urgency_bands[pick % len(protocol.urgency_bands)].key if protocol.urgency_bands else "",
        child_status=protocol.child_statuses[0].key if protocol.child_statuses else "",
        flags=tuple(flag.key for flag in protocol.flags[: pick % 3]),
        needed_by=(at + days(needed)).date() if needed is not None else None,
        decided_on=at.date() - days(3),
    )
    with taken_back():
        reality = Reality(World("anywhere", protocol))
        found = reality.foretells(start, until=at + days(20))
        assert reality.lives_through(start, found) == foretold(found)
