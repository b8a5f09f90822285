"""The writing side of notices: turn entries into notices and messages that wait to be sent; sends nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection

from escalation.models import ChronologyEntry
from escalation.states import Kind
from partnerships import selectors as partnership_selectors
from partnerships.protocol import Protocol
from partnerships.scope import current_partnership_id, partnership_scope

from . import gathering, letters, mornings, wishes
from .audiences import ASKED_AGAIN, AT_THE_DOOR, MADE_TOGETHER, Told, told_of
from .doors import Doors, doors_for_each
from .letters import Planned
from .models import AnnounceCursor, Message, Notice, SetAside
from .webhooks import telling

logger = logging.getLogger(__name__)
T = TypeVar("T")

BATCH = 1000
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
    doors = doors_for_each(
        [(told, entry.disagreement) for entry, found in audience for told in found], taking_part=desk.taking_part
    )
    wished = wishes.mornings(at, live=not desk.partnership.in_training)
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
    if wished.joins(told.person.user_id, Kind(entry.kind)):
        return True
    if not wished.waits_for(told.person.user_id):
        return False
    bearing = gathering.bearing(entry, told, protocol, desk)
    return wishes.may_wait(told, Kind(entry.kind), bearing=bearing, near=wished.near)


def _write(planned: list[Planned], desk: gathering.Desk, *, until: datetime) -> int:
    """Each notice is unique for entry, address and template: those that are not there yet are ours and new. First the messages
    that carry them, but for those that are held for a morning; then the notices, each with its own. Whoever announces these
    entries has locked them, so nobody writes them meanwhile; if somebody does, nothing of all this is kept."""
    by_key = {plan.key: plan for plan in planned}
    told = Notice.objects.filter(entry_id__in={plan.entry.pk for plan in planned}) if planned else Notice.objects.none()
    there = set(told.values_list("entry_id", "email", "template"))
    new = [plan for key, plan in by_key.items() if key not in there]
    sorted_out = letters.sorted_into_letters([(number, plan) for number, plan in enumerate(new) if not plan.waits])
    messages = Message.objects.bulk_create([letters.message([plan for _, plan in pairs], desk) for pairs in sorted_out])
    carried = {number: message.pk for message, pairs in zip(messages, sorted_out, strict=True) for number, _ in pairs}
    if new:
        _write_notices(new, [carried.get(number) for number in range(len(new))], until=until)
    return len(new)


NEW_NOTICES = """
INSERT INTO notifications_notice
    (partnership_id, entry_id, disagreement_id, template, rules, role, email, message_id, held_for_id, held_until)
SELECT %s, v.entry, v.disagreement, v.template, v.rules::jsonb, v.role, v.email, v.message, v.held_for, v.held_until
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[],
    %s::timestamptz[]) WITH ORDINALITY
    AS v (entry, disagreement, template, rules, role, email, message, held_for, held_until, nth) ORDER BY v.nth
"""


def _write_notices(plans: Sequence[Planned], carried: Sequence[int | None], *, until: datetime) -> None:
    columns: list[list[object]] = [
        [plan.entry.pk for plan in plans],
        [plan.entry.disagreement_id for plan in plans],
        [plan.told.template for plan in plans],
        [json.dumps([rule.key for rule in plan.told.rules]) for plan in plans],
        [plan.told.role for plan in plans],
        [plan.email for plan in plans],
        list(carried),
        [plan.told.person.user_id if plan.waits else None for plan in plans],
        [until if plan.waits else None for plan in plans],
    ]
    with connection.cursor() as cursor:
        cursor.execute(NEW_NOTICES, [current_partnership_id(), *columns])
