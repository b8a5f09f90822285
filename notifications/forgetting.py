"""Takes away what somebody wished for here once they are no member any more; knows nothing of what they were told."""

from __future__ import annotations

from partnerships.models import Membership
from partnerships.scope import partnership_scope

from .models import CalendarFeed, Wish


def forget_those_who_left(partnership_id: int) -> int:
    """Their wish and their calendar's address; returns how many rows. An address opens nothing from the moment they leave
    (feeds.reader); this only clears it away. Run it as often as you like."""
    with partnership_scope(partnership_id):
        here = Membership.objects.reachable().values("user_id")
        rows = (CalendarFeed.objects.exclude(user_id__in=here), Wish.objects.exclude(user_id__in=here))
        return sum(found.delete()[0] for found in rows)
