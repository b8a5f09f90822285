"""People join a disagreement, each for one side, whoever brings them in: what there is to look at is asked once for all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from partnerships.models import Agency, Membership, User
from partnerships.protocol_terms import Side

from ..conflict import why_not_a_party
from ..models import Disagreement, Party, SideProcessRecord
from ..moves import Refused
from .inviting import account_of, invite, is_work
from .particulars import Person


def join(disagreement: Disagreement, person: Person, *, at: datetime) -> Party:
    return join_all(disagreement, [person], at=at)[0]


def join_all(disagreement: Disagreement, people: Iterable[Person], *, at: datetime) -> list[Party]:
    """A person takes part for a side, in its agency or (of a group) in their own. One who already does in that role is not
    doubled. Whether the address opens a door is the partnership's to say (`invite`)."""
    named = [(person, _agency_of(disagreement, person)) for person in people]
    if not named:
        return []
    joining = _Joining(disagreement, [person for person, _ in named])
    found = [joining.join(person, agency, at=at) for person, agency in named]
    Party.objects.bulk_create(joining.new)
    return found


def first_people(disagreement: Disagreement, people: Iterable[Person], *, at: datetime) -> list[Party]:
    """Those who take part from the start of what is being raised: as `join_all`, of a draft, in which nobody does yet. They are
    kept with the rest of what begins then, because it is known by then of whom anything is asked (doing.carry_out)."""
    named = [(person, _agency_of(disagreement, person)) for person in people]
    joining = _Joining(disagreement, [person for person, _ in named], new=True)
    for person, agency in named:
        joining.join(person, agency, at=at)
    return joining.new


def _agency_of(d: Disagreement, person: Person) -> Agency:
    agency = person.agency or (d.raising_agency if person.side == Side.RAISING else d.receiving_agency)
    if agency is None:
        raise Refused("Say which agencies are involved first.")
    return agency


class _Joining:
    """Who takes part now, what sits beside the ladder, and which of the addresses are members': read once. `new` are those
    who are to be kept."""

    def __init__(self, disagreement: Disagreement, people: list[Person], *, new: bool = False) -> None:
        self._d = disagreement
        self.new: list[Party] = []
        self._here: list[Party] = [] if new else list(disagreement.parties.filter(left_at=None).select_related("user"))
        self._beside: list[SideProcessRecord] = [] if new else list(disagreement.side_processes.all())
        addresses = {User.objects.normalise(person.email) for person in people} - {""}
        held = Membership.objects.filter(user__email__in=addresses, active=True).select_related("user") if addresses else ()
        self._members: dict[str, User] = {m.user.email: m.user for m in held if is_work(m.role)}

    def join(self, person: Person, agency: Agency, *, at: datetime) -> Party:
        d = self._d
        if person.role not in {r.key for r in d.protocol.roles if r.side in (Side.BOTH, person.side)}:
            raise Refused("Choose a role that the protocol gives to that side.")
        name, email = person.name.strip(), User.objects.normalise(person.email)
        if email and self._on_the_other_side(person.side, email):
            raise Refused(f"{name} takes part for the other side. Nobody acts for both: they would answer themselves.")
        if refusal := why_not_a_party(d, name=person.name, email=email, held=self._beside):
            raise Refused(refusal)
        there = [p for p in self._here if p.side == person.side and p.role == person.role and p.email == email]
        if (already := next((p for p in there if email or p.name == name), None)) is not None:
            return already
        party = Party(
            disagreement=d,
            side=person.side,
            role=person.role,
            called=person.called,
            user=self._account(email, name=person.name, agency=agency, at=at) if email else None,
            agency=agency,
            name=name,
            email=email,
            telephone=person.telephone.strip(),
            job_title=person.job_title.strip(),
            joined_at=at,
        )
        self._here.append(party)
        self.new.append(party)
        return party

    def _on_the_other_side(self, side: str, email: str) -> bool:
        """Or the raising manager could put themselves in the receiving manager's place, and confirm what they wrote."""
        others = (p for p in self._here if p.side != side)
        return any(email == p.email or (p.user is not None and email == p.user.email) for p in others)

    def _account(self, email: str, *, name: str, agency: Agency, at: datetime) -> User | None:
        """A member is let in already; anybody else by an invitation, or not yet."""
        if (member := self._members.get(email)) is not None:
            return member
        return account_of(email, invite(self._d, email=email, name=name, agency=agency, at=at))
