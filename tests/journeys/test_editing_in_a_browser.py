"""In a real Chromium: an administrator edits a draft at two sizes; problems come on leaving a field, or by the Check button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from partnerships import services
from partnerships.protocol import Protocol
from tests.world import World

from .at_the_browser import DESKTOP, PHONE, Person, Size

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

People = Callable[..., Person]
DRAFT = "/p/havering/administration/protocol/2"
NEVER = "never starts: “it is closed” cannot happen where it counts."


@pytest.fixture
def people(live_server: Any, new_context: Callable[..., Any], transactional_db: None) -> People:
    """The administrator of a partnership with an unfinished draft."""
    world = World("havering")
    plain = world.protocol.model_dump(mode="json")
    plain["roles"] = [role for role in plain["roles"] if role["key"] != "senior_manager"]
    with world.scope():
        services.draft_protocol(Protocol.model_validate(plain))
    assert world.administrator.name == "Administrator"

    def somebody(size: Size = DESKTOP, *, java_script_enabled: bool = True) -> Person:
        context = new_context(viewport=size.viewport, java_script_enabled=java_script_enabled, reduced_motion="reduce")
        return Person(context.new_page(), size, live_server.url).signs_in_as("Administrator")

    return somebody


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)
def test_every_page_of_the_editor_can_be_used_by_anybody(people: People, size: Size) -> None:
    person = people(size)
    person.opens(f"{DRAFT}/").looks("editor-draft")
    person.opens(f"{DRAFT}/steps/").looks("editor-steps")
    for address in ("check", "told", "stages/2", "notice_rules/1", "side_processes/0", "agencies/add", "roles/0/remove"):
        person.opens(f"{DRAFT}/{address}/").looks()
    person.opens(f"{DRAFT}/stages/3/").looks("editor-stage")
    person.opens(f"{DRAFT}/roles/add/").presses("Save").sees("There is a problem").looks("editor-refused")


def test_a_sentence_comes_on_leaving_the_field_and_goes_when_it_is_put_right(people: People) -> None:
    person = people()
    person.opens(f"{DRAFT}/time_limits/0/")
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


def test_enter_in_a_box_saves_and_moves_no_row(people: People) -> None:
    person = people()
    person.opens(f"{DRAFT}/stages/2/")
    person.fills("Its number", "3a")
    person.page.get_by_label("Its number").press("Enter")
    expect(person.page.locator("h1")).to_have_text("The stages")
    person.sees("Stage 3a: Senior managers")


def test_the_same_without_a_script(people: People) -> None:
    person = people(java_script_enabled=False)
    person.opens(f"{DRAFT}/time_limits/0/")
    starts = person.page.locator("#of-starts_on")
    for event in ("A stage opens", "It is taken a step back", "It is reopened"):
        starts.get_by_label(event, exact=True).uncheck()
    starts.get_by_label("It is closed", exact=True).check()
    person.presses("Check without saving")
    expect(person.page.locator("[data-problems=starts_on]")).to_contain_text(NEVER)
