"""A draft as its author meets it: which parts are done, what is still missing, and what the protocol changed meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms

from partnerships.models import ProtocolVersion
from partnerships.protocol import RouteOut

from ..models import Disagreement
from ..permissions import Viewer
from .raising import SAVED, Answer, Part, RaisingForm, Setting, digest
from .raising_flat import RaiseForm, parts_of


@dataclass(frozen=True)
class Step:
    """One part of the form and how far it is."""

    key: str
    title: str
    saved: bool
    problems: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def done(self) -> bool:
        return self.saved and not self.problems

    @property
    def status(self) -> str:
        if self.changed:
            return "The questions changed"
        if self.done:
            return "Completed"
        return "Something is missing" if self.saved else "Not started"


@dataclass(frozen=True)
class Problem:
    """Something that stops it from being raised, and the question to go to."""

    sentence: str
    step: str
    target: str


class Draft:
    """A draft with the protocol that is in force now; it follows the protocol until it is raised."""

    def __init__(self, disagreement: Disagreement, *, viewer: Viewer, version: ProtocolVersion) -> None:
        self.disagreement, self.viewer, self.version = disagreement, viewer, version
        self.answers: Mapping[str, Any] = disagreement.answers

    @cached_property
    def whole(self) -> RaiseForm:
        return RaiseForm(self.answers, viewer=self.viewer, protocol=self.version.protocol)

    @cached_property
    def parts(self) -> list[Part]:
        return self.whole.parts

    def part(self, key: str) -> Part | None:
        return next((part for part in self.parts if part.key == key), None)

    def page(self, part: Part, data: Any = None) -> RaisingForm:
        """The form of one part: as saved, or bound to what was posted."""
        if data is not None:
            unbound = RaisingForm(data, setting=part.setting, parts=[part])
            known = {**self.answers, **unbound.typed()}
        else:
            known = dict(self.answers)
        setting = Setting(self.viewer, self.version.protocol, known)
        again = type(part)(setting)
        initial = {name: value for name, value in self.answers.items() if not name.startswith(SAVED)}
        return RaisingForm(data, setting=setting, parts=[again], initial=initial)

    @property
    def routes(self) -> tuple[RouteOut, ...]:
        """Where a disagreement like this goes instead, as far as it is known."""
        return self.whole.setting.routes

    def leads_away(self, part: Part, *, before: Collection[str]) -> bool:
        """Whether answering this part has shown another way, or has kept to an answer for which there is none here."""
        names = self.whole.names_of(part) if part.key in {one.key for one in self.parts} else ()
        return any(r.key not in before or (r.stops and self.whole.decided_by(r) in names) for r in self.routes)

    def mark(self, part: Part) -> str:
        return digest(self.answers, self.whole.names_of(part))

    @cached_property
    def steps(self) -> list[Step]:
        return [
            Step(
                key=part.key,
                title=part.title,
                saved=f"{SAVED}{part.key}" in self.answers,
                problems=tuple(name for name in self.whole.names_of(part) if name in self.whole.errors),
                changed=tuple(self.changed.get(part.key, ())),
            )
            for part in self.parts
        ]

    def next_step(self, *, after: str = "") -> Step | None:
        """The next part that is not done, from there on and then from the beginning; None when all are."""
        keys = [step.key for step in self.steps]
        at = keys.index(after) + 1 if after in keys else 0
        return next((step for step in [*self.steps[at:], *self.steps[:at]] if not step.done), None)

    def before(self, key: str) -> str | None:
        keys = [step.key for step in self.steps]
        at = keys.index(key)
        return keys[at - 1] if at else None

    @property
    def problems(self) -> list[Problem]:
        """What is missing or wrong, in the order of the form."""
        found = []
        for part in self.parts:
            for name in self.whole.names_of(part):
                if name in self.whole.errors:
                    told = self.whole[name].error_sentences  # type: ignore[attr-defined]
                    found += [Problem(error.sentence, part.key, error.target) for error in told]
        return found

    def shown(self) -> list[tuple[Part, list[Answer]]]:
        return [(part, part.shown(self.whole)) for part in self.parts]

    @cached_property
    def changed(self) -> dict[str, list[str]]:
        """By part, the questions that are new or not the same as when that part was saved, under an earlier version."""
        saved = {part.key: self.answers.get(f"{SAVED}{part.key}") for part in self.parts}
        earlier = {version for version in saved.values() if version not in (None, self.version.pk)}
        # A part that the earlier protocol did not have was never saved; it is missing, and shown as that.
        versions = {v.pk: v for v in ProtocolVersion.objects.filter(pk__in=earlier)} if earlier else {}
        found = {}
        for part in self.parts:
            was = versions.get(saved[part.key] or 0)
            if was is not None and (questions := self._changed_in(part, was)):
                found[part.key] = questions
        return found

    def _changed_in(self, part: Part, was: ProtocolVersion) -> list[str]:
        setting = Setting(self.viewer, was.protocol, self.answers)
        before = next((p.fields() for p in parts_of(setting) if p.key == part.key), {})
        now = {name: self.whole.fields[name] for name in self.whole.names_of(part)}
        return [str(field.label) for name, field in now.items() if _signature(field) != _signature(before.get(name))]


def _signature(field: forms.Field | None) -> tuple[Any, ...]:
    """What a person reads and may answer: when it differs, the question has changed."""
    if field is None:
        return ()
    return (str(field.label), str(field.help_text), field.required, [(str(k), str(v)) for k, v in getattr(field, "choices", ())])
