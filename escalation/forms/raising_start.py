"""The two short forms of a practitioner: is this the right way, and what was settled by talking; must not know any page."""

from __future__ import annotations

from typing import Any

from django import forms

from partnerships.form_fields import Radios
from partnerships.protocol import Protocol

from ..permissions import Viewer
from .base import words
from .raising import Setting

NONE = "none"


class StartForm(forms.Form):
    """The protocol's signposts as answers, in its order; the last one leads on."""

    label_size = "m"

    def __init__(self, data: Any = None, *, protocol: Protocol) -> None:
        super().__init__(data)
        answers = [(signpost.key, signpost.answer) for signpost in protocol.signposts]
        self.fields["way"] = forms.ChoiceField(
            label="Is any of these true?",
            help_text="Some things have a quicker or safer way of their own.",
            choices=[*answers, (NONE, "None of these: I disagree with another agency about a child")],
            widget=Radios,
            error_messages={"required": "Choose the answer that is nearest", "invalid_choice": "Choose one of the answers shown"},
        )


class SettledForm(forms.Form):
    """Logged in a minute, on one screen of a telephone, hence no radios: two agencies, what it was about, and how it was
    settled. No child, no names, no clock; the day is that of logging it."""

    label_size = "s"

    def __init__(self, data: Any = None, *, viewer: Viewer, protocol: Protocol) -> None:
        super().__init__(data)
        self.setting = Setting(viewer, protocol)
        mine = next((m.agency.key for m in self.setting.memberships if m.agency), None)
        agencies = [("", "Choose an agency"), *((key, agency.name) for key, agency in self.setting.agencies.items())]
        missing = {"required": "Choose your agency", "invalid_choice": "Choose an agency from the list"}
        self.fields["raising_agency"] = forms.ChoiceField(
            label="Your agency", choices=agencies, initial=mine, error_messages=missing
        )
        self.fields["receiving_agency"] = forms.ChoiceField(
            label="The agency you disagreed with",
            choices=agencies,
            error_messages=missing | {"required": "Choose the agency you disagreed with"},
        )
        if protocol.categories:
            self.fields["category"] = forms.ChoiceField(
                label="What was it mainly about?",
                choices=[("", "Choose one"), *((c.key, c.name) for c in protocol.categories)],
                error_messages={"required": "Choose what it was mainly about"},
            )
        self.fields["text"] = words(
            "What was settled?",
            rows=2,
            hint="A sentence or two. No names.",
            missing="Say what was settled",
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("raising_agency") and given.get("raising_agency") == given.get("receiving_agency"):
            self.add_error("receiving_agency", "The two agencies must differ")
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        """The arguments of services.log_settled."""
        given, agencies = self.cleaned_data, self.setting.agencies
        return {
            "raising_agency": agencies[given["raising_agency"]],
            "receiving_agency": agencies[given["receiving_agency"]],
            "category": given.get("category", ""),
            "text": given["text"],
        }
