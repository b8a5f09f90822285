"""A provider that lies, a token that was tampered with, and answers that are no answers: nobody is signed in by any of them."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from accounts.models import SignOn

from ..world import World
from .provider import CLIENT_ID, KEY, SECRET, Liar, a_key, a_liar, asked_for, goes, published, sign_on_of, signed

pytestmark = pytest.mark.django_db
STRANGERS_KEY = a_key()
Claims = dict[str, Any]


@pytest.fixture
def liar(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Liar]:
    settings.OUTGOING_HTTP = True
    settings.OUTGOING_ALLOW = ["127.0.0.1"]
    monkeypatch.setenv("SIGN_ON_SECRET_POLICE_K3X9F2", SECRET)
    cache.clear()
    with a_liar() as running:
        yield running


@pytest.fixture
def police(barnsley: World, liar: Liar) -> SignOn:
    barnsley.midwife  # noqa: B018
    liar.about = {"sub": "subject-1", "email": "midwife@barnsley.example", "email_verified": True}
    return sign_on_of(barnsley, liar.address)


def tries(liar: Liar, police: SignOn, **sent: str) -> str:
    """Whether anybody is signed in, "" for nobody, once somebody went and came back. A good token holds this sign-in's nonce."""
    cache.clear()
    client = Client()
    asked = asked_for(goes(client, police))
    liar.about["nonce"] = asked["nonce"]
    answer = client.get(f"/accounts/sign-on/{police.key}/return/", {"code": "a-code", "state": asked["state"], **sent})
    signed_in = "_auth_user_id" in client.session
    assert answer.status_code == (302 if signed_in else 403), answer.content.decode()
    return "signed in" if signed_in else ""


def with_(**changed: Any) -> Callable[[Claims], str]:
    return lambda claims: signed({**claims, **changed})


def from_now(**seconds: int) -> Callable[[Claims], str]:
    return lambda claims: signed({**claims, **{name: int(time.time()) + later for name, later in seconds.items()}})


def without(name: str) -> Callable[[Claims], str]:
    return lambda claims: signed({other: value for other, value in claims.items() if other != name})


def unsigned(claims: Claims) -> str:
    return jwt.encode(claims, None, algorithm="none")


def by_a_key_that_everybody_knows(claims: Claims) -> str:
    """The published key, used as the secret of a signature that both sides can make."""
    return signed(claims, key=base64.b64encode(str(published(KEY)["n"]).encode()).decode(), algorithm="HS256")


def tampered(claims: Claims) -> str:
    """Another's address under the signature of a good one."""
    head, _, tail = signed(claims).split(".")
    _, body, _ = signed({**claims, "email": "hospital.lead@barnsley.example"}).split(".")
    return f"{head}.{body}.{tail}"


FORGED: dict[str, Callable[[Claims], Any]] = {
    "signed by somebody else": lambda claims: signed(claims, key=STRANGERS_KEY),
    "by a key that is not published": lambda claims: signed(claims, key=STRANGERS_KEY, kid="two"),
    "not signed": unsigned,
    "with the published key as a secret": by_a_key_that_everybody_knows,
    "tampered with": tampered,
    "made to open something, not to say who": lambda claims: signed(claims, typ="at+jwt"),
    "made to sign somebody out": lambda claims: signed(claims, typ="logout+jwt"),
    "of another issuer": with_(iss="https://login.other.example"),
    "without an issuer": without("iss"),
    "for another system": with_(aud="somebody-else"),
    "for several, and not said for whom": with_(aud=[CLIENT_ID, "somebody-else"]),
    "for several, handed to another": with_(aud=[CLIENT_ID, "somebody-else"], azp="somebody-else"),
    "handed to another": with_(azp="somebody-else"),
    "without an audience": without("aud"),
    "expired": from_now(exp=-120),
    "without an end": without("exp"),
    "made in the future": from_now(iat=600),
    "not good yet": from_now(nbf=600),
    "of another sign-in": with_(nonce="another"),
    "of no sign-in": without("nonce"),
    "about nobody": with_(sub=""),
    "about everybody": with_(sub="x" * 300),
    "about a number": with_(sub=7),
    "about no one": without("sub"),
    "no token": lambda _: None,
    "a number": lambda _: 7,
    "nonsense": lambda _: "not.a.token",
    "empty": lambda _: "",
}


