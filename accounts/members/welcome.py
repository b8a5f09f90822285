"""The e-mail to somebody who was let in: where to sign in and how. It knows a person and a partnership, and no disagreement."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from partnerships.models import Membership, User

from ..proof import NEEDS_SECOND_FACTOR
from ..services import queue_account_mail

# It holds no code, so it is of use for longer than one; then it is destroyed like every account mail.
LIVES = timedelta(days=7)


def welcome(member: Membership, *, by: User) -> None:
    text = render_to_string(
        "accounts/members/welcome.txt",
        {
            "member": member,
            "by": by,
            "address": f"{settings.BASE_URL}/p/{member.partnership.slug}/",
            "second_factor": member.role in NEEDS_SECOND_FACTOR,
        },
    )
    queue_account_mail(
        to=member.user.email,
        subject=f"You can sign in to the escalation tracker of {member.partnership.name}",
        text=text,
        expires_at=timezone.now() + LIVES,
    )
