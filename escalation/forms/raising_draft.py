"""A draft as those meet it who write in it: which pages are done, what is missing, and what the protocol changed meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext

from partnerships.models import ProtocolVersion
from partnerships.protocol import RouteOut

from ..models import Disagreement
from ..permissions import Viewer
from .raising import BY, SAVED, Answer, Part, RaisingForm, Setting, digest
from .raising_flat import RaiseForm, parts_of
from .raising_pages import FormPage, pages_of


@dataclass(frozen=True)
class Step:
    """One page of the form and how far it is. `by`: who saved it last and when, as the draft keeps it."""

    key: str
    title: str
    saved: bool
    problems: tuple[str, ...]
    changed: tuple[str, ...]
    by: Mapping[str, Any] | None = None

    @property
    def done(self) -> bool:
        return self.saved and not self.problems

    @property
    def status(self) -> str:
        if self.changed:
            return gettext("The questions changed")
        if self.done:
            return gettext("Completed")
        return gettext("Something is missing") if self.saved else gettext("Not started")


@dataclass(frozen=True)
class Problem:
    """Something that stops it from being raised, and the question to go to."""

    sentence: str
    step: str
    target: str


class Draft:
    """A draft with the protocol that is in force now; it follows the protocol until it is raised. `viewer` is its author,
    whoever of the two writes in it: the questions are about them."""

    def __init__(self, disagreement: Disagreement, *, viewer: Viewer, version: ProtocolVersion) -> None:
        self.disagreement, self.viewer, self.version = disagreement, viewer, version
        self.answers: Mapping[str, Any] = disagreement.answers

    @cached_property
    def whole(self) -> RaiseForm:
        return RaiseForm(self.answers, viewer=self.viewer, protocol=self.version.protocol, proposing=False)

    @cached_property
    def parts(self) -> list[Part]:
        return self.whole.parts

    @cached_property
    def pages(self) -> list[FormPage]:
        return pages_of(self.parts)

    def page(self, key: str) -> FormPage | None:
        """By its own key, or by that of a part that is on it."""
        return next((page for page in self.pages if key in page.keys), None)

    def form(self, page: FormPage, data: Any = None) -> RaisingForm:
        """The form of one page: as saved, or bound to what was posted."""
        known = dict(self.answers)
        if data is not None:
            unbound = RaisingForm(data, setting=page.parts[0].setting, parts=page.parts)
            known |= unbound.typed()
        setting = Setting(self.viewer, self.version.protocol, known)
        # What was asked is still answered, also where the answer makes an end of the question; and it may bring up another.
        asked = {part.key: type(part)(setting) for part in page.parts}
        asked |= {part.key: part for one in pages_of(parts_of(setting)) if one.key == page.key for part in one.parts}
        again = next(one.parts for one in pages_of(asked.values()) if one.key == page.key)
        initial = {name: value for name, value in self.answers.items() if not name.startswith((SAVED, BY))}
        return RaisingForm(data, setting=setting, parts=again, initial=initial)

    @property
    def routes(self) -> tuple[RouteOut, ...]:
        """Where a disagreement like this goes instead, as far as it is known."""
        return self.whole.setting.routes

    def leads_away(self, page: FormPage, *, before: Collection[str]) -> bool:
        """Whether answering this page has shown another way, or has kept to an answer for which there is none here."""
        names = self.names_on(page)
        return any(r.key not in before or (r.stops and self.whole.decided_by(r) in names) for r in self.routes)

    def names_on(self, page: FormPage) -> list[str]:
        here = {part.key for part in self.parts}
        return [name for part in page.parts if part.key in here for name in self.whole.names_of(part)]

    def mark(self, page: FormPage) -> str:
        return digest(self.answers, self.names_on(page))

    @cached_property
    def steps(self) -> list[Step]:
        return [
            Step(
                key=page.key,
                title=page.title,
                saved=page.usual or all(f"{SAVED}{part.key}" in self.answers for part in page.parts),
                problems=tuple(name for name in self.names_on(page) if name in self.whole.errors),
                changed=tuple(self.changed.get(page.key, ())),
                by=self.answers.get(f"{BY}{page.key}"),
            )
            for page in self.pages
        ]

    def next_step(self, *, after: str = "") -> Step | None:
        """The next page that is not done, from there on and then from the beginning; None when all are."""
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
        for page in self.pages:
            for name in self.names_on(page):
                if name in self.whole.errors:
                    told = self.whole[name].error_sentences  # type: ignore[attr-defined]
                    found += [Problem(error.sentence, page.key, error.target) for error in told]
        return found

    def shown(self) -> list[tuple[FormPage, str, list[Answer]]]:
        """What was answered, under headings: each with the page to go to for changing it."""
        found = []
        for page in self.pages:
            if page.apart:
                found += [(page, gettext(part.title), part.shown(self.whole)) for part in page.parts]
            else:
                found.append((page, page.title, [one for part in page.parts for one in part.shown(self.whole)]))
        return found

    @cached_property
    def changed(self) -> dict[str, list[str]]:
        """By page, the questions that are new or not the same as when their part was saved, under an earlier version."""
        saved = {part.key: self.answers.get(f"{SAVED}{part.key}") for part in self.parts}
        earlier = {version for version in saved.values() if version not in (None, self.version.pk)}
        # A part that the earlier protocol did not have was never saved; it is missing, and shown as that.
        versions = {v.pk: v for v in ProtocolVersion.objects.filter(pk__in=earlier)} if earlier else {}
        found: dict[str, list[str]] = {}
        for page in self.pages:
            for part in page.parts:
                was = versions.get(saved[part.key] or 0)
                if was is not None and (questions := self._changed_in(part, was)):
                    found.setdefault(page.key, []).extend(questions)
        return found

    def _changed_in(self, part: Part, was: ProtocolVersion) -> list[str]:
        setting = Setting(self.viewer, was.protocol, self.answers, proposing=False)
        before = next((p.fields() for p in parts_of(setting) if p.key == part.key), {})
        now = {name: self.whole.fields[name] for name in self.whole.names_of(part)}
        return [str(field.label) for name, field in now.items() if _signature(field) != _signature(before.get(name))]


def _signature(field: forms.Field | None) -> tuple[Any, ...]:
    """What a person reads and may answer: when it differs, the question has changed."""
    if field is None:
        return ()
    return (str(field.label), str(field.help_text), field.required, [(str(k), str(v)) for k, v in getattr(field, "choices", ())])
