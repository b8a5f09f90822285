"""Sends in the morning what was held for it, in one e-mail to each, with the morning's reminders; decides nothing about what is
held (wishes.py)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from escalation.models import ChronologyEntry
from partnerships.protocol import NoticeRule, Protocol
from partnerships.scope import partnership_scope

from . import gathering, letters, wishes
from .audiences import REMINDERS, Told, rules_for
from .doors import doors_for
from .models import Message, Notice

logger = logging.getLogger(__name__)

# So many people in one transaction.
AT_ONCE = 50
TRY_AGAIN = timedelta(hours=1)


def anything_held(at: datetime) -> bool:
    return Notice.objects.filter(message=None, held_until__lte=at).exists()


def send_held(partnership_id: int, *, at: datetime) -> int:
    """One message to each person of everything that was held until now; returns how many messages were made.

    The notices are locked, and each gets its message in the same transaction: a worker that dies leaves them held, and two
    make nothing twice. What is no longer wanted is left out, and so is whoever is not here any more: they would be told of
    what is none of theirs now.
    """
    made = 0
    while True:
        with partnership_scope(partnership_id):
            batch = _send_batch(at)
        if batch is None:
            return made
        made += batch


def _send_batch(at: datetime) -> int | None:
    """None when nothing is held any more, or others are at it."""
    due = Notice.objects.filter(message=None, held_until__lte=at)
    people = list(due.order_by("held_for_id").values_list("held_for_id", flat=True).distinct()[:AT_ONCE])
    if not people:
        return None
    held = list(due.filter(held_for_id__in=people).select_for_update(skip_locked=True).order_by("pk"))
    if not held:
        return None
    entries = {entry.pk: entry for entry in gathering.entries_by_id({notice.entry_id for notice in held})}
    desk = gathering.desk_for(list(entries.values()), at=at)
    told = {notice.pk: _told(notice, entries[notice.entry_id], desk) for notice in held}
    Notice.objects.filter(pk__in=[number for number, found in told.items() if found is None]).delete()
    wanted = [(notice, found) for notice in held if (found := told[notice.pk]) is not None]
    return _write(wanted, entries, desk)


def _told(notice: Notice, entry: ChronologyEntry, desk: gathering.Desk) -> Told | None:
    """The person as they are now; None where they are gone, it was destroyed, or it is no longer wanted. That they are told
    was decided when it happened, and stays."""
    here = next((person for person in desk.directory if person.user_id == notice.held_for_id), None)
    if here is None or entry.disagreement.destroyed_at is not None or gathering.no_longer_wanted(entry, desk):
        return None
    named = [p for p in desk.parties[entry.disagreement_id] if notice.held_for_id == p.user_id or p.email.lower() == here.email]
    person = next((p for p in named if p.role == notice.role), next(iter(named), None))
    side = person.side if person else ""
    return Told(here, notice.role, side, notice.template, _rules(notice, entry, desk))


def _rules(notice: Notice, entry: ChronologyEntry, desk: gathering.Desk) -> tuple[NoticeRule, ...]:
    """A reminder that joined the morning's e-mail asks what it asks; what was only for knowing asks nothing."""
    if entry.kind not in REMINDERS:
        return ()
    rules = rules_for(_protocol(entry, desk), gathering.circumstances(entry))
    return tuple(rule for rule in rules if rule.key in notice.rules)


def _write(wanted: Sequence[tuple[Notice, Told]], entries: dict[int, ChronologyEntry], desk: gathering.Desk) -> int:
    doors = doors_for([told for _, told in wanted], [entry.disagreement for entry in entries.values()])
    by_person: dict[int, list[tuple[Notice, letters.Planned]]] = {}
    for notice, told in wanted:
        entry = entries[notice.entry_id]
        try:
            plan = letters.planned(entry, told, _protocol(entry, desk), desk, doors, waited=entry.kind not in REMINDERS)
        except Exception as problem:  # noqa: BLE001  one that cannot be worded must not keep the others from being told
            logger.error("notice %s held on: %s", notice.pk, type(problem).__name__)  # its text could quote the record
            notice.held_until = desk.at + TRY_AGAIN
            notice.save(update_fields=["held_until"])
            continue
        by_person.setdefault(notice.held_for_id or 0, []).append((notice, plan))
    groups = list(by_person.values())
    chose = wishes.mornings(desk.at).wished_by
    messages = Message.objects.bulk_create(
        [
            letters.message([p for _, p in pairs], desk, gathered=True, chosen=user_id in chose)
            for user_id, pairs in by_person.items()
        ]
    )
    for message, pairs in zip(messages, groups, strict=True):
        for notice, _ in pairs:
            notice.message = message
    Notice.objects.bulk_update([notice for pairs in groups for notice, _ in pairs], ["message"])
    return len(messages)


def _protocol(entry: ChronologyEntry, desk: gathering.Desk) -> Protocol:
    found = desk.protocol_of(entry.disagreement)
    if found is None:
        raise LookupError("told of something that is under no protocol")
    return found
