"""A copy for somebody outside: begun, redacted, looked at, finished once. What it holds is gathered in pack.py.

The files themselves are not kept: a second copy would outlive the record's destruction. They are made again from the record
whenever they are asked for, and given only as long as that yields exactly what was finished."""

from __future__ import annotations

import calendar
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from escalation.models import Disagreement
from escalation.moves import NotPermitted, Refused
from escalation.permissions import Viewer
from escalation.services.doing import carry_out, lock
from escalation.states import Kind
from partnerships.scope import present
from partnerships.templatetags.govuk import moment

from .models import Disclosure
from .pack import gather
from .permissions import may_give_away
from .redacting import Part, Redactions, given, standing_elsewhere

STYLE = Path(__file__).with_name("copy.css")
# Every file of a pack bears this day, so that the same record makes the same bytes.
ANY_DAY = (1980, 1, 1, 0, 0, 0)
# What goes on by itself while somebody looks; looking at the preview is a line of it.
GOES_ON = ("Who was told", "Who read it")
CHANGED_MEANWHILE = "Something was added to the record while you were looking. Look at the copy again, then finish it."
FINISHED_ALREADY = "This copy is finished and cannot be changed any more. Begin a new one from it."


@transaction.atomic
def begin(
    disagreement: Disagreement, *, viewer: Viewer, ground: str, for_whom: str, like: Disclosure | None = None
) -> Disclosure:
    """A new one, with what an earlier one left out where it is made from one."""
    _may(viewer)
    return Disclosure.objects.create(
        disagreement=disagreement,
        ground=ground,
        for_whom=for_whom,
        redactions=like.redactions if like else [],
        begun_by=viewer.user,
        begun_at=present(),
    )


def redactions_of(disclosure: Disclosure) -> Redactions:
    kept = disclosure.redactions
    return Redactions(
        parts={one["part"]: one["why"] for one in kept if "part" in one},
        phrases=tuple(one["phrase"] for one in kept if "phrase" in one),
        phrases_why=next((one["why"] for one in kept if "phrase" in one), ""),
    )


def with_readings(disclosure: Disclosure) -> bool:
    return {"readings": True} in disclosure.redactions


@transaction.atomic
def keep(disclosure: Disclosure, *, viewer: Viewer, redactions: Redactions, readings: bool) -> Disclosure:
    """What is left out so far. Refused once it is finished."""
    _may(viewer)
    own = _unfinished(disclosure)
    own.redactions = [
        *({"part": key, "why": why} for key, why in redactions.parts.items()),
        *({"phrase": phrase, "why": redactions.phrases_why} for phrase in redactions.phrases),
        *([{"readings": True}] if readings else []),
    ]
    own.save(update_fields=["redactions"])
    return own


@transaction.atomic
def finish(disclosure: Disclosure, *, viewer: Viewer, seen: str, at: datetime | None = None) -> Disclosure:
    """In this order: the disagreement's lock, whether it is still what was `seen`, the entry, the pack without that entry,
    its digest. What nobody has looked at is not given away."""
    _may(viewer)
    disagreement = lock(disclosure.disagreement_id)
    own = _unfinished(disclosure)
    if mark_of(given(parts_of(own, disagreement), redactions_of(own))) != seen:
        raise Refused(CHANGED_MEANWHILE)
    own.finished_at = at or present()
    data = {"disclosure": own.pk, "ground": own.ground}
    change = lambda d, _: d.note(kind=Kind.DISCLOSED, data=data)  # noqa: E731
    carry_out(disagreement, verb="note", change=change, at=own.finished_at, actor=viewer.user)
    own.sha256 = hashlib.sha256(packed(own, disagreement)).hexdigest()
    own.save(update_fields=["finished_at", "sha256"])
    return own


def mark_of(shown: Iterable[Part]) -> str:
    """Stands for what a preview showed."""
    looked_at = [part for part in shown if part.section not in GOES_ON]
    return hashlib.sha256(repr(looked_at).encode()).hexdigest()


