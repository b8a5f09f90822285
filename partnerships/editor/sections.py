"""A draft in sections as its pages show it: what each holds, how many, and what is wrong with it; knows no request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse

from ..protocol import Protocol, Rule
from ..protocol_page import Reader, Rung
from ..protocol_problems import Path, Problem, problems_with
from ..protocol_sentences import said as sentences_of
from .forms import PartForm
from .forms_fields import Choosing
from .parts import said
from .places import ABOUT, ABOUT_FIELDS, LISTS, SINGLE, Place, count, is_known, part_at, readable
from .sections_words import plainly


@dataclass(frozen=True)
class Section:
    slug: str
    title: str
    intro: str
    lists: tuple[str, ...]


SECTIONS = (
    Section(
        "about",
        "About the protocol",
        "What it is called, which word it has for a step, and the document it comes from.",
        (ABOUT,),
    ),
    Section(
        "people", "The people", "Everybody who acts or is told, by role. Begin here: the {steps} speak of roles.", ("roles",)
    ),
    Section(
        "steps", "The {steps}", "From the lowest to the highest, with the tiers inside each and who may end it.", ("stages",)
    ),
    Section(
        "clocks", "Clocks", "How long things may take, what starts and stops the time, and whose time it is.", ("time_limits",)
    ),
    Section("told", "Who is told", "Which roles hear of what, when, and what they are asked to do.", ("notice_rules",)),
    Section(
        "asked",
        "What is asked",
        "What people record when they raise a disagreement, move it up, agree or close it.",
        ("requirements", "questions", "raisers", "thematic", "raise_within"),
    ),
    Section(
        "elsewhere",
        "Sending elsewhere",
        "When this is not the way: danger, complaints, allegations, and kinds that go to somebody else.",
        ("signposts", "routes_out"),
    ),
    Section(
        "moving",
        "Moving up and closing",
        "Why and by whom it is moved up, and who may close it.",
        ("grounds", "permits", "closing"),
    ),
    Section("beside", "Beside the {steps}", "Panels, mediation, meetings and logs.", ("side_processes",)),
    Section(
        "lists",
        "Categories, marks, urgency and the child’s status",
        "The lists that people choose from on the form.",
        ("categories", "flags", "urgency_bands", "child_statuses"),
    ),
    Section("agencies", "Agencies and posts", "Who works together, and whom each agency sends to which {step}.", ("agencies",)),
    Section("contacts", "Contacts", "Inboxes, numbers and posts outside any agency.", ("contacts",)),
    Section("guidance", "Guidance", "Advice from your document, shown where it is needed.", ("guidance",)),
    Section("reporting", "Reporting", "Who takes up what is learned.", ("reporting",)),
)
BY_SLUG = {section.slug: section for section in SECTIONS}
BY_LIST = {name: section for section in SECTIONS for name in section.lists}


@dataclass(frozen=True)
class Fault:
    """One problem as a sentence, with the address where it can be put right."""

    sentence: str
    href: str
    section: str
    place: Place | None


@dataclass(frozen=True)
class Item:
    """One part as its section lists it."""

    place: Place
    title: str
    more: tuple[str, ...]
    clause: str
    assumption: str
    faults: tuple[Fault, ...]
    first: bool
    last: bool

    @property
    def heading(self) -> str:
        """A heading has no full stop."""
        return self.title.removesuffix(".")


@dataclass(frozen=True)
class Listing:
    """One list of a section. `single`: there is one such part or none."""

    name: str
    title: str
    hint: str
    one: str
    items: tuple[Item, ...]
    faults: tuple[Fault, ...]
    single: bool


@dataclass(frozen=True)
class Draft:
    """One draft to look at: `slug` and `number` are its address."""

    protocol: Protocol
    definition: dict[str, Any]
    slug: str
    number: int
    forms: dict[Place, PartForm] = field(default_factory=dict)

    @property
    def choosing(self) -> Choosing:
        return Choosing(self.protocol)

    def address(self, name: str, **more: Any) -> str:
        return reverse(f"editor:{name}", kwargs={"slug": self.slug, "number": self.number, **more})

    def address_of(self, place: Place) -> str:
        return self.address("part", section=place.name, index=place.index)

    def faults(self) -> list[Fault]:
        """Everything that would stop it from working, in the order of the sections."""
        found = [self.fault(problem) for problem in problems_with(self.protocol)]
        order = [section.slug for section in SECTIONS]
        return sorted(found, key=lambda fault: order.index(fault.section))

    def fault(self, problem: Problem) -> Fault:
        sentence = plainly(problem, self.protocol, self.choosing)
        place = place_of(problem, self.definition)
        first = str(problem.path[0]) if problem.path else ABOUT
        section = BY_LIST[first if first in BY_LIST else ABOUT].slug
        if place is None:
            return Fault(sentence, f"{self.address('section', section=section)}#{first}", section, None)
        if place not in self.forms:
            self.forms[place] = PartForm(model=place.model, protocol=self.protocol, was=part_at(self.definition, place))
        named = self.forms[place].field_for(place.within(problem.path) or ())
        return Fault(sentence, f"{self.address_of(place)}{f'#of-{named}' if named else ''}", section, place)

    def speaking_of(self, path: Path) -> Fault:
        """A part that speaks of another, by the path of what it says."""
        place = Place(str(path[0]), int(path[1]) if path[0] in LISTS else 0)
        name = place.name
        part: Any = getattr(self.protocol, name)
        one = self.choosing.words(said(Protocol, name).one)
        called = self.choosing.name_of(part[place.index] if name in LISTS else part)
        sentence = f"{one[:1].upper()}{one[1:]}: {called}" if called else f"{one[:1].upper()}{one[1:]}"
        return Fault(sentence, self.address_of(place), BY_LIST[name].slug, place)

    def listing(self, name: str, faults: Iterable[Fault]) -> Listing:
        words, single = said(Protocol, name if name != ABOUT else "source"), name not in LISTS
        number = count(self.definition, name)
        known = list(faults)
        shown = readable(self.protocol)
        items = tuple(self._item(Place(name, index), shown, known, number) for index in range(number))
        return Listing(
            name=name,
            title=self.choosing.words(words.label),
            hint=self.choosing.words(words.hint),
            one=self.choosing.words(words.one),
            items=items,
            faults=tuple(f for f in known if f.place is None and f.href.endswith(f"#{name}")),
            single=single,
        )

    def _item(self, place: Place, shown: Protocol, faults: list[Fault], number: int) -> Item:
        part: Any = shown if place.name == ABOUT else getattr(shown, place.name)
        part = part[place.index] if place.name in LISTS else part
        title, more = self._words(part, shown)
        return Item(
            place=place,
            title=title,
            more=more,
            clause=getattr(part, "clause", ""),
            assumption=getattr(part, "assumption", ""),
            faults=tuple(fault for fault in faults if fault.place == place),
            first=place.index == 0,
            last=place.index == number - 1,
        )

    def _words(self, part: Any, shown: Protocol) -> tuple[str, tuple[str, ...]]:
        if isinstance(part, Rule) and sentences_of.dispatch(type(part)) is not sentences_of.dispatch(Rule):
            words = sentences_of(part, shown)
            return words.words, words.more
        if isinstance(part, Protocol):
            return part.title, (f"Source: {part.source.document}",)
        return self.choosing.name_of(part), ()

    def sections(self, faults: list[Fault]) -> list[dict[str, Any]]:
        """Every section with how many parts it has, and how many problems."""
        return [
            {
                "slug": section.slug,
                "title": self.choosing.words(section.title),
                "intro": self.choosing.words(section.intro),
                "count": sum(count(self.definition, name) for name in section.lists),
                "problems": sum(fault.section == section.slug for fault in faults),
                "assumed": sum(rests_on_nothing(self.definition.get(name)) for name in section.lists),
            }
            for section in SECTIONS
        ]

    def rungs(self) -> list[Rung]:
        """The ladder as it stands, each rung leading to its own form."""
        drawn = Reader(readable(self.protocol), {}).rungs()
        places = [Place("stages", i) for i in range(len(self.protocol.stages))]
        places += [Place("side_processes", i) for i in range(len(self.protocol.side_processes))]
        return [replace(rung, href=self.address_of(place)) for rung, place in zip(drawn, places, strict=True)]


def rests_on_nothing(part: Any) -> int:
    """How many rules in a part of the document, or in a list of them, are assumed and have no clause."""
    if isinstance(part, list):
        return sum(rests_on_nothing(item) for item in part)
    if not isinstance(part, dict):
        return 0
    own = bool(part.get("assumption")) and not part.get("clause")
    return own + sum(rests_on_nothing(value) for value in part.values())


def next_after(section: Section) -> Section | None:
    """The section that a person who goes through the document comes to next."""
    after = SECTIONS.index(section) + 1
    return SECTIONS[after] if after < len(SECTIONS) else None


def place_of(problem: Problem, definition: dict[str, Any]) -> Place | None:
    """The part that a problem is about; none where it is about a whole list."""
    if not problem.path or problem.path[0] in ABOUT_FIELDS:
        return Place(ABOUT, 0)
    name = str(problem.path[0])
    if name in SINGLE:
        return Place(name, 0) if definition.get(name) else None
    return Place(name, int(problem.path[1])) if len(problem.path) > 1 and is_known(name) else None
