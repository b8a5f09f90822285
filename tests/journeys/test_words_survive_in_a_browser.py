"""In a real Chromium: the connection goes, the page is lost, somebody else sits down, the session ends: no word is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.world import World

from .at_the_browser import PHONE, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SETTLED = "/p/barnsley/settled/"
YESTERDAY = """() => {
    const name = localStorage.key(0), kept = JSON.parse(localStorage.getItem(name));
    localStorage.setItem(name, JSON.stringify({ ...kept, at: kept.at - 24 * 60 * 60 * 1000 }));
}"""
SECRET = "We agreed on a joint visit before Friday."


@pytest.fixture
def telephone(new_context: Callable[..., Any], live_server: Any, transactional_db: None) -> BrowserContext:
    world = World("barnsley")
    assert {world.midwife.name, world.hospital_lead.name} == {"Midwife", "Hospital Lead"}
    context: BrowserContext = new_context(viewport=PHONE.viewport, reduced_motion="reduce", base_url=live_server.url)
    return context


def sits_down(telephone: BrowserContext, name: str) -> Person:
    """At the same device, in a window of their own."""
    page = telephone.new_page()
    page.goto("/demo/")
    return Person(page, PHONE, page.url.removesuffix("/demo/")).presses(name)


def box(page: Page) -> Any:
    return page.get_by_label("What was settled?")


def on_the_device(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.entries(localStorage).flat()")
    return found


def types(person: Person) -> None:
    with person.page.expect_response("**/accounts/kept/**"):
        person.opens(SETTLED)
    box(person.page).fill(SECRET)
    for _ in range(50):  # the page's own policy lets nobody wait inside it
        if on_the_device(person.page):
            return
        person.page.wait_for_timeout(100)
    raise AssertionError("nothing was kept")


def test_what_was_typed_is_kept_for_its_author_alone_and_offered_again(telephone: BrowserContext) -> None:
    midwife = sits_down(telephone, "Midwife")
    page = midwife.page
    types(midwife)
    # At rest there is a name that says nothing, a time, and what nobody can read.
    name, kept = on_the_device(page)
    assert (name[:5], sorted(json.loads(kept))) == ("keep:", ["at", "data", "iv"])
    assert not any(word in name + kept for word in ("barnsley", "settled", "joint", "Friday"))
    telephone.set_offline(True)
    midwife.button("Log it").click()
    says = "You are not connected. What you typed is kept on this device. Try again when you are connected."
    expect(page.get_by_role("alert")).to_have_text(says)
    assert page.url.endswith(SETTLED)
    telephone.set_offline(False)
    midwife.complaints.clear()
    page.close()  # the telephone's battery
    # Somebody else at the same device is offered nothing, and takes nothing away.
    lead = sits_down(telephone, "Hospital Lead")
    with lead.page.expect_response("**/accounts/kept/**"):
        lead.opens(SETTLED)
    expect(box(lead.page)).to_have_value("")
    expect(lead.button("Put it back")).to_have_count(0)
    lead.page.close()
    page = (midwife := sits_down(telephone, "Midwife")).page
    midwife.opens(SETTLED).page.get_by_text("and it was not saved.").wait_for()
    midwife.looks()
    midwife.button("Put it back").click()
    expect(box(page)).to_have_value(SECRET)
    expect(midwife.button("Put it back")).to_have_count(0)
    # Refused by the server it stays; saved, it goes.
    midwife.presses("Log it").sees("There is a problem")
    assert len(on_the_device(page)) == 2
    page.get_by_label("The agency you disagreed with").select_option(label="Police")
    page.get_by_label("What was it mainly about?").select_option(label="Planning")
    midwife.presses("Log it").sees("Logged as BAR-0001")
    assert on_the_device(page) == []


def test_it_goes_with_the_session_that_is_signed_out_of_a_day_and_when_thrown_away(telephone: BrowserContext) -> None:
    midwife = sits_down(telephone, "Midwife")
    page = midwife.page
    types(midwife)
    midwife.opens(SETTLED).button("Throw it away").click()
    assert on_the_device(page) == []
    types(midwife)
    page.evaluate(YESTERDAY)
    midwife.opens("/p/barnsley/mine/")
    assert on_the_device(page) == []
    types(midwife)
    midwife.opens("/accounts/logout/").arrives_by(page.locator("main").get_by_role("button", name="Sign out").click)
    assert on_the_device(page) == []


def test_a_session_that_has_ended_costs_no_word_with_and_without_the_script(telephone: BrowserContext) -> None:
    midwife = sits_down(telephone, "Midwife")
    page = midwife.page
    types(midwife)
    page.get_by_label("The agency you disagreed with").select_option(label="Police")
    page.get_by_label("What was it mainly about?").select_option(label="Planning")
    telephone.clear_cookies(name="sessionid")
    midwife.presses("Log it").sees("You were signed out, and nothing is lost").looks()
    assert len(on_the_device(page)) == 2
    sits_down(telephone, "Midwife").page.close()  # in the new tab
    midwife.presses("Send it again").sees("Send it once more", SECRET).looks()
    midwife.presses("Send it").sees("Logged as BAR-0001")
    assert on_the_device(page) == []
