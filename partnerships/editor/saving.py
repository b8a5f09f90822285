"""One part in the course of being edited: its form, what is wrong with it beside which field, and the draft it would make."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, QueryDict

from ..protocol import Protocol
from ..protocol_problems import problems_with
from ..protocol_shape import Fit, fit
from .forms import PartForm
from .forms_fields import Choosing
from .forms_rows import rearranged
from .parts import said
from .places import (
    ABOUT,
    LISTS,
    Definition,
    Place,
    count,
    digest_of_part,
    free_key,
    keys_of,
    part_at,
    renamed,
    same_part,
    with_part,
)
from .sections import Draft
from .sections_words import plainly


def digest_shown(request: HttpRequest) -> str:
    """The draft as it was when the page was shown."""
    return str(request.POST.get("digest", ""))


@dataclass
class Editing:
    draft: Draft
    place: Place
    new: bool
    request: HttpRequest
    what_happened: str = ""

    @classmethod
    def again(cls, draft: Draft, name: str, index: int | None, request: HttpRequest) -> Editing:
        """The same form against a draft that somebody else has changed: the part where it stands now, or a new one."""
        typed = request.POST
        told = "Somebody changed this draft while you were editing. What you typed is still here"
        found = (
            None
            if index is None
            else same_part(draft.definition, name, was=str(typed.get("was", "")), key=str(typed.get("was-key", "")))
        )
        if index is None or (found is None and name in LISTS):
            gone = "" if index is None else ", but the part itself was taken out: to save it adds it again"
            place = Place(name, count(draft.definition, name))
            return cls(draft, place, True, request, f"{told}{gone}. Look at it, and save it once more")
        same = found is not None and digest_of_part(part_at(draft.definition, Place(name, found))) == typed.get("was")
        own = "" if same else ", and so was this part: to save it puts yours in its place"
        return cls(draft, Place(name, found or 0), False, request, f"{told}{own}. Look at it, and save it once more")

    @cached_property
    def was(self) -> Definition | None:
        return None if self.new else part_at(self.draft.definition, self.place)

    @cached_property
    def form(self) -> PartForm:
        posted = self.request.POST if self.request.method == "POST" else None
        asked = str(posted["row"]) if posted is not None and "row" in posted else ""
        data: QueryDict | None = rearranged(posted, asked) if posted is not None and asked else posted
        return PartForm(data, model=self.place.model, protocol=self.draft.protocol, was=self.was, only_drawn=bool(asked))

    @property
    def was_digest(self) -> str:
        return digest_of_part(self.was) if self.was else ""

    @property
    def key(self) -> str:
        return str((self.was or {}).get("key", ""))

    @property
    def one(self) -> str:
        return (
            "about the protocol" if self.place.name == ABOUT else self.draft.choosing.words(said(Protocol, self.place.name).one)
        )

    @property
    def title(self) -> str:
        """What the part is called, as it stands."""
        return self.called_in(None if self.new else self.draft.protocol)

    def called_in(self, protocol: Protocol | None) -> str:
        """What the part is called in that protocol; where it has no name, or is not there yet, what sort of part it is."""
        named = ""
        if protocol is not None and self.place.name != ABOUT:
            part: Any = getattr(protocol, self.place.name)
            named = Choosing(protocol).name_of(part[self.place.index] if self.place.name in LISTS else part)
        return named if named else self.one[:1].upper() + self.one[1:]

    @property
    def action(self) -> str:
        """Where the form is sent: to the part as it stands now."""
        if self.new:
            return self.draft.address("add", section=self.place.name)
        return self.draft.address_of(self.place)

    # ---------------------------------------------------------------- what it would make
    @cached_property
    def _made(self) -> Protocol | None:
        """The draft with the part as typed; none, with the sentences at the fields, where it has not the shape of one."""
        if not self.form.is_valid():
            return None
        part = self._with_keys(self.form.plain())
        definition = with_part(self.draft.definition, self.place, part)
        fitted: Fit = fit(definition)
        if fitted.misfits or fitted.protocol is None:
            for misfit in fitted.misfits:
                field = self.form.field_for(self.place.within(misfit.path) or ())
                self.form.add_error(field or None, misfit.sentence)
            return None
        if self.place.name in LISTS and self.key and part["key"] != self.key and part["key"] not in self._others:
            definition = renamed(definition, fitted.protocol, self.place.name, self.key, part["key"])
            return fit(definition).protocol
        return fitted.protocol

    @property
    def _others(self) -> set[str]:
        return keys_of(self.draft.definition, self.place.name) - {self.key}

    def _with_keys(self, part: Definition) -> Definition:
        """A short name for what has none: made from what it is called."""
        otherwise = self.place.name.rstrip("s")
        if self.place.name == ABOUT:
            return part | {"key": part["key"] or self.draft.protocol.key}
        if "key" in part and not part["key"]:
            part["key"] = free_key(part, self._others, otherwise=otherwise)
        own: set[str] = set()
        for gate in part.get("gates", ()):
            if not gate["key"]:
                stages = self.draft.definition["stages"]
                elsewhere = {g["key"] for i, s in enumerate(stages) if i != self.place.index for g in s["gates"]}
                gate["key"] = free_key(gate, elsewhere | own, otherwise="gate")
            own.add(gate["key"])
        return part

    def revised(self) -> Protocol | None:
        return self._made

    # ---------------------------------------------------------------- what is wrong with it
    @cached_property
    def problems(self) -> dict[str, list[str]]:
        """By field ("" for the part as a whole): what would stop the protocol from working, as typed or as it stands."""
        bound = self.form.is_bound and "row" not in self.request.POST
        protocol = self._made if bound else self.draft.protocol
        if protocol is None or (self.new and not bound):
            return {}
        found: dict[str, list[str]] = {}
        for problem in problems_with(protocol):
            inside = self.place.within(problem.path)
            if inside is not None:
                said_of = plainly(problem, protocol, self.draft.choosing)
                found.setdefault(self.form.field_for(inside), []).append(said_of)
        return found

    def checked(self) -> dict[str, list[str]]:
        """Everything that is to be said beside each field now: what would be refused, and what would not work."""
        refused = {name: [str(s) for s in errors] for name, errors in self.form.errors.items()} if self._made is None else {}
        if refused:
            bound = {name: self.form[name] for name in refused if name in self.form.fields}
            refused = {name: [error.sentence for error in field.error_sentences] for name, field in bound.items()}  # type: ignore[attr-defined]
        return refused or self.problems

    def left_over(self, revised: Protocol) -> str:
        """What to add to the word that it was saved."""
        number = len(problems_with(revised))
        return f" The draft has {number} problem{'' if number == 1 else 's'} left." if number else " The draft has no problems."
