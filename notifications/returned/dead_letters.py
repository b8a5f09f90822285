"""The e-mails that did not arrive and about which nobody has done anything yet; and what the office does about one.

Nothing leaves the list by itself but what is sent again: a child's case must not fall through because a page was tidied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.services import new_message_id
from escalation import services as escalation_services
from escalation.models import Disagreement
from escalation.moves import Refused
from escalation.permissions import Viewer, may_track, visible_to
from escalation.states import State as Standing
from partnerships.ladder import Position, rung_words
from partnerships.models import Partnership
from partnerships.scope import current_partnership_id

from .. import gathering
from ..models import Message, Notice
from .noting import let_go
from .who import Addressee, Addressees

State, Dealt = Message.State, Message.Dealt
OVER = (Standing.CLOSED, Standing.WITHDRAWN)
PERSONAL_WAY_IN = "/invited/"


@dataclass(frozen=True)
class About:
    """One disagreement that the e-mail spoke of, and which step of it."""

    reference: str
    step: str


@dataclass(frozen=True)
class DeadLetter:
    """One e-mail that did not arrive, as the office reads it. `refusal`: why it cannot be sent again, or nothing."""

    message: Message
    who: Addressee
    about: tuple[About, ...]
    since: datetime
    refusal: str

    @property
    def over(self) -> bool:
        """Nobody needs to be told any more: it may be taken off without a call."""
        return bool(self.refusal)


def listed(viewer: Viewer) -> QuerySet[Message]:
    """Those about a disagreement that this person may see, and those about none. For the office alone."""
    if not may_track(viewer):
        return Message.objects.none()
    notices = Notice.objects.filter(message=OuterRef("pk"))
    seen = notices.filter(disagreement__in=Disagreement.objects.filter(visible_to(viewer)))
    lost = Message.objects.filter(state__in=[State.GAVE_UP, State.RETURNED], dealt="")
    return lost.filter(Q(Exists(seen)) | ~Q(Exists(notices))).order_by("-pk")


def read(messages: Iterable[Message], *, at: datetime) -> list[DeadLetter]:
    """What the office reads of each; in as many questions for twenty as for one."""
    listed = list(messages)
    people = Addressees(listed)
    entries = [notice.entry for found in people.notices.values() for notice in found]
    desk = gathering.desk_for(entries, at=at) if entries else None
    return [_read(message, people, desk) for message in listed]


def _read(message: Message, people: Addressees, desk: gathering.Desk | None) -> DeadLetter:
    notices, who = people.notices[message.pk], people.of(message)
    about = {notice.disagreement_id: About(notice.disagreement.reference, _step(notice)) for notice in notices}
    since = message.returned_at or message.claimed_at or message.created_at
    return DeadLetter(message, who, tuple(about.values()), since, _why_not_again(message, notices, who, desk))


def dead_letter(message: Message, *, at: datetime) -> DeadLetter:
    return read([message], at=at)[0]


def _step(notice: Notice) -> str:
    entry = notice.entry
    if not entry.stage:
        return ""
    return rung_words(notice.disagreement.protocol, Position(stage=entry.stage, tier=entry.tier))


def _why_not_again(message: Message, notices: list[Notice], who: Addressee, desk: gathering.Desk | None) -> str:
    """Nothing, or the sentence. News that a disagreement has ended is wanted after it has; other news is not."""
    if notices and all(_over(notice) for notice in notices):
        return "It has ended since, so this is no longer sent."
    entries = [notice.entry for notice in notices if not _over(notice)]
    if desk is not None and entries and all(gathering.no_longer_wanted(entry, desk) for entry in entries):
        return "What it asked for has been done, or its date is over. Send a new reminder from the tracker if one is needed."
    if who.address and PERSONAL_WAY_IN in message.text:
        return "It has a way in that is made for the old address. Change the person on its page: they are then written to."
    return ""


def _over(notice: Notice) -> bool:
    return notice.disagreement.standing in OVER and notice.entry.state not in OVER


@dataclass(frozen=True)
class Sent:
    who: str
    to_another: bool


def send_again(number: int, *, viewer: Viewer, at: datetime | None = None) -> Sent:
    """To the address that the person has now. The same address: the same message with the same Message-ID. Another: a message
    of its own, because it is read by somebody else than the first was. Raises Refused, with a sentence."""
    moment = at or timezone.now()
    message = _locked(number, viewer=viewer)
    if Partnership.objects.get(pk=current_partnership_id()).in_training:
        raise Refused("This partnership is in training mode, so nothing leaves it.")
    found = dead_letter(message, at=moment)
    if found.refusal:
        raise Refused(f"{found.who.called}: {found.refusal}")
    to = found.who.address or message.to_email
    _written_down(message, found, viewer=viewer, how="again", words=_sent_words(found))
    if found.who.address:
        _send_to_another(message, to=to, viewer=viewer, at=moment)
    else:
        message.state, message.next_attempt_at, message.attempts, message.last_error = State.WAITING, moment, 0, ""
        message.returned_at, message.why, message.claimed_at, message.wrong, message.tries = None, "", None, "", 0
        message.save()
    let_go(to)
    return Sent(found.who.called, bool(found.who.address))


def _sent_words(found: DeadLetter) -> str:
    where = "to the address that the directory has now" if found.who.address else "to the same address"
    return f"To {found.who.called}, {where}."


def _send_to_another(message: Message, *, to: str, viewer: Viewer, at: datetime) -> None:
    made = Message.objects.create(
        message_id=new_message_id(),
        to_name=message.to_name,
        to_email=to,
        to_user_id=message.to_user_id,
        subject=message.subject,
        text=message.text,
        state=State.WAITING,
        created_at=at,
        next_attempt_at=at,
    )
    notices = Notice.objects.filter(message=message)
    Notice.objects.bulk_create(
        [
            Notice(
                entry_id=notice.entry_id,
                disagreement_id=notice.disagreement_id,
                template=notice.template,
                rules=notice.rules,
                role=notice.role,
                email=to.lower(),
            )
            for notice in notices
        ],
        ignore_conflicts=True,
    )
    keys = [(notice.entry_id, notice.template) for notice in notices]
    fresh = [
        notice
        for notice in Notice.objects.filter(entry_id__in=[entry for entry, _ in keys], email=to.lower(), message=None)
        if (notice.entry_id, notice.template) in keys
    ]
    if keys and not fresh:
        raise Refused("The same news has gone to their present address already.")
    Notice.objects.filter(pk__in=[notice.pk for notice in fresh]).update(message=made, held_for=None, held_until=None)
    _dealt(message, Dealt.AGAIN, viewer=viewer, at=at)


def told_by_telephone(number: int, *, viewer: Viewer, at: datetime | None = None) -> str:
    """An entry on each disagreement, and off the list; to whom."""
    moment = at or timezone.now()
    message = _locked(number, viewer=viewer)
    found = dead_letter(message, at=moment)
    _written_down(message, found, viewer=viewer, how="telephoned", words=f"The partnership office told {found.who.called}.")
    _dealt(message, Dealt.TELEPHONED, viewer=viewer, at=moment)
    return found.who.called


def take_off(number: int, *, viewer: Viewer, at: datetime | None = None) -> str:
    """Without a call: only what nobody needs to be told any more, or what is about no disagreement."""
    moment = at or timezone.now()
    message = _locked(number, viewer=viewer)
    found = dead_letter(message, at=moment)
    if found.about and not found.over:
        raise Refused(f"{found.who.called}: they need to be told. Send it again, or telephone them.")
    _dealt(message, Dealt.NOT_NEEDED, viewer=viewer, at=moment)
    return found.who.called


def _locked(number: int, *, viewer: Viewer) -> Message:
    message = Message.objects.select_for_update(of=("self",)).filter(pk__in=listed(viewer).filter(pk=number).values("pk")).first()
    if message is None:
        raise Refused("It is no longer on the list: somebody has dealt with it meanwhile.")
    return message


def _written_down(message: Message, found: DeadLetter, *, viewer: Viewer, how: str, words: str) -> None:
    seen = Disagreement.objects.filter(visible_to(viewer), reference__in=[one.reference for one in found.about])
    escalation_services.note_told_instead(
        disagreement_ids=list(seen.values_list("pk", flat=True)), viewer=viewer, message_id=message.pk, how=how, words=words
    )


def _dealt(message: Message, how: str, *, viewer: Viewer, at: datetime) -> None:
    message.dealt, message.dealt_at, message.dealt_by = how, at, viewer.user
    message.save(update_fields=["dealt", "dealt_at", "dealt_by"])
