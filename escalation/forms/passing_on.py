"""The form of "not ours": whose it is, who takes it there as the directory proposes, and what becomes of its dates."""

from __future__ import annotations

from typing import Any

from django import forms

from partnerships.form_fields import Radios
from partnerships.models import Agency
from partnerships.protocol_terms import Event, Side

from ..models import Disagreement
from ..services import Person
from . import proposing
from .base import ActingForm, PersonFields, words

SOMEBODY_ELSE = "else"
BOXES = ("agency", "person_name", "person_email", "person_telephone")


def what_becomes_of_dates(disagreement: Disagreement) -> str:
    """What the protocol makes of the dates that run when it is passed on. Unless it says otherwise they go on: the child has
    waited already."""
    if not disagreement.stage:
        return ""
    limits = [disagreement.protocol.time_limit(clock.time_limit) for clock in disagreement.deadlines.filter(stopped_at=None)]
    anew = list(dict.fromkeys(limit.label for limit in limits if Event.PASSED_ON in limit.starts_on))
    ending = [limit for limit in limits if Event.PASSED_ON in limit.stops_on and Event.PASSED_ON not in limit.starts_on]
    if anew:
        return f"Under this protocol time begins anew when it is passed on: {'; '.join(anew)}."
    if limits and len(ending) == len(limits):
        return "Under this protocol the dates that run now end when it is passed on."
    return "The dates stay as they are, because the child has waited already."


class PassOnForm(ActingForm):
    """Whoever is proposed is one choice, agency and person at once; anybody else is named by hand."""

    mark_optional = False

    def build(self) -> None:
        others = Agency.objects.filter(active=True).exclude(pk=self.disagreement.raising_agency_id or 0)
        own = self.disagreement.receiving_agency
        self.agencies = {str(a.pk): a for a in others}
        self.proposed = self._proposed()
        if self.proposed:
            choices = [(pk, f"{p.name}, {p.job_title} ({agency})") for pk, (agency, p) in self.proposed.items()]
            self.fields["taker"] = forms.ChoiceField(
                label="Who takes it on?",
                required=False,
                choices=[*choices, (SOMEBODY_ELSE, "Somebody else")],
                widget=Radios(reveals={SOMEBODY_ELSE: BOXES}) if len(choices) <= 12 else forms.Select,
                help_text="The directory proposes who answers at this step in each agency.",
                error_messages={"invalid_choice": "Choose one of the people shown"},
            )
        self.fields["agency"] = forms.ChoiceField(
            label="Which agency does it belong to?",
            required=not self.proposed,
            choices=[(pk, f"{a.name} (no change)" if a == own else a.name) for pk, a in self.agencies.items()],
            initial=str(own.pk) if own else None,
            error_messages={"required": "Choose an agency"},
        )
        self.person = PersonFields("person", agency=None, legend="Who takes it on there", required=True)
        self.person.add_to(self)
        self.fields["reason"] = words(
            "Why is it not yours, and who has agreed to take it?",
            hint=what_becomes_of_dates(self.disagreement),
            rows=3,
            missing="Say why it is not yours",
        )

    def _roles(self) -> list[str]:
        """The receiving side's roles, those that act at this rung first."""
        d = self.disagreement
        acting = d.protocol.stage(d.stage).acting(d.tier) if d.stage else ()
        theirs = [r.key for r in self.protocol.roles if r.side in (Side.BOTH, Side.RECEIVING)]
        leads = [r.key for r in self.protocol.roles if r.key in theirs and r.capacity == "lead"]
        return [*(key for key in acting if key in theirs), *leads, *theirs, ""]

    def _proposed(self) -> dict[str, tuple[Agency, Person]]:
        d, role = self.disagreement, self._roles()[0]
        if not d.stage or not role:
            return {}
        found = {}
        # Whoever was invited to this one alone reads no directory: their own agency's people here, and no other's.
        known = [one for one in self.agencies.values() if not self.viewer.is_guest or one == d.receiving_agency]
        for agency in known:
            seat = proposing.at_rung(d.protocol, agency, d.position, d.protocol.role(role))
            holder = seat.holder if seat else None
            if seat is None or holder is None or not holder.email or holder.email.lower() == self.viewer.user.email:
                continue
            person = Person(
                side=Side.RECEIVING,
                role=role,
                name=holder.name,
                email=holder.email,
                telephone=holder.telephone,
                job_title=seat.post.title,
            )
            found[str(holder.pk)] = (agency, person)
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        self.agency: Agency | None
        self.named: Person | None
        chosen = self.proposed.get(given.get("taker") or "")
        if chosen is not None:
            self.agency, self.named = chosen[0], chosen[1]
            return self.cleaned_data
        if self.proposed and not given.get("taker") and "taker" not in self.errors and not any(given.get(b) for b in BOXES[1:]):
            self.add_error("taker", "Choose who takes it on")
            return self.cleaned_data
        if not given.get("agency") and "agency" not in self.errors:
            self.add_error("agency", "Choose an agency")
        self.agency = self.agencies.get(given.get("agency") or "")
        self.named = self.person.read(self, side=Side.RECEIVING, role=self._roles()[0])
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        return {"person": self.named, "agency": self.agency, "reason": self.cleaned_data["reason"]}
