"""Which single sign-ons there are, for whom, and where their secrets lie; writes nothing."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from partnerships.models import User

from ..models import SignOn

SECRET = "SIGN_ON_SECRET_"  # noqa: S105  (the name of an environment variable)


def running() -> QuerySet[SignOn]:
    return SignOn.objects.filter(active=True)


def for_address(email: str) -> SignOn | None:
    """Offered by what stands after the @ alone: the offer tells nobody whether the address is known here."""
    domain = User.objects.normalise(email).rpartition("@")[2]
    return running().filter(domains__contains=[domain]).first() if domain else None


def secret_of(sign_on: SignOn) -> str:
    """From the environment, or from the file that the environment names; never from the database. Empty where there is none."""
    name = f"{SECRET}{sign_on.secret_name.upper()}"
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except (OSError, UnicodeError):
            return ""
    return os.environ.get(name, "").strip()


def callback_of(key: str) -> str:
    """Where the provider sends people back to; this, letter by letter, has to be registered there."""
    return f"{settings.BASE_URL}{reverse('openid_connect_callback', kwargs={'key': key})}"


def speaks_everywhere(sign_on: SignOn, domain: str) -> bool:
    """Whether the one who runs the server vouches for it beyond the partnership that provides it (SIGN_ON_ACROSS)."""
    return f"{sign_on.key}:{domain}" in settings.SIGN_ON_ACROSS
