"""A whole protocol laid out for reading: sections, lines, the ladder's drawing; pure, knows no page and no person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .protocol import NoticeRule, Protocol, Requirement, Rule, Stage, TimeLimit
from .protocol import Question as OwnQuestion
from .protocol_phrases import STRENGTH_WORDS
from .protocol_rules import assumptions, path_words, rules
from .protocol_sentences import called, capital, said, stage_name, stage_numbers

NOT_CONFIRMED = "Assumed, not confirmed by the partnership"


@dataclass(frozen=True)
class Line:
    """One rule as it is read: what it says, where the document says so, or what was assumed and whether somebody
    confirmed it (`confirmed` is that sentence)."""

    words: str
    more: tuple[str, ...]
    clause: str
    assumption: str
    confirmed: str
    path: str


@dataclass(frozen=True)
class Group:
    """Rules of one sort under one heading. `folded`: long and seldom read, so that it opens on demand."""

    title: str
    lines: tuple[Line, ...]
    folded: bool = False

    @property
    def assumed(self) -> int:
        """How many of the rules are assumed and confirmed by nobody."""
        return sum(bool(line.assumption) and not line.confirmed for line in self.lines)


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    groups: tuple[Group, ...]

    @property
    def shown(self) -> list[Group]:
        return [group for group in self.groups if group.lines]


@dataclass(frozen=True)
class Rung:
    """One step of the drawing, as templates/components/ladder.html takes it."""

    number: str
    name: str
    detail: str
    timescale: str
    note: str
    href: str
    formal: bool | None
    state: str = ""


@dataclass
class Reader:
    """Lays one protocol out. `confirmed`: path of an assumed rule -> the sentence that says who confirmed it."""

    protocol: Protocol
    confirmed: Mapping[str, str]
    paths: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paths = {id(rule): path_words(path) for path, rule in rules(self.protocol)}

    def line(self, rule: Rule) -> Line:
        words, path = said(rule, self.protocol), self.paths[id(rule)]
        return Line(
            words=words.words,
            more=words.more,
            clause=rule.clause,
            assumption=rule.assumption,
            confirmed=self.confirmed.get(path, "") if rule.assumption else "",
            path=path,
        )

    def group(self, title: str, found: Iterable[Rule]) -> Group:
        return Group(title, tuple(self.line(rule) for rule in found))

    def open(self, rule: Rule) -> bool:
        """Assumed, and confirmed by nobody."""
        return bool(rule.assumption) and self.paths[id(rule)] not in self.confirmed

    def sections(self) -> list[Section]:
        """The whole protocol: what comes before raising, each step, what holds at every step, and who and what."""
        own = self.protocol
        return [
            section
            for section in (
                self._one("signposts", "When this is not the way", (*own.signposts, *own.routes_out)),
                self._one("raising", "Ways of raising", _raising(own)),
                *(self._stage(stage) for stage in own.stages),
                self._everywhere(),
                self._one("permits", "Who may do what", own.permits),
                self._one("closing", "Closing", [own.closing] if own.closing else []),
                self._one("side-processes", "Beside the ladder", own.side_processes),
                Section(
                    "words",
                    "What a disagreement can be about",
                    (
                        self.group("Categories", own.categories),
                        self.group("Urgency", own.urgency_bands),
                        self.group("Marks", own.flags),
                        self.group("The child’s status", own.child_statuses),
                    ),
                ),
                self._one("roles", "Roles", own.roles),
                self._one("agencies", "Agencies and their posts", own.agencies),
                self._one("contacts", "Contacts", own.contacts),
                self._one("guidance", "Advice at every step", (g for g in own.guidance if not g.stages)),
                self._one("reporting", "What is learned", own.reporting),
            )
            if section.shown
        ]

    def _one(self, key: str, title: str, found: Iterable[Rule]) -> Section:
        return Section(key, title, (self.group("", found),))

    def _stage(self, stage: Stage) -> Section:
        own, key = self.protocol, stage.key
        about: list[Rule] = [stage, *stage.gates, *([stage.authority] if stage.authority else [])]
        lines = tuple(self.line(rule) for rule in about)
        first = lines[0]
        # The section's title is the stage's name already: its sentences stand as the first line.
        lines = (Line(" ".join(first.more), (), first.clause, first.assumption, first.confirmed, first.path), *lines[1:])
        return Section(
            f"stage-{key}",
            stage_name(own, key),
            (
                Group("What it is", lines),
                self._timescales(t for t in own.time_limits if key in t.stages),
                self._told(n for n in own.notice_rules if key in n.when.stages),
                self.group("What is asked", (r for r in self._asked() if key in r.stages)),
                self.group("Reasons for moving up", (g for g in own.grounds if key in g.stages)),
                self.group("Advice", (g for g in own.guidance if key in g.stages)),
            ),
        )

    def _asked(self) -> tuple[Requirement | OwnQuestion, ...]:
        return (*self.protocol.requirements, *self.protocol.questions)

    def _timescales(self, found: Iterable[TimeLimit]) -> Group:
        """Each with what its silence means, which may rest on a clause of its own."""
        return self.group("Timescales", (rule for limit in found for rule in (limit, limit.unanswered) if rule is not None))

    def _told(self, found: Iterable[Rule]) -> Group:
        return replace(self.group("Who is told", found), folded=True)

    def _everywhere(self) -> Section:
        own = self.protocol
        return Section(
            "everywhere",
            f"At every {own.step_word}",
            (
                self._timescales(t for t in own.time_limits if not t.stages),
                self.group("What is asked", (r for r in self._asked() if not r.stages)),
                self.group("Reasons for moving up", (g for g in own.grounds if not g.stages)),
                self._told(n for n in own.notice_rules if not n.when.stages),
            ),
        )

    def rungs(self) -> list[Rung]:
        """The ladder, lowest step first, then what runs beside it."""
        own = self.protocol
        steps = [self._rung(stage) for stage in own.stages]
        return steps + [
            Rung(
                number="",
                name=process.name,
                detail=f"From {stage_numbers(own, process.stages)}" if process.stages else f"From any {own.step_word}",
                timescale="",
                note=NOT_CONFIRMED if self.open(process) else "",
                href="#side-processes",
                formal=None,
                state="side",
            )
            for process in own.side_processes
        ]

    def _rung(self, stage: Stage) -> Rung:
        own = self.protocol
        limits = [limit for limit in own.time_limits if stage.key in limit.stages and not limit.repeats]
        opening = next((limit for limit in limits if "stage_opened" in limit.starts_on), None)
        tiers = f": {', '.join(tier.name for tier in stage.tiers)}" if stage.tiers else ""
        acting = ", ".join(called(own.roles, key) for key in stage.acts)
        assumed = [rule for rule in (stage, stage.authority, opening) if rule is not None and self.open(rule)]
        return Rung(
            number=stage.number,
            name=stage.name,
            detail=f"{len(stage.tiers)} tiers{tiers}" if tiers else acting,
            timescale=timescale_words(opening) if opening else "",
            note=NOT_CONFIRMED if assumed else "",
            href=f"#stage-{stage.key}",
            formal=stage.formal,
        )


def _raising(protocol: Protocol) -> tuple[Rule, ...]:
    alone = (protocol.thematic, protocol.raise_within)
    return (*protocol.raisers, *(rule for rule in alone if rule is not None))


def timescale_words(limit: TimeLimit) -> str:
    return f"{capital(limit.label)} ({STRENGTH_WORDS[limit.strength]})"


# The parts of a protocol by name, as a person would call one rule of each.
PART_WORDS: dict[str, str] = {
    "stages": "Step",
    "roles": "Role",
    "time_limits": "Timescale",
    "notice_rules": "Notice",
    "requirements": "Question asked",
    "questions": "Own question",
    "raisers": "Way of raising",
    "thematic": "Theme",
    "signposts": "Signpost",
    "routes_out": "Route out",
    "grounds": "Reason for moving up",
    "permits": "Who may",
    "raise_within": "Time for raising",
    "closing": "Closing",
    "side_processes": "Beside the ladder",
    "categories": "Category",
    "flags": "Mark",
    "urgency_bands": "Urgency",
    "child_statuses": "Status of the child",
    "agencies": "Agency",
    "contacts": "Contact",
    "guidance": "Advice",
    "reporting": "Reporting",
}


@dataclass(frozen=True)
class Question:
    """What was assumed and what the partnership is asked about it, with every rule that rests on that one answer."""

    assumption: str
    part: str
    lines: tuple[Line, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(line.path for line in self.lines)

    @property
    def key(self) -> str:
        """What its button sends."""
        return self.lines[0].path

    @property
    def confirmed(self) -> str:
        """Who confirmed it, once every rule that rests on it is confirmed."""
        return self.lines[0].confirmed if all(line.confirmed for line in self.lines) else ""


def questions(protocol: Protocol, confirmed: Mapping[str, str]) -> list[Question]:
    """Every assumption once, in the protocol's order: rules that ask the same question are answered together."""
    reader = Reader(protocol, confirmed)
    asked: dict[tuple[str, str], list[Line]] = {}
    for path, rule in assumptions(protocol):
        part = PART_WORDS[path.partition(".")[0]]
        asked.setdefault((rule.assumption, part), []).append(reader.line(rule))
    return [Question(assumption, part, tuple(lines)) for (assumption, part), lines in asked.items()]


def places(sections: Iterable[Section]) -> dict[str, str]:
    """Path of a rule -> the section in which it stands first."""
    found: dict[str, str] = {}
    for section in sections:
        for group in section.groups:
            for line in group.lines:
                found.setdefault(line.path, section.id)
    return found


def speaks_of(rule: Rule, path: str, protocol: Protocol, stage: str) -> bool:
    """Whether a rule matters at a stage: it names the stage, belongs to it, or names none at all."""
    if path.startswith("stages."):
        return protocol.stages[int(path.split(".")[1])].key == stage
    named = rule.when.stages if isinstance(rule, NoticeRule) else getattr(rule, "stages", ())
    return not named or stage in named
