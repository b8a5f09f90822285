"""A step back: one rung down with a reason, and the clocks of that rung again."""

from __future__ import annotations

import pytest

from partnerships.ladder import Position
from tests.world import TUESDAY, World, days

from .acts import LATER, MANAGERS, after, agreed, last, raised, refusal, up_to, who_may, words_of

pytestmark = pytest.mark.django_db

NOT_A_MANAGER = "Only the managers who act at this step, on either side, may do this."


def test_down_to_the_stage_below_whose_clocks_start_again(barnsley: World) -> None:
    found = up_to(barnsley, "stage_2")
    thursday = TUESDAY + days(2)
    found = barnsley.do("step_back", found, by=barnsley.team_manager, at=thursday, reason="The leads had not met.")
    entry = last(barnsley, found)
    assert (found.position, found.stage_kind, found.state) == (Position(stage="stage_1"), "manager", "open")
    assert (entry.kind, entry.data["from"], entry.data["to"], entry.data["events"]) == (
        "stepped_back", {"stage": "stage_2", "tier": 1}, {"stage": "stage_1", "tier": 1}, ["stepped_back"],
    )  # fmt: skip
    assert words_of(barnsley, entry) == "The leads had not met."
    assert barnsley.running(found) == {"stage_1_resolution": after("2026-09-24"), "progress_update": after("2026-09-24")}


def test_down_a_tier_inside_a_stage_whose_clock_goes_on(barnsley: World) -> None:
    found = up_to(barnsley, "stage_2", 2)
    clocks = barnsley.running(found)
    found = barnsley.do("step_back", found, by=barnsley.hospital_lead, at=LATER, reason="One tier too many.")
    assert (found.position, barnsley.running(found)) == (Position(stage="stage_2", tier=1), clocks)


def test_down_into_the_highest_tier_of_the_stage_below(havering: World) -> None:
    found = havering.do("step_back", up_to(havering, "stage_4"), by=havering.office, at=LATER, reason="They will try again.")
    assert found.position == Position(stage="stage_3", tier=2)


def test_a_gate_that_was_recorded_stays_recorded(havering: World) -> None:
    found = havering.do("step_back", up_to(havering, "stage_4"), by=havering.office, at=LATER, reason="They will try again.")
    found = havering.do("escalate", found, by=havering.office, at=LATER, to=Position(stage="stage_4"), reason="In vain.")
    assert found.stage == "stage_4"


def test_the_lowest_step_has_none_below(barnsley: World, wiltshire: World) -> None:
    assert refusal(barnsley, "step_back", raised(barnsley), by=barnsley.team_manager, reason="x") == (
        "Stage 1: Safeguarding leads or managers is the lowest step, so it cannot be taken a step back."
    )
    assert refusal(wiltshire, "step_back", raised(wiltshire), by=wiltshire.team_manager, reason="x") == (
        "Tier 1: Practitioner to practitioner is the lowest step, so it cannot be taken a step back."
    )


def test_a_reason_is_needed(barnsley: World) -> None:
    assert refusal(barnsley, "step_back", up_to(barnsley, "stage_2"), by=barnsley.team_manager, reason="") == (
        "Say why it is taken a step back."
    )


def test_what_is_agreed_is_not_taken_back(barnsley: World) -> None:
    found = agreed(barnsley, up_to(barnsley, "stage_2"))
    assert refusal(barnsley, "step_back", found, by=barnsley.team_manager, reason="x") == (
        "This disagreement is agreed, to be confirmed in writing, so it cannot be taken a step back now."
    )


def test_who_may(barnsley: World) -> None:
    found = up_to(barnsley, "stage_2")
    assert who_may(barnsley, "step_back", found) == MANAGERS
    assert refusal(barnsley, "step_back", found, by=barnsley.midwife, reason="x") == NOT_A_MANAGER
