"""One field of a part as one box, choice or tick list, and back as plain data; knows no part by name and no page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ..form_dates import GovukDateField
from ..form_fields import Checkboxes, Radios, Words, WordsField
from ..protocol import Protocol
from ..protocol_phrases import EVENT_WORDS
from ..protocol_terms import Side
from .parts import Shape
from .parts_choices import choices_of
from .parts_said import Said

# What the schema leaves open, a page does not: nobody types that much, and the database is not a store for files.
LONGEST, SHORT_WORDS, MOST_RADIOS, CROWD = 4_000, 200, 10, 8
MISSING = ValidationError(forms.Field.default_error_messages["required"], code="required")
NAMED_BY = ("name", "title", "label", "asks", "answer")


@dataclass(frozen=True)
class Choosing:
    """What can be chosen in one draft, by the name of what is referred to."""

    protocol: Protocol

    @property
    def step(self) -> str:
        return self.protocol.step_word

    def words(self, text: str) -> str:
        """A label or hint with the partnership's own word for a step."""
        steps = f"{self.step}s"
        for mark, word in (("{step}", self.step), ("{steps}", steps), ("{Steps}", steps[:1].upper() + steps[1:])):
            text = text.replace(mark, word)
        return text

    def named(self, of: str) -> list[tuple[str, str]]:
        if of == "recipients":
            return [choice for role in self.protocol.roles for choice in _sides(role.key, role.name, role.side)]
        return [(part.key, self.name_of(part)) for part in getattr(self.protocol, of)]

    def name_of(self, part: Any) -> str:
        """What people call a part of the draft."""
        if hasattr(part, "number"):
            word = self.step[:1].upper() + self.step[1:]
            return f"{word} {part.number}: {part.name}" if part.number else str(part.name)
        if hasattr(part, "purpose"):
            return f"{part.purpose.rstrip('.')} ({part.label})"
        if hasattr(part, "on"):
            return self._notice(part)
        said = next((getattr(part, name) for name in NAMED_BY if getattr(part, name, "")), "")
        return str(said or getattr(part, "key", ""))

    def _notice(self, rule: Any) -> str:
        """A notice has no name: when it goes out, and to whom."""
        happens = " or ".join(EVENT_WORDS[event].format(step=self.step) for event in rule.on)
        names = {role.key: role.name for role in self.protocol.roles}
        told = list(dict.fromkeys(names.get(recipient.rpartition(".")[2], "") for recipient in rule.to))
        more = f" and {len(told) - 2} more" if len(told) > 2 else ""
        return f"When {happens}: {', '.join(name for name in told[:2] if name)}{more}"


def _sides(key: str, name: str, side: Side) -> list[tuple[str, str]]:
    if side is not Side.BOTH:
        return [(key, name)]
    return [
        (key, f"{name} (both sides)"),
        (f"raising.{key}", f"{name} (raising side only)"),
        (f"receiving.{key}", f"{name} (receiving side only)"),
    ]


