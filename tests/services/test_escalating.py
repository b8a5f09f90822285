"""Moving up: one allowed rung at a time, straight to the top where the protocol says so, gates recorded first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalation.models import Check, Outcome
from partnerships.ladder import Position
from tests.world import TUESDAY, World, days

from .acts import BOTH_SIDES, LATER, PARTIES, after, agreed, closed, last, people_of, raised, refusal, up_to, who_may, words_of

pytestmark = pytest.mark.django_db

STAGE_2, STAGE_2_HEADS, STAGE_3 = Position(stage="stage_2"), Position(stage="stage_2", tier=2), Position(stage="stage_3")


@pytest.mark.parametrize(
    ("slug", "ladder"),
    [
        ("barnsley", ["stage_1.1", "stage_2.1", "stage_2.2", "stage_3.1"]),
        ("havering", ["stage_1.1", "stage_2.1", "stage_3.1", "stage_3.2", "stage_4.1"]),
        ("wiltshire", ["tier_1.1", "tier_2.1", "tier_3.1", "tier_3.2"]),
        ("oldham", ["practitioner.1", "manager.1", "head_of_service.1", "statutory_partners.1"]),
        ("enfield", ["stage_1.1", "stage_2.1", "stage_3.1", "stage_4.1"]),
    ],
)
def test_up_the_whole_ladder_rung_by_rung(db: None, slug: str, ladder: list[str]) -> None:
    world = World(slug)
    stage, _, tier = ladder[-1].partition(".")
    found = up_to(world, stage, int(tier))
    with world.scope():
        entries = list(found.chronology.all())
    assert [f"{entry.stage}.{entry.tier}" for entry in entries] == ladder
    assert [entry.kind for entry in entries] == ["raised"] + ["escalated"] * (len(ladder) - 1)
    assert [
        entry.data["from"] == {"stage": entries[i].stage, "tier": entries[i].tier} for i, entry in enumerate(entries[1:])
    ] == [True] * (len(ladder) - 1)
    assert found.stage_kind == world.protocol.stage(stage).kind
    assert refusal(world, "escalate", found, by=world.midwife, to=STAGE_2, reason="More") == (
        f"{rung(world, found.position)} is the highest step of this protocol, so it cannot be moved up."
    )


def rung(world: World, position: Position) -> str:
    stage = world.protocol.stage(position.stage)
    words = f"{world.protocol.step_word.capitalize()} {stage.number}: {stage.name}"
    return f"{words} ({stage.tiers[position.tier - 1].name})" if stage.tiers else words


def test_a_new_stage_has_its_own_clocks_and_a_new_tier_goes_on_with_them(barnsley: World) -> None:
    """One count for all tiers of stage 2 (B Stage Two)."""
    found = raised(barnsley)
    wednesday = TUESDAY + days(1)
    found = barnsley.do(
        "escalate",
        found,
        by=barnsley.midwife,
        at=wednesday,
        to=STAGE_2,
        reason="No answer.",
        people=barnsley.acting_people(STAGE_2),
    )
    entry = last(barnsley, found)
    assert (entry.kind, entry.actor, entry.data["direct"], entry.data["gates"]) == ("escalated", barnsley.midwife, False, [])
    assert entry.data["events"] == ["stage_opened"]
    assert words_of(barnsley, entry) == "No answer."
    assert (found.stage_opened_at, found.version) == (wednesday, 2)
    clocks = {"stage_2_resolution": after("2026-09-23"), "progress_update": after("2026-09-23")}
    assert barnsley.running(found) == clocks
    with barnsley.scope():
        assert found.deadlines.get(time_limit="stage_1_resolution").stopped_at == wednesday

    found = barnsley.do("escalate", found, by=barnsley.hospital_lead, at=TUESDAY + days(2), to=STAGE_2_HEADS, reason="Still not.")
    assert (last(barnsley, found).data["events"], found.stage_opened_at) == (["tier_opened"], wednesday)
    assert barnsley.running(found) == clocks


def test_straight_to_the_partners_from_anywhere(barnsley: World) -> None:
    for found in (raised(barnsley), up_to(barnsley, "stage_2")):
        moved = barnsley.do("escalate", found, by=barnsley.midwife, at=LATER, to=STAGE_3, reason="The child is not safe.")
        assert (moved.position, last(barnsley, moved).data["direct"]) == (STAGE_3, True)
        assert moved.opened_directly is False


def test_from_the_heads_of_service_the_partners_are_the_next_step(barnsley: World) -> None:
    found = up_to(barnsley, "stage_2", 2)
    moved = barnsley.do("escalate", found, by=barnsley.hospital_lead, at=LATER, to=STAGE_3, reason="Not resolved.")
    assert last(barnsley, moved).data["direct"] is False


def test_a_step_that_the_protocol_does_not_allow_is_refused_with_those_that_it_does(
    barnsley: World, havering: World, enfield: World
) -> None:
    said = {
        world.slug: refusal(world, "escalate", found, by=world.midwife, to=to, reason="Quick")
        for world, found, to in (
            (barnsley, raised(barnsley), STAGE_2_HEADS),
            (havering, raised(havering), Position(stage="stage_4")),
            (enfield, raised(enfield), Position(stage="stage_1")),
        )
    }
    assert said == {
        "barnsley": "The protocol does not allow that step from here. The steps allowed now are: "
        "Stage 2: Next tiers of management (Next tier of management); Stage 3: Safeguarding Partners.",
        "havering": "The protocol does not allow that step from here. The steps allowed now are: Stage 2: Line managers.",
        "enfield": "The protocol does not allow that step from here. The steps allowed now are: Stage 2: First-line managers.",
    }


def test_a_reason_is_always_needed(barnsley: World) -> None:
    assert refusal(barnsley, "escalate", raised(barnsley), by=barnsley.midwife, to=STAGE_2, reason=" ") == (
        "Say why it moves up: what was tried, and what is still not agreed."
    )


def test_in_havering_the_members_are_engaged_before_the_chair(havering: World) -> None:
    """H 2.8, H 2.10; the tiers of stage three may be skipped."""
    found, chair = up_to(havering, "stage_3"), Position(stage="stage_4")
    by = havering.hospital_lead
    assert refusal(havering, "escalate", found, by=by, to=chair, reason="Not resolved", gates=["nonsense"]) == (
        "Before Stage 4: Resolution by the HSCP Chair opens, record this: "
        "Have the HSCP members of both agencies been engaged in seeking a resolution?"
    )
    moved = havering.do(
        "escalate", found, by=by, at=LATER, to=chair, reason="Not resolved", gates=["members_engaged", "nonsense"]
    )
    assert (moved.stage, last(havering, moved).data["gates"]) == ("stage_4", ["members_engaged"])
    with havering.scope():
        check = Check.objects.get(disagreement=moved)
        assert (check.what, check.by, check.at) == ("gate:members_engaged", by, LATER)


def test_a_gate_recorded_ahead_opens_the_stage(havering: World) -> None:
    found = up_to(havering, "stage_3", 2)
    found = havering.do("record_gate", found, by=havering.midwife, at=LATER, gate="members_engaged", words="Both rang.")
    entry = last(havering, found)
    assert (entry.kind, entry.data, words_of(havering, entry)) == (
        "gate_recorded",
        {"gate": "members_engaged", "events": []},
        "Both rang.",
    )
    moved = havering.do("escalate", found, by=havering.midwife, at=LATER, to=Position(stage="stage_4"), reason="Not resolved")
    assert last(havering, moved).data["gates"] == []
    assert refusal(havering, "record_gate", found, by=havering.midwife, gate="nonsense", words="x") == (
        "Choose a check from the protocol's list."
    )
    assert who_may(havering, "record_gate", found) == BOTH_SIDES


def test_what_was_agreed_and_not_confirmed_falls_when_it_moves_up(barnsley: World) -> None:
    found = agreed(barnsley, raised(barnsley))
    assert set(barnsley.running(found)) == {"written_outcome", "progress_update"}
    found = barnsley.do("escalate", found, by=barnsley.midwife, at=LATER + timedelta(hours=1), to=STAGE_2, reason="No letter.")
    assert (found.state, set(barnsley.running(found))) == ("open", {"stage_2_resolution", "progress_update"})
    with barnsley.scope():
        outcome = Outcome.objects.get(disagreement=found)
        assert (outcome.confirmed_at, outcome.disputed_at) == (None, LATER + timedelta(hours=1))


def test_the_people_of_the_next_rung_join(barnsley: World) -> None:
    found = raised(barnsley)
    before = people_of(barnsley, found)
    assert {role for _, role, _ in before} == {"practitioner", "lead"}
    found = barnsley.do(
        "escalate", found, by=barnsley.midwife, at=LATER, to=STAGE_2, reason="No", people=barnsley.acting_people(STAGE_2)
    )
    assert set(people_of(barnsley, found)) - set(before) == {
        ("raising", "senior_manager", "Hospital Lead"),
        ("receiving", "senior_manager", "Team Manager"),
    }


def test_dates_given_for_the_child_start_again_at_each_stage(havering: World, wiltshire: World) -> None:
    needed = after("2026-09-24")
    found = up_to(havering, "stage_2", needed_by=(TUESDAY + days(9)).date())
    assert havering.running(found) == {"timescale_of_the_child": needed}
    found = up_to(wiltshire, "tier_3", needed_by=(TUESDAY + days(9)).date())
    assert wiltshire.running(found) == {"date_for_the_child": needed}
    top = wiltshire.do("escalate", found, by=wiltshire.midwife, at=LATER, to=Position(stage="tier_3", tier=2), reason="Up")
    assert wiltshire.running(top) == {"date_for_the_child": needed}


def test_oldhams_hours_go_on_until_the_two_have_talked(oldham: World) -> None:
    found = up_to(oldham, "manager", urgency="increasing_risk")
    assert oldham.running(found) == {"contact_increasing_risk": TUESDAY + days(1)}


def test_who_may(barnsley: World) -> None:
    found = raised(barnsley)
    assert who_may(barnsley, "escalate", found) == BOTH_SIDES
    assert refusal(barnsley, "escalate", found, by=barnsley.stranger, to=STAGE_2, reason="x") == PARTIES


def test_what_has_ended_does_not_move_up(barnsley: World) -> None:
    assert refusal(barnsley, "escalate", closed(barnsley), by=barnsley.office, to=STAGE_2, reason="x") == (
        "This disagreement is closed, so it cannot be moved up now."
    )
