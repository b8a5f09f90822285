"""The rows behind people's calendar feeds: made, replaced, ended, and found by the secret of an address; knows no page."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.proof import NEEDS_SECOND_FACTOR
from escalation.permissions import Viewer
from partnerships.administering import AdministrationEntry, Did, note_administration
from partnerships.middleware import token_digest
from partnerships.models import Membership, User
from partnerships.scope import present

from .models import CalendarFeed

SECRET_BYTES = 32
# A calendar asks at least once a day; one that has not for a year is nobody's any more.
UNUSED_FOR = timedelta(days=365)
# Not at every reading: each would be one more row written.
NOTED_EVERY = timedelta(minutes=10)
# After one of these an address made before is no key any more, whatever came later: they were gone, or lost their device;
# or came to see what they could not when they made it, in a role that needs a second factor.
_RAISED = Q(did=Did.LET_IN) | Q(did=Did.ROLE_CHANGED, data__fields__contains=["role"])
ENDED_BY = Q(did__in=[Did.LET_OUT, Did.SIGNED_OUT_EVERYWHERE]) | (_RAISED & Q(data__role__in=list(NEEDS_SECOND_FACTOR)))


@dataclass(frozen=True)
class Reader:
    """Whose feed it is, and as whom it is read."""

    feed: CalendarFeed
    viewer: Viewer


@transaction.atomic
def make(user: User, *, watching: bool) -> tuple[CalendarFeed, str]:
    """A new address, and its secret, which is nowhere again. The one before opens nothing from now on."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    made = {"digest": token_digest(secret), "watching": watching, "made_at": present(), "last_read_at": None}
    feed, _ = CalendarFeed.objects.update_or_create(user=user, defaults=made)
    note_administration(Did.TOKEN_MADE, by=user, about=user, calendar=True)
    return feed, secret


def end(user: User) -> bool:
    """Whether there was one."""
    return bool(CalendarFeed.objects.filter(user=user).delete()[0])


def watch(user: User, *, watching: bool) -> None:
    CalendarFeed.objects.filter(user=user).update(watching=watching)


def feed_of(user: User, *, at: datetime) -> CalendarFeed | None:
    """Their address, if it opens anything still."""
    feed = CalendarFeed.objects.filter(user=user).select_related("user").first()
    return feed if feed and _lives(feed, at=at) else None


def reader(secret: str, *, at: datetime) -> Reader | None:
    """Who reads with this secret now. A feed whose person is no member any more, or is one for a single disagreement, has
    been left too long, or was overtaken by an end of access goes for good: nobody revives it by coming back."""
    feed = CalendarFeed.objects.filter(digest=token_digest(secret)).select_related("user").first()
    if feed is None:
        return None
    viewer = Viewer.of(feed.user, Membership.objects.reachable().filter(user=feed.user))
    if not viewer.roles or viewer.is_guest or not _lives(feed, at=at):
        feed.delete()
        return None
    return Reader(feed, viewer)


def note_read(feed: CalendarFeed, *, at: datetime) -> None:
    if feed.last_read_at is None or at - feed.last_read_at >= NOTED_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_at=at)


def _lives(feed: CalendarFeed, *, at: datetime) -> bool:
    if at - (feed.last_read_at or feed.made_at) >= UNUSED_FOR:
        return False
    return not AdministrationEntry.objects.filter(ENDED_BY, about=feed.user, at__gte=feed.made_at).exists()
