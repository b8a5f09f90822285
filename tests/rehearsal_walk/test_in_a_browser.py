"""Walking through a protocol in a real Chromium, at two sizes and without JavaScript: the bar is on every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.at_the_browser import DESKTOP, PHONE, Person, Size
from tests.world import World

from .conftest import WALK

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("size", "scripts"), [(DESKTOP, True), (PHONE, True), (PHONE, False)])
def test_a_protocol_is_walked(
    transactional_db: None, live_server: Any, new_context: Callable[..., Any], size: Size, scripts: bool
) -> None:
    world = World("barnsley")
    assert world.administrator
    context = new_context(viewport=size.viewport, java_script_enabled=scripts, reduced_motion="reduce")
    person = Person(context.new_page(), size, live_server.url).signs_in_as("Administrator")
    look = Person.looks if scripts else lambda someone, _: someone  # what is accessible is asked by a script
    person.opens(WALK)
    look(person, "walk")
    person.follows("Walk through").sees("You stay signed in as yourself.")
    look(person, "walk-version")
    person.presses("Walk it")
    assert person.heading == "Whom do you want to be?"
    look(person, "walk-be")
    person.presses("Keziah Jarrow")
    look(person, "walk-dashboard")
    person.presses("By one working day").sees("Nothing happened by itself.")
    person.follows("To another day")
    look(person, "walk-clock")
    person.presses("Move to that day").sees("There is a problem")
    look(person, "")
    person.follows("What was e-mailed here").sees("Nobody has been written to yet.")
    look(person, "walk-mailbox")
    person.goes_to("Raise a disagreement")
    look(person, "")
    person.follows("Delete the rehearsal")
    look(person, "walk-delete")
    person.presses("Delete the rehearsal").sees("The rehearsal was deleted, with everything in it.")
