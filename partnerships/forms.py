"""What keepers of a partnership's own data type: agencies, contacts, closures, confirmations; must not know any page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from .form_dates import GovukDateField
from .form_fields import Checkboxes, Radios, Words, WordsField
from .models import Agency, Contact
from .protocol import Protocol
from .protocol_page import Question
from .protocol_terms import StageKind
from .scope import present
from .working_days import Calendar

DOMAIN = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")
# The best known of those that give anybody an address; a slip, not an attack, is what this catches.
PUBLIC_DOMAINS = frozenset(
    {"gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "icloud.com", "live.co.uk", "live.com", "outlook.com"}
    | {"aol.com", "btinternet.com", "me.com", "proton.me", "protonmail.com", "sky.com", "yahoo.co.uk", "yahoo.com"}
)
POST_LABELS = {
    StageKind.PRACTITIONER: "Who works with children",
    StageKind.MANAGER: "First manager or safeguarding lead",
    StageKind.SENIOR: "Managers further up",
    StageKind.PARTNERSHIP: "On the partnership",
}
STILL_USED = {"True": "Yes", "False": "No, keep it for the record only"}
MOST_POSTS, MOST_DOMAINS = 12, 20
YEARS_AHEAD, DAYS_BACK = 3, 366


def lines_of(text: str) -> list[str]:
    """What stands on each line, empty ones left out."""
    return [line for line in (" ".join(raw.split()) for raw in text.splitlines()) if line]


class AgencyForm(forms.Form):
    mark_optional = True

    name = forms.CharField(label="Name", max_length=200, error_messages={"required": "Enter the name of the agency"})
    sector = forms.ChoiceField(
        label="Sector",
        choices=[("", "Choose one"), *Agency._meta.get_field("sector").flatchoices],
        help_text="Some notices depend on it: in health, for example, the Designated Nurse is told.",
        error_messages={"required": "Choose the sector"},
    )
    email_domains = WordsField(
        label="E-mail domains known to be its own",
        required=False,
        max_length=2000,
        widget=Words(rows=3, counted=False),
        help_text="One on each line, like hospital.example. Somebody whom a colleague names with an address of one of these "
        "may sign in and see that one disagreement. Enter only domains whose addresses the agency itself gives out.",
    )

    def __init__(self, data: Any = None, *, agency: Agency | None = None, may_know: bool = True, **kwargs: Any) -> None:
        """`may_know`: whether this person may say which domains are known to be the agency's own."""
        self.agency = agency
        super().__init__(data, initial=_agency_as_typed(agency) if agency else None, **kwargs)
        if not may_know:
            del self.fields["email_domains"]
        # The ladder of an agency that is there has pages of its own: a post is more than its title by then.
        for kind, label in POST_LABELS.items() if agency is None else ():
            self.fields[f"posts_{kind}"] = WordsField(
                label=f"Posts: {label[:1].lower()}{label[1:]}",
                required=False,
                max_length=2000,
                widget=Words(rows=2, counted=False),
                help_text="One on each line, lowest first, as the agency calls them.",
            )
        if agency and not agency.active:
            self.fields["active"] = forms.TypedChoiceField(
                label="Can it be chosen on a form?",
                choices=list(STILL_USED.items()),
                coerce=lambda value: value == "True",
                widget=Radios(),
            )

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        same = Agency.objects.filter(name__iexact=name)
        if (same.exclude(pk=self.agency.pk) if self.agency else same).exists():
            raise ValidationError("An agency of that name is in the list already")
        return name

    def clean_email_domains(self) -> list[str]:
        domains = [line.lower().lstrip("@") for line in lines_of(self.cleaned_data["email_domains"])]
        if wrong := next((domain for domain in domains if not DOMAIN.match(domain)), None):
            raise ValidationError(f"“{wrong[:80]}” is not an e-mail domain. Enter what stands after the @, like hospital.example")
        if public := next((domain for domain in domains if domain in PUBLIC_DOMAINS), None):
            raise ValidationError(f"Anybody can get an address at {public}, so it is not the agency’s own")
        if len(domains) > MOST_DOMAINS:
            raise ValidationError(f"Enter {MOST_DOMAINS} domains or fewer")
        return list(dict.fromkeys(domains))

    def clean(self) -> dict[str, Any]:
        for kind, label in POST_LABELS.items():
            titles = lines_of(self.cleaned_data.get(f"posts_{kind}") or "")
            if len(titles) > MOST_POSTS:
                self.add_error(f"posts_{kind}", f"{label}: enter {MOST_POSTS} posts or fewer")
            elif any(len(title) > 120 for title in titles):
                self.add_error(f"posts_{kind}", f"{label}: each post must be 120 characters or fewer")
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data
        known = self.agency.email_domains if self.agency else []
        facts = {"name": given["name"], "sector": given["sector"], "email_domains": given.get("email_domains", known)}
        if self.agency is None:
            facts["posts"] = [(kind.value, title) for kind in POST_LABELS for title in lines_of(given[f"posts_{kind}"])]
        return {**facts, "active": given.get("active", True)}


def _agency_as_typed(agency: Agency) -> dict[str, Any]:
    return {
        "name": agency.name,
        "sector": agency.sector,
        "email_domains": "\n".join(agency.email_domains),
        "active": str(agency.active),
    }


