"""In a real Chromium, at two sizes: the partnership manager's week. What is beyond its date, what was learned, the numbers, a
copy for the office's own list, the arrangements, and a record whose time is up."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from partnerships.ladder import Position
from tests.records.stories import keeps, withdrawn
from tests.world import World

from .at_the_browser import DESKTOP, PHONE, Person, Size
from .barnsley_people import partner

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OVER, LATE, DECIDED, NEW = "BAR-0001", "BAR-0002", "BAR-0003", "BAR-0004"


@pytest.fixture
def world(transactional_db: None) -> World:
    """One whose time is up, one beyond its date, one that was decided, and one that has just been raised."""
    found, now = World("barnsley"), timezone.now()
    assert found.office
    keeps(found, attachments=True)
    withdrawn(found)
    found.raised(at=now - timedelta(days=13))
    decided = found.raised(at=now - timedelta(days=6), to=Position(stage="stage_3"), direct_reason="It could not wait.")
    found.do("record_decision", decided, by=partner(found), at=now - timedelta(days=1), text="The plan stays as it is.")
    found.raised(at=now)
    found.sweep(at=now)
    return found


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)
def test_a_week_of_the_office(world: World, live_server: Any, new_context: Callable[..., Any], size: Size) -> None:
    context = new_context(viewport=size.viewport, reduced_motion="reduce", accept_downloads=True)
    office = Person(context.new_page(), size, live_server.url).signs_in_as("Office").looks()
    watches_the_tracker(office)
    takes_a_copy(office)
    sees_what_is_learned(office)
    rearranges(office)
    destroys_what_nobody_needs(office)


def watches_the_tracker(office: Person) -> None:
    """The one that is late stands first, and the list is narrowed to what is open."""
    office.goes_to("Tracker").sees("The last day was").looks()
    assert office.page.locator("main table a").all_inner_texts() == [LATE, NEW, DECIDED]
    office.selects("Open", under="State").presses("Show").sees("State: Open").looks()


def takes_a_copy(office: Person) -> None:
    office.page.get_by_text("as a spreadsheet file").click()
    with office.page.expect_download() as coming:
        office.page.get_by_role("link", name="Download for any spreadsheet (CSV)").click()
    rows = list(csv.reader(Path(coming.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:]] == [LATE, NEW]


def sees_what_is_learned(office: Person) -> None:
    """Why the late one is late stands on its page; what the decided one teaches is written down; the numbers hold both."""
    office.follows(LATE).sees("The last day was").looks()
    office.goes_to("Tracker").follows(DECIDED).presses("Record learning").looks()
    office.fills("What should be learned?", "Ask who visits on the first day.").chooses("A briefing").presses("Record learning")
    office.sees("Ask who visits on the first day.").looks().opens("/p/barnsley/numbers/").sees("4 disagreements raised").looks()


def rearranges(office: Person) -> None:
    office.goes_to("Administration").looks().follows("Arrangements").looks()
    office.fills("Below which number are counts not published?", "7").presses("Save the arrangements").looks()
    office.opens("/p/barnsley/administration/").follows("Administration log").sees("Office").looks()


def destroys_what_nobody_needs(office: Person) -> None:
    office.opens("/p/barnsley/administration/records/").looks().page.get_by_label(OVER).check()
    office.presses("Review those that are ticked").chooses("Destroy it now").looks()
    office.page.get_by_label("I have looked at it").check()
    office.fills("Why?", "Nobody needs it any more.").presses("Do this")
    office.follows("Certificates").follows(OVER).looks().sees("Certificate of destruction")
