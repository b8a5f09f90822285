"""Who has the last word at the top, as the documents differ: concludes, decides, directs, and where nobody does."""

from __future__ import annotations

import pytest

from escalation.models import Outcome
from partnerships.models import User
from tests.world import TUESDAY, World, days

from .acts import LATER, last, raised, refusal, resolved, up_to, who_may, words_of

pytestmark = pytest.mark.django_db

TOPS = [
    ("barnsley", "stage_3", "safeguarding_partner", "concludes"),
    ("havering", "stage_4", "chair", "decides_or_panel"),
    ("oldham", "statutory_partners", "statutory_delegate", "concludes"),
    ("enfield", "stage_4", "senior_safeguarding_lead", "directs"),
]
NOT_DECIDER = "Only the people who decide at this step may record the decision."


@pytest.mark.parametrize(("slug", "stage", "role", "authority"), TOPS)
def test_whoever_the_protocol_gives_the_last_word_ends_it(db: None, slug: str, stage: str, role: str, authority: str) -> None:
    world = World(slug)
    decider, found = world.decider(role), up_to(world, stage)
    assert who_may(world, "record_decision", found, decider=decider) == {"decider", "partnership manager"}
    found = world.do(
        "record_decision", found, by=decider, at=TUESDAY + days(3), text="The plan is written again.", outstanding="By whom."
    )
    entry = last(world, found)
    with world.scope():
        outcome = Outcome.objects.get(disagreement=found)
    assert (found.state, found.stage, found.ended_at, world.running(found)) == ("resolved", stage, TUESDAY + days(3), {})
    assert (entry.kind, entry.data) == (
        "decision_recorded",
        {"authority": authority, "events": ["decision_recorded", "resolved"]},
    )
    assert words_of(world, entry) == "The plan is written again.\n\nStill outstanding: By whom."
    assert (outcome.how, outcome.text, outcome.outstanding, outcome.confirmed_at) == (
        "decided", "The plan is written again.", "By whom.", TUESDAY + days(3),
    )  # fmt: skip


@pytest.mark.parametrize(("slug", "stage", "role", "authority"), TOPS)
def test_nobody_else_decides(db: None, slug: str, stage: str, role: str, authority: str) -> None:
    world = World(slug)
    found = up_to(world, stage)
    other = world.person("other.decider", "decision_maker", protocol_role="practitioner")
    assert refusal(world, "record_decision", found, by=other, text="x") == NOT_DECIDER
    assert refusal(world, "record_decision", found, by=world.stranger, text="x") == NOT_DECIDER


def test_somebody_named_in_it_does_not_decide_it(barnsley: World) -> None:
    """A Head of Service who is also a Safeguarding Partner."""
    found = up_to(barnsley, "stage_3")
    both: User = barnsley.person("hospital.lead", "decision_maker", protocol_role="safeguarding_partner")
    said = "You are named in this disagreement, so you cannot decide it."
    assert refusal(barnsley, "record_decision", found, by=both, text="x") == said
    assert refusal(barnsley, "record_decision", found, by=barnsley.midwife, text="x") == said


@pytest.mark.parametrize(
    ("slug", "stage", "tier", "here"),
    [
        ("barnsley", "stage_2", 2, "Stage 2: Next tiers of management (Head of Service or equivalent)"),
        ("havering", "stage_3", 1, "Stage 3: Senior managers (Next manager or named or designated safeguarding representative)"),
        ("wiltshire", "tier_3", 2, "Tier 3: Leader to leader (Leaders of the organisations)"),
        ("enfield", "stage_3", 1, "Stage 3: Senior managers"),
    ],
)
def test_where_nobody_decides(db: None, slug: str, stage: str, tier: int, here: str) -> None:
    """In Wiltshire a mediator never does, not even at the top (W 3.1c), from where nothing moves up."""
    world, onwards = World(slug), "" if slug == "wiltshire" else ", or it moves up"
    assert refusal(world, "record_decision", up_to(world, stage, tier), by=world.office, text="x") == (
        f"At {here} nobody decides: the two sides agree{onwards}."
    )


def test_the_sides_may_still_agree_at_the_top(barnsley: World) -> None:
    found = barnsley.do("record_agreement", up_to(barnsley, "stage_3"), by=barnsley.team_manager, at=LATER, text="Agreed.")
    assert (found.state, barnsley.running(found)) == ("resolved", {})


def test_nothing_written_is_nothing_decided(barnsley: World) -> None:
    decider = barnsley.decider("safeguarding_partner")
    assert (
        refusal(barnsley, "record_decision", up_to(barnsley, "stage_3"), by=decider, text=" ") == "Write down what was decided."
    )


def test_what_has_ended_is_not_decided_again(havering: World) -> None:
    assert refusal(havering, "record_decision", resolved(havering), by=havering.office, text="x") == (
        "This disagreement is resolved, so it cannot be decided now."
    )
    assert refusal(havering, "record_decision", raised(havering), by=havering.office, text="x") == (
        "At Stage 1: Discuss with the other worker nobody decides: the two sides agree, or it moves up."
    )
