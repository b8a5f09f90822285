"""What the parts of the raising form share, and the form made of them: all parts at once, or one on a page of its own.

A draft keeps, in `Disagreement.answers`, exactly what was typed, refused or not, by the name of its field: words; a list
for boxes ticked; {"day", "month", "year"} for a date; True for a single box. That is the same flat JSON that the API
hands in, so a draft can be checked as a whole at any time (raising_flat.RaiseForm). Beside the fields it keeps
"saved:<part>": the id of the protocol version under which that part was last saved, and "by:<page>": who saved that page
last and when, by id, because two may write in one draft. Once raised, `answers` holds words by
what was asked for (services.Particulars) instead. This module knows no single question and no page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext

from partnerships import date_words
from partnerships import selectors as partnership_selectors
from partnerships.conditions import SIDES, Facts, raised_late
from partnerships.form_dates import GovukDateField, read_date, typed_parts
from partnerships.ladder import Opening, openings
from partnerships.models import Agency, MemberRole, Membership
from partnerships.protocol import Protocol, Requirement, Role, RouteOut, Stage
from partnerships.protocol_terms import Asked, Capacity, RaisedAs, Side
from partnerships.routing import could_hold, routes_out
from partnerships.scope import present
from partnerships.written import Written, joined, plain, say, written

from ..permissions import Viewer
from ..requirements import ABOUT_THE_CHILD
from ..services import Person
from .steps import rung_value

SAVED, BY = "saved:", "by:"
# "None of these" among choices, and the answer that there is no particular child.
NONE = "none"
THEME = "theme"
# What a condition may ask, by the field of the form that answers it.
ANSWERED_BY = {"child_status": "child_statuses", "flags": "flags", "category": "categories", "urgency": "urgencies"}
# Words of advice that are read on a telephone before the questions; more is folded.
SHORT_ADVICE = 32
# Longer than any disagreement in the field; a year with one digit wrong is caught here.
FURTHEST_AHEAD_DAYS = 731


def inside(name: str) -> str:
    """A name in the middle of a sentence: "Line manager" becomes "line manager"; "HSCP member" stays."""
    return type(name)(name if name[1:2].isupper() else name[:1].lower() + name[1:])


def optional(label: str) -> str:
    """A question that need not be answered; written.plain takes it back."""
    said = say(gettext("%(label)s (optional)"), label=label)
    said.bare = label
    return said


@dataclass(frozen=True)
class Setting:
    """What the questions depend on: who fills the form in, under which protocol, and what has been typed so far."""

    viewer: Viewer
    protocol: Protocol
    known: Mapping[str, Any] = field(default_factory=dict)
    # Whether what stands in the directory is proposed: not where answers are only checked.
    proposing: bool = True

    def typed(self, name: str) -> str:
        value = self.known.get(name)
        return value if isinstance(value, str) else ""

    @cached_property
    def raised_as(self) -> RaisedAs:
        """For whom it is raised: as its own agency's where nothing else was chosen, or may be."""
        allowed = {raiser.kind.value: raiser.kind for raiser in self.protocol.raisers}
        return allowed.get(self.typed("raised_as"), RaisedAs.OWN)

    @property
    def thematic(self) -> bool:
        return self.protocol.thematic is not None and self.typed("about") == THEME

    @cached_property
    def openings(self) -> dict[str, Opening]:
        """Where it may start: a stage that is only for some is offered as long as what is known does not rule it out."""
        every = {rung_value(o.to): o for o in openings(self.protocol)}
        return {value: o for value, o in every.items() if self._offered(o)} or every

    def _offered(self, opening: Opening) -> bool:
        stage = self.protocol.stage(opening.to.stage)
        asked = (stage.only_when, stage.direct_when if opening.direct else None)
        return all(when is None or could_hold(self.protocol, when, self._facts, unknown=self._unknown) for when in asked)

    @property
    def _unknown(self) -> frozenset[str]:
        """What a condition may ask that nobody was asked yet. A disagreement about a theme has no child, and that is known."""
        found = {asked for name, asked in ANSWERED_BY.items() if name not in self.known or self.known[name] in ("", None)}
        found -= {"child_statuses"} if self.thematic else set()
        return frozenset(found | (set() if all(self.agency(side) for side in SIDES) else {"sectors"}))

    @cached_property
    def _facts(self) -> Facts:
        chosen = {name: "" if (typed := self.typed(name)) == NONE else typed for name in ("child_status", "category", "urgency")}
        ticked = self.known.get("flags") or ()
        return Facts(
            sectors={side: agency.sector for side in SIDES if (agency := self.agency(side)) is not None},
            child_status="" if self.thematic else chosen["child_status"],
            category=chosen["category"],
            urgency=chosen["urgency"],
            flags=frozenset(str(flag) for flag in ticked) if isinstance(ticked, list | tuple) else frozenset(),
            raised_as=self.raised_as,
            late=self._late,
        )

    @property
    def _late(self) -> bool:
        """Whether the day of the decision, as typed so far, is longer ago than the protocol has it raised within."""
        if self.protocol.raise_within is None:
            return False
        try:
            day = GovukDateField().to_python(self.known.get("decided_on"))
        except forms.ValidationError:
            return False
        return raised_late(self.protocol, decided_on=day, at=present(), calendar=partnership_selectors.calendar())

    @cached_property
    def facts(self) -> Facts:
        """What is known of it so far, where it will start."""
        return replace(self._facts, stage=self.opening.to.stage, direct=self.opening.direct)

    @cached_property
    def routes(self) -> tuple[RouteOut, ...]:
        """Where a disagreement like this goes instead, as far as known."""
        return routes_out(self.protocol, self.facts)

    @cached_property
    def opening(self) -> Opening:
        """Where it starts, as far as said; until then the usual place."""
        return self.openings.get(self.typed("to")) or next(iter(self.openings.values()))

    @property
    def stage(self) -> Stage:
        return self.protocol.stage(self.opening.to.stage)

    def asks(self, what: Asked) -> Requirement | None:
        if self.thematic and what in ABOUT_THE_CHILD:
            return None
        return self.protocol.asks_for(what, stage=self.stage.key)

    @cached_property
    def memberships(self) -> list[Membership]:
        """The viewer's own, those with an agency first."""
        return sorted(self.viewer.held, key=lambda m: (m.agency_id is None, m.pk))

    @cached_property
    def agencies(self) -> dict[str, Agency]:
        return {agency.key: agency for agency in Agency.objects.filter(active=True)}

    def agency(self, side: Side) -> Agency | None:
        return self.agencies.get(self.typed(f"{side.value}_agency"))

    @cached_property
    def practitioner(self) -> Role:
        found = [r for r in self.protocol.roles if r.side in (Side.BOTH, Side.RAISING)]
        return next((r for r in found if r.capacity == Capacity.PRACTITIONER), self.protocol.roles[0])

    @cached_property
    def lead(self) -> Role | None:
        """The first manager of a side, whatever the protocol calls them."""
        return next((r for r in self.protocol.roles if r.side == Side.BOTH and r.capacity == Capacity.LEAD), None)

    @property
    def beside_the_sides(self) -> bool:
        """The partnership's own people and advisers record for somebody else and take no side (W 2.7)."""
        sides = {MemberRole.PRACTITIONER, MemberRole.LEAD, MemberRole.SENIOR_MANAGER}
        return not self.viewer.roles & sides


