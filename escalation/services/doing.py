"""How anything is done to a disagreement: one transaction, one locked row, and always an entry in the chronology.

The order is the same for every verb: 1 lock, 2 may they, 3 the move, 4 save, 5 turn the clocks, 6 the chronology.
It knows no particular verb."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from partnerships import selectors as partnership_selectors
from partnerships.ladder import Position, moves_from, rung_words
from partnerships.models import User
from partnerships.protocol_terms import Event
from partnerships.scope import present
from partnerships.working_days import Calendar

from .. import clocks
from ..models import ChronologyEntry, ChronologyWords, Deadline, Disagreement
from ..moves import Happened, NotPermitted, Refused, Stale, TransitionNotAllowed
from ..permissions import Viewer, may, ties
from ..sentences import sentence
from ..states import BY_CLOCKWORK, ENDED, STATE_WORDS, State, events_of, opened

Change = Callable[[Disagreement, datetime], Happened]


@dataclass(frozen=True)
class Before:
    state: State
    position: Position | None

    @classmethod
    def of(cls, disagreement: Disagreement) -> Before:
        return cls(disagreement.standing, disagreement.position if disagreement.stage else None)


def lock(disagreement_id: int) -> Disagreement:
    """The row, locked to the end of the transaction. Every verb locks it before it writes anything, and always it alone
    or in ascending order of id, so that no two verbs can wait for each other. `no_key`: rows that refer to it (another's
    link, a notice) need not wait, or two who link each other's would wait for each other."""
    found = (
        Disagreement.objects.select_for_update(of=("self",), no_key=True)
        .select_related("protocol_version", "partnership", "raising_agency", "receiving_agency")
        .defer("protocol_version__definition")
        .filter(pk=disagreement_id)
        .first()
    )
    if found is None:
        raise Refused("This disagreement is no longer there.")
    return found


def do(
    disagreement_id: int,
    *,
    verb: str,
    viewer: Viewer,
    change: Change,
    version: int | None = None,
    words: str = "",
    on_behalf_of: User | None = None,
    at: datetime | None = None,
) -> ChronologyEntry:
    """Do one thing to a disagreement on behalf of a person.

    `version` is what their page showed; None only where nothing was shown. Raises Stale, NotPermitted or Refused, each
    with a sentence, and then leaves nothing behind.
    """
    with transaction.atomic():
        disagreement = lock(disagreement_id)
        moment = at or present()
        _same_version(disagreement, version)
        if not (verdict := may(verb, ties(viewer, disagreement, disagreement.parties.all()))):
            raise NotPermitted(verdict.sentence)
        return carry_out(
            disagreement, verb=verb, change=change, at=moment, actor=viewer.user, words=words, on_behalf_of=on_behalf_of
        )


def carry_out(
    disagreement: Disagreement,
    *,
    verb: str,
    change: Change,
    at: datetime,
    actor: User | None,
    words: str = "",
    on_behalf_of: User | None = None,
    ended: clocks.Ended | None = None,
) -> ChronologyEntry:
    """Steps 3 to 6 for a row that is locked and an actor who may; nobody (None) is the clockwork. `ended` is the clock
    that the clockwork notes as passed."""
    before = Before.of(disagreement)
    try:
        happened = change(disagreement, at)
    except TransitionNotAllowed as refused:
        raise Refused(why_not(disagreement, verb)) from refused
    after = disagreement.standing
    rung = disagreement.position if disagreement.stage else None
    stage_opened, tier_opened = opened(state_before=before.state, state_after=after, rung_before=before.position, rung_after=rung)
    if stage_opened:
        disagreement.stage_opened_at = at
    if happened.kind not in BY_CLOCKWORK:
        disagreement.version += 1
    disagreement.ended_at = (disagreement.ended_at or at) if after in ENDED else None
    disagreement.save()
    down = before.position is not None and happened.kind == "stepped_back"
    events = events_of(
        happened.kind,
        state_before=before.state,
        state_after=after,
        stage_opened=stage_opened and not down,
        tier_opened=tier_opened and not down,
    )
    started = turn_clocks(disagreement, events, at=at, ended=ended)
    data = {**happened.data, "events": sorted(events)} | ({"started": started} if started else {})
    return _record(disagreement, Happened(happened.kind, data), at=at, actor=actor, words=words, on_behalf_of=on_behalf_of)