class ContactForm(forms.Form):
    mark_optional = True

    name = forms.CharField(
        label="Name or title",
        max_length=200,
        help_text="A team or a post lasts longer than a person’s name.",
        error_messages={"required": "Enter a name or title"},
    )
    role = forms.ChoiceField(
        label="Role under the protocol", required=False, help_text="Notices to that role go to this contact’s e-mail address."
    )
    agency = forms.ChoiceField(label="Agency", required=False)
    email = forms.EmailField(label="E-mail address", required=False)
    telephone = forms.CharField(
        label="Telephone number", required=False, max_length=60, widget=forms.TextInput(attrs={"type": "tel"})
    )
    address = forms.CharField(label="Address or web address", required=False, max_length=300)
    note = WordsField(
        label="Note", required=False, max_length=300, widget=Words(rows=2), help_text="For example hours, or whom to ask for."
    )
    review_by = GovukDateField(
        label="Check these details again by", required=False, called="The date to check again by", not_past=True
    )

    def __init__(self, data: Any = None, *, protocol: Protocol | None, contact: Contact | None = None, **kwargs: Any) -> None:
        self.contact = contact
        self.agencies = {agency.key: agency for agency in Agency.objects.all()}
        super().__init__(data, initial=_contact_as_typed(contact) if contact else None, **kwargs)
        roles = [(role.key, role.name) for role in protocol.roles] if protocol else []
        if contact and contact.role and contact.role not in dict(roles):
            roles.append((contact.role, f"{contact.role} (not in the protocol in force)"))
        self.fields["role"].choices = [("", "None"), *roles]  # type: ignore[attr-defined]
        known = [(key, agency.name) for key, agency in self.agencies.items() if agency.active or self._is_theirs(agency)]
        self.fields["agency"].choices = [("", "None"), *known]  # type: ignore[attr-defined]
        if contact:
            self.fields["active"] = forms.TypedChoiceField(
                label="Is it still used?",
                choices=list(STILL_USED.items()),
                coerce=lambda value: value == "True",
                widget=Radios(),
            )

    def _is_theirs(self, agency: Agency) -> bool:
        return self.contact is not None and self.contact.agency_id == agency.pk

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        reached = any(given.get(name) for name in ("email", "telephone", "address"))
        if not reached and not {"email", "telephone", "address"} & set(self.errors) and given.get("active", True):
            self.add_error("email", "Enter an e-mail address, a telephone number or an address")
        return given

    def facts(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {**given, "agency": self.agencies.get(given["agency"]), "email": given["email"].lower()}


def _contact_as_typed(contact: Contact) -> dict[str, Any]:
    named = ("name", "role", "email", "telephone", "address", "note", "review_by")
    agency = contact.agency.key if contact.agency else ""
    return {name: getattr(contact, name) for name in named} | {"active": str(contact.active), "agency": agency}


class ClosureForm(forms.Form):
    """One further day off. Days that do not count anyway are refused, with the reason."""

    day = GovukDateField(label="Which day is it closed?", called="The day")
    name = forms.CharField(
        label="Why?",
        max_length=100,
        help_text="Shown beside every date that it moves. For example: Offices closed between Christmas and New Year.",
        error_messages={"required": "Say why it is closed"},
    )

    def __init__(self, data: Any = None, *, calendar: Calendar, **kwargs: Any) -> None:
        self.calendar = calendar
        super().__init__(data, **kwargs)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        today = timezone.localdate(present())
        if day < today - timedelta(days=DAYS_BACK):
            raise ValidationError("The day must not be more than a year ago")
        if day.year > today.year + YEARS_AHEAD:
            raise ValidationError(f"The day must be in {today.year + YEARS_AHEAD} or earlier")
        if why := self.calendar.why_not(day):
            reason = "a weekend" if why == "weekend" else f"closed already ({why})"
            raise ValidationError(f"That day does not count as a working day anyway: it is {reason}")
        return day


class ConfirmForm(forms.Form):
    """A named person's word that what was assumed is right: which questions, and in which role they answer."""

    questions = forms.MultipleChoiceField(
        label="What is right for the partnership",
        widget=Checkboxes(),
        error_messages={"required": "Tick each rule that you confirm"},
    )
    role = forms.CharField(
        label="Your role in the partnership",
        max_length=120,
        help_text="Your name and this role are kept with each answer and shown beside the rule.",
        error_messages={"required": "Enter your role in the partnership"},
    )

    def __init__(self, data: Any = None, *, questions: Iterable[Question], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        # Those answered in the meantime too: confirming twice is once.
        self.fields["questions"].choices = [(q.key, q.lines[0].words) for q in questions]  # type: ignore[attr-defined]

    @property
    def ticked(self) -> list[str]:
        """What was ticked, whether or not the rest was in order: a tick is not lost."""
        return self.data.getlist("questions") if isinstance(self.data, MultiValueDict) else []


class GoLiveForm(forms.Form):
    understood = forms.BooleanField(
        label="From now on the disagreements are real, and e-mails go to the people named in them",
        error_messages={"required": "Tick the box to say that you know what going live means"},
    )