@dataclass
class Filling:
    """What the parts of a valid form hand to the service, gathered."""

    answers: dict[str, str] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """One line of "check your answers": the question, what was answered, and the field to go to for changing it."""

    question: str
    answer: str
    name: str


@dataclass(frozen=True)
class Section:
    heading: str
    fields: tuple[str, ...]
    # The protocol's advice that belongs just above these questions.
    advice: tuple[str, ...] = ()
    pressing: bool = False


class Part:
    """A few questions that belong together: one page of the form, one block of the flat one. A part that this protocol
    has no use for is not `wanted`, and adds nothing."""

    key = ""
    # In English; said in the page's language where it is shown.
    title = ""
    # Which of the protocol's guidance stands above it.
    guidance: tuple[str, ...] = ()
    wanted = True
    # Whether short advice is shown at once, because safety may hang on it; otherwise it is folded.
    pressing = False
    # Answered as it nearly always is before anybody looks at it: nobody is led there, and whoever needs it finds it.
    usual = False

    def __init__(self, setting: Setting) -> None:
        self.setting = setting

    @property
    def protocol(self) -> Protocol:
        return self.setting.protocol

    def fields(self) -> dict[str, forms.Field]:
        raise NotImplementedError

    def clean(self, form: RaisingForm) -> None:
        """What no single field can say: answers that want another one, or that contradict one."""

    def fill(self, given: Mapping[str, Any], filling: Filling) -> None:
        raise NotImplementedError

    def sections(self, names: Sequence[str]) -> list[Section]:
        return [Section("", tuple(names), self.advice, self.pressing)]

    @property
    def advice(self) -> tuple[str, ...]:
        """The protocol's guidance for these questions, where it starts."""
        stage = self.setting.stage.key
        every = [(at, one) for at in self.guidance for one in self.protocol.guidance if one.at == at]
        return tuple(Written(one.text) for _, one in every if not one.stages or stage in one.stages)

    def shown(self, form: RaisingForm) -> list[Answer]:
        return [Answer(plain(str(form[name].label)), said(form[name]), name) for name in form.names_of(self) if said(form[name])]


