"""Who may come into a rehearsal, and whom they are being there; must not know what is rehearsed.

A rehearsal is a partnership of invented people (docs/decisions/0008). Whoever looks after the real one stays signed in as
themselves and acts as one of the invented people, chosen for the length of the session."""

from __future__ import annotations

import re

from django.contrib.sessions.backends.base import SessionBase

from .models import Membership, Partnership, User
from .permissions import KEEPERS
from .scope import current_partnership_id, once_per_scope, partnership_scope

CHOSEN = "rehearsing"
# What is open to its keepers before they have chosen whom to be: the choice itself, the clock, the deletion, the colour.
BACKSTAGE = re.compile(r"^/p/[-a-zA-Z0-9_]+/(theme\.css$|administration/rehearse/walk/)")


def keeps(user_id: int, rehearsal: Partnership) -> bool:
    """Whether somebody looks after the real partnership, now: it is asked again with every page."""
    if rehearsal.rehearsal_of_id is None:
        return False
    with partnership_scope(rehearsal.rehearsal_of_id, user_id=user_id):
        return Membership.objects.filter(user_id=user_id, active=True, role__in=KEEPERS).exists()


def memberships_of_chosen(session: SessionBase, rehearsal: Partnership) -> list[Membership]:
    """Those of the invented person whom this session is being, or none. Needs the rehearsal's scope: whatever number stands
    in the session, somebody of another partnership is not found in it, and nobody real is ever a member of a rehearsal."""
    number = session.get(CHOSEN, {}).get(str(rehearsal.pk))
    if not isinstance(number, int):
        return []
    found = Membership.objects.filter(user_id=number, active=True, user__rehearses=rehearsal)
    return list(found.select_related("agency", "user").order_by("pk"))


def be(session: SessionBase, rehearsal: Partnership, person: User) -> None:
    session[CHOSEN] = {**session.get(CHOSEN, {}), str(rehearsal.pk): person.pk}


def be_nobody(session: SessionBase, rehearsal_id: int) -> None:
    session[CHOSEN] = {number: person for number, person in session.get(CHOSEN, {}).items() if number != str(rehearsal_id)}


KNOWN = "in_a_rehearsal"  # in the scope's memory, where a request has opened the partnership and knows it


def in_a_rehearsal() -> bool:
    """Whether the partnership in scope is one."""
    return once_per_scope(KNOWN, _in_a_rehearsal)


def _in_a_rehearsal() -> bool:
    return Partnership.objects.filter(pk=current_partnership_id(), rehearsal_of__isnull=False).exists()
