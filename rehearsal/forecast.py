"""What would happen if nobody acted: every reminder, timescale and notice from a chosen start on; reads no row, tells nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from escalation.replay import Clock
from escalation.requirements import grounds_at
from escalation.services.side_processes import offered_at
from escalation.states import Kind
from notifications.audiences import (
    REMINDERS,
    Person,
    Reminded,
    Told,
    circumstances,
    no_longer_wanted,
    told_of,
    unfilled,
)
from partnerships.conditions import Facts
from partnerships.ladder import Move, Position, moves_from, openings
from partnerships.protocol import NoticeRule, Protocol
from partnerships.protocol_terms import RaisedAs, Side
from partnerships.working_days import LONDON, Calendar, is_working_day

from .casting import Cast, mover, raiser
from .course import Course, Step, same_start

# More than a person reads. What would still follow is said in a sentence.
MOST = 200
OFFICE_OPENS, OFFICE_CLOSES = time(9), time(17)


@dataclass(frozen=True, kw_only=True)
class Start:
    """The beginning that somebody chose."""

    at: datetime
    to: Position
    sectors: Mapping[Side, str] = field(default_factory=dict)
    urgency: str = ""
    child_status: str = ""
    category: str = ""
    flags: tuple[str, ...] = ()
    raised_as: RaisedAs = RaisedAs.OWN
    needed_by: date | None = None
    decided_on: date | None = None

    def facts(self, *, direct: bool = False) -> Facts:
        return Facts(
            stage=self.to.stage,
            direct=direct,
            sectors=self.sectors,
            child_status=self.child_status,
            flags=frozenset(self.flags),
            category=self.category,
            urgency=self.urgency,
            raised_as=self.raised_as,
        )

    def data(self, *, direct: bool) -> dict[str, object]:
        """As the entry of a raised disagreement holds it."""
        return {
            "to": self.to.model_dump(),
            "direct": direct,
            "urgency": self.urgency,
            "category": self.category,
            "child_status": self.child_status,
            "flags": list(self.flags),
            "needed_by": self.needed_by.isoformat() if self.needed_by else None,
            "decided_on": self.decided_on.isoformat() if self.decided_on else None,
            "raised_as": self.raised_as,
            "sectors": {side.value: sector for side, sector in self.sectors.items()},
        }


@dataclass(frozen=True)
class Noted:
    """One happening of the timeline: who is told, and which recipients of a rule are nobody."""

    step: Step
    told: tuple[Told, ...]
    nobody: tuple[tuple[NoticeRule, str], ...]
    move: Move | None = None


@dataclass(frozen=True)
class Moment:
    at: datetime
    noted: tuple[Noted, ...]


class Ending(StrEnum):
    """Why the timeline stops where it does."""

    NOTHING_LEFT = "nothing_left"
    HORIZON = "horizon"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Forecast:
    protocol: Protocol
    start: Start
    moments: tuple[Moment, ...]
    ending: Ending
    until: datetime
    position: Position
    running: tuple[Clock, ...]

    @property
    def by_itself(self) -> bool:
        """Whether anything happens at all that nobody does."""
        return any(noted.step.happening.kind in REMINDERS for moment in self.moments for noted in moment.noted)

    @property
    def at_the_top(self) -> bool:
        return not moves_from(self.protocol, self.position, self.start.facts())


def forecast(
    protocol: Protocol, start: Start, *, calendar: Calendar, cast: Cast, until: datetime, moves_up: bool = False
) -> Forecast:
    """The timeline from raising on. With `moves_up` somebody moves it one step up in the next office hours after each
    timescale that passes; otherwise nobody does anything."""
    teller = _Teller(protocol, start, calendar=calendar, cast=cast)
    teller.raised()
    moves_at: datetime | None = None
    ending = Ending.NOTHING_LEFT
    while (at := _soonest(teller.course.next_at(), moves_at)) is not None:
        if at > until or len(teller.moments) >= MOST:
            ending = Ending.HORIZON if at > until else Ending.TOO_MANY
            break
        if at == moves_at:
            teller.moved_up(at)
            moves_at = None
            continue
        passed = teller.noted(max(at, start.at))
        if passed and moves_up and moves_at is None and teller.next_move() is not None:
            moves_at = in_office_hours(max(at, start.at), calendar)
    return Forecast(
        protocol=protocol,
        start=start,
        moments=tuple(teller.moments),
        ending=ending,
        until=until,
        position=teller.course.position,
        running=teller.course.standing.clocks,
    )


def _soonest(*instants: datetime | None) -> datetime | None:
    return min((instant for instant in instants if instant is not None), default=None)


def in_office_hours(at: datetime, calendar: Calendar) -> datetime:
    """The instant itself on a working day between 9 and 5, or else 9 o'clock of the next one."""
    local = at.astimezone(LONDON)
    if is_working_day(local.date(), calendar) and OFFICE_OPENS <= local.time() < OFFICE_CLOSES:
        return at
    day = local.date() if local.time() < OFFICE_OPENS else local.date() + timedelta(days=1)
    while not is_working_day(day, calendar):
        day += timedelta(days=1)
    return datetime.combine(day, OFFICE_OPENS, tzinfo=LONDON)


