"""In a real Chromium, with a real provider on another site: there by a press, back signed in, and what the office keeps of it.

What only a browser shows: that our content policy lets a form lead to somebody else's sign-in, and that the session is still
ours when they send the person back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests.accounts.provider import SECRET, RealProvider, a_real_provider, sign_on_of
from tests.world import World

from .at_the_browser import DESKTOP, PHONE, Person, Size

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def provider() -> Iterator[RealProvider]:
    with a_real_provider() as running:
        yield running


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)
def test_there_and_back(
    size: Size,
    provider: RealProvider,
    transactional_db: None,
    live_server: Any,
    new_context: Callable[..., Any],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.BASE_URL, settings.OUTGOING_HTTP, settings.OUTGOING_ALLOW = live_server.url, True, ["127.0.0.1"]
    monkeypatch.setenv("SIGN_ON_SECRET_POLICE_K3X9F2", SECRET)
    cache.clear()
    world = World("barnsley")
    sign_on = sign_on_of(world, provider.address)
    provider.knows("stranger", email="who@barnsley.example", email_verified=True)
    provider.knows("office", email=world.office.email, email_verified=True, amr=["pwd", "mfa"])
    context = new_context(viewport=size.viewport, reduced_motion="reduce")
    context.route(lambda url: not url.startswith((live_server.url, provider.address)), lambda route: route.abort())
    person = Person(context.new_page(), size, live_server.url)

    goes_to_the_provider(person, look=size is DESKTOP)
    says_who(person, provider, "stranger")
    person.sees("The tracker does not know you yet").looks()
    person.opens(f"/accounts/sign-on/{sign_on.key}/").looks()

    goes_to_the_provider(person, look=False)
    says_who(person, provider, "office")
    assert person.page.url == f"{live_server.url}/p/barnsley/administration/"
    person.follows("Single sign-on").looks().follows("Police account").looks()
    person.presses("Try it").sees("The provider answers", "There is a secret").looks()
    person.presses("Change it").looks().fills("E-mail domains that it speaks for", "gmail.com").presses("Save")
    person.sees("Anybody can get an address at gmail.com").looks()
    person.opens(f"/p/barnsley/administration/single-sign-on/{sign_on.key}/end/").looks().presses("End it")
    person.sees("Police account (ended)").looks()


def goes_to_the_provider(person: Person, *, look: bool) -> None:
    """From a page that wants a sign-in, by the address that was typed, to a site that is not ours."""
    person.page.context.clear_cookies()
    person.opens("/p/barnsley/administration/")
    person.fills("Your work e-mail address", "anybody@barnsley.example").presses("Send me a code").looks()
    if look:  # the page in between, which goes on by itself: the provider keeps it waiting
        there = "**/oauth2/authorize*"
        person.page.route(there, lambda route: route.fulfill(status=204))
        person.presses("Sign in with Police account").sees("Going to Police account").looks()
        person.page.unroute(there)
        person.follows("Continue to Police account")
    else:
        person.button("Sign in with Police account").click()
    person.page.wait_for_url("**/oauth2/authorize*")


def says_who(person: Person, provider: RealProvider, subject: str) -> None:
    person.page.get_by_placeholder("sub").fill(subject)
    with person.page.expect_navigation(url=lambda url: provider.address not in url):
        person.page.get_by_role("button", name="Authorize").click()
    # What the browser complains of on the provider's pages is not ours; there is no stylesheet for them here.
    person.complaints[:] = [complaint for complaint in person.complaints if person.address in complaint]
