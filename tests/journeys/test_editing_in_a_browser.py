"""In a real Chromium: an administrator amends a rule and publishes it, at two sizes; problems come on leaving a field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from partnerships import services
from partnerships.protocol import Protocol
from tests.world import World

from .at_the_browser import DESKTOP, PHONE, Person, Size

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

People = Callable[..., Person]
NEVER = "never starts: “it is closed” cannot happen where it counts."


@pytest.fixture
def world(transactional_db: None) -> World:
    found = World("havering")
    assert found.administrator.name == "Administrator"
    return found


@pytest.fixture
def draft(world: World) -> str:
    """The address of an unfinished one."""
    plain = world.protocol.model_dump(mode="json")
    plain["roles"] = [role for role in plain["roles"] if role["key"] != "senior_manager"]
    with world.scope():
        return f"/p/havering/administration/protocol/{services.draft_protocol(Protocol.model_validate(plain)).number}"


@pytest.fixture
def people(live_server: Any, new_context: Callable[..., Any], world: World) -> People:
    """The administrator, at a browser of some size."""

    def somebody(size: Size = DESKTOP) -> Person:
        context = new_context(viewport=size.viewport, reduced_motion="reduce")
        return Person(context.new_page(), size, live_server.url).signs_in_as("Administrator")

    return somebody


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)
def test_a_rule_is_amended_tried_and_published(people: People, size: Size) -> None:
    """Five working days become four: copied from what is in force, changed in one place, and in force from today."""
    ada = people(size)
    ada.goes_to("Administration").looks().follows("Protocols and their versions").looks().follows("Begin a draft").looks()
    ada.chooses("As a copy of a version of your own").looks().presses("Begin the draft").looks()
    ada.follows("Clocks").looks().follows("Change Within one working week")
    ada.looks().fills("How many?", "4").fills("How long, in the words of your document", "within 4 working days")
    ada.presses("Save").sees("saved. The draft has no problems.").looks()
    ada.follows("The draft").follows("See what would happen if nobody acted").looks().follows("Change the draft")
    ada.follows("Publish it from a day on").sees("What changes against version 1", "within 4 working days").looks()
    today = timezone.localdate()
    for part in ("day", "month", "year"):
        ada.fills(part.capitalize(), str(getattr(today, part)), exact=True)
    ada.presses("Publish").sees("Version 2 is published, and in force from").looks()
    ada.goes_to("Protocol").sees("within 4 working days").looks()


def test_a_sentence_comes_on_leaving_the_field_and_goes_when_it_is_put_right(people: People, draft: str) -> None:
    person = people()
    person.opens(f"{draft}/time_limits/0/")
    beside = person.page.locator("[data-problems=starts_on]")
    starts = person.page.locator("#of-starts_on")
    expect(beside).to_have_text("")
    for event in ("A stage opens", "It is taken a step back", "It is reopened"):
        starts.get_by_label(event, exact=True).uncheck()
    starts.get_by_label("It is closed", exact=True).check()
    person.page.get_by_label("How many?").focus()
    expect(beside).to_contain_text(NEVER)
    person.looks()
    starts.get_by_label("A stage opens", exact=True).check()
    person.page.get_by_label("How many?").focus()
    expect(beside).to_have_text("")


def test_enter_in_a_box_saves_and_moves_no_row(people: People, draft: str) -> None:
    person = people()
    person.opens(f"{draft}/stages/2/")
    person.fills("Its number", "3a")
    person.page.get_by_label("Its number").press("Enter")
    expect(person.page.locator("h1")).to_have_text("The stages")
    person.sees("Stage 3a: Senior managers")
