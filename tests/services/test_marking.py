"""The protocol's own marks, put on and taken away with a reason."""

from __future__ import annotations

import pytest

from tests.world import World

from .acts import BOTH_SIDES, CLOSED, LATER, PARTIES, closed, last, raised, refusal, who_may, words_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("slug", "flag"),
    [
        ("barnsley", "no_answer"),
        ("havering", "immediate_harm"),
        ("wiltshire", "cross_border"),
        ("oldham", "transfer"),
        ("enfield", "high_risk"),
    ],
)
def test_marked_and_no_longer(db: None, slug: str, flag: str) -> None:
    world = World(slug)
    found = world.do("flag", raised(world), by=world.midwife, at=LATER, flag=flag, reason="Third time.")
    entry = last(world, found)
    assert (found.flags, entry.kind, entry.data) == ([flag], "flagged", {"flag": flag, "events": ["flagged"]})
    assert words_of(world, entry) == "Third time."
    assert refusal(world, "flag", found, by=world.team_manager, flag=flag, reason="x") == "It is marked so already."
    found = world.do("unflag", found, by=world.team_manager, at=LATER, flag=flag, reason="Put right.")
    entry = last(world, found)
    assert (found.flags, entry.kind, entry.data) == ([], "unflagged", {"flag": flag, "events": []})
    assert refusal(world, "unflag", found, by=world.midwife, flag=flag, reason="x") == "It is not marked so."


def test_one_mark_goes_and_the_others_stay(barnsley: World) -> None:
    found = raised(barnsley, flags=("no_answer", "drift"))
    assert barnsley.do("unflag", found, by=barnsley.midwife, at=LATER, flag="no_answer", reason="They rang.").flags == ["drift"]


def test_what_is_refused(barnsley: World) -> None:
    found, by = raised(barnsley), barnsley.midwife
    assert refusal(barnsley, "flag", found, by=by, flag="serious", reason="x") == "Choose a mark from the protocol's list."
    assert refusal(barnsley, "flag", found, by=by, flag="drift", reason=" ") == "Say why."
    assert refusal(barnsley, "unflag", found, by=by, flag="drift", reason=" ") == "Say why it no longer applies."
    assert refusal(barnsley, "flag", closed(barnsley), by=barnsley.office, flag="drift", reason="x") == CLOSED


def test_who_may(barnsley: World) -> None:
    found = raised(barnsley)
    for verb in ("flag", "unflag"):
        assert who_may(barnsley, verb, found) == BOTH_SIDES
        assert refusal(barnsley, verb, found, by=barnsley.stranger, flag="drift", reason="x") == PARTIES