@dataclass
class Leaf:
    """One field of a part on a form. `was`: its value before, which keeps its order where the choice is the same."""

    field: str
    name: str
    shape: Shape
    said: Said
    was: Any
    kind: str = "field"
    # Set once the field is made: so many ticks that they stand in two columns where there is room.
    crowded: bool = False

    def choices(self, choosing: Choosing) -> list[tuple[str, str]]:
        if self.said.of:
            offered = choosing.named(self.said.of)
        elif self.said.words:
            offered = [(word, choosing.words(label)) for word, label in self.said.words.items()]
        elif issubclass(self.shape.holds, StrEnum):
            offered = choices_of(self.shape.holds, step=choosing.step)
        else:
            return []
        held = self.was if isinstance(self.was, list) else [self.was]
        known = {value for value, _ in offered}
        return offered + [
            (key, f"“{key}” (not in this draft)") for key in dict.fromkeys(held) if key and key not in known | {True}
        ]

    def is_empty_choice(self, choosing: Choosing) -> bool:
        """Nothing can be chosen, because the draft has no such parts: not asked then."""
        return bool(self.said.of) and not self.was and not choosing.named(self.said.of)

    def made(self, choosing: Choosing) -> forms.Field:
        facts: dict[str, Any] = {
            "label": choosing.words(self.said.label),
            "help_text": choosing.words(self.said.hint),
            "required": False,
        }
        choices = self.choices(choosing)
        self.crowded = len(choices) > CROWD
        if self.shape.many and choices:
            return forms.MultipleChoiceField(choices=choices, widget=Checkboxes(), **facts)
        if self.shape.holds is bool and self.shape.optional:
            return forms.ChoiceField(choices=[("", "Either"), *choices], widget=Radios(), **facts)
        if choices:
            return self._one_of(choices, facts)
        if self.shape.holds is bool:
            return forms.BooleanField(**facts)
        if self.shape.holds is date:
            return GovukDateField(called=facts["label"], **facts)
        return self._typed(facts)

    def _one_of(self, choices: list[tuple[str, str]], facts: dict[str, Any]) -> forms.Field:
        if self.said.of or len(choices) > MOST_RADIOS:
            nothing = "None" if self.shape.optional else "Choose one"
            return forms.ChoiceField(choices=[("", nothing), *choices], **facts)
        return forms.ChoiceField(choices=choices, widget=Radios(), **facts)

    def _typed(self, facts: dict[str, Any]) -> forms.Field:
        if self.shape.holds is int and not self.shape.many:
            label = str(facts["label"])
            return forms.IntegerField(
                min_value=self.shape.least,
                max_value=self.shape.most or 1_000_000,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-5"}),
                error_messages={
                    "invalid": f"“{label}” is answered with a whole number, in digits",
                    "min_value": f"“{label}”: write %(limit_value)s or more",
                    "max_value": f"“{label}”: write %(limit_value)s or less",
                },
                **facts,
            )
        if self.shape.many:
            long = self.shape.holds is str
            widget = Words(rows=4, counted=False) if long else forms.TextInput(attrs={"class": "govuk-input--width-10"})
            return Several(shape=self.shape, widget=widget, **facts)
        most = self.shape.most or LONGEST
        if self.said.long or most > SHORT_WORDS:
            counted = self.shape.most is not None
            return WordsField(
                max_length=most, widget=Words(rows=4 if self.said.long else 2, counted=counted, threshold=50), **facts
            )
        return forms.CharField(max_length=most, **facts)

    def typed(self) -> Any:
        """The value before, as it stands in the box."""
        if self.shape.many and not self.said.of and not self.shape.words:
            return (", " if self.shape.holds is int else "\n").join(str(item) for item in self.was or ())
        if self.shape.holds is bool and self.shape.optional:
            return "" if self.was is None else str(self.was).lower()
        return self.was

    def plain(self, given: Any) -> Any:
        """What was given, as the document holds it."""
        if self.shape.many:
            ticked = bool(self.said.of or self.shape.words)
            return _in_order(self.was or [], given or []) if ticked else list(given or [])
        if self.shape.holds is bool and self.shape.optional:
            return {"true": True, "false": False}.get(given)
        if isinstance(given, date):
            return given.isoformat()
        if given in ("", None):
            empty = self.shape.optional or self.shape.holds is not int
            return (None if self.shape.optional else "") if empty else self.shape.default
        return given

    def is_missing(self, value: Any) -> bool:
        """A text that must not be empty is, or nothing was chosen where something must be."""
        if self.shape.many or self.shape.optional or self.name == "key":
            return False
        return value in ("", None) and (self.shape.filled or bool(self.shape.words))


class Several(forms.CharField):
    """Several texts, one on each line, or several whole numbers with commas between them."""

    def __init__(self, *, shape: Shape, **kwargs: Any) -> None:
        self.shape = shape
        super().__init__(max_length=LONGEST * 5, **kwargs)

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "").replace("\r\n", "\n")
        if self.shape.holds is int:
            return [self._number(word) for word in re.split(r"[\s,;]+", text.strip()) if word]
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        long = next((line for line in lines if self.shape.most and len(line) > self.shape.most), None)
        if long is not None:
            raise ValidationError(f"“{long[:40]}…” is longer than {self.shape.most:,} characters. Shorten it")
        return lines

    def _number(self, word: str) -> int:
        least, most = self.shape.least or 0, self.shape.most or 1_000_000
        if not re.fullmatch(r"[0-9]{1,6}", word) or not least <= int(word) <= most:
            raise ValidationError(f"“{word[:20]}” is not a whole number from {least} to {most:,}")
        return int(word)


def _in_order(was: Sequence[Any], chosen: Sequence[Any]) -> list[Any]:
    """Ticks have no order of their own: what was there keeps its place, and what is new comes after it."""
    kept = [item for item in was if item in chosen]
    return [*kept, *(item for item in chosen if item not in kept)]
