"""What a disagreement counts as, worked out from its entries, its clocks and its actions: a fold over plain values; reads and
writes no row, and knows no present, so that it says the same whenever it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from escalation.requirements import RAISER
from escalation.states import ENDED, Kind, State
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Event, RaisedAs, Side, StageKind
from partnerships.working_days import LONDON

HEIGHTS = {kind.value: height for height, kind in enumerate(StageKind)}
# The first of these is the first answer: somebody has it, or the two sides talk, or it comes to an outcome. To open the page is
# none, and neither is to pass it on.
ANSWERS = frozenset(
    {
        Kind.ACKNOWLEDGED, Kind.CONVERSATION_BOOKED, Kind.CONVERSATION_HELD, Kind.PROPOSAL_NOT_AGREED, Kind.AGREEMENT_RECORDED,
        Kind.DECISION_RECORDED,
    }
)  # fmt: skip
REPLACED = frozenset({Kind.TIMESCALE_VARIED, Kind.CLOCK_RESUMED})
SETTLED = frozenset({State.RESOLVED, State.CLOSED})
MOVED = frozenset({Kind.RAISED, Kind.ESCALATED, Kind.STEPPED_BACK, Kind.REOPENED, Kind.PARTED})


@dataclass(frozen=True, slots=True)
class Happening:
    """What is read of one entry."""

    seq: int
    kind: str
    at: datetime
    state: str
    stage: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clock:
    """What is read of one clock."""

    number: int
    time_limit: str
    stage: str
    label: str
    purpose: str
    strength: str
    starts_at: datetime
    due_at: datetime
    varied: bool
    stopped_at: datetime | None
    paused_at: datetime | None


@dataclass(frozen=True, slots=True)
class Timescale:
    """A clock with those that took its place, as one: when the protocol's own time was up, and until when a person gave."""

    clock: Clock
    own_due_at: datetime


@dataclass(slots=True)
class Step:
    stage: str
    kind: str
    opened_at: datetime
    left_at: datetime | None = None


@dataclass(slots=True)
class Reckoned:
    """What the entries alone say, folded one after another."""

    seq: int = 0
    informal: bool = False
    merged: bool = False
    raised_at: datetime | None = None
    raised_as: str = RaisedAs.OWN
    also_raising: tuple[int, ...] = ()
    direct: bool = False
    state: str = State.DRAFT
    answered_at: datetime | None = None
    agreed_at: datetime | None = None
    decided_at: datetime | None = None
    resolved_at: datetime | None = None
    ended_at: datetime | None = None
    closed_at: datetime | None = None
    referred: bool = False
    # From a tracker kept before: what its row said, and no more. `how`: as it ended by that row (nothing: it does not say);
    # None where it has been opened since, or never came from one.
    taken_in: bool = False
    how: str | None = None
    reached: list[Step] = field(default_factory=list)
    told: bool = False
    satisfied: str = ""
    reopened: int = 0
    steps: list[Step] = field(default_factory=list)
    replaced: set[int] = field(default_factory=set)

    @property
    def route(self) -> str:
        if self.taken_in:
            return ""
        if self.raised_as != RaisedAs.OWN:
            return self.raised_as
        return "direct" if self.direct else "ladder"

    @property
    def ending(self) -> str:
        if self.state == State.WITHDRAWN:
            return "referred" if self.referred else "withdrawn"
        if self.state in SETTLED and self.how is not None and not self.informal:
            return "agreed" if self.how == "settled" else self.how
        if self.state in SETTLED:
            return "settled" if self.informal else "decided" if self.decided_at else "agreed"
        return "awaiting" if self.state == State.AWAITING_CONFIRMATION else "open"


def reckon(entries: Iterable[Happening], *, kinds: Mapping[str, str]) -> Reckoned:
    """`entries`: one disagreement's, in the order of `seq`. `kinds`: of which kind each stage of its protocol is."""
    told = Reckoned()
    for entry in entries:
        if entry.kind == Kind.TAKEN_IN:
            _taken_in(told, entry.data, entry.state, kinds)
        else:
            _moves(told, entry, kinds)
            _says(told, entry)
        told.seq, told.state = entry.seq, entry.state
    return told


def _taken_in(told: Reckoned, data: Mapping[str, Any], state: str, kinds: Mapping[str, str]) -> None:
    """By its days alone, and only what the row said: nobody knows when it was first answered, how long it stood on a step, or
    when it was closed."""
    told.taken_in, told.how = True, str(data.get("how") or "")
    told.raised_at = _noon(data["raised_on"])
    ended = _noon(data["ended_on"]) if data.get("ended_on") else None
    told.ended_at, told.resolved_at = ended, ended if state in SETTLED else None
    stage = (data.get("to") or {}).get("stage", "")
    if data.get("step_said") and stage:
        told.reached.append(Step(stage, kinds.get(stage, ""), told.raised_at))
    told.informal = told.how == "settled" and not stage


