"""That an e-mail about a disagreement did not arrive, and what the office did about it: both are entries of the chronology, and
neither moves anything. It knows no e-mail: who was written to, and why it did not arrive, come as words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from partnerships.scope import present

from ..models import ChronologyEntry
from ..permissions import Viewer, may_track
from ..states import Kind
from .beside import locked_for
from .doing import carry_out, lock


def note_undelivered(
    *, disagreement_ids: Iterable[int], message_id: int, words: str = "", at: datetime | None = None
) -> list[ChronologyEntry]:
    """An e-mail about these disagreements could not be delivered, or came back: said on the page of each, so that somebody
    telephones instead.

    All of them are locked before the first entry is written: an entry takes the chronology's own lock to the end of the
    transaction, and whoever holds the next row would wait for that while this waits for them (architecture.md 10.9)."""
    with transaction.atomic():
        moment = at or present()
        locked = [lock(disagreement_id) for disagreement_id in sorted(set(disagreement_ids))]
        change = lambda d, _: d.note(kind=Kind.NOTICE_UNDELIVERED, data={"message": message_id})  # noqa: E731
        return [carry_out(each, verb="note", change=change, at=moment, actor=None, words=words) for each in locked]


def note_told_instead(
    *, disagreement_ids: Iterable[int], viewer: Viewer, message_id: int, how: str, words: str, at: datetime | None = None
) -> list[ChronologyEntry]:
    """The office told somebody by telephone, or sent the e-mail again (`how`). Nobody is written to about it: its kind is the
    one of the news that it answers, and `how` marks it as the answer."""
    with transaction.atomic():
        moment = at or present()
        ids = sorted(set(disagreement_ids))
        locked = [locked_for(each, viewer=viewer, rule=lambda t: may_track(t.viewer)) for each in ids]
        data = {"message": message_id, "how": how}
        change = lambda d, _: d.note(kind=Kind.NOTICE_UNDELIVERED, data=data)  # noqa: E731
        return [carry_out(each, verb="note", change=change, at=moment, actor=viewer.user, words=words) for each in locked]
