"""Signing in, in a real Chromium: by code, with a passkey, with an app, by a recovery code; and ending a session from another."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.cache import cache

from tests.accounts.coming_in import digits, newest_code
from tests.world import World

from .at_the_browser import DESKTOP, PHONE, Person, Size

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
People = Callable[..., Person]
TRACKER = "/p/barnsley/tracker/"
CODE = "Code from your app, or a recovery code"


@pytest.fixture
def world(transactional_db: None) -> World:
    cache.clear()
    return World("barnsley")


@pytest.fixture
def people(live_server: Any, new_context: Callable[..., Any], world: World, settings: Any) -> People:
    """Somebody at a browser of their own, who has not signed in; `key`: with a passkey's device at hand."""
    settings.BASE_URL = live_server.url

    def somebody(size: Size = DESKTOP, *, key: bool = False, scripts: bool = True) -> Person:
        context = new_context(viewport=size.viewport, java_script_enabled=scripts, reduced_motion="reduce")
        page = context.new_page()
        if key:
            device = context.new_cdp_session(page)
            device.send("WebAuthn.enable")
            kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
            device.send(
                "WebAuthn.addVirtualAuthenticator",
                {"options": {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}},
            )
        return Person(page, size, live_server.url)

    return somebody


def by_code(person: Person, email: str, *, to: str = "/", look: Callable[[Person], Any] = lambda person: None) -> Person:
    person.opens(to)
    look(person)
    person.fills("Your work e-mail address", email).presses("Send me a code")
    look(person)
    return person.fills("Code", newest_code()).presses("Continue")


def time_passes() -> None:
    """Every proof is eleven minutes older: as if the browser had been left alone."""
    store = import_module(django_settings.SESSION_ENGINE).SessionStore
    for row in Session.objects.all():
        session = store(row.session_key)
        for record in session.get("account_authentication_methods", []):
            record["at"] -= 11 * 60
        session.modified = True
        session.save()


def test_a_passkey_is_set_up_when_a_role_needs_it_and_lets_in_and_proves_again(people: People, world: World) -> None:
    office = by_code(people(key=True), world.office.email, to=TRACKER, look=Person.looks)
    office.sees("Set up a second step").looks("second-step")
    office.presses("Set up a passkey").looks("passkey")
    office.fills("What do you call it?", "My laptop").presses("Set up the passkey")
    office.sees("Your recovery codes").looks()
    office.presses("I have kept them")
    assert office.heading.startswith("Tracker")
    office.follows("Office").follows("Passkeys, codes and other ways to sign in")
    office.sees("Passkey: My laptop").looks()
    office.presses("Sign out")
    by_code(office, world.office.email, to=TRACKER).sees("Your second step").looks("second-step-asked")
    office.presses("Use your passkey")
    assert office.heading.startswith("Tracker")
    time_passes()
    office.opens("/p/barnsley/tokens/").sees("Is it still you?").looks("prove")
    office.presses("Use your passkey").sees("Tokens for programs").looks()
    # A browser that says no is told so, and another way is there.
    time_passes()
    office.opens("/p/barnsley/tokens/")
    office.page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')) }")
    office.button("Use your passkey").click()
    office.page.get_by_text("Nothing happened: the browser was told no").wait_for()
    office.looks()


def test_an_app_and_its_recovery_codes_and_a_session_ended_from_another_browser(people: People, world: World) -> None:
    telephone = by_code(people(PHONE), world.administrator.email, to="/p/barnsley/administration/")
    telephone.looks().presses("Set up an app").looks("app")
    key = telephone.page.locator("#app-key").inner_text()
    telephone.fills("The six digits that the app shows now", "1").presses("Continue").sees("That is not right").looks()
    telephone.fills("The six digits that the app shows now", digits(key)).presses("Continue").looks("recovery-codes")
    code = telephone.page.locator(".escalation-recovery code").first.inner_text()
    telephone.presses("I have kept them")
    assert telephone.heading == "Administration"
    laptop = by_code(people(scripts=False), world.administrator.email)
    laptop.fills(CODE, digits(key, ahead=1)).presses("Continue")
    laptop.opens("/accounts/second-step/passkey/").sees("A passkey needs JavaScript", "Use an authenticator app instead")
    telephone.opens("/accounts/sessions/").sees("Chrome on Linux (this one)").looks("sessions")
    telephone.presses("End all the others").sees("Nobody is signed in as you anywhere else.")
    laptop.opens("/p/barnsley/").sees("Sign in")
    laptop = by_code(laptop, world.administrator.email).fills(CODE, code).presses("Continue")
    assert laptop.page.url.endswith("/p/barnsley/")
    telephone.opens("/accounts/how-you-sign-in/").sees("(9 left)").looks()
    time_passes()
    telephone.opens("/accounts/second-step/app/remove/").looks()
    telephone.fills(CODE, "0").presses("Continue").sees("That is not right").looks()
