"""In a real Chromium: raised, acknowledged, proposed, agreed, confirmed and put on file, at two sizes; without JavaScript; by
keyboard alone. On the telephone what it costs is counted (effort.py)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from django.utils import timezone

from tests.world import World

from .at_the_browser import DESKTOP, PHONE, Size, focused, tabs_to
from .counting import Counted
from .doing import raises_in_barnsley, raises_in_havering
from .effort import words
from .lived import a_barnsley_that_has_lived

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

People = Callable[..., Counted]


@pytest.fixture
def world(a_tuesday: None, transactional_db: None) -> World:
    return a_barnsley_that_has_lived(World("barnsley"), now=timezone.now())


@pytest.fixture
def people(a_tuesday: None, live_server: Any, new_context: Callable[..., Any], transactional_db: None) -> People:
    """Somebody at a browser of their own, of a size, perhaps without JavaScript."""

    def somebody(name: str, size: Size = DESKTOP, *, java_script_enabled: bool = True) -> Counted:
        context = new_context(viewport=size.viewport, java_script_enabled=java_script_enabled, reduced_motion="reduce")
        person = Counted(context.new_page(), size, live_server.url)
        person.signs_in_as(name)
        return person

    return somebody


def costs(person: Counted, task: str) -> AbstractContextManager[None]:
    """Counted once, on the telephone: the same pages are on the desk."""
    return person.measured(task) if person.size is PHONE else nullcontext()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)
def test_from_the_form_to_the_child_s_file(world: World, people: People, size: Size) -> None:
    midwife = people("Midwife", size)
    reference = raises(midwife)
    lead, manager = people("Hospital Lead", size), people("Team Manager", size)
    acknowledges(manager, reference)
    proposes(lead, reference)
    agrees(manager, reference)
    confirms(manager)
    midwife.goes_to("My disagreements").sees(reference).looks()
    logs_what_was_settled(midwife)


def raises(midwife: Counted) -> str:
    midwife.opens("/p/barnsley/start/").looks()
    if midwife.size is DESKTOP:
        midwife.chooses("It is about the conduct of somebody who works with children").presses("Continue").looks()
        midwife.opens("/p/barnsley/start/")
    with costs(midwife, "raise, Barnsley’s protocol"):
        reference = raises_in_barnsley(midwife)
    midwife.sees("By the end of", "Told by e-mail", "In training mode no e-mail leaves this system.").looks()
    midwife.follows("My disagreements").sees(reference, "Not opened yet by the other side. Telephone them.").looks()
    midwife.follows(reference).sees("The other side has not opened it yet.", words()["summary"]).looks()
    return reference


def acknowledges(manager: Counted, reference: str) -> None:
    manager.sees("Yours to act on").looks().follows(reference).looks()
    manager.presses("I have this; I will telephone today").sees("The other side can see that you have it.").looks()


def proposes(lead: Counted, reference: str) -> None:
    lead.follows(reference).presses("Move up to the next stage").looks().follows("Cancel")
    lead.presses("Propose an outcome").presses("Propose an outcome").sees("Write down what you propose").looks()
    lead.fills("What do you propose?", words()["proposed"]).presses("Propose an outcome")
    lead.sees("Proposed outcome: nothing is fixed yet", "Waiting for").looks()


def agrees(manager: Counted, reference: str) -> None:
    manager.opens("/p/barnsley/").sees("You are asked to answer the outcome that is proposed.")
    with costs(manager, "agree to what is proposed"):
        manager.follows(reference).presses("We agree").looks().presses("We agree")
    manager.sees("It is agreed, in the words that were proposed.", words()["proposed"]).looks()


def confirms(manager: Counted) -> None:
    manager.presses("Confirm the outcome in writing").looks()
    manager.presses("Confirm the outcome in writing").sees("The outcome is confirmed in writing.", "Resolved").looks()
    with costs(manager, "say that it is on the child’s file"):
        manager.presses("Record that it is on the child's file").looks()  # their own agency is chosen already
        manager.presses("Record that it is on the child's file")
    manager.sees("Children's social care: since").looks()


def logs_what_was_settled(midwife: Counted) -> None:
    midwife.opens("/p/barnsley/start/")
    with costs(midwife, "log what was settled by talking"):
        midwife.follows("Log it in one minute").looks()
        midwife.selects("Police", under="The agency you disagreed with")
        midwife.selects("Planning", under="What was it mainly about?")
        midwife.fills("What was settled?", words()["settled"]).presses("Log it")
    midwife.sees("Logged as BAR-").looks()


def test_raised_and_moved_up_without_javascript(people: People) -> None:
    """Under another protocol: every page works without a script, the same words, the same reference; then it moves up."""
    world = World("havering")
    for person in (world.hospital_lead, world.social_worker, world.team_manager):
        assert person
    for name, agency in (("matron", "hospital"), ("service.manager", "social_care")):
        world.person(name, "senior_manager", agency, protocol_role="senior_manager")
    assert world.midwife
    midwife = people("Midwife", PHONE, java_script_enabled=False)
    midwife.opens("/p/havering/start/")
    with midwife.measured("raise, Havering’s protocol"):
        reference = raises_in_havering(midwife)
    midwife.follows("My disagreements")
    with midwife.measured("move up to the next step"):
        midwife.presses(f"It is still unsafe: escalate now {reference}")
        midwife.fills("Why does it move up?", words()["why_up"]).presses("Move up to the next stage")
    midwife.sees("It has moved up.")
    assert midwife.complaints == []


def test_answering_by_keyboard_alone(world: World, people: People) -> None:
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
def test_looking_at_a_page_finds_what_it_looks_for(world: World, people: People, breach: str, found: str) -> None:
    """That nothing is found on our pages says something only because these are."""
    midwife = people("Midwife").opens("/p/barnsley/mine/").looks()
    midwife.page.evaluate(f"() => {{ {breach} }}")
    midwife.page.wait_for_timeout(50)
    with pytest.raises(AssertionError, match=found):
        midwife.looks()
