"""The two short forms of a practitioner: is this the right way, and what was settled by talking; must not know any page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from partnerships.form_fields import Choice, Radios
from partnerships.protocol import Protocol
from partnerships.written import Written

from ..permissions import Viewer
from .base import words
from .raising import Setting

NONE = "none"


class StartForm(forms.Form):
    """The protocol's signposts as answers, in its order; the last one leads on."""

    label_size = "m"

    def __init__(self, data: Any = None, *, protocol: Protocol) -> None:
        super().__init__(data)
        answers = [(signpost.key, Written(signpost.answer)) for signpost in protocol.signposts]
        self.fields["way"] = forms.ChoiceField(
            label=gettext("Is any of these true?"),
            help_text=gettext("Some things have a quicker or safer way of their own."),
            choices=[*answers, (NONE, gettext("None of these: I disagree with another agency about a child"))],
            widget=Radios,
            error_messages={
                "required": gettext("Choose the answer that is nearest"),
                "invalid_choice": gettext("Choose one of the answers shown"),
            },
        )


class SettledForm(forms.Form):
    """Logged in a minute, on one screen of a telephone, hence no radios: two agencies, what it was about, and how it was
    settled. No child, no names, no clock; the day is that of logging it."""

    label_size = "s"

    def __init__(self, data: Any = None, *, viewer: Viewer, protocol: Protocol) -> None:
        super().__init__(data)
        self.setting = Setting(viewer, protocol)
        mine = next((m.agency.key for m in self.setting.memberships if m.agency), None)
        agencies = [("", gettext("Choose an agency")), *((key, agency.name) for key, agency in self.setting.agencies.items())]
        missing = {
            "required": gettext("Choose your agency"),
            "invalid_choice": gettext("Choose an agency from the list"),
        }
        self.fields["raising_agency"] = forms.ChoiceField(
            label=gettext("Your agency"), choices=agencies, initial=mine, error_messages=missing
        )
        self.fields["receiving_agency"] = forms.ChoiceField(
            label=gettext("The agency you disagreed with"),
            choices=agencies,
            error_messages=missing | {"required": gettext("Choose the agency you disagreed with")},
        )
        if protocol.categories:
            self.fields["category"] = forms.ChoiceField(
                label=gettext("What was it mainly about?"),
                choices=[("", gettext("Choose one")), *((c.key, Written(c.name)) for c in protocol.categories)],
                widget=Choice,
                error_messages={"required": gettext("Choose what it was mainly about")},
            )
        self.fields["text"] = words(
            gettext("What was settled?"),
            rows=2,
            hint=gettext("A sentence or two. No names."),
            missing=gettext("Say what was settled"),
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("raising_agency") and given.get("raising_agency") == given.get("receiving_agency"):
            self.add_error("receiving_agency", gettext("The two agencies must differ"))
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
