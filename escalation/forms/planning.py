"""A plan of actions on a form: what is to be done, by whom and by when, each with its refusals; knows no single form."""

from __future__ import annotations

from django import forms

from partnerships.form_dates import GovukDateField
from partnerships.protocol import Requirement

from ..services import Planned

ROWS = 3


class PlanFields:
    """The fields of a plan: one action at least where the protocol insists; more can be added on its page afterwards."""

    def __init__(self, asked: Requirement) -> None:
        self.asked = asked

    def add_to(self, form: forms.Form) -> None:
        for number in range(1, ROWS + 1):
            first = number == 1
            lead = self.asked.asks if first and self.asked.asks else f"Action {number}: what is to be done?"
            hint = f"{self.asked.hint} Further actions can be added on its page.".strip() if first else ""
            needed = first and self.asked.must
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
