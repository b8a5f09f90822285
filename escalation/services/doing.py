"""How anything is done to a disagreement: one transaction, one locked row, and always an entry in the chronology.

The order is the same for every verb: 1 lock, 2 may they, 3 the move, 4 save, 5 turn the clocks, 6 the chronology, 7 whose
turn it is now. It knows no particular verb."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from partnerships import selectors as partnership_selectors
from partnerships.conditions import Facts, as_of
from partnerships.ladder import Position
from partnerships.models import User
from partnerships.protocol_terms import Event
from partnerships.scope import present
from partnerships.working_days import Calendar

from .. import clocks
from ..bringing_in import brought_in
from ..for_somebody import CAME_BY, ForSomebody, may_for, may_record_for_others
from ..models import ChronologyEntry, ChronologyWords, Deadline, Disagreement, Party, ProposedOutcome
from ..moves import Happened, NotPermitted, Refused, Stale, TransitionNotAllowed, Verdict
from ..permissions import Viewer, may, ties, used_up
from ..searching.keeping import keep_for_search
from ..sentences import sentence
from ..states import BY_CLOCKWORK, ENDED, Kind, State, events_of, opened, proposed_after
from .begun import Begun
from .refusing import why_not
from .turning import first_turn, note_turn

Change = Callable[[Disagreement, datetime], Happened]
Words = str | Callable[[], str]  # they may be known only once it has been done
BESIDE = ("partnership", "protocol_version", "raising_agency", "receiving_agency")


@dataclass(frozen=True)
class Before:
    state: State
    position: Position | None
    facts: Facts

    @classmethod
    def of(cls, disagreement: Disagreement) -> Before:
        return cls(disagreement.standing, disagreement.position if disagreement.stage else None, disagreement.facts)


def lock(disagreement_id: int, *, beside: Sequence[Any] = BESIDE) -> Disagreement:
    """The row, locked to the end of the transaction. Every verb locks it before it writes anything, and always it alone
    or in ascending order of id, so that no two verbs can wait for each other. `no_key`: rows that refer to it (another's
    link, a notice) need not wait, or two who link each other's would wait for each other."""
    rows = Disagreement.objects.select_for_update(of=("self",), no_key=True).select_related(*beside)
    found = rows.defer("protocol_version__definition").filter(pk=disagreement_id, destroyed_at=None).first()
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
    words: str | Callable[[], str] = "",
    on_behalf_of: User | None = None,
    at: datetime | None = None,
    then: Callable[[Disagreement, datetime], None] | None = None,
    for_somebody: ForSomebody | None = None,
) -> ChronologyEntry:
    """Do one thing to a disagreement on behalf of a person; `then` is what the protocol has follow from it, in the same
    transaction and with entries of its own. `words` may be known only once it has been done.

    `for_somebody`: the office writes down what one of the two sides told it. Whether that is theirs to do is asked of them.

    `version` is what their page showed; None only where nothing was shown. Raises Stale, NotPermitted or Refused, each
    with a sentence, and then leaves nothing behind.
    """
    with transaction.atomic():
        disagreement = lock(disagreement_id)
        moment = at or present()
        _same_version(disagreement, version)
        party = _party_of(disagreement, viewer, for_somebody)
        if not (verdict := _may(verb, viewer, disagreement, party)):
            raise NotPermitted(verdict.sentence)
        if not (verdict := used_up(disagreement, verb, at=moment)):
            raise Refused(verdict.sentence)
        if for_somebody is not None and party is not None:
            change, on_behalf_of = _said_so(change, for_somebody), party.user
        entry = carry_out(
            disagreement, verb=verb, change=change, at=moment, actor=viewer.user, words=words, on_behalf_of=on_behalf_of
        )
        if then is not None:
            then(disagreement, moment)
        return entry


def _party_of(disagreement: Disagreement, viewer: Viewer, said: ForSomebody | None) -> Party | None:
    if said is None:
        return None
    if not (verdict := may_record_for_others(viewer)):
        raise NotPermitted(verdict.sentence)
    party = disagreement.parties.select_related("user", "agency").filter(pk=said.party, left_at=None).first()
    if party is None or said.came_by not in CAME_BY:
        raise Refused("Choose somebody who takes part now, and say how it reached you.")
    return party


def _may(verb: str, viewer: Viewer, disagreement: Disagreement, party: Party | None) -> Verdict:
    people = list(disagreement.parties.all())
    return may(verb, ties(viewer, disagreement, people)) if party is None else may_for(verb, party, disagreement, people)


def _said_so(change: Change, said: ForSomebody) -> Change:
    def changed(disagreement: Disagreement, at: datetime) -> Happened:
        happened = change(disagreement, at)
        return Happened(happened.kind, {**happened.data, **said.data}, happened.also)

    return changed


