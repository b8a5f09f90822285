"""Signing in by an agency's own system, against a real provider process: who is known comes in, and nobody else."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.core.cache import cache
from django.test import Client

from accounts.models import SignOn
from partnerships.models import User
from partnerships.scope import partnership_scope
from partnerships.services import add_member

from ..world import World
from .provider import CLIENT_ID, SECRET, RealProvider, a_real_provider, asked_for, goes, path_of, sign_on_of

pytestmark = pytest.mark.django_db
MIDWIFE = "midwife@barnsley.example"


@pytest.fixture(scope="module")
def provider() -> Iterator[RealProvider]:
    with a_real_provider() as running:
        yield running


@pytest.fixture(autouse=True)
def reachable(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OUTGOING_HTTP = True
    settings.OUTGOING_ALLOW = ["127.0.0.1"]
    monkeypatch.setenv("SIGN_ON_SECRET_POLICE_K3X9F2", SECRET)
    cache.clear()


@pytest.fixture
def police(barnsley: World, provider: RealProvider) -> SignOn:
    return sign_on_of(barnsley, provider.address)


def comes_back(client: Client, provider: RealProvider, sign_on: SignOn, subject: str, **typed: str) -> Any:
    return client.get(path_of(provider.lets_in(subject, goes(client, sign_on, **typed))))


def signed_in_as(client: Client) -> str:
    number = client.session.get("_auth_user_id")
    return User.objects.get(pk=number).email if number else ""


def refused(answer: Any, title: str) -> None:
    page = answer.content.decode()
    assert (answer.status_code, title in page, "Sign in with a code" in page) == (403, True, True), page


def everything_kept() -> tuple[int, list[dict[str, Any]]]:
    return SocialApp.objects.count() + SocialToken.objects.count(), list(
        SocialAccount.objects.values("provider", "uid", "extra_data", "user__email")
    )


def test_a_known_person_comes_in_and_lands_where_they_were_going(
    barnsley: World, provider: RealProvider, police: SignOn, client: Client
) -> None:
    provider.knows("subject-1", email="MidWife@Barnsley.example", email_verified=True, name="M. Idwife", picture="https://x")
    before = barnsley.midwife.email, barnsley.midwife.name
    wanted = client.get("/p/barnsley/mailbox/")["Location"]
    assert wanted == "/accounts/login/?next=/p/barnsley/mailbox/"
    client.post("/accounts/login/code/", {"email": MIDWIFE, "next": "/p/barnsley/mailbox/"})
    page = client.get("/accounts/login/code/confirm/").content.decode()
    assert "Sign in with Police account" in page
    address = goes(client, police, next="/p/barnsley/mailbox/")
    asked = asked_for(address)
    assert asked["scope"] == "openid email"  # no profile: what is not asked for need not be thrown away
    assert asked["code_challenge_method"] == "S256"
    assert all(len(asked[name]) >= 16 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"].endswith("/accounts/sign-on/police-k3x9f2/return/")
    back = path_of(provider.lets_in("subject-1", address))
    answer = client.get(back)
    assert (answer.status_code, answer["Location"]) == (302, "/p/barnsley/mailbox/")
    assert client.get("/p/barnsley/mailbox/").status_code == 200
    # One line is kept: which of theirs is which of ours.
    kept = {"provider": police.key, "uid": "subject-1", "extra_data": {}, "user__email": MIDWIFE}
    assert everything_kept() == (0, [kept])
    person = User.objects.get(email=MIDWIFE)
    assert (person.email, person.name) == before
    # What was sent back counts once: not here again, and in no other browser.
    for again in (client, Client()):
        again.cookies.clear()
        refused(again.get(back), "could not sign you in")
    # The second time is like the first.
    assert comes_back(Client(), provider, police, "subject-1")["Location"] == "/"
    assert everything_kept() == (0, [kept])


def test_whoever_is_not_one_of_ours_is_told_so_and_nothing_is_kept(
    barnsley: World, havering: World, provider: RealProvider, police: SignOn
) -> None:
    gone, operator = barnsley.person("gone", "practitioner", "police"), barnsley.person("olive", "practitioner", "police")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    User.objects.filter(pk=operator.pk).update(is_operator=True)
    elsewhere = User.objects.create_user("elsewhere@barnsley.example", name="Else Where")
    with havering.scope():
        add_member(elsewhere, role="practitioner", agency=havering.agencies["police"])
    both = barnsley.person("both", "practitioner", "police")
    with havering.scope():
        add_member(both, role="practitioner", agency=havering.agencies["police"])
    for here in (barnsley, havering):
        assert here.midwife.email == f"midwife@{here.slug}.example"
    barnsley.person("stock", "practitioner", "police")
    people, unknown = User.objects.count(), "The tracker does not know you yet"
    for subject, claims, title in (
        ("stranger", {"email": "who@barnsley.example", "email_verified": True}, unknown),
        ("gone", {"email": gone.email, "email_verified": True}, unknown),
        ("operator", {"email": operator.email, "email_verified": True}, unknown),
        ("elsewhere", {"email": elsewhere.email, "email_verified": True}, unknown),
        ("both", {"email": both.email, "email_verified": True}, "Sign in with a code"),
        ("theirs", {"email": "midwife@havering.example", "email_verified": True}, "does not speak for your e-mail address"),
        ("tricky", {"email": "midwife@havering.example@barnsley.example", "email_verified": True}, unknown),
        ("unchecked", {"email": MIDWIFE, "email_verified": False}, "has not checked your e-mail address"),
        ("unsaid", {"email": MIDWIFE}, "has not checked your e-mail address"),
        ("looks alike", {"email": "midwife@barnsley.example".replace("i", "\u0131"), "email_verified": True}, "did not say"),
        ("kelvin", {"email": "stoc\u212a@barnsley.example", "email_verified": True}, "did not say"),
        ("list", {"email": [MIDWIFE], "email_verified": True}, "does not speak for"),
        ("mute", {"name": "Nobody"}, "did not say what your e-mail address is"),
    ):
        provider.knows(subject, **claims)
        client = Client()
        refused(comes_back(client, provider, police, subject), title)
        assert not signed_in_as(client), subject
    assert (User.objects.count(), everything_kept()) == (people, (0, []))


def test_beyond_its_partnership_only_where_the_one_who_runs_the_server_vouches_for_it(
    barnsley: World, havering: World, provider: RealProvider, police: SignOn, settings: Any
) -> None:
    """Otherwise one partnership's administrator could choose whom another one believes."""
    both = barnsley.person("both", "practitioner", "police")
    with havering.scope():
        add_member(both, role="practitioner", agency=havering.agencies["police"])
    provider.knows("both", email=both.email, email_verified=True)
    settings.SIGN_ON_ACROSS = [f"{police.key}:other.example"]
    refused(comes_back(Client(), provider, police, "both"), "Sign in with a code")
    settings.SIGN_ON_ACROSS = [f"{police.key}:barnsley.example"]
    client = Client()
    assert comes_back(client, provider, police, "both")["Location"] == "/"
    assert [client.get(f"/p/{slug}/").status_code for slug in ("barnsley", "havering")] == [200, 200]


