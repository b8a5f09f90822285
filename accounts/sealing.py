"""Sealing what must not stand in the clear in the database and has to be read again: the secrets from which second factors are
made, those with which what leaves here is signed, and keys with which e-mails are handed over."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

__all__ = ["NOTIFY_KEYS", "SECOND_FACTORS", "WEBHOOKS", "InvalidToken", "is_present", "seal", "seal_anew", "unseal"]
SECOND_FACTORS = b"escalation tracker: secrets of second factors"
WEBHOOKS = b"escalation tracker: secrets of webhooks"
NOTIFY_KEYS = b"escalation tracker: keys of GOV.UK Notify"


def _fernet(purpose: bytes, *, present_alone: bool = False) -> MultiFernet:
    """A key of its own for this purpose from each secret key, the present one first: an old one still opens."""
    keys = [settings.SECRET_KEY, *([] if present_alone else settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.blake2b(purpose, key=hashlib.sha256(key.encode()).digest(), digest_size=32).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def seal(text: str, *, purpose: bytes = SECOND_FACTORS) -> str:
    return _fernet(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: bytes = SECOND_FACTORS) -> str:
    """Raises InvalidToken for what was not sealed with any of the keys, or was altered."""
    return _fernet(purpose).decrypt(sealed.encode()).decode()


def seal_anew(sealed: str, *, purpose: bytes = SECOND_FACTORS) -> str:
    """The same under the present key, so that an old one can be given up."""
    return _fernet(purpose).rotate(sealed.encode()).decode()


def is_present(sealed: str, *, purpose: bytes = SECOND_FACTORS) -> bool:
    """Whether it is sealed under the present key, so that it needs no old one."""
    try:
        _fernet(purpose, present_alone=True).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True
