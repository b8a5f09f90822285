"""In a real Chromium: raised, acknowledged, agreed, confirmed and tracked, at two sizes; without JavaScript; by keyboard alone.

SCREENS=1 draws the pages for the manual into docs/screens/."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.world import World

from .at_the_browser import DESKTOP, PHONE, Person, Size, focused, tabs_to
from .lived import a_barnsley_that_has_lived

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

People = Callable[..., Person]
MANAGER, OTHER, OWN = (
    "Who is the direct line manager of the person the concern is about?",
    "Who is the person you disagree with?",
    "Who is your safeguarding lead or manager?",
)


@pytest.fixture
def world(transactional_db: None) -> World:
    return a_barnsley_that_has_lived(World("barnsley"), now=timezone.now())


@pytest.fixture
def people(live_server: Any, new_context: Callable[..., Any], world: World) -> People:
    """Somebody at a browser of their own, of a size, perhaps without JavaScript."""

    def somebody(name: str, size: Size = DESKTOP, *, java_script_enabled: bool = True) -> Person:
        context = new_context(viewport=size.viewport, java_script_enabled=java_script_enabled, reduced_motion="reduce")
        return Person(context.new_page(), size, live_server.url).signs_in_as(name)

    return somebody


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)
def test_from_the_form_to_the_tracker(people: People, size: Size) -> None:
    midwife = people("Midwife", size)
    midwife.opens("/demo/").looks("demo")
    reference = raises(midwife, look=Person.looks)
    watches(midwife, reference)
    acknowledges(people("Team Manager", size), reference)
    agrees(people("Hospital Lead", size), reference)
    confirms(people("Team Manager", size), reference)
    keeps_the_tracker(people("Office", size), reference)


def raises(midwife: Person, *, look: Callable[[Person, str], Any]) -> str:
    """From the start page to the reference. The same with JavaScript and without."""
    midwife.opens("/p/barnsley/start/")
    look(midwife, "start")
    midwife.chooses("It is about the conduct of somebody who works with children").presses("Continue")
    look(midwife, "signpost")
    midwife.opens("/p/barnsley/start/")
    midwife.chooses("None of these: I disagree with another agency about a child").presses("Continue")
    look(midwife, "raise-who")
    midwife.page.get_by_label("The agency you disagree with").select_option(label="Children's social care")
    midwife.presses("Save and continue").presses("Save and continue")
    midwife.sees("There is a problem")
    look(midwife, "raise-talk-refused")
    talks(midwife)
    look(midwife, "raise-concern")
    midwife.fills("In one sentence", "The birth plan does not address the risks.")
    midwife.fills("What worries you, and what is it based on?", "Three risks on file; the plan speaks of none of them.")
    midwife.fills("What is the likely effect on the child?", "A birth without a safe plan.")
    midwife.fills("What needs to be achieved to resolve this?", "A plan before the birth.").presses("Save and continue")
    look(midwife, "raise-child")
    midwife.fills("The child's reference", "H-2207")
    midwife.chooses("Another professional's action or inaction affecting a child's or family member's safety")
    midwife.chooses("No answer from the other side").fills("When and how did you try to reach them?", "Four calls since Monday.")
    midwife.presses("Save and continue")
    return names_people(midwife, look=look)


def talks(midwife: Person) -> None:
    yesterday: date = timezone.localdate() - timedelta(days=1)
    midwife.chooses("Yes", under="Have you talked to your own safeguarding lead or manager?")
    midwife.chooses("I tried, and could not reach them")
    for part in ("day", "month", "year"):
        midwife.page.get_by_label(part.capitalize(), exact=True).fill(str(getattr(yesterday, part)))
    midwife.fills("What was said, or what did you try?", "Rang four times.").presses("Save and continue")


def names_people(midwife: Person, *, look: Callable[[Person, str], Any]) -> str:
    for question, name in ((OTHER, "Social Worker"), (MANAGER, "Team Manager"), (OWN, "Hospital Lead")):
        midwife.picks(name, under=question)
    look(midwife, "raise-people")
    midwife.presses("Save and continue")
    assert midwife.heading == "Check your answers"
    look(midwife, "raise-check")
    midwife.follows("All steps")
    look(midwife, "raise-steps")
    midwife.presses("Check your answers").presses("Raise the disagreement")
    midwife.sees("Disagreement raised", "By the end of", "Told by e-mail", "In training mode no e-mail leaves this system.")
    look(midwife, "raised")
    found = re.search(r"BAR-\d{4}", midwife.page.locator("main").inner_text())
    assert found is not None
    return found[0]


def watches(midwife: Person, reference: str) -> None:
    midwife.follows("My disagreements").sees(reference, "Not opened yet by the other side. Telephone them.")
    midwife.looks("mine")
    midwife.follows(reference).sees("The other side has not opened it yet.", "The birth plan does not address the risks.")
    midwife.looks("disagreement")


def acknowledges(manager: Person, reference: str) -> None:
    manager.sees("Yours to act on").looks("dashboard")
    manager.follows(reference).looks("disagreement-to-answer")
    manager.presses("I have this; I will telephone today").sees("The other side can see that you have it.").looks("acknowledge")


def agrees(lead: Person, reference: str) -> None:
    lead.follows(reference)
    lead.presses("Move up to the next stage").looks("move-up")
    lead.follows("Cancel")
    lead.presses("Record what was agreed").presses("Record what was agreed").sees("Write down what was agreed")
    lead.looks("agreement-refused")
    lead.fills("What was agreed?", "A plan by Monday, with both agencies.")
    lead.chooses("Read out to both").presses("Record what was agreed")
    lead.sees(
        "The agreement is recorded.",
        "Waiting for Team Manager (Children's social care, the other side) to confirm in writing what was agreed.",
    )
    lead.looks("agreed")


def confirms(manager: Person, reference: str) -> None:
    manager.follows(reference)
    manager.presses("Confirm the outcome in writing").looks("confirm")
    manager.presses("Confirm the outcome in writing").sees("The outcome is confirmed in writing.", "Resolved")
    manager.looks("resolved")
    manager.presses("Record learning").looks("learning")


def keeps_the_tracker(office: Person, reference: str) -> None:
    office.goes_to("Tracker").sees(reference, "beyond 5 working days (guide)", "Taken there directly")
    office.looks("tracker")
    office.goes_to("Protocol").looks("protocol")
    office.goes_to("Administration").looks("administration")
    office.goes_to("Mailbox (demo)").looks("mailbox")


def test_the_form_without_javascript(people: People) -> None:
    """Every page works without it: the same form, the same words, the same reference; and then the small ones."""

    def look(midwife: Person, _: str) -> None:
        assert midwife.complaints == [], midwife.page.url

    midwife = people("Midwife", java_script_enabled=False)
    reference = raises(midwife, look=look)
    midwife.follows("My disagreements").presses(f"It is still unsafe: escalate now {reference}")
    midwife.fills("Why does it move up?", "The birth is close.").presses("Move up to the next stage")
    midwife.sees("It has moved up.", "Stage 2: Next tiers of management")
    look(midwife, "")


def test_answering_by_keyboard_alone(people: People) -> None:
    """From the dashboard to a recorded agreement without a mouse; the focus shows wherever it is."""
    manager = people("Team Manager")
    page, keys = manager.page, manager.page.keyboard
    manager.opens("/p/barnsley/")
    tabs_to(page, "Skip to main content", at_most=1)
    keys.press("Enter")
    tabs_to(page, "BAR-0001", at_most=3)
    manager.enters().sees("Stage 1: Safeguarding leads or managers")
    tabs_to(page, "Record what was agreed")
    manager.enters()
    tabs_to(page, "Record what was agreed")  # past the boxes, to the button, with nothing written
    manager.enters().sees("There is a problem")
    assert focused(page).startswith("There is a problem")  # a screen reader begins to read there
    tabs_to(page, "Write down what was agreed", at_most=1)
    keys.press("Enter")
    assert focused(page).startswith("What was agreed?")
    keys.type("A meeting each Monday.")
    tabs_to(page, "Read out to both")
    keys.press("Space")
    tabs_to(page, "Record what was agreed")
    manager.enters().sees("The agreement is recorded.", "A meeting each Monday.").looks()


@pytest.mark.parametrize(
    ("breach", "found"),
    [
        (
            "document.body.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))",
            "Content Security Policy",
        ),
        ("console.error('Something went wrong')", "Something went wrong"),
        ("document.querySelector('main').style.width = '200vw'", "scrolled sideways"),
    ],
)
def test_looking_at_a_page_finds_what_it_looks_for(people: People, breach: str, found: str) -> None:
    """That nothing is found on our pages says something only because these are."""
    midwife = people("Midwife").opens("/p/barnsley/mine/").looks()
    midwife.page.evaluate(f"() => {{ {breach} }}")
    midwife.page.wait_for_timeout(50)
    with pytest.raises(AssertionError, match=found):
        midwife.looks()
