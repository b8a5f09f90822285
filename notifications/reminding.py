"""The one e-mail that asks the keepers of a directory to check it again; knows no disagreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.services import new_message_id
from partnerships import selectors
from partnerships.directory import writing
from partnerships.directory.reading import to_check
from partnerships.doing import one_at_a_time
from partnerships.models import Contact, MemberRole, Membership, Partnership, PostHolder
from partnerships.scope import current_partnership_id, partnership_scope, present
from partnerships.working_days import LONDON

from .models import Message

# Never two within a week, whatever falls due in between; and what stays unchecked is asked for again after four.
BETWEEN_TWO = timedelta(days=7)
AGAIN_AFTER = timedelta(days=28)
MORNING, EVENING = time(8), time(18)


@dataclass(frozen=True)
class Due:
    """One line of the e-mail: a contact or the holder of a post, and the day by which to look."""

    name: str
    where: str
    by: date


def partnerships_to_remind() -> list[int]:
    """Every partnership that is real or in training: a rehearsal has nobody who reads e-mails."""
    return list(Partnership.objects.filter(rehearsal_of=None).order_by("pk").values_list("pk", flat=True))


def remind(partnership_id: int, *, at: datetime | None = None) -> int:
    """Ask each keeper in one e-mail to check what is due, if something is that they have not been asked for lately; returns
    how many e-mails were made. Only by day and on a working day. Run it as often as you like: the partnership's row is
    locked, and what was asked for is marked in the same transaction."""
    with partnership_scope(partnership_id):
        moment = at or present()
        day = selectors.today(moment)
        if not MORNING <= moment.astimezone(LONDON).time() < EVENING or selectors.calendar().why_not(day):
            return 0
        contacts, holders = to_check(day + writing.SOON)
        if not contacts and not holders:
            return 0
        one_at_a_time()
        contacts, holders = to_check(day + writing.SOON)
        if not _wanted([*contacts, *holders], day):
            return 0
        made = _write(_lines(contacts, holders), at=moment)
        if made:
            writing.note_reminded(day, contacts=[c.pk for c in contacts], holders=[h.pk for h in holders])
        return made


def _wanted(rows: Sequence[Contact | PostHolder], day: date) -> bool:
    last = max((row.reminded_on for row in rows if row.reminded_on), default=None)
    if last is not None and day - last < BETWEEN_TWO:
        return False
    return any(row.reminded_on is None or day - row.reminded_on >= AGAIN_AFTER for row in rows)


def _lines(contacts: Sequence[Contact], holders: Sequence[PostHolder]) -> list[Due]:
    found = [Due(c.name, c.agency.name if c.agency else "", c.review_by) for c in contacts if c.review_by]
    found += [Due(h.name, f"{h.post.title}, {h.post.agency.name}", h.review_by) for h in holders if h.review_by]
    return sorted(found, key=lambda due: (due.by, due.name))


def _write(lines: Sequence[Due], *, at: datetime) -> int:
    partnership = Partnership.objects.get(pk=current_partnership_id())
    held = partnership.in_training
    link = settings.BASE_URL.rstrip("/") + reverse("partnerships:checking", args=[partnership.slug])
    number = len(lines)
    subject = f"{number} detail{'' if number == 1 else 's'} of the directory to check again"
    messages = [
        Message(
            message_id=new_message_id(),
            to_name=member.user.name,
            to_email=member.user.email,
            to_user=member.user,
            subject=subject,
            text=render_to_string(
                "notifications/directory_reminder.txt",
                {"name": member.user.name, "partnership": partnership.name, "lines": lines, "link": link, "today": at},
            ).strip() + "\n",
            state=Message.State.HELD if held else Message.State.WAITING,
            created_at=at,
            next_attempt_at=None if held else at,
        )
        for member in _keepers()
    ]  # fmt: skip
    return len(Message.objects.bulk_create(messages))


def _keepers() -> list[Membership]:
    """The protocol administrators; where there is none, the partnership managers."""
    members = Membership.objects.filter(active=True, user__is_active=True).select_related("user").order_by("user_id")
    roles = (MemberRole.PROTOCOL_ADMINISTRATOR, MemberRole.PARTNERSHIP_MANAGER)
    found = next((of_role for role in roles if (of_role := list(members.filter(role=role)))), [])
    return list({member.user_id: member for member in found}.values())
