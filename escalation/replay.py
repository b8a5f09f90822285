"""What the chronology alone says of a disagreement: a fold over its entries; reads no other row and writes none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from typing import Protocol as Shape

from partnerships.conditions import Facts, as_of, raised_late
from partnerships.ladder import Position
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Asked, Event, RaisedAs, Side
from partnerships.working_days import Calendar

from . import clocks
from .states import BY_CLOCKWORK, Kind, State, proposed_after

# Where each kind of entry leaves the state; every other kind leaves it as it was. Agreeing is the protocol's choice.
STATE_AFTER: dict[Kind, State] = {
    Kind.RAISED: State.OPEN,
    Kind.ESCALATED: State.OPEN,
    Kind.STEPPED_BACK: State.OPEN,
    Kind.OUTCOME_CONFIRMED: State.RESOLVED,
    Kind.OUTCOME_DISPUTED: State.OPEN,
    Kind.DECISION_RECORDED: State.RESOLVED,
    Kind.REOPENED: State.OPEN,
    Kind.CLOSED: State.CLOSED,
    Kind.WITHDRAWN: State.WITHDRAWN,
    Kind.SETTLED_LOGGED: State.CLOSED,
    Kind.MERGED: State.WITHDRAWN,
    Kind.PARTED: State.OPEN,
}


class Entry(Shape):
    """What is read of a chronology entry."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def state(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def tier(self) -> int: ...


@dataclass(frozen=True)
class Clock:
    """A clock that nothing has stopped yet. One that has passed goes on being shown until something stops it."""

    time_limit: str
    stage: str
    due_at: datetime
    passed: bool = False
    paused: bool = False
    # How it came about and its next reminder: not of the record, but counted, for whoever asks what comes next.
    started: clocks.Start | None = field(default=None, compare=False)
    near_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Standing:
    """Where a disagreement stands. `protocol` is the digest of the one it was raised under; `at_odds` are the
    numbers of entries whose own word on where it stands is another."""

    state: State = State.DRAFT
    position: Position | None = None
    flags: frozenset[str] = frozenset()
    proposed_by: str = ""
    clocks: tuple[Clock, ...] = ()
    version: int = 0
    facts: Facts = field(default_factory=Facts)
    needed_by: date | None = None
    decided_on: date | None = None
    protocol: str = ""
    at_odds: tuple[int, ...] = ()

    @property
    def facts_here(self) -> Facts:
        """What was so as it was raised, with the marks and the rung of now."""
        stage, tier = (self.position.stage, self.position.tier) if self.position else ("", 1)
        return replace(self.facts, stage=stage, tier=tier, flags=self.flags)

    @property
    def running(self) -> dict[str, datetime]:
        """Until when, by time limit; of one that repeats, the present period."""
        return {clock.time_limit: clock.due_at for clock in sorted(self.clocks, key=lambda c: c.due_at)}


def replay(entries: Iterable[Entry], *, protocol: Protocol, calendar: Calendar) -> Standing:
    """The standing after these entries, which are one disagreement's and in the order of `seq`.

    Every rule is told again from what happened; the state and rung that an entry carries are only compared. A clock's
    date is the one that the entry recorded, because days off may have changed since; without one it is counted.
    """
    standing = Standing()
    for entry in entries:
        standing = after_entry(standing, entry, protocol=protocol, calendar=calendar)
    return standing


def after_entry(before: Standing, entry: Entry, *, protocol: Protocol, calendar: Calendar) -> Standing:
    """The standing after one more entry."""
    kind = Kind(entry.kind)
    to = entry.data.get("to")
    moved = replace(
        before,
        state=State(entry.data["state"]) if kind == Kind.TAKEN_IN else state_after(before, kind, protocol=protocol),
        position=Position.model_validate(to) if to else before.position,
        flags=_flags(before.flags, kind, entry.data),
        version=before.version + (kind not in BY_CLOCKWORK),
        protocol=before.protocol or str(entry.data.get("protocol") or ""),
    )
    led_on = (moved.state, moved.position) != (before.state, before.position)
    moved = replace(moved, proposed_by=proposed_after(before.proposed_by, kind, entry.data, moved=led_on))
    moved = _as_now_known(moved, kind, entry.data)
    if kind == Kind.RAISED:
        late = raised_late(protocol, decided_on=moved.decided_on, at=entry.at, calendar=calendar)
        moved = replace(moved, facts=replace(moved.facts, late=late))
    since = before.facts_here if kind == Kind.SITUATION_CHANGED else None
    moved = replace(moved, clocks=_turned(moved, entry, kind, since=since, protocol=protocol, calendar=calendar))
    if kind in (Kind.DESTROYED, Kind.TAKEN_IN_UNDONE):  # the clocks go with what was written
        moved = replace(moved, clocks=())
    own = (entry.state, entry.stage, entry.tier)
    told = (moved.state, moved.position.stage, moved.position.tier) if moved.position else (moved.state, "", 1)
    return moved if own == told else replace(moved, at_odds=(*moved.at_odds, entry.seq))


