"""A local protocol as one frozen value and the questions asked of it; knows no database, no people and no disagreement."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from .protocol_base import Key, Line, Part, Recipient, Rule, Words
from .protocol_lists import (
    AgencyPart,
    Category,
    ChildStatus,
    ContactPart,
    Flag,
    Guidance,
    Post,
    Reporting,
    UrgencyBand,
)
from .protocol_terms import (
    Asked,
    AuthorityKind,
    Capacity,
    Event,
    ProcessKind,
    RaisedAs,
    Satisfied,
    Sector,
    Side,
    StageKind,
    Stance,
    Strength,
)
from .working_days import Unit

# Made elsewhere, and read from here like every other part.
__all__ = [
    "AgencyPart", "Category", "ChildStatus", "ContactPart", "Flag", "Guidance", "Key", "Line", "Part", "Post", "Recipient",
    "Reporting", "Rule", "UrgencyBand", "Words",
]  # fmt: skip
# The key of a partnership's protocol for professional disagreements; another (conference dissent) has a key of its own.
MAIN = "main"


class Source(Part):
    document: Line
    version: str = ""
    issued: str = ""
    review_due: date | None = None
    shared_by: str = Field(default="", max_length=200)
    note: str = ""


class Role(Rule):
    key: Key
    name: Line
    side: Side
    capacity: Capacity
    substitutes: tuple[Line, ...] = ()
    may_decide: bool = False
    may_see: bool = True


class Condition(Part):
    """All that is given must hold; within a list any one is enough. `tiers`: 1 is a stage's lowest. `late`: it was raised
    later than the protocol allows (raise_within)."""

    stages: tuple[Key, ...] = ()
    tiers: tuple[Annotated[int, Field(ge=1, le=20)], ...] = ()
    formal: bool | None = None
    direct: bool | None = None
    sector_of: Literal["raising", "receiving", "either"] = "either"
    sectors: tuple[Sector, ...] = ()
    child_statuses: tuple[Key, ...] = ()
    flags: tuple[Key, ...] = ()
    categories: tuple[Key, ...] = ()
    urgencies: tuple[Key, ...] = ()
    grounds: tuple[Key, ...] = ()
    raised_as: tuple[RaisedAs, ...] = ()
    late: bool | None = None
    time_limits: tuple[Key, ...] = ()
    side_processes: tuple[Key, ...] = ()


class Gate(Rule):
    key: Key
    asks: Line


class Authority(Rule):
    """`jointly_with`: roles that must have agreed to it before whoever it is `by` may record it."""

    kind: AuthorityKind
    by: Key | None = None
    jointly_with: tuple[Key, ...] = ()
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
    direct_when: Condition | None = None
    gates: tuple[Gate, ...] = ()
    only_when: Condition | None = None
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


class Unanswered(Rule):
    """What the protocol makes of silence: when the timescale has passed and nobody has answered. The product says so and
    offers it; it never moves a disagreement by itself."""

    means: Literal["move_up", "tell_office", "may_close"]
    asks: str = Field(default="", max_length=300)


class TimeLimit(Rule):
    """One clock: what starts and stops it, how long it is, how binding, and who holds it. `amount` left out means that
    only the date asked for on the form counts (Wiltshire has no clock of its own). `counts_from` decided_on: its day 0
    is the day of the decision disagreed with, as given on the form, and not the day of the event that starts it."""

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
    when: Condition = Condition()
    counts_from: Literal["event", "decided_on"] = "event"
    whichever_is_shorter: bool = False
    remind_before: tuple[Annotated[int, Field(ge=1, le=60)], ...] = ()
    repeats: bool = False
    unanswered: Unanswered | None = None


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


class Question(Rule):
    """Something of this area's own that people are asked, beside the kinds of thing that every area asks for."""

    key: Key
    asks: Line
    hint: str = Field(default="", max_length=600)
    at: Literal["raising", "answering", "moving_up", "agreeing", "deciding", "closing", "reopening", "withdrawing"] = "raising"
    answer: Literal["text", "line", "yes_no", "date", "choice"] = "text"
    choices: tuple[Line, ...] = ()
    must: bool = True
    stages: tuple[Key, ...] = ()
    when: Condition = Condition()


class Signpost(Rule):
    """An answer at the very start that leads elsewhere; with `protocol`, to another protocol of the same partnership."""

    key: Key
    answer: Line
    title: Line
    advice: tuple[Words, ...]
    contact: Key | None = None
    danger: bool = False
    protocol: Key | None = None


