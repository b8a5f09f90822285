"""What an invitation opens, decided in the database; must not know who else sees what, which permissions.py decides."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from partnerships.arrangements import arrangements
from partnerships.models import User
from partnerships.scope import present

from .models import Invitation, Party


def over_before(*, at: datetime) -> datetime:
    """What ended by then is over for whoever was invited: the partnership's number of days have gone by."""
    return at - timedelta(days=arrangements().guest_days)


def opened_by_invitation(user: User, part: Q) -> Q:
    """What this person was let in to, while it is worked on and the partnership's number of days beyond. `part`: where they
    have a part now; whose place somebody else has taken is not invited any more."""
    still = Q(ended_at=None) | Q(ended_at__gt=over_before(at=present()))
    let_in = Invitation.objects.filter(user=user, state=Invitation.State.ADMITTED)
    left = Party.objects.filter(Q(user=user) | Q(email=user.email.lower())).exclude(left_at=None)
    return Q(pk__in=let_in.values("disagreement_id")) & still & (part | ~Q(pk__in=left.values("disagreement_id")))
