"""The reference and the address that somebody types who cannot follow a link; knows neither of them."""

from __future__ import annotations

import re

from django import forms

_ASK = "Enter the reference as it stands in the e-mail, such as ABC-0123"


class ReferenceForm(forms.Form):
    label_size = "s"

    reference = forms.RegexField(
        regex=r"^[A-Z0-9]{1,8}-[0-9]{1,9}$",
        label="The reference",
        help_text="It stands in the e-mail, and looks like ABC-0123.",
        max_length=20,
        error_messages={"required": _ASK, "invalid": _ASK, "max_length": _ASK},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "govuk-input--width-10"}),
    )

    def __init__(self, data: object = None, **kwargs: object) -> None:
        super().__init__(_tidy(data), **kwargs)  # type: ignore[arg-type]


def _tidy(data: object) -> object:
    """However it was typed: small letters, spaces and a missing hyphen are no mistake."""
    if data is None or not hasattr(data, "copy"):
        return data
    tidy = data.copy()
    if "reference" in tidy:
        typed = "".join(str(tidy["reference"]).split()).upper()
        tidy["reference"] = re.sub(r"^([A-Z0-9]*[A-Z])[-–.]?([0-9]+)$", r"\1-\2", typed)
    return tidy


class AnswerForm(ReferenceForm):
    email = forms.EmailField(
        label="Your e-mail address",
        help_text="The one to which the e-mail was sent. We send a code to it.",
        error_messages={"required": "Enter your e-mail address", "invalid": "Enter an e-mail address like name@agency.example"},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
