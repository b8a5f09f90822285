"""A clock stands still with a reason, is not noted meanwhile, and goes on with the time that was left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalation.models import Deadline, Disagreement
from tests.world import TUESDAY, World, days

from .acts import LATER, MANAGERS, after, last, raised, refusal, who_may, words_of

pytestmark = pytest.mark.django_db


def clock(world: World, disagreement: Disagreement, limit: str) -> Deadline:
    with world.scope():
        return Deadline.objects.get(disagreement=disagreement, time_limit=limit, stopped_at=None)


def paused(world: World, disagreement: Disagreement, limit: str) -> Disagreement:
    deadline = clock(world, disagreement, limit).pk
    return world.do(
        "pause_clock", disagreement, by=world.hospital_lead, at=TUESDAY + days(1), deadline=deadline, reason="In hospital."
    )


def resumed(world: World, disagreement: Disagreement, limit: str, *, at: object) -> Disagreement:
    deadline = clock(world, disagreement, limit).pk
    return world.do("resume_clock", disagreement, by=world.hospital_lead, at=at, deadline=deadline, reason="Home again.")


def test_a_clock_that_stands_still_is_not_noted(barnsley: World) -> None:
    found = paused(barnsley, raised(barnsley), "stage_1_resolution")
    entry, standing = last(barnsley, found), clock(barnsley, found, "stage_1_resolution")
    assert (entry.kind, words_of(barnsley, entry), standing.paused_at) == ("clock_paused", "In hospital.", TUESDAY + days(1))
    assert entry.data == {
        "time_limit": "stage_1_resolution", "deadline": standing.pk, "due_at": standing.due_at.isoformat(), "events": [],
    }  # fmt: skip
    barnsley.sweep(at=TUESDAY + days(10))
    with barnsley.scope():
        noted = {e.data["time_limit"] for e in found.chronology.filter(kind__in=["timescale_near", "timescale_passed"])}
    assert noted == {"progress_update"}


def test_it_goes_on_with_the_working_days_that_were_left(barnsley: World) -> None:
    """Paused on day 1 of 5, resumed a week later: four working days are left."""
    found = paused(barnsley, raised(barnsley), "stage_1_resolution")
    old = clock(barnsley, found, "stage_1_resolution")
    found = resumed(barnsley, found, "stage_1_resolution", at=TUESDAY + days(8))
    new, entry = clock(barnsley, found, "stage_1_resolution"), last(barnsley, found)
    assert (new.due_at, new.varied, new.paused_at) == (after("2026-09-29"), False, None)
    assert (entry.kind, entry.data["replaces"], words_of(barnsley, entry)) == ("clock_resumed", old.pk, "Home again.")


def test_hours_go_on_with_the_hours_that_were_left(oldham: World) -> None:
    found = raised(oldham, urgency="increasing_risk")
    deadline = clock(oldham, found, "contact_increasing_risk").pk
    found = oldham.do(
        "pause_clock", found, by=oldham.hospital_lead, at=TUESDAY + timedelta(hours=20), deadline=deadline, reason="At sea."
    )
    found = resumed(oldham, found, "contact_increasing_risk", at=TUESDAY + timedelta(hours=50))
    assert oldham.running(found) == {"contact_increasing_risk": TUESDAY + timedelta(hours=54)}


def test_what_is_refused(barnsley: World) -> None:
    found = raised(barnsley)
    by, deadline = barnsley.team_manager, clock(barnsley, found, "stage_1_resolution").pk
    assert refusal(barnsley, "pause_clock", found, by=by, deadline=deadline, reason=" ") == "Say why the clock stands still."
    assert refusal(barnsley, "pause_clock", found, by=by, deadline=0, reason="x") == (
        "That clock has stopped, or is not one of this disagreement's."
    )
    assert refusal(barnsley, "resume_clock", found, by=by, deadline=deadline, reason="") == "This clock is not paused."
    found = paused(barnsley, found, "stage_1_resolution")
    assert refusal(barnsley, "pause_clock", found, by=by, deadline=deadline, reason="x") == "This clock is not running."


def test_a_clock_that_has_passed_is_not_paused(barnsley: World) -> None:
    found = raised(barnsley)
    barnsley.sweep(at=TUESDAY + days(9))
    deadline = clock(barnsley, found, "stage_1_resolution").pk
    assert refusal(barnsley, "pause_clock", found, by=barnsley.team_manager, deadline=deadline, reason="x") == (
        "This clock is not running."
    )


def test_a_paused_clock_stops_like_any_other(barnsley: World) -> None:
    found = paused(barnsley, raised(barnsley), "stage_1_resolution")
    found = barnsley.do("record_agreement", found, by=barnsley.hospital_lead, at=TUESDAY + days(2), text="Agreed.")
    assert "stage_1_resolution" not in barnsley.running(found)


def test_who_may(barnsley: World) -> None:
    found = raised(barnsley)
    deadline = clock(barnsley, found, "stage_1_resolution").pk
    said = "Only the managers who act at this step, on either side, may do this."
    for verb in ("pause_clock", "resume_clock"):
        assert who_may(barnsley, verb, found) == MANAGERS
        assert refusal(barnsley, verb, found, by=barnsley.midwife, deadline=deadline, reason="x", at=LATER) == said
