"""Who may let whom into a partnership, and as what: the one place that decides. Each answer is a refusal's sentence, or nothing.

Operators and protocol administrators see no disagreement (issue 4 section 2), so they must not be able to obtain that by
themselves either: what lets somebody see more than what they are named in is given by a partnership manager. And nobody
gives it to themselves: it takes another keeper, so that two people have looked (four eyes)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from partnerships.arrangements import arrangements
from partnerships.models import Agency, MemberRole, Membership
from partnerships.permissions import KEEPERS
from partnerships.protocol_terms import ONLY_AS_PARTIES
from partnerships.selectors import published_versions
from partnerships.services import knows

# Roles that see, or come to see, disagreements in which they are not named.
SEE_MORE = frozenset({MemberRole.PARTNERSHIP_MANAGER, MemberRole.DECISION_MAKER, MemberRole.REPRESENTATIVE, MemberRole.ADVISER})
# Those who, where the partnership says so, see what their own agency takes part in.
OF_AN_AGENCY = frozenset({MemberRole.PRACTITIONER, MemberRole.LEAD, MemberRole.SENIOR_MANAGER})
# They look after the protocol, or count, and no role under the protocol changes that.
SEES_NONE = frozenset({MemberRole.PROTOCOL_ADMINISTRATOR, MemberRole.OBSERVER})
# A partnership is never without somebody who sees its disagreements, nor without somebody who looks after its protocol.
NEVER_WITHOUT = (MemberRole.PARTNERSHIP_MANAGER, MemberRole.PROTOCOL_ADMINISTRATOR)
NOT_KNOWN = (
    "This address is in none of the e-mail domains known to be the agency’s own, so a partnership manager has to look at it."
)
# Given by an invitation to one disagreement, and never here.
NOT_GIVEN_HERE = frozenset({MemberRole.GUEST})

NOT_YOUR_OWN = "Nobody changes their own access. Ask another partnership manager or protocol administrator to do it."
ONLY_THE_OFFICE = (
    "This lets somebody see disagreements in which they are not named, so only a partnership manager may give it, "
    "change it or end it."
)


@dataclass(frozen=True)
class Access:
    """What somebody may have: a role, the agency they have it in, and a role under the protocol."""

    role: str
    agency: Agency | None = None
    protocol_role: str = ""

    @classmethod
    def of(cls, member: Membership) -> Access:
        return cls(member.role, member.agency, member.protocol_role)


def why_not_let_in(roles: frozenset[str]) -> str:
    """The list of everybody, and letting people in at all."""
    return "" if roles & KEEPERS else "Only the partnership manager or a protocol administrator may let people in."


def sees_more(access: Access) -> bool:
    of_agency = access.agency is not None and access.role in OF_AN_AGENCY and arrangements().agency_sees
    return access.role in SEE_MORE or brings_in(access.protocol_role) or of_agency


def brings_in(protocol_role: str) -> bool:
    """Whether a role under the protocol lets somebody see what they are not named in, whatever they are otherwise: under any
    version that was published, for each disagreement keeps its own. One that no version knows does no less."""
    protocols = [version.protocol for version in published_versions()]
    known = [role for protocol in protocols for role in protocol.roles if role.key == protocol_role]
    only_as_parties = bool(known) and all(role.capacity in ONLY_AS_PARTIES for role in known)
    return bool(protocol_role) and not only_as_parties


def why_not_give(roles: frozenset[str], *, access: Access, own: bool) -> str:
    """Give it, take it, or end it: whoever may not give something may not end it either."""
    if refusal := why_not_let_in(roles):
        return refusal
    if own:
        return NOT_YOUR_OWN
    if sees_more(access) and MemberRole.PARTNERSHIP_MANAGER not in roles:
        return ONLY_THE_OFFICE
    return ""


def why_not_that_address(roles: frozenset[str], *, access: Access, email: str) -> str:
    """Whoever works at an agency is named without being looked at, by others and from the directory, which protocol
    administrators write. So they let in only whose address the agency itself gives out, as an invitation does by itself."""
    if MemberRole.PARTNERSHIP_MANAGER in roles or access.role not in OF_AN_AGENCY:
        return ""
    return "" if access.agency is not None and knows(access.agency, email) else NOT_KNOWN


def why_not_reset(roles: frozenset[str], *, held: Iterable[Access], own: bool) -> str:
    """Taking a second factor away weakens everything that the person may see, so whoever may give all of it may do it."""
    refusals = (why_not_give(roles, access=access, own=own) for access in held)
    return next((refusal for refusal in refusals if refusal), "")


def why_not_without(member: Membership) -> str:
    """The last one stays, of those that are active and can sign in."""
    if member.role not in NEVER_WITHOUT:
        return ""
    others = Membership.objects.filter(role=member.role).reachable().exclude(pk=member.pk)
    if others.exists():
        return ""
    called = MemberRole(member.role).label.lower()
    return f"{member.user} is the only {called}. Let in another {called} first."
