"""The few e-mails about learning, returns and a protocol's review: each once, by day, and never after it is done.

An e-mail says what is wanted, by when, and where; never what was learned, nor from what. Its own number (Message-ID) says
for whom it is and about what, so that there cannot be two of it. Only what is asked for is in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from notifications.models import Message
from notifications.reminding import EVENING, MORNING
from partnerships import selectors
from partnerships.models import Agency, MemberRole, Membership, Partnership, User
from partnerships.scope import current_partnership_id, partnership_scope, present
from partnerships.working_days import LONDON

from . import returns, review
from .models import OPEN, Action, AgencyReturn, Item, Progress, ReturnPeriod
from .permissions import ANSWERS_FOR_AGENCY

# So many days before a return is due, whoever has not answered is reminded; and once after it.
RETURN_SOON = timedelta(days=7)
# A round is forgotten so long after it was due: nobody is reminded of what was not minded then.
RETURN_OVER = timedelta(days=60)


def remind(partnership_id: int, *, at: datetime | None = None) -> int:
    """Everything that is due in one partnership; returns how many e-mails were made. Only by day and on a working day. Run it
    as often as you like."""
    with partnership_scope(partnership_id):
        moment = at or present()
        day = selectors.today(moment)
        if not MORNING <= moment.astimezone(LONDON).time() < EVENING or selectors.calendar().why_not(day):
            return 0
        letters = [*_actions(day), *_follow_ups(day), *_reviews(day), *_returns(day, at=moment)]
        return _post(letters, at=moment)


@dataclass(frozen=True)
class Letter:
    """`about`: what makes it the same e-mail however often it is asked for, with `to`."""

    to: User
    about: str
    subject: str
    template: str
    words: dict[str, Any]
    link: str


# ---------------------------------------------------------------------- actions, and whether they changed anything
def _actions(day: date) -> list[Letter]:
    """To whoever does an action, on its day; for those without an account, to the office, which asks them."""
    with transaction.atomic():
        due = Action.objects.select_for_update(of=("self",), skip_locked=True).select_related("owner")
        found = list(due.filter(progress__in=OPEN, due__lte=day, reminded_on=None).order_by("due", "pk"))
        if not found:
            return []
        Action.objects.filter(pk__in=[action.pk for action in found]).update(reminded_on=day)
        here = _members({action.owner_id for action in found if action.owner_id})
        own: dict[User, list[Action]] = {}
        for action in found:
            for person in [here[action.owner_id]] if action.owner_id in here else _office():
                own.setdefault(person, []).append(action)
    return [_of_actions(person, actions, day) for person, actions in own.items()]


def _of_actions(person: User, actions: Sequence[Action], day: date) -> Letter:
    lines = [(action.get_kind_display(), action.due, _link("learning:action", action.pk)) for action in actions]
    one = len(lines) == 1
    subject = "Something that you do about learning is due" if one else f"{len(lines)} things to do about learning are due"
    own = all(action.owner_id == person.pk for action in actions)
    words = {"lines": lines, "own": own}
    about = f"learning.due.{day}.{min(action.pk for action in actions)}"
    return Letter(person, about, subject, "learning/mail/due.txt", words, lines[0][2])


def _follow_ups(day: date) -> list[Letter]:
    with transaction.atomic():
        items = Item.objects.select_for_update(of=("self",), skip_locked=True)
        found = list(items.filter(progress=Progress.DONE, ask_on__lte=day, asked_on=None).values_list("pk", flat=True))
        if not found:
            return []
        Item.objects.filter(pk__in=found).update(asked_on=day)
    number = len(found)
    link = _link("learning:judge", found[0]) if number == 1 else _link("learning:home") + "?show=ask"
    subject = "Did what was learned change anything?"
    return [
        Letter(user, f"learning.asked.{day}.{found[0]}", subject, "learning/mail/changed.txt", {"number": number}, link)
        for user in _office()
    ]


# ---------------------------------------------------------------------- the protocol's review
def _reviews(day: date) -> list[Letter]:
    """Some weeks before, on the day, and then each month until a version with a later date is in force."""
    found = []
    for one in review.near_or_passed(day):
        link = _link("editor:versions")
        about = f"learning.review.{one.version.line}.{one.by}.{one.reminder(day)}"
        words = {"sentence": one.sentence(day), "monthly": day >= one.by}
        found += [
            Letter(user, about, "A protocol’s own review date", "learning/mail/review.txt", words, link)
            for user in _people(MemberRole.PROTOCOL_ADMINISTRATOR, MemberRole.PARTNERSHIP_MANAGER)
        ]
    return found


# ---------------------------------------------------------------------- what agencies report
def _returns(day: date, *, at: datetime) -> list[Letter]:
    """A round begins where it is time; then those of each agency that has not answered are asked, reminded before and once
    after."""
    period = returns.period_to_ask(day)
    if period is not None:
        returns.ask_about(period, at=at)
    found = []
    for asked in ReturnPeriod.objects.filter(due__gte=day - RETURN_OVER):
        which = "asked" if day < asked.due - RETURN_SOON else "before" if day <= asked.due else "after"
        done = set(AgencyReturn.objects.filter(period=asked).values_list("agency_id", flat=True))
        for agency in Agency.objects.filter(active=True).exclude(pk__in=done):
            link = _link("learning:answer_return", asked.pk, agency.key)
            words = {"period": asked, "agency": agency.name, "which": which}
            about = f"learning.return.{asked.pk}.{agency.pk}.{which}"
            subject = f"How {agency.name} works with others: a few questions"[:200]
            found += [Letter(user, about, subject, "learning/mail/return.txt", words, link) for user in _answerers(agency)]
    return found


def _answerers(agency: Agency) -> list[User]:
    """Its senior managers; where it has none here, its leads."""
    for role in reversed(ANSWERS_FOR_AGENCY):
        if found := _people(role, agency=agency):
            return found
    return []


# ---------------------------------------------------------------------- shared
def _people(*roles: MemberRole, agency: Agency | None = None) -> list[User]:
    members = Membership.objects.filter(active=True, user__is_active=True, role__in=roles)
    members = members.filter(agency=agency) if agency else members
    return list({member.user_id: member.user for member in members.select_related("user").order_by("user_id")}.values())


def _office() -> list[User]:
    return _people(MemberRole.PARTNERSHIP_MANAGER)


def _members(ids: Iterable[int]) -> dict[int, User]:
    """Those of them who are still here, and can sign in."""
    members = Membership.objects.filter(active=True, user__is_active=True, user__in=list(ids)).select_related("user")
    return {member.user_id: member.user for member in members}


def _link(name: str, *args: Any) -> str:
    slug = Partnership.objects.values_list("slug", flat=True).get(pk=current_partnership_id())
    return settings.BASE_URL.rstrip("/") + reverse(name, args=[slug, *args])


def _post(letters: Sequence[Letter], *, at: datetime) -> int:
    if not letters:
        return 0
    partnership = Partnership.objects.get(pk=current_partnership_id())
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    numbered = {f"<{one.about}.{partnership.pk}.{one.to.pk}@{domain}>": one for one in letters}
    known = set(Message.objects.filter(message_id__in=list(numbered)).values_list("message_id", flat=True))
    made = [_message(number, one, partnership=partnership, at=at) for number, one in numbered.items() if number not in known]
    Message.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _message(number: str, letter: Letter, *, partnership: Partnership, at: datetime) -> Message:
    held = partnership.in_training
    words = {"name": letter.to.name, "partnership": partnership.name, "link": letter.link, **letter.words}
    return Message(
        message_id=number,
        to_name=letter.to.name,
        to_email=letter.to.email,
        to_user=letter.to,
        subject=letter.subject,
        text=render_to_string(letter.template, words).strip() + "\n",
        state=Message.State.HELD if held else Message.State.WAITING,
        created_at=at,
        next_attempt_at=None if held else at,
    )
