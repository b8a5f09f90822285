"""Who may have a password: a member of a partnership that wants them. To everybody else a password is always a wrong one."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import UserTokenForm

from partnerships.models import Partnership, User

from .selectors import partnerships_of


def anybody_may() -> bool:
    """Whether the way is offered at all before it is known who comes."""
    return Partnership.objects.filter(passwords=True, rehearsal_of=None).exists()


def may_have_password(user: User | None) -> bool:
    return user is not None and any(partnership.passwords for partnership in partnerships_of(user))


def owner_of(email: str) -> User | None:
    return User.objects.filter(email=User.objects.normalise(email)).first()


class ResetLinkForm(UserTokenForm):
    """A link to set a new password works for nobody whose partnerships have given passwords up since it was sent."""

    reset_user: User | None

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean()
        if not may_have_password(self.reset_user):
            self.reset_user = None
            raise get_adapter().validation_error("invalid_password_reset")
        return found
