"""A person who signs in twice a year: each page says in plain words what to do, and what went wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from allauth.account import urls as account
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, include, path

from accounts import sign_in_urls
from accounts.models import AccountMail
from partnerships.models import Partnership, User
from partnerships.services import add_member
from tests.world import World

from .markup import Element, read

PASSWORD = "three words apart"
TOLD_OF = ("totp_activated", "totp_deactivated", "webauthn_added", "webauthn_removed", "recovery_codes_generated")


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


# ---------------------------------------------------------------- nothing of the package's own shows
OURS = Path(settings.BASE_DIR) / "templates"


def _theirs() -> set[str]:
    """The names under which the sign-in package would put its pages, those of its optional parts too."""
    from allauth.mfa import urls as mfa  # noqa: PLC0415
    from allauth.socialaccount import urls as social  # noqa: PLC0415

    found = {str(one.name) for one in account.urlpatterns if isinstance(one, URLPattern)}
    for part in (*mfa.urlpatterns, *social.urlpatterns):
        inner = part.url_patterns if isinstance(part, URLResolver) else [part]
        for one in inner:
            deeper = one.url_patterns if isinstance(one, URLResolver) else [one]
            found |= {str(page.name) for page in deeper}
    return found


def test_only_the_pages_that_are_meant_exist() -> None:
    """No change of address, no connected accounts, no ways past ours: what is not listed here is nowhere to be found."""
    names = set(get_resolver("config.urls").reverse_dict) & _theirs()
    assert sorted(_theirs() - names) == [
        "account_confirm_email", "account_email", "account_email_verification_sent", "mfa_download_recovery_codes",
        "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "socialaccount_connections", "socialaccount_login_cancelled",
        "socialaccount_login_error", "socialaccount_signup",
    ]  # fmt: skip


def test_every_page_and_every_e_mail_is_in_our_own_words() -> None:
    """Whatever template the package asks for on a page that is reachable, or in an e-mail that it sends, is one of ours."""
    asked = {
        view.view_class.template_name
        for pattern in sign_in_urls.urlpatterns
        if hasattr(view := pattern.callback, "view_class") and getattr(view.view_class, "template_name", None)
    }
    asked |= {f"mfa/email/{what}_{part}.txt" for what in TOLD_OF for part in ("subject", "message")}
    asked |= {
        f"account/email/password_{what}_{part}.txt" for what in ("set", "changed", "reset") for part in ("subject", "message")
    }
    asked.remove("account/signup.html")  # closed: account/signup_closed.html is what is shown
    assert len(asked) > 20
    assert sorted(name for name in asked if not (OURS / name).exists()) == []
    for name in sorted(asked):
        words = (OURS / name).read_text()
        theirs = "element|slot|trans|blocktrans" if "/email/" in name else "element|slot"  # e-mails are never translated
        assert not re.search(rf"{{% ({theirs})", words), name
