"""Two protocols side by side: by kind of step, then everything else; what is only here, only there, or differs, and in
which words. Pure: knows no row, no page and no partnership."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ..protocol import Part, Protocol, Rule, Stage
from ..protocol_page import PART_WORDS
from ..protocol_phrases import KIND_NAMES
from ..protocol_sentences import capital, said, stage_name
from ..protocol_terms import StageKind
from .value_words import NOTHING, field_words, value_words


class Status(StrEnum):
    SAME = "same"
    DIFFERS = "differs"
    ONLY_LEFT = "only_left"
    ONLY_RIGHT = "only_right"


@dataclass(frozen=True)
class FieldRow:
    """One field that is not the same on both sides."""

    label: str
    left: str
    right: str


@dataclass(frozen=True)
class Row:
    """One part, as each side says it; a side that has no such part says nothing."""

    what: str
    status: Status
    left: str
    right: str
    left_more: tuple[str, ...] = ()
    right_more: tuple[str, ...] = ()
    fields: tuple[FieldRow, ...] = ()


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    rows: tuple[Row, ...]

    @property
    def changed(self) -> list[Row]:
        return [row for row in self.rows if row.status is not Status.SAME]


@dataclass(frozen=True)
class Comparison:
    sections: tuple[Section, ...]

    @property
    def changed(self) -> int:
        """How many parts are not the same on both sides."""
        return sum(len(section.changed) for section in self.sections)

    @property
    def shown(self) -> list[Section]:
        return [section for section in self.sections if section.rows]


# The parts that belong to a step, where they name one; in the order of the page.
OF_STEPS = ("time_limits", "notice_rules", "requirements", "questions", "grounds", "guidance")
# All the other lists of a protocol, in the order in which they are told.
OTHERS = (
    "signposts", "routes_out", "raisers", "permits", "side_processes", "roles", "categories", "urgency_bands", "flags",
    "child_statuses", "agencies", "contacts", "reporting",
)  # fmt: skip
ALONE = ("key", "title", "step_word", "raise_button", "source", "thematic", "raise_within", "closing")
TITLES = {
    "signposts": "When this is not the way", "routes_out": "Where it goes instead", "raisers": "Ways of raising",
    "permits": "Who may do what",
    "side_processes": "Beside the ladder", "roles": "Roles", "categories": "Categories", "urgency_bands": "Urgency",
    "flags": "Marks", "child_statuses": "The child’s status", "agencies": "Agencies", "contacts": "Contacts",
    "reporting": "What is learned",
}  # fmt: skip
WORDS = PART_WORDS
LAST = ("clause", "assumption", "key")

Pair = tuple[Any, Any]


def compare(left: Protocol, right: Protocol) -> Comparison:
    """Every part of both protocols, once. The comparison of a protocol with itself has nothing that differs, and of two
    that are not equal at least one part does."""
    rules = {name: _pairs(name, getattr(left, name), getattr(right, name)) for name in (*OF_STEPS, *OTHERS)}
    steps = _steps(left, right)
    sections = [Section("about", "The protocol itself", _about(left, right))]
    for kind in StageKind:
        rows = [_row("stages", pair, left, right) for pair in steps if _kind(pair) is kind]
        for name in OF_STEPS:
            rows += [_row(name, p, left, right) for p in rules[name] if _place(p, left, right) is kind]
        sections.append(Section(f"kind-{kind}", capital(KIND_NAMES[kind]) + "s", tuple(rows)))
    everywhere = [_row(n, p, left, right) for n in OF_STEPS for p in rules[n] if _place(p, left, right) is None]
    sections.append(Section("everywhere", "At every step", tuple(everywhere)))
    for name in OTHERS:
        sections.append(Section(name, TITLES[name], tuple(_row(name, pair, left, right) for pair in rules[name])))
    sections.append(Section("order", "The order of things", _orders(left, right)))
    return Comparison(tuple(sections))


def _about(left: Protocol, right: Protocol) -> tuple[Row, ...]:
    rows = []
    for name in ALONE:
        one, other = getattr(left, name), getattr(right, name)
        if one is None and other is None:
            continue
        here, there = value_words(name, one, left), value_words(name, other, right)
        if one == other:
            rows.append(Row(field_words(name), Status.SAME, here, there))
        elif isinstance(one, Part) and isinstance(other, Part):
            fields = tuple(_fields(one, other, left, right))
            rows.append(Row(field_words(name), Status.DIFFERS, _in_short(one), _in_short(other), fields=fields))
        else:
            rows.append(Row(field_words(name), Status.DIFFERS, here, there))
    return tuple(rows)


def _in_short(part: Part) -> str:
    """What a part of which there is one is called, where its fields say the rest."""
    return str(getattr(part, "document", "") or getattr(part, "asks", "") or "As below")


def _orders(left: Protocol, right: Protocol) -> tuple[Row, ...]:
    """Where both have the same things in another order: the order of steps, and of what is listed on a form, means something."""
    rows = []
    for name in ("stages", *OF_STEPS, *OTHERS):
        pairs = _steps(left, right) if name == "stages" else _pairs(name, getattr(left, name), getattr(right, name))
        both = [pair for pair in pairs if None not in pair]
        here = [_id_of(one, getattr(left, name)) for one, _ in both]
        there = [_id_of(other, getattr(right, name)) for _, other in both]
        if sorted(range(len(both)), key=here.__getitem__) != sorted(range(len(both)), key=there.__getitem__):
            title = f"{TITLES.get(name) or WORDS[name]}: in another order"
            rows.append(Row(title, Status.DIFFERS, _in_order(left, name), _in_order(right, name)))
    return tuple(rows)


def _id_of(part: Any, parts: Sequence[Any]) -> int:
    return next(number for number, one in enumerate(parts) if one is part)


def _in_order(protocol: Protocol, name: str) -> str:
    return " / ".join(said(part, protocol).words for part in getattr(protocol, name))


def _steps(left: Protocol, right: Protocol) -> list[Pair]:
    """Steps meet by kind: first those of one key or name, then by their order. A step that only one side has stands alone."""
    found: list[Pair] = []
    rest: list[tuple[list[Stage], list[Stage]]] = []
    for kind in StageKind:
        ours = [stage for stage in left.stages if stage.kind is kind]
        theirs = [stage for stage in right.stages if stage.kind is kind]
        pairs = _matched(ours, theirs, lambda s: s.key) + _matched(ours, theirs, lambda s: s.name.casefold())
        both = list(zip(ours, theirs, strict=False))
        found += [*pairs, *both]
        rest.append((ours[len(both) :], theirs[len(both) :]))
    # The same step, of another kind now.
    ours, theirs = ([stage for pair in rest for stage in pair[side]] for side in (0, 1))
    found += _matched(ours, theirs, lambda s: (s.key, s.name))
    return [*found, *((one, None) for one in ours), *((None, other) for other in theirs)]


def _pairs(name: str, left: Sequence[Any], right: Sequence[Any]) -> list[Pair]:
    """Parts meet by their key; where they have none, or another, by what they are about."""
    ours, theirs = list(left), list(right)
    found: list[Pair] = []
    for likeness in LIKENESS.get(name, (_key, _name)):
        found += _matched(ours, theirs, likeness)
    return [*found, *((one, None) for one in ours), *((None, other) for other in theirs)]


def _matched(ours: list[Any], theirs: list[Any], likeness: Callable[[Any], object]) -> list[Pair]:
    """Those of both sides that are alike, each with the first like it, in the left's order; they are taken out of both."""
    found = []
    for one in list(ours):
        wanted = likeness(one)
        other = next((t for t in theirs if wanted is not None and likeness(t) == wanted), None)
        if other is not None:
            found.append((one, other))
            # By identity: two parts may be equal, and each stands for itself.
            ours[:] = [part for part in ours if part is not one]
            theirs[:] = [part for part in theirs if part is not other]
    return found


