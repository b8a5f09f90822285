"""The forms of second factors, on top of the sign-in package's: no code works twice, and nonsense is refused, not a fault."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partnerships.models import User

NONSENSE = (TypeError, ValueError, KeyError, AttributeError, LookupError)
MISSING = _("Enter the code")


def used_before(user: User, code: str) -> bool:
    """Marks a code of an app as used, for as long as it would work: with a step of tolerance that is three of its steps."""
    lives = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return not cache.add(f"second-step-used:{user.pk}:{normalize_user_code(code)}", "y", timeout=lives)


class _OnlyOnce(forms.Form):
    user: User
    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages["required"] = MISSING

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and used_before(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class EnterForm(_OnlyOnce, AuthenticateForm):
    """On signing in."""


class ProveForm(_OnlyOnce, ReauthenticateForm):
    """When it is asked for again."""


class AddAppForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages["required"] = MISSING

    def clean_code(self) -> str:
        code: str = super().clean_code()
        used_before(self.user, code)
        return code


class _FromABrowser(forms.Form):
    """What a browser's passkey answers is a structure that anybody can make up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wrong = _("The passkey gave no answer. Try again, or use another way")
        self.fields["credential"].error_messages |= {"required": wrong, "invalid": wrong}


class _Read(_FromABrowser):
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError:
            raise
        except NONSENSE as nonsense:
            raise get_adapter().validation_error("incorrect_code") from nonsense


class EnterByPasskeyForm(_Read, AuthenticateWebAuthnForm):
    """On signing in."""


class ProveByPasskeyForm(_Read, ReauthenticateWebAuthnForm):
    """When it is asked for again."""


class AddPasskeyForm(_FromABrowser, AddWebAuthnForm):
    name = forms.CharField(required=False, max_length=100)

    def clean(self) -> dict[str, Any]:
        try:
            found = super().clean() or {}
        except ValidationError:
            raise
        except NONSENSE as nonsense:
            raise get_adapter().validation_error("incorrect_code") from nonsense
        return found


class RenamePasskeyForm(EditWebAuthnForm):
    name = forms.CharField(max_length=100, error_messages={"required": _("Say what you call it")})
