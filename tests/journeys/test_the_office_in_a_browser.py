"""In a real Chromium, at two sizes: the partnership manager's week. What is beyond its date, what was learned, the numbers, a
copy for the office's own list, the arrangements, and a record whose time is up. And at a desk her quarter: a view to share,
a reminder, what the figures say and what is behind them, a pack for the sub-group, and what was learned."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfReader

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


def test_a_quarter_of_the_office(world: World, live_server: Any, new_context: Callable[..., Any]) -> None:
    context = new_context(viewport=DESKTOP.viewport, reduced_motion="reduce", accept_downloads=True)
    office = Person(context.new_page(), DESKTOP, live_server.url).signs_in_as("Office")
    shares_a_view(office)
    reminds(office)
    looks_behind_a_figure(office)
    makes_a_pack(office)
    follows_what_was_learned(office)


def shares_a_view(office: Person) -> None:
    office.goes_to("Tracker").selects("Open", under="State").presses("Show").follows("save this as a view").keeps_nobody_out()
    office.fills("Name of the view", "For the sub-group").chooses("Share it with the partnership office").presses("Save the view")
    office.sees("For the sub-group").keeps_nobody_out()
    assert office.page.locator("main table a").all_inner_texts() == [LATE, NEW]


def reminds(office: Person) -> None:
    """One is chosen; nothing is sent before she was shown whom it is about, and who was written to is said."""
    office.page.locator(f"label[for=pick-{LATE}]").click()
    office.presses("Remind whoever’s turn it is").sees("This is about one disagreement.").keeps_nobody_out()
    office.presses("Send the reminders").sees("Done: 1 of 1", f"{LATE}: Reminded:").keeps_nobody_out()


def looks_behind_a_figure(office: Person) -> None:
    """What is worth asking leads to the disagreements themselves, and back to the same period."""
    office.goes_to("Insight").sees("Timescales that were passed", "What was in the way?").keeps_nobody_out()
    office.follows("How many, and how far they went").keeps_nobody_out().follows("Insight")
    office.follows("Timescales that were passed").sees("One disagreement can have several timescales.", LATE).keeps_nobody_out()


def makes_a_pack(office: Person) -> None:
    """It is issued, stays as it is, and its PDF can be read aloud."""
    office.goes_to("Meetings and learning").keeps_nobody_out().follows("Pack for").presses("Make the pack").keeps_nobody_out()
    office.follows("Write down a decision").chooses("Themes").fills("What did the meeting decide?", "Say who visits first.")
    office.presses("Write it down").presses("Issue the pack").sees("It stays as it is now.").keeps_nobody_out()
    with office.page.expect_download() as coming:
        office.page.get_by_role("link", name="PDF of what was issued").click()
    file = PdfReader(coming.value.path())
    assert file.root_object["/MarkInfo"]["/Marked"]
    assert all(words in "".join(page.extract_text() for page in file.pages) for words in (LATE, "The last day was"))


def follows_what_was_learned(office: Person) -> None:
    office.goes_to("Meetings and learning").follows("Learning, followed through").keeps_nobody_out()
    office.presses("Write down something that no disagreement is about").fills("What do you call it?", "Dates of joint visits")
    office.fills("What was learned?", "A plan says who visits, and when.").presses("Save").keeps_nobody_out()
    office.presses("Add an action").chooses("Training").fills(
        "What is to be done?", "Show it in the induction"
    ).keeps_nobody_out()


def watches_the_tracker(office: Person) -> None:
    """The one that is late stands first, and the list is narrowed to what is open."""
    office.goes_to("Tracker").sees("The last day was").looks()
    assert office.page.locator("main table a").all_inner_texts() == [LATE, NEW, DECIDED]
    office.selects("Open", under="State").presses("Show").sees("State: Open").looks()


def takes_a_copy(office: Person) -> None:
    office.page.get_by_text("as a file for a spreadsheet").click()
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
