"""Whether a partnership's chronology is whole, and whether its disagreements stand where it says; reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
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
# before it. An entry whose words were destroyed keeps their digest, so it is whole without them.
FAULTY = """
WITH chain AS (
    SELECT e.seq, e.disagreement_id, lag(e.seq, 1, 0::bigint) OVER in_order AS last,
        e.hash = chronology_hash(e) AS whole,
        e.previous_hash IS NOT DISTINCT FROM lag(e.hash) OVER in_order AS follows,
        coalesce(sha256(w.salt || convert_to(w.text, 'UTF8')) = e.words_digest, w.id IS NULL) AS vouched
    FROM escalation_chronologyentry e
        LEFT JOIN escalation_chronologywords w ON w.partnership_id = e.partnership_id AND w.id = e.words_id
    WHERE e.partnership_id = %(partnership)s
    WINDOW in_order AS (ORDER BY e.seq)
)
SELECT seq, d.reference, last, whole, follows, vouched FROM chain
    LEFT JOIN escalation_disagreement d ON d.partnership_id = %(partnership)s AND d.id = disagreement_id
    WHERE NOT whole OR NOT vouched OR seq <> last + 1 OR NOT follows ORDER BY seq
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
KEPT = (
    "SELECT encode(hash, 'hex') = %(hash)s FROM escalation_chronologyentry"
    " WHERE partnership_id = %(partnership)s AND seq = %(seq)s"
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


@dataclass(frozen=True)
class Findings:
    """What was found in the partnership in scope. `faults` are sentences; with none, everything is as it was written."""

    entries: int
    words_destroyed: int
    head: Head | None
    faults: tuple[str, ...]


def verify(*, kept: Head | None = None) -> Findings:
    """Recompute the chain of the partnership in scope, and replay every disagreement of it.

    Words destroyed lawfully are counted and are no fault. What the chain cannot show by itself, its end cut off, shows
    in the disagreements that stand further than their entries, and against a head that was `kept` elsewhere.
    """
    ((entries, destroyed),) = _rows(TOTALS)
    heads = _rows(HEAD)
    chain = [*_chain_faults(), *_stray_words(), *(_against(kept) if kept else ())]
    faults = [*chain, *_protocol_faults(), *_standing_faults()]
    return Findings(entries=entries, words_destroyed=destroyed, head=Head(*heads[0]) if heads else None, faults=tuple(faults))


def _rows(sql: str, **args: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"partnership": current_partnership_id(), **args})
        return list(cursor.fetchall())


def _chain_faults() -> Iterator[str]:
    for seq, reference, last, whole, follows, vouched in _rows(FAULTY):
        entry = f"Entry {seq} ({reference or 'no disagreement'})"
        missing = seq != last + 1
        if missing:
            gone = f"Entry {seq - 1} is" if seq == last + 2 else f"Entries {last + 1} to {seq - 1} are"
            yield f"{gone} missing: removed after being written."
        if not whole and (follows or missing):
            yield f"{entry} was altered after it was written."
        elif not whole:
            yield f"{entry} does not stand where it was written: entries were reordered, or it was put in."
        elif not follows and not missing:
            yield f"{entry} was not made after the one before it: that one was altered or put in, or one between was taken out."
        if not vouched:
            yield f"The words of entry {seq} ({reference or 'no disagreement'}) are not those that it vouches for."


def _stray_words() -> Iterator[str]:
    ((stray,),) = _rows(STRAY)
    if stray:
        yield f"Words that belong to no entry: {stray}. Their entries were removed, or point elsewhere now."


def _against(kept: Head) -> Iterator[str]:
    found = _rows(KEPT, seq=kept.seq, hash=kept.hash)
    if found != [(True,)]:
        yield f"Entry {kept.seq} is not the one whose hash was kept: the chain was cut off there, or made anew."


def _protocol_faults() -> Iterator[str]:
    """The first entry of each disagreement names its protocol's digest; here, that the digest is still the document's."""
    published = ProtocolVersion.objects.exclude(published_at=None).order_by("number")
    for number, definition, digest in published.values_list("number", "definition", "digest"):
        if digest_of_document(definition) != digest:
            yield f"Version {number} of the protocol is not as it was published."


def _standing_faults() -> Iterator[str]:
    calendar = partnership_selectors.calendar()
    raised = Disagreement.objects.exclude(state=State.DRAFT).select_related("protocol_version").order_by("pk")
    for disagreement in raised.prefetch_related("chronology", "deadlines").iterator(chunk_size=200):
        if odd := contradictions(disagreement, calendar=calendar):
            yield f"{disagreement.reference} does not stand where its chronology leads: {', '.join(odd)}."


def contradictions(disagreement: Disagreement, *, calendar: Calendar) -> list[str]:
    """What of a disagreement's rows, or of its entries' own word, is not what its chronology leads to."""
    entries = sorted(disagreement.chronology.all(), key=lambda entry: entry.seq)
    told = replay(entries, protocol=disagreement.protocol, calendar=calendar)
    odd = [f"what entry {seq} says of itself" for seq in told.at_odds]
    pairs = (
        ("protocol", disagreement.protocol_version.digest if disagreement.protocol_version else "", told.protocol),
        ("state", disagreement.standing, told.state),
        ("rung", disagreement.position if disagreement.stage else None, told.position),
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
