"""The one e-mail a month that says how many records' time is up: a number and a link, no reference. Destroys nothing."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from notifications.models import Message
from notifications.reminding import EVENING, MORNING
from partnerships import selectors
from partnerships.arrangements import arrangements
from partnerships.models import MemberRole, Membership, Partnership
from partnerships.scope import current_partnership_id, partnership_scope, present
from partnerships.working_days import LONDON

from .keeping import to_review


def remind(partnership_id: int, *, at: datetime | None = None) -> int:
    """Tell each partnership manager, once in a calendar month; returns how many e-mails were made. Only by day and on a
    working day. Run it as often as you like: the e-mail's own number says whose it is and for which month, and there
    cannot be two of it."""
    with partnership_scope(partnership_id):
        moment = at or present()
        day = selectors.today(moment)
        if not MORNING <= moment.astimezone(LONDON).time() < EVENING or selectors.calendar().why_not(day):
            return 0
        if not arrangements().keep_years:
            return 0
        managers = [member for member in _managers() if not _told(member, moment)]
        number = to_review(day).count() if managers else 0
        if not number:
            return 0
        made = Message.objects.bulk_create([_letter(m, number, at=moment) for m in managers], ignore_conflicts=True)
        return len(made)


def _managers() -> list[Membership]:
    members = Membership.objects.filter(active=True, user__is_active=True, role=MemberRole.PARTNERSHIP_MANAGER)
    return list({member.user_id: member for member in members.select_related("user").order_by("user_id")}.values())


def _number(member: Membership, at: datetime) -> str:
    """The Message-ID, the same for one person and month however often it is asked for."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return f"<records.{at.astimezone(LONDON):%Y-%m}.{member.partnership_id}.{member.user_id}@{domain}>"


def _told(member: Membership, at: datetime) -> bool:
    return Message.objects.filter(message_id=_number(member, at)).exists()


def _letter(member: Membership, number: int, *, at: datetime) -> Message:
    partnership = Partnership.objects.get(pk=current_partnership_id())
    held = partnership.in_training
    words = {
        "name": member.user.name,
        "partnership": partnership.name,
        "number": number,
        "link": settings.BASE_URL.rstrip("/") + reverse("records:kept", args=[partnership.slug]),
    }
    return Message(
        message_id=_number(member, at),
        to_name=member.user.name,
        to_email=member.user.email,
        to_user=member.user,
        subject=f"{number} record{'' if number == 1 else 's'} to review",
        text=render_to_string("records/time_up.txt", words).strip() + "\n",
        state=Message.State.HELD if held else Message.State.WAITING,
        created_at=at,
        next_attempt_at=None if held else at,
    )
