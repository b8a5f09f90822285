"""The forms with which the office puts two disagreements together, and parts them again."""

from __future__ import annotations

from typing import Any

from django import forms

from ..models import Disagreement
from ..selectors import find
from .base import ActingForm, words


class MergeForm(ActingForm):
    def build(self) -> None:
        self.fields["into"] = forms.CharField(
            label="Which one goes on?",
            max_length=20,
            help_text="Its reference, for example BAR-0012. This one ends and leads there.",
            error_messages={"required": "Enter the reference of the one that goes on"},
        )
        self.fields["reason"] = words("Why are they the same?", rows=3, missing="Say why they are the same")

    def clean_into(self) -> Disagreement:
        other = find(self.viewer, self.cleaned_data["into"].strip().upper())
        if other is None:
            raise forms.ValidationError("There is no disagreement with that reference")
        return other

    def facts(self) -> dict[str, Any]:
        return {"into": self.cleaned_data["into"].pk, "reason": self.cleaned_data["reason"]}


class PartForm(ActingForm):
    def build(self) -> None:
        self.fields["reason"] = words("Why are they two after all?", rows=3, missing="Say why they are two")
