"""How second factors differ from the sign-in package's own ways: sealed at rest, bound to our address, not the last one taken."""

from __future__ import annotations

import ipaddress
import logging
from typing import ClassVar
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from partnerships.models import User

from .proof import SECOND_FACTORS, may_press, must_have_second_factor
from .sealing import InvalidToken, seal, unseal

logger = logging.getLogger(__name__)
NAME = "Escalation tracker"
NOT_THE_LAST = _(
    "Your role needs a second step, and this is the only one you have. Add another first. If you have lost your device, "
    "ask the partnership office to start you afresh."
)


class SecondStepAdapter(DefaultMFAAdapter):
    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That is not right, or it was used already. Try again"),
        "cannot_delete_authenticator": NOT_THE_LAST,
        "cannot_generate_recovery_codes": _("Set up a second step first. Recovery codes stand in for it"),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What cannot be opened proves nothing: it is refused like a wrong code, and never taken for an empty secret."""
        try:
            return unseal(encrypted_text)
        except InvalidToken:
            logger.exception("a second factor's secret does not open with SECRET_KEY or any of SECRET_KEY_FALLBACKS")
            refused: Exception = self.validation_error("incorrect_code")
            raise refused from None

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not is_the_last_needed(authenticator)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bound to the address that this installation has, not to the one that a request says it was sent to."""
        return {"id": own_host(), "name": NAME}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002  (theirs)
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return "My passkey" if number == 1 else f"My passkey {number}"


def is_the_last_needed(authenticator: Authenticator) -> bool:
    """The last second factor of somebody whose role needs one. Somebody invented, whom anybody may be, needs none."""
    user: User = authenticator.user
    others = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exclude(pk=authenticator.pk)
    if authenticator.type not in SECOND_FACTORS or others.exists() or may_press(user):
        return False
    return must_have_second_factor(user)


def own_host() -> str:
    return urlsplit(settings.BASE_URL).hostname or ""


def passkeys_work_here() -> bool:
    """Browsers keep passkeys for a name, never for a number, and only where nobody can read along: https, or this machine."""
    host = own_host()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return settings.BASE_URL.startswith("https://") or host == "localhost" or host.endswith(".localhost")
    return False
