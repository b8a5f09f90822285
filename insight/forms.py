"""What the office enters about insight: with whom to compare, and what is expected of one agency; knows no page."""

from __future__ import annotations

from typing import Any

from django import forms

from .models import Expected


class AgreeForm(forms.Form):
    """With which partnership, and that what is shown to it is understood."""

    other = forms.ChoiceField(label="Which partnership", error_messages={"required": "Choose a partnership"})
    understood = forms.BooleanField(
        label="Show them how many disagreements reached each kind of step here, for financial years that are over",
        error_messages={"required": "Tick to say that your numbers may be shown to them"},
    )

    def __init__(self, *args: Any, others: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {str(one.pk): one for one in others}
        self.fields["other"].choices = [("", "Choose one"), *((key, one.name) for key, one in self.others.items())]  # type: ignore[attr-defined]
        self.fields["other"].error_messages["invalid_choice"] = "Choose one of the partnerships that are listed"


class ExpectedForm(forms.Form):
    """How large an agency is, and how many the office would expect of it, in its own judgement."""

    size = forms.ChoiceField(
        label="How many people there work with children", required=False, choices=[("", "Not entered"), *Expected.Size.choices]
    )
    a_year = forms.IntegerField(
        label="How many disagreements you would expect it to raise in a year",
        help_text="Leave it empty if you cannot say. Nothing is worked out from it: it stands beside what came.",
        required=False,
        min_value=0,
        max_value=999,
        error_messages={
            "invalid": "How many you would expect must be a whole number",
            "min_value": "How many you would expect must be 0 or more",
            "max_value": "How many you would expect must be 999 or fewer",
        },
    )
    note = forms.CharField(
        label="What else to know about it",
        help_text="For example: joined in September; works with adults mostly. Name no child and no family.",
        required=False,
        max_length=200,
        error_messages={"max_length": "What else to know must be 200 characters or fewer"},
    )