def finished_pack(disclosure: Disclosure, disagreement: Disagreement) -> bytes:
    """The very bytes that were finished. Raises Refused where the record does not yield them any more."""
    if disclosure.finished_at is None:
        raise Refused("This copy is not finished yet.")
    made = packed(disclosure, disagreement)
    if hashlib.sha256(made).hexdigest() != disclosure.sha256:
        raise Refused("The record has changed since, so this copy cannot be made again as it was. Begin a new one from it.")
    return made


def parts_of(disclosure: Disclosure, disagreement: Disagreement) -> list[Part]:
    return gather(
        disagreement,
        until=disclosure.finished_at or present(),
        readings=with_readings(disclosure),
        without=disclosure.pk,
    )


def packed(disclosure: Disclosure, disagreement: Disagreement) -> bytes:
    """A ZIP of one page to read or print, and the same as JSON."""
    shown = given(parts_of(disclosure, disagreement), redactions_of(disclosure))
    files = {"copy.html": as_page(disclosure, disagreement, shown), "copy.json": as_json(disclosure, disagreement, shown)}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in files.items():
            pack.writestr(zipfile.ZipInfo(f"{disagreement.reference}/{name}", ANY_DAY), text.encode())
    return made.getvalue()


def as_page(disclosure: Disclosure, disagreement: Disagreement, shown: Iterable[Part]) -> str:
    context = {"sections": sections(shown), "style": style(), **_heading(disclosure, disagreement)}
    return render_to_string("records/copy.html", context)


def as_json(disclosure: Disclosure, disagreement: Disagreement, shown: Iterable[Part]) -> str:
    parts = [
        {"section": part.section, "left_out_because": part.left_out}
        if part.left_out
        else {"section": part.section, "heading": part.heading, "lines": [list(line) for line in part.lines]}
        for part in shown
    ]
    return json.dumps({**_heading(disclosure, disagreement), "parts": parts}, ensure_ascii=False, indent=2)


def _heading(disclosure: Disclosure, disagreement: Disagreement) -> dict[str, Any]:
    why = redactions_of(disclosure).phrases_why
    return {
        "partnership": disagreement.partnership.name,
        "reference": disagreement.reference,
        "ground": disclosure.get_ground_display(),
        "for_whom": disclosure.for_whom,
        "made_at": moment(disclosure.finished_at or present()),
        "words_removed_because": why,
    }


def sections(shown: Iterable[Part]) -> list[tuple[str, list[Part]]]:
    return [(name, list(parts)) for name, parts in groupby(shown, key=lambda part: part.section)]


def style() -> SafeString:
    """The page's own stylesheet, in the page: it has to be read where nothing else of ours is at hand."""
    return mark_safe(f"<style>{STYLE.read_text()}</style>")  # noqa: S308  (a file of ours)


def doubts(disclosure: Disclosure, disagreement: Disagreement) -> list[tuple[str, str]]:
    """What was left out and still stands elsewhere."""
    return standing_elsewhere(parts_of(disclosure, disagreement), redactions_of(disclosure))


def answer_by(received: date) -> date:
    """One calendar month: the same day of the next month, or its last day where it has none (UK GDPR article 12(3))."""
    year, month = (received.year + 1, 1) if received.month == 12 else (received.year, received.month + 1)
    return date(year, month, min(received.day, calendar.monthrange(year, month)[1]))


def _may(viewer: Viewer) -> None:
    if not (verdict := may_give_away(viewer)):
        raise NotPermitted(verdict.sentence)


def _unfinished(disclosure: Disclosure) -> Disclosure:
    """Locked, and still to be changed: of two who finish it at once, the second is told."""
    own = Disclosure.objects.select_for_update(of=("self",)).get(pk=disclosure.pk)
    if own.finished_at is not None:
        raise Refused(FINISHED_ALREADY)
    return own
