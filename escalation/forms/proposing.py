"""Whom the directory proposes as counterpart: filled in, said in words, and always to be changed; must not know any page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext

from partnerships import date_words
from partnerships.directory.reading import KIND_OF, Seat, directory, step_of
from partnerships.ladder import Position
from partnerships.models import Agency, PostHolder
from partnerships.protocol import Protocol, Role
from partnerships.written import Written, joined, say

from ..services import Person
from .base import PersonFields

SAME_PEOPLE = "same_people"


def at_rung(protocol: Protocol, agency: Agency | None, position: Position, role: Role) -> Seat | None:
    """Who answers for an agency at a rung, in a role that acts there."""
    if agency is None:
        return None
    kind, rank = step_of(protocol, position)
    return directory().answering(agency, kind, rank=rank, called=role.name)


def in_role(agency: Agency | None, role: Role) -> Seat | None:
    """Who answers for an agency in a role that does not act at the rung in question: a first manager who is told."""
    kind = KIND_OF.get(role.capacity)
    return directory().answering(agency, kind, called=role.name) if agency is not None and kind is not None else None


def said(seat: Seat | None) -> str:
    """ "Team manager: Dee Putty (deputy), because Ann Already is away until Monday 5 January 2026." """
    if seat is None:
        return ""
    names: str = ""
    for person in seat.people:
        name = say(gettext("%(name)s (deputy)"), name=person.name) if seat.deputising else person.name
        names = say(gettext("%(one)s or %(other)s"), one=names, other=name) if names else name
    away = joined(*(_away(holder) for holder in seat.away), by="; ")
    post: str = Written(seat.post.title)
    if not names:
        post = _of(post, seat)
        if away:
            return say(gettext("%(post)s: nobody is named in the directory, and %(away)s."), post=post, away=away)
        return say(gettext("%(post)s: nobody is named in the directory."), post=post)
    if away and seat.deputising:
        return say(gettext("%(post)s: %(names)s, because %(away)s."), post=post, names=_of(names, seat), away=away)
    return say(gettext("%(post)s: %(names)s."), post=post, names=_of(names, seat))


def _of(who: str, seat: Seat) -> str:
    return say(gettext("%(who)s of %(agency)s"), who=who, agency=seat.via.name) if seat.via else who


def _away(holder: PostHolder) -> str:
    if holder.absent_until is None:
        return gettext("%(name)s is away") % {"name": holder.name}
    return gettext("%(name)s is away until %(day)s") % {"name": holder.name, "day": date_words.day(holder.absent_until)}


def fill_in(form: forms.Form, fields: PersonFields, holder: PostHolder | None) -> None:
    """Choose somebody in the list, or type them into the boxes, before anybody else does."""
    if holder is None or not holder.email:
        return
    known = next((pk for pk, m in fields.members.items() if m.user.email == holder.email.lower()), None)
    if known is not None:
        form.fields[f"{fields.prefix}_member"].initial = known
        return
    for what in ("name", "email", "telephone"):
        form.fields[f"{fields.prefix}_{what}"].initial = getattr(holder, what)


@dataclass(frozen=True)
class Proposal:
    """Who is proposed for one side, for each rung that can be chosen; what is filled in is for the `usual` one."""

    fields: PersonFields
    seats: Mapping[str, Seat | None]
    rungs: Mapping[str, str]
    usual: str

    def add_to(self, form: forms.Form) -> None:
        seat = self.seats.get(self.usual)
        fill_in(form, self.fields, seat.holder if seat else None)
        sentences = [f"{self.rungs[value]}: {said(one)}" for value, one in self.seats.items() if one is not None]
        first = f"{self.fields.prefix}_{'member' if self.fields.members else 'name'}"
        if sentences:
            form.fields[first].help_text = f"The directory says: {' '.join(sentences)} You may name somebody else."

    def meant_for_another_rung(self, chosen: str, person: Person) -> str:
        """Why whoever was filled in for the usual rung may be the wrong person for the one that was chosen, or nothing."""
        usual, seat = self.seats.get(self.usual), self.seats.get(chosen)
        if chosen == self.usual or usual is None or seat is None or not seat.people or usual.holder is None:
            return ""
        here = {holder.email.lower() for holder in seat.people}
        if person.email.lower() != usual.holder.email.lower() or person.email.lower() in here:
            return ""
        return f"{person.name} was proposed for {self.rungs[self.usual]}. For {self.rungs[chosen]} the directory has {said(seat)}"


def keep_people_field(form: forms.Form) -> None:
    """Asked only once somebody has to be looked at again."""
    form.fields[SAME_PEOPLE] = forms.BooleanField(
        label="The people are right as they stand", required=False, help_text="Tick this to go on with the people named above."
    )
