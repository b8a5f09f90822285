"""Parts of the raising form: who disagrees with whom, where it starts, and the talking so far; must not know any page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from partnerships.form_dates import GovukDateField
from partnerships.form_fields import Choice, Radios
from partnerships.ladder import rung_words
from partnerships.models import MemberRole, User
from partnerships.protocol import Requirement, Role
from partnerships.protocol_terms import Asked, RaisedAs, Side
from partnerships.written import Written, joined, say, written

from ..services import Person
from .base import TELEPHONE, words
from .raising import Answer, Filling, Part, RaisingForm, Setting, inside, optional, said_date
from .steps import RungField

TALKED = {"telephone": "By telephone", "face_to_face": "Face to face", "tried": "Tried and could not reach them"}
WORKER, BOTH, LEAD, RECORDER = "worker", "both", "lead", "recorder"


def stand_in(role: Role) -> forms.Field:
    """ "There is none; instead:" and whom the protocol names in the role's place."""
    none = gettext("There is none; instead: %(who)s")
    instead = [(one, say(none, who=inside(Written(one)))) for one in role.substitutes]
    return forms.ChoiceField(
        label=say(gettext("Is this person the %(role)s?"), role=inside(Written(role.name))),
        required=False,
        choices=[("", gettext("Yes")), *instead],
        widget=Choice,
        error_messages={"invalid_choice": gettext("Choose who stands in from the list")},
    )


def _value(form: RaisingForm, name: str) -> Any:
    return form[name].value() if name in form.fields else None