def carry_out(
    disagreement: Disagreement,
    *,
    verb: str,
    change: Change,
    at: datetime,
    actor: User | None,
    words: Words = "",
    on_behalf_of: User | None = None,
    ended: clocks.Ended | None = None,
    within: bool = False,
    begun: Begun | None = None,
) -> ChronologyEntry:
    """Steps 3 to 7 for a row that is locked and an actor who may; nobody (None) is the clockwork. `ended`: the clock that it
    notes as passed. `within`: a part of what is still being done, after which it is worked out once whose turn it is."""
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
    came = {"stage_opened": stage_opened, "tier_opened": tier_opened}
    events = events_of(happened.kind, state_before=before.state, state_after=after, **came) | happened.also
    bring_in(disagreement, happened, events)
    _end_proposal(disagreement, happened, moved=(before.state, before.position) != (after, rung), at=at)
    if new := before.state == State.DRAFT:
        started = _begin(disagreement, events, begun or Begun(), at=at, about=happened.data)
    else:
        disagreement.save()
        since = before.facts if happened.kind == Kind.SITUATION_CHANGED else None
        started = turn_clocks(disagreement, events, at=at, ended=ended, about=happened.data, before=since)
    data = {**happened.data, "events": sorted(events)} | ({"started": started} if started else {})
    entry = _record(disagreement, Happened(happened.kind, data), at=at, actor=actor, words=words, on_behalf_of=on_behalf_of)
    if disagreement.waiting_for and (started or _begins_instead(disagreement, happened)):
        stand_still(disagreement, at=at, actor=actor)
    if (_follow(disagreement, at=at, actor=actor) or not new) and not within:
        note_turn(disagreement, at=at)
    return entry


def _begin(
    disagreement: Disagreement, events: frozenset[Event], begun: Begun, *, at: datetime, about: Mapping[str, Any]
) -> dict[str, str]:
    """Steps 4, 5 and 7 of what was a draft until now, beside which nothing stands: clocks, people and row are each written
    once, with whose turn it is from the start. Returns what `turn_clocks` does."""
    turned = clocks_turned(disagreement, [], events, at=at, ended=None, about=about)
    clocks = Deadline.objects.bulk_create([new_clock(disagreement, start) for start in turned.starts])
    first_turn(disagreement, begun.people, clocks, at=at)
    Party.objects.bulk_create(begun.people)
    disagreement.reference = begun.number() if begun.number else disagreement.reference
    disagreement.save()
    return until(turned)


_BEHIND = "_to_note_behind"


def note_behind(disagreement: Disagreement, kind: Kind, data: dict[str, Any], *, actor: User | None = None) -> None:
    """While something is done to it: what else that brought about, as an entry of its own behind that of the act."""
    disagreement.__dict__.setdefault(_BEHIND, []).append((kind, data, actor))


def _follow(disagreement: Disagreement, *, at: datetime, actor: User | None) -> bool:
    behind = disagreement.__dict__.pop(_BEHIND, ())
    for kind, data, own in behind:
        carry_out(disagreement, verb="note", change=_noting(kind, data), at=at, actor=own or actor, within=True)
    return bool(behind)


def _noting(kind: Kind, data: dict[str, Any]) -> Change:
    return lambda d, _: d.note(kind=kind, data=data)


def _begins_instead(disagreement: Disagreement, happened: Happened) -> bool:
    return happened.kind == Kind.SIDE_PROCESS_STARTED and happened.data.get("process") == disagreement.waiting_for


def bring_in(disagreement: Disagreement, happened: Happened, events: frozenset[Event]) -> None:
    """Whom what happened brings in under the protocol's own conditions; it stays so, and only adds (need to know)."""
    if disagreement.protocol_version is None:
        return
    facts = as_of(disagreement.facts, happened.data)
    new = brought_in(disagreement.protocol, events=events, facts=facts, tier=disagreement.tier)
    disagreement.brought_in = sorted({*disagreement.brought_in, *new})


def _end_proposal(disagreement: Disagreement, happened: Happened, *, moved: bool, at: datetime) -> None:
    """Whose proposed outcome waits now. One that nobody answered lapses with the move that left it behind."""
    waited = disagreement.proposed_by_side
    disagreement.proposed_by_side = proposed_after(waited, happened.kind, happened.data, moved=moved)
    if waited and not disagreement.proposed_by_side:
        disagreement.proposals.filter(ended="").update(ended=ProposedOutcome.Ended.LAPSED, ended_at=at)


def stand_still(disagreement: Disagreement, *, at: datetime, actor: User | None) -> None:
    """What runs instead of the ladder has its clocks wait, those that begin while it runs too; each is an entry. One whose
    time is up does not: that it passed is the sweep's to note, however late it comes."""
    waiting_for = disagreement.side_processes.filter(process=disagreement.waiting_for, ended_at=None).latest("pk")
    running = disagreement.deadlines.filter(stopped_at=None, paused_at=None, passed_noted_at=None, due_at__gt=at)
    for clock in running.order_by("pk"):
        Deadline.objects.filter(pk=clock.pk).update(paused_at=at)
        waiting_for.paused = [*waiting_for.paused, clock.pk]
        waiting_for.save(update_fields=["paused"])
        note_clock(disagreement, clock, Kind.CLOCK_PAUSED, at=at, actor=actor, within=True)