def test_an_agency_that_gives_out_its_addresses_need_not_say_that_it_checked_them(
    barnsley: World, provider: RealProvider
) -> None:
    ours = sign_on_of(barnsley, provider.address, agency="hospital")
    provider.knows("plain", email=barnsley.midwife.email)
    refused(comes_back(Client(), provider, ours, "plain"), "has not checked your e-mail address")
    with barnsley.scope():
        for key in ("police", "hospital"):  # another agency's domain is not the hospital's
            agency = barnsley.agencies[key]
            agency.email_domains = ["barnsley.example"]
            agency.save()
            client = Client()
            answer = comes_back(client, provider, ours, "plain")
            assert (signed_in_as(client) == MIDWIFE) == (key == "hospital"), answer.content
            agency.email_domains = []
            agency.save()


def test_whoever_is_given_a_leavers_address_does_not_come_in_as_them(
    barnsley: World, provider: RealProvider, police: SignOn
) -> None:
    other = barnsley.hospital_lead
    provider.knows("first", email=barnsley.midwife.email, email_verified=True)
    assert comes_back(Client(), provider, police, "first")["Location"] == "/"
    provider.knows("second", email=MIDWIFE, email_verified=True)
    client = Client()
    refused(comes_back(client, provider, police, "second"), "This is not the person we know")
    # Nor does the first become somebody else when the provider changes their address.
    provider.knows("first", email=other.email, email_verified=True)
    refused(comes_back(client, provider, police, "first"), "This is not the person we know")
    assert not signed_in_as(client)
    assert [kept["uid"] for kept in everything_kept()[1]] == ["first"]


