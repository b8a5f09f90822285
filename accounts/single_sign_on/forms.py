"""What is typed about a single sign-on; must not know any page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from partnerships.form_fields import Words, WordsField
from partnerships.forms import DOMAIN, MOST_DOMAINS, PUBLIC_DOMAINS, lines_of
from partnerships.models import Agency

from ..models import SignOn
from ..outgoing import schemes
from .keeping import claimed


class SignOnForm(forms.Form):
    mark_optional = True

    name = forms.CharField(
        label="What people call it",
        max_length=100,
        help_text="It stands on the button: “Sign in with …”. For example: Northshire Police account.",
        error_messages={"required": "Enter what people call it"},
    )
    agency = forms.ChoiceField(label="Which agency’s is it?", required=False)
    issuer = forms.CharField(
        label="Address of the provider (issuer)",
        max_length=300,
        help_text="As the provider’s own description has it, like https://login.agency.example/tenant. It cannot be changed "
        "later: another provider is another single sign-on.",
        error_messages={"required": "Enter the address of the provider"},
    )
    client_id = forms.CharField(
        label="Our name at the provider (client ID)",
        max_length=200,
        help_text="The provider gives it when this system is registered there.",
        error_messages={"required": "Enter our name at the provider"},
    )
    domains = WordsField(
        label="E-mail domains that it speaks for",
        max_length=2000,
        widget=Words(rows=3, counted=False),
        help_text="One on each line, like police.example. It can vouch for nobody else. Enter only domains whose addresses the "
        "provider’s owner gives out itself.",
        error_messages={"required": "Enter at least one e-mail domain"},
    )

    def __init__(self, data: Any = None, *, sign_on: SignOn | None = None, **kwargs: Any) -> None:
        self.sign_on = sign_on
        super().__init__(data, initial=_as_typed(sign_on) if sign_on else None, **kwargs)
        agencies = [(agency.key, agency.name) for agency in Agency.objects.filter(active=True)]
        self.fields["agency"].choices = [("", "Several: the whole partnership’s"), *agencies]  # type: ignore[attr-defined]
        if sign_on:
            del self.fields["issuer"]

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_issuer(self) -> str:
        issuer = str(self.cleaned_data["issuer"]).strip()
        try:
            parts = urlsplit(issuer)
            usable = parts.scheme in schemes() and bool(parts.hostname) and not (parts.username or parts.query or parts.fragment)
        except ValueError:
            usable = False
        if not usable:
            raise ValidationError("Enter an address that begins with https:// and has no ? or # in it")
        return issuer

    def clean_client_id(self) -> str:
        return str(self.cleaned_data["client_id"]).strip()

    def clean_domains(self) -> list[str]:
        domains = list(dict.fromkeys(line.lower().lstrip("@") for line in lines_of(self.cleaned_data["domains"])))
        if wrong := next((domain for domain in domains if not DOMAIN.match(domain)), None):
            raise ValidationError(f"“{wrong[:80]}” is not an e-mail domain. Enter what stands after the @, like police.example")
        if public := next((domain for domain in domains if domain in PUBLIC_DOMAINS), None):
            raise ValidationError(f"Anybody can get an address at {public}, so nobody can vouch for all of them")
        if len(domains) > MOST_DOMAINS:
            raise ValidationError(f"Enter {MOST_DOMAINS} domains or fewer")
        if taken := claimed(domains, by=self.sign_on):
            raise ValidationError(f"Another single sign-on speaks for {taken} already")
        return domains


def _as_typed(sign_on: SignOn) -> dict[str, Any]:
    return {
        "name": sign_on.name,
        "agency": sign_on.agency,
        "client_id": sign_on.client_id,
        "domains": "\n".join(sign_on.domains),
    }
