"""One e-mail out of what one person is told: which pieces of news share it, and the row that waits to be sent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from django.conf import settings
from django.urls import reverse

from accounts.services import new_message_id
from escalation.models import ChronologyEntry
from partnerships.protocol import Protocol

from . import gathering
from .audiences import ASKED_AGAIN, REMINDERS, Told
from .doors import Doors
from .messages import Letter, Office, Piece, in_words, subject_of, text_of
from .models import Message


@dataclass(frozen=True)
class Planned:
    """One person to be told of one entry, in finished words, before anything is written."""

    entry: ChronologyEntry
    told: Told
    piece: Piece
    office: Office | None
    waits: bool = False

    @property
    def email(self) -> str:
        return self.told.person.email.lower()

    @property
    def key(self) -> tuple[int, str, str]:
        return self.entry.pk, self.email, self.told.template

    @property
    def place(self) -> tuple[int, int]:
        return self.entry.disagreement_id, self.entry.seq

    @property
    def reminds(self) -> bool:
        return self.entry.kind in REMINDERS | ASKED_AGAIN


def planned(
    entry: ChronologyEntry,
    told: Told,
    protocol: Protocol,
    desk: gathering.Desk,
    doors: Doors,
    *,
    waits: bool = False,
    waited: bool = False,
) -> Planned:
    """What this person reads of the entry, with a link where they may open the page. What `waited` for the morning asks
    nothing: whatever came to be asked of them since was told them by itself."""
    news = gathering.news(entry, told, protocol, desk)
    if waited:
        news = replace(news, due="")
    if not doors.open_to(told, entry.disagreement, protocol):
        news = replace(news, link="")
    elif told.person.user_id in doors.guests and (way := gathering.own_way(told, entry.disagreement, desk)):
        news = replace(news, link=way, invited=True)
    office = desk.once(("office", entry.disagreement.protocol_version_id), lambda: gathering.office(protocol, desk))
    return Planned(entry, told, in_words(news), office, waits)


def sorted_into_letters(new: list[tuple[int, Planned]]) -> list[list[tuple[int, Planned]]]:
    """By their numbers, which notices share an e-mail: those of one person about one disagreement; and reminders to one
    person, about however many disagreements, because a morning of ten e-mails is a morning on which none is read."""
    by_subject: dict[tuple[str, int], list[tuple[int, Planned]]] = defaultdict(list)
    for notice, plan in new:
        by_subject[plan.email, plan.entry.disagreement_id].append((notice, plan))
    letters: dict[tuple[str, int], list[tuple[int, Planned]]] = defaultdict(list)
    for (email, disagreement_id), pairs in by_subject.items():
        only_reminders = all(plan.reminds for _, plan in pairs)
        letters[email, 0 if only_reminders else disagreement_id] += pairs
    return list(letters.values())


def message(plans: list[Planned], desk: gathering.Desk, *, gathered: bool = False, chosen: bool = True) -> Message:
    """In training mode an e-mail is made as it would be, and kept inside. `gathered`: it was held until this morning, because
    its reader wishes so (`chosen`) or because of quiet hours; the morning's reminders come first in it."""
    person, held = plans[0].told.person, desk.partnership.in_training
    order = [gathered and not plan.reminds for plan in plans]
    gathered = any(order)
    plans = [plan for _, plan in sorted(zip(order, plans, strict=True), key=lambda pair: (pair[0], *pair[1].place))]
    letter = Letter(
        partnership=desk.partnership.name,
        to_name=person.name,
        address=settings.BASE_URL,
        office=plans[0].office,
        pieces=tuple(dict.fromkeys(plan.piece for plan in plans)),  # the same of two people is read once
        wishes=settings.BASE_URL + reverse("notifications:you", args=[desk.partnership.slug]) if gathered else "",
        chosen=chosen,
        dates=any(plan.reminds for plan in plans),
    )
    return Message(
        message_id=new_message_id(),
        to_name=person.name,
        to_email=plans[0].email,
        to_user_id=person.user_id,
        subject=subject_of(letter),
        text=text_of(letter),
        state=Message.State.HELD if held else Message.State.WAITING,
        created_at=desk.at,
        next_attempt_at=None if held else desk.at,
    )
