"""What the partnership office does in its tracker: who follows a disagreement, and one considered reminder to whoever's turn
it is. Neither moves anything, stops a clock or makes anybody's form stale; both are entries of the chronology."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from partnerships import selectors as partnership_selectors
from partnerships.date_words import short_day
from partnerships.models import Contact, MemberRole, Membership, User
from partnerships.protocol_terms import Side
from partnerships.scope import present
from partnerships.working_days import LONDON, add_working_days

from ..in_hand import Turn
from ..models import ChronologyEntry, Disagreement, Invitation, Party
from ..moves import Happened, Refused
from ..permissions import Viewer, may_track
from ..states import Kind, State
from .beside import locked_for
from .doing import carry_out

# Whoever was reminded is left in peace for so many working days: a reminder each morning is read by nobody.
IN_PEACE = 3
# A fortnight of days off in a row is not seen; so far back is looked for reminders.
LOOKED_BACK = timedelta(days=30)
WORKED_ON = (State.OPEN, State.AWAITING_CONFIRMATION)


def of_the_office() -> QuerySet[User]:
    """Who can follow one: the partnership managers who are here."""
    here = Membership.objects.filter(role=MemberRole.PARTNERSHIP_MANAGER, active=True).values("user_id")
    return User.objects.filter(pk__in=here).order_by("name", "pk")


def follow(disagreement_id: int, *, viewer: Viewer, who: User | None, at: datetime | None = None) -> ChronologyEntry:
    """Who in the office follows it from now on; None: nobody yet. Refused where that is so already, so that a press on many
    writes no entry that says nothing."""
    with transaction.atomic():
        disagreement = locked_for(disagreement_id, viewer=viewer, rule=lambda t: may_track(t.viewer))
        if who is not None and not of_the_office().filter(pk=who.pk).exists():
            raise Refused(f"{who.name} is no partnership manager here.")
        if disagreement.followed_by_id == (who.pk if who else None):
            raise Refused(f"{who.name} follows it already." if who else "Nobody follows it already.")
        words = (
            f"{who.name} follows it for the partnership office." if who else "Nobody follows it for the partnership office yet."
        )

        def change(d: Disagreement, _: datetime) -> Happened:
            d.followed_by = who
            return d.note(kind=Kind.FOLLOWED, data={"user": who.pk if who else None})

        return carry_out(disagreement, verb="note", change=change, at=at or present(), actor=viewer.user, words=words)


@dataclass(frozen=True)
class LeftOut:
    """Somebody whose turn it is and who was not reminded, and why."""

    who: str
    why: str

    def __str__(self) -> str:
        return f"{self.who}: {self.why}"


@dataclass(frozen=True)
class Chased:
    """Who was reminded, by name or role, and who was left out."""

    reminded: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


def chase(disagreement_id: int, *, viewer: Viewer, at: datetime | None = None) -> Chased:
    """Remind whoever's turn it is: an entry, of which the letter comes. Never one that has ended; never the same people again
    within `IN_PEACE` working days; nobody whose address does not work. Refused, with who and why, where nobody is left."""
    with transaction.atomic():
        disagreement = locked_for(disagreement_id, viewer=viewer, rule=lambda t: may_track(t.viewer))
        moment = at or present()
        if disagreement.standing not in WORKED_ON:
            raise Refused("It has ended, so nobody is reminded.")
        found = _Asked(disagreement, viewer, at=moment)
        if not found.reminded:
            raise Refused(found.nobody())
        data = found.data()
        carry_out(
            disagreement, verb="note", change=lambda d, _: d.note(kind=Kind.CHASED, data=data), at=moment, actor=viewer.user
        )
        return Chased(tuple(found.reminded), tuple(found.left_out))


class _Asked:
    """Whose turn it is now, sorted into those who are reminded and those who are not."""

    def __init__(self, disagreement: Disagreement, viewer: Viewer, *, at: datetime) -> None:
        self._d, self._viewer, self._at = disagreement, viewer, at
        self.parties: list[int] = []
        self.roles: list[str] = []
        self.raiser = False
        self.reminded: list[str] = []
        self.left_out: list[LeftOut] = []
        self._before = _reminded_before(disagreement, at=at)
        waiting = Invitation.objects.filter(disagreement=disagreement, state=Invitation.State.HELD)
        self._held = {email.lower() for email in waiting.values_list("email", flat=True)}
        people = list(disagreement.parties.filter(left_at=None).select_related("agency").order_by("pk"))
        for party in people:
            if party.has_turn:
                self._party(party)
        turn = disagreement.turn or []
        if Turn.DECIDER in turn:
            self._decider()
        if Turn.RAISER in turn and not any(p.is_of(disagreement.raised_by) for p in people):
            self._raiser()

    def data(self) -> dict[str, Any]:
        return {"parties": self.parties, "roles": self.roles, "raiser": self.raiser}

    def nobody(self) -> str:
        if self.left_out:
            return " ".join(f"{one}." for one in self.left_out)
        own = Turn.OFFICE in (self._d.turn or []) or Side.PARTNERSHIP in (self._d.turn or [])
        return "It is the partnership office’s own turn." if own else "Nobody is named whose turn it is."

    def _party(self, party: Party) -> None:
        who = f"{party.name} ({party.agency})"
        if party.is_of(self._viewer.user):
            self.left_out.append(LeftOut(who, "that is you"))
        elif not party.email:
            self.left_out.append(LeftOut(who, "no e-mail address is known, so telephone instead"))
        elif party.email.lower() in self._held:
            self.left_out.append(LeftOut(who, "their address waits for you to let it in"))
        elif not self._in_peace(who, self._before.get(("party", party.pk))):
            self.parties.append(party.pk)
            self.reminded.append(who)

    def _decider(self) -> None:
        """Whoever has the last word at the step stands beside the two sides: reached as the holder of the role."""
        authority = self._d.protocol.stage(self._d.stage).authority
        if authority is None or authority.by is None:
            return
        who = self._d.protocol.role(authority.by).name
        contacts = Contact.objects.filter(role=authority.by, active=True).exclude(email="").exists()
        if not contacts and not Membership.objects.reachable().filter(protocol_role=authority.by).exists():
            self.left_out.append(LeftOut(who, "nobody is listed in this role, so telephone instead"))
        elif not self._in_peace(who, self._before.get(("role", authority.by))):
            self.roles.append(authority.by)
            self.reminded.append(who)

    def _raiser(self) -> None:
        who = self._d.raised_by.name
        if not self._in_peace(who, self._before.get(("raiser", True))):
            self.raiser = True
            self.reminded.append(who)

    def _in_peace(self, who: str, last: date | None) -> bool:
        if last is None:
            return False
        again = add_working_days(last, IN_PEACE, partnership_selectors.calendar())
        if self._at.astimezone(LONDON).date() >= again:
            return False
        said = [short_day(day, with_year=False) for day in (last, again)]
        self.left_out.append(LeftOut(who, "reminded on {}, and again from {} at the earliest".format(*said)))
        return True


def _reminded_before(disagreement: Disagreement, *, at: datetime) -> dict[tuple[str, object], date]:
    """When each was reminded last, as far as that matters still."""
    found: dict[tuple[str, object], date] = {}
    chased = ChronologyEntry.objects.filter(disagreement=disagreement, kind=Kind.CHASED, at__gt=at - LOOKED_BACK)
    for entry in chased.order_by("seq"):
        for key in _who(entry.data):
            found[key] = entry.at.astimezone(LONDON).date()
    return found


def _who(data: dict[str, Any]) -> Iterable[tuple[str, object]]:
    yield from (("party", pk) for pk in data.get("parties", ()))
    yield from (("role", role) for role in data.get("roles", ()))
    if data.get("raiser"):
        yield ("raiser", True)
