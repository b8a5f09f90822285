"""The form that books a conversation: when, and who telephones whom, chosen from the people who act; knows no page."""

from __future__ import annotations

from typing import Any

from django import forms

from partnerships.form_dates import GovukDateTimeField
from partnerships.form_fields import Radios
from partnerships.protocol_terms import Side

from ..models import Party
from .base import TELEPHONE, ActingForm, words

OTHERWISE = "otherwise"


class BookConversationForm(ActingForm):
    """Both sides read what is composed here, so it names who calls, whom, and on which number. Booking again takes the place
    of what was booked before."""

    mark_optional = False

    def build(self) -> None:
        self.fields["when"] = GovukDateTimeField(
            label="When will you talk?", called="The time of the conversation", not_past=True
        )
        self.callers = self._callers()
        if self.callers:
            choices = [(side, f"{caller} telephones {called.name}") for side, (caller, called) in self.callers.items()]
            self.fields["caller"] = forms.ChoiceField(
                label="Who telephones whom?",
                required=False,
                choices=[*choices, (OTHERWISE, "Neither: by video, face to face or otherwise")],
                widget=Radios,
                error_messages={"invalid_choice": "Choose one of the answers shown"},
            )
            known = [f"{called.name}: {called.telephone}" for _, called in self.callers.values() if called.telephone]
            self.fields["number"] = forms.CharField(
                label="On which number? (optional)",
                required=False,
                max_length=40,
                widget=TELEPHONE,
                help_text=f"Leave this empty for the one that is known. {'; '.join(known)}." if known else "",
            )
        beside, alone = (
            "Anything else: a link, a place, who else takes part (optional)",
            "Who telephones whom, or where do you meet?",
        )
        self.fields["words"] = words(beside if self.callers else alone, required=False, rows=2)

    def _callers(self) -> dict[str, tuple[str, Party]]:
        """By the side that calls: who calls, and whom. Of the viewer's own side it is the viewer."""
        acting = {side: self._acts(side) for side in (Side.RAISING, Side.RECEIVING)}
        raising, receiving = acting[Side.RAISING], acting[Side.RECEIVING]
        if raising is None or receiving is None or raising.name == receiving.name:
            return {}
        return {Side.RAISING.value: (raising.name, receiving), Side.RECEIVING.value: (receiving.name, raising)}

    def _acts(self, side: Side) -> Party | None:
        d = self.disagreement
        people = self.people_of(side)
        roles = set(d.protocol.stage(d.stage).acting(d.tier)) if d.stage else set()
        mine = [p for p in people if p.is_of(self.viewer.user)]
        return next(iter([*mine, *(p for p in people if p.role in roles), *people]), None)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("caller") in (None, "", OTHERWISE) and not (given.get("words") or "").strip():
            field = "caller" if self.callers and not given.get("caller") else "words"
            self.add_error(field, "Say who telephones whom, or how you meet")
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        return {"when": self.cleaned_data["when"], "words": self._said()}

    def _said(self) -> str:
        given = self.cleaned_data
        chosen = self.callers.get(given.get("caller") or "")
        if chosen is None:
            return str(given["words"])
        caller, called = chosen
        number = given.get("number") or called.telephone
        line = f"{caller} telephones {called.name}{f' on {number}' if number else ''}."
        return f"{line} {given['words']}".strip()
