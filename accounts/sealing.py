"""Sealing what must not stand in the clear in the database: the secrets from which second factors are made."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

__all__ = ["InvalidToken", "seal", "seal_anew", "unseal"]
_PURPOSE = b"escalation tracker: secrets of second factors"


def _fernet() -> MultiFernet:
    """A key of its own for this purpose from each secret key, the present one first: an old one still opens."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.blake2b(_PURPOSE, key=hashlib.sha256(key.encode()).digest(), digest_size=32).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def seal(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises InvalidToken for what was not sealed with any of the keys, or was altered."""
    return _fernet().decrypt(sealed.encode()).decode()


def seal_anew(sealed: str) -> str:
    """The same under the present key, so that an old one can be given up."""
    return _fernet().rotate(sealed.encode()).decode()
