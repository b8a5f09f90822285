"""The forms that add a file and take one away; must not know any page."""

from __future__ import annotations

from django import forms

from ..files.kinds import ACCEPTED, IN_WORDS
from .base import words

MISSING = "Choose a file"


class AddFileForm(forms.Form):
    label_size = "s"
    mark_optional = True

    file = forms.FileField(
        label="Choose a file",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": MISSING, "missing": MISSING, "invalid": MISSING, "empty": "The file is empty.",
            "max_length": "The name of the file is too long",
        },
        max_length=255,
    )  # fmt: skip
    about = forms.CharField(
        label="What is it?",
        required=False,
        max_length=200,
        help_text="For example: minutes of the strategy meeting. No name of a child.",
        error_messages={"max_length": "Use 200 characters or fewer"},
    )

    def __init__(self, *args: object, megabytes: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["file"].help_text = f"{IN_WORDS}. {megabytes} MB at most."


class RemoveFileForm(forms.Form):
    label_size = "s"

    reason = words("Why is it taken away?", rows=3, missing="Say why it is taken away", hint="Kept in the chronology.")