class _Teller:
    """Takes a course on from happening to happening, and says at each who is told."""

    def __init__(self, protocol: Protocol, start: Start, *, calendar: Calendar, cast: Cast) -> None:
        self.protocol, self.start, self.cast = protocol, start, cast
        self.course = Course(protocol, calendar)
        self.moments: list[Moment] = []
        self.rungs: list[Position] = [start.to]

    def raised(self) -> None:
        opening = next((o for o in openings(self.protocol, self.start.facts()) if o.to == self.start.to), None)
        direct = opening is not None and opening.direct
        step = self.course.act(Kind.RAISED, at=self.start.at, data=self.start.data(direct=direct))
        self._keep(self.start.at, [step, *self._started_by_marks()], actor=raiser(self.protocol))

    def _started_by_marks(self) -> list[Step]:
        return [
            self.course.act(
                Kind.SIDE_PROCESS_STARTED,
                at=self.start.at,
                data={"process": process.key, "flag": process.started_by_flag or ""},
            )
            for process in self.protocol.side_processes
            if process.started_by_flag in self.start.flags and offered_at(process, self.start.to.stage)
        ]

    def next_move(self) -> Move | None:
        """One step up, as the protocol has it; straight to a higher one only where there is no other way."""
        facts = self.course.standing.facts_here
        moves = moves_from(self.protocol, self.course.position, facts)
        return min(moves, key=lambda move: move.direct, default=None)

    def moved_up(self, at: datetime) -> None:
        move = self.next_move()
        if move is None:
            return
        before = self.course.position
        grounds = sorted(grounds_at(self.protocol, stage=before.stage), key=lambda ground: not ground.no_answer)
        ground = grounds[0].key if grounds else ""
        data = {"from": before.model_dump(), "to": move.to.model_dump(), "direct": move.direct, "ground": ground}
        self.rungs.append(move.to)
        step = self.course.act(Kind.ESCALATED, at=at, data=data)
        self._keep(at, [step], actor=mover(self.protocol, before), move=move)

    def noted(self, at: datetime) -> bool:
        """What the sweep would note at that instant; whether a timescale passed."""
        steps = self.course.tick(at)
        self._keep(at, steps)
        return any(step.happening.kind == Kind.TIMESCALE_PASSED for step in steps)

    def _keep(self, at: datetime, steps: list[Step], *, actor: Person | None = None, move: Move | None = None) -> None:
        people = self.cast.people(self.protocol, self.rungs, actor=actor)
        noted = []
        for step in steps:
            entry = circumstances(step.happening.kind, step.happening.data, tier=step.happening.tier, facts=step.facts)
            wanted = not no_longer_wanted(
                step.happening.kind, state=self.course.standing.state, ended_at=None, clock=self._reminded(step), at=at
            )
            told = told_of(self.protocol, entry, people) if wanted else ()
            nobody = unfilled(self.protocol, entry, people) if wanted else ()
            noted.append(Noted(step, told, nobody, move))
        self.moments.append(Moment(at, tuple(noted)))

    def _reminded(self, step: Step) -> Reminded | None:
        clock = step.clock
        if clock is None:
            return None
        starts_at = clock.started.starts_at if clock.started else step.happening.at
        return Reminded(starts_at=starts_at, due_at=clock.due_at, stopped=not same_start(clock, self.course.standing.clocks))
