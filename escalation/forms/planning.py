"""A plan of actions on a form: what is to be done, by whom and by when, each with its refusals; knows no single form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django import forms

from partnerships.form_dates import GovukDateField
from partnerships.form_fields import Radios
from partnerships.protocol import Requirement

from ..services import Planned

ROWS = 3
MORE = "Further actions can be added on its page."
ANYTHING_LEFT, LEFT, NOTHING_LEFT = "left", "yes", "no"


class PlanFields:
    """The fields of a plan: one action at least where the protocol insists; more can be added on its page afterwards. Where
    the protocol asks for none, somebody may name some all the same."""

    def __init__(self, asked: Requirement | None) -> None:
        self.asked = asked

    @property
    def must(self) -> bool:
        return self.asked is not None and self.asked.must

    @property
    def names(self) -> list[str]:
        return [f"plan_{number}_{part}" for number in range(1, ROWS + 1) for part in ("what", "owner", "due")]

    def add_to(self, form: forms.Form) -> None:
        for number in range(1, ROWS + 1):
            first = number == 1
            asks, said = (self.asked.asks, self.asked.hint) if self.asked else ("", "")
            lead = asks if first and asks else f"Action {number}: what is to be done?"
            hint = f"{said} {MORE}".strip() if first else ""
            needed = first and self.must
            form.fields[f"plan_{number}_what"] = forms.CharField(
                label=lead,
                required=needed,
                max_length=300,
                help_text=hint,
                error_messages={"required": "Say what is to be done: at least one action"},
            )
            form.fields[f"plan_{number}_owner"] = forms.CharField(
                label=f"Action {number}: who does it?",
                required=needed,
                max_length=150,
                error_messages={"required": "Say who does it"},
            )
            form.fields[f"plan_{number}_due"] = GovukDateField(
                label=f"Action {number}: by when?", called="The date", required=needed, not_past=True
            )

    def open_under_a_question(self, form: forms.Form, *, also: Sequence[str] = ()) -> None:
        """One short question first, so that nobody scrolls past nine boxes that they have no use for."""
        question = forms.ChoiceField(
            label="Is anything left to do afterwards?",
            choices=[(NOTHING_LEFT, "No"), (LEFT, "Yes: who does what, by when")],
            required=False,
            widget=Radios(reveals={LEFT: [*self.names, *also]}),
            error_messages={"invalid_choice": "Choose one of the answers shown"},
        )
        form.fields[ANYTHING_LEFT] = question

    def nothing_left(self, form: forms.Form) -> bool:
        return form.cleaned_data.get(ANYTHING_LEFT) == NOTHING_LEFT

    def begin_with(self, form: forms.Form, plan: Sequence[Mapping[str, str]]) -> None:
        """The actions of an earlier plan, to be changed."""
        for number, one in enumerate(plan[:ROWS], start=1):
            form.fields[f"plan_{number}_what"].initial = one["what"]
            form.fields[f"plan_{number}_owner"].initial = one["owner"]
            form.fields[f"plan_{number}_due"].initial = date.fromisoformat(one["due"])

    def read(self, form: forms.Form) -> list[Planned]:
        """The actions named; a half-named one is refused at the field that is missing."""
        found = []
        for number in range(1, ROWS + 1):
            given = {part: form.cleaned_data.get(f"plan_{number}_{part}") for part in ("what", "owner", "due")}
            if all(given.values()):
                found.append(Planned(what=given["what"], owner=given["owner"], due=given["due"]))  # type: ignore[arg-type]
            elif any(given.values()):
                missing = {"what": "Say what is to be done", "owner": "Say who does it", "due": "Enter the date"}
                for part, value in given.items():
                    if not value and f"plan_{number}_{part}" not in form.errors:
                        form.add_error(f"plan_{number}_{part}", missing[part])
        return found
