"""The form that corrects what was written, filled with the words that stand now."""

from __future__ import annotations

from typing import Any

from django import forms

from partnerships.form_fields import Radios
from partnerships.working_days import LONDON

from ..corrections import WHY, Correctable, correctable
from ..sentences import sentence
from .base import ActingForm, words


class CorrectForm(ActingForm):
    """Which entry is known where somebody came from it; otherwise it is chosen first."""

    chosen: Correctable | None = None

    def build(self) -> None:
        found = {str(one.number): one for one in correctable(self.disagreement, self.viewer)}
        self.by_number = found
        asked = self.data.get("entry") if self.is_bound else self.initial.get("entry")
        self.chosen = found.get(str(asked))
        self.fields["entry"] = forms.ChoiceField(
            label="Which entry?",
            choices=[("", "Choose one"), *((number, self._called(one)) for number, one in found.items())],
            error_messages={
                "required": "Choose which entry it is",
                "invalid_choice": "Choose one of the entries that you wrote, as they are listed",
            },
        )
        self.fields["words"] = words(
            "What should it say?", rows=8, hint="The whole text as it should be read.", missing="Write what it should say"
        )
        self.fields["why"] = forms.ChoiceField(
            label="Why is it corrected?",
            choices=list(WHY.items()),
            widget=Radios,
            error_messages={"required": "Say why it is corrected", "invalid_choice": "Choose one of the answers shown"},
        )
        if self.chosen is not None:
            self.fields["entry"].widget = forms.HiddenInput()
            self.fields["words"].initial = self.chosen.text

    def _called(self, one: Correctable) -> str:
        said = sentence(one.entry, self.protocol if self.disagreement.protocol_version else None)
        return f"{one.number}. {one.entry.at.astimezone(LONDON):%-d %B %Y}: {said}"

    @property
    def about(self) -> str:
        """Which entry it is, in words."""
        return self._called(self.chosen) if self.chosen else ""

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"corrects": self.by_number[given["entry"]].entry.seq, "words": given["words"], "why": given["why"]}
