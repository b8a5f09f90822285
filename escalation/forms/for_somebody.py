"""The form of an act, with the two questions that the office answers where it records it for somebody else."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext

from partnerships.form_dates import GovukDateTimeField
from partnerships.form_fields import Radios

from ..for_somebody import CAME_BY, ForSomebody
from ..models import Party
from .base import ActingForm

OURS = ("came_by", "came_at")


@cache
def for_somebody(form: type[ActingForm]) -> type[ActingForm]:
    """The act's own form, asked as it is asked of whoever it is recorded for."""

    class ForSomebodyForm(form):  # type: ignore[valid-type, misc]
        party: Party

        def build(self) -> None:
            super().build()
            self.fields["came_by"] = forms.ChoiceField(
                label=gettext("How did it reach you?"),
                choices=[(key, gettext(words)) for key, words in CAME_BY.items()],
                widget=Radios,
                error_messages={"required": "Say how it reached you", "invalid_choice": "Choose one of the answers shown"},
            )
            self.fields["came_at"] = GovukDateTimeField(
                label="When did they telephone, write or say it?", called="The time it reached you", not_future=True
            )
            self.order_fields([*OURS, *(name for name in self.fields if name not in OURS)])

        def facts(self) -> dict[str, Any]:
            given = self.cleaned_data
            said = ForSomebody(self.party.pk, given["came_by"], given["came_at"])
            return {name: value for name, value in super().facts().items() if name not in OURS} | {"for_somebody": said}

    return ForSomebodyForm