def _record(
    disagreement: Disagreement, happened: Happened, *, at: datetime, actor: User | None, words: str, on_behalf_of: User | None
) -> ChronologyEntry:
    """The only writer of the chronology. The words go first, into a row of their own: the entry's trigger takes their
    digest and refuses an entry whose words are missing."""
    written = None
    if words.strip():
        written = ChronologyWords.objects.create(salt=secrets.token_bytes(32), text=words.strip())
    return ChronologyEntry.objects.create(
        disagreement=disagreement,
        kind=happened.kind,
        at=at,
        actor=actor,
        on_behalf_of=on_behalf_of,
        state=disagreement.state,
        stage=disagreement.stage,
        tier=disagreement.tier,
        data=dict(happened.data),
        words_id=written.pk if written else None,
        seq=0,
        hash=b"",
    )


def turn_clocks(
    disagreement: Disagreement, events: frozenset[Event], *, at: datetime, ended: clocks.Ended | None = None
) -> dict[str, str]:
    """Stop and start this disagreement's clocks as the pinned protocol says. Returns until when each was started: the
    entry keeps it, because days off may change later, and what was due when must stay readable."""
    if disagreement.protocol_version is None:
        return {}
    running = list(disagreement.deadlines.filter(stopped_at=None))
    turned = clocks.turn(
        disagreement.protocol,
        [clocks.Running(d.time_limit, d.stage) for d in running],
        events,
        position=disagreement.position if disagreement.stage else None,
        facts=disagreement.facts,
        needed_by=disagreement.needed_by,
        decided_on=disagreement.decided_on,
        at=at,
        calendar=calendar_for(disagreement),
        ended=ended,
    )
    stopped = [d.pk for d in running if d.time_limit in turned.stops]
    if stopped:
        Deadline.objects.filter(pk__in=stopped).update(stopped_at=at)
    for start in turned.starts:
        save_clock(disagreement, start)
    return {start.limit.key: start.due_at.isoformat() for start in turned.starts}


def calendar_for(disagreement: Disagreement) -> Calendar:
    return partnership_selectors.calendar()


def save_clock(disagreement: Disagreement, start: clocks.Start, *, varied: bool = False) -> Deadline:
    limit = start.limit
    return Deadline.objects.create(
        disagreement=disagreement,
        time_limit=limit.key,
        stage=disagreement.stage,
        label=limit.label,
        purpose=limit.purpose,
        amount=limit.amount,
        unit=limit.unit,
        strength=limit.strength,
        held_by=limit.held_by,
        starts_at=start.starts_at,
        due_at=start.due_at,
        near_at=start.near_at,
        shortened=start.shortened,
        varied=varied,
    )


def _same_version(disagreement: Disagreement, version: int | None) -> None:
    if version is not None and version != disagreement.version:
        raise Stale(what_changed(disagreement))


def what_changed(disagreement: Disagreement) -> str:
    """What the last person did, for the one whose page was read before it."""
    last = (
        ChronologyEntry.objects.filter(disagreement=disagreement)
        .exclude(kind__in=BY_CLOCKWORK)
        .select_related("actor")
        .order_by("-seq")
        .first()
    )
    protocol = disagreement.protocol_version.protocol if disagreement.protocol_version else None
    what = f"{sentence(last, protocol)} ({last.actor})" if last else "It changed"
    return f"Somebody changed this while you were reading. What happened: {what}."


# What each verb does, to say why it cannot be done now.
_DONE: dict[str, str] = {
    "escalate": "moved up",
    "step_back": "taken a step back",
    "record_agreement": "recorded as agreed",
    "confirm_outcome": "confirmed in writing",
    "dispute_outcome": "disputed",
    "record_decision": "decided",
    "reopen": "reopened",
    "close": "closed",
    "withdraw": "withdrawn",
    "raise": "raised",
    "log_settled": "logged as settled",
}


def why_not(disagreement: Disagreement, verb: str) -> str:
    """Why a verb is not possible now, in words; the same sentence is the disabled button's hint."""
    state = disagreement.standing
    done = _DONE.get(verb, "changed in this way")
    if state == State.OPEN and disagreement.stage:
        here = rung_words(disagreement.protocol, disagreement.position)
        if verb == "escalate":
            return f"{here} is the highest step of this protocol, so it cannot be moved up."
        if verb == "step_back":
            return f"{here} is the lowest step, so it cannot be taken a step back."
        if verb == "record_decision":
            onwards = ", or it moves up" if moves_from(disagreement.protocol, disagreement.position, disagreement.facts) else ""
            return f"At {here} nobody decides: the two sides agree{onwards}."
    return f"This disagreement is {STATE_WORDS[state].lower()}, so it cannot be {done} now."
