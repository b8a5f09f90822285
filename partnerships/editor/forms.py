"""The form of any part of a protocol, built from the schema: its fields, the parts inside it, and back as plain data.

A form is a tree: leaves (one field each), groups (a part inside the part, always there or only if asked for) and rows (a
list of parts inside it). The tree is both what the template draws and what reads the answers back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as each_with_its_own
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from ..form_fields import Radios
from ..protocol import Condition, Part, Protocol, Rule
from ..protocol_problems import Path
from .forms_fields import MISSING, Choosing, Leaf
from .forms_rows import rows_in
from .parts import fields_of, said, shape_of
from .parts_said import Said
from .places import ABOUT_FIELDS

GROUNDLESS = (
    "Give the clause of your document. Where the document is silent, say what is assumed and end with the question that "
    "somebody has to answer"
)
NO_KEY = (
    "A short name begins with a small letter and holds up to 40 small letters, digits and underscores. "
    "Leave it empty to have it made"
)
YES_NO = [("yes", "Yes"), ("no", "No")]


@dataclass
class Group:
    """A part on a form. `asked`: the name of the yes or no that says whether there is one; none where it always is."""

    field: str
    model: type[Part]
    said: Said
    was: dict[str, Any] | None
    asked: str = ""
    number: int = 0
    of: int = 0
    nodes: dict[str, Leaf | Group | Rows] = each_with_its_own(default_factory=dict)

    @property
    def kind(self) -> str:
        if self.asked:
            return "optional"
        return "when" if self.model is Condition else "group"

    @property
    def usual(self) -> list[Leaf | Group | Rows]:
        return [node for node in self.nodes.values() if not node.said.rare]

    @property
    def folded(self) -> list[Leaf | Group | Rows]:
        """What few protocols need, and nobody has to see."""
        return [node for node in self.nodes.values() if node.said.rare]

    def inside(self) -> Iterator[Leaf | Group | Rows]:
        """Everything below it, itself left out."""
        for node in self.nodes.values():
            yield node
            if isinstance(node, Group | Rows):
                yield from node.inside()


@dataclass
class Rows:
    """A list of parts inside a part, in order. `field` is how their fields begin, and what the buttons name."""

    field: str
    said: Said
    rows: list[Group]
    kind: str = "rows"

    def inside(self) -> Iterator[Leaf | Group | Rows]:
        for row in self.rows:
            yield row
            yield from row.inside()


def blank(model: type[Part]) -> dict[str, Any]:
    """A part of which nothing has been said yet, as its fields begin."""
    found: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        shape = shape_of(info)
        if shape.many:
            found[name] = []
        elif shape.part is not None:
            found[name] = None if shape.optional else blank(shape.part)
        elif info.is_required():
            found[name] = None if shape.words else False if shape.holds is bool else ""
        else:
            found[name] = getattr(info.default, "value", info.default)
    return found


class PartForm(forms.Form):
    """One part of a draft. `was` is the part as it stands there, or none for a new one. With `only_drawn` what was typed
    is shown again and nothing is refused yet: a row was asked for."""

    label_size = "s"

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        model: type[Part],
        protocol: Protocol,
        was: dict[str, Any] | None = None,
        only_drawn: bool = False,
    ) -> None:
        super().__init__(data)
        self.choosing = Choosing(protocol)
        self.model = model
        self.root = Group("", model, Said(""), was)
        self._build(self.root, was or blank(model))
        if only_drawn:
            self._errors = ErrorDict()
            self.cleaned_data: dict[str, Any] = {}

    # ---------------------------------------------------------------- building
    def _build(self, group: Group, value: dict[str, Any]) -> None:
        names = ABOUT_FIELDS if group.model is Protocol else None
        for name in fields_of(group.model):
            if names is not None and name not in names:
                continue
            shape, words = shape_of(group.model.model_fields[name]), said(group.model, name)
            at, held = f"{group.field}{name}", value.get(name)
            if shape.part is not None and shape.many:
                group.nodes[name] = self._rows(at, shape.part, words, held or [])
            elif shape.part is not None:
                group.nodes[name] = self._group(at, shape.part, words, held, optional=shape.optional)
            else:
                leaf = Leaf(at, name, shape, words, held)
                if not leaf.is_empty_choice(self.choosing):
                    group.nodes[name] = leaf
                    self.fields[at] = leaf.made(self.choosing)
                    self.initial[at] = leaf.typed()

    def _group(self, at: str, model: type[Part], words: Said, held: Any, *, optional: bool) -> Group:
        made = Group(f"{at}-", model, words, held, asked=f"{at}-is" if optional else "")
        if optional:
            self.fields[made.asked] = forms.ChoiceField(
                label=self.choosing.words(words.label),
                help_text=self.choosing.words(words.hint),
                choices=YES_NO,
                required=False,
                widget=Radios(),
            )
            self.initial[made.asked] = "no" if held is None else "yes"
        self._build(made, held or blank(model))
        return made

    def _rows(self, at: str, model: type[Part], words: Said, held: list[Any]) -> Rows:
        number = rows_in(self.data, at) if isinstance(self.data, QueryDict) and self.is_bound else len(held)
        rows = []
        for index in range(number):
            was = held[index] if index < len(held) else None
            row = Group(f"{at}-{index}-", model, words, was, number=index + 1, of=number)
            self._build(row, was or blank(model))
            rows.append(row)
        return Rows(at, words, rows)

    # ---------------------------------------------------------------- reading
    def clean(self) -> dict[str, Any]:
        self._check(self.root)
        return self.cleaned_data

    def _check(self, group: Group) -> None:
        if not self._is_there(group):
            for node in group.inside():
                self.errors.pop(node.field, None)
            return
        for node in group.nodes.values():
            if isinstance(node, Group):
                self._check(node)
            elif isinstance(node, Rows):
                for row in node.rows:
                    self._check(row)
            elif node.field not in self.errors:
                if node.is_missing(self.cleaned_data.get(node.field)):
                    self.add_error(node.field, MISSING)
                elif node.name == "key" and not _is_key(self.cleaned_data.get(node.field)):
                    self.add_error(node.field, NO_KEY)
        clause, assumption = f"{group.field}clause", f"{group.field}assumption"
        given = any(name in self.errors or self.cleaned_data.get(name) for name in (clause, assumption))
        if issubclass(group.model, Rule) and not given:
            self.add_error(clause, GROUNDLESS)

    def _is_there(self, group: Group) -> bool:
        """A part that was not asked for is not there; a row in which nothing was typed is not there either."""
        if group.asked:
            return bool(self.cleaned_data.get(group.asked) == "yes")
        return not group.number or self._says_something(group)

    def _says_something(self, row: Group) -> bool:
        if any(node.field in self.errors for node in row.inside()):
            return True
        given, nothing = self._read(row), blank(row.model)
        return any(value != nothing[name] for name, value in given.items() if name != "key")

    def _read(self, group: Group) -> dict[str, Any]:
        """A part as the document holds it. A field that was not asked keeps what it had."""
        found = dict(group.was or blank(group.model))
        for name, node in group.nodes.items():
            if isinstance(node, Leaf):
                found[name] = node.plain(self.cleaned_data.get(node.field))
            elif isinstance(node, Rows):
                found[name] = [self._read(row) for row in node.rows if self._says_something(row)]
            else:
                found[name] = self._read(node) if self._is_there(node) else None
        return found

    def plain(self) -> dict[str, Any]:
        """The part, once the form is valid."""
        return self._read(self.root)

    # ---------------------------------------------------------------- finding
    def field_for(self, path: Path) -> str:
        """The field that a problem's path is about, or the nearest one before it; none: the part as a whole."""
        at = ""
        for step in path:
            longer = f"{at}-{step}" if at else str(step)
            near = (longer, f"{longer}-is", f"{longer}-kind", f"{longer}-name")
            if not any(name in self.fields or any(field.startswith(f"{name}-") for field in self.fields) for name in near):
                break
            at = longer
        known = (at, f"{at}-is", f"{at}-kind", f"{at}-name", f"{at}-asks")
        return next((name for name in known if name in self.fields), "")


def _is_key(text: Any) -> bool:
    return not text or bool(re.fullmatch(r"[a-z][a-z0-9_]{0,39}", str(text)))
