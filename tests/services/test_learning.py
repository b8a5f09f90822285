"""What should be learned, and whether a policy or training must change; what is still to be done; what belongs together."""

from __future__ import annotations

from datetime import date

import pytest

from escalation.models import Action, Check, Learning, Link
from tests.world import World

from .acts import BOTH_SIDES, LATER, PARTIES, last, raised, refusal, resolved, who_may, words_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("slug", "sub_group"),
    [
        ("barnsley", "Policy and Workforce Development (PWD) subgroup"),
        ("havering", ""),
        ("wiltshire", "QA&P Sub Group"),
        ("oldham", "Oldham Safeguarding Children Partnership"),
        ("enfield", ""),
    ],
)
def test_it_goes_to_the_group_that_the_protocol_names(db: None, slug: str, sub_group: str) -> None:
    world = World(slug)
    found = world.do(
        "record_learning", resolved(world), by=world.hospital_lead, at=LATER, words=" Ask sooner. ", needs="training"
    )
    entry = last(world, found)
    with world.scope():
        learning = Learning.objects.get(disagreement=found)
        checks = set(Check.objects.filter(disagreement=found).values_list("what", flat=True))
    assert (learning.text, learning.needs, learning.sub_group, learning.recorded_at) == (
        "Ask sooner.",
        "training",
        sub_group,
        LATER,
    )
    assert (entry.kind, entry.data) == ("learning_recorded", {"answer": "training", "events": ["learning_recorded"]})
    assert (words_of(world, entry), checks) == ("Ask sooner.", {"learning"})


def test_how_those_involved_were_supervised(wiltshire: World) -> None:
    """W 3.1c: any review of an escalation looks at it."""
    found = wiltshire.do(
        "record_learning", resolved(wiltshire), by=wiltshire.office, at=LATER, words="Nothing.", supervision=" Monthly. "
    )
    with wiltshire.scope():
        checks = Check.objects.filter(disagreement=found).order_by("pk").values_list("what", "answer")
        assert list(checks) == [("supervision", ""), ("learning", "none")]
    assert words_of(wiltshire, last(wiltshire, found)) == "Nothing.\n\nSupervision: Monthly."


def test_nothing_written_is_nothing_learned(barnsley: World) -> None:
    assert refusal(barnsley, "record_learning", resolved(barnsley), by=barnsley.office, words=" ") == (
        "Say what should be learned, or that there is nothing to learn."
    )


def test_an_outstanding_action_is_added_and_done(barnsley: World) -> None:
    found = barnsley.do(
        "add_action", raised(barnsley), by=barnsley.midwife, at=LATER,
        what=" Write to the GP ", owner="Pat Manager", due=date(2026, 9, 30),
    )  # fmt: skip
    with barnsley.scope():
        action = Action.objects.get(disagreement=found)
    entry = last(barnsley, found)
    assert (action.what, action.owner, action.due, action.finished_at) == (
        "Write to the GP",
        "Pat Manager",
        date(2026, 9, 30),
        None,
    )
    assert (entry.kind, entry.data) == ("action_added", {"action": action.pk, "due": "2026-09-30", "events": []})
    assert words_of(barnsley, entry) == "Write to the GP (Pat Manager)"
    found = barnsley.do("finish_action", found, by=barnsley.team_manager, at=LATER, action=action.pk, words="Sent.")
    with barnsley.scope():
        assert Action.objects.get(pk=action.pk).finished_at == LATER
    assert last(barnsley, found).data == {"action": action.pk, "events": []}
    said = "That action is done already, or not one of this disagreement's."
    assert refusal(barnsley, "finish_action", found, by=barnsley.team_manager, action=action.pk) == said
    assert refusal(barnsley, "finish_action", raised(barnsley), by=barnsley.team_manager, action=action.pk) == said


@pytest.mark.parametrize(("what", "owner"), [(" ", "Pat"), ("Write", "")])
def test_an_action_is_something_by_somebody(barnsley: World, what: str, owner: str) -> None:
    assert refusal(barnsley, "add_action", raised(barnsley), by=barnsley.midwife, what=what, owner=owner, due=LATER.date()) == (
        "Say what is to be done, and who does it."
    )


def test_two_disagreements_about_one_thing_are_linked(barnsley: World) -> None:
    found, other = raised(barnsley), raised(barnsley)
    found = barnsley.do("link", found, by=barnsley.midwife, at=LATER, other=other, how="sibling", words="His sister.")
    entry = last(barnsley, found)
    with barnsley.scope():
        assert list(Link.objects.values_list("disagreement", "other", "how")) == [(found.pk, other.pk, "sibling")]
    assert (entry.kind, entry.data, words_of(barnsley, entry)) == (
        "linked", {"other": other.pk, "how": "sibling", "events": []}, "His sister.",
    )  # fmt: skip
    assert barnsley.chronology(other) == ["raised"]
    assert refusal(barnsley, "link", found, by=barnsley.midwife, other=other, how="related") == "They are linked already."
    assert refusal(barnsley, "link", found, by=barnsley.midwife, other=found, how="duplicate") == (
        "Choose another disagreement to link to."
    )


def test_who_may(barnsley: World) -> None:
    found = resolved(barnsley)
    for verb in ("record_learning", "add_action", "finish_action", "link"):
        assert who_may(barnsley, verb, found) == BOTH_SIDES
    assert refusal(barnsley, "record_learning", found, by=barnsley.stranger, words="x") == PARTIES