def _noon(told: str) -> datetime:
    """Of a day of which the hour is not known."""
    return datetime.combine(date.fromisoformat(told), time(12), tzinfo=LONDON)


def _moves(told: Reckoned, entry: Happening, kinds: Mapping[str, str]) -> None:
    """Where it stands, and when it came to an end: of several ends, the last one that still holds."""
    was, now = told.state, entry.state
    open_step = told.steps[-1] if told.steps and told.steps[-1].left_at is None else None
    if entry.kind in MOVED and entry.stage and (open_step is None or open_step.stage != entry.stage):
        if open_step is not None:
            open_step.left_at = entry.at
        told.steps.append(Step(entry.stage, kinds.get(entry.stage, ""), entry.at))
    if now in SETTLED and was not in SETTLED:
        told.resolved_at = entry.at
    if now == State.CLOSED and was != State.CLOSED:
        told.closed_at = entry.at
    if now in ENDED and was not in ENDED:
        told.ended_at = entry.at
        if told.steps and told.steps[-1].left_at is None:
            told.steps[-1].left_at = entry.at
    if now not in ENDED:
        told.resolved_at = told.ended_at = told.closed_at = None
    if now == State.OPEN:  # neither what was agreed nor what was decided holds any longer
        told.agreed_at = told.decided_at = told.how = None


def _says(told: Reckoned, entry: Happening) -> None:
    kind, data = entry.kind, entry.data
    if kind in (Kind.RAISED, Kind.SETTLED_LOGGED):
        told.raised_at, told.informal = entry.at, kind == Kind.SETTLED_LOGGED
        told.raised_as = str(data.get("raised_as") or RaisedAs.OWN)
        told.also_raising = tuple(data.get("also_raising") or ())
    if kind in (Kind.RAISED, Kind.ESCALATED):
        told.direct = told.direct or bool(data.get("direct"))
    answers = kind in ANSWERS or (kind == Kind.OUTCOME_PROPOSED and data.get("proposed_by") == Side.RECEIVING)
    if answers and told.answered_at is None:
        told.answered_at = entry.at
    if kind == Kind.AGREEMENT_RECORDED:
        told.agreed_at = entry.at
    elif kind == Kind.DECISION_RECORDED:
        told.decided_at = entry.at
    elif kind == Kind.REOPENED:
        told.reopened, told.told, told.satisfied = told.reopened + 1, False, ""
    elif kind in (Kind.MERGED, Kind.PARTED):
        told.merged = kind == Kind.MERGED
    elif kind == Kind.WITHDRAWN:
        told.referred = bool(data.get("referred_elsewhere"))
    elif kind in REPLACED and data.get("replaces"):
        told.replaced.add(int(data["replaces"]))
    _hears(told, entry)


def _hears(told: Reckoned, entry: Happening) -> None:
    """Whether the raiser was told, and what they, or their side, said of it: the last word counts."""
    kind, data = entry.kind, entry.data
    if kind == Kind.RAISER_TOLD or Event.RAISER_TOLD in data.get("events", ()):
        told.told = True
        told.satisfied = str(data.get("answer") or told.satisfied)
    if kind in (Kind.SATISFIED, Kind.NOT_SATISFIED) and data.get("whose") in (RAISER, Side.RAISING):
        told.satisfied = "yes" if kind == Kind.SATISFIED else "no"


def highest(steps: Sequence[Step], *, order: Mapping[str, int]) -> Step | None:
    """The highest step of its own ladder on which it stood. One on which it no longer stands was reached all the same."""
    return max(steps, key=lambda step: order.get(step.stage, -1), default=None)


def highest_kind(steps: Iterable[Step]) -> str:
    return max((step.kind for step in steps), key=lambda kind: HEIGHTS.get(kind, -1), default="")


def timescales(clocks: Sequence[Clock], *, replaced: set[int]) -> list[Timescale]:
    """The clocks as the people saw them: one that went on after a pause, or was given another date, is one timescale.

    Those of one time limit and one beginning follow each other; the last of them is how it stands, and the last to which
    nobody had given another date says when the protocol's own time was up."""
    found, own = [], dict[tuple[str, str, datetime], datetime]()
    for clock in sorted(clocks, key=lambda c: c.number):
        key = (clock.time_limit, clock.stage, clock.starts_at)
        if not clock.varied:
            own[key] = clock.due_at
        if clock.number not in replaced:
            found.append(Timescale(clock, own.get(key, clock.due_at)))
    return found


def order_of(protocol: Protocol) -> tuple[dict[str, str], dict[str, int]]:
    """Of which kind each stage of a protocol is, and how high it stands."""
    stages = protocol.stages
    return {s.key: s.kind.value for s in stages}, {s.key: height for height, s in enumerate(stages)}


def day(at: datetime | None) -> date | None:
    return at.astimezone(LONDON).date() if at is not None else None
