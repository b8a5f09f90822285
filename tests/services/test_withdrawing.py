"""Withdrawn, or referred to where it belongs: the end without a resolution."""

from __future__ import annotations

import pytest

from tests.world import TUESDAY, World, days

from .acts import LATER, RAISING, agreed, last, raised, refusal, resolved, up_to, who_may, words_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", ["barnsley", "havering", "wiltshire", "oldham", "enfield"])
def test_it_ends_and_every_clock_stops(db: None, slug: str) -> None:
    world = World(slug)
    found = raised(world, needed_by=(TUESDAY + days(3)).date())
    found = world.do("withdraw", found, by=world.midwife, at=LATER, reason=" We read an old plan. ")
    entry = last(world, found)
    assert (found.state, found.ended_at, world.running(found)) == ("withdrawn", LATER, {})
    assert (entry.kind, entry.data) == ("withdrawn", {"referred_elsewhere": False, "events": ["withdrawn"]})
    assert words_of(world, entry) == "We read an old plan."
    assert refusal(world, "withdraw", found, by=world.midwife, reason="x") == (
        "This disagreement is withdrawn, so it cannot be withdrawn now."
    )


def test_referred_to_where_it_belongs(barnsley: World) -> None:
    found = barnsley.do(
        "withdraw",
        up_to(barnsley, "stage_2"),
        by=barnsley.hospital_lead,
        at=LATER,
        reason="It is about conduct.",
        referred_to="LADO",
    )
    entry = last(barnsley, found)
    assert (entry.data["referred_elsewhere"], words_of(barnsley, entry)) == (True, "It is about conduct.\n\nReferred to: LADO")


def test_what_is_agreed_and_not_confirmed_may_be_withdrawn(barnsley: World) -> None:
    found = barnsley.do("withdraw", agreed(barnsley, raised(barnsley)), by=barnsley.midwife, at=LATER, reason="Moved away.")
    assert (found.state, barnsley.running(found)) == ("withdrawn", {})


def test_a_reason_is_needed_and_what_has_ended_stays(havering: World) -> None:
    assert refusal(havering, "withdraw", raised(havering), by=havering.midwife, reason="", referred_to="LADO") == (
        "Say why it is withdrawn."
    )
    assert refusal(havering, "withdraw", resolved(havering), by=havering.midwife, reason="x") == (
        "This disagreement is resolved, so it cannot be withdrawn now."
    )


def test_who_may(barnsley: World) -> None:
    found = raised(barnsley)
    assert who_may(barnsley, "withdraw", found) == RAISING
    assert refusal(barnsley, "withdraw", found, by=barnsley.team_manager, reason="x") == "This is for the raising side to do."
