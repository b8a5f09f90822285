"""The writing side of notices: turn entries into notices and messages that wait to be sent; sends nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection

from escalation.models import ChronologyEntry
from escalation.states import Kind
from partnerships import selectors as partnership_selectors
from partnerships.protocol import Protocol
from partnerships.scope import partnership_scope

from . import gathering, letters, mornings, wishes
from .audiences import ASKED_AGAIN, AT_THE_DOOR, MADE_TOGETHER, Told, told_of
from .doors import Doors, doors_for
from .letters import Planned
from .models import AnnounceCursor, Message, Notice, SetAside
from .webhooks import telling

logger = logging.getLogger(__name__)
T = TypeVar("T")

BATCH = 200
# An entry that could not be announced is tried again, at last every hour, for as long as it takes to be put right.
TRY_AGAIN = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))


def partnerships_with_entries_to_announce(at: datetime) -> list[int]:
    """Ids only, of partnerships with entries beyond the cursor or set aside, or with notices whose morning has come; see
    the definer functions' migrations."""
    return partnerships_answering(
        "SELECT partnerships_with_entries_to_announce() UNION SELECT partnerships_with_entries_set_aside(%(at)s)"
        " UNION SELECT partnerships_with_notices_held(%(at)s) ORDER BY 1",
        at,
    )


def partnerships_answering(question: str, at: datetime) -> list[int]:
    """What a definer function says to one tick: ids of partnerships."""
    with connection.cursor() as cursor:
        cursor.execute(question, {"at": at})
        return [row[0] for row in cursor.fetchall()]


def announce(partnership_id: int, *, at: datetime | None = None) -> int:
    """Turn every entry not yet announced into notices and messages; returns how many notices were made.

    In batches, each one transaction: the cursor is locked, the entries after it are read, their notices and messages
    are written, the cursor moves. Somebody else's lock means that they are doing it, so there is nothing to wait for.
    Run it as often and on as many workers as you like.
    """
    moment, made = at or partnership_selectors.present_in(partnership_id), 0
    while True:
        with partnership_scope(partnership_id):
            batch = _announce_batch(moment)
        if batch is None:
            break
        made += batch
    with partnership_scope(partnership_id):
        made += _announce_set_aside(moment)
        held = mornings.anything_held(moment)
    if held:
        mornings.send_held(partnership_id, at=moment)
    return made


def _announce_batch(at: datetime) -> int | None:
    """None when there is nothing (more) to announce, or another worker is at it."""
    cursor = _locked_cursor()
    entries = gathering.entries_after(cursor.seq, at_most=BATCH) if cursor else []
    if cursor is None or not entries:
        return None
    made, failed = _tell(entries, at=at)
    telling.tell(entries, at=at)
    SetAside.objects.bulk_create(SetAside(entry=entry, problem=problem, retry_at=at + TRY_AGAIN[0]) for entry, problem in failed)
    cursor.seq = entries[-1].seq
    cursor.save(update_fields=["seq"])
    return made


def _locked_cursor() -> AnnounceCursor | None:
    """The partnership's cursor, locked to the end of the transaction, made at first use. Two workers that make it at the
    same moment: the second insert waits for the first and then does nothing."""
    cursors = AnnounceCursor.objects.select_for_update(skip_locked=True)
    if not AnnounceCursor.objects.exists():
        AnnounceCursor.objects.bulk_create([AnnounceCursor()], ignore_conflicts=True)
    return cursors.first()


def _announce_set_aside(at: datetime) -> int:
    """Try again what could not be announced. What succeeds is told late rather than never; what fails waits longer."""
    waiting = {
        row.entry_id: row
        for row in SetAside.objects.select_for_update(skip_locked=True).filter(retry_at__lte=at).order_by("pk")[:BATCH]
    }
    if not waiting:
        return 0
    made, failed = _tell(gathering.entries_by_id(waiting), at=at)
    for entry, problem in failed:
        row = waiting.pop(entry.pk)
        row.attempts, row.problem = row.attempts + 1, problem
        row.retry_at = at + TRY_AGAIN[min(row.attempts, len(TRY_AGAIN)) - 1]
        row.save(update_fields=["attempts", "problem", "retry_at"])
    SetAside.objects.filter(pk__in=[row.pk for row in waiting.values()]).delete()
    return made


