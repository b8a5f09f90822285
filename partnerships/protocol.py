"""A local protocol as one frozen value and the questions asked of it; knows no database, no people and no disagreement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .protocol_terms import (
    Asked,
    AuthorityKind,
    Capacity,
    CommonCategory,
    Event,
    Sector,
    Side,
    StageKind,
    Stance,
    Strength,
)
from .working_days import Unit

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=4000)]
Line = Annotated[str, Field(min_length=1, max_length=200)]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Rule(Part):
    """A part that rests on the document (`clause`) or, where that is silent, on an `assumption` shown as unconfirmed."""

    clause: str = Field(default="", max_length=200)
    assumption: str = Field(default="", max_length=1000)

    @model_validator(mode="after")
    def _cites_its_ground(self) -> Rule:
        if not self.clause and not self.assumption:
            raise ValueError("cite the document (clause: ...) or say that it is assumed and why (assumption: ...)")
        return self


class Source(Part):
    document: Line
    version: str = ""
    issued: str = ""
    review_due: date | None = None
    note: str = ""


class Role(Rule):
    key: Key
    name: Line
    side: Side
    capacity: Capacity
    substitutes: tuple[Line, ...] = ()
    may_decide: bool = False
    may_see: bool = True


class Gate(Rule):
    key: Key
    asks: Line


class Authority(Rule):
    kind: AuthorityKind
    by: Key | None = None
    panel: Key | None = None
    button: Line = "Record the decision"
    outcome_word: Line = "decision"


class Tier(Part):
    name: Line
    acts: tuple[Key, ...] = ()


class Stage(Rule):
    key: Key
    number: Annotated[str, Field(max_length=10)]
    name: Line
    kind: StageKind
    formal: bool
    recorded: bool = True
    acts: tuple[Key, ...]
    tiers: tuple[Tier, ...] = ()
    tiers_may_be_skipped: bool = False
    opens_here: bool = False
    directly_reachable: bool = False
    gates: tuple[Gate, ...] = ()
    stance: Stance
    authority: Authority | None = None

    @property
    def heights(self) -> int:
        """How many rungs the stage has: its tiers, or itself."""
        return max(1, len(self.tiers))

    def acting(self, tier: int) -> tuple[str, ...]:
        """The roles that must act at that tier (1 is the lowest)."""
        own = self.tiers[tier - 1].acts if self.tiers else ()
        return own or self.acts


class Condition(Part):
    """All that is given must hold; within a list any one is enough."""

    stages: tuple[Key, ...] = ()
    formal: bool | None = None
    direct: bool | None = None
    sector_of: Literal["raising", "receiving", "either"] = "either"
    sectors: tuple[Sector, ...] = ()
    child_statuses: tuple[Key, ...] = ()
    flags: tuple[Key, ...] = ()
    categories: tuple[Key, ...] = ()
    urgencies: tuple[Key, ...] = ()
    time_limits: tuple[Key, ...] = ()
    side_processes: tuple[Key, ...] = ()


Recipient = Annotated[str, Field(pattern=r"^((raising|receiving)\.)?[a-z][a-z0-9_]{0,39}$")]


class TimeLimit(Rule):
    """One clock: what starts and stops it, how long it is, how binding, and who holds it. `amount` left out means that
    only the date asked for on the form counts (Wiltshire has no clock of its own)."""

    key: Key
    label: Line
    purpose: Line
    starts_on: tuple[Event, ...]
    stops_on: tuple[Event, ...]
    stages: tuple[Key, ...] = ()
    ends_with_stage: bool = True
    amount: Annotated[int, Field(ge=0, le=10_000)] | None = None
    unit: Unit = Unit.WORKING_DAYS
    strength: Strength = Strength.GUIDE
    held_by: Side
    holder: Recipient | None = None
    urgency: Key | None = None
    whichever_is_shorter: bool = False
    remind_before: tuple[Annotated[int, Field(ge=1, le=60)], ...] = ()
    repeats: bool = False


class NoticeRule(Rule):
    key: Key
    on: tuple[Event, ...]
    when: Condition = Condition()
    to: tuple[Recipient, ...]
    asks: str = Field(default="", max_length=300)


class Requirement(Rule):
    what: Asked
    must: bool = True
    stages: tuple[Key, ...] = ()
    asks: str = Field(default="", max_length=300)
    hint: str = Field(default="", max_length=600)


class Signpost(Rule):
    key: Key
    answer: Line
    title: Line
    advice: tuple[Words, ...]
    contact: Key | None = None
    danger: bool = False


class MembershipRule(Part):
    agencies_at_least: int = 0
    includes_both_sides: bool = False
    one_not_in_dispute: bool = False
    outside_both: bool = False


class SideProcess(Rule):
    key: Key
    kind: Literal["panel", "mediation", "deep_dive", "log", "high_risk_panel", "reflective_session", "conference_request"]
    name: Line
    started_by: tuple[Key, ...]
    stages: tuple[Key, ...] = ()
    instead: bool = False
    members: MembershipRule = MembershipRule()
    may_decide: bool = False
    asks: str = Field(default="", max_length=300)


class Category(Rule):
    key: Key
    name: Line
    common: CommonCategory


class Flag(Rule):
    key: Key
    name: Line
    asks: str = Field(default="", max_length=300)


class UrgencyBand(Rule):
    key: Key
    name: Line
    advice: str = Field(default="", max_length=600)


class ChildStatus(Rule):
    key: Key
    name: Line


class Post(Part):
    kind: StageKind
    title: Line


class AgencyPart(Rule):
    key: Key
    name: Line
    sector: Sector
    posts: tuple[Post, ...] = ()


class ContactPart(Rule):
    key: Key
    role: Key | None = None
    name: Line
    email: str = ""
    telephone: str = ""
    address: str = ""
    note: str = ""


class Guidance(Rule):
    """Paraphrased advice shown at one step of the work (`at`), or at one stage."""

    at: Literal["start", "evidence", "urgency", "answering", "open", "outcome", "closing", "stuck"]
    stages: tuple[Key, ...] = ()
    text: Words


class Reporting(Rule):
    sub_group: str = ""
    every: str = ""
    annual_to: str = ""
    silent_after_months: int | None = None


class Position(Part):
    """A rung of the ladder: a stage, and a tier inside it counted from 1."""

    stage: str
    tier: int = 1


class Opening(Part):
    to: Position
    direct: bool


class Move(Part):
    """One step up that the protocol allows; a direct one needs a reason, gates must be recorded first."""

    to: Position
    direct: bool
    gates: tuple[Gate, ...] = ()


class Protocol(Part):
    title: Line
    step_word: Line = "stage"
    source: Source
    stages: tuple[Stage, ...] = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    time_limits: tuple[TimeLimit, ...] = ()
    notice_rules: tuple[NoticeRule, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    signposts: tuple[Signpost, ...] = ()
    side_processes: tuple[SideProcess, ...] = ()
    categories: tuple[Category, ...] = ()
    flags: tuple[Flag, ...] = ()
    urgency_bands: tuple[UrgencyBand, ...] = ()
    child_statuses: tuple[ChildStatus, ...] = ()
    agencies: tuple[AgencyPart, ...] = ()
    contacts: tuple[ContactPart, ...] = ()
    guidance: tuple[Guidance, ...] = ()
    reporting: tuple[Reporting, ...] = ()

    def stage(self, key: str) -> Stage:
        return next(stage for stage in self.stages if stage.key == key)

    def role(self, key: str) -> Role:
        return next(role for role in self.roles if role.key == key)

    def time_limit(self, key: str) -> TimeLimit:
        return next(limit for limit in self.time_limits if limit.key == key)

    def side_process(self, key: str) -> SideProcess:
        return next(process for process in self.side_processes if process.key == key)

    def asks_for(self, what: Asked, *, stage: str | None = None) -> Requirement | None:
        """The requirement of that kind, if the protocol has one that speaks of this stage (or of all)."""
        return next(
            (r for r in self.requirements if r.what == what and (not r.stages or stage is None or stage in r.stages)), None
        )

    @property
    def ladder(self) -> tuple[Stage, ...]:
        """The stages that a recorded disagreement can stand on, lowest first."""
        return tuple(stage for stage in self.stages if stage.recorded)


def openings(protocol: Protocol) -> tuple[Opening, ...]:
    """Where a new disagreement may start: the lowest rung of each opening stage, and direct ones (with a reason)."""
    usual = [Opening(to=Position(stage=s.key), direct=False) for s in protocol.ladder if s.opens_here]
    direct = [
        Opening(to=Position(stage=s.key), direct=True) for s in protocol.ladder if s.directly_reachable and not s.opens_here
    ]
    return (*usual, *direct)


def moves_from(protocol: Protocol, position: Position) -> tuple[Move, ...]:
    """The steps up allowed from a rung: the next tier, after the last tier the next stage, and stages directly reachable."""
    ladder = protocol.ladder
    at = next(i for i, stage in enumerate(ladder) if stage.key == position.stage)
    here = ladder[at]
    highest = here.heights if here.tiers_may_be_skipped else min(position.tier + 1, here.heights)
    moves = [Move(to=Position(stage=here.key, tier=tier), direct=False) for tier in range(position.tier + 1, highest + 1)]
    above = ladder[at + 1 :]
    if above and (position.tier == here.heights or here.tiers_may_be_skipped):
        moves.append(Move(to=Position(stage=above[0].key), direct=False, gates=above[0].gates))
    usual = {move.to.stage for move in moves}
    moves += [Move(to=Position(stage=s.key), direct=True) for s in above if s.directly_reachable and s.key not in usual]
    return tuple(moves)


def rung_below(protocol: Protocol, position: Position) -> Position | None:
    """The rung one step down, or None at the foot of the ladder."""
    if position.tier > 1:
        return Position(stage=position.stage, tier=position.tier - 1)
    ladder = protocol.ladder
    at = next(i for i, stage in enumerate(ladder) if stage.key == position.stage)
    if at == 0:
        return None
    return Position(stage=ladder[at - 1].key, tier=ladder[at - 1].heights)


def rung_words(protocol: Protocol, position: Position) -> str:
    """How people call a rung: "Stage 2: next tiers of management (Head of Service)"."""
    stage = protocol.stage(position.stage)
    word = protocol.step_word[:1].upper() + protocol.step_word[1:]
    words = f"{word} {stage.number}: {stage.name}" if stage.number else stage.name
    return f"{words} ({stage.tiers[position.tier - 1].name})" if stage.tiers else words


def rules(part: Part, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Rule]]:
    """Every rule inside a part with the path to it, in the document's order."""
    if isinstance(part, Rule):
        yield path, part
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Part):
            yield from rules(value, (*path, name))
        elif isinstance(value, tuple):
            for number, item in enumerate(value):
                if isinstance(item, Part):
                    yield from rules(item, (*path, name, number))


def path_words(path: tuple[str | int, ...]) -> str:
    return ".".join(str(step) for step in path)


def assumptions(protocol: Protocol) -> tuple[tuple[str, Rule], ...]:
    """What the document does not give: (path, rule) of each; going live needs every one confirmed by a named person."""
    return tuple((path_words(path), rule) for path, rule in rules(protocol) if rule.assumption)
