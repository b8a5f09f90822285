"""Not agreed after all: it is open again at the same rung, and its clocks start again."""

from __future__ import annotations

import pytest

from escalation.models import Outcome
from tests.world import TUESDAY, World, days

from .acts import BOTH_SIDES, PARTIES, after, agreed, last, raised, refusal, up_to, who_may, words_of

pytestmark = pytest.mark.django_db


def test_it_is_open_again_and_the_five_days_start_again(barnsley: World) -> None:
    found = agreed(barnsley, raised(barnsley))
    found = barnsley.do("dispute_outcome", found, by=barnsley.midwife, at=TUESDAY + days(2), reason="Nights are left out.")
    entry = last(barnsley, found)
    assert (found.state, found.stage, found.ended_at) == ("open", "stage_1", None)
    assert (entry.kind, entry.data["events"]) == ("outcome_disputed", ["outcome_disputed"])
    assert words_of(barnsley, entry) == "Nights are left out."
    # The summary of progress was never stopped, so it keeps its date.
    assert barnsley.running(found) == {"stage_1_resolution": after("2026-09-24"), "progress_update": after("2026-09-22")}
    with barnsley.scope():
        assert Outcome.objects.get(disagreement=found).disputed_at == TUESDAY + days(2)


def test_at_a_higher_tier_it_stays_there(barnsley: World) -> None:
    found = agreed(barnsley, up_to(barnsley, "stage_2", 2))
    found = barnsley.do("dispute_outcome", found, by=barnsley.team_manager, at=TUESDAY + days(1), reason="No.")
    assert (found.stage, found.tier, barnsley.running(found)["stage_2_resolution"]) == ("stage_2", 2, after("2026-09-23"))


def test_oldham_has_no_clock_to_start_again(oldham: World) -> None:
    found = agreed(oldham, up_to(oldham, "manager"))
    found = oldham.do("dispute_outcome", found, by=oldham.midwife, at=TUESDAY + days(1), reason="No.")
    assert (found.state, oldham.running(found)) == ("open", {})


def test_a_reason_is_needed(barnsley: World) -> None:
    found = agreed(barnsley, raised(barnsley))
    assert refusal(barnsley, "dispute_outcome", found, by=barnsley.midwife, reason="") == "Say what is not agreed after all."


def test_only_what_is_to_be_confirmed_can_be_disputed(barnsley: World, havering: World) -> None:
    assert refusal(barnsley, "dispute_outcome", raised(barnsley), by=barnsley.midwife, reason="x") == (
        "This disagreement is open, so it cannot be disputed now."
    )
    assert refusal(havering, "dispute_outcome", agreed(havering, raised(havering)), by=havering.midwife, reason="x") == (
        "This disagreement is resolved, so it cannot be disputed now."
    )


def test_who_may(barnsley: World) -> None:
    found = agreed(barnsley, raised(barnsley))
    assert who_may(barnsley, "dispute_outcome", found) == BOTH_SIDES
    assert refusal(barnsley, "dispute_outcome", found, by=barnsley.stranger, reason="x") == PARTIES
