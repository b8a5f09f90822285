"""Whatever anybody does in whatever order under whatever protocol: each step is legal and recorded, or leaves no trace."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TypeVar
from zlib import crc32

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from escalation.permissions import PERMISSIONS
from escalation.states import State
from partnerships.ladder import openings
from partnerships.protocol import Protocol
from tests.strategies import protocols
from tests.world import World

from .deeds import FACTS, Choosing, asking_for_more
from .walking import CLOCKWORK, Walk, cast_of

pytestmark = pytest.mark.django_db
T = TypeVar("T")

ANYTHING = (*sorted(FACTS), *CLOCKWORK)
# What leads on from each state; without these most steps would be refused.
LEADING = {
    State.OPEN: (
        "escalate", "escalate", "record_agreement", "record_agreement", "record_decision", "step_back", "sweep", "closure",
        "propose_outcome", "propose_outcome", "agree_to_proposal", "decline_proposal", "withdraw_proposal", "pause_clock",
        "pause_clock", "resume_clock", "resume_clock", "vary_timescale", "record_progress", "start_side_process",
        "end_side_process", "flag", "unflag", "record_gate", "change_party", "add_action", "finish_action",
    ),
    State.AWAITING_CONFIRMATION: ("confirm_outcome", "dispute_outcome", "escalate", "sweep"),
    State.RESOLVED: ("tell_raiser", "confirm_on_file", "confirm_on_file", "record_learning", "record_satisfaction",
        "record_satisfaction", "close", "close", "reopen",),
    State.CLOSED: ("reopen",),
    State.WITHDRAWN: (),
}  # fmt: skip
SLUGS = ("barnsley", "havering", "wiltshire", "oldham", "enfield", "anywhere")
SIDES = ("hospital_lead", "team_manager")
BYSTANDERS = ("hospital_lead", "social_worker", "midwife", "decider", "stranger", "administrator")
WAITS = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=5), timedelta(days=1), timedelta(days=3))


class Dice(Choosing):
    """Mostly sensible; otherwise anything."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  (the same walk every time is what is wanted)

    def one(self, of: Sequence[T]) -> T:
        return of[0] if self.chance(6) else self.random.choice(of)

    def any(self, of: Sequence[T]) -> T:
        return self.random.choice(of)

    def chance(self, of_ten: float) -> bool:
        return self.random.random() * 10 < of_ten


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def walk(world: World, seed: int, *, steps: int, wanted: Collection[str] = ()) -> Walk:
    """One walk, taken back afterwards. `wanted` are verbs to try before others."""
    dice, viewers, protocol = Dice(seed), cast_of(world), world.protocol
    opening = dice.any(openings(protocol))
    walking = Walk.begin(
        world,
        viewers,
        to=opening.to,
        direct_reason="The child is not safe" if opening.direct else "",
        urgency=dice.any(["", *(band.key for band in protocol.urgency_bands)]),
        flags=tuple(flag.key for flag in protocol.flags[:1] if dice.chance(5)),
        needed_by=dice.any([None, date(2026, 9, 17), date(2026, 9, 24)]),
    )
    walking.holds()
    for _ in range(steps):
        verbs = (LEADING[walking.disagreement.standing] if dice.chance(7) else ()) or ANYTHING
        untried = [verb for verb in verbs if verb in wanted and verb not in walking.done]
        verb = dice.any(untried if untried and dice.chance(7) else verbs)
        usual = [*SIDES, *SIDES] if verb.endswith(("propose_outcome", "_proposal")) else ["office"] * 4
        walking.step(
            verb,
            by=dice.any([*usual, "team_manager", dice.any(BYSTANDERS)]),
            later=timedelta(days=25) if dice.chance(0.3) else dice.any(WAITS),
            choose=dice,
            behind=int(dice.chance(1)),
        )
    walking.ends()
    return walking


def test_every_verb_is_walked() -> None:
    assert set(FACTS) | {"open"} == set(PERMISSIONS)


def test_walks_over_the_five_ladders_and_one_that_asks_for_more_do_everything_that_can_be_done(db: None) -> None:
    """Each ladder once, and on until every verb has succeeded: what no walk does, no walk tries."""
    undone = set(ANYTHING)
    # The fifth comes early: it gives the last word, which few walks reach.
    for seed in (0, 1, 5, 2, 3, 4, *range(6, 16)):
        for slug in SLUGS:
            if seed and not undone:
                break
            with taken_back():
                world = World(slug, asking_for_more() if slug == "anywhere" else None)
                with world.scope():
                    undone -= set(walk(world, seed, steps=40, wanted=undone).done)
    assert undone == set()


@settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(protocol=protocols())
def test_walks_over_any_ladder(db: None, protocol: Protocol) -> None:
    seed = crc32(protocol.model_dump_json().encode())  # another walk for every ladder
    with taken_back():
        world = World("anywhere", protocol)
        with world.scope():
            walk(world, seed, steps=15)