def _key(part: Any) -> object:
    return part.key


def _name(part: Any) -> object:
    name = getattr(part, "name", None)
    return name.casefold() if name else None


LIKENESS: dict[str, tuple[Callable[[Any], object], ...]] = {
    "time_limits": (_key, lambda limit: (limit.held_by, limit.starts_on, limit.stages), lambda limit: (limit.purpose,)),
    "notice_rules": (_key, lambda rule: (rule.on, rule.when)),
    "requirements": (lambda rule: (rule.what, rule.stages), lambda rule: rule.what),
    "questions": (_key, lambda question: question.asks.casefold()),
    "raisers": (lambda raiser: raiser.kind,),
    "signposts": (_key, lambda signpost: True if signpost.danger else None),
    "routes_out": (_key, lambda route: route.title.casefold()),
    "guidance": (lambda text: (text.at, text.stages, text.text), lambda text: (text.at, text.stages)),
    "reporting": (lambda rule: rule, lambda rule: bool(rule.silent_after_months)),
}


def _kind(pair: Pair) -> StageKind:
    left, right = pair
    stage: Stage = right or left
    return stage.kind


def _place(pair: Pair, left: Protocol, right: Protocol) -> StageKind | None:
    """The kind of the first step that a rule speaks of; none where it speaks of all."""
    one, other = pair
    rule, protocol = (other, right) if other is not None else (one, left)
    named = rule.when.stages if hasattr(rule, "when") and not getattr(rule, "stages", ()) else rule.stages
    kinds = {stage.key: stage.kind for stage in protocol.stages}
    return next((kinds[key] for key in named if key in kinds), None)


def _row(name: str, pair: Pair, left: Protocol, right: Protocol) -> Row:
    one, other = pair
    here, more_here = _words(one, left)
    there, more_there = _words(other, right)
    if one is None or other is None:
        status = Status.ONLY_RIGHT if one is None else Status.ONLY_LEFT
        return Row(WORDS[name], status, here, there, more_here, more_there)
    if one == other:
        return Row(WORDS[name], Status.SAME, here, there, more_here, more_there)
    return Row(WORDS[name], Status.DIFFERS, here, there, fields=tuple(_fields(one, other, left, right)))


def _fields(one: Part, other: Part, left: Protocol, right: Protocol) -> Iterable[FieldRow]:
    # What it says before where it stands.
    for name in sorted(type(one).model_fields, key=lambda name: name in LAST):
        before, after = getattr(one, name), getattr(other, name)
        if before != after:
            yield FieldRow(field_words(name), value_words(name, before, left), value_words(name, after, right))


def _words(rule: Rule | None, protocol: Protocol) -> tuple[str, tuple[str, ...]]:
    if rule is None:
        return NOTHING, ()
    words = said(rule, protocol)
    if isinstance(rule, Stage):
        return stage_name(protocol, rule.key), words.more
    return words.words, words.more
