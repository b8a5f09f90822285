"""How often agencies are asked, about which days now, and what they answer; must not know any page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from partnerships.form_dates import GovukDateField
from partnerships.form_fields import Checkboxes, Radios

from ..models import AgencyReturn, Every, ReturnPeriod, ReturnsArranged
from ..questions import NUMBER, THEMES
from ..returns import LONGEST_OWN, MOST_OWN
from .fields import LONGEST, categories, line, words

NAME_NOBODY = "Name no child and nobody else."
MANY = 9999


class ArrangeForm(forms.Form):
    label_size = "s"

    every = forms.TypedChoiceField(
        label="How often are agencies asked?", choices=Every.choices, coerce=int, widget=Radios,
        help_text="The year begins in April. They are asked when a period is over.",
        error_messages={"required": "Choose how often"},
    )  # fmt: skip
    days = forms.IntegerField(
        label="How many days have they to answer?", min_value=7, max_value=90,
        error_messages={
            "required": "Enter a number of days", "invalid": "Enter a number of days, like 21",
            "min_value": "Give them at least 7 days", "max_value": "Give them at most 90 days",
        },
    )  # fmt: skip
    own_questions = words(
        "Questions of your own (optional)",
        hint=f"One line each, {MOST_OWN} at most. They come after the usual ones.",
        longest=(LONGEST_OWN + 1) * MOST_OWN,
        required=False,
    )

    def __init__(self, data: Any = None, *, arranged: ReturnsArranged) -> None:
        own = "\n".join(arranged.own_questions)
        super().__init__(data, initial={"every": arranged.every, "days": arranged.days, "own_questions": own})

    def clean_own_questions(self) -> list[str]:
        found = [" ".join(each.split()) for each in self.cleaned_data["own_questions"].split("\n") if each.strip()]
        if len(found) > MOST_OWN:
            raise forms.ValidationError(f"Ask at most {MOST_OWN} questions of your own")
        if any(len(each) > LONGEST_OWN for each in found):
            raise forms.ValidationError(f"Use {LONGEST_OWN} characters or fewer for each question")
        return found


class AskNowForm(forms.Form):
    """Some other days than the usual ones."""

    label_size = "s"

    first = GovukDateField(label="First day", called="The first day", not_future=True)
    last = GovukDateField(label="Last day", called="The last day", not_future=True)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("first") and given.get("last") and given["last"] < given["first"]:
            self.add_error("last", "The last day must be the first day or later")
        return given


class ReturnForm(forms.Form):
    """One agency's answers. `by_office`: the office writes down what it was told."""

    label_size = "s"
    mark_optional = True

    def __init__(
        self, data: Any = None, *, period: ReturnPeriod, answered: AgencyReturn | None = None, by_office: bool = False
    ) -> None:
        given = dict(answered.answers) if answered else {}
        themes = given.get("themes") or []
        self.themes = categories()
        known = {key for key, _ in self.themes}
        other = ", ".join(str(theme) for theme in themes if theme not in known)
        first = {**given, "other_themes": other, "told_by": answered.told_by if answered else ""}
        super().__init__(data, initial=first)
        self.questions: Sequence[dict[str, str]] = period.questions
        for question in self.questions:
            self._ask(question)
        if by_office:
            self.fields["told_by"] = line("Who told you?", hint="Their name and post.", missing="Say who told you")

    def _ask(self, question: dict[str, str]) -> None:
        label, hint = question["text"], question["hint"]
        if question["kind"] == NUMBER:
            self.fields[question["key"]] = forms.IntegerField(
                label=label, help_text=hint, required=False, min_value=0, max_value=MANY,
                error_messages={"invalid": "Enter a whole number, like 4", "min_value": "The number must be 0 or more",
                                "max_value": f"The number must be {MANY} or fewer"},
            )  # fmt: skip
        elif question["kind"] == THEMES:
            if self.themes:
                self.fields[question["key"]] = forms.MultipleChoiceField(
                    label=label, help_text=hint, required=False, choices=self.themes, widget=Checkboxes
                )
            self.fields["other_themes"] = line("Other themes, in your own words", hint="Separate them with commas.",
                                               longest=300, required=False)  # fmt: skip
        else:
            self.fields[question["key"]] = words(
                label, hint=f"{hint} {NAME_NOBODY}".strip(), rows=4, longest=LONGEST, required=False
            )

    def answers(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("other_themes", "told_by")}
        other = [" ".join(word.split()) for word in (self.cleaned_data.get("other_themes") or "").split(",") if word.strip()]
        return {**given, "themes": [*(given.get("themes") or []), *other]}

    def texts(self) -> dict[str, tuple[str, str]]:
        typed = {n: f for n, f in self.fields.items() if isinstance(f, forms.CharField) and n != "told_by"}
        return {name: (str(field.label), self.cleaned_data.get(name) or "") for name, field in typed.items()}
