"""What the office answers about a copy for somebody outside: for whom, what is left out and why. Must not know any page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from partnerships.form_fields import Radios, Words, WordsField

from .models import Disclosure
from .redacting import Part, Redactions

OTHER = "other"
REASONS: dict[str, str] = {
    "third_party": "It is about somebody else",
    "serious_harm": "Giving it would be likely to cause serious harm",
    "privilege": "It is legally privileged",
    "confidence": "Somebody else said it in confidence",
    "not_about": "It is not about this person",
}
WHY_CHOICES = [("", "Give it"), *REASONS.items(), (OTHER, "Another reason, in words")]
REASON_LENGTH = 200


class BeginForm(forms.Form):
    label_size = "m"

    ground = forms.ChoiceField(
        label="Why is a copy made?",
        choices=Disclosure.Ground.choices,
        widget=Radios,
        error_messages={"required": "Say why a copy is made"},
    )
    for_whom = forms.CharField(
        label="For whom is it?",
        max_length=200,
        help_text="Only the partnership office sees this, and whoever gets the copy.",
        error_messages={"required": "Say for whom it is"},
    )


class RedactingForm(forms.Form):
    """For each part a reason why it is left out, or none; words to black out everywhere."""

    label_size = "s"

    phrases = WordsField(
        label="Words to black out wherever they stand",
        required=False,
        max_length=4000,
        widget=Words(rows=4),
        help_text="One name or phrase on each line. Capitals, and what stands between the words, make no difference.",
    )
    phrases_why = forms.ChoiceField(
        label="Why are these words blacked out?", required=False, choices=[("", "Choose a reason"), *WHY_CHOICES[1:]]
    )
    phrases_words = forms.CharField(label="If another reason, which?", required=False, max_length=REASON_LENGTH)
    readings = forms.BooleanField(label="Say who read the record, too", required=False)

    def __init__(self, data: Any = None, *, parts: Iterable[Part], redactions: Redactions, readings: bool) -> None:
        self.parts = list(parts)
        why, other = _chosen(redactions.phrases_why)
        initial: dict[str, Any] = {
            "phrases": "\n".join(redactions.phrases), "phrases_why": why, "phrases_words": other, "readings": readings,
        }  # fmt: skip
        for part in self.parts:
            initial[f"out_{part.key}"], initial[f"words_{part.key}"] = _chosen(redactions.parts.get(part.key, ""))
        super().__init__(data, initial=initial)
        for part in self.parts:
            self.fields[f"out_{part.key}"] = forms.ChoiceField(
                label=f"Give or leave out: {part.heading}", required=False, choices=WHY_CHOICES
            )
            self.fields[f"words_{part.key}"] = forms.CharField(
                label=f"If another reason, which: {part.heading}", required=False, max_length=REASON_LENGTH
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        pairs = [(f"out_{part.key}", f"words_{part.key}") for part in self.parts] + [("phrases_why", "phrases_words")]
        for why, words in pairs:
            if given.get(why) == OTHER and not given.get(words):
                self.add_error(words, "Say which other reason it is")
        if given.get("phrases") and not given.get("phrases_why"):
            self.add_error("phrases_why", "Choose why these words are blacked out")
        return given

    def redactions(self) -> Redactions:
        given = self.cleaned_data
        left_out = {part.key: self._why(f"out_{part.key}", f"words_{part.key}") for part in self.parts}
        phrases = tuple(line.strip() for line in given["phrases"].splitlines() if line.strip())
        return Redactions(
            parts={key: why for key, why in left_out.items() if why},
            phrases=phrases,
            phrases_why=self._why("phrases_why", "phrases_words") if phrases else "",
        )

    def _why(self, chosen: str, words: str) -> str:
        choice = self.cleaned_data[chosen]
        return str(self.cleaned_data[words]) if choice == OTHER else REASONS.get(choice, "")

    def drawn(self) -> Iterator[tuple[Part, BoundField, BoundField]]:
        for part in self.parts:
            yield part, self[f"out_{part.key}"], self[f"words_{part.key}"]


def _chosen(why: str) -> tuple[str, str]:
    """A reason as it was kept: one of the list by its key, or another one in words."""
    key = next((key for key, words in REASONS.items() if words == why), "")
    return (key, "") if key or not why else (OTHER, why)
