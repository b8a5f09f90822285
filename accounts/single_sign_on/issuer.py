"""What an identity provider says of itself, and what it is asked for; every request goes through the guard (outgoing.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.providers.oauth2.client import OAuth2Error

from ..outgoing import OutgoingFailed, read_json, schemes

DESCRIPTION = "/.well-known/openid-configuration"


class SignOnFailed(OAuth2Error):
    """Why a sign-on does not work, as one sentence for whoever set it up. It holds no address of a person and no secret."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Issuer:
    name: str
    authorize_at: str
    token_at: str
    keys_at: str
    userinfo_at: str
    # How it wants to hear our secret. What it does not say is, by the standard, HTTP Basic.
    takes_basic: bool


def ask(address: str, **kwargs: Any) -> dict[str, Any]:
    try:
        return read_json(address, **kwargs)
    except OutgoingFailed as failed:
        raise SignOnFailed(failed.sentence) from None


def discover(issuer: str) -> Issuer:
    """Who answers at the issuer's address must call itself by that name (OpenID Connect Discovery, section 4.3): otherwise
    one provider could answer in another's name."""
    found = ask(issuer.rstrip("/") + DESCRIPTION)
    name = found.get("issuer")
    if not isinstance(name, str) or name.rstrip("/") != issuer.rstrip("/"):
        raise SignOnFailed(f"The provider at this address calls itself “{str(name)[:200]}”, not “{issuer}”. Enter its own name.")
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Issuer(
        name=name,
        authorize_at=_place(found, "authorization_endpoint"),
        token_at=_place(found, "token_endpoint"),
        keys_at=_place(found, "jwks_uri"),
        userinfo_at=_place(found, "userinfo_endpoint") if found.get("userinfo_endpoint") else "",
        takes_basic="client_secret_post" not in methods,
    )


def _place(found: dict[str, Any], what: str) -> str:
    """The browser is sent to one of these, and our secret to another: never over a line that others can read."""
    address = found.get(what)
    try:
        usable = isinstance(address, str) and urlsplit(address).scheme in schemes() and bool(urlsplit(address).hostname)
    except ValueError:
        usable = False
    if not usable:
        raise SignOnFailed(f"The provider does not say where its {what.replace('_', ' ')} is, or it is not at an https address.")
    return str(address)
