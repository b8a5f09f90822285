"""Bedfordshire, by what is known of it: a day to act on a risk of harm, and a Board that hears at once and at the end."""

from __future__ import annotations

from datetime import date

import pytest

from .conftest import Telling
from .elsewhere import elsewhere, named
from .telling import Story, chronology, dates, marks, now_at

pytestmark = pytest.mark.django_db

PAGE, MOVE, BOARD = "/p/bedfordshire/d/BED-0001/", "Move up to the next stage", "board"
ASK, CAME, AGREE = "Ask for something beside the steps", "Record what came of it", "Record what was agreed"


@pytest.fixture
def story(db: None, telling: Telling) -> Story:
    world = elsewhere("bedfordshire", senior="senior_manager", partner="partner_representative", board_chair="board_chair")
    return telling(world, "Fri 11 Sep 2026 16:00")


def test_a_day_to_act_and_a_meeting_that_ends_in_a_plan(story: Story) -> None:
    the_clock_runs_only_where_there_is_a_risk_of_harm(story)
    the_managers_do_not_settle_it(story)
    the_representatives_hold_a_meeting(story)
    what_was_agreed_is_a_plan(story)


def the_clock_runs_only_where_there_is_a_risk_of_harm(story: Story) -> None:
    story.world.raised(at=story.now)
    assert story.clocks("BED-0001") == {}
    assert BOARD in story.post()  # at once
    page = named(story, "midwife").opens(PAGE).follows("Mark it").chooses("The child is at risk of harm")
    page.fills("Why?", "The locks are off the windows.").presses("Mark it")
    # Twenty-four hours of the clock, over a Saturday.
    assert story.clocks("BED-0001") == {"act_within_a_day": "Sat 12 Sep 2026 16:00"}
    assert list(dates(page).values()) == ["4pm on Sat 12 September 2026: 24 hours left"]
    story.comes("Sat 12 Sep 2026 16:00")
    assert BOARD not in story.post()


def the_managers_do_not_settle_it(story: Story) -> None:
    story.comes("Mon 14 Sep 2026 09:00")
    for name, ours, theirs in (
        ("midwife", "Hospital Lead", "Team Manager"),
        ("hospital.lead", "Senior Hospital", "Senior Social_Care"),
        ("senior.hospital", "Partner Hospital", "Partner Social_Care"),
    ):
        page = named(story, name).opens(PAGE).presses(MOVE).fills("Why does it move up?", "Not settled.")
        page.fills("Who takes it on for your side?", ours).fills("Who takes it on for the receiving side?", theirs).presses(MOVE)
    assert story.standing("BED-0001") == ("open", "stage_3", 2)
    assert now_at(page) == "Senior manager and partner representative"


def the_representatives_hold_a_meeting(story: Story) -> None:
    page = named(story, "partner.hospital").opens(PAGE).follows(ASK).chooses("Resolution meeting").fills("Why?", "To settle it.")
    page.fills("Who takes part? First person", "Senior Hospital").fills("First person: agency", "Moorside Hospital")
    page.fills("Person 2", "Senior Social_Care").fills("Person 2: agency", "Children's social care").presses(ASK)
    assert chronology(page)[-1] == "Resolution meeting started (by Partner Hospital)"
    page.follows(CAME).chooses("Resolved at the meeting").fills("What came of it?", "We agreed.").presses(CAME)
    page.sees("Resolved at the meeting")


def what_was_agreed_is_a_plan(story: Story) -> None:
    story.post()
    page = named(story, "partner.social_care").opens(PAGE).presses(AGREE).fills("What was agreed?", "New locks, and a visit.")
    page.chooses("Read out to both")
    page.presses(AGREE)
    assert page.refusals == ["Say what is to be done: at least one action", "Say who does it", "Enter the date"]
    page.fills("Who does what by when after the meeting?", "Fit the locks").fills("Action 1: who does it?", "Team Manager")
    page.fills("Action 1: by when?", date(2026, 9, 18)).presses(AGREE)
    assert marks(page)[0] == "Resolved"
    page.sees("Fit the locks", "Team Manager", "18 September 2026")
    assert BOARD in story.post()  # told that it is resolved
