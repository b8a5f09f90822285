"""Whether a partnership's chronology is whole, and whether its disagreements stand where it says; reads only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from partnerships import selectors as partnership_selectors
from partnerships.models import ProtocolVersion
from partnerships.scope import current_partnership_id
from partnerships.services import digest_of_document
from partnerships.working_days import Calendar

from .models import Disagreement
from .replay import Clock, Standing, replay
from .states import State

# One pass in the order of the chain. Whole: the hash is that of what the row says now. Follows: it was made after the row
# before it. An entry whose words were destroyed keeps their digest, so it is whole without them; it must say so later that
# they were (a `destroyed` entry of that disagreement), or they are missing.
FAULTY = """
WITH destroyed AS (
    SELECT disagreement_id, max(seq) AS seq FROM escalation_chronologyentry
    WHERE partnership_id = %(partnership)s AND kind IN ('destroyed', 'taken_in_undone') GROUP BY disagreement_id
), chain AS (
    SELECT e.seq, e.kind, d.reference, lag(e.seq, 1, 0::bigint) OVER in_order AS last,
        lag(e.kind) OVER in_order AS kind_before, lag(d.reference) OVER in_order AS reference_before,
        lead(e.seq) OVER in_order AS next, lead(e.kind) OVER in_order AS kind_after,
        lead(d.reference) OVER in_order AS reference_after,
        e.hash = chronology_hash(e) AS whole,
        e.previous_hash IS NOT DISTINCT FROM lag(e.hash) OVER in_order AS follows,
        w.id IS NULL OR coalesce(sha256(w.salt || convert_to(w.text, 'UTF8')) = e.words_digest, false) AS vouched,
        e.words_id IS NULL OR w.id IS NOT NULL OR coalesce(x.seq > e.seq, false) AS accounted
    FROM escalation_chronologyentry e
        LEFT JOIN escalation_chronologywords w ON w.partnership_id = e.partnership_id AND w.id = e.words_id
        LEFT JOIN escalation_disagreement d ON d.partnership_id = e.partnership_id AND d.id = e.disagreement_id
        LEFT JOIN destroyed x ON x.disagreement_id = e.disagreement_id
    WHERE e.partnership_id = %(partnership)s
    WINDOW in_order AS (ORDER BY e.seq)
)
SELECT seq, reference, kind, last, reference_before, kind_before, next, reference_after, kind_after,
    whole, follows, vouched, accounted
    FROM chain WHERE NOT whole OR NOT vouched OR NOT accounted OR seq <> last + 1 OR NOT follows ORDER BY seq
"""
TOTALS = """
SELECT count(*), count(*) FILTER (WHERE e.words_digest IS NOT NULL AND w.id IS NULL)
    FROM escalation_chronologyentry e
    LEFT JOIN escalation_chronologywords w ON w.partnership_id = e.partnership_id AND w.id = e.words_id
    WHERE e.partnership_id = %(partnership)s
"""
HEAD = (
    "SELECT seq, encode(hash, 'hex') FROM escalation_chronologyentry WHERE partnership_id = %(partnership)s"
    " ORDER BY seq DESC LIMIT 1"
)
HASHES = (
    "SELECT seq, encode(hash, 'hex') FROM escalation_chronologyentry"
    " WHERE partnership_id = %(partnership)s AND seq = ANY(%(numbers)s)"
)
# Words are written together with their entry, so words that no entry has were cut off from one.
STRAY = """
SELECT count(*) FROM escalation_chronologywords w WHERE w.partnership_id = %(partnership)s AND NOT EXISTS
    (SELECT FROM escalation_chronologyentry e WHERE e.partnership_id = w.partnership_id AND e.words_id = w.id)
"""


@dataclass(frozen=True)
class Head:
    """The last entry's number and hash. Kept elsewhere, it shows later whether the end of a chain was cut off."""

    seq: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> Head:
        seq, _, digest = text.partition(":")
        return cls(int(seq), digest.strip().lower())

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