def test_no_forged_token_signs_anybody_in(liar: Liar, police: SignOn) -> None:
    let_in = []
    for name, forge in FORGED.items():
        liar.answer = forge
        let_in += [name] if tries(liar, police) else []
    assert let_in == []
    assert not SocialAccount.objects.exists()
    # And so that this shows something: the same, unforged, does; clocks may differ by a minute, and a key need not have a name.
    for good in (signed, from_now(exp=-30), with_(aud=[CLIENT_ID]), with_(azp=CLIENT_ID)):
        liar.answer = good
        assert tries(liar, police)
    liar.keys = [published(KEY, kid="other", use="enc"), published(KEY, alg="RS256")]
    assert tries(liar, police)


def test_a_provider_whose_keys_are_no_keys(liar: Liar, police: SignOn) -> None:
    for keys in ([], [7], [{}], [{"kid": "one", "kty": "RSA"}], [published(KEY)] * 2, [published(KEY, use="enc")],
                 [{"kid": "one", "kty": "oct", "k": "c2VjcmV0"}], "keys", None):  # fmt: skip
        liar.keys = keys  # type: ignore[assignment]
        assert not tries(liar, police), keys


def test_what_is_asked_and_what_is_sent(liar: Liar, police: SignOn) -> None:
    """The secret goes to the token's place alone, as the provider wants it; the code comes with what only this browser knew."""
    assert tries(liar, police)
    (path, form, headers), *others = [asked for asked in liar.asked if asked[0] == "/token"]
    assert (path, others) == ("/token", [])
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == (
        f"{CLIENT_ID}:as+secret+as+it+gets%3A+%26+%3D+%2B+%25"
    )
    assert sorted(form) == ["code", "code_verifier", "grant_type", "redirect_uri"]
    assert len(form["code_verifier"]) >= 43
    assert "/userinfo" not in [asked[0] for asked in liar.asked]
    liar.asked.clear()
    liar.description = {"token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"]}
    assert tries(liar, police)
    form = next(form for path, form, _ in liar.asked if path == "/token")
    assert (form["client_id"], form["client_secret"]) == (CLIENT_ID, SECRET)
    assert [path for path, form, headers in liar.asked if path != "/token" and SECRET in f"{form}{headers}"] == []


def test_an_address_that_stands_only_in_the_userinfo_counts_if_it_is_about_the_same_person(liar: Liar, police: SignOn) -> None:
    address = {"email": liar.about.pop("email"), "email_verified": liar.about.pop("email_verified")}
    liar.userinfo = {"sub": "somebody-else", **address}
    assert not tries(liar, police)
    liar.userinfo = {"sub": "subject-1", **address}
    assert tries(liar, police)
    asked = [headers["Authorization"] for path, _, headers in liar.asked if path == "/userinfo"]
    assert set(asked) == {"Bearer an-access-token"}


def test_another_provider_does_not_answer_in_its_name(liar: Liar, police: SignOn) -> None:
    assert not tries(liar, police, iss="https://login.other.example")
    assert tries(liar, police, iss=liar.address)
    wrong: list[Claims] = [
        {"issuer": "https://login.other.example"}, {"issuer": None}, {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None}, {"token_endpoint": "file:///etc/passwd"}, {"jwks_uri": "//nowhere"},
        {"jwks_uri": "http://[::1"}, {"userinfo_endpoint": 7},
    ]  # fmt: skip
    for liar.description in wrong:
        answer = Client().post(f"/accounts/sign-on/{police.key}/")
        assert (answer.status_code, "Sign in with a code" in answer.content.decode()) == (503, True), liar.description
    # Where it points inside, nobody asks.
    liar.description = {"token_endpoint": "http://169.254.169.254/latest/"}
    assert not tries(liar, police)
    liar.description = {"token_endpoint": f"{liar.address}/.well-known/openid-configuration"}
    assert not tries(liar, police)


def test_the_browser_keeps_what_the_provider_wrote_into_its_own_address(liar: Liar, police: SignOn) -> None:
    liar.description = {"authorization_endpoint": f"{liar.address}/authorize?policy=staff"}
    asked = asked_for(goes(Client(), police))
    assert (asked["policy"], asked["client_id"]) == ("staff", CLIENT_ID)
