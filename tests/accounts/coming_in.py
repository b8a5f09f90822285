"""Coming in through the pages, as a person does: a code from an e-mail, digits from an app. No proof that was not typed."""

from __future__ import annotations

import re
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from accounts import services
from accounts.models import AccountMail
from partnerships.models import User
from tests.journeys.visitor import Visitor


def newest_code() -> str:
    """As it stands in the newest e-mail, once the worker has been at it."""
    text = AccountMail.objects.latest("pk").text
    services.deliver_account_mail()
    found = re.search(r"^([A-Z]{4}-[A-Z]{4})$", text, re.MULTILINE)
    assert found, text
    return found[1]


def comes_in(user: User, to: str = "/") -> Visitor:
    """Signs in by a code, on the way to somewhere, as far as a code leads."""
    person = Visitor()
    person.opens(to).fills("Your work e-mail address", user.email).presses("Send me a code")
    return person.fills("Code", newest_code()).presses("Continue")


def digits(key: str, *, ahead: int = 0) -> str:
    """What the app shows, from the key that the page shows; `ahead`: steps of half a minute."""
    return format_hotp_value(hotp_value(key.replace(" ", ""), int(time.time()) // 30 + ahead))


def key_on(person: Visitor) -> str:
    return person.page.first(tag="code").text


def codes_on(person: Visitor) -> list[str]:
    return [code.text for code in person.page.first(cls="escalation-recovery").every(tag="code")]


def sets_up_an_app(person: Visitor) -> tuple[str, list[str]]:
    """From the page that offers it; leaves them past their recovery codes. The key, and the codes."""
    person.opens("/accounts/second-step/app/")
    key = key_on(person)
    person.fills("The six digits that the app shows now", digits(key)).presses("Continue")
    codes = codes_on(person)
    person.presses("I have kept them")
    return key, codes


def given_a_passkey(user: User, name: str) -> Authenticator:
    """As it is stored once a browser has made one; a real browser makes one in tests/journeys."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    own = AttestedCredentialData.create(Aaguid.NONE, b"its number", key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    made = AttestationObject.create("none", AuthenticatorData.create(bytes(32), flags, 0, own), {})
    asked = CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"challenge", "https://tracker.example")
    credential = {
        "id": websafe_encode(b"its number"),
        "rawId": websafe_encode(b"its number"),
        "type": "public-key",
        "response": {"clientDataJSON": websafe_encode(asked), "attestationObject": websafe_encode(made)},
        "clientExtensionResults": {},
    }
    return Authenticator.objects.create(user=user, type="webauthn", data={"name": name, "credential": credential})
