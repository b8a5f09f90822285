"""What is asked before somebody is let in, is not let in, or is taken out again; must not know any page."""

from __future__ import annotations

from typing import Any

from django import forms

from partnerships.services import knows

from ..models import Invitation
from .base import words


class LetInForm(forms.Form):
    """Asks for nothing but whether the domain is known from now on, where it is not known yet."""

    label_size = "s"

    def __init__(self, data: Any = None, *, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if invitation.agency is not None and not knows(invitation.agency, invitation.email):
            domain = invitation.email.rpartition("@")[2]
            self.fields["own_domain"] = forms.BooleanField(
                required=False,
                label=f"{domain} is {invitation.agency}’s own: let its addresses in at once from now on",
                help_text="Never tick this for an address that anybody can have, such as a private one.",
            )


class RefuseForm(forms.Form):
    label_size = "s"

    reason = words(
        "Why are they not let in?",
        rows=3,
        missing="Say why they are not let in",
        hint="Kept in the chronology. Whoever raised it reads it there, and names somebody else.",
    )


class EndForm(forms.Form):
    label_size = "s"

    reason = words("Why is their access ended?", rows=3, missing="Say why their access is ended", hint="Kept in the chronology.")
