"""Signing in: a code sent to the address, or a password; the same answer whether the address is known or not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import AccountMail

from ..world import PASSWORD, World

pytestmark = pytest.mark.django_db
CODE_PAGE = "/accounts/login/code/confirm/"


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    cache.clear()


def ask_for_code(client: Client, email: str) -> None:
    answer = client.post("/accounts/login/code/", {"email": email})
    assert (answer.status_code, answer["Location"]) == (302, CODE_PAGE)


def code_that_came() -> str:
    """The code as it arrives: the worker's service runs, and the e-mail is read."""
    assert services.deliver_account_mail() == 1
    found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_sign_in_page_offers_the_code_first_and_the_password_second(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert page.index("Send me a code") < page.index("Sign in with a password instead")
    assert 'action="/accounts/login/code/"' in page


def test_a_code_sent_to_the_address_signs_a_person_in(barnsley: World, client: Client) -> None:
    ask_for_code(client, barnsley.midwife.email.upper())
    assert mail.outbox == []  # the form's own request sends nothing
    code = code_that_came()
    assert mail.outbox[0].to == ["midwife@barnsley.example"]
    assert client.get(CODE_PAGE).status_code == 200
    answer = client.post(CODE_PAGE, {"code": code})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_after_signing_in_a_person_is_where_they_wanted_to_go(barnsley: World, client: Client) -> None:
    wanted = client.get("/p/barnsley/mailbox/")["Location"]
    assert wanted == "/accounts/login/?next=/p/barnsley/mailbox/"
    barnsley.midwife  # noqa: B018  made when first asked for
    client.post("/accounts/login/code/", {"email": "midwife@barnsley.example", "next": "/p/barnsley/mailbox/"})
    answer = client.post(CODE_PAGE, {"code": code_that_came(), "next": "/p/barnsley/mailbox/"})
    assert answer["Location"] == "/p/barnsley/mailbox/"


def test_a_wrong_code_is_refused_and_after_three_the_code_is_void(barnsley: World, client: Client) -> None:
    ask_for_code(client, barnsley.midwife.email)
    code = code_that_came()
    answer = client.post(CODE_PAGE, {"code": "WRONG1"})
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    for _ in range(3):
        client.post(CODE_PAGE, {"code": "WRONG1"})
    client.post(CODE_PAGE, {"code": code})
    assert not is_signed_in(client)


def test_a_code_works_for_a_quarter_of_an_hour(barnsley: World, client: Client) -> None:
    ask_for_code(client, barnsley.midwife.email)
    code = code_that_came()
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        client.post(CODE_PAGE, {"code": code})
    assert not is_signed_in(client)


def test_a_password_works_too(barnsley: World, client: Client) -> None:
    answer = client.post("/accounts/login/", {"login": barnsley.midwife.email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_a_wrong_password_is_refused_with_the_password_part_open(barnsley: World, client: Client) -> None:
    answer = client.post("/accounts/login/", {"login": barnsley.midwife.email, "password": "not that one"})
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert not is_signed_in(client)


def test_the_answer_is_the_same_for_an_address_that_nobody_here_has(barnsley: World) -> None:
    """No account enumeration; and nothing is ever sent to a stranger's address."""
    pages = []
    for email in (barnsley.midwife.email, "who@barnsley.example"):
        client = Client()
        ask_for_code(client, email)
        page = client.get(CODE_PAGE)
        without_token = re.sub(r'(csrfmiddlewaretoken" value="|nonce=")[^"]+', "", page.content.decode())
        pages.append((page.status_code, without_token.replace(email, "")))
    assert pages[0] == pages[1]
    assert [m.to for m in AccountMail.objects.all()] == ["midwife@barnsley.example"]
    for email in (barnsley.midwife.email, "who@barnsley.example"):
        refused = Client().post("/accounts/login/", {"login": email, "password": "not that one"}).content.decode()
        pages.append((200, re.sub(r'(csrfmiddlewaretoken" value="|nonce=")[^"]+', "", refused).replace(email, "")))
    assert pages[2] == pages[3]


def test_who_mistyped_their_address_is_not_kept_waiting_for_it(barnsley: World, client: Client) -> None:
    ask_for_code(client, "midwif@barnsley.example")
    assert client.get("/accounts/login/")["Location"] == CODE_PAGE  # somebody who comes back with the code
    assert 'href="/accounts/login/?another=1"' in client.get(CODE_PAGE).content.decode()
    assert client.get("/accounts/login/?another=1").status_code == 200
    ask_for_code(client, "midwife1@barnsley.example")
    ask_for_code(client, barnsley.midwife.email)
    client.post(CODE_PAGE, {"code": code_that_came()})
    assert is_signed_in(client)


def test_somebody_who_has_left_gets_no_code_and_does_not_sign_in(barnsley: World, client: Client) -> None:
    gone = barnsley.midwife
    gone.is_active = False
    gone.save()
    ask_for_code(client, gone.email)
    assert not AccountMail.objects.exists()
    client.post("/accounts/login/", {"login": gone.email, "password": PASSWORD})
    assert not is_signed_in(client)


def test_who_guesses_is_stopped_for_a_while_with_a_page_that_says_so(barnsley: World, client: Client) -> None:
    for _ in range(3):
        ask_for_code(Client(), barnsley.midwife.email)
    answer = client.post("/accounts/login/code/", {"email": barnsley.midwife.email})
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()
    assert AccountMail.objects.count() == 3
    for _ in range(31):
        answer = client.post("/accounts/login/", {"login": "a@b.example", "password": "x"})
    assert answer.status_code == 429
    assert "Too many tries" in answer.content.decode()


def test_nobody_signs_up(client: Client) -> None:
    for answer in (client.get("/accounts/signup/"), client.post("/accounts/signup/", {"email": "new@barnsley.example"})):
        assert answer.status_code == 200
        assert "invite" in answer.content.decode()


@pytest.mark.parametrize("kept_out", ["email/", "confirm-email/"])
def test_an_address_is_not_changed_here(barnsley: World, client: Client, kept_out: str) -> None:
    client.force_login(barnsley.midwife, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/accounts/{kept_out}").status_code == 404


def test_a_forgotten_password_is_replaced_by_the_link_that_is_sent(barnsley: World, client: Client) -> None:
    answer = client.post("/accounts/password/reset/", {"email": barnsley.midwife.email})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/reset/done/")
    services.deliver_account_mail()
    link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert link
    page = client.get(link[1], follow=True)
    assert page.status_code == 200
    form = page.redirect_chain[-1][0]
    new = "quite another password"
    assert client.post(form, {"password1": new, "password2": new})["Location"] == "/accounts/password/reset/key/done/"
    assert client.post("/accounts/login/", {"login": barnsley.midwife.email, "password": new})["Location"] == "/"


def test_signing_out_ends_at_the_sign_in_page(barnsley: World, client: Client) -> None:
    client.force_login(barnsley.midwife, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/accounts/logout/")
    assert not is_signed_in(client)
    assert client.get("/")["Location"] == "/accounts/login/"
