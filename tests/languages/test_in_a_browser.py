"""Signing in in Welsh, in a real Chromium at 320 pixels: chosen by keyboard, accessible, and read in the right language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from partnerships.models import Partnership
from tests.accounts.coming_in import newest_code
from tests.journeys.at_the_browser import AXE, Person, Size, tabs_to
from tests.pages.writing import write
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NARROW = Size("narrow", 320, 640)


def test_somebody_chooses_welsh_by_keyboard_and_signs_in_on_a_narrow_telephone(
    transactional_db: None, live_server: Any, new_context: Callable[..., Any]
) -> None:
    cache.clear()
    world = World("barnsley")
    Partnership.objects.update(welsh=True, passwords=True)
    page = new_context(viewport=NARROW.viewport, reduced_motion="reduce").new_page()
    person = Person(page, NARROW, live_server.url).opens("/accounts/login/").looks()
    tabs_to(page, "Cymraeg")
    person.enters().looks()
    assert (person.heading, page.locator("html").get_attribute("lang")) == ("Mewngofnodi", "cy")
    # What scripts say is Welsh as well: the kit's button of a password, and the choice by its own name.
    page.get_by_text("Mewngofnodi â chyfrinair yn lle hynny").click()
    assert page.get_by_role("button", name="Dangos y cyfrinair").inner_text() == "Dangos"
    assert page.get_by_role("button", name="English").get_attribute("lang") == "en-GB"
    person.fills("Eich cyfeiriad e-bost gwaith", world.midwife.email).presses("Anfonwch god ataf").looks()
    person.fills("Cod", newest_code()).presses("Parhau")
    person.opens("/accounts/sessions/").looks()
    assert person.heading == "Ble rydych wedi mewngofnodi"


def keeps_nobody_out(page: Any) -> None:
    """In Welsh; tests/everywhere asks it of every page in English."""
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


def test_somebody_is_refused_and_checks_their_answers_in_welsh_on_a_narrow_telephone(
    transactional_db: None, live_server: Any, new_context: Callable[..., Any]
) -> None:
    cache.clear()
    world = World("barnsley")
    Partnership.objects.update(welsh=True)
    client = Client()
    client.force_login(world.midwife, backend="allauth.account.auth_backends.AuthenticationBackend")
    check = write(client, world)
    context = new_context(viewport=NARROW.viewport, reduced_motion="reduce")
    cookies = {"language": "cy", settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
    page = context.new_page()
    person = Person(page, NARROW, live_server.url).opens("/p/barnsley/start/").looks()
    keeps_nobody_out(page)
    person.chooses("Dim un o’r rhain: rwy’n anghytuno ag asiantaeth arall ynghylch plentyn").presses("Parhau").presses(
        "Cadw a pharhau"
    ).looks()
    keeps_nobody_out(page)
    assert "Dewiswch yr asiantaeth rydych yn anghytuno â hi" in page.locator(".govuk-error-summary").inner_text()
    person.opens(check).looks()
    keeps_nobody_out(page)
    assert person.heading == "Gwirio eich atebion"
    # The protocol's own words and those that were typed are read as the English that they are.
    assert page.locator("dd span[lang='en-GB']", has_text="Two referrals were not answered.").count() == 1
