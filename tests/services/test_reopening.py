"""Opened again at the rung where it stood, its clocks from now; what was recorded of the first end is asked for again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.world import TUESDAY, World, days

from .acts import BOTH_SIDES, LATER, PARTIES, after, agreed, closed, last, raised, refusal, resolved, up_to, who_may, words_of

pytestmark = pytest.mark.django_db

REASON = "The visits did not happen."


@pytest.mark.parametrize(
    ("slug", "clocks"),
    [
        ("barnsley", {"stage_1_resolution": after("2026-09-29"), "progress_update": after("2026-09-29")}),
        ("havering", {"stage_1_discussion": after("2026-09-29")}),
        ("wiltshire", {}),
        ("oldham", {}),
        ("enfield", {"stage_1_discussion": after("2026-09-29")}),
    ],
)
def test_a_closed_one_opens_where_it_stood_and_its_clocks_start(db: None, slug: str, clocks: dict[str, object]) -> None:
    world = World(slug)
    found = closed(world)
    position = found.position
    found = world.do("reopen", found, by=world.midwife, at=TUESDAY + days(7), reason=REASON)
    entry = last(world, found)
    assert (found.state, found.position, found.ended_at, world.running(found)) == ("open", position, None, clocks)
    assert (entry.kind, entry.data["to"], entry.data["events"]) == ("reopened", position.model_dump(), ["reopened"])
    assert words_of(world, entry) == REASON


def test_at_the_partners_stage_their_clock_starts_again(barnsley: World) -> None:
    found = up_to(barnsley, "stage_3")
    found = barnsley.do("record_decision", found, by=barnsley.office, at=LATER, text="Concluded.")
    found = barnsley.do("reopen", found, by=barnsley.team_manager, at=TUESDAY + days(1), reason=REASON)
    assert barnsley.running(found) == {"stage_3_conclusion": after("2026-09-23"), "progress_update": after("2026-09-23")}


def test_closing_again_asks_again(barnsley: World) -> None:
    found = barnsley.do("reopen", closed(barnsley), by=barnsley.midwife, at=LATER + timedelta(days=1), reason=REASON)
    found = agreed(barnsley, found, at=LATER + timedelta(days=2))
    found = barnsley.do("confirm_outcome", found, by=barnsley.team_manager, at=LATER + timedelta(days=2))
    assert refusal(barnsley, "close", found, by=barnsley.office, at=LATER + timedelta(days=3)) == (
        "Before it is closed, record this: Does the worker who first raised the concern know the resolution? "
        "What should be learned? Does a policy need changing, or is training needed?"
    )


def test_what_is_open_or_withdrawn_is_not_opened_again(barnsley: World) -> None:
    assert refusal(barnsley, "reopen", raised(barnsley), by=barnsley.office, reason="x") == (
        "This disagreement is open, so it cannot be reopened now."
    )
    withdrawn = barnsley.do("withdraw", raised(barnsley), by=barnsley.midwife, at=LATER, reason="A mistake.")
    assert refusal(barnsley, "reopen", withdrawn, by=barnsley.office, reason="x") == (
        "This disagreement is withdrawn, so it cannot be reopened now."
    )


def test_a_reason_is_needed_and_who_may(havering: World) -> None:
    found = resolved(havering)
    assert refusal(havering, "reopen", found, by=havering.midwife, reason=" ") == "Say why it is opened again."
    assert who_may(havering, "reopen", found) == BOTH_SIDES
    assert refusal(havering, "reopen", found, by=havering.stranger, reason="x") == PARTIES
