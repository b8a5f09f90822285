"""The form that brings in somebody of another partnership; must not know any page."""

from __future__ import annotations

from typing import Any

from django import forms

from partnerships.conditions import SIDES
from partnerships.form_fields import Radios
from partnerships.models import Agency, Partnership
from partnerships.protocol_terms import Side

from ..across import neighbours
from ..services import Person
from .base import TELEPHONE, ActingForm, words

SIDE_CHOICES = [(Side.RAISING.value, "The raising side"), (Side.RECEIVING.value, "The receiving side")]


class AcrossForm(ActingForm):
    """Which partnership, and who of it takes part: for which side, in which role of this protocol, for which agency."""

    def build(self) -> None:
        self.others = {str(one.pk): one for one in neighbours(self.disagreement.partnership)}
        self.agencies = {agency.key: agency for agency in Agency.objects.filter(active=True)}
        roles = [role for role in self.protocol.roles if role.side in (Side.BOTH, *SIDES)]
        self._choice(
            "other",
            "Which partnership are they of?",
            [(key, one.name) for key, one in self.others.items()],
            missing="Choose their partnership",
        )
        self._choice(
            "agency",
            "For which agency do they act?",
            [(key, agency.name) for key, agency in self.agencies.items()],
            missing="Choose the agency for which they act",
            hint="As it stands in this partnership’s own list of agencies.",
        )
        self.fields["side"] = forms.ChoiceField(
            label="For which side?",
            choices=SIDE_CHOICES,
            widget=Radios,
            error_messages={"required": "Choose a side", "invalid_choice": "Choose one of the two sides"},
        )
        self._choice(
            "role", "In which role of this protocol?", [(role.key, role.name) for role in roles], missing="Choose a role"
        )
        self.fields["name"] = forms.CharField(label="Their name", max_length=150, error_messages={"required": "Enter their name"})
        self.fields["email"] = forms.EmailField(
            label="Their work e-mail address",
            error_messages={
                "required": "Enter their e-mail address",
                "invalid": "Enter an e-mail address like name@agency.example",
            },
        )
        self.fields["telephone"] = forms.CharField(
            label="Their telephone number", required=False, max_length=40, widget=TELEPHONE
        )
        self.fields["reason"] = words(
            "Why are they brought in?", rows=3, missing="Say why they are brought in", hint="Kept in the chronology."
        )

    def _choice(self, name: str, label: str, choices: list[tuple[str, str]], *, missing: str, hint: str = "") -> None:
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=[("", "Choose"), *choices],
            help_text=hint,
            error_messages={"required": missing, "invalid_choice": f"{missing} from the list"},
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("side") and given.get("role"):
            role = self.protocol.role(given["role"])
            if role.side not in (Side.BOTH, given["side"]):
                self.add_error("role", f"{role.name} acts for the other side. Choose another role, or the other side")
        for side, agency in ((Side.RAISING, self.agency_of(Side.RECEIVING)), (Side.RECEIVING, self.agency_of(Side.RAISING))):
            if agency is not None and given.get("side") == side and given.get("agency") == agency.key:
                self.add_error("agency", f"{agency} is the other side. Choose another agency, or the other side")
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        person = Person(
            side=Side(given["side"]),
            role=given["role"],
            name=given["name"],
            email=given["email"],
            telephone=given["telephone"],
            agency=self.agencies[given["agency"]],
        )
        return {"other": self.other, "person": person, "reason": given["reason"]}

    @property
    def other(self) -> Partnership:
        return self.others[self.cleaned_data["other"]]
