"""Who takes over: one person for each side and role in which somebody goes; must not know any page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms

from partnerships.models import MemberRole, Membership, PostHolder
from partnerships.protocol_terms import Side

from ..open_work import Charge
from ..services import Person
from .base import PersonFields, words
from .proposing import fill_in

WHOSE = {Side.RAISING: "the raising side", Side.RECEIVING: "the receiving side"}


class Successor(PersonFields):
    """Somebody of any agency of the partnership who stays, or somebody typed."""

    def __init__(self, charge: Charge, *, leaving: Collection[str], agency_id: int | None) -> None:
        legend = f"Who takes over as {charge.role_name} for {WHOSE[charge.side]}?"
        super().__init__(charge.name, agency=None, legend=legend, required=True)
        staying = Membership.objects.filter(agency__active=True).reachable().exclude(role=MemberRole.GUEST)
        staying = staying.exclude(agency_id=agency_id) if agency_id else staying
        found = staying.select_related("user", "agency").order_by("agency__name", "user__name")
        self.members = {str(m.pk): m for m in found if m.user.email not in leaving}

    def add_to(self, form: forms.Form) -> None:
        super().add_to(form)
        if self.members:
            named = [(pk, f"{m.user.name}, {m.job_title or m.get_role_display()}, {m.agency}") for pk, m in self.members.items()]
            form.fields[f"{self.prefix}_member"].choices = [("", "Somebody who is not listed"), *named]  # type: ignore[attr-defined]


class TakeOverForm(forms.Form):
    """What a deputy is asked: nothing but why."""

    label_size = "s"

    reason = words("Why do you take over?", rows=3, missing="Say why you take over", hint="Kept in each chronology.")

    @property
    def parts(self) -> list[Any]:
        return []


class SuccessionForm(forms.Form):
    """What is asked before an agency, a post or a holder goes."""

    label_size = "s"

    def __init__(
        self,
        data: Any = None,
        *,
        charges: Sequence[Charge],
        leaving: Collection[str] = (),
        agency_id: int | None = None,
        proposed: PostHolder | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.charges = list(charges)
        self.successors = {charge.name: Successor(charge, leaving=leaving, agency_id=agency_id) for charge in self.charges}
        for fields in self.successors.values():
            fields.add_to(self)
            fill_in(self, fields, proposed)
        if self.charges:
            self.fields["reason"] = words(
                "Why do the people change?", rows=3, missing="Say why the people change", hint="Kept in each chronology."
            )

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.named: list[tuple[Charge, Person]] = []
        for charge in self.charges:
            person = self.successors[charge.name].read(self, side=charge.side, role=charge.role)
            if person is not None:
                self.named.append((charge, person))
        return self.cleaned_data

    @property
    def parts(self) -> list[tuple[Charge, list[forms.BoundField]]]:
        """Each charge with the fields that ask about it, as the page draws them."""
        return [(charge, [self[name] for name in self.fields if name in self._names(charge)]) for charge in self.charges]

    @staticmethod
    def _names(charge: Charge) -> set[str]:
        return {f"{charge.name}_{what}" for what in ("member", "name", "email", "telephone")}
