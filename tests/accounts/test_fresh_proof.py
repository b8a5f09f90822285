"""Fresh proof: within minutes, by what a person has, before anything that exports or changes who may see. Never a lost word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import AccountMail
from partnerships.administering import AdministrationEntry
from partnerships.directory import writing as directory
from partnerships.models import ApiToken, Partnership, User
from tests.journeys.visitor import Visitor
from tests.world import PASSWORD, World

from .coming_in import comes_in, digits, newest_code, sets_up_an_app

pytestmark = pytest.mark.django_db
TOKENS = "/p/barnsley/tokens/"
ASKED = "/accounts/prove/"


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    cache.clear()


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def test_who_has_just_signed_in_is_not_asked_and_ten_minutes_later_is(barnsley: World, clock: Any) -> None:
    midwife = comes_in(barnsley.midwife, to=TOKENS)
    assert midwife.address == TOKENS
    clock.shift(timedelta(minutes=9, seconds=59))
    assert midwife.opens(TOKENS).address == TOKENS
    clock.shift(timedelta(seconds=2))
    assert (midwife.opens(TOKENS).address, midwife.heading) == (ASKED, "Is it still you?")
    midwife.does_not_see("Your password", "recovery code").presses("Send me a code")
    assert AccountMail.objects.latest("pk").to == "midwife@barnsley.example"
    midwife.fills("Code from the e-mail", "WRONG").presses("Continue")
    assert (midwife.status, midwife.refusals) == (422, ["That is not the code in the newest e-mail. Check it and try again"])
    midwife.fills("Code from the e-mail", newest_code().lower()).presses("Continue")
    assert midwife.address == TOKENS
    clock.shift(timedelta(minutes=9))
    midwife.fills("Which program is it for?", "Records").presses("Make the token")
    with barnsley.scope():
        entry = AdministrationEntry.objects.get()
        token = ApiToken.objects.get()
    assert (entry.did, entry.by, entry.data) == ("token_made", barnsley.midwife, {"token": token.pk, "scopes": ["read"]})


def test_three_wrong_codes_make_it_void_and_so_does_a_newer_one(barnsley: World, clock: Any) -> None:
    midwife = comes_in(barnsley.midwife)
    clock.shift(timedelta(minutes=11))
    midwife.opens(TOKENS).presses("Send me a code")
    first = newest_code()
    midwife.presses("Send a new code")
    second = newest_code()
    midwife.fills("Code from the e-mail", first).presses("Continue")
    assert midwife.status == 422
    for _ in range(2):
        midwife.fills("Code from the e-mail", "WRONG").presses("Continue")
    answer = midwife.client.post(ASKED, {"way": "code", "code": second})
    assert "That code no longer works. Ask for a new one" in answer.content.decode()
    assert midwife.opens(TOKENS).address == ASKED
    for _ in range(8):
        answer = midwife.client.post(ASKED, {"way": "code", "code": "WRONG"})
    assert answer.status_code == 429
    midwife.presses("Send me a code")
    assert midwife.presses("Send a new code").status == 429


def test_a_form_that_comes_late_is_kept_word_for_word_and_nothing_is_done_before_there_is_proof(
    barnsley: World, clock: Any
) -> None:
    midwife = comes_in(barnsley.midwife, to=TOKENS)
    clock.shift(timedelta(minutes=11))
    midwife.fills("Which program is it for?", "Records of “A & B”").presses("Make the token")
    assert (midwife.status, midwife.heading) == (403, "Prove that it is you, then send it again")
    with barnsley.scope():
        assert ApiToken.objects.count() == 0
    kept = midwife.page
    midwife.presses("Send it again")  # too soon: the same page
    assert midwife.status == 403
    # In a second tab of the same browser.
    tab = Visitor()
    tab.client = midwife.client
    tab.opens(midwife.links()["Prove that it is you (opens in a new tab)"]).presses("Send me a code")
    tab.fills("Code from the e-mail", newest_code()).presses("Continue")
    assert tab.heading == "You have proved that it is you"
    midwife.page = kept
    midwife.presses("Send it again").sees("The token for Records of “A & B” is shown here once")


def test_who_has_a_second_step_proves_by_it_and_by_nothing_less(barnsley: World, clock: Any) -> None:
    Partnership.objects.update(passwords=True)
    midwife = comes_in(barnsley.midwife)
    key, codes = sets_up_an_app(midwife)
    clock.shift(timedelta(minutes=11))
    midwife.opens(TOKENS).sees("Code from your app, or a recovery code").does_not_see("Send me a code", "Your password")
    for less in ({"way": "send"}, {"way": "password", "password": PASSWORD}, {"way": "press"}, {"way": "code", "code": ""}):
        midwife.client.post(ASKED, less)
        assert midwife.opens(TOKENS).address == ASKED
    midwife.fills("Code from your app", digits(key)).presses("Continue")
    assert midwife.address == TOKENS
    clock.shift(timedelta(minutes=11))
    midwife.opens(TOKENS).fills("Code from your app", codes[0]).presses("Continue")
    assert midwife.address == TOKENS


def test_a_password_proves_it_where_the_partnership_wants_passwords(barnsley: World, clock: Any) -> None:
    midwife = comes_in(barnsley.midwife)
    clock.shift(timedelta(minutes=11))
    midwife.client.post(ASKED, {"way": "password", "password": PASSWORD})
    assert midwife.opens(TOKENS).address == ASKED
    Partnership.objects.update(passwords=True)
    midwife.opens(TOKENS).fills("Your password", "wrong").presses("Continue with your password")
    assert midwife.refusals == ["That is not your password"]
    midwife.fills("Your password", PASSWORD).presses("Continue with your password")
    assert midwife.address == TOKENS


def test_in_a_demonstration_an_invented_person_presses_again_and_nobody_real_can(
    barnsley: World, clock: Any, settings: Any
) -> None:
    office = Visitor()
    office.client.post("/demo/", {"person": barnsley.office.email})
    assert office.opens(TOKENS).address == TOKENS
    clock.shift(timedelta(minutes=11))
    office.opens(TOKENS).sees("This is a demonstration").presses("Be this person again")
    assert office.address == TOKENS
    clock.shift(timedelta(minutes=11))
    midwife = comes_in(barnsley.midwife)
    User.objects.update(is_demo=False)
    clock.shift(timedelta(minutes=11))
    for closed in ("real", "shut"):
        midwife.opens(TOKENS).does_not_see("This is a demonstration")
        midwife.client.post(ASKED, {"way": "press"})
        assert midwife.opens(TOKENS).address == ASKED, closed
        User.objects.update(is_demo=True)
        settings.DEMO_DOORS = False


def test_a_made_up_header_proves_nothing(barnsley: World, clock: Any) -> None:
    midwife = comes_in(barnsley.midwife)
    clock.shift(timedelta(minutes=11))
    assert midwife.client.get(TOKENS, headers={"Authorization": "Bearer anything"})["Location"].startswith(ASKED)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_out_of_the_house(barnsley: World, elsewhere: str) -> None:
    client = Client()
    client.post("/demo/", {"person": barnsley.midwife.email})
    answer = client.post(f"{ASKED}?next={elsewhere}", {"way": "press", "next": elsewhere})
    assert answer["Location"] == "/accounts/how-you-sign-in/"
    client.get(f"/accounts/second-step/?next={elsewhere}")
    assert "second_step_back" not in client.session


def test_the_directory_and_the_protocol_ask_where_they_change_who_comes_in(barnsley: World, clock: Any) -> None:
    office = comes_in(barnsley.office)
    sets_up_an_app(office)
    place = "/p/barnsley/administration/"
    with barnsley.scope():
        post = directory.keep_post(None, agency=barnsley.agencies["hospital"], kind="manager", title="Matron")
        holder = directory.keep_holder(None, post=post, name="May")
    asks = [f"{place}{page}/" for page in (
        "agencies/add", "agencies/hospital/change", "agencies/hospital/retire", f"posts/{post.pk}/retire",
        f"holders/{holder.pk}/leaves", "directory/import/1", "protocol/1/publish",
    )]  # fmt: skip
    assert {office.opens(page).address for page in asks[:5]} == set(asks[:5])
    clock.shift(timedelta(minutes=11))
    for page in asks:
        assert office.opens(page).address == ASKED, page
        assert office.client.post(page, {"name": "Kept words"}).status_code == 403, page
    assert office.opens(f"{place}agencies/hospital/").address == f"{place}agencies/hospital/"


def test_the_pages_that_change_how_one_signs_in_ask_first(barnsley: World, clock: Any) -> None:
    Partnership.objects.update(passwords=True)
    midwife = comes_in(barnsley.midwife)
    sets_up_an_app(midwife)
    clock.shift(timedelta(minutes=11))
    for page in (
        "second-step/app/", "second-step/app/remove/", "second-step/passkey/", "second-step/passkeys/1/rename/",
        "second-step/passkeys/1/remove/", "second-step/recovery-codes/", "second-step/recovery-codes/new/",
        "password/change/", "password/set/",
    ):  # fmt: skip
        assert midwife.opens(f"/accounts/{page}").address == ASKED, page
        assert midwife.client.post(f"/accounts/{page}").status_code == 403, page
