"""Correcting what was written: an entry of its own with the new words, pointing at the old one, which stays as it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..corrections import WHY, corrections, is_theirs, may_be_corrected, texts_of
from ..models import ChronologyEntry, Disagreement
from ..moves import Happened, NotPermitted, Refused
from ..permissions import Viewer
from ..states import Kind
from .doing import do

NOT_YOURS = "Only the person who wrote it, or the partnership manager, may correct it."


def correct(
    disagreement_id: int, *, viewer: Viewer, version: int, corrects: int, words: str, why: str, **doing: Any
) -> ChronologyEntry:
    """`corrects` is the `seq` of the entry. What stands elsewhere too (an outcome, what it is about) is not rewritten: the
    correction is shown beside it, so that nobody has to guess who read which words when they acted on them."""
    if not words.strip():
        raise Refused("Write what it should say.")
    if why not in WHY:
        raise Refused("Say why it is corrected.")

    def change(d: Disagreement, at: datetime) -> Happened:
        entries = list(d.chronology.select_related("actor").order_by("seq"))
        texts = texts_of(entries)
        entry = next((e for e in entries if e.seq == corrects and may_be_corrected(e, texts, of=d)), None)
        if entry is None:
            raise Refused("There are no words of this entry that could be corrected.")
        if not is_theirs(entry, viewer):
            raise NotPermitted(NOT_YOURS)
        made = corrections(entries, texts).get(corrects, [])
        now = (made[-1].text if made else None) or texts[entry.words_id]  # type: ignore[index]
        if words.strip() == now:
            raise Refused("It says exactly this already.")
        return d.note(kind=Kind.CORRECTED, data={"corrects": corrects, "why": why})

    return do(disagreement_id, verb="correct", viewer=viewer, version=version, change=change, words=words, **doing)