class Who(Part):
    key = "who"
    title = _("Who disagrees with whom?")

    @property
    def third_party(self) -> bool:
        """Somebody of neither side records it for two other agencies (W 2.7): a conference chair, say."""
        return self.setting.raised_as == RaisedAs.THIRD_PARTY

    def fields(self) -> dict[str, forms.Field]:
        """The agencies, and who it is that disagrees; for two other agencies, none of it is about oneself."""
        found = self._raising() | self._worker()
        if not self.third_party:
            found = {"raising_agency": found.pop("raising_agency"), "part": self._part(), **self._stand_in(), **found}
            found["telephone"] = self._telephone()
        return found | self._receiving()

    @property
    def _agencies(self) -> list[tuple[str, str]]:
        return [("", gettext("Choose an agency")), *((key, agency.name) for key, agency in self.setting.agencies.items())]

    def _raising(self) -> dict[str, forms.Field]:
        mine = [m for m in self.setting.memberships if m.agency_id and not self.third_party]
        label, missing = gettext("Your agency"), gettext("Choose your agency")
        if self.third_party:
            label, missing = gettext("The agency that disagrees"), gettext("Choose the agency that disagrees")
        return {
            "raising_agency": forms.ChoiceField(
                label=label,
                choices=self._agencies,
                initial=mine[0].agency.key if mine and mine[0].agency else None,
                error_messages={"required": missing, "invalid_choice": gettext("Choose an agency from the list")},
            )
        }

    def _receiving(self) -> dict[str, forms.Field]:
        label, missing = gettext("The agency you disagree with"), gettext("Choose the agency you disagree with")
        if self.third_party:
            label, missing = gettext("The agency that it disagrees with"), gettext("Choose the agency that it disagrees with")
        return {
            "receiving_agency": forms.ChoiceField(
                label=label,
                choices=self._agencies,
                error_messages={"required": missing, "invalid_choice": gettext("Choose an agency from the list")},
            )
        }

    def _worker(self) -> dict[str, forms.Field]:
        return {
            "worker_name": forms.CharField(
                label=gettext("Who disagrees there? Their name") if self.third_party else gettext("Their name"),
                required=False,
                max_length=150,
            ),
            "worker_email": forms.EmailField(
                label=gettext("Their work e-mail address"),
                required=False,
                help_text=gettext("They are sent the reference, and are told how it ends."),
                error_messages={"invalid": gettext("Enter an e-mail address in the right form, like name@organisation.example")},
            ),
        }

    def _telephone(self) -> forms.Field:
        return forms.CharField(
            label=optional(gettext("Your telephone number")),
            required=False,
            max_length=40,
            widget=TELEPHONE,
            initial=next((m.telephone for m in self.setting.memberships if m.telephone), ""),
            help_text=gettext("So that the other side can ring you. Talking settles most disagreements."),
        )

    def _stand_in(self) -> dict[str, forms.Field]:
        """Whoever records it as the manager of a side may be the protocol's substitute for one (B footnote 1)."""
        lead = None if self.setting.beside_the_sides else self.setting.lead
        return {"part_as": stand_in(lead)} if lead is not None and lead.substitutes else {}

    def _part(self) -> forms.ChoiceField:
        choices = [(WORKER, gettext("I disagree, and I raise it myself"))]
        usual = WORKER
        if self.setting.beside_the_sides:
            choices.append((RECORDER, gettext("I record it for somebody else, and take no side")))
        elif self.setting.lead:
            lead = inside(Written(self.setting.lead.name))
            choices += [
                (LEAD, say(gettext("I am a %(role)s, and raise it for somebody else"), role=lead)),
                (BOTH, say(gettext("I am both: I disagree, and I am the %(role)s"), role=lead)),
            ]
            if self.setting.viewer.roles & {MemberRole.LEAD, MemberRole.SENIOR_MANAGER}:
                usual = LEAD
        opens = ("worker_name", "worker_email")
        also = tuple(self._stand_in())
        return forms.ChoiceField(
            label=gettext("Your part in this"),
            choices=choices,
            initial=usual,
            widget=Radios(reveals={LEAD: (*opens, *also), RECORDER: opens}),
            error_messages={
                "required": gettext("Choose your part in this"),
                "invalid_choice": gettext("Choose one of the answers shown"),
            },
        )

    def clean(self, form: RaisingForm) -> None:
        ours, theirs = form.given("raising_agency"), form.given("receiving_agency")
        if ours and ours == theirs:
            form.refuse(
                "receiving_agency",
                gettext("The two agencies must differ. A disagreement inside one agency goes through its own process"),
            )
        if self.third_party or form.given("part") in (LEAD, RECORDER):
            if not form.given("worker_name"):
                form.refuse("worker_name", gettext("Enter the name of the person you raise it for"))
            if not form.given("worker_email"):
                form.refuse("worker_email", gettext("Enter the work e-mail address of the person you raise it for"))
        email = User.objects.normalise(str(form.given("worker_email") or ""))
        if self.third_party and email == self.setting.viewer.user.email:
            sentence = gettext("You record this for two other agencies, so you take no side. Name somebody else")
            form.refuse("worker_email", sentence)

    def fill(self, given: Mapping[str, Any], filling: Filling) -> None:
        """Who recorded it is a party in the role they said; the worker in whose name it is raised is one as well (B-15)."""
        setting, part = self.setting, RECORDER if self.third_party else given["part"]
        filling.facts["raising_agency"] = setting.agencies[given["raising_agency"]]
        filling.facts["receiving_agency"] = setting.agencies[given["receiving_agency"]]
        if part in (LEAD, RECORDER):
            worker = Person(Side.RAISING, setting.practitioner.key, given["worker_name"], given["worker_email"])
            filling.people.append(worker)
        roles: dict[str, tuple[Role | None, ...]] = {
            WORKER: (setting.practitioner,),
            BOTH: (setting.practitioner, setting.lead),
            LEAD: (setting.lead,),
        }
        for role in roles.get(part, ()):
            if role is not None:
                called = given.get("part_as") or "" if part == LEAD else ""
                filling.people.append(self._recorder(role.key, given, called=called))

    def _recorder(self, role: str, given: Mapping[str, Any], *, called: str) -> Person:
        user, agency = self.setting.viewer.user, self.setting.agencies[given["raising_agency"]]
        own = next((m for m in self.setting.memberships if m.agency_id == agency.pk), None)
        return Person(
            side=Side.RAISING,
            role=role,
            name=user.name or user.email,
            email=user.email,
            telephone=given["telephone"] or (own.telephone if own else ""),
            job_title=own.job_title if own else "",
            called=called,
        )

    def shown(self, form: RaisingForm) -> list[Answer]:
        part = RECORDER if self.third_party else form["part"].value()
        hidden = set() if part in (LEAD, RECORDER) else {"worker_name", "worker_email"}
        hidden |= set() if part == LEAD and _value(form, "part_as") else {"part_as"}
        renamed = {"worker_name": gettext("Raised for"), "worker_email": gettext("Their e-mail address")}
        shown = [one for one in super().shown(form) if one.name not in hidden]
        return [Answer(renamed.get(one.name, one.question), one.answer, one.name) for one in shown]


