"""Recording what was agreed: to be confirmed in writing where the protocol asks for it, resolved at once where not."""

from __future__ import annotations

import pytest

from escalation.models import Outcome
from tests.world import TUESDAY, World, days

from .acts import BOTH_SIDES, LATER, MANAGERS, after, agreed, last, raised, refusal, resolved, up_to, who_may, words_of

pytestmark = pytest.mark.django_db

NOT_A_MANAGER = "Only the managers who act at this step, on either side, may do this."


@pytest.mark.parametrize(
    ("slug", "stage", "state"),
    [
        ("barnsley", "stage_1", "awaiting_confirmation"),
        ("barnsley", "stage_2", "awaiting_confirmation"),
        ("barnsley", "stage_3", "resolved"),
        ("havering", "stage_1", "resolved"),
        ("wiltshire", "tier_1", "resolved"),
        ("oldham", "practitioner", "resolved"),
        ("oldham", "manager", "awaiting_confirmation"),
        ("oldham", "statutory_partners", "awaiting_confirmation"),
        ("enfield", "stage_1", "resolved"),
    ],
)
def test_each_protocol_says_whether_it_is_to_be_confirmed_in_writing(db: None, slug: str, stage: str, state: str) -> None:
    world = World(slug)
    found = agreed(world, up_to(world, stage))
    with world.scope():
        outcome = Outcome.objects.get(disagreement=found)
    done = state == "resolved"
    assert (found.state, found.ended_at) == (state, LATER if done else None)
    assert (outcome.how, outcome.text, outcome.recorded_by) == ("agreed", "A joint visit.", world.hospital_lead)
    assert (outcome.recorded_at, outcome.confirmed_at) == (LATER, LATER if done else None)
    assert last(world, found).data["events"] == (["agreement_recorded", "resolved"] if done else ["agreement_recorded"])


def test_the_stages_clock_stops_and_the_letters_starts(barnsley: World) -> None:
    found = barnsley.do(
        "record_agreement", raised(barnsley), by=barnsley.team_manager, at=TUESDAY + days(1),
        text="A joint visit.", outstanding="The GP's view.",
    )  # fmt: skip
    entry = last(barnsley, found)
    assert words_of(barnsley, entry) == "A joint visit.\n\nStill outstanding: The GP's view."
    assert barnsley.running(found) == {"written_outcome": after("2026-09-23"), "progress_update": after("2026-09-22")}
    with barnsley.scope():
        assert found.deadlines.get(time_limit="stage_1_resolution").stopped_at == TUESDAY + days(1)
        assert Outcome.objects.get(disagreement=found).outstanding == "The GP's view."


def test_where_it_is_resolved_every_clock_stops(havering: World) -> None:
    assert havering.running(resolved(havering)) == {}


def test_oldhams_hours_stop_on_agreeing(oldham: World) -> None:
    assert oldham.running(agreed(oldham, raised(oldham, urgency="imminent_risk"))) == {}


def test_nothing_written_is_nothing_agreed(barnsley: World) -> None:
    assert refusal(barnsley, "record_agreement", raised(barnsley), by=barnsley.team_manager, text="\n ") == (
        "Write down what was agreed."
    )


def test_what_is_agreed_or_ended_is_not_agreed_again(barnsley: World, havering: World) -> None:
    found = agreed(barnsley, raised(barnsley))
    assert refusal(barnsley, "record_agreement", found, by=barnsley.team_manager, text="x") == (
        "This disagreement is agreed, to be confirmed in writing, so it cannot be recorded as agreed now."
    )
    assert refusal(havering, "record_agreement", resolved(havering), by=havering.team_manager, text="x") == (
        "This disagreement is resolved, so it cannot be recorded as agreed now."
    )


def test_who_may_at_a_managers_stage(barnsley: World) -> None:
    found = raised(barnsley)
    assert who_may(barnsley, "record_agreement", found) == MANAGERS
    assert refusal(barnsley, "record_agreement", found, by=barnsley.midwife, text="x") == NOT_A_MANAGER
    assert refusal(barnsley, "record_agreement", found, by=barnsley.stranger, text="x") == NOT_A_MANAGER


def test_who_may_where_practitioners_act(havering: World) -> None:
    assert who_may(havering, "record_agreement", raised(havering)) == BOTH_SIDES
    assert who_may(havering, "record_agreement", up_to(havering, "stage_2")) == MANAGERS
