"""Ends the sessions of somebody whose access was taken away; must not know why."""

from __future__ import annotations

from allauth.usersessions.models import UserSession

from partnerships.models import User

from .selectors import partnerships_of


def end_sessions(user: User) -> int:
    """Everywhere at once; returns how many. What they have open in a browser is gone at the next click."""
    kept = list(UserSession.objects.filter(user=user))
    for session in kept:
        session.end()
    return len(kept)


def end_sessions_where_nothing_is_left(user: User) -> int:
    """Somebody who is a member of another partnership, or runs the product, goes on working there."""
    return 0 if user.is_operator or partnerships_of(user) else end_sessions(user)