class Where(Part):
    """At the usual place, or at one that the protocol lets be reached directly because waiting is not safe (B-05)."""

    key = "where"
    title = _("Where does it start?")
    pressing = True

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.direct = [value for value, opening in setting.openings.items() if opening.direct]
        # Also where a place was chosen that an answer has ruled out since: it is said, and never changed in silence.
        self.wanted = len(setting.openings) > 1 or setting.typed("to") not in ("", *setting.openings)
        self.guidance = ("urgency",) if self.direct else ()

    def fields(self) -> dict[str, forms.Field]:
        openings, direct = self.setting.openings, self.direct
        names = {value: Written(rung_words(self.protocol, o.to)) for value, o in openings.items()}
        straight = gettext("Straight to %(place)s")
        hints = {value: self._who_acts(value) for value in openings}
        choice = RungField(
            label=gettext("Where does it start?"),
            choices=[(value, say(straight, place=inside(name)) if value in direct else name) for value, name in names.items()],
            initial=next(iter(openings)),
            widget=Radios(hints=hints, reveals={value: ("direct_reason",) for value in direct if len(direct) == 1}),
            error_messages={
                "required": gettext("Choose where it starts"),
                "invalid_choice": say(
                    gettext("It cannot start there. It may start at: %(places)s"), places=Written("; ".join(names.values()))
                ),
            },
        )
        reason = words(gettext("Why is it not safe to wait?"), required=False, rows=3)
        return {"to": choice, "direct_reason": reason} if direct else {"to": choice}

    def _who_acts(self, value: str) -> str:
        opening = self.setting.openings[value]
        acting = self.protocol.stage(opening.to.stage).acting(opening.to.tier)
        roles = Written(", ".join(self.protocol.role(key).name for key in acting))
        who = say(gettext("Acts here: %(roles)s."), roles=roles)
        return joined(gettext("Only when it is not safe to wait."), who) if opening.direct else who

    def clean(self, form: RaisingForm) -> None:
        if form.given("to") in self.direct and not form.given("direct_reason"):
            sentence = gettext("Say why it goes straight there: %(place)s")
            form.refuse("direct_reason", say(sentence, place=self._straight_to(form.given("to"))))

    def _straight_to(self, value: str) -> str:
        return Written(rung_words(self.protocol, self.setting.openings[value].to))

    def fill(self, given: Mapping[str, Any], filling: Filling) -> None:
        opening = self.setting.openings[given["to"]]
        filling.facts["to"] = opening.to
        filling.facts["direct_reason"] = given.get("direct_reason") or "" if opening.direct else ""

    def shown(self, form: RaisingForm) -> list[Answer]:
        direct = form["to"].value() in self.direct
        return [one for one in super().shown(form) if direct or one.name == "to"]


