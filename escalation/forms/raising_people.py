"""The part of the raising form that names people: who acts for each side where it starts; must not know any page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from partnerships.directory.reading import Seat
from partnerships.form_fields import Choice, Radios
from partnerships.models import Membership, PostHolder, User
from partnerships.protocol import Role
from partnerships.protocol_terms import Asked, RaisedAs, Side
from partnerships.written import Written, joined, plain, say, written

from ..services import Person
from .base import TELEPHONE, members_of
from .proposing import at_rung, in_role, said
from .raising import Answer, Filling, Part, RaisingForm, Section, Setting, inside, optional
from .raising_situation import BOTH, LEAD, stand_in
from .raising_whom import TOGETHER, with_field

LISTED, OTHER, UNKNOWN = "listed", "other", "unknown"
# For somebody of neither side there is no "your" and no "their".
OF_NEITHER = {
    Side.RAISING: _("Who is the %(role)s of the agency that disagrees?"),
    Side.RECEIVING: _("Who is the %(role)s of the agency that it disagrees with?"),
}
OF_ONE = {Side.RAISING: _("Who is your %(role)s?"), Side.RECEIVING: _("Who is their %(role)s?")}


@dataclass(frozen=True)
class Slot:
    """One person to name: for which side, in which role, and whether it can be left for later."""

    side: Side
    role: Role
    must: bool
    question: str
    hint: str

    @property
    def name(self) -> str:
        return f"{self.side.value}_{self.role.key}"

    def field(self, what: str) -> str:
        return f"{self.name}_{what}"


def slots(setting: Setting) -> list[Slot]:
    """Whom to ask for: the other side first. Required are those who act where it starts, and the line manager where the
    protocol wants one named (B-09); the practitioner and first manager of a side are asked for where known, because they
    are the ones told when nothing happens."""
    taken = {setting.practitioner.key}
    if setting.lead and setting.typed("part") in (LEAD, BOTH):
        taken.add(setting.lead.key)
    theirs = _of_side(setting, Side.RECEIVING)
    return [*theirs, *(slot for slot in _of_side(setting, Side.RAISING) if slot.role.key not in taken)]


def _of_side(setting: Setting, side: Side) -> list[Slot]:
    acting = [setting.protocol.role(key) for key in setting.stage.acting(setting.opening.to.tier)]
    first = [setting.practitioner, *([setting.lead] if setting.lead else [])]
    roles = {role.key: role for role in (*first, *acting) if role.side in (Side.BOTH, side)}
    return [_slot(setting, side, role, must=role in acting) for role in roles.values()]


def _slot(setting: Setting, side: Side, role: Role, *, must: bool) -> Slot:
    named = setting.asks(Asked.LINE_MANAGER_NAMED) if side == Side.RECEIVING and role == setting.lead else None
    hint, called = "", inside(Written(role.name))
    if named:
        must, question = True, written(named.asks) or gettext("Who is the line manager of the person the concern is about?")
        hint = written(named.hint)
    elif setting.raised_as == RaisedAs.THIRD_PARTY:
        question = say(gettext(OF_NEITHER[side]), role=called)
    elif role == setting.practitioner:
        question = gettext("Who is the person you disagree with?")
    else:
        question = say(gettext(OF_ONE[side]), role=called)
    return Slot(side, role, must, question if must else optional(question), hint)


class People(Part):
    key = "people"
    title = _("Who should talk to each other?")

    @cached_property
    def slots(self) -> list[Slot]:
        return slots(self.setting)

    @cached_property
    def members(self) -> dict[Side, dict[str, Membership]]:
        """Each side's people to choose from, without the person who fills it in."""
        own = self.setting.viewer.user.pk
        agencies = {slot.side: self.setting.agency(slot.side) for slot in self.slots}
        every = [member for member in members_of(*agencies.values()) if member.user_id != own]
        return {
            side: {str(m.pk): m for m in self._one_each(m for m in every if agency and m.agency_id == agency.pk)}
            for side, agency in agencies.items()
        }

    @staticmethod
    def _one_each(members: Iterable[Membership]) -> Iterable[Membership]:
        """Somebody with two roles in an agency stands in its list once."""
        return {member.user_id: member for member in members}.values()

    @staticmethod
    def _fits(slot: Slot, member: Membership) -> bool:
        return member.protocol_role == slot.role.key or (not member.protocol_role and member.role == slot.role.capacity)

    def fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        for slot in self.slots:
            found |= self._of(slot)
        return found

    def _of(self, slot: Slot) -> dict[str, forms.Field]:
        """A choice between somebody listed, somebody else, and (where it can wait) nobody yet; the boxes open under it.
        Whom the directory names is proposed; where it names nobody, the only one whose role it is. They stand first."""
        members = self.members[slot.side]
        seat = self._seat(slot) if self.setting.proposing else None
        fitting, proposed, typed = self._proposed(slot, seat)
        boxes = self._boxes(slot)
        for what in ("name", "email", "telephone") if typed else ():
            boxes[slot.field(what)].initial = getattr(typed, what)
        choices = [(LISTED, gettext("Somebody in this list"))] if members else []
        choices += [(OTHER, gettext("Somebody else") if members else gettext("I can name them"))]
        choices += [] if slot.must else [(UNKNOWN, gettext("I do not know yet"))]
        choice = forms.ChoiceField(
            label=slot.question,
            help_text=joined(slot.hint, said(seat) and say(gettext("The directory says: %(who)s"), who=said(seat))),
            required=False,
            choices=choices,
            initial=choices[0][0] if len(choices) == 1 or proposed else OTHER if typed else None,
            error_messages={"invalid_choice": _about(slot, gettext("Choose again, because the agency changed: %(question)s"))},
            widget=Radios(reveals={LISTED: (slot.field("member"),), OTHER: tuple(boxes)}),
        )
        found: dict[str, forms.Field] = {slot.name: choice}
        if members:
            order = sorted(members, key=lambda pk: pk not in fitting)
            listed = [("", gettext("Choose somebody")), *((pk, self._called(members[pk])) for pk in order)]
            found[slot.field("member")] = forms.ChoiceField(
                label=gettext("Choose somebody"),
                required=False,
                choices=listed,
                widget=Choice,
                initial=proposed,
                error_messages={"invalid_choice": gettext("Choose somebody from the list: it changed with the agency")},
            )
        found |= {slot.field("as"): stand_in(slot.role)} if slot.role.substitutes else {}
        return found | boxes

    def _proposed(self, slot: Slot, seat: Seat | None) -> tuple[list[str], str | None, PostHolder | None]:
        """Who stands first in the list, who is chosen there, or else who is typed into the boxes: nobody, where several could
        be meant or nobody can be written to."""
        members = self.members[slot.side]
        fitting = [pk for pk, member in members.items() if self._fits(slot, member)]
        if seat is None or not seat.people:
            return fitting, fitting[0] if slot.must and len(fitting) == 1 else None, None
        answering = {holder.email.lower() for holder in seat.people}
        named = [pk for pk, member in members.items() if member.user.email in answering]
        if seat.holder is None or seat.holder.user_id == self.setting.viewer.user.pk:
            return named or fitting, None, None
        return named or fitting, named[0] if named else None, seat.holder if not named and seat.holder.email else None

    def _seat(self, slot: Slot) -> Seat | None:
        """Who answers for it today by the directory. Whom one disagrees with is no post's holder."""
        agency, to = self.setting.agency(slot.side), self.setting.opening.to
        if slot.role == self.setting.practitioner or (not slot.must and slot.side == Side.RAISING):
            return None
        if slot.role.key in self.setting.stage.acting(to.tier):
            return at_rung(self.protocol, agency, to, slot.role)
        return in_role(agency, slot.role)

    @staticmethod
    def _called(member: Membership) -> str:
        return Written(f"{member.user.name}, {member.job_title or member.get_role_display()}")

    @staticmethod
    def _boxes(slot: Slot) -> dict[str, forms.Field]:
        return {
            slot.field("name"): forms.CharField(label=gettext("Name"), required=False, max_length=150),
            slot.field("email"): forms.EmailField(
                label=gettext("Work e-mail address"),
                required=False,
                error_messages={"invalid": gettext("Enter an e-mail address in the right form, like name@organisation.example")},
            ),
            slot.field("telephone"): forms.CharField(
                label=optional(gettext("Telephone number")), required=False, max_length=40, widget=TELEPHONE
            ),
            slot.field("job_title"): forms.CharField(label=optional(gettext("Job title")), required=False, max_length=120),
        }

    def sections(self, names: Sequence[str]) -> list[Section]:
        """The other side's people under its name, then one's own."""
        found = []
        for side, whose in ((Side.RECEIVING, gettext("The other side")), (Side.RAISING, gettext("Your side"))):
            agency = self.setting.agency(side)
            own = tuple(name for name in names if name.startswith(f"{side.value}_"))
            found += [Section(f"{whose}: {agency.name}" if agency else whose, own)] if own else []
        return found

    def clean(self, form: RaisingForm) -> None:
        for slot in self.slots:
            how = self._how(slot, form.cleaned_data)
            if how == LISTED and not form.given(slot.field("member")):
                form.refuse(slot.field("member"), _about(slot, gettext("Choose somebody: %(question)s")))
            elif how == OTHER:
                self._clean_other(form, slot)
            elif slot.must and how == UNKNOWN:
                form.refuse(slot.name, _about(slot, gettext("Answer the question: %(question)s")))
        self._clean_sides(form)

    def _clean_other(self, form: RaisingForm, slot: Slot) -> None:
        if not form.given(slot.field("name")):
            form.refuse(slot.field("name"), _about(slot, gettext("Enter a name: %(question)s")))
        if not form.given(slot.field("email")):
            form.refuse(slot.field("email"), _about(slot, gettext("Enter a work e-mail address: %(question)s")))

    def _clean_sides(self, form: RaisingForm) -> None:
        """Nobody stands on both sides: they would be asked to answer themselves."""
        known = self.setting.known
        ours = {User.objects.normalise(str(known.get("worker_email") or ""))}
        ours |= {User.objects.normalise(str(known.get(with_field(n, "email")) or "")) for n in range(1, TOGETHER + 1)}
        neither = self.setting.raised_as == RaisedAs.THIRD_PARTY
        if known.get("part") != "recorder" and not neither:
            ours.add(self.setting.viewer.user.email)
        people = [(slot, self._person(slot, form.cleaned_data)) for slot in self.slots]
        ours |= {p.email.lower() for slot, p in people if p and slot.side == Side.RAISING}
        for slot, person in people:
            if person and neither and person.email.lower() == self.setting.viewer.user.email:
                form.refuse(slot.name, gettext("You record this for two other agencies, so you take no side. Name somebody else"))
            if person and slot.side == Side.RECEIVING and person.email.lower() in ours - {""}:
                at = slot.field("email") if self._how(slot, form.cleaned_data) == OTHER else slot.name
                named = gettext("%(name)s is named on your side already. Name somebody of the other agency")
                form.refuse(at, named % {"name": person.name})

    @staticmethod
    def _how(slot: Slot, given: Mapping[str, Any]) -> str:
        """What was chosen; where nothing was, what the boxes say (as a caller of the API fills them)."""
        if chosen := given.get(slot.name):
            return str(chosen)
        if given.get(slot.field("member")):
            return LISTED
        return OTHER if given.get(slot.field("name")) or given.get(slot.field("email")) else UNKNOWN

    def _person(self, slot: Slot, given: Mapping[str, Any]) -> Person | None:
        how, called = self._how(slot, given), given.get(slot.field("as")) or ""
        if how == LISTED:
            member = self.members[slot.side].get(given.get(slot.field("member")) or "")
            return self._member(slot, member, called=called) if member else None
        name, email = given.get(slot.field("name")) or "", given.get(slot.field("email")) or ""
        if how != OTHER or not (name and email):
            return None
        return Person(
            slot.side,
            slot.role.key,
            name,
            email,
            given.get(slot.field("telephone")) or "",
            given.get(slot.field("job_title")) or "",
            called=called,
        )

    @staticmethod
    def _member(slot: Slot, member: Membership, *, called: str) -> Person:
        return Person(
            slot.side,
            slot.role.key,
            member.user.name or member.user.email,
            member.user.email,
            member.telephone,
            member.job_title,
            called=called,
        )

    def fill(self, given: Mapping[str, Any], filling: Filling) -> None:
        filling.people += [person for slot in self.slots if (person := self._person(slot, given)) is not None]

    def shown(self, form: RaisingForm) -> list[Answer]:
        """One line for each person: name, job, how to reach them. Read from what was typed, so that it shows refused ones."""
        found = []
        for slot in self.slots:
            typed = {name: form[name].value() for name in self._names(slot, form)}
            person = self._person(slot, typed)
            words = _said(person) if person else ""
            if words or slot.must:
                found.append(Answer(plain(slot.question), words, slot.name))
        return found

    @staticmethod
    def _names(slot: Slot, form: RaisingForm) -> list[str]:
        names = [slot.name, *(slot.field(what) for what in ("member", "as", "name", "email", "telephone", "job_title"))]
        return [name for name in names if name in form.fields]


def _about(slot: Slot, sentence: str) -> str:
    return say(sentence, question=plain(slot.question))


def _said(person: Person) -> str:
    return "\n".join(part for part in (person.name, person.called, person.job_title, person.email, person.telephone) if part)