class RaisingForm(forms.Form):
    """The questions of some parts, bound to what was typed. Cleaned part by part, so that one knows what another holds."""

    label_size = "s"

    def __init__(self, data: Any = None, *, setting: Setting, parts: Sequence[Part], **kwargs: Any) -> None:
        self.setting, self.parts = setting, list(parts)
        super().__init__(data, **kwargs)
        self._names: dict[str, tuple[str, ...]] = {}
        for part in self.parts:
            built = part.fields()
            self._names[part.key] = tuple(built)
            self.fields |= built

    def names_of(self, part: Part) -> tuple[str, ...]:
        return self._names[part.key]

    def part_of(self, name: str) -> Part:
        return next(part for part in self.parts if name in self._names[part.key])

    def clean(self) -> dict[str, Any]:
        super().clean()
        for part in self.parts:
            part.clean(self)
        return self.cleaned_data

    def given(self, name: str) -> Any:
        """What a field holds after cleaning, or None where it was refused or left empty."""
        return self.cleaned_data.get(name) or None

    def refuse(self, name: str | None, sentence: str) -> None:
        """Say what is wrong at a field (None: of the whole), unless that field was refused already."""
        if name not in self.errors:
            self.add_error(name, sentence)

    def typed(self) -> dict[str, Any]:
        """Everything posted, as a draft keeps it. A NUL cannot be stored by the database, so it alone is left out."""
        return {
            name: kept(field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name)))
            for name, field in self.fields.items()
        }

    def sections(self) -> list[dict[str, Any]]:
        """The fields as a page draws them: under headings, without those that open under a choice."""
        found = []
        for part in self.parts:
            for section in part.sections(self.names_of(part)):
                drawn = [self[name] for name in section.fields if not self[name].is_revealed]  # type: ignore[attr-defined]
                found.append({"heading": section.heading, "fields": drawn, **folded(section)})
        return found


def folded(section: Section) -> dict[str, Any]:
    """Advice as a page shows it: the first of it where it presses and is short, the rest to be opened by whoever wants it."""
    advice = section.advice
    first = advice[0] if section.pressing and advice and len(advice[0].split()) <= SHORT_ADVICE else ""
    return {"advice": first, "more_advice": list(advice[1:] if first else advice)}


def kept(value: Any) -> Any:
    """What was typed, as JSON that the database can hold."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, Mapping):
        return {str(key): kept(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [kept(one) for one in value]
    return value if isinstance(value, bool | int | float) or value is None else str(value)


def digest(answers: Mapping[str, Any], names: Sequence[str]) -> str:
    """A short mark of what a part held when its page was made, to see whether another window has changed it since."""
    held = json.dumps({name: answers.get(name) or "" for name in names}, sort_keys=True)
    return hashlib.sha256(held.encode()).hexdigest()[:16]


def said(field: BoundField) -> str:
    """A field's answer in words a person would read back, from what was typed. What is chosen is in its label's language."""
    value = field.value()
    if isinstance(field.field, GovukDateField):
        return said_date(value) if value else ""
    if isinstance(value, bool):
        return gettext("Yes") if value else ""
    chosen = getattr(field.field, "choices", None)
    if chosen is not None:
        wanted = {str(one) for one in (value if isinstance(value, list) else [value]) if one not in (None, "")}
        return joined(*(str(label) for key, label in chosen if str(key) in wanted), by="\n")
    return written(str(value or "").strip())


def said_date(value: Any) -> str:
    """Tuesday 3 March 2026; what was typed where it is no date."""
    typed = {part: text.strip() for part, text in typed_parts(value).items()}
    try:
        day = read_date(typed, called="The date")
    except forms.ValidationError:
        return " ".join(text for text in typed.values() if text)
    return date_words.day(day)


def today() -> date:
    return timezone.localdate(present())