def _tell(entries: Sequence[ChronologyEntry], *, at: datetime) -> tuple[int, list[tuple[ChronologyEntry, str]]]:
    """Write the notices and messages of some entries; returns how many, and the entries that could not be told with why.

    Everything is decided and worded before anything is written, so that an entry that cannot be leaves nothing behind.
    """
    desk = gathering.desk_for(entries, at=at)
    failed: list[tuple[ChronologyEntry, str]] = []
    audience = _each(entries, lambda entry: _audience(entry, desk), failed)
    whole = {entry.pk: told for entry, told in audience}
    doors = doors_for([told for found in whole.values() for told in found], [entry.disagreement for entry, _ in audience])
    wished = wishes.mornings(at)
    planned = _each([entry for entry, _ in audience], lambda entry: _plan(entry, whole[entry.pk], desk, doors, wished), failed)
    return _write([plan for _, found in planned for plan in found], desk, until=wished.until), failed


def _each(
    entries: Iterable[ChronologyEntry], make: Callable[[ChronologyEntry], list[T]], failed: list[tuple[ChronologyEntry, str]]
) -> list[tuple[ChronologyEntry, list[T]]]:
    """What is made of each entry; one poisoned entry must not keep the others from being told."""
    found = []
    for entry in entries:
        try:
            found.append((entry, make(entry)))
        except Exception as problem:  # noqa: BLE001
            logger.error("entry %s set aside: %s", entry.pk, type(problem).__name__)  # its text could quote the record
            failed.append((entry, type(problem).__name__[:100]))
    return found


def _audience(entry: ChronologyEntry, desk: gathering.Desk) -> list[Told]:
    protocol = desk.protocol_of(entry.disagreement)
    told_anyhow = entry.kind in AT_THE_DOOR | MADE_TOGETHER | ASKED_AGAIN
    silent = not entry.data.get("events") and entry.data.get("party") is None and not told_anyhow
    gone = entry.disagreement.destroyed_at is not None
    if protocol is None or silent or gone or gathering.no_longer_wanted(entry, desk):
        return []
    return list(told_of(protocol, gathering.circumstances(entry), gathering.people(entry, desk)))


def _plan(
    entry: ChronologyEntry, audience: list[Told], desk: gathering.Desk, doors: Doors, wished: wishes.Mornings
) -> list[Planned]:
    protocol = desk.protocol_of(entry.disagreement)
    if protocol is None or not audience:
        return []
    found = []
    for told in audience:
        waits = _waits(entry, told, protocol, desk, wished)
        found.append(letters.planned(entry, told, protocol, desk, doors, waits=waits))
    return found


def _waits(entry: ChronologyEntry, told: Told, protocol: Protocol, desk: gathering.Desk, wished: wishes.Mornings) -> bool:
    if told.person.user_id not in wished.wished_by:
        return False
    bearing = gathering.bearing(entry, told, protocol, desk)
    return wishes.may_wait(told, Kind(entry.kind), bearing=bearing, near=wished.near)


def _write(planned: list[Planned], desk: gathering.Desk, *, until: datetime) -> int:
    """Notices first, each unique for entry, address and template, and without a message; those that are without one
    afterwards, and are not held for a morning, are ours and new. Then the messages that carry them."""
    if not planned:
        return 0
    by_key = {plan.key: plan for plan in planned}
    entry_ids = {plan.entry.pk for plan in planned}
    held = Notice.objects.filter(entry_id__in=entry_ids, message=None, held_until__isnull=False)
    held_before = held.count() if any(plan.waits for plan in planned) else 0
    Notice.objects.bulk_create(
        [
            Notice(
                entry=plan.entry,
                disagreement=plan.entry.disagreement,
                template=plan.told.template,
                rules=[rule.key for rule in plan.told.rules],
                role=plan.told.role,
                email=plan.email,
                held_for_id=plan.told.person.user_id if plan.waits else None,
                held_until=until if plan.waits else None,
            )
            for plan in planned
        ],
        ignore_conflicts=True,
    )
    fresh = list(Notice.objects.filter(entry_id__in=entry_ids, message=None, held_until=None).order_by("pk"))
    pairs_of = [(notice, by_key[notice.entry_id, notice.email, notice.template]) for notice in fresh]
    sorted_out = letters.sorted_into_letters(pairs_of)
    messages = Message.objects.bulk_create([letters.message([plan for _, plan in pairs], desk) for pairs in sorted_out])
    for message, pairs in zip(messages, sorted_out, strict=True):
        for notice, _ in pairs:
            notice.message = message
    Notice.objects.bulk_update(fresh, ["message"])
    return len(fresh) + (held.count() - held_before if any(plan.waits for plan in planned) else 0)
