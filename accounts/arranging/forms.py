"""What can be arranged, section by section, each with its consequence in plain words; must not know any page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from partnerships.arrangements import MOST_MEGABYTES, KeptFrom
from partnerships.form_fields import Radios, Words, WordsField

from .permissions import WHO_MAY_SEE
from .writing import digest_of

SECTIONS: dict[str, tuple[str, ...]] = {
    "Who may see": WHO_MAY_SEE,
    "What is asked about the child": ("child_reference_label", "child_reference_hint"),
    "Keeping": ("keep_years", "kept_from"),
    "Files": ("attachments", "attachment_megabytes"),
    "Language": ("welsh",),
    "What is published": ("suppress_below",),
    "Data protection": ("controller", "privacy_notice", "privacy_contact"),
}


def _number(label: str, help_text: str, *, least: int, most: int, required: bool = True) -> forms.IntegerField:
    wrong = f"{label} Enter a whole number from {least:,} to {most:,}"
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=required,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-5"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
    )


def _yes_or_no(label: str, help_text: str, *, yes: str, no: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=[("True", yes), ("False", no)],
        coerce=lambda value: value == "True",
        widget=Radios(),
        error_messages={"required": f"{label} Choose one"},
    )


class ArrangementsForm(forms.Form):
    """`may_open`: whether this person may change who may see; if not, those fields are not asked."""

    mark_optional = True

    agency_sees = _yes_or_no(
        "Who of an agency sees its disagreements?",
        "Observers, guests and protocol administrators see none either way. Reading is not acting: only those who take part "
        "can do something.",
        yes="Everybody who works there: practitioners, leads and senior managers",
        no="Only those who take part in them",
    )
    older_after_days = _number(
        "After how many days must people prove again who they are, to read one that has ended?",
        "Counted from the end of the disagreement. With 0 they are asked from the first day.",
        least=0,
        most=3650,
    )
    guest_days = _number(
        "For how many days do people who were invited to one still see it, once it has ended?",
        "They see that one disagreement alone. With 0 they lose sight of it on the day it ends.",
        least=0,
        most=365,
    )
    passwords = _yes_or_no(
        "May people sign in with a password?",
        "A code by e-mail always works. A password is one more thing that can be lost, reused or guessed.",
        yes="Yes, a password may be set as well",
        no="No",
    )
    child_reference_label = forms.CharField(
        label="What is the child’s reference called?",
        required=False,
        max_length=100,
        help_text="For example: social care record number. Left empty, it is a local reference. Names are never asked for.",
    )
    child_reference_hint = forms.CharField(
        label="Where do people find it?", required=False, max_length=200, help_text="Shown under the question on the form."
    )
    keep_years = _number(
        "For how many years is a disagreement kept?",
        "After that it is proposed for review, and destroyed only when somebody has looked. Left empty, nothing is proposed.",
        least=1,
        most=100,
        required=False,
    )
    kept_from = forms.ChoiceField(
        label="From when are the years counted?",
        choices=KeptFrom.choices,
        widget=Radios(),
        error_messages={"required": "Choose from when the years are counted"},
    )
    attachments = _yes_or_no(
        "May files be added to a disagreement?",
        "Files often say more about a child than the form asks for, so they are off until you turn them on.",
        yes="Yes",
        no="No",
    )
    attachment_megabytes = _number(
        "How large may one file be, in megabytes?", "Larger files are refused.", least=1, most=MOST_MEGABYTES
    )
    welsh = _yes_or_no(
        "Are pages offered in Welsh as well?",
        "A trial: the Welsh is our own and no translator has checked it yet. Pages that are not translated stay English, and "
        "so do the record, e-mails and the protocol’s own words.",
        yes="Yes, people may choose Welsh at the foot of a page",
        no="No, English only",
    )
    suppress_below = _number(
        "Below which number are counts not published?",
        "With 5, counts from 1 to 4 are shown as “fewer than 5”, and what they could be worked out from is left out. "
        "0 hides nothing.",
        least=0,
        most=20,
    )
    controller = WordsField(
        label="Who is responsible for the data, and how is that arranged between the agencies?",
        required=False,
        max_length=4000,
        widget=Words(rows=5),
        help_text="Shown with the privacy notice.",
    )
    privacy_notice = WordsField(
        label="Privacy notice",
        required=False,
        max_length=20000,
        widget=Words(rows=10),
        help_text="Left empty, a plain notice made from your arrangements is shown.",
    )
    privacy_contact = forms.CharField(label="Whom does somebody turn to about their data?", required=False, max_length=300)
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, arranged: dict[str, Any], may_open: bool, **kwargs: Any) -> None:
        said = {name: str(value) if isinstance(value, bool) else value for name, value in arranged.items()}
        super().__init__(data, initial={**said, "shown": digest_of(arranged)}, **kwargs)
        self.may_open = may_open
        if not may_open:
            for name in WHO_MAY_SEE:
                del self.fields[name]

    def sections(self) -> Iterator[tuple[str, list[BoundField]]]:
        for title, names in SECTIONS.items():
            if found := [self[name] for name in names if name in self.fields]:
                yield title, found

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "shown"}


def in_words(arranged: dict[str, Any]) -> list[dict[str, str]]:
    """Who may see, to read, for those who do not change it."""
    rows = []
    for name in WHO_MAY_SEE:
        field = ArrangementsForm.base_fields[name]
        value = str(arranged[name])
        choices = dict(getattr(field, "choices", ()))
        rows.append({"key": str(field.label), "value": str(choices.get(value, value))})
    return rows