class Fault(str):
    """One thing that is not as it was written: a sentence, and for programs what it says, part by part.

    `wrong`: altered, missing, moved, not_following, words_forged, words_missing, words_stray, end_gone, protocol, standing.
    `before` and `after`: the numbers of the entries between which it stands, or stood."""

    __slots__ = ("after", "before", "kind", "reference", "seq", "wrong")
    wrong: str
    seq: int | None
    reference: str | None
    kind: str | None
    before: int | None
    after: int | None

    def __new__(
        cls, sentence: str, *, wrong: str, seq: int | None = None, reference: str | None = None, kind: str | None = None,
        before: int | None = None, after: int | None = None,
    ) -> Fault:  # fmt: skip
        found = super().__new__(cls, sentence)
        found.wrong, found.seq, found.reference, found.kind = wrong, seq, reference, kind
        found.before, found.after = before, after
        return found

    def parts(self) -> dict[str, str | int | None]:
        return {name: getattr(self, name) for name in Fault.__annotations__} | {"sentence": str(self)}


@dataclass(frozen=True)
class Findings:
    """What was found in the partnership in scope. With no faults, everything is as it was written."""

    entries: int
    words_destroyed: int
    head: Head | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Published:
    """The end of a chain as it was given to somebody else to keep, and on which day."""

    day: date
    head: Head


def verify(*, kept: Head | None = None, published: Sequence[Published] = ()) -> Findings:
    """Recompute the chain of the partnership in scope, and replay every disagreement of it.

    Words destroyed lawfully are counted and are no fault. What the chain cannot show by itself, its end cut off, shows
    in the disagreements that stand further than their entries, and against a head that was `kept` elsewhere or against
    every one that was `published`.
    """
    ((entries, destroyed),) = _rows(TOTALS)
    heads = _rows(HEAD)
    chain = [*chain_faults(), *_stray_words(), *(_against(kept) if kept else ()), *_against_published(published)]
    faults = [*chain, *_protocol_faults(), *_standing_faults()]
    return Findings(entries=entries, words_destroyed=destroyed, head=Head(*heads[0]) if heads else None, faults=tuple(faults))


def head() -> Head | None:
    """The newest entry of the partnership in scope."""
    found = _rows(HEAD)
    return Head(*found[0]) if found else None


def _rows(sql: str, **args: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"partnership": current_partnership_id(), **args})
        return list(cursor.fetchall())


@dataclass(frozen=True)
class _Row:
    """One row of the chain with something wrong, and its neighbours as they are now."""

    seq: int
    reference: str | None
    kind: str
    last: int
    reference_before: str | None
    kind_before: str | None
    next: int | None
    reference_after: str | None
    kind_after: str | None
    whole: bool
    follows: bool
    vouched: bool
    accounted: bool

    @property
    def missing(self) -> bool:
        return self.seq != self.last + 1

    @property
    def called(self) -> str:
        return _called(self.seq, self.reference, self.kind)

    @property
    def before(self) -> str:
        return _called(self.last, self.reference_before, self.kind_before) if self.last else "the beginning"

    @property
    def after(self) -> str:
        return _called(self.next, self.reference_after, self.kind_after) if self.next else "the end"

    def fault(self, sentence: str, wrong: str) -> Fault:
        between = f" It stands between {self.before} and {self.after}."
        return Fault(
            f"{_capital(self.called)} {sentence}{between}", wrong=wrong, seq=self.seq, reference=self.reference, kind=self.kind,
            before=self.last or None, after=self.next,
        )  # fmt: skip


def _called(seq: int | None, reference: str | None, kind: str | None) -> str:
    return f"entry {seq} ({reference or 'no disagreement'}, {(kind or '').replace('_', ' ')})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


MOVED = "does not stand where it was written: entries were reordered, or it was put in."
NOT_FOLLOWING = "was not made after the one before it: that one was altered or put in, or one between was taken out."


def chain_faults() -> Iterator[Fault]:
    for values in _rows(FAULTY):
        row = _Row(*values)
        if row.missing:
            one = row.seq == row.last + 2
            gone = f"Entry {row.seq - 1} is" if one else f"Entries {row.last + 1} to {row.seq - 1} are"
            stood = f"{'It' if one else 'They'} stood between {row.before} and {row.called}."
            yield Fault(
                f"{gone} missing: removed after being written. {stood}", wrong="missing", seq=row.last + 1,
                before=row.last or None, after=row.seq,
            )  # fmt: skip
        if not row.whole and (row.follows or row.missing):
            yield row.fault("was altered after it was written.", "altered")
        elif not row.whole:
            yield row.fault(MOVED, "moved")
        elif not row.follows and not row.missing:
            yield row.fault(NOT_FOLLOWING, "not_following")
        if not row.vouched:
            yield row.fault("has words that are not those that it vouches for.", "words_forged")
        if not row.accounted:
            yield row.fault("has lost its words, and no later entry says that they were destroyed.", "words_missing")


