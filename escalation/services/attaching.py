"""Adding a file to a disagreement, taking it away, having it scanned, and seeing that no bytes outlive their row.

The order is always: bytes first, then the row that speaks of them; and when they go, the row first, then the bytes, once the
transaction has ended well. A crash in between leaves bytes that nobody can reach, which `sweep_files` destroys."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from functools import partial
from typing import IO, Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from partnerships import rehearsing
from partnerships.arrangements import arrangements
from partnerships.models import User
from partnerships.scope import current_partnership_id, partnership_scope, present
from partnerships.uploading import MEGABYTE

from ..files import scanner, store
from ..files.kinds import FileRefused, kind_of
from ..files.naming import clean_name
from ..models import Attachment, Disagreement
from ..moves import YES, NotPermitted, Refused
from ..permissions import Viewer, may_add_file, may_remove_file
from ..states import Kind, State
from .beside import locked_for
from .doing import carry_out, lock

logger = logging.getLogger(__name__)
MOST_FILES = 20
KEPT = (Attachment.State.WAITING, Attachment.State.CLEAN)
ORPHANED_AFTER = timedelta(days=1)
BATCH = 20
OFF = "This partnership keeps no files here. Put it on the child’s file, and say where it is."
REHEARSED = "This is a rehearsal: no file is kept in it."
NOT_NOW = "The file could not be kept just now. Nothing was added: try again in a few minutes."


def why_no_files() -> str:
    """Why no file can be added in this partnership, or nothing."""
    if rehearsing.in_a_rehearsal():
        return REHEARSED
    return "" if arrangements().attachments else OFF


def largest_file() -> int:
    return arrangements().attachment_megabytes * MEGABYTE


def too_large() -> str:
    return f"The file is larger than {arrangements().attachment_megabytes} MB. Send the pages that matter, or fewer pictures."


def add_file(
    disagreement_id: int,
    *,
    viewer: Viewer,
    file: IO[bytes],
    size: int,
    name: str,
    about: str = "",
    at: datetime | None = None,
) -> Attachment:
    """Keep a file with a disagreement. What it is called and what it is stand in the entry's words, which are destroyed with
    the record; its data holds a number alone. Where clamd is configured nobody opens it before it has been scanned.

    Raises FileRefused (something about the file), NotPermitted or Refused, each with a sentence, and then nothing is left."""
    _may_be_kept(size)
    called = clean_name(name)
    kind = kind_of(file, name=called)
    key = uuid4()
    stored = _put(file, key=key)
    try:
        with transaction.atomic():
            disagreement = _open_to_files(disagreement_id, viewer=viewer, sha256=stored.sha256)
            moment = at or present()
            attachment = Attachment.objects.create(
                disagreement=disagreement,
                key=key,
                name=called,
                content_type=kind.content_type,
                size=stored.size,
                sha256=stored.sha256,
                state=Attachment.State.WAITING if scanner.configured() else Attachment.State.CLEAN,
                added_by=viewer.user,
                added_at=moment,
            )
            words = "\n".join(part for part in (called, about.strip()) if part)
            _note(disagreement, Kind.FILE_ADDED, attachment, at=moment, actor=viewer.user, words=words)
    except Exception:
        store.destroy(current_partnership_id(), key)
        raise
    return attachment


def _may_be_kept(size: int) -> None:
    if reason := why_no_files():
        raise Refused(reason)
    if size > largest_file():
        raise FileRefused(too_large())
    if not size:
        raise FileRefused("The file is empty.")


def _put(file: IO[bytes], *, key: UUID) -> store.Stored:
    try:
        return store.put(file, partnership_id=current_partnership_id(), key=key)
    except store.StoreAway as problem:
        logger.error("a file could not be kept: partnership %s, %s", current_partnership_id(), problem)
        raise Refused(NOT_NOW) from problem


def _open_to_files(disagreement_id: int, *, viewer: Viewer, sha256: str) -> Disagreement:
    disagreement = locked_for(disagreement_id, viewer=viewer, rule=may_add_file)
    if disagreement.standing in (State.CLOSED, State.WITHDRAWN):
        raise Refused("This disagreement has ended, so no file is added. Reopen it first, if it goes on.")
    lying = Attachment.objects.filter(disagreement=disagreement, state__in=KEPT)
    if lying.filter(sha256=sha256).exists():
        raise FileRefused("This file lies with the disagreement already.")
    if lying.count() >= MOST_FILES:
        raise Refused(f"{MOST_FILES} files lie with this disagreement, which is the most. Take one away first.")
    return disagreement


def _note(
    disagreement: Disagreement, kind: Kind, attachment: Attachment, *, at: datetime, actor: User | None, words: str, **more: Any
) -> None:
    data = {"attachment": attachment.pk, **more}
    carry_out(disagreement, verb="note", change=lambda d, _: d.note(kind=kind, data=data), at=at, actor=actor, words=words)


def remove_file(disagreement_id: int, *, viewer: Viewer, key: UUID, reason: str, at: datetime | None = None) -> Attachment:
    """By whoever added it, or the office. That there was one, and why it went, stays; what was in it does not."""
    if not reason.strip():
        raise Refused("Say why it is taken away.")
    with transaction.atomic():
        disagreement = locked_for(disagreement_id, viewer=viewer, rule=lambda _: YES)
        attachment = Attachment.objects.filter(disagreement=disagreement, key=key, state__in=KEPT).first()
        if attachment is None:
            raise Refused("The file is no longer there.")
        if not (verdict := may_remove_file(viewer, added_by=attachment.added_by_id)):
            raise NotPermitted(verdict.sentence)
        moment = at or present()
        _end(attachment, Attachment.State.REMOVED, at=moment)
        _note(disagreement, Kind.FILE_REMOVED, attachment, at=moment, actor=viewer.user, words=reason)
        return attachment


def _end(attachment: Attachment, state: Attachment.State, *, at: datetime) -> None:
    attachment.state, attachment.removed_at = state, at
    attachment.save(update_fields=["state", "removed_at"])
    _destroy_bytes(attachment)


def _destroy_bytes(attachment: Attachment) -> None:
    """Only once the transaction has ended well: what is undone must find them again."""
    transaction.on_commit(partial(store.destroy, attachment.partnership_id, attachment.key))


def destroy_files(disagreement: Disagreement) -> int:
    """Destroy the bytes of everything that lies with it, as soon as the transaction that destroys the record has ended
    well; its rows go with the record. Returns how many. Call it while the rows are still there."""
    lying = list(Attachment.objects.filter(disagreement=disagreement))
    for attachment in lying:
        _destroy_bytes(attachment)
    return len(lying)


# ---------------------------------------------------------------- scanning
def partnerships_with_files_to_scan() -> list[int]:
    """Ids only; see migration 0011. None where no scanner is configured: what waited for one goes on waiting, because a
    worker that lacks the setting must not let through what the web process held back."""
    if not scanner.configured():
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT partnerships_with_files_to_scan() ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def scan_files(partnership_id: int) -> int:
    """Have the files that wait scanned, the oldest first, each outside any transaction. Returns how many were. While clamd
    is away they go on waiting, and are asked about at the next tick."""
    with partnership_scope(partnership_id):
        waiting = Attachment.objects.filter(state=Attachment.State.WAITING).order_by("pk")
        keys = list(waiting.values_list("pk", "disagreement_id", "key")[:BATCH])
    done = 0
    for number, disagreement_id, key in keys:
        try:
            with store.opened(partnership_id, key) as file:
                found = scanner.virus_in(file)
        except (scanner.ScannerAway, store.StoreAway) as problem:
            logger.warning("file %s not scanned: %s, %s", number, type(problem).__name__, problem)
            continue
        with partnership_scope(partnership_id):
            done += _scanned(number, disagreement_id, infected=bool(found))
    return done


def _scanned(number: int, disagreement_id: int, *, infected: bool) -> int:
    """What was found, unless somebody took it away meanwhile or another worker was faster."""
    disagreement = lock(disagreement_id)
    attachment = Attachment.objects.filter(pk=number, state=Attachment.State.WAITING).first()
    if attachment is None:
        return 0
    if not infected:
        attachment.state = Attachment.State.CLEAN
        attachment.save(update_fields=["state"])
        return 1
    moment = present()
    _end(attachment, Attachment.State.REFUSED, at=moment)
    _note(disagreement, Kind.FILE_REMOVED, attachment, at=moment, actor=None, words="", virus=True)
    return 1


# ---------------------------------------------------------------- bytes without a row
def sweep_files(*, now: float | None = None) -> int:
    """Destroy what has lain for a day in the folder and is spoken of by no row that keeps it: after a crash between the
    bytes and the row, or between the row's end and the bytes'. Returns how many."""
    before = (time.time() if now is None else now) - ORPHANED_AFTER.total_seconds()
    return sum(_sweep(partnership_id, before) for partnership_id in store.folders())


def _sweep(partnership_id: int, before: float) -> int:
    found = list(store.older_than(partnership_id, before))
    with partnership_scope(partnership_id):
        keys = [key for _, key in found if key is not None]
        kept = set(Attachment.objects.filter(key__in=keys, state__in=KEPT).values_list("key", flat=True))
    orphans = [path for path, key in found if key not in kept]
    for path in orphans:
        path.unlink(missing_ok=True)
    if orphans:
        logger.warning("%s files without a row destroyed: partnership %s", len(orphans), partnership_id)
    return len(orphans)
