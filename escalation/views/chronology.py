"""What happened to one disagreement, line by line, with what was corrected since; for its page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from partnerships.templatetags.govuk import moment

from ..bookings import Booked, booked, standing_booking
from ..corrections import Correction, corrections, is_theirs, may_be_corrected, texts_with, with_texts
from ..for_somebody import recorded_by
from ..models import ChronologyEntry, Disagreement, Outcome
from ..permissions import Viewer
from ..sentences import sentence
from ..states import Kind

ABOVE = "What was written then stands above, under “What it is about”."
DESTROYED = "The words of this entry were destroyed when their time was up."
# The entries whose words an outcome on the page repeats.
OUTCOMES = {Kind.AGREEMENT_RECORDED, Kind.DECISION_RECORDED, Kind.OUTCOME_CONFIRMED, Kind.SETTLED_LOGGED}


@dataclass(frozen=True)
class Before:
    """Words that stood before, and since when."""

    label: str
    text: str


@dataclass(frozen=True)
class Now:
    """What stands since it was corrected: when, by whom and why, and the words."""

    sentence: str
    text: str


@dataclass(frozen=True)
class Item:
    """One line of the chronology, as templates/components/timeline.html shows it."""

    title: str
    at: datetime
    by: str
    description: str
    lines: tuple[str, ...] = ()
    anchor: str = ""
    corrected: str = ""
    before: tuple[Before, ...] = ()
    href: str = ""
    link: str = ""


class Chronology:
    """The entries of one disagreement with their words, read once."""

    def __init__(self, disagreement: Disagreement, viewer: Viewer) -> None:
        self.disagreement, self.viewer = disagreement, viewer
        self.entries = list(with_texts(disagreement.chronology.select_related("actor").order_by("seq")))
        self.texts = texts_with(self.entries)
        self.numbers = {entry.seq: number for number, entry in enumerate(self.entries, start=1)}
        self.made = corrections(self.entries, self.texts)

    @property
    def on_hold(self) -> bool:
        """Whether it is under a legal hold now (records/): the last that was said of one."""
        said = [entry.kind for entry in self.entries if entry.kind in (Kind.HOLD_PLACED, Kind.HOLD_LIFTED)]
        return said[-1:] == [Kind.HOLD_PLACED]

    def booked(self, *, at: datetime) -> Booked | None:
        """The conversation that is still to come, or that nobody has recorded; in the words that stand now."""
        entry = standing_booking(self.entries)
        return booked(self.disagreement, entry, words=self.words_now(entry) if entry else "", at=at)

    def words_now(self, entry: ChronologyEntry) -> str:
        """What an entry says now: as it was corrected last, or as it was written."""
        now = self.now(entry)
        return now.text if now else self._written(entry)

    def items(self) -> list[Item]:
        return [self._item(entry) for entry in self.entries]

    def _item(self, entry: ChronologyEntry) -> Item:
        if entry.kind == Kind.CORRECTED:
            return self._pointer(entry)
        now = self.now(entry)
        href = self._correct(entry)
        return Item(
            title=self.title(entry),
            at=entry.at,
            by=self._by(entry),
            description=self.words_now(entry),
            anchor=self._anchor(entry.seq),
            corrected=now.sentence if now else "",
            before=self._before(entry) if now else (),
            href=href,
            link=_("Correct this") if href else "",
        )

    def _by(self, entry: ChronologyEntry) -> str:
        people = self.disagreement.people if "for_party" in entry.data else ()  # type: ignore[attr-defined]
        return recorded_by(str(entry.actor) if entry.actor else "", entry.data, people)

    def _pointer(self, entry: ChronologyEntry) -> Item:
        """The new words stand at the entry that they correct; here is only that it was corrected, and where to look."""
        old = next(e for e in self.entries if e.seq == entry.data["corrects"])
        number = self.numbers[entry.seq]
        made = self.made[old.seq][[e.seq for e in self._corrections_of(old)].index(entry.seq)]
        return Item(
            title=self.title(entry),
            at=entry.at,
            by=made.by,
            description=f"“{self.title(old)}” of {moment(old.at)}. {made.why}.",
            anchor=f"entry-{number}",
            href=f"#{self._anchor(old.seq)}",
            link=_("Go to the entry that was corrected"),
        )

    def _corrections_of(self, old: ChronologyEntry) -> list[ChronologyEntry]:
        return [e for e in self.entries if e.kind == Kind.CORRECTED and e.data["corrects"] == old.seq]

    def now(self, entry: ChronologyEntry) -> Now | None:
        made = self.made.get(entry.seq)
        if not made:
            return None
        last = made[-1]
        return Now(f"Corrected on {_said(last)}", last.text if last.text is not None else DESTROYED)

    def _before(self, entry: ChronologyEntry) -> tuple[Before, ...]:
        first = Before(f"First written on {moment(entry.at)}", self._written(entry))
        since = [Before(f"Corrected on {_said(each)}", each.text or DESTROYED) for each in self.made[entry.seq][:-1]]
        return (first, *since)

    def _written(self, entry: ChronologyEntry) -> str:
        if entry.words_id is None:
            return ""
        if entry.words_id not in self.texts:
            return DESTROYED
        return ABOVE if entry.kind == Kind.RAISED else self.texts[entry.words_id]

    def _correct(self, entry: ChronologyEntry) -> str:
        if not (may_be_corrected(entry, self.texts, of=self.disagreement) and is_theirs(entry, self.viewer)):
            return ""
        address = reverse("escalation:correct", args=[self.disagreement.partnership.slug, self.disagreement.reference])
        return f"{address}?entry={self.numbers[entry.seq]}"

    def _anchor(self, seq: int) -> str:
        return f"entry-{self.numbers[seq]}"

    def title(self, entry: ChronologyEntry) -> str:
        return sentence(entry, self.disagreement.protocol if self.disagreement.protocol_version else None)

    def of_raising(self) -> Now | None:
        """What was corrected of what was written on the form."""
        return next((self.now(entry) for entry in self.entries if entry.kind == Kind.RAISED), None)

    def beside_outcomes(self, outcomes: Iterable[Outcome]) -> list[Outcome]:
        """The outcomes, each with what was corrected of it: the outcome's own row is not rewritten."""
        found = list(outcomes)
        for outcome in found:
            own = [e for e in self.entries if e.kind in OUTCOMES and e.at in (outcome.recorded_at, outcome.confirmed_at)]
            told = [now for entry in own if (now := self.now(entry)) is not None]
            outcome.corrected = told[-1] if told else None  # type: ignore[attr-defined]
        return found


def _said(correction: Correction) -> str:
    return f"{moment(correction.at)} by {correction.by}. {correction.why}"
