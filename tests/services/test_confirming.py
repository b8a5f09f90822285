"""Confirming the outcome in writing: by the receiving manager, and then it is resolved (B Stage One, O 4.1.2)."""

from __future__ import annotations

import pytest

from escalation.models import Outcome
from tests.world import TUESDAY, World, days

from .acts import LATER, agreed, last, raised, refusal, resolved, up_to, who_may, words_of

pytestmark = pytest.mark.django_db

RECEIVING_MANAGER = {"receiving manager", "partnership manager"}


def test_the_confirmed_text_becomes_the_outcome(barnsley: World) -> None:
    found = agreed(barnsley, raised(barnsley), outstanding="The GP's view.")
    found = barnsley.do(
        "confirm_outcome", found, by=barnsley.team_manager, at=TUESDAY + days(2),
        text=" A joint visit on Thursday. ", outstanding="The GP is asked by Friday.",
    )  # fmt: skip
    entry = last(barnsley, found)
    with barnsley.scope():
        outcome = Outcome.objects.get(disagreement=found)
    assert (found.state, found.ended_at, barnsley.running(found)) == ("resolved", TUESDAY + days(2), {})
    assert (entry.kind, entry.data) == ("outcome_confirmed", {"events": ["outcome_confirmed", "resolved"]})
    assert words_of(barnsley, entry) == "A joint visit on Thursday.\n\nStill outstanding: The GP is asked by Friday."
    assert (outcome.text, outcome.outstanding, outcome.confirmed_at) == (
        "A joint visit on Thursday.", "The GP is asked by Friday.", TUESDAY + days(2),
    )  # fmt: skip


def test_without_a_text_what_was_agreed_stands(oldham: World) -> None:
    found = agreed(oldham, up_to(oldham, "manager"), outstanding="The GP's view.")
    found = oldham.do("confirm_outcome", found, by=oldham.team_manager, at=LATER)
    with oldham.scope():
        outcome = Outcome.objects.get(disagreement=found)
    assert (found.state, outcome.text, outcome.outstanding) == ("resolved", "A joint visit.", "The GP's view.")
    assert last(oldham, found).words_id is None


def test_only_the_last_attempt_is_confirmed(barnsley: World) -> None:
    found = agreed(barnsley, raised(barnsley), text="First try.")
    found = barnsley.do("dispute_outcome", found, by=barnsley.midwife, at=LATER, reason="Not so.")
    found = agreed(barnsley, found, text="Second try.")
    found = barnsley.do("confirm_outcome", found, by=barnsley.team_manager, at=LATER)
    with barnsley.scope():
        outcomes = Outcome.objects.filter(disagreement=found).order_by("pk")
        assert [(o.text, o.confirmed_at, o.disputed_at) for o in outcomes] == [
            ("First try.", None, LATER), ("Second try.", LATER, None),
        ]  # fmt: skip


def test_only_what_was_agreed_can_be_confirmed(barnsley: World) -> None:
    by = barnsley.team_manager
    assert refusal(barnsley, "confirm_outcome", raised(barnsley), by=by) == (
        "This disagreement is open, so it cannot be confirmed in writing now."
    )
    assert refusal(barnsley, "confirm_outcome", resolved(barnsley), by=by) == (
        "This disagreement is resolved, so it cannot be confirmed in writing now."
    )


def test_who_may(barnsley: World) -> None:
    found = agreed(barnsley, raised(barnsley))
    assert who_may(barnsley, "confirm_outcome", found) == RECEIVING_MANAGER
    said = "The receiving side's manager confirms the outcome in writing."
    for user in (barnsley.hospital_lead, barnsley.social_worker, barnsley.stranger):
        assert refusal(barnsley, "confirm_outcome", found, by=user) == said
