"""What was written and corrected since: which words stand now, and which stood before; writes nothing, knows no page.

A correction is an entry of its own that points at the one it corrects. Neither that entry nor its words are touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from .models import ChronologyEntry, ChronologyWords, Disagreement
from .permissions import Viewer
from .states import Kind

# Why, of a short list: an entry's data holds no free text, and who reads it sees at once what kind of correction it is.
WHY: dict[str, str] = {
    "fact": "A fact was wrong",
    "missing": "Something was missing",
    "unclear": "It could be misunderstood",
    "person": "It said something about a person that it should not have said",
    "slip": "A slip of writing",
}

Texts = Mapping[UUID, str]


@dataclass(frozen=True)
class Correction:
    """One correction of an entry. `text` is None where its words were destroyed since."""

    at: datetime
    by: str
    why: str
    text: str | None


def texts_of(entries: Iterable[ChronologyEntry]) -> dict[UUID, str]:
    wanted = [entry.words_id for entry in entries if entry.words_id]
    return dict(ChronologyWords.objects.filter(pk__in=wanted).values_list("pk", "text"))


def with_texts(entries: QuerySet[ChronologyEntry]) -> QuerySet[ChronologyEntry]:
    """The same entries, each with its words, in one question; for `texts_with`."""
    words = ChronologyWords.objects.filter(pk=OuterRef("words_id"), partnership_id=OuterRef("partnership_id"))
    return entries.annotate(text=Subquery(words.values("text")[:1]))


def texts_with(entries: Iterable[ChronologyEntry]) -> dict[UUID, str]:
    """By the number of the words; those that were destroyed are not among them."""
    return {e.words_id: e.text for e in entries if e.words_id and e.text is not None}  # type: ignore[attr-defined]


def corrections(entries: Iterable[ChronologyEntry], texts: Texts) -> dict[int, list[Correction]]:
    """By the number of the entry corrected, the newest last."""
    found: dict[int, list[Correction]] = defaultdict(list)
    for entry in entries:
        if entry.kind == Kind.CORRECTED:
            text = texts.get(entry.words_id) if entry.words_id else None
            by = str(entry.actor) if entry.actor else ""
            found[entry.data["corrects"]].append(Correction(entry.at, by, WHY[entry.data["why"]], text))
    return found


def may_be_corrected(entry: ChronologyEntry, texts: Texts, *, of: Disagreement) -> bool:
    """What has words. A correction is not corrected: the next one points at the same entry as it. A proposed outcome is not
    either while one waits: the other side answers exactly what it reads, so other words are proposed instead."""
    if entry.kind == Kind.OUTCOME_PROPOSED and of.proposed_by_side:
        return False
    return entry.kind != Kind.CORRECTED and entry.words_id in texts


def is_theirs(entry: ChronologyEntry, viewer: Viewer) -> bool:
    """The author's own, and for the partnership office everybody's: it answers for the record. What was raised is its author's
    as well where the colleague with whom they shared the draft has pressed."""
    own = entry.kind == Kind.RAISED and entry.disagreement.raised_by_id == viewer.user.pk
    theirs = viewer.user.pk in (entry.actor_id, entry.on_behalf_of_id)  # the office wrote down what they said: they know
    return own or viewer.is_office or theirs


@dataclass(frozen=True)
class Correctable:
    """An entry that this person may correct. `number` counts within the disagreement, from 1; `text`: what stands now."""

    number: int
    entry: ChronologyEntry
    text: str


def correctable(disagreement: Disagreement, viewer: Viewer) -> list[Correctable]:
    entries = list(disagreement.chronology.select_related("actor").order_by("seq"))
    texts = texts_of(entries)
    newest = {seq: each[-1].text for seq, each in corrections(entries, texts).items()}
    return [
        Correctable(number, entry, newest.get(entry.seq) or texts[entry.words_id])  # type: ignore[index]
        for number, entry in enumerate(entries, start=1)
        if may_be_corrected(entry, texts, of=disagreement) and is_theirs(entry, viewer)
    ]
