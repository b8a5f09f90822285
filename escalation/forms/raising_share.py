"""With which colleague a draft is shared; must not know the page or the draft."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext

from partnerships.form_fields import Choice
from partnerships.models import Membership, User
from partnerships.written import Written


class ShareForm(forms.Form):
    label_size = "s"

    def __init__(self, data: Any = None, *, members: Sequence[Membership], proposed: Membership | None = None) -> None:
        super().__init__(data)
        self._members = {str(member.pk): member for member in members}
        choices = [("", gettext("Choose a colleague"))]
        choices += [(pk, Written(f"{m.user.name}, {m.job_title or m.get_role_display()}")) for pk, m in self._members.items()]
        self.fields["colleague"] = forms.ChoiceField(
            label=gettext("Your colleague"),
            choices=choices,
            widget=Choice,
            initial=str(proposed.pk) if proposed else None,
            error_messages={
                "required": gettext("Choose a colleague"),
                "invalid_choice": gettext("Choose a colleague from the list"),
            },
        )

    def colleague(self) -> User:
        return self._members[self.cleaned_data["colleague"]].user
