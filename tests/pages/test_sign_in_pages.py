"""A person who signs in twice a year: each page says in plain words what to do, and what went wrong."""

from __future__ import annotations

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from accounts.models import AccountMail
from partnerships.models import Partnership, User
from partnerships.services import add_member
from tests.world import World

from .markup import Element, read

PASSWORD = "three words apart"


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("accounts/", include("accounts.sign_in_urls")),
    path("", include("accounts.urls")),
    path("", _nothing, name="home"),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def asha(barnsley: World) -> User:
    """Of a partnership that wants passwords as well."""
    Partnership.objects.update(passwords=True)
    user = User.objects.create_user("asha.verma@hospital.example", PASSWORD, name="Asha Verma")
    with barnsley.scope():
        add_member(user, role="practitioner", agency=barnsley.agencies["hospital"])
    return user


def page(response: HttpResponse) -> Element:
    assert response.status_code == 200
    return read(response.content.decode())


def heading(response: HttpResponse) -> str:
    return page(response).first(tag="h1").text


def refused(response: HttpResponse) -> list[str]:
    found = page(response)
    assert found.first(tag="title").text.startswith("Error: ")
    return [line.text for line in found.first(cls="govuk-error-summary").every(tag="li")]


def test_a_code_by_e_mail_is_the_first_way_in_and_a_password_the_second(asha: User) -> None:
    client = Client()
    found = page(client.get("/accounts/login/"))
    assert [form.attributes["action"] for form in found.first(tag="main").every(tag="form")] == [
        "/accounts/login/code/",
        "/accounts/login/",
    ]
    assert refused(client.post("/accounts/login/", {"login": "asha", "password": ""})) == [
        "Enter an e-mail address in the right form, like name@organisation.example",
        "Enter your password",
    ]
    assert "open" in page(client.post("/accounts/login/", {"login": "", "password": ""})).first(tag="details").attributes
    assert client.post("/accounts/login/", {"login": asha.email, "password": PASSWORD}).status_code == 302


def test_the_code_comes_alone_and_a_wrong_one_is_asked_again(asha: User) -> None:
    client = Client()
    assert refused(client.post("/accounts/login/code/", {"email": ""})) == ["Enter your work e-mail address"]
    assert client.post("/accounts/login/code/", {"email": asha.email}).status_code == 302
    assert heading(client.get("/accounts/login/code/confirm/")) == "Check your e-mail"
    assert len(refused(client.post("/accounts/login/code/confirm/", {"code": "no"}))) == 1
    mail = AccountMail.objects.get()
    assert (mail.subject.strip(), "hospital.example" in mail.text) == ("Your code to sign in", False)
    found = re.search(r"^([A-Z0-9-]{6,})$", mail.text, re.MULTILINE)
    assert found is not None
    assert client.post("/accounts/login/code/confirm/", {"code": found[1]}).status_code == 302
    assert heading(client.get("/accounts/logout/")) == "Sign out"
    assert heading(client.get("/accounts/password/change/")) == "Change your password"


def test_a_forgotten_password_is_set_anew_by_a_link_that_works_once(asha: User) -> None:
    client = Client()
    assert heading(client.get("/accounts/password/reset/")) == "Set a new password"
    client.post("/accounts/password/reset/", {"email": asha.email})
    assert heading(client.get("/accounts/password/reset/done/")) == "Check your e-mail"
    link = re.search(r"/accounts/password/reset/key/\S+", AccountMail.objects.get().text)
    assert link is not None
    form = client.get(link[0], follow=True)
    assert heading(form) == "Set a new password"
    address = form.request["PATH_INFO"]
    assert len(refused(client.post(address, {"password1": "short", "password2": "short"}))) == 1
    new = {"password1": "four other words here", "password2": "four other words here"}
    assert heading(client.post(address, new, follow=True)) == "Your password is changed"
    assert heading(Client().get(link[0], follow=True)) == "This link no longer works"


def test_somebody_with_no_password_may_set_one(asha: User) -> None:
    asha.set_unusable_password()
    asha.save()
    client = Client()
    client.force_login(asha, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert heading(client.get("/accounts/password/set/")) == "Set a password"


def test_a_person_is_asked_once_more_before_the_way_of_signing_in_changes(asha: User) -> None:
    client = Client()
    client.force_login(asha, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert heading(client.get("/accounts/prove/")) == "Is it still you?"


@pytest.mark.parametrize(
    ("address", "told"), [("/accounts/signup/", "People are invited"), ("/accounts/inactive/", "You can no longer sign in")]
)
def test_a_closed_door_says_whom_to_ask(address: str, told: str) -> None:
    assert heading(Client().get(address)) == told
