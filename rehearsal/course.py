"""How a disagreement goes on under a protocol: acts put in, and what happens by itself between them; reads no row.

It invents chronology entries and folds them by the product's own fold (escalation/replay.py), so that no clock is turned
here in any other way than it is in earnest. It must not know whom anything is told to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from escalation import clocks, replay
from escalation.replay import Clock, Standing
from escalation.states import Kind, events_of, opened
from partnerships.conditions import Facts
from partnerships.ladder import Position
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Event
from partnerships.working_days import Calendar


@dataclass(frozen=True)
class Happening:
    """An invented chronology entry, as the fold reads one."""

    seq: int
    kind: Kind
    at: datetime
    data: Mapping[str, Any]
    state: str
    stage: str
    tier: int

    @property
    def position(self) -> Position:
        return Position(stage=self.stage, tier=self.tier)


def same_start(clock: Clock, among: Iterable[Clock]) -> bool:
    """Whether one of these is that very clock, and not another that was started anew with the same date: one entry can stop
    a clock and start it again."""
    return any(each.started is clock.started for each in among)


@dataclass(frozen=True)
class Step:
    """One happening, and how things stand after it."""

    happening: Happening
    before: Standing
    after: Standing

    @property
    def started(self) -> tuple[Clock, ...]:
        return tuple(clock for clock in self.after.clocks if not same_start(clock, self.before.clocks))

    @property
    def stopped(self) -> tuple[Clock, ...]:
        left = {clock.time_limit for clock in self.after.clocks}
        return tuple(clock for clock in self.before.clocks if clock.time_limit not in left)

    @property
    def facts(self) -> Facts:
        """What was so of the disagreement as it happened."""
        return replace(self.after.facts_here, stage=self.happening.stage)

    @property
    def clock(self) -> Clock | None:
        """The clock that a reminder is about."""
        if self.happening.kind not in (Kind.TIMESCALE_NEAR, Kind.TIMESCALE_PASSED):
            return None
        due_at = datetime.fromisoformat(self.happening.data["due_at"])
        limit = self.happening.data["time_limit"]
        return next(c for c in self.before.clocks if (c.time_limit, c.due_at) == (limit, due_at))


@dataclass
class Course:
    protocol: Protocol
    calendar: Calendar
    standing: Standing = field(default_factory=Standing)
    number: int = 0

    @property
    def position(self) -> Position:
        if self.standing.position is None:
            raise ValueError("Nothing has been raised yet.")
        return self.standing.position

    def act(self, kind: Kind, *, at: datetime, data: Mapping[str, Any]) -> Step:
        """Something happens: where it leads and which of the protocol's events it is follow as they do in earnest."""
        before = self.standing
        state = replay.state_after(before, kind, protocol=self.protocol)
        rung = Position.model_validate(data["to"]) if data.get("to") else before.position
        stage_opened, tier_opened = opened(
            state_before=before.state, state_after=state, rung_before=before.position, rung_after=rung
        )
        events = events_of(kind, state_before=before.state, state_after=state, stage_opened=stage_opened, tier_opened=tier_opened)
        self.number += 1
        happening = Happening(
            seq=self.number,
            kind=kind,
            at=at,
            data={**data, "events": sorted(events)},
            state=state,
            stage=rung.stage if rung else "",
            tier=rung.tier if rung else 1,
        )
        self.standing = replay.after_entry(before, happening, protocol=self.protocol, calendar=self.calendar)
        return Step(happening, before, self.standing)

    def next_at(self) -> datetime | None:
        """The next instant at which something happens by itself; None where nothing will."""
        waiting = [clock for clock in self.standing.clocks if not clock.paused]
        ends = [clock.due_at for clock in waiting if not clock.passed]
        return min([*ends, *(clock.near_at for clock in waiting if clock.near_at is not None)], default=None)

    def tick(self, at: datetime) -> list[Step]:
        """All that there is to note at this instant, as the sweep notes it: the clocks that end first come first, and
        those that an entry has stopped or started are looked at again."""
        steps: list[Step] = []
        while found := list(self._noted(at)):
            steps += found
        return steps

    def _noted(self, at: datetime) -> Iterator[Step]:
        for clock in sorted((c for c in self.standing.clocks if not c.paused), key=lambda c: c.due_at):
            still = same_start(clock, self.standing.clocks)
            event = clocks.to_note(due_at=clock.due_at, near_at=clock.near_at, passed=clock.passed, at=at) if still else None
            if event is not None:
                kind = Kind.TIMESCALE_PASSED if event == Event.TIMESCALE_PASSED else Kind.TIMESCALE_NEAR
                yield self.act(kind, at=at, data={"time_limit": clock.time_limit, "due_at": clock.due_at.isoformat()})
