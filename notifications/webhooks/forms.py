"""What is typed about an endpoint, and from when on it is told again; must not know any page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from accounts.outgoing import schemes
from partnerships.form_dates import GovukDateTimeField
from partnerships.models import Agency

from .permissions import why_not_tell

ALL = "all"
LONGEST_URL = 500


class EndpointForm(forms.Form):
    name = forms.CharField(
        label="Which system is it?",
        max_length=100,
        help_text="So that you know later which one to end. For example: Police records system.",
        error_messages={"required": "Say which system it is"},
    )
    url = forms.CharField(
        label="At which address is it told?",
        max_length=LONGEST_URL,
        help_text="Whoever looks after the system gives it to you. It begins with https://",
        error_messages={"required": "Enter the address at which it is told"},
    )
    of = forms.ChoiceField(
        label="Of what is it told?",
        error_messages={"required": "Choose of what it is told", "invalid_choice": "Choose from the list"},
    )

    def __init__(self, *args: Any, roles: frozenset[str], **kwargs: Any) -> None:
        self.roles = roles
        super().__init__(*args, **kwargs)
        self.agencies = {agency.key: agency for agency in Agency.objects.filter(active=True)}
        self.fields["of"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            (ALL, "Every disagreement of the partnership"),
            *((key, f"What {agency.name} takes part in") for key, agency in self.agencies.items()),
        ]

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"]).strip()
        try:
            parts = urlsplit(url)
            usable = parts.scheme in schemes() and bool(parts.hostname) and not (parts.username or parts.fragment)
            usable = usable and (parts.port is None or parts.port > 0) and url.isascii() and not any(c.isspace() for c in url)
        except ValueError:
            usable = False
        if not usable:
            raise ValidationError("Enter an address that begins with https:// and has no user name and no # in it")
        return url

    def clean_of(self) -> Agency | None:
        agency = self.agencies.get(self.cleaned_data["of"])
        if refusal := why_not_tell(self.roles, agency=agency):
            raise ValidationError(refusal)
        return agency


class AgainForm(forms.Form):
    since = GovukDateTimeField(
        label="Since when?",
        called="The time",
        not_future=True,
        help_text="Everything since then is sent again, including what arrived before. The system knows each by its id.",
        error_messages={"required": "Enter the day and time from which to send again"},
    )
