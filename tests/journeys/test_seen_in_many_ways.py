"""The same pages on a telephone, in the dark, in a person's own colours, zoomed in, on paper and by keyboard: nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from tests.world import World

from .at_the_browser import DESKTOP, PHONE, Person, focused

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CONTRAST: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block", "target-size"]}}
SIDEWAYS = """() => {
    const width = document.documentElement.clientWidth;
    const beyond = one => one.getBoundingClientRect().right > width + 1;
    return document.documentElement.scrollWidth > width
        ? [...document.querySelectorAll('body *')].filter(beyond).map(one => one.className)
        : [];
}"""


@pytest.fixture
def manager(live_server: Any, new_context: Callable[..., Any], transactional_db: None) -> Person:
    """Somebody who is asked to answer, at a telephone, with the page of the disagreement open."""
    world = World("barnsley")
    raised = world.raised(child_reference="H" * 60, at=timezone.now() - timedelta(days=13))
    page = new_context(viewport=PHONE.viewport).new_page()
    person = Person(page, PHONE, live_server.url).signs_in_as("Team Manager")
    return person.opens(f"/p/barnsley/d/{raised.reference}/")


def test_the_pages_hold_in_every_way_of_seeing_them(manager: Person) -> None:
    about = manager.page.url.removeprefix(manager.address)
    a_telephones_screen_is_the_pages(manager.page)
    nothing_with_the_focus_is_covered(manager.page)
    a_window_grows_and_shrinks(manager)
    own_colours_keep_every_edge(manager.page)
    paper_holds_every_word(manager.page)
    a_word_is_explained_by_keyboard(manager)
    for path in (about, "/p/barnsley/", "/p/barnsley/words/", "/p/barnsley/start/"):
        can_be_read_in_the_dark(manager.opens(path))


def a_telephones_screen_is_the_pages(page: Page) -> None:
    """Header, training and danger leave four fifths of it; the danger line stays in one row when the rest scrolls away."""
    assert height_above(page) <= 170
    menu = page.get_by_role("button", name="Menu")
    box = menu.bounding_box()
    assert box is not None
    assert (box["height"], box["width"]) >= (44, 44)
    assert not page.get_by_role("button", name="Sign out").is_visible()
    menu.click()
    way_out = page.get_by_role("button", name="Sign out").bounding_box()
    assert way_out is not None
    assert way_out["height"] >= 44
    menu.click()
    page.evaluate("scrollTo(0, 900)")
    line = page.locator(".escalation-danger").bounding_box()
    assert line is not None
    assert (line["y"], line["height"] <= 40) == (0, True)


def height_above(page: Page) -> float:
    top: float = page.locator("main").evaluate("main => main.parentElement.getBoundingClientRect().top + scrollY")
    return top


def nothing_with_the_focus_is_covered(page: Page) -> None:
    """WCAG 2.2, 2.4.11: forwards and back again, what has the focus is not under the line that stays."""
    page.evaluate("scrollTo(0, 0)")
    for key, times in (("Tab", 14), ("Shift+Tab", 12)):
        for _ in range(times):
            page.keyboard.press(key)
            focused(page)
            assert page.evaluate(
                """() => {
                    const one = document.activeElement, line = document.querySelector('.escalation-danger');
                    const top = one.getBoundingClientRect().top;
                    return one === document.body || line.contains(one) || !!one.closest('header, .govuk-skip-link')
                        || top >= line.getBoundingClientRect().bottom - 1;
                }"""
            ), f"covered: {focused(page)}"


def a_window_grows_and_shrinks(manager: Person) -> None:
    """Without a reload, and at 400 % zoom of a window of 1,280 by 1,024, where nothing may stay in the way."""
    page = manager.page
    for path in (page.url.removeprefix(manager.address), "/p/barnsley/protocol/", "/p/barnsley/"):
        page.set_viewport_size({"width": 375, "height": 800})
        manager.opens(path)
        for width, height in ((1280, 900), (320, 256), (700, 600)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(SIDEWAYS) == [], f"{path} at {width}"
            stays = page.locator(".escalation-danger").evaluate("line => getComputedStyle(line).position")
            assert stays == ("static" if height < 400 else "sticky")
    page.set_viewport_size({"width": DESKTOP.width, "height": DESKTOP.height})
    assert not page.get_by_role("button", name="Menu").is_visible()
    assert page.get_by_role("button", name="Sign out").is_visible()
    assert height_above(page) <= 230


def own_colours_keep_every_edge(page: Page) -> None:
    page.go_back()
    page.go_back()
    page.emulate_media(forced_colors="active")
    for part in (
        ".govuk-tag",
        ".escalation-ball",
        ".escalation-ladder__mark",
        ".escalation-danger",
        ".escalation-term",
        ".escalation-training__tag",
    ):
        edges = page.locator(part).first.evaluate(
            """one => { const s = getComputedStyle(one); const seen = ['Top', 'Right', 'Bottom', 'Left'].filter(side =>
                s[`border${side}Style`] !== 'none' && parseFloat(s[`border${side}Width`]) > 0); return seen.length; }"""
        )
        assert edges > 0, f"{part} has no edge in forced colours"
    page.emulate_media(forced_colors="none", reduced_motion="reduce")
    moving = (
        "[...document.querySelectorAll('*')].filter(one => parseFloat(getComputedStyle(one).transitionDuration) > 0.001).length"
    )
    assert page.evaluate(moving) == 0


def paper_holds_every_word(page: Page) -> None:
    page.emulate_media(media="print", reduced_motion="no-preference")
    pressed = page.locator("main .govuk-button, nav, .escalation-danger, footer")
    assert [one for one in pressed.all() if one.is_visible()] == []
    printed = page.locator(".escalation-printed")
    assert printed.is_visible()
    assert f"by Team Manager from {page.url}" in printed.inner_text()
    folded = page.locator("main > :not(.escalation-no-print) details:not([open]) > .govuk-details__text")
    assert [one.evaluate("one => one.checkVisibility()") for one in folded.all()] == [True] * folded.count() != []
    assert page.pdf(format="A4").startswith(b"%PDF-")
    page.emulate_media(media="screen")


def a_word_is_explained_by_keyboard(manager: Person) -> None:
    page = manager.opens("/p/barnsley/protocol/").page
    word = page.locator(".escalation-term").first
    word.focus()
    page.keyboard.press("Enter")
    card = page.locator(".escalation-card:popover-open")
    assert card.is_visible()
    can_be_read_in_the_dark(manager)
    page.keyboard.press("Tab")
    assert focused(page).startswith("All words")
    page.keyboard.press("Escape")
    assert card.count() == 0
    assert word.evaluate("one => one === document.activeElement")


def can_be_read_in_the_dark(manager: Person) -> None:
    manager.page.emulate_media(color_scheme="dark")
    found = Axe().run(manager.page, options=CONTRAST)
    assert found.violations_count == 0, f"{manager.page.url}\n{found.generate_report()}"
    assert manager.complaints == []
