"""Closing: the end, once everything that the protocol asks for is recorded; and what is recorded for it."""

from __future__ import annotations

import pytest

from escalation.models import Check
from tests.world import World

from .acts import BOTH_SIDES, LATER, MANAGERS, agreed, closed, last, raised, refusal, resolved, up_to, who_may, words_of

pytestmark = pytest.mark.django_db

RAISER_TOLD = "Does the worker who first raised the concern know the resolution?"
LEARNING = "What should be learned? Does a policy need changing, or is training needed?"


@pytest.mark.parametrize(
    ("slug", "asks"),
    [
        ("barnsley", f"{RAISER_TOLD} {LEARNING}"),
        (
            "havering",
            (
                "Does the worker who first raised the concern know the actions and decisions? "
                "Are the actions and decisions on the child's file?"
            ),
        ),
        ("wiltshire", "What supervision and guidance did those involved have, and was it enough?"),
        ("oldham", "Is the outcome on each agency's own electronic record?"),
    ],
)
def test_each_protocol_says_what_must_be_recorded_first(db: None, slug: str, asks: str) -> None:
    world = World(slug)
    assert refusal(world, "close", resolved(world), by=world.office) == f"Before it is closed, record this: {asks}"
    done = closed(world)
    assert (done.state, done.ended_at, world.running(done)) == ("closed", LATER, {})


def test_enfield_asks_for_nothing(enfield: World) -> None:
    found = enfield.do("close", resolved(enfield), by=enfield.team_manager, at=LATER, note="We talked about it as a team.")
    entry = last(enfield, found)
    assert (found.state, entry.kind, entry.data) == ("closed", "closed", {"events": ["closed"]})
    assert words_of(enfield, entry) == "We talked about it as a team."


def test_on_file_is_asked_of_each_agency(oldham: World) -> None:
    found = resolved(oldham)
    found = oldham.do("confirm_on_file", found, by=oldham.midwife, at=LATER, agency=oldham.agencies["hospital"], words="Today.")
    assert last(oldham, found).data == {"agency": oldham.agencies["hospital"].pk, "events": []}
    assert refusal(oldham, "close", found, by=oldham.office) == (
        "Before it is closed, record this: Is the outcome on each agency's own electronic record?"
    )
    assert refusal(oldham, "confirm_on_file", found, by=oldham.office, agency=oldham.agencies["police"]) == (
        "Choose one of the two agencies."
    )
    found = oldham.do("confirm_on_file", found, by=oldham.social_worker, at=LATER, agency=oldham.agencies["social_care"])
    assert oldham.do("close", found, by=oldham.office, at=LATER).state == "closed"


def test_the_raiser_is_told_and_says_whether_they_are_satisfied(barnsley: World) -> None:
    found = barnsley.do(
        "tell_raiser", resolved(barnsley), by=barnsley.team_manager, at=LATER, satisfied="partly", words="By telephone."
    )
    entry = last(barnsley, found)
    assert (entry.kind, entry.data, words_of(barnsley, entry)) == (
        "raiser_told", {"answer": "partly", "events": ["raiser_told"]}, "By telephone.",
    )  # fmt: skip
    with barnsley.scope():
        checks = Check.objects.filter(disagreement=found).order_by("pk")
        assert [(c.what, c.answer, c.by, c.at) for c in checks] == [
            ("raiser_satisfied", "partly", barnsley.team_manager, LATER), ("raiser_told", "partly", barnsley.team_manager, LATER),
        ]  # fmt: skip
    found = barnsley.do("tell_raiser", found, by=barnsley.team_manager, at=LATER)
    assert last(barnsley, found).data == {"events": ["raiser_told"]}


def test_nobody_is_told_of_an_outcome_that_is_not_there(barnsley: World) -> None:
    said = "There is no outcome yet that they could be told of."
    assert refusal(barnsley, "tell_raiser", raised(barnsley), by=barnsley.hospital_lead) == said
    found = agreed(barnsley, raised(barnsley))
    assert barnsley.do("tell_raiser", found, by=barnsley.hospital_lead, at=LATER).state == "awaiting_confirmation"
    found = barnsley.do("dispute_outcome", barnsley.fresh(found), by=barnsley.midwife, at=LATER, reason="No.")
    assert refusal(barnsley, "tell_raiser", found, by=barnsley.hospital_lead) == said


def test_only_what_is_resolved_is_closed(barnsley: World) -> None:
    by = barnsley.office
    assert refusal(barnsley, "close", raised(barnsley), by=by) == "This disagreement is open, so it cannot be closed now."
    assert refusal(barnsley, "close", agreed(barnsley, raised(barnsley)), by=by) == (
        "This disagreement is agreed, to be confirmed in writing, so it cannot be closed now."
    )
    assert refusal(barnsley, "close", closed(barnsley), by=by) == "This disagreement is closed, so it cannot be closed now."


def test_who_may(havering: World) -> None:
    found = agreed(havering, up_to(havering, "stage_2"))
    assert who_may(havering, "close", found) == MANAGERS
    assert refusal(havering, "close", found, by=havering.midwife) == (
        "The managers of either side, or the partnership manager, close it."
    )
    assert [who_may(havering, verb, found) for verb in ("tell_raiser", "confirm_on_file")] == [BOTH_SIDES, BOTH_SIDES]
