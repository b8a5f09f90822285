"""What keepers type about people: who is let in as what, and what narrows their list; must not know any page."""

from __future__ import annotations

from typing import Any

from django import forms

from partnerships.models import Agency, MemberRole, Membership

from .permissions import Access
from .reading import digest_of, protocol_roles
from .writing import agencies_offered, roles_offered

MEANS = {
    MemberRole.PRACTITIONER: "Raises disagreements and sees those they take part in.",
    MemberRole.LEAD: "As a practitioner; proposed on forms for the steps at which leads and managers act.",
    MemberRole.SENIOR_MANAGER: "As a lead, for the steps further up.",
    MemberRole.REPRESENTATIVE: "Sees disagreements from the step at which the protocol brings in their role.",
    MemberRole.ADVISER: "A Designated professional, a chair, a sub-group: sees them from when the protocol brings them in.",
    MemberRole.DECISION_MAKER: "Decides where the protocol leaves the decision to their role, and sees them from that step on.",
    MemberRole.PARTNERSHIP_MANAGER: "Sees every disagreement of the partnership and its tracker. Needs a second step to sign in.",
    MemberRole.PROTOCOL_ADMINISTRATOR: "Looks after protocol and access. Sees no disagreement. Needs a second step to sign in.",
    MemberRole.OBSERVER: "Sees numbers only.",
    MemberRole.GUEST: "Sees the one disagreement they were invited to.",
}  # fmt: skip


class AccessForm(forms.Form):
    """What somebody may do, in which agency."""

    mark_optional = True

    role = forms.ChoiceField(label="What may they do?", error_messages={"required": "Choose what they may do"})
    agency = forms.ChoiceField(
        label="Agency", required=False, help_text="Leave it empty for somebody who works for the partnership itself."
    )
    protocol_role = forms.ChoiceField(
        label="Role under the protocol",
        required=False,
        help_text="It brings them in where the protocol names that role. One that lets them see disagreements in which they "
        "are not named is given by a partnership manager.",
    )
    job_title = forms.CharField(label="Job title", required=False, max_length=120)
    telephone = forms.CharField(
        label="Telephone number", required=False, max_length=40, widget=forms.TextInput(attrs={"type": "tel"})
    )

    def __init__(self, data: Any = None, *, member: Membership | None = None, **kwargs: Any) -> None:
        self.member = member
        self.agencies: dict[str, Agency] = {agency.key: agency for agency in agencies_offered(member)}
        super().__init__(data, initial=_as_typed(member) if member else None, **kwargs)
        named = roles_offered(member)
        self.fields["role"].choices = [*([] if member else [("", "Choose one")]), *named]  # type: ignore[attr-defined]
        self.fields["agency"].choices = [("", "None"), *((a.key, a.name) for a in self.agencies.values())]  # type: ignore[attr-defined]
        roles = protocol_roles()
        if member and member.protocol_role:
            roles.setdefault(member.protocol_role, f"{member.protocol_role} (not in the protocol in force)")
        self.fields["protocol_role"].choices = [("", "None"), *roles.items()]  # type: ignore[attr-defined]

    @property
    def means(self) -> list[str]:
        """Each role that can be given, with what it means."""
        return [f"{label}: {MEANS[MemberRole(value)]}" for value, label in roles_offered(self.member)]

    def access(self) -> Access:
        given = self.cleaned_data
        return Access(given["role"], self.agencies.get(given["agency"]), given["protocol_role"])

    def details(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("job_title", "telephone")}


class LetInForm(AccessForm):
    email = forms.EmailField(
        label="Work e-mail address",
        max_length=254,
        help_text="Codes to sign in are sent to it, so it must be theirs alone.",
        error_messages={"required": "Enter their e-mail address", "invalid": "Enter an e-mail address like name@agency.example"},
    )
    name = forms.CharField(label="Full name", max_length=150, error_messages={"required": "Enter their name"})

    field_order = ("email", "name", "role", "agency", "protocol_role", "job_title", "telephone")


class ChangeForm(AccessForm):
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, member: Membership, **kwargs: Any) -> None:
        super().__init__(data, member=member, **kwargs)
        self.fields["shown"].initial = digest_of(member)


def _as_typed(member: Membership) -> dict[str, Any]:
    agency = member.agency.key if member.agency else ""
    return {name: getattr(member, name) for name in ("role", "protocol_role", "job_title", "telephone")} | {"agency": agency}


class PeopleFilters(forms.Form):
    """Read from the address; what is not known there narrows nothing."""

    q = forms.CharField(label="Name, e-mail address or job title", required=False, max_length=100)
    role = forms.ChoiceField(label="What they may do", required=False, choices=[("", "Anything"), *MemberRole.choices])
    agency = forms.ChoiceField(label="Agency", required=False)
    state = forms.ChoiceField(label="Access", required=False, choices=[("", "Have access now"), ("ended", "Access has ended")])

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        named = [(agency.key, agency.name) for agency in Agency.objects.all()]
        self.fields["agency"].choices = [("", "Any"), *named]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return {**{name: given.get(name, "") for name in ("q", "role", "agency")}, "ended": given.get("state") == "ended"}
