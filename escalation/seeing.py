"""Who may see a disagreement: the one place that decides, in the database; must not know what they may do to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, Q

from partnerships.arrangements import Arrangements
from partnerships.conditions import SIDES
from partnerships.models import MemberRole, Membership, User
from partnerships.scope import current_partnership_id

from .invited import opened_by_invitation
from .models import Invitation, Party, SideProcessRecord

# Of these roles somebody comes to see what their own agency takes part in, where the partnership says so (Arrangements).
OF_AN_AGENCY = frozenset({MemberRole.PRACTITIONER, MemberRole.LEAD, MemberRole.SENIOR_MANAGER})
# They look after the protocol, or count: a role under the protocol brings nobody in by one of these.
SEE_NONE = frozenset({MemberRole.PROTOCOL_ADMINISTRATOR, MemberRole.OBSERVER})


@dataclass(frozen=True)
class Viewer:
    """A signed-in person in one partnership, as permissions see them. `works_at`: the agencies that they work with children
    for, of all in which they are something. `held`: the memberships themselves, where they are in hand."""

    user: User
    roles: frozenset[str]
    agency_ids: frozenset[int]
    protocol_roles: frozenset[str]
    works_at: frozenset[int] = frozenset()
    held: tuple[Membership, ...] = field(default=(), compare=False, repr=False)

    @classmethod
    def of(cls, user: User, memberships: Iterable[Membership]) -> Viewer:
        held = list(memberships)
        return cls(
            user=user,
            roles=frozenset(m.role for m in held),
            agency_ids=frozenset(m.agency_id for m in held if m.agency_id),
            protocol_roles=frozenset(m.protocol_role for m in held if m.protocol_role and m.role not in SEE_NONE),
            works_at=frozenset(m.agency_id for m in held if m.agency_id and m.role in OF_AN_AGENCY),
            held=tuple(held),
        )

    @property
    def is_office(self) -> bool:
        return MemberRole.PARTNERSHIP_MANAGER in self.roles

    @property
    def is_guest(self) -> bool:
        """Invited to a disagreement, and nothing else here."""
        return self.roles == {MemberRole.GUEST}


def visible_to(viewer: Viewer, *, drafts: bool = True) -> Q:
    """The disagreements a person may read: need to know.

    The partnership manager: all. A party: those they act in. Where the partnership says so (Arrangements.agency_sees), whoever
    works at an agency: those in which it is the raising or the receiving one. Representatives, advisers and decision-makers:
    from when the protocol brought them in, under its own conditions (a Designated Nurse where the agency is of the health
    sector, an IRO where the child is looked after), and ever after: a step back takes nobody's knowledge away. Whoever sits on
    a panel or mediates: while they do. Somebody invited, who is nothing else here: what they were invited to, while it is
    worked on and the partnership's number of days beyond. Protocol administrators and observers: none but what they are named
    in. Operators: none. A draft is its author's and that of the colleague whom they share it with (`drafts_for`); what this
    colleague raised for the author they go on reading. What was destroyed (records/): nobody.

    Without `drafts` nobody's: a list that shows none asks a simpler question, which an index answers.
    """
    if viewer.user.is_operator or not viewer.roles:  # no member any more: the address is shut before, and this says it again
        return Q(pk__in=[])
    raised = ~Q(state="draft") & Q(destroyed_at=None)
    wrote = Q(raised_by=viewer.user, taken_in=False) | Q(shared_with=viewer.user)
    own = (drafts_for(viewer) if drafts else Q(pk__in=[])) | (raised & wrote)
    if viewer.is_office:
        return raised | own if drafts else raised
    seen = own
    named = Party.objects.filter(acts_as(viewer.user), left_at=None)
    sitting = SideProcessRecord.objects.exclude(members=[]).filter(members__contains=[{"email": viewer.user.email}])
    part = Q(pk__in=named.values("disagreement_id")) | Q(pk__in=sitting.values("disagreement_id"))
    # Whoever waits for the office is not let in by becoming a member meanwhile: that is decided where they wait.
    waits = Invitation.objects.filter(email=viewer.user.email, state=Invitation.State.HELD)
    part &= ~Q(pk__in=waits.values("disagreement_id"))
    if viewer.is_guest:
        return raised & opened_by_invitation(viewer.user, part)
    seen |= raised & part
    if viewer.works_at:
        seen |= raised & of_agencies(viewer.works_at)
    return seen | (raised & known_to(viewer.protocol_roles, viewer.agency_ids))


def sees_as_party(viewer: Viewer, *, waits: bool) -> bool:
    """Whether whoever takes part in something that was raised and not destroyed sees it for that alone: what `visible_to` says
    of a party, where no question is needed. `waits`: their invitation to it waits for the office. No says nothing."""
    return bool(viewer.roles) and not viewer.user.is_operator and not viewer.is_guest and not waits


def acts_as(user: User) -> Q:
    """By account, or by address: somebody named on a form before they had an account is the same person. Addresses of people
    and of accounts are kept in small letters, so that an index answers."""
    return Q(user=user) | Q(email=user.email.lower())


def drafts_for(viewer: Viewer) -> Q:
    """The drafts that this person may write in: their own, and the one that a colleague shares with them, for as long as both
    work with children at one agency."""
    shared = Q(shared_with=viewer.user)
    if viewer.works_at:
        together = Membership.objects.filter(agency__in=viewer.works_at, role__in=OF_AN_AGENCY, active=True)
        shared &= Q(raised_by__in=together.values("user_id"))
    else:
        shared = Q(pk__in=[])
    return Q(state="draft", destroyed_at=None) & (Q(raised_by=viewer.user) | shared)


def known_to(roles: Iterable[str], agency_ids: Iterable[int]) -> Q:
    """Where these roles of the protocol have been brought in (bringing_in.py); a role of one side, for its own agency."""
    known, own = Q(pk__in=[]), list(agency_ids)
    for role in roles:
        known |= Q(brought_in__contains=[role])
        for side in SIDES if own else ():
            known |= Q(**{"brought_in__contains": [f"{side}.{role}"], f"{side}_agency__in": own})
    return known


def of_agencies(agency_ids: Iterable[int]) -> Q:
    """Those in which one of these agencies takes part now, those that raise it together with another included. Whether the
    partnership says so is asked in the same question, so that a list needs no further one."""
    own = list(agency_ids)
    said = Exists(Arrangements.objects.filter(partnership_id=current_partnership_id(), agency_sees=True))
    taking_part = Party.objects.filter(left_at=None, agency__in=own).values("disagreement_id")
    return Q(said) & (Q(raising_agency__in=own) | Q(receiving_agency__in=own) | Q(pk__in=taking_part))