def test_what_was_not_begun_here_or_is_not_finished_there_signs_nobody_in(
    barnsley: World, provider: RealProvider, police: SignOn, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    provider.knows("subject-1", email=barnsley.midwife.email, email_verified=True)
    address = goes(client, police)
    back = path_of(provider.lets_in("subject-1", address))
    state = asked_for(address)["state"]
    refused(client.get(back.replace(state, "x" * len(state))), "could not sign you in")
    refused(Client().get(back), "could not sign you in")
    refused(client.get(f"/accounts/sign-on/{police.key}/return/?state={state}"), "could not sign you in")
    refused(client.get(back), "could not sign you in")  # the state was used up by the one without a code
    assert client.post(back).status_code == 405
    denied = client.get(path_of(provider.denies(goes(client, police))))
    assert (denied.status_code, "You did not sign in with Police account" in denied.content.decode()) == (200, True)
    wrong = goes(client, police)
    refused(client.get(f"/accounts/sign-on/{police.key}/return/?code=made-up&state={asked_for(wrong)['state']}"), "could not")
    assert not signed_in_as(client)
    assert [word for word in (MIDWIFE, SECRET, "made-up", state) if word in caplog.text] == []


def test_to_nowhere_outside_and_nothing_of_the_packages_own_pages(
    barnsley: World, provider: RealProvider, police: SignOn, client: Client
) -> None:
    provider.knows("subject-1", email=barnsley.midwife.email, email_verified=True)
    for outside in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert comes_back(Client(), provider, police, "subject-1", next=outside)["Location"] == "/"
    # The package's own start takes what to ask for, and where to come back to, from the address: it is not there.
    for page in ("oidc/police-k3x9f2/login/", "social/connections/", "social/signup/", "3rdparty/", "sign-on/other/",
                 "sign-on/other/return/"):  # fmt: skip
        assert client.get(f"/accounts/{page}").status_code == 404, page
    assert "scope=openid+email" in goes(client, police).split("?")[1].replace("%20", "+")
    assert client.get(f"/accounts/sign-on/{police.key}/?next=/p/barnsley/").status_code == 200
    client.force_login(barnsley.midwife)
    assert client.get(f"/accounts/sign-on/{police.key}/?next=/p/barnsley/")["Location"] == "/p/barnsley/"
    with barnsley.scope():
        SignOn.objects.update(active=False)
    assert Client().get(f"/accounts/sign-on/{police.key}/").status_code == 404
    assert Client().get(f"/accounts/sign-on/{police.key}/return/").status_code == 404


def test_it_is_offered_by_the_domain_alone(barnsley: World, provider: RealProvider, police: SignOn) -> None:
    barnsley.midwife  # noqa: B018
    offered = []
    for email in (MIDWIFE, "nobody.here@BARNSLEY.example", "midwife@other.example", "barnsley.example"):
        client = Client()
        client.post("/accounts/login/code/", {"email": email})
        page = client.get("/accounts/login/code/confirm/", follow=True).content.decode()
        offered.append("Sign in with Police account" in page)
    assert offered == [True, True, False, False]


def test_a_second_step_is_believed_only_where_the_provider_says_so_of_this_sign_in(
    barnsley: World, provider: RealProvider, police: SignOn
) -> None:
    office = barnsley.office
    provider.knows("office", email=office.email, email_verified=True)
    client = Client()
    comes_back(client, provider, police, "office")
    assert [record["method"] for record in client.session["account_authentication_methods"]] == ["socialaccount"]
    assert client.get("/p/barnsley/").status_code == 302  # asked for their own second step (accounts/proof.py)
    provider.knows("office", email=office.email, email_verified=True, amr=["pwd", "mfa"])
    client = Client()
    comes_back(client, provider, police, "office")
    assert [record["method"] for record in client.session["account_authentication_methods"]] == ["socialaccount", "mfa"]
    assert client.get("/p/barnsley/").status_code == 200
    # Whoever has a second step of their own here is asked for it, whatever the provider says.
    Authenticator.objects.create(user=office, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = Client()
    assert comes_back(client, provider, police, "office")["Location"].startswith("/accounts/login/second-step/")
    assert not signed_in_as(client)


def test_a_refused_one_gives_the_person_who_sits_here_no_better_proof(
    barnsley: World, provider: RealProvider, police: SignOn, client: Client
) -> None:
    """Begun in a browser in which somebody then signs in by a code, and finished by a stranger."""
    provider.knows("stranger", email="who@barnsley.example", email_verified=True, amr=["mfa"])
    back = path_of(provider.lets_in("stranger", goes(client, police)))
    states = client.session["socialaccount_states"]
    client.force_login(barnsley.midwife)
    session = client.session
    session["socialaccount_states"] = states
    session["account_authentication_methods"] = [{"method": "code", "at": 1.0}]
    session.save()
    refused(client.get(back), "The tracker does not know you yet")
    assert client.session["account_authentication_methods"] == [{"method": "code", "at": 1.0}]
    assert signed_in_as(client) == MIDWIFE


def test_with_the_provider_down_or_without_a_secret_there_is_still_the_code(
    barnsley: World, police: SignOn, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    monkeypatch.delenv("SIGN_ON_SECRET_POLICE_K3X9F2")
    answer = client.post(f"/accounts/sign-on/{police.key}/")
    assert (answer.status_code, "Sign in with a code" in answer.content.decode()) == (503, True)
    assert "no secret under the name POLICE_K3X9F2" in caplog.text
    monkeypatch.setenv("SIGN_ON_SECRET_POLICE_K3X9F2", SECRET)
    with partnership_scope(barnsley.partnership.pk):
        down = SignOn.objects.create(
            provided_for=barnsley.partnership, key="down-222222", name="Down", issuer="http://127.0.0.1:1",
            client_id=CLIENT_ID, secret_name="POLICE_K3X9F2_2", domains=["down.example"],
        )  # fmt: skip
    monkeypatch.setenv("SIGN_ON_SECRET_POLICE_K3X9F2_2", SECRET)
    answer = client.post(f"/accounts/sign-on/{down.key}/")
    assert (answer.status_code, "Down cannot be reached" in answer.content.decode()) == (503, True)
    assert "could not be reached" in caplog.text


def test_whoever_presses_again_and_again_is_stopped_for_a_while(police: SignOn, client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "2/m/ip"}
    assert [client.post(f"/accounts/sign-on/{police.key}/").status_code for _ in range(3)] == [200, 200, 429]


def test_the_secret_may_lie_in_a_file(police: SignOn, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.delenv("SIGN_ON_SECRET_POLICE_K3X9F2")
    path = tmp_path / "secret"
    monkeypatch.setenv("SIGN_ON_SECRET_POLICE_K3X9F2_FILE", str(path))
    assert client.post(f"/accounts/sign-on/{police.key}/").status_code == 503
    path.write_text(f"{SECRET}\n")
    assert goes(client, police)


def test_the_real_provider_is_another_process(provider: RealProvider) -> None:
    assert provider.process.poll() is None
    assert requests.get(f"{provider.address}/.well-known/openid-configuration", timeout=20).json()["issuer"] == provider.address
