"""Who hears of what (protocols.md section 6, rows 11, 15, 16, 17, 20, 26, 27, 37 and 54), by e-mails that name no child."""

from __future__ import annotations

import pytest

from tests.journeys.barnsley_people import MEMBERS, the_people_of_barnsley
from tests.journeys.conftest import Telling
from tests.journeys.telling import Story, chronology, each, marks, tracker
from tests.journeys.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(barnsley: World, telling: Telling) -> Story:
    return telling(the_people_of_barnsley(barnsley), "Wed 26 Aug 2026 09:30")


def raised(story: Story, **own: object) -> str:
    disagreement = story.world.raised(at=story.now, **own)
    return f"/p/{story.world.slug}/d/{disagreement.reference}/"


def test_row_11_immediate_danger_stands_above_everything_and_the_own_safeguarding_lead_is_told(
    havering: World, telling: Telling
) -> None:
    havering.person("safeguarding.lead", "adviser", "hospital", protocol_role="designated_safeguarding_lead")
    story = telling(havering, "Mon 14 Sep 2026 11:00")
    page = story.visitor(havering.midwife).opens("/p/havering/start/")
    page.sees("A child is in danger now? Do not use this form. Ring 999")
    raised(story, flags=("immediate_harm",))
    assert "safeguarding.lead" in story.post()
    assert "A worker of your agency thinks that a child is in immediate harm. Please act now." in story.letter(
        "safeguarding.lead"
    )


def test_row_15_a_conversation_is_confirmed_in_writing(oldham: World, telling: Telling) -> None:
    story = telling(oldham, "Fri 16 Oct 2026 10:00")
    raised(story)
    story.post()
    page = story.visitor(oldham.team_manager).opens("/p/oldham/d/OLD-0001/")
    page.sees("Words about conversation_confirmed.")  # the note, where both sides read it
    page.presses("Record progress").fills("What has happened since the last update?", "I visit at nine.")
    page.presses("Record progress")
    assert story.post()["midwife"] == ["OLD-0001: progress recorded"]
    assert "visit" not in story.letter("midwife")


def test_row_16_a_formal_start_is_logged_centrally(story: Story) -> None:
    raised(story)
    office = story.visitor(story.world.office)
    assert list(tracker(office.opens("/p/barnsley/tracker/"))) == ["BAR-0001"]
    assert "office" in story.post()


def test_row_17_whoever_records_it_is_acknowledged(story: Story) -> None:
    raised(story)
    assert story.post()["midwife"] == ["BAR-0001: received, thank you"]


def test_row_20_the_agencies_representatives_on_the_partnership_are_told(story: Story) -> None:
    address, move = raised(story), "Move up to the next stage"
    assert set(MEMBERS).isdisjoint(story.post())
    page = story.visitor(story.world.hospital_lead).opens(address).presses(move)
    page.chooses("Stage 2: Next tiers of management").fills("Why does it move up?", "Not agreed.")
    page.fills("Who takes it on for your side?", "Matron").fills("Who takes it on for the receiving side?", "Service Manager")
    page.presses(move)
    told = story.post()
    # Of the two agencies in it, and of no other (the school has a representative as well).
    assert {name for name in told if name.startswith("representative.")} == set(MEMBERS)


def resolved(story: Story) -> str:
    address, agree, confirm = raised(story), "Record what was agreed", "Confirm the outcome in writing"
    page = story.visitor(story.world.hospital_lead).opens(address).presses(agree)
    page.fills("What was agreed?", "A plan by Monday.").chooses("Read out to both").presses(agree)
    if marks(page)[0] != "Resolved":  # where the protocol asks for it in writing
        story.visitor(story.world.team_manager).opens(address).presses(confirm).presses(confirm)
    return address


def test_row_26_the_worker_who_first_raised_it_must_be_told(story: Story) -> None:
    address, tell = resolved(story), "Record that the person who raised it was told"
    page = story.visitor(story.world.office).opens(address).presses("Close").presses("Close")
    assert page.status == 409
    page.sees("Does the worker who first raised the concern know the resolution?")
    story.post()
    page = story.visitor(story.world.hospital_lead).opens(address).presses(tell)
    page.fills("How and when were they told?", "I rang her at noon.").presses(tell)
    assert story.post() == each("BAR-0001: noted that you know the outcome", "midwife")
    page.presses("Record learning").fills("What should be learned?", "Who answers when a worker is away.")
    page.chooses("Training").presses("Record learning")
    office = story.visitor(story.world.office).opens(address).presses("Close").presses("Close")
    assert marks(office)[0] == "Closed"


def test_row_27_it_is_put_on_the_file_of_each_agency(oldham: World, telling: Telling) -> None:
    story = telling(oldham, "Fri 16 Oct 2026 10:00")
    address, file = resolved(story), "Record that it is on the child's file"
    missing = ["Before it is closed, record this: Is the outcome on each agency's own electronic record?"]
    office = story.visitor(oldham.office)
    for person, agency in ((oldham.midwife, "Moorside Hospital"), (oldham.team_manager, "Children's social care")):
        assert office.opens(address).presses("Close").presses("Close").refusals == missing
        page = story.visitor(person).opens(address).follows(file).chooses(agency).presses(file)
        assert chronology(page)[-1].startswith("Put on the child's file")
    page = story.visitor(oldham.hospital_lead).opens(address).presses("Record learning")
    page.fills("theme that the partnership should know of", "Nobody to ring at night.").presses("Record learning")
    assert marks(office.opens(address).presses("Close").presses("Close"))[0] == "Closed"


def test_row_37_a_case_across_a_border_is_marked_with_the_other_area(wiltshire: World, telling: Telling) -> None:
    story = telling(wiltshire, "Mon 14 Sep 2026 11:00")
    page: Visitor = story.visitor(wiltshire.midwife).opens(raised(story)).follows("Mark it")
    page.chooses("Cross-border").fills("Why?", "The family moves to Swindon.").presses("Mark it")
    assert marks(page) == ["Open", "Cross-border"]
    page.sees("The family moves to Swindon.")


def test_row_54_those_above_are_alerted_beside_the_stages(story: Story) -> None:
    address = raised(story)
    story.post()
    page = story.visitor(story.world.midwife).opens(address).follows("Mark it")
    page.chooses("No answer from the other side").fills("Why?", "Rang on six days.").presses("Mark it")
    told = story.post()
    assert {"service.manager", "head.of.social.work"} <= set(told)
    assert story.standing("BAR-0001") == ("open", "stage_1", 1)  # nothing has moved
