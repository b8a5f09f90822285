"""What every form about one disagreement shares: the version it was read at, its viewer, and how people are named."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext

from partnerships.form_fields import Words, WordsField
from partnerships.models import Agency, MemberRole, Membership
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Side
from partnerships.scope import ScopedQuerySet

from ..models import Disagreement, Party
from ..permissions import Viewer
from ..services import Person

LONGEST = 10_000
TELEPHONE = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})


def words(label: str, *, required: bool = True, hint: str = "", rows: int = 5, missing: str = "") -> WordsField:
    """A box for long text, limited so that 100 kB are refused in a sentence and nothing typed is lost."""
    return WordsField(
        label=label,
        required=required,
        help_text=hint,
        max_length=LONGEST,
        widget=Words(rows=rows, threshold=75),
        error_messages={
            "required": missing or gettext("Write something here"),
            "max_length": gettext(
                "Use %(limit)s characters or fewer. Put long papers on the child's file and say where they are."
            )
            % {"limit": f"{LONGEST:,}"},
        },
    )


class ActingForm(forms.Form):
    """A form that does one thing to a disagreement. `facts()` are the service's own arguments."""

    label_size = "s"
    mark_optional = True

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, disagreement: Disagreement, viewer: Viewer, **kwargs: Any) -> None:
        self.disagreement, self.viewer = disagreement, viewer
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {"version": disagreement.version, **kwargs["initial"]}
        super().__init__(data, **kwargs)
        self.build()

    @property
    def protocol(self) -> Protocol:
        return self.disagreement.protocol

    def build(self) -> None:
        """Fields that depend on the disagreement and its protocol."""

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def reread(self) -> None:
        """After a refusal because somebody else acted: show the same words, to be sent at the version that is there now."""
        data: Any = self.data
        self.data = data.copy()
        self.data[self.add_prefix("version")] = str(self.disagreement.version)  # type: ignore[index]

    def people_of(self, side: Side) -> list[Party]:
        people = getattr(self.disagreement, "people", None)
        if people is None:
            people = self.disagreement.parties.select_related("agency")
        return [p for p in people if p.side == side and p.left_at is None]

    def agency_of(self, side: Side) -> Agency | None:
        agency: Agency | None = self.disagreement.raising_agency if side == Side.RAISING else self.disagreement.receiving_agency
        return agency


def members_of(*agencies: Agency | None) -> ScopedQuerySet[Membership]:
    """Who works there and can be asked. Guests are no choice: that somebody was invited to one disagreement is nothing for
    those who have no part in that one. Their address can be typed."""
    found = Membership.objects.reachable().exclude(role=MemberRole.GUEST).select_related("user").order_by("user__name")
    chosen = [agency for agency in agencies if agency]
    return found.filter(agency__in=chosen) if chosen else found.none()


class PersonFields:
    """The fields that name one person: chosen from the agency's own members, or typed.

    A person typed wants a name and an e-mail address together; none at all is allowed unless `required`."""

    def __init__(self, prefix: str, *, agency: Agency | None, legend: str, required: bool = False) -> None:
        self.prefix, self.required, self.legend = prefix, required, legend
        self.members = {str(member.pk): member for member in members_of(agency)}

    def add_to(self, form: forms.Form) -> None:
        choices = [("", "Somebody who is not listed")]
        choices += [(pk, f"{m.user.name}, {m.job_title or m.get_role_display()}") for pk, m in self.members.items()]
        if self.members:
            form.fields[f"{self.prefix}_member"] = forms.ChoiceField(label=self.legend, required=False, choices=choices)
        name_label = f"{self.legend}: name" if not self.members else "Or their name"
        form.fields[f"{self.prefix}_name"] = forms.CharField(label=name_label, required=False, max_length=150)
        form.fields[f"{self.prefix}_email"] = forms.EmailField(
            label="Their work e-mail address",
            required=False,
            error_messages={"invalid": "Enter an e-mail address like name@agency.example"},
        )
        form.fields[f"{self.prefix}_telephone"] = forms.CharField(
            label="Their telephone number", required=False, max_length=40, widget=TELEPHONE
        )

    def read(self, form: forms.Form, *, side: Side, role: str) -> Person | None:
        """The person named, or None; a half-named one is refused at the field."""
        given = form.cleaned_data
        if member := self.members.get(given.get(f"{self.prefix}_member") or ""):
            typed = given.get(f"{self.prefix}_name") or ""
            if typed and typed not in (member.user.name, form.fields[f"{self.prefix}_name"].initial):
                sentence = f"{member.user.name} is chosen in the list. Choose “not listed” there, or leave this empty"
                form.add_error(f"{self.prefix}_name", sentence)
                return None
            return Person(
                side=side,
                role=role,
                name=member.user.name,
                email=member.user.email,
                telephone=given.get(f"{self.prefix}_telephone") or member.telephone,
                job_title=member.job_title,
            )
        name, email = given.get(f"{self.prefix}_name") or "", given.get(f"{self.prefix}_email") or ""
        if not name and not email:
            if self.required:
                form.add_error(f"{self.prefix}_name", "Choose somebody, or enter their name and e-mail address")
            return None
        if not name:
            form.add_error(f"{self.prefix}_name", "Enter their name")
        if not email:
            form.add_error(f"{self.prefix}_email", "Enter their e-mail address")
        if not (name and email):
            return None
        return Person(side=side, role=role, name=name, email=email, telephone=given.get(f"{self.prefix}_telephone") or "")