class Talk(Part):
    """The conversation comes first, by telephone or face to face; one who cannot be reached does not stop it (B-24)."""

    key = "talk"
    title = _("Talking so far")

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.prior = setting.asks(Asked.PRIOR_CONVERSATION)
        self.confirmed = setting.asks(Asked.CONVERSATION_CONFIRMED)
        self.lead = setting.asks(Asked.LEAD_CONSULTED)
        self.wanted = any((self.prior, self.confirmed, self.lead))

    def fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        if self.lead:
            found |= self._lead_fields(self.lead)
        if self.prior:
            found["prior_conversation"] = forms.ChoiceField(
                label=written(self.prior.asks) or gettext("Have you talked to the other practitioner?"),
                help_text=written(self.prior.hint),
                required=self.prior.must,
                choices=[
                    ("telephone", gettext("Yes, by telephone")),
                    ("face_to_face", gettext("Yes, face to face")),
                    ("tried", gettext("I tried, and could not reach them")),
                    ("not_yet", gettext("Not yet")),
                ],
                widget=Radios,
            )
            found["prior_conversation_on"] = GovukDateField(
                label=gettext("When was that, or when did you last try?"),
                called=gettext("The date you talked or tried"),
                required=False,
                not_future=True,
            )
        if self.confirmed:
            label = written(self.confirmed.asks) or gettext("What was said?")
            found["conversation_confirmed"] = words(
                label if self.confirmed.must else optional(label),
                required=self.confirmed.must,
                hint=written(self.confirmed.hint),
                rows=3,
            )
        elif self.prior:
            found["prior_conversation_words"] = words(gettext("What was said, or what did you try?"), required=False, rows=3)
        return found

    @staticmethod
    def _lead_fields(lead: Requirement) -> dict[str, forms.Field]:
        label = written(lead.asks) or gettext("Have you talked to your own safeguarding lead or manager?")
        choices = [("yes", gettext("Yes")), ("self", gettext("I am the lead or manager myself")), ("no", gettext("Not yet"))]
        return {
            "lead_consulted": forms.ChoiceField(
                label=label if lead.must else optional(label),
                help_text=written(lead.hint),
                required=lead.must,
                choices=choices,
                widget=Radios(reveals={"yes": ("lead_consulted_words",)}),
            ),
            "lead_consulted_words": words(optional(gettext("What did they advise?")), required=False, rows=2),
        }

    def clean(self, form: RaisingForm) -> None:
        if self.lead and self.lead.must and form.given("lead_consulted") == "no":
            sentence = gettext("Talk to them first, then come back: your draft is kept. In danger, telephone 999")
            form.refuse("lead_consulted", sentence)
        how = form.given("prior_conversation")
        if self.prior and self.prior.must and how == "not_yet":
            form.refuse(
                "prior_conversation",
                gettext("Telephone or meet them first. If you tried and could not reach them, choose that: it is enough"),
            )
        if how in TALKED and not form.given("prior_conversation_on"):
            form.refuse("prior_conversation_on", gettext("Enter the date you talked or last tried"))
        box = "conversation_confirmed" if self.confirmed else "prior_conversation_words"
        if how == "tried" and not form.given(box):
            form.refuse(box, gettext("Say what you tried, and when"))

    def fill(self, given: Mapping[str, Any], filling: Filling) -> None:
        lead, how = given.get("lead_consulted"), given.get("prior_conversation")
        if lead:
            advised = given.get("lead_consulted_words") if lead == "yes" else ""
            told = {"yes": "Yes.", "self": "The person who raised it is the lead or manager.", "no": "Not yet."}[lead]
            filling.answers[Asked.LEAD_CONSULTED.value] = " ".join(part for part in (told, advised) if part)
        if how in TALKED:
            on = said_date(given["prior_conversation_on"])
            written = given.get("prior_conversation_words")
            told = f"{TALKED[how]}, {'last ' if how == 'tried' else ''}on {on}."
            filling.answers[Asked.PRIOR_CONVERSATION.value] = "\n".join(part for part in (told, written) if part)
        if given.get("conversation_confirmed"):
            filling.answers[Asked.CONVERSATION_CONFIRMED.value] = given["conversation_confirmed"]

    def shown(self, form: RaisingForm) -> list[Answer]:
        consulted = "lead_consulted" in form.fields and form["lead_consulted"].value() == "yes"
        return [one for one in super().shown(form) if consulted or one.name != "lead_consulted_words"]
