"""How what is sent is signed, as the specification of Standard Webhooks has it; knows no Django, no row and no address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

BEGINS = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    return BEGINS + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, *, message_id: str, seconds: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of id, time (seconds since 1970) and body, under the bytes that the secret stands for."""
    key = base64.b64decode(secret.removeprefix(BEGINS))
    signed = f"{message_id}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(keys: Iterable[str], *, message_id: str, seconds: int, body: bytes) -> dict[str, str]:
    """Signed under each secret that is good now: while one takes the place of another there are two, and either is enough."""
    signatures = [signature(key, message_id=message_id, seconds=seconds, body=body) for key in keys]
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signatures),
    }
