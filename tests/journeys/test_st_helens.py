"""St Helens, by what is known of it: every challenge logged, some sent elsewhere, a day to talk, five days to answer a notice."""

from __future__ import annotations

from datetime import date

import pytest

from escalation.models import Disagreement

from .conftest import Telling
from .elsewhere import elsewhere, named, starts
from .telling import Answer, Story, answers, ball, marks, moment, now_at

pytestmark = pytest.mark.django_db

PAGE = "/p/sthelens/d/STH-0001/"
MOVE, MAILBOX = "Move up to the next stage", "resolution@st-helens.example"
OTHER, THEIRS, OURS = "Who is the person you disagree with?", "Who is their team manager?", "Who is your team manager?"
TALKED = (
    Answer("The agency you disagree with", "Children's social care"),
    Answer("Yes, by telephone"),
    Answer("When was that", date(2026, 9, 11)),
    Answer("What was said, or what did you try?", "We did not agree."),
    Answer("In one sentence", "Nobody came to the core group."),
    Answer("What do you want to happen?", "Somebody comes to the next one."),
    Answer("The child's reference", "H-2207"),
)
PEOPLE = (
    *(Answer("Somebody in this list", under=question) for question in (OTHER, THEIRS, OURS)),
    Answer("Choose somebody", "Social Worker", under=OTHER),
    Answer("Choose somebody", "Team Manager", under=THEIRS),
    Answer("Choose somebody", "Hospital Lead", under=OURS),
)


@pytest.fixture
def story(db: None, telling: Telling) -> Story:
    return telling(elsewhere("st_helens", head="service_manager", partner="statutory_partners"), "Mon 14 Sep 2026 11:00")


def test_a_looked_after_childs_disagreement_goes_to_the_reviewing_officer(story: Story) -> None:
    page = starts(story)
    for _ in range(12):
        for answer in (*TALKED, Answer("Looked-after child"), Answer("Communication")):
            if page.asks(answer.label):
                page.chooses(answer.label) if answer.value is None else page.fills(answer.label, answer.value)
        page.presses("Save and continue")
        if "Independent Reviewing Officer" in page.words:
            break
    page.sees("Take this to the Independent Reviewing Officer", "Conference and reviewing service", "01632 960100")
    with story.world.scope():
        assert [found.state for found in Disagreement.objects.all()] == ["draft"]  # kept, and not raised
    assert story.post() == {}


def test_a_meeting_that_nobody_came_to(story: Story) -> None:
    page = answers(
        starts(story), *TALKED, Answer("Child in need"), Answer("Non-attendance at meetings"),
        Answer("Which meeting was not attended, and by whom?", "The core group; the duty worker."),
        Answer("Level 3"), *PEOPLE,
    )  # fmt: skip
    page.sees("The core group; the duty worker.").presses("Record a challenge")
    # Everything is logged at once, whatever the stage.
    told = story.post()
    assert {MAILBOX, "social.worker", "team.manager", "midwife", "hospital.lead"} <= set(told)
    assert story.clocks("STH-0001") == {"workers_talk": "Wed 16 Sep 2026 00:00"}
    silence_is_a_reason_to_move_up(story)
    the_managers_talk_and_do_not_agree(story)
    the_notice_is_answered(story)


def silence_is_a_reason_to_move_up(story: Story) -> None:
    story.comes("Wed 16 Sep 2026 09:00")
    assert set(story.post()) == {"midwife", "social.worker", "hospital.lead", "team.manager"}
    page = named(story, "midwife").opens(PAGE)
    page.sees("Nobody has answered within the day. Take it to the team managers.")
    assert story.standing("STH-0001") == ("open", "stage_1", 1)  # nothing moves by itself
    page.presses(MOVE).fills("Why does it move up?", "No answer since Friday.")
    page.fills("Who takes it on for your side?", "Hospital Lead").fills("Who takes it on for the receiving side?", "Team Manager")
    page.presses(MOVE)
    assert now_at(page) == "Team manager to team manager"
    assert MAILBOX in story.post()


def the_managers_talk_and_do_not_agree(story: Story) -> None:
    story.comes("Thu 17 Sep 2026 10:00")
    held = "Record a conversation"
    page = named(story, "hospital.lead").opens(PAGE).follows(held).fills("When did you talk?", moment("Thu 17 Sep 2026 09:30"))
    page.chooses("By telephone").fills("Who took part?", "Both team managers")
    page.fills("What came of it?", "We still differ.").presses(held)
    assert story.clocks("STH-0001") == {}  # they have talked, which is what the day is for
    page.presses(MOVE).fills("Why does it move up?", "We talked and do not agree.")
    page.fills("Who takes it on for your side?", "Head Hospital")
    page.fills("Who takes it on for the receiving side?", "Head Social_Care").presses(MOVE)
    assert now_at(page) == "Service manager to service manager"
    assert story.clocks("STH-0001") == {"notice_answered": "Fri 25 Sep 2026 00:00"}


def the_notice_is_answered(story: Story) -> None:
    agree = "Record what was agreed"
    page = named(story, "head.social_care").opens(PAGE)
    assert ball(page).startswith("You are asked to act next")
    page.presses(agree).fills("What was agreed?", "The team manager comes on the 28th.")
    page.chooses("Read out to both").presses(agree)
    assert marks(page)[0] == "Resolved"
    story.post()
    office = named(story, "office").opens(PAGE).presses("Close").presses("Close")
    office.sees("Has the person who raised it been told the outcome?")
    tell = "Record that the person who raised it was told"
    page = named(story, "hospital.lead").opens(PAGE).presses(tell)
    page.fills("How and when were they told?", "At noon.").presses(tell)
    assert marks(office.opens(PAGE).presses("Close").presses("Close"))[0] == "Closed"
    assert MAILBOX in story.post()
