"""What must be so after every fault, read from the database by its superuser and from the mail server's own box.

Nothing here asks the product how it is: what was lost, done twice or left lying is counted from rows and from e-mails that
arrived. What each partnership should have been told is what another was told to which the same happened without a fault."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .post import Post
from .rig import Rig

CHAIN = """
    SELECT partnership_id, seq, hash, previous_hash, lag(hash) OVER in_order, lag(seq, 1, 0::bigint) OVER in_order,
        hash = chronology_hash(e)
    FROM escalation_chronologyentry e WINDOW in_order AS (PARTITION BY partnership_id ORDER BY seq)
"""
# Every clock that ran out by now, and how often the chronology says so; and every clock of which it says so too early.
PASSED = """
    SELECT d.id, d.due_at <= %(now)s AND d.stopped_at IS NULL AND d.paused_at IS NULL, count(e.id)
    FROM escalation_deadline d LEFT JOIN escalation_chronologyentry e
        ON e.partnership_id = d.partnership_id AND e.kind = 'timescale_passed' AND (e.data->>'deadline')::bigint = d.id
    GROUP BY d.id
"""
RAISED = """
    SELECT d.partnership_id, d.reference, count(e.id)
    FROM escalation_disagreement d LEFT JOIN escalation_chronologyentry e
        ON e.partnership_id = d.partnership_id AND e.disagreement_id = d.id AND e.kind = 'raised'
    WHERE d.state <> 'draft' GROUP BY d.partnership_id, d.reference
"""
NOTICES = """
    SELECT e.kind, coalesce(e.data->>'time_limit', ''), n.template, n.role, split_part(n.email, '@', 1)
    FROM notifications_notice n JOIN escalation_chronologyentry e ON e.id = n.entry_id WHERE n.partnership_id = %(partnership)s
"""
# An e-mail, how it stands, and whether it is about anything at all.
MESSAGES = "SELECT message_id, state, to_email, subject, partnership_id, text FROM notifications_message"
ABOUT_DISAGREEMENTS = (
    "SELECT DISTINCT m.message_id FROM notifications_message m JOIN notifications_notice n ON n.message_id = m.id"
)
UNTOLD = "SELECT count(*) FROM notifications_notice WHERE message_id IS NULL AND held_until IS NULL"
BEHIND = """
    SELECT p.slug, max(e.seq) - coalesce(max(c.seq), 0)
    FROM partnerships_partnership p JOIN escalation_chronologyentry e ON e.partnership_id = p.id
        LEFT JOIN notifications_announcecursor c ON c.partnership_id = p.id
    GROUP BY p.slug HAVING max(e.seq) > coalesce(max(c.seq), 0)
"""
OUTBOX = """
    SELECT message_id, state, attempts, next_attempt_at FROM notifications_message
    WHERE state IN ('waiting', 'sending') AND partnership_id = ANY(%(among)s) ORDER BY message_id
"""
SET_ASIDE = "SELECT min(retry_at) FROM notifications_setaside WHERE partnership_id = ANY(%(among)s)"
# What the sweep has still to note: clocks that have run out, and those of which it is time to remind.
UNNOTED = """
    SELECT count(*) FROM escalation_deadline
    WHERE stopped_at IS NULL AND paused_at IS NULL
        AND (due_at <= %(now)s AND passed_noted_at IS NULL OR near_at <= %(now)s)
