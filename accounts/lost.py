"""For somebody who lost their device: somebody else takes their second factors away, and everybody concerned is told."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from partnerships.administering import Did, note_administration
from partnerships.models import User
from partnerships.scope import partnership_scope
from partnerships.services import PartnershipRefused

from .ending import end_sessions
from .selectors import partnerships_of
from .services import queue_account_mail

NEWS_LIVES = timedelta(days=1)


@transaction.atomic
def forget_second_factors(user: User, *, by: User | None) -> int:
    """Takes away every second factor and recovery code of theirs and signs them out everywhere; returns how many there
    were. At their next sign-in they prove themselves by a code to their address and, where a role needs it, set up anew.

    `by` is somebody of a partnership's office, in its scope, who has made sure by telephone that it is them; nobody where
    a command on the server did it. Nobody does it for themselves: a found browser would be enough. Every partnership of
    theirs notes it, since it weakens who they are there, too; only the one in which it was done is told by whom."""
    if by is not None and by.pk == user.pk:
        raise PartnershipRefused("Somebody else of the partnership office has to do this for you.")
    if by is not None and user.is_operator:
        raise PartnershipRefused("Only whoever runs this installation can do this for one of its operators.")
    User.objects.select_for_update().get(pk=user.pk)
    forgotten, _ = Authenticator.objects.filter(user=user).delete()
    if not user.has_usable_password():
        # What every session of theirs is bound to: also one that is on no list is over.
        user.set_unusable_password()
        user.save(update_fields=["password"])
    ended = end_sessions(user)
    for partnership in partnerships_of(user):
        with partnership_scope(partnership.pk):
            note_administration(Did.SIGNED_OUT_EVERYWHERE, by=_known_in(by, partnership.pk), about=user, second_factors=True)
    text = render_to_string("account/email/second_factors_forgotten_message.txt", {"ended": ended})
    queue_account_mail(
        to=user.email, subject="Your second step was taken away", text=text.strip(), expires_at=timezone.now() + NEWS_LIVES
    )
    return int(forgotten)


def _known_in(by: User | None, partnership_id: int) -> User | None:
    return by if by is not None and any(one.pk == partnership_id for one in partnerships_of(by)) else None
