"""Cheshire East, by what is known of it: urgency chooses the time to answer, and silence goes to a point of contact."""

from __future__ import annotations

import pytest

from .conftest import Telling
from .elsewhere import elsewhere, named
from .telling import Story, ball, chronology, now_at

pytestmark = pytest.mark.django_db

MOVE = "Move up to the next step"


@pytest.fixture
def story(db: None, telling: Telling) -> Story:
    return telling(elsewhere("cheshire_east", spoc="spoc", executive="executive"), "Mon 14 Sep 2026 11:00")


def raised(story: Story, urgency: str) -> str:
    found = story.world.raised(at=story.now, urgency=urgency)
    page = named(story, "midwife").opens(f"/p/cheshireeast/d/{found.reference}/").presses(MOVE)
    page.chooses("Step 2: Frontline managers").chooses("We do not agree").fills("Why does it move up?", "Not settled.")
    page.fills("Who takes it on for your side?", "Hospital Lead").fills("Who takes it on for the receiving side?", "Team Manager")
    page.presses(MOVE)
    assert now_at(page) == "Frontline managers"
    return page.address


def test_how_urgent_it_is_chooses_the_time_to_answer(story: Story) -> None:
    for urgency in ("urgent", "soon", "routine"):
        raised(story, urgency)
    assert [story.clocks(f"CHE-000{number}") for number in (1, 2, 3)] == [
        {"answer_urgent": "Tue 15 Sep 2026 00:00"},
        {"answer_soon": "Thu 17 Sep 2026 00:00"},
        {"answer_routine": "Tue 22 Sep 2026 00:00"},
    ]


def test_an_urgent_one_that_is_not_answered_goes_to_the_single_points_of_contact(story: Story) -> None:
    address = raised(story, "urgent")
    story.post()
    story.comes("Tue 15 Sep 2026 09:00")
    assert "team.manager" in story.post()
    page = named(story, "hospital.lead").opens(address)
    page.sees("The manager has not answered on the same working day. Take it to the single points of contact.")
    page.presses(MOVE)  # the ground is chosen already: nobody has answered
    page.fills("Why does it move up?", "No call back.").fills("Who takes it on for your side?", "Spoc Hospital")
    page.fills("Who takes it on for the receiving side?", "Spoc Social_Care").presses(MOVE)
    assert now_at(page) == "Single points of contact"
    assert "No answer in the time given" in chronology(page)[-1]
    told = story.post()
    assert "It has gone past you because it was not answered." in story.letter("team.manager")
    assert {"spoc.social_care", "office@cheshire-east.example"} <= set(told)
    assert "Spoc Hospital" in ball(page)


def test_one_that_is_answered_in_time_is_not_chased(story: Story) -> None:
    address = raised(story, "urgent")
    named(story, "team.manager").opens(address).presses("I have this")
    story.post()
    story.comes("Wed 16 Sep 2026 09:00")
    assert (story.clocks("CHE-0001"), story.post()) == ({}, {})