"""


@dataclass
class Expected:
    """What a fault may leave behind, beyond nothing at all; and what the web had promised by then."""

    promised: dict[int, set[str]] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)
    given_up: set[str] = field(default_factory=set)


LOST, DOUBLED, LEFT = "lost", "there twice", "left over"


@dataclass(frozen=True)
class Wrong:
    kind: str
    sentence: str


@dataclass(frozen=True)
class Found:
    """What is so, in figures, and every sentence about what should not be."""

    entries: int
    notices: int
    emails: int
    twice: int
    wrong: tuple[Wrong, ...]

    def how_many(self, kind: str) -> int:
        return sum(one.kind == kind for one in self.wrong)


def everything(rig: Rig, expected: Expected, *, partnership: int) -> Found:
    """The invariants: of the whole database, and with the figures of one partnership."""
    own = [row for row in rig.sql(MESSAGES) if row[4] == partnership]
    times = rig.post.times()
    wrong = [
        *_chain(rig), *_raised(rig, expected), *_passed(rig), *_left_lying(rig), *_messages(rig, expected),
        *_box(rig.post, expected, about={message_id for (message_id,) in rig.sql(ABOUT_DISAGREEMENTS)}),
    ]  # fmt: skip
    ((entries,),) = rig.sql(
        "SELECT count(*) FROM escalation_chronologyentry WHERE partnership_id = %(partnership)s", partnership=partnership
    )
    return Found(
        entries=entries,
        notices=len(told(rig, partnership)),
        emails=len(own),
        twice=sum(times[message_id] > 1 for message_id, *_ in own),
        wrong=tuple(wrong),
    )


def told(rig: Rig, partnership: int) -> list[tuple[Any, ...]]:
    """Who was told of what, by which template and in which role, without references and numbers: two partnerships to which
    the same happened have the same list."""
    return sorted(rig.sql(NOTICES, partnership=partnership))


def _chain(rig: Rig) -> Iterable[Wrong]:
    for partnership, seq, digest, previous, before, last, whole in rig.sql(CHAIN):
        if seq != last + 1:
            yield Wrong(LOST, f"partnership {partnership}: entries between {last} and {seq} are lost")
        if not whole or len(bytes(digest)) != hashlib.sha256().digest_size:
            yield Wrong(LOST, f"partnership {partnership}: entry {seq} is not what was written")
        if (bytes(previous) if previous is not None else None) != (bytes(before) if before is not None else None):
            yield Wrong(LOST, f"partnership {partnership}: entry {seq} does not follow the one before it")


def _raised(rig: Rig, expected: Expected) -> Iterable[Wrong]:
    """What was answered with 2xx is there, once; and nothing is there that nobody raised."""
    found: dict[int, Counter[str]] = {}
    for partnership, reference, entries in rig.sql(RAISED):
        found.setdefault(partnership, Counter())[reference] += 1
        if entries != 1:
            yield Wrong(DOUBLED, f"{reference} has {entries} entries that it was raised")
    for partnership, promised in expected.promised.items():
        there = found.get(partnership, Counter())
        for reference in promised - set(there):
            yield Wrong(LOST, f"{reference} was promised and is not there")
        for reference in set(there) - promised:
            yield Wrong(DOUBLED, f"{reference} is there and nobody was told that it was raised")
        for reference, count in there.items():
            if count != 1:
                yield Wrong(DOUBLED, f"{reference} is there {count} times")


def _passed(rig: Rig) -> Iterable[Wrong]:
    for deadline, passed, noted in rig.sql(PASSED, now=rig.clock.now()):
        if passed and noted != 1:
            yield Wrong(DOUBLED if noted else LOST, f"clock {deadline} has passed, and the chronology says so {noted} times")
        if not passed and noted > 1:
            yield Wrong(DOUBLED, f"clock {deadline} is noted {noted} times")


def _left_lying(rig: Rig) -> Iterable[Wrong]:
    ((untold,),) = rig.sql(UNTOLD)
    if untold:
        yield Wrong(LOST, f"{untold} notices have no e-mail")
    for slug, entries in rig.sql(BEHIND):
        yield Wrong(LEFT, f"{slug}: {entries} entries were never turned into notices")


def _messages(rig: Rig, expected: Expected) -> Iterable[Wrong]:
    times = rig.post.times()
    known = set()
    for message_id, state, to, subject, *_ in rig.sql(MESSAGES):
        known.add(message_id)
        if state == "sent" and not times[message_id]:
            yield Wrong(LOST, f"{message_id} counts as sent and never arrived")
        if state == "gave_up" and message_id not in expected.given_up:
            yield Wrong(LOST, f"{message_id} to {to} was given up: {subject}")
        if state not in ("sent", "gave_up"):
            yield Wrong(LEFT, f"{message_id} to {to} is {state}: {subject}")
    for message_id in set(times) - known:
        yield Wrong(DOUBLED, f"{message_id} arrived, and no row says why")


def _box(post: Post, expected: Expected, *, about: set[str]) -> Iterable[Wrong]:
    """No e-mail twice, but where its worker died with it in hand; and then it is the very same one. Of a disagreement nobody
    is told the same in two; what else an office asks may be asked again in the same words."""
    copies: dict[str, set[Any]] = {}
    for taken in post.box:
        copies.setdefault(taken.message_id, set()).add(taken)
    for message_id, times in post.times().items():
        if times > 1 and message_id not in expected.twice:
            yield Wrong(DOUBLED, f"{message_id} arrived {times} times")
        if len(copies[message_id]) > 1:
            yield Wrong(DOUBLED, f"{message_id} arrived twice and was not the same e-mail")
    once = {each.message_id: each for each in post.box if each.message_id in about}
    said = Counter((taken.to, taken.subject, taken.text) for taken in once.values())
    for (to, subject, _), times in said.items():
        if times > 1:
            yield Wrong(DOUBLED, f"{to} was told the same in {times} e-mails: {subject}")


@dataclass(frozen=True)
class Left:
    """What is still to be done: how it stands, which e-mails a worker has in hand, and until when the rest was put off."""

    stands: str
    empty: bool
    in_hand: tuple[tuple[Any, ...], ...]
    put_off: datetime | None


def left_to_do(rig: Rig, *, among: list[int]) -> Left:
    now = rig.clock.now()
    ((unnoted,),) = rig.sql(UNNOTED, now=now)
    behind = rig.sql(BEHIND)
    outbox = rig.sql(OUTBOX, among=among)  # all of it at one moment: what is in hand now may be sent in the next
    ((aside,),) = rig.sql(SET_ASIDE, among=among)
    put_off = min((at for at in (*(at for *_, at in outbox), aside) if at), default=None)
    return Left(
        stands=f"{unnoted} clocks not noted, behind {behind}, in the outbox {outbox[:5]}, set aside until {aside}, now {now}",
        empty=not (unnoted or behind or put_off),
        in_hand=tuple(row for row in outbox if row[1] == "sending"),
        put_off=put_off if not (unnoted or behind) else None,
    )
