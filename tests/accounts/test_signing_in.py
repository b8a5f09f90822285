"""Signing in: a code sent to the address, or a password; the same answer whether the address is known or not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import services
from accounts.models import AccountMail
from partnerships.models import Partnership

from ..world import PASSWORD, World

pytestmark = pytest.mark.django_db
CODE_PAGE = "/accounts/login/code/confirm/"
MAILED = re.compile(r'INTO "accounts_accountmail"|1 AS "a" FROM "partnerships_user"')


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    cache.clear()


@pytest.fixture
def passwords(barnsley: World) -> None:
    """Barnsley wants passwords as well."""
    Partnership.objects.filter(slug="barnsley").update(passwords=True)


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


def test_the_sign_in_page_offers_the_code_first_and_the_password_second(passwords: None, client: Client) -> None:
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


def test_a_code_goes_to_the_address_that_somebody_has_not_to_one_that_looks_like_it(barnsley: World, client: Client) -> None:
    """The sign for kelvin becomes a "k" when it is made small: another mailbox, and the same person."""
    barnsley.person("jack", "lead", "hospital")
    ask_for_code(client, "jac\u212a@barnsley.example")
    assert AccountMail.objects.get().to == "jack@barnsley.example"


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


def test_a_code_works_for_ten_minutes(barnsley: World, client: Client) -> None:
    ask_for_code(client, barnsley.midwife.email)
    code = code_that_came()
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        client.post(CODE_PAGE, {"code": code})
    assert not is_signed_in(client)


def test_a_password_works_too_where_a_partnership_wants_them(barnsley: World, passwords: None, client: Client) -> None:
    answer = client.post("/accounts/login/", {"login": barnsley.midwife.email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_signed_in(client)


def test_a_wrong_password_is_refused_with_the_password_part_open(barnsley: World, passwords: None, client: Client) -> None:
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


def test_who_guesses_is_stopped_with_a_page_that_says_until_when(barnsley: World, client: Client) -> None:
    with time_machine.travel(datetime(2026, 9, 15, 9, 30, 20, tzinfo=UTC), tick=False):
        for _ in range(3):
            ask_for_code(Client(), barnsley.midwife.email)
        answer = client.post("/accounts/login/code/", {"email": barnsley.midwife.email})
        assert (answer.status_code, answer["Retry-After"]) == (429, "120")
        words = answer.content.decode()
        assert "Try again at <strong>10:32am</strong>, in about 2 minutes." in words  # London time, to the minute above
        assert "telephone 999" in words
        assert "telephone your partnership office" in words
        assert AccountMail.objects.count() == 3
    for _ in range(31):
        answer = client.post("/accounts/login/", {"login": "a@b.example", "password": "x"})
    assert answer.status_code == 429
    assert "Too many tries" in answer.content.decode()


def test_when_a_code_is_void_a_new_one_is_asked_for_without_typing_the_address_again(barnsley: World, client: Client) -> None:
    ask_for_code(client, barnsley.midwife.email)
    for _ in range(3):
        answer = client.post(CODE_PAGE, {"code": "WRONG1"})
    assert answer["Location"] == "/accounts/login/code/"
    assert 'value="midwife@barnsley.example"' in client.get("/accounts/login/code/").content.decode()
    assert 'value="midwife@barnsley.example"' in client.get("/accounts/login/?another=1").content.decode()
    ask_for_code(client, barnsley.midwife.email)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert client.get(CODE_PAGE)["Location"] == "/accounts/login/code/"
        assert 'value="midwife@barnsley.example"' in client.get("/accounts/login/code/").content.decode()


def test_a_new_code_makes_the_one_before_void(barnsley: World, client: Client) -> None:
    ask_for_code(client, barnsley.midwife.email)
    first = code_that_came()
    assert client.post(CODE_PAGE, {"action": "resend"})["Location"] == CODE_PAGE
    second = code_that_came()
    assert client.post(CODE_PAGE, {"code": first}).status_code == 200
    assert client.post(CODE_PAGE, {"code": second})["Location"] == "/"


def test_a_stranger_costs_the_page_the_same_work(barnsley: World) -> None:
    """How long it takes must not tell who is known here: the e-mail is made for both, and undone for a stranger."""
    barnsley.midwife  # noqa: B018
    asked = []
    for email in ("midwife@barnsley.example", "who@barnsley.example"):
        with CaptureQueriesContext(connection) as queries:
            ask_for_code(Client(), email)
        asked.append([query["sql"].split()[0] for query in queries if MAILED.search(query["sql"])])
    known, stranger = asked
    assert known == stranger == ["SELECT", "INSERT"]


# ---------------------------------------------------------------- passwords, where a partnership wants them
def test_where_no_partnership_of_theirs_wants_passwords_a_right_one_is_as_wrong_as_any(
    barnsley: World, havering: World, passwords: None, client: Client
) -> None:
    pages = []
    for email, password in (
        ("lead@havering.example", PASSWORD),
        ("lead@havering.example", "wrong"),
        ("who@havering.example", "x"),
    ):
        havering.person("lead", "lead", "hospital")
        answer = Client().post("/accounts/login/", {"login": email, "password": password})
        words = re.sub(r'(csrfmiddlewaretoken" value="|nonce=")[^"]+', "", answer.content.decode()).replace(email, "")
        pages.append((answer.status_code, words))
    assert "The e-mail address or the password is wrong" in pages[0][1]
    assert pages[0] == pages[1] == pages[2]
    client.force_login(havering.midwife)
    for page in ("set", "change", "reset"):
        assert client.get(f"/accounts/password/{page}/").status_code == 404
    Client().post("/accounts/password/reset/", {"email": "lead@havering.example"})
    assert not AccountMail.objects.exists()
    assert "Password" not in client.get("/accounts/how-you-sign-in/").content.decode()


def test_where_nobody_wants_passwords_none_is_offered(barnsley: World, client: Client) -> None:
    assert 'type="password"' not in client.get("/accounts/login/").content.decode()
    assert client.get("/accounts/password/reset/").status_code == 404


def test_a_link_for_a_new_password_is_void_once_the_partnership_gives_passwords_up(
    barnsley: World, passwords: None, client: Client
) -> None:
    client.post("/accounts/password/reset/", {"email": barnsley.midwife.email})
    link = re.search(r"/accounts/password/reset/key/\S+", AccountMail.objects.get().text)
    assert link
    Partnership.objects.update(passwords=False)
    assert "This link no longer works" in client.get(link[0], follow=True).content.decode()


def test_nobody_signs_up(client: Client) -> None:
    for answer in (client.get("/accounts/signup/"), client.post("/accounts/signup/", {"email": "new@barnsley.example"})):
        assert answer.status_code == 200
        assert "invite" in answer.content.decode()


@pytest.mark.parametrize("kept_out", ["email/", "confirm-email/"])
def test_an_address_is_not_changed_here(barnsley: World, client: Client, kept_out: str) -> None:
    client.force_login(barnsley.midwife, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/accounts/{kept_out}").status_code == 404


def test_a_forgotten_password_is_replaced_by_the_link_that_is_sent(barnsley: World, passwords: None, client: Client) -> None:
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
