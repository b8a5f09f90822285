"""Runs a disagreement that has been through a draft, and says what would have been different; writes nothing.

What people did stays as it was, at the instants when they did it. What the clocks and the notice rules make of it is told
twice in the same way, under the version it was raised under and under the draft, with the people and the days off of
today: so only the rules differ, and no outage, closure or change of staff in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from escalation.clocks import last_day_of
from escalation.models import ChronologyEntry
from escalation.sentences import sentence
from escalation.states import BY_CLOCKWORK, Kind, State
from notifications.audiences import REMINDERS, People, circumstances, told_of
from partnerships.ladder import Position, openings
from partnerships.models import ProtocolVersion
from partnerships.protocol import Protocol
from partnerships.protocol_phrases import SIDE_WORDS
from partnerships.protocol_sentences import listed
from partnerships.protocol_terms import Side
from partnerships.working_days import Calendar, Unit

from .course import Course, Step
from .past import Past, actor_of, until
from .placing import cast_for, placed
from .standing_in import refusals
from .wording import day_words, time_words

# Made by the product under the version it was raised under; the draft makes its own.
OWN_CLOCKWORK = BY_CLOCKWORK - {Kind.SEEN}
# Of one timescale; a page of forty weekly reminders is not read.
MOST_PASSINGS = 6


@dataclass
class Point:
    """What became of one act, or of one timescale, under one version."""

    dates: dict[str, tuple[str, datetime, Unit]] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    state: State = State.DRAFT
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Passing:
    """A reminder or a timescale that passed: which, when, and who was told."""

    label: str
    kind: Kind
    at: datetime
    told: frozenset[str]

    @property
    def what(self) -> str:
        return f"“{self.label}” {'ends soon' if self.kind == Kind.TIMESCALE_NEAR else 'has passed'}"


@dataclass
class Telling:
    acts: dict[int, Point] = field(default_factory=dict)
    passings: dict[tuple[str, Kind, int], Passing] = field(default_factory=dict)
    _counted: dict[tuple[str, Kind], int] = field(default_factory=dict)

    def passed(self, key: str, passing: Passing) -> None:
        number = self._counted.get((key, passing.kind), 0)
        self._counted[key, passing.kind] = number + 1
        self.passings[key, passing.kind, number] = passing


@dataclass(frozen=True)
class Change:
    """What would have been different at one point of the chronology."""

    at: datetime
    what: str
    refused: tuple[str, ...]
    dates: tuple[str, ...]
    told: tuple[str, ...]


def differences(past: Past, draft: ProtocolVersion, *, calendar: Calendar, now: datetime) -> list[Change]:
    """Everything that the draft would have changed, in the order of the chronology."""
    then = _under(past, past.version, calendar=calendar, now=now)
    would = _under(past, draft, calendar=calendar, now=now)
    found = []
    for entry in past.entries:
        if entry.seq in would.acts:
            before, after = then.acts[entry.seq], would.acts[entry.seq]
            refused = (*after.refused, *_outcome(before.state, after.state))
            change = Change(
                entry.at,
                sentence(entry, past.protocol),
                refused,
                tuple(_dates(before, after)),
                tuple(_told(before.told, after.told)),
            )
            found += [change] if change.refused or change.dates or change.told else []
    return sorted([*found, *_passings(then, would)], key=lambda change: change.at)


def _under(past: Past, version: ProtocolVersion, *, calendar: Calendar, now: datetime) -> Telling:
    """As it is under a version: people's acts put into its own course, and what happens by itself between them."""
    draft = version.protocol
    telling, course = Telling(), Course(draft, calendar)
    nobody = cast_for(draft, past.protocol, past.people())
    for entry in past.entries:
        if entry.kind in OWN_CLOCKWORK:
            continue
        _let_pass(telling, course, nobody, until=entry.at)
        data, notes = _as_in(draft, past, entry)
        refused = [*notes, *refusals(past, version, course.standing, entry, data)]
        step = course.act(Kind(entry.kind), at=entry.at, data=data)
        people = cast_for(draft, past.protocol, past.people(actor=actor_of(entry)))
        _tell(telling, entry.seq, step, draft, people)
        telling.acts[entry.seq].refused = refused
    _let_pass(telling, course, nobody, until=until(past, now=now))
    return telling


def _let_pass(telling: Telling, course: Course, people: People, *, until: datetime) -> None:
    while (at := course.next_at()) is not None and at <= until:
        for step in course.tick(at):
            _tell(telling, 0, step, course.protocol, people)