class RouteOut(Rule):
    """Where a disagreement of a certain kind goes instead (St Helens: a looked-after child's, to the IRO). `stops`: it
    cannot be raised here; otherwise the advice is shown and the person may go on."""

    key: Key
    when: Condition
    title: Line
    advice: tuple[Words, ...]
    contact: Key | None = None
    protocol: Key | None = None
    stops: bool = True


class Raiser(Rule):
    """A way of raising besides one's own agency's disagreement: for two others (W 3.1b), or as a group."""

    kind: RaisedAs
    asks: Line
    hint: str = Field(default="", max_length=600)


class RaiseWithin(Rule):
    """How long after the decision disagreed with it is to be raised. A later one is not refused by this alone: what follows
    is for questions, notices and routes out whose condition is `late`."""

    label: Line
    amount: Annotated[int, Field(ge=0, le=1_000)]
    unit: Unit = Unit.WORKING_DAYS


class Thematic(Rule):
    """A disagreement may be about a theme and no particular child; what to tick on the form."""

    asks: Line


class Ground(Rule):
    """Why a disagreement is moved up. `no_answer`: because the other side has not answered."""

    key: Key
    name: Line
    no_answer: bool = False
    stages: tuple[Key, ...] = ()


class Closing(Rule):
    """Who may close a resolved disagreement (no role: the managers of either side), and who must be satisfied first."""

    by: tuple[Key, ...] = ()
    office: bool = True
    satisfied: Satisfied = Satisfied.NOBODY


class Permit(Rule):
    """Who may do one of the things that move a disagreement (no role: the usual people), how many times in all, and only
    while a timescale has not passed (`within`)."""

    act: Literal["move_up", "step_back", "agree", "withdraw", "reopen"]
    by: tuple[Recipient, ...] = ()
    office: bool = True
    stages: tuple[Key, ...] = ()
    times: Annotated[int, Field(ge=1, le=20)] | None = None
    within: Key | None = None


class MembershipRule(Part):
    agencies_at_least: int = 0
    includes_both_sides: bool = False
    one_not_in_dispute: bool = False
    outside_both: bool = False


class SideProcess(Rule):
    """What runs beside the ladder, or `instead` of it: while that runs, clocks wait and nothing moves up. `ended_by`: who
    may end it, where that is not who may start it; whoever sits on it may as well. The first of `choices` is what was asked
    for; where another is chosen (it was refused), or there are none, `last_resort` says what is left to do."""

    key: Key
    kind: ProcessKind
    name: Line
    started_by: tuple[Key, ...]
    started_by_flag: Key | None = None
    ended_by: tuple[Key, ...] = ()
    stages: tuple[Key, ...] = ()
    instead: bool = False
    members: MembershipRule = MembershipRule()
    may_decide: bool = False
    asks: str = Field(default="", max_length=300)
    questions: tuple[Line, ...] = ()
    choices: tuple[Line, ...] = ()
    last_resort: str = Field(default="", max_length=600)


class Protocol(Part):
    key: Key = MAIN
    title: Line
    step_word: Line = "stage"
    raise_button: Line = "Raise a disagreement"
    source: Source
    stages: tuple[Stage, ...] = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    time_limits: tuple[TimeLimit, ...] = ()
    notice_rules: tuple[NoticeRule, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    questions: tuple[Question, ...] = ()
    raisers: tuple[Raiser, ...] = ()
    thematic: Thematic | None = None
    raise_within: RaiseWithin | None = None
    signposts: tuple[Signpost, ...] = ()
    routes_out: tuple[RouteOut, ...] = ()
    grounds: tuple[Ground, ...] = ()
    permits: tuple[Permit, ...] = ()
    closing: Closing | None = None
    side_processes: tuple[SideProcess, ...] = ()
    categories: tuple[Category, ...] = ()
    flags: tuple[Flag, ...] = ()
    urgency_bands: tuple[UrgencyBand, ...] = ()
    child_statuses: tuple[ChildStatus, ...] = ()
    agencies: tuple[AgencyPart, ...] = ()
    contacts: tuple[ContactPart, ...] = ()
    guidance: tuple[Guidance, ...] = ()
    reporting: tuple[Reporting, ...] = ()

    @property
    def own_raise_button(self) -> str:
        """The area's own words for raising; nothing where it is content with ours."""
        return "" if self.raise_button == type(self).model_fields["raise_button"].default else self.raise_button

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
