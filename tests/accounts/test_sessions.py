"""Where a person is signed in: listed in plain words, ended at once, and never one that somebody else chose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone

from accounts.sessions import plain_browser
from accounts.tasks import forget_ended_sessions
from partnerships.models import Partnership
from tests.journeys.visitor import Visitor
from tests.world import PASSWORD, World

from .coming_in import comes_in, newest_code

pytestmark = pytest.mark.django_db
HERE = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 "
    "Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    cache.clear()


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def in_a_browser(world: World, agent: str) -> Visitor:
    person = Visitor()
    person.client.defaults["HTTP_USER_AGENT"] = agent
    person.opens("/").fills("Your work e-mail address", world.midwife.email).presses("Send me a code")
    return person.fills("Code", newest_code()).presses("Continue")


def test_one_is_ended_and_then_all_others_each_at_the_next_click(barnsley: World) -> None:
    laptop, telephone, forgotten = in_a_browser(barnsley, FIREFOX), in_a_browser(barnsley, IPHONE), in_a_browser(barnsley, "")
    cards = [card.text for card in laptop.opens(HERE).page.every(cls="govuk-summary-card__title")]
    assert cards[0] == "Firefox on Windows (this one)"
    assert sorted(cards[1:]) == ["A browser that does not say which it is", "Safari on an iPhone"]
    laptop.sees("from the network address 127.0.0.1")
    laptop.presses("Safari on an iPhone")
    assert laptop.told == ["That session has ended."]
    assert telephone.opens("/p/barnsley/").address == "/accounts/login/"
    assert forgotten.opens("/p/barnsley/").address == "/p/barnsley/"
    laptop.presses("End all the others")
    assert forgotten.opens("/p/barnsley/").address == "/accounts/login/"
    assert laptop.opens("/p/barnsley/").address == "/p/barnsley/"
    assert UserSession.objects.filter(user=barnsley.midwife).count() == 1


def test_ending_needs_fresh_proof_and_nobody_ends_anybody_elses(barnsley: World, clock: Any) -> None:
    laptop, other = in_a_browser(barnsley, FIREFOX), comes_in(barnsley.team_manager)
    theirs = UserSession.objects.get(user=barnsley.team_manager)
    for which in (str(theirs.pk), "0", "-1", "9" * 30, "x", ""):
        assert laptop.client.post(HERE, {"which": which}).status_code == 404
    assert other.opens("/p/barnsley/").address == "/p/barnsley/"
    in_a_browser(barnsley, IPHONE)
    clock.shift(timedelta(minutes=11))
    assert laptop.client.post(HERE, {"which": "others"}).status_code == 403
    assert UserSession.objects.filter(user=barnsley.midwife).count() == 2


def test_nobody_signs_in_under_a_key_that_somebody_else_knew(barnsley: World, clock: Any) -> None:
    """Neither on signing in nor when more is proved in it."""
    person = Visitor()
    person.opens("/").fills("Your work e-mail address", barnsley.midwife.email).presses("Send me a code")
    planted = person.client.session.session_key
    person.fills("Code", newest_code()).presses("Continue")
    signed_in = person.client.session.session_key
    assert planted != signed_in
    clock.shift(timedelta(minutes=11))
    person.opens("/p/barnsley/tokens/").presses("Send me a code").fills("Code from the e-mail", newest_code())
    person.presses("Continue")
    proved = person.client.session.session_key
    assert signed_in != proved
    assert [one.session_key for one in UserSession.objects.all()] == [proved]
    stolen = Visitor()
    for key in (planted, signed_in):
        stolen.client.cookies["sessionid"] = str(key)
        assert stolen.opens("/p/barnsley/").address == "/accounts/login/"


def test_signing_out_and_a_new_password_end_sessions(barnsley: World) -> None:
    Partnership.objects.update(passwords=True)
    laptop, telephone = in_a_browser(barnsley, FIREFOX), in_a_browser(barnsley, IPHONE)
    laptop.opens("/accounts/how-you-sign-in/").sees("In 2 browsers.").follows("Change your password")
    new = "quite other long words"
    laptop.fills("Your password now", PASSWORD).fills("New password", new).fills("The new password again", new)
    laptop.presses("Save the new password")
    assert telephone.opens("/p/barnsley/").address == "/accounts/login/"
    assert laptop.opens(HERE).sees("(this one)").address == HERE
    assert len(laptop.page.every(cls="govuk-summary-card")) == 1
    laptop.presses("Sign out")
    assert laptop.opens("/p/barnsley/").address == "/accounts/login/"


def test_what_has_ended_is_forgotten_with_its_address_and_browser(barnsley: World, clock: Any) -> None:
    ended, gone_on = in_a_browser(barnsley, FIREFOX), in_a_browser(barnsley, IPHONE)
    ended.presses("Sign out")
    forget_ended_sessions()
    assert [one.user_agent for one in UserSession.objects.all()] == [IPHONE]
    clock.shift(timedelta(hours=13))
    comes_in(barnsley.team_manager)
    forget_ended_sessions()
    assert [one.user for one in UserSession.objects.all()] == [barnsley.team_manager]
    assert Session.objects.count() == 1
    assert gone_on.opens("/p/barnsley/").address == "/accounts/login/"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPHONE, "Safari on an iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari on a Mac"),
        ("curl/8.5", "A browser that does not say which it is"),
    ],
)
def test_a_browser_in_plain_words(agent: str, words: str) -> None:
    assert plain_browser(agent) == words