def _as_now_known(moved: Standing, kind: Kind, data: Mapping[str, Any]) -> Standing:
    """What an entry says of the disagreement itself: at raising everything, later what has changed since."""
    if kind in (Kind.RAISED, Kind.TAKEN_IN):
        needed_by, decided_on = _day(data.get("needed_by")), _day(data.get("decided_on"))
        return replace(moved, facts=_facts(data), needed_by=needed_by, decided_on=decided_on)
    if kind == Kind.PASSED_ON and "sector" in data:
        sectors = {**moved.facts.sectors, Side.RECEIVING: str(data["sector"])}
        return replace(moved, facts=replace(moved.facts, sectors=sectors))
    if kind == Kind.SITUATION_CHANGED:
        urgency = str(data.get("urgency", moved.facts.urgency))
        child_status = str(data.get("child_status", moved.facts.child_status))
        return replace(moved, facts=replace(moved.facts, urgency=urgency, child_status=child_status))
    if kind == Kind.REOPENED and "needed_by" in data:
        return replace(moved, needed_by=_day(data["needed_by"]))
    return moved


def _facts(data: Mapping[str, Any]) -> Facts:
    """What was true as it was raised; the rung and the marks are told by the entries after it."""
    return Facts(
        direct=bool(data.get("direct")),
        sectors={Side(side): str(sector) for side, sector in (data.get("sectors") or {}).items()},
        child_status=str(data.get("child_status") or ""),
        category=str(data.get("category") or ""),
        urgency=str(data.get("urgency") or ""),
        raised_as=str(data.get("raised_as") or RaisedAs.OWN),
    )


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def state_after(before: Standing, kind: Kind, *, protocol: Protocol) -> State:
    """Where an entry of this kind leaves the state: what follows an agreement is the protocol's choice."""
    if kind == Kind.AGREEMENT_RECORDED:
        stage = before.position.stage if before.position else None
        asked = protocol.asks_for(Asked.WRITTEN_CONFIRMATION, stage=stage)
        return State.AWAITING_CONFIRMATION if asked else State.RESOLVED
    return STATE_AFTER.get(kind, before.state)


def _flags(flags: frozenset[str], kind: Kind, data: Mapping[str, Any]) -> frozenset[str]:
    if kind == Kind.RAISED:
        return frozenset(data.get("flags") or ())
    if kind == Kind.FLAGGED:
        return flags | {data["flag"]}
    if kind == Kind.UNFLAGGED:
        return flags - {data["flag"]}
    return flags


def _turned(
    standing: Standing, entry: Entry, kind: Kind, *, since: Facts | None, protocol: Protocol, calendar: Calendar
) -> tuple[Clock, ...]:
    """First what the entry says of one clock, then what its events do to all. `since`: what was known until it changed."""
    touched = _touched(standing, kind, entry.data)
    if kind in (Kind.TIMESCALE_NEAR, Kind.TIMESCALE_VARIED, Kind.CLOCK_RESUMED, Kind.TIMESCALES_RECOUNTED):
        touched = _reminded(touched, entry, protocol=protocol, calendar=calendar)
    turned = clocks.turn(
        protocol,
        [clocks.Running(clock.time_limit, clock.stage) for clock in touched],
        frozenset(Event(event) for event in entry.data.get("events", ())),
        position=standing.position,
        facts=as_of(standing.facts_here, entry.data),
        before=since,
        needed_by=standing.needed_by,
        decided_on=standing.decided_on,
        at=entry.at,
        calendar=calendar,
        ended=clocks.Ended(entry.data["time_limit"], _due(entry.data)) if kind == Kind.TIMESCALE_PASSED else None,
    )
    stage = standing.position.stage if standing.position else ""
    recorded = entry.data.get("started", {})
    return (
        *(clock for clock in touched if clock.time_limit not in turned.stops),
        *(
            Clock(s.limit.key, stage, _instant(recorded.get(s.limit.key)) or s.due_at, started=s, near_at=s.near_at)
            for s in turned.starts
        ),
    )


def _touched(standing: Standing, kind: Kind, data: Mapping[str, Any]) -> tuple[Clock, ...]:
    """The clocks after an entry about one of them: under its limit the one that has not passed, else the last that did."""
    if kind not in (
        Kind.TIMESCALE_VARIED, Kind.CLOCK_PAUSED, Kind.CLOCK_RESUMED, Kind.TIMESCALES_RECOUNTED, Kind.TIMESCALE_PASSED,
    ):  # fmt: skip
        return standing.clocks
    own = [clock for clock in standing.clocks if clock.time_limit == data["time_limit"]]
    if not own:
        return standing.clocks
    meant = max(own, key=lambda clock: (not clock.passed, clock.due_at))
    changed = replace(
        meant,
        due_at=_due(data),
        passed=kind == Kind.TIMESCALE_PASSED,
        near_at=None if kind == Kind.TIMESCALE_PASSED else meant.near_at,
        paused=kind == Kind.CLOCK_PAUSED,
    )
    return tuple(changed if clock is meant else clock for clock in standing.clocks)


def _reminded(before: tuple[Clock, ...], entry: Entry, *, protocol: Protocol, calendar: Calendar) -> tuple[Clock, ...]:
    """The clocks after a reminder or another date: the one it was about waits for its next reminder."""

    def following(clock: Clock) -> datetime | None:
        limit = protocol.time_limit(clock.time_limit)
        return clocks.next_reminder(limit, due_at=clock.due_at, after=entry.at, calendar=calendar)

    limit = entry.data["time_limit"]
    return tuple(
        replace(clock, near_at=following(clock)) if clock.time_limit == limit and not clock.passed else clock for clock in before
    )


def _due(data: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(data["due_at"])


def _instant(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
