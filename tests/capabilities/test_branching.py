"""Stages that are only for some disagreements: at raising, on the way up and back, in the picture, and in the record."""

from __future__ import annotations

from typing import Any

import pytest

from escalation.models import ChronologyEntry, Disagreement
from escalation.replay import replay
from partnerships import selectors as partnership_selectors
from partnerships.ladder import Position
from tests.capabilities.written import page_of, protocol, rungs
from tests.journeys.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db

# A middle stage for urgent ones and for those marked stuck; a second way in for health's.
FOR_SOME: dict[str, Any] = {
    "stages.2.only_when": {"flags": ["stuck"]},
    "roles.4.side": "partnership",
    "stages.2.tiers": [],
}


@pytest.fixture
def area(db: None) -> World:
    return World("area", protocol(FOR_SOME))


def allowed(page: Visitor) -> list[str]:
    """Where the form lets it go."""
    stages = ("Stage 1", "Stage 2", "Stage 3")
    return [label.text for label in page.page.every(tag="label") if label.text.startswith(stages)]


def told_again(area: World, disagreement: Disagreement) -> tuple[Position | None, dict[str, Any]]:
    with area.scope():
        entries = ChronologyEntry.objects.filter(disagreement=disagreement).order_by("seq")
        standing = replay(entries, protocol=area.protocol, calendar=partnership_selectors.calendar())
    assert standing.at_odds == ()
    return standing.position, standing.running


def test_a_stage_for_others_is_passed_over_and_shown_as_such(area: World) -> None:
    plain = area.raised()
    page = page_of(area, "hospital_lead", plain)
    assert rungs(page) == {"0": "Done", "1": "Now here", "2": "Not for this disagreement", "3": "Not reached"}
    page.presses("Move up to the next stage")
    assert allowed(page) == ["Stage 3: Partners"]


def test_a_mark_put_on_later_opens_the_stage_for_it(area: World) -> None:
    marked = area.raised()
    page = page_of(area, "midwife", marked).follows("Mark it").chooses("Stuck")
    page.fills("Why?", "Nothing has moved for weeks.").presses("Mark it")
    assert rungs(page) == {"0": "Done", "1": "Now here", "2": "Not reached", "3": "Not reached"}
    page = page_of(area, "hospital_lead", marked).presses("Move up to the next stage")
    assert allowed(page) == ["Stage 2: Senior managers", "Stage 3: Partners"]
    page.chooses("Stage 2: Senior managers").fills("Why does it move up?", "Not agreed.").presses("Move up to the next stage")
    assert rungs(page) == {"0": "Done", "1": "Done", "2": "Now here", "3": "Not reached"}
    # Facts change, and nobody is taken off the ladder by that; what it stood on stays done.
    page = page_of(area, "midwife", marked).follows("Take a mark away").chooses("Stuck")
    page.fills("Why?", "It moves again.").presses("Take a mark away")
    assert rungs(page)["2"] == "Now here"
    page = page_of(area, "office", marked).presses("Move up to the next stage").chooses("Have the members been engaged?")
    page.fills("Why does it move up?", "Not agreed.").presses("Move up to the next stage")
    assert rungs(page) == {"0": "Done", "1": "Done", "2": "Done", "3": "Now here"}
    # One step back leads past the stage that is no longer for it; the record tells the same.
    page = page_of(area, "office", marked).follows("Take it a step back").fills("Why is it taken a step back?", "Once more.")
    page.presses("Take it a step back")
    assert rungs(page)["1"] == "Now here"
    assert told_again(area, marked) == (Position(stage="stage_1"), area.running(marked))


def test_a_stage_gone_past_directly_was_not_used(barnsley: World) -> None:
    direct = barnsley.raised(to=Position(stage="stage_3"), direct_reason="It is not safe to wait.")
    page = page_of(barnsley, "midwife", direct)
    assert rungs(page) == {"0": "Done", "1": "Not used", "2": "Not used", "3": "Now here"}


def test_what_is_known_of_the_child_may_change_on_the_way(db: None) -> None:
    """The stage, and its clock, are for children on a plan; the record tells when that became known."""
    limit = {
        "key": "plan_clock", "label": "within 3 working days", "purpose": "The managers talk at once",
        "starts_on": ["stage_opened"], "stops_on": ["agreement_recorded"], "stages": ["stage_1"], "amount": 3,
        "held_by": "both", "holder": "lead",
        "when": {"child_statuses": ["plan"]}, "clause": "D 2",
    }  # fmt: skip
    area = World("area", protocol({"stages.2.only_when": {"child_statuses": ["plan"]}, "time_limits.+": limit}))
    found = area.raised()
    assert set(area.running(found)) == {"talk"}
    page = page_of(area, "midwife", found).follows("Change the urgency or the child's status")
    page.chooses("On a plan").fills("What has changed?", "Since the conference.").presses("Change the urgency")
    assert "Changed: the child's status is now On a plan" in page.words
    assert rungs(page)["2"] == "Not reached"
    assert set(area.running(found)) == {"talk", "plan_clock"}
    assert told_again(area, found) == (Position(stage="stage_1"), area.running(found))
    page = page_of(area, "midwife", found).follows("Change the urgency or the child's status")
    page.chooses("None of these", under="Is the child any of these now?").fills("What has changed?", "The plan ended.")
    page.presses("Change the urgency")
    assert set(area.running(found)) == {"talk"}
    assert told_again(area, found) == (Position(stage="stage_1"), area.running(found))
