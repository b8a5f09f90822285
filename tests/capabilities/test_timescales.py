"""The clocks as each area has them (protocols.md section 6, rows 5 to 9, 23 and 24): in working days or hours, binding or not."""

from __future__ import annotations

from datetime import date

import pytest

from tests.journeys.barnsley_people import the_people_of_barnsley
from tests.journeys.conftest import Telling
from tests.journeys.telling import Story, dates, marks, tracker, why_these_dates
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(barnsley: World, telling: Telling) -> Story:
    return telling(the_people_of_barnsley(barnsley), "Wed 26 Aug 2026 09:30")


def raised(story: Story, **own: object) -> str:
    disagreement = story.world.raised(at=story.now, **own)
    return f"/p/{story.world.slug}/d/{disagreement.reference}/"


def test_row_05_a_stage_deadline_in_working_days(story: Story) -> None:
    page = story.visitor(story.world.midwife).opens(raised(story))
    talk = "The safeguarding leads or managers of both sides talk and seek a resolution"
    # The Summer bank holiday and the weekend do not count.
    assert dates(page)[talk] == "Thu 3 September 2026: 5 working days left"


def test_row_05_no_deadline_at_all_by_design(wiltshire: World, telling: Telling) -> None:
    story = telling(wiltshire, "Wed 26 Aug 2026 09:30")
    page = story.visitor(wiltshire.midwife).opens(raised(story))
    assert (dates(page), why_these_dates(page)) == ({}, [])
    story.comes("Mon 30 Nov 2026 09:00")
    assert story.clocks("WIL-0001") == {}


def test_row_06_a_deadline_in_hours_of_the_clock(oldham: World, telling: Telling) -> None:
    story = telling(oldham, "Fri 16 Oct 2026 22:15")
    address = raised(story, urgency="imminent_risk")
    # One hour, at night and at the weekend too.
    assert story.clocks("OLD-0001") == {"contact_imminent_risk": "Fri 16 Oct 2026 23:15"}
    assert list(dates(story.visitor(oldham.midwife).opens(address)).values()) == ["11:15pm on Fri 16 October 2026: 1 hour left"]


@pytest.mark.parametrize(
    ("slug", "words", "own"),
    [
        ("barnsley", "within 5 working days (guide)", {}),
        ("oldham", "within 24 hours (expectation)", {"urgency": "increasing_risk"}),
    ],
)
def test_row_07_how_binding_a_deadline_is_stands_beside_it(
    request: pytest.FixtureRequest, telling: Telling, slug: str, words: str, own: dict[str, str]
) -> None:
    story = telling(request.getfixturevalue(slug), "Wed 26 Aug 2026 09:30")
    page = story.visitor(story.world.midwife).opens(raised(story, **own))
    assert why_these_dates(page)[0].lower().startswith(words)


def test_row_08_whichever_is_shorter_the_week_or_the_date_for_the_child(havering: World, telling: Telling) -> None:
    story = telling(havering, "Mon 14 Sep 2026 11:00")
    raised(story, needed_by=date(2026, 9, 16))
    raised(story, needed_by=date(2026, 9, 30))
    assert story.clocks("HAV-0001") == {"stage_1_discussion": "Thu 17 Sep 2026 00:00"}
    assert story.clocks("HAV-0002") == {"stage_1_discussion": "Tue 22 Sep 2026 00:00"}
    page = story.visitor(havering.midwife).opens("/p/havering/d/HAV-0001/")
    assert why_these_dates(page)[0].startswith("This is the date asked for on the form, which comes before the protocol's own")


def test_row_09_more_time_is_taken_with_a_reason_that_it_is_safe(story: Story) -> None:
    address, act = raised(story), "Change a date, with a reason"
    page = story.visitor(story.world.hospital_lead).opens(address).follows(act)
    page.sees("waiting is never required when it is not").presses(act)
    assert page.refusals != []
    page.chooses("talk and seek a resolution").fills("new last day", date(2026, 9, 10)).fills("Why", "A visit comes first.")
    page.chooses("I judge that it is safe for the child").presses(act)
    assert story.clocks("BAR-0001")["stage_1_resolution"] == "Fri 11 Sep 2026 00:00"
    page.sees("A visit comes first.", "This date was set by a person, with a reason")


def test_row_23_a_summary_of_progress_is_asked_for_every_five_working_days(story: Story) -> None:
    address = raised(story)
    assert story.clocks("BAR-0001")["progress_update"] == "Fri 4 Sep 2026 00:00"
    story.comes("Tue 1 Sep 2026 10:00")
    page = story.visitor(story.world.hospital_lead).opens(address).presses("Record progress")
    page.fills("What has happened since the last update?", "We meet on Friday.").presses("Record progress")
    assert story.clocks("BAR-0001")["progress_update"] == "Wed 9 Sep 2026 00:00"
    # Not kept, it is asked for again; nothing else happens.
    story.comes("Wed 9 Sep 2026 09:00")
    assert story.standing("BAR-0001") == ("open", "stage_1", 1)
    row = tracker(story.visitor(story.world.office).opens("/p/barnsley/tracker/"))["BAR-0001"][3]
    assert row.startswith("The last day was Thursday 3 September, 4 working days ago (guide)")


def test_row_24_the_outcome_is_put_in_writing_within_a_time_of_its_own(story: Story) -> None:
    address, agree, confirm = raised(story), "Record what was agreed", "Confirm the outcome in writing"
    page = story.visitor(story.world.hospital_lead).opens(address).presses(agree)
    page.fills("What was agreed?", "A plan by Monday.").chooses("Read out to both").presses(agree)
    assert marks(page)[0] == "Agreed, to be confirmed in writing"
    assert story.clocks("BAR-0001")["written_outcome"] == "Fri 4 Sep 2026 00:00"
    page = story.visitor(story.world.team_manager).opens(address).presses(confirm).presses(confirm)
    assert (marks(page)[0], story.clocks("BAR-0001")) == ("Resolved", {})