def _as_in(draft: Protocol, past: Past, entry: ChronologyEntry) -> tuple[dict[str, Any], list[str]]:
    """What the entry would hold under the draft, with a sentence for each rung that the draft does not have."""
    data = {key: value for key, value in entry.data.items() if key not in ("events", "started")}
    notes = []
    if data.get("to"):
        there, note = placed(draft, past.protocol, Position.model_validate(data["to"]))
        data["to"] = there.model_dump()
        notes = [note] if note else []
        if entry.kind == Kind.RAISED:
            data["direct"] = any(opening.direct for opening in openings(draft) if opening.to == there)
    return data, notes


def _tell(telling: Telling, seq: int, step: Step, protocol: Protocol, people: People) -> None:
    happening = step.happening
    data = {key: value for key, value in happening.data.items() if key != "party"}
    entry = circumstances(happening.kind, data, tier=happening.tier, facts=step.facts)
    told = {_role(protocol, one.role, one.side) for one in told_of(protocol, entry, people)}
    if happening.kind in REMINDERS:
        limit = protocol.time_limit(data["time_limit"])
        telling.passed(limit.key, Passing(limit.label, happening.kind, happening.at, frozenset(told)))
    elif happening.kind not in OWN_CLOCKWORK:
        limits = {clock.time_limit: protocol.time_limit(clock.time_limit) for clock in step.started}
        dates = {c.time_limit: (limits[c.time_limit].label, c.due_at, limits[c.time_limit].unit) for c in step.started}
        telling.acts[seq] = Point(dates=dates, told=told, state=step.after.state)


def _role(protocol: Protocol, role: str, side: str) -> str:
    if not role:
        return "Whoever manages the partnership"  # told of who waits to come in, though the protocol may name no office
    return f"{protocol.role(role).name} ({SIDE_WORDS[Side(side)]})" if side else protocol.role(role).name


def _outcome(then: State, would: State) -> Iterator[str]:
    if then == State.AWAITING_CONFIRMATION and would == State.RESOLVED:
        yield "It would have been resolved at once, without being confirmed in writing."
    if then == State.RESOLVED and would == State.AWAITING_CONFIRMATION:
        yield "It would have had to be confirmed in writing first."


def _dates(then: Point, would: Point) -> Iterator[str]:
    for key in dict.fromkeys([*then.dates, *would.dates]):
        if key not in would.dates:
            label, due_at, unit = then.dates[key]
            yield f"“{label}” to {_ends(due_at, unit)}: would not have run."
        elif key not in then.dates:
            label, due_at, unit = would.dates[key]
            yield f"“{label}” would have run to {_ends(due_at, unit)}."
        elif then.dates[key][1] != would.dates[key][1]:
            (_, was, was_unit), (label, due_at, unit) = then.dates[key], would.dates[key]
            yield f"“{label}” would have run to {_ends(due_at, unit)} instead of {_ends(was, was_unit)}."


def _ends(due_at: datetime, unit: Unit) -> str:
    if unit is Unit.CLOCK_HOURS:
        return f"{day_words(due_at)} {time_words(due_at)}"
    return f"the end of {day_words(last_day_of(due_at))}"


def _told(then: set[str] | frozenset[str], would: set[str] | frozenset[str]) -> Iterator[str]:
    if more := sorted(would - then):
        yield f"Told as well: {listed(more)}."
    if fewer := sorted(then - would):
        yield f"Not told: {listed(fewer)}."


def _passings(then: Telling, would: Telling) -> Iterator[Change]:
    """Reminders and timescales, the first of the one beside the first of the other; of one that repeats often, the first
    few, and how many more."""
    keys = {**dict.fromkeys(then.passings), **dict.fromkeys(would.passings)}
    for limit, kind in dict.fromkeys((key[0], key[1]) for key in keys):
        numbers = sorted(number for key, its_kind, number in keys if (key, its_kind) == (limit, kind))
        pairs = [(then.passings.get((limit, kind, n)), would.passings.get((limit, kind, n))) for n in numbers]
        changes = [change for was, its in pairs if (change := _passing(was, its)) is not None]
        yield from changes[:MOST_PASSINGS]
        if more := changes[MOST_PASSINGS:]:
            yield Change(more[0].at, more[0].what, (), (f"Different in the same way {len(more)} more times from here on.",), ())


def _passing(was: Passing | None, would: Passing | None) -> Change | None:
    if was is None and would is not None:
        told = f"Told: {listed(sorted(would.told))}." if would.told else "Nobody is told."
        return Change(would.at, would.what, (), (f"Would have come on {day_words(would.at)}. Then it did not.",), (told,))
    if was is not None and would is None:
        return Change(was.at, was.what, (), (f"Came on {day_words(was.at)}. It would not have come.",), ())
    if was is None or would is None:
        return None
    moved = day_words(was.at) != day_words(would.at)
    dates = (f"Would have come on {day_words(would.at)} instead of {day_words(was.at)}.",) if moved else ()
    changed = tuple(_told(was.told, would.told))
    return Change(would.at, would.what, (), dates, changed) if dates or changed else None