def note_clock(
    disagreement: Disagreement,
    clock: Deadline,
    kind: Kind,
    *,
    at: datetime,
    actor: User | None,
    within: bool = False,
    **more: Any,
) -> ChronologyEntry:
    data = {"time_limit": clock.time_limit, "deadline": clock.pk, "due_at": clock.due_at.isoformat(), **more}
    return carry_out(disagreement, verb="note", change=_noting(kind, data), at=at, actor=actor, within=within)


def _record(
    disagreement: Disagreement, happened: Happened, *, at: datetime, actor: User | None, words: Words, on_behalf_of: User | None
) -> ChronologyEntry:
    """The only writer of the chronology. The words go first, into a row of their own: the entry's trigger takes their
    digest and refuses an entry whose words are missing."""
    text = (words if isinstance(words, str) else words()).strip()
    written = ChronologyWords.objects.create(salt=secrets.token_bytes(32), text=text) if text else None
    entry = ChronologyEntry.objects.create(
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
    keep_for_search(disagreement)
    return entry


def record_all(
    done: Sequence[tuple[Disagreement, Happened]], *, at: datetime, actor: User | None, words: Sequence[str]
) -> list[ChronologyEntry]:
    """As `_record`, for many at once that were made or ended in one act or noted by the clockwork, in their order. The chain's
    trigger numbers each. What is searched is for whoever calls: an entry without words adds nothing to it."""
    texts = [ChronologyWords(salt=secrets.token_bytes(32), text=text.strip()) if text.strip() else None for text in words]
    ChronologyWords.objects.bulk_create(text for text in texts if text is not None)
    entries = [
        ChronologyEntry(
            disagreement=d, kind=happened.kind, at=at, actor=actor, state=d.state, stage=d.stage, tier=d.tier,
            data=dict(happened.data), words_id=text.pk if text else None, seq=0, hash=b"",
        )
        for (d, happened), text in zip(done, texts, strict=True)
    ]  # fmt: skip
    made: list[ChronologyEntry] = ChronologyEntry.objects.bulk_create(entries)
    return made


def turn_clocks(
    disagreement: Disagreement,
    events: frozenset[Event],
    *,
    at: datetime,
    ended: clocks.Ended | None = None,
    about: Mapping[str, Any],
    before: Facts | None = None,
) -> dict[str, str]:
    """Stop and start this disagreement's clocks as the pinned protocol says. Returns until when each was started: the
    entry keeps it, because days off may change later, and what was due when must stay readable. `before`: what was known
    until this changed it; the clocks that it chose are chosen anew."""
    if disagreement.protocol_version is None:
        return {}
    running = list(disagreement.deadlines.filter(stopped_at=None))
    turned = clocks_turned(disagreement, running, events, at=at, ended=ended, about=about, before=before)
    stopped = [d.pk for d in running if d.time_limit in turned.stops]
    if stopped:
        Deadline.objects.filter(pk__in=stopped).update(stopped_at=at)
    Deadline.objects.bulk_create([new_clock(disagreement, start) for start in turned.starts])
    return until(turned)


def clocks_turned(
    disagreement: Disagreement,
    running: Sequence[Deadline],
    events: frozenset[Event],
    *,
    at: datetime,
    ended: clocks.Ended | None,
    about: Mapping[str, Any],
    before: Facts | None = None,
) -> clocks.Turn:
    return clocks.turn(
        disagreement.protocol,
        [clocks.Running(d.time_limit, d.stage) for d in running],
        events,
        position=disagreement.position if disagreement.stage else None,
        facts=as_of(disagreement.facts, about),
        before=before,
        needed_by=disagreement.needed_by,
        decided_on=disagreement.decided_on,
        at=at,
        calendar=calendar_for(disagreement),
        ended=ended,
    )


def until(turned: clocks.Turn) -> dict[str, str]:
    """As an entry keeps it: by time limit, until when the clock runs that was started."""
    return {start.limit.key: start.due_at.isoformat() for start in turned.starts}


def calendar_for(disagreement: Disagreement) -> Calendar:
    return partnership_selectors.calendar()


def new_clock(
    disagreement: Disagreement, start: clocks.Start, *, varied: bool = False, pauses: Sequence[Sequence[str]] = ()
) -> Deadline:
    limit = start.limit
    return Deadline(
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
        pauses=[list(pause) for pause in pauses],
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
    who = f" ({last.actor})" if last and last.actor else ""  # nobody: the clockwork
    what = f"{sentence(last, protocol)}{who}" if last else "It changed"
    return f"Somebody changed this while you were reading. What happened: {what}."