def _stray_words() -> Iterator[Fault]:
    ((stray,),) = _rows(STRAY)
    if stray:
        sentence = f"Words that belong to no entry: {stray}. Their entries were removed, or point elsewhere now."
        yield Fault(sentence, wrong="words_stray")


def _against(kept: Head) -> Iterator[Fault]:
    if _rows(HASHES, numbers=[kept.seq]) != [(kept.seq, kept.hash)]:
        sentence = f"Entry {kept.seq} is not the one whose hash was kept: the chain was cut off there, or made anew."
        yield Fault(sentence, wrong="end_gone", seq=kept.seq)


def _against_published(published: Sequence[Published]) -> Iterator[Fault]:
    """Every end that was published, in the order of the days: which is the first that is no longer in the chain, and on
    which day it was still whole."""
    hashes = dict(_rows(HASHES, numbers=[each.head.seq for each in published])) if published else {}
    gone = [each for each in published if hashes.get(each.head.seq) != each.head.hash]
    if not gone:
        return
    first = gone[0]
    held = [each for each in published[: published.index(first)] if each not in gone]
    whole = f"It was still whole on {held[-1].day:%-d %B %Y}, up to entry {held[-1].head.seq}" if held else "None was before it"
    later = f"; {len(gone) - 1} published after it {'is' if len(gone) == 2 else 'are'} gone too" if gone[1:] else ""
    yield Fault(
        f"The end published on {first.day:%-d %B %Y}, entry {first.head.seq}, is not in the chain any more: it was cut off, or"
        f" made anew. {whole}{later}.",
        wrong="end_gone",
        seq=first.head.seq,
        before=held[-1].head.seq if held else None,
    )


def _protocol_faults() -> Iterator[Fault]:
    """The first entry of each disagreement names its protocol's digest; here, that the digest is still the document's."""
    published = ProtocolVersion.objects.exclude(published_at=None).order_by("number")
    for number, definition, digest in published.values_list("number", "definition", "digest"):
        if digest_of_document(definition) != digest:
            yield Fault(f"Version {number} of the protocol is not as it was published.", wrong="protocol")


def _standing_faults() -> Iterator[Fault]:
    calendar = partnership_selectors.calendar()
    raised = Disagreement.objects.exclude(state=State.DRAFT).select_related("protocol_version").order_by("pk")
    for disagreement in raised.prefetch_related("chronology", "deadlines").iterator(chunk_size=200):
        if odd := contradictions(disagreement, calendar=calendar):
            sentence = f"{disagreement.reference} does not stand where its chronology leads: {', '.join(odd)}."
            yield Fault(sentence, wrong="standing", reference=disagreement.reference)


def contradictions(disagreement: Disagreement, *, calendar: Calendar) -> list[str]:
    """What of a disagreement's rows, or of its entries' own word, is not what its chronology leads to."""
    entries = sorted(disagreement.chronology.all(), key=lambda entry: entry.seq)
    told = replay(entries, protocol=disagreement.protocol, calendar=calendar)
    odd = [f"what entry {seq} says of itself" for seq in told.at_odds]
    pairs = (
        ("protocol", disagreement.protocol_version.digest if disagreement.protocol_version else "", told.protocol),
        ("state", disagreement.standing, told.state),
        ("rung", disagreement.position if disagreement.stage else None, told.position),
        ("proposed outcome", disagreement.proposed_by_side, told.proposed_by),
        ("marks", frozenset(disagreement.flags), told.flags),
        ("number of changes", disagreement.version, told.version),
        ("clocks", _clocks_in_rows(disagreement), _clocks_told(told)),
    )
    return odd + [name for name, row, record in pairs if row != record]


def _clocks_in_rows(disagreement: Disagreement) -> list[Clock]:
    running = [clock for clock in disagreement.deadlines.all() if clock.stopped_at is None]
    return sorted(
        (
            Clock(c.time_limit, "", c.due_at, passed=c.passed_noted_at is not None, paused=c.paused_at is not None)
            for c in running
        ),
        key=_order,
    )


def _clocks_told(told: Standing) -> list[Clock]:
    return sorted((Clock(c.time_limit, "", c.due_at, passed=c.passed, paused=c.paused) for c in told.clocks), key=_order)


def _order(clock: Clock) -> tuple[str, datetime]:
    return (clock.time_limit, clock.due_at)
