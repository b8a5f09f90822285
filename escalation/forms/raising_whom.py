"""Parts of the raising form: for whom it is raised, whether it is about a child or a theme, and who raises it together;
must not know any page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from partnerships.form_fields import Radios
from partnerships.models import User
from partnerships.protocol_terms import RaisedAs, Side
from partnerships.written import Written, written

from ..services import Person
from .raising import THEME, Answer, Filling, Part, RaisingForm, Section, Setting, optional

CHILD = "child"
# More than any group in the field; the rest can join once it is raised.
TOGETHER = 4
ASKS = {
    "agency": _("Choose the agency of the person who raises it with you (person %(number)s)"),
    "name": _("Enter the name of the person who raises it with you (person %(number)s)"),
    "email": _("Enter the work e-mail address of the person who raises it with you (person %(number)s)"),
}


def with_field(number: int, what: str) -> str:
    return f"with_{number}_{what}"


class ForWhom(Part):
    """Asked where the protocol lets one raise for two other agencies (W 2.7), as a group, or about a theme."""

    key = "whom"
    usual = True

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.raisers, self.theme = setting.protocol.raisers, setting.protocol.thematic
        self.wanted = bool(self.raisers or self.theme)
        both = _("For whom, and about what?") if self.theme else _("For whom?")
        self.title = both if self.raisers else _("What is it about?")

    def shown(self, form: RaisingForm) -> list[Answer]:
        """What holds now, chosen or not."""
        held = {"raised_as": self.setting.raised_as.value, "about": THEME if self.setting.thematic else CHILD}
        fields: dict[str, Any] = {name: field for name, field in self.fields().items() if name in held}
        return [Answer(str(field.label), dict(field.choices)[held[name]], name) for name, field in fields.items()]

    def fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        chosen = {"invalid_choice": gettext("Choose one of the answers shown")}
        if self.raisers:
            found["raised_as"] = forms.ChoiceField(
                label=gettext("For whom do you raise it?"),
                required=False,
                choices=[
                    (RaisedAs.OWN.value, gettext("For my own agency")),
                    *((r.kind.value, Written(r.asks)) for r in self.raisers),
                ],
                initial=RaisedAs.OWN.value,
                widget=Radios(hints={r.kind.value: written(r.hint) for r in self.raisers}),
                error_messages=chosen,
            )
        if self.theme:
            found["about"] = forms.ChoiceField(
                label=gettext("What is it about?"),
                required=False,
                choices=[(CHILD, gettext("A particular child, or children of one family")), (THEME, Written(self.theme.asks))],
                initial=CHILD,
                widget=Radios,
                error_messages=chosen,
            )
        return found

    def fill(self, given: Mapping[str, Any], filling: Filling) -> None:
        filling.facts |= {"raised_as": self.setting.raised_as, "thematic": self.setting.thematic}


class Together(Part):
    """Who else raises it, each in their own agency: they act for the raising side as whoever writes it does."""

    key = "together"
    title = _("Who raises it with you?")

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.wanted = setting.raised_as == RaisedAs.GROUP

    def fields(self) -> dict[str, forms.Field]:
        agencies = [("", gettext("Choose an agency")), *((key, agency.name) for key, agency in self.setting.agencies.items())]
        found: dict[str, forms.Field] = {}
        for number in range(1, TOGETHER + 1):
            found |= {
                with_field(number, "agency"): forms.ChoiceField(
                    label=gettext("Their agency"),
                    required=False,
                    choices=agencies,
                    error_messages={"invalid_choice": gettext("Choose an agency from the list")},
                ),
                with_field(number, "name"): forms.CharField(label=gettext("Their name"), required=False, max_length=150),
                with_field(number, "email"): forms.EmailField(
                    label=gettext("Their work e-mail address"),
                    required=False,
                    error_messages={
                        "invalid": gettext("Enter an e-mail address in the right form, like name@organisation.example")
                    },
                ),
            }
        return found

    def sections(self, names: Sequence[str]) -> list[Section]:
        found = []
        for number in range(1, TOGETHER + 1):
            person = gettext("Person %(number)s") % {"number": number}
            heading = person if number == 1 else optional(person)
            found.append(Section(heading, tuple(name for name in names if name.startswith(with_field(number, "")))))
        return found

    def clean(self, form: RaisingForm) -> None:
        """The first person is wanted; of the others either everything or nothing."""
        for number in range(1, TOGETHER + 1):
            given = [form.given(with_field(number, what)) for what in ASKS]
            if number > 1 and not any(given):
                continue
            for (what, ask), value in zip(ASKS.items(), given, strict=True):
                if not value:
                    form.refuse(with_field(number, what), gettext(ask) % {"number": number})
            self._clean_place(form, number, *given)

    def _clean_place(self, form: RaisingForm, number: int, agency: Any, name: Any, email: Any) -> None:
        if agency and agency == self.setting.typed("receiving_agency"):
            form.refuse(with_field(number, "agency"), gettext("The agency you disagree with cannot raise it as well"))
        if email and User.objects.normalise(str(email)) == self.setting.viewer.user.email:
            form.refuse(with_field(number, "email"), gettext("You are named already. Name somebody else"))

    def fill(self, given: Mapping[str, Any], filling: Filling) -> None:
        filling.people += [p for number in range(1, TOGETHER + 1) if (p := self._person(given, number)) is not None]

    def _person(self, given: Mapping[str, Any], number: int) -> Person | None:
        agency, name, email = (given.get(with_field(number, what)) for what in ASKS)
        if not (agency and name and email):
            return None
        role = self.setting.practitioner.key
        return Person(Side.RAISING, role, name, email, agency=self.setting.agencies[agency])

    def shown(self, form: RaisingForm) -> list[Answer]:
        """One line for each person."""
        found = []
        for number in range(1, TOGETHER + 1):
            values = {what: str(form[with_field(number, what)].value() or "") for what in ("name", "agency", "email")}
            if agency := self.setting.agencies.get(values["agency"]):
                values["agency"] = agency.name
            if any(values.values()):
                said = "\n".join(value for value in values.values() if value)
                question = gettext("Raises it with you (person %(number)s)") % {"number": number}
                found.append(Answer(question, said, with_field(number, "agency")))
        return found
