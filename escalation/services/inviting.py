"""The way in for somebody who is named and is no member: let in at once, held for the office, ended again. Knows no page.

An address in a domain that the agency is known to use comes in by itself. Any other may be mistyped, so the partnership
office looks at it first; until then nobody writes to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.ending import end_sessions_where_nothing_is_left
from partnerships import rehearsing
from partnerships.administering import Did, note_administration
from partnerships.directory import writing
from partnerships.doing import PartnershipRefused
from partnerships.models import Agency, MemberRole, Membership, User
from partnerships.scope import present
from partnerships.services import admit, knows

from ..invited import over_before
from ..models import ChronologyEntry, Disagreement, Invitation, Party, Reading
from ..moves import Refused, Verdict
from ..permissions import Ties, Viewer, may_end_access, may_let_in
from ..seeing import SEE_NONE
from ..states import Kind
from .beside import locked_for
from .doing import carry_out, note_behind

State = Invitation.State
WAITING, MAY_COME = State.HELD, State.ADMITTED
NOT_HELD = "This was decided already, or nobody waits here."
NOTHING_TO_END = "Their access has been ended already."


def invite(
    disagreement: Disagreement, *, email: str, name: str, agency: Agency | None, at: datetime, by: User | None = None
) -> Invitation | None:
    """The invitation of an address to a disagreement; None for a member, who needs none, and in a rehearsal.

    To be called while something is done to the disagreement: that an address is held is an entry of its own, and follows
    the entry of what was done. `by` is who named them, where that is not whoever does it."""
    address = User.objects.normalise(email)
    if not address or rehearsing.in_a_rehearsal() or works_here(address):
        return None
    there = Invitation.objects.filter(disagreement=disagreement, email=address, state__in=[WAITING, MAY_COME]).first()
    if there is not None:
        return there
    looked_at_first = _ended_before(address) or _sees_none(address)
    member = None if looked_at_first or agency is None else admit(address, name=name, agency=agency)
    made = Invitation.objects.create(
        disagreement=disagreement,
        email=address,
        name=name.strip(),
        agency=agency,
        user=member.user if member else None,
        state=MAY_COME if member else WAITING,
        invited_at=at,
    )
    if member is None:
        note_behind(disagreement, Kind.INVITATION_HELD, {"invitation": made.pk}, actor=by)
    return made


def invite_to_sit(disagreement: Disagreement, *, email: str, name: str, agency: Agency | None, at: datetime) -> None:
    """The same for somebody who sits on a panel and takes part for neither side: no letter of a protocol's names them, so
    that they are let in is an entry of its own, and its letter brings them the link."""
    known = Invitation.objects.filter(disagreement=disagreement, email=User.objects.normalise(email), state=MAY_COME).exists()
    made = invite(disagreement, email=email, name=name, agency=agency, at=at)
    if made is not None and made.state == MAY_COME and not known:
        note_behind(disagreement, Kind.INVITATION_ADMITTED, {"invitation": made.pk})


def works_here(address: str) -> bool:
    """Whether they are let in already. Whoever looks after the protocol, or counts, sees no disagreement by that, and writes
    the directory from which people are named: the office looks at it before they do."""
    held = Membership.objects.filter(user__email=address, active=True)
    return any(is_work(role) for role in held.values_list("role", flat=True))


def is_work(role: str) -> bool:
    """Whether whoever holds this role of a membership is let in by it to what they are named in."""
    return role != MemberRole.GUEST and role not in SEE_NONE


def _sees_none(address: str) -> bool:
    return Membership.objects.filter(user__email=address, active=True, role__in=SEE_NONE).exists()


def account_of(address: str, invitation: Invitation | None) -> User | None:
    """The account with which somebody named takes part: a member's, or that of whoever may come in."""
    if invitation is not None:
        return invitation.user
    member = Membership.objects.filter(user__email=address, active=True).select_related("user").first()
    return member.user if member else None


def _ended_before(address: str) -> bool:
    """The last word on this address was that it may not come in: nobody but the office takes that back."""
    last = Invitation.objects.filter(email=address).exclude(decided_at=None).order_by("-decided_at", "-pk").first()
    return last is not None and last.state in (State.REFUSED, State.REMOVED)


# ---------------------------------------------------------------- the office decides
def let_in(number: int, *, viewer: Viewer, own_domain: bool = False, at: datetime | None = None) -> ChronologyEntry:
    """Let a held address in. `own_domain`: from now on every address of its domain is known to be the agency's."""
    with transaction.atomic():
        invitation, disagreement, moment = _decide(number, viewer=viewer, at=at)
        if invitation.agency is not None and own_domain:
            _learn_domain(invitation.agency, invitation.email, by=viewer.user)
        invitation.user = _account_for(invitation)
        invitation.state, invitation.decided_at, invitation.decided_by = MAY_COME, moment, viewer.user
        invitation.save()
        places = disagreement.parties.filter(email=invitation.email, left_at=None)
        places.update(user=invitation.user)
        party = places.first()
        note_administration(Did.LET_IN, by=viewer.user, about=invitation.user, invitation=invitation.pk)
        data = {"invitation": invitation.pk} | ({"party": party.pk} if party else {})
        return _noted(disagreement, Kind.INVITATION_ADMITTED, data, at=moment, viewer=viewer)


def refuse(number: int, *, viewer: Viewer, reason: str, at: datetime | None = None) -> ChronologyEntry:
    """Not this address: whoever stood under it takes no part any more, and those who named them are told."""
    if not reason.strip():
        raise Refused("Say why they are not let in.")
    with transaction.atomic():
        invitation, disagreement, moment = _decide(number, viewer=viewer, at=at)
        invitation.state, invitation.decided_at, invitation.decided_by = State.REFUSED, moment, viewer.user
        invitation.save()
        _take_out(disagreement, invitation.email, at=moment)
        data = {"invitation": invitation.pk}
        return _noted(disagreement, Kind.INVITATION_REFUSED, data, at=moment, viewer=viewer, words=reason)


def _decide(number: int, *, viewer: Viewer, at: datetime | None) -> tuple[Invitation, Disagreement, datetime]:
    found = Invitation.objects.filter(pk=number).first()
    if found is None:
        raise Refused(NOT_HELD)
    disagreement = locked_for(found.disagreement_id, viewer=viewer, rule=lambda t: may_let_in(t.viewer))
    held = Invitation.objects.select_related("agency").filter(pk=number, state=WAITING).first()
    if held is None:
        raise Refused(NOT_HELD)
    return held, disagreement, at or present()


def _learn_domain(agency: Agency, email: str, *, by: User) -> None:
    domain = email.rpartition("@")[2]
    if knows(agency, email):
        return
    try:
        writing.keep_agency(agency, name=agency.name, sector=agency.sector, email_domains=[*agency.email_domains, domain])
    except PartnershipRefused as refused:  # a protocol may have brought two agencies of one name
        raise Refused(str(refused)) from refused
    note_administration(Did.AGENCY_CHANGED, by=by, agency=agency.key, what="changed", fields=["email_domains"])


def _account_for(invitation: Invitation) -> User:
    try:
        member = admit(invitation.email, name=invitation.name, agency=invitation.agency, looked_at=True)
    except PartnershipRefused as refused:
        raise Refused(str(refused)) from refused
    if member is None:
        raise Refused("Nobody is let into a rehearsal.")
    return member.user


# ---------------------------------------------------------------- access ended
def end_access(number: int, *, viewer: Viewer, reason: str, at: datetime | None = None) -> ChronologyEntry:
    """A wrong recipient, taken out at once: the link is dead, their place is empty, and where nothing else is left to them
    they are signed out everywhere. What they have opened stands in the log of reading (`opened_by`)."""
    if not reason.strip():
        raise Refused("Say why their access is ended.")
    with transaction.atomic():
        found = Invitation.objects.filter(pk=number).first()
        if found is None:
            raise Refused(NOTHING_TO_END)
        disagreement = locked_for(found.disagreement_id, viewer=viewer, rule=_rule_for(found))
        invitation = Invitation.objects.filter(pk=number, state__in=[WAITING, MAY_COME]).select_related("user").first()
        if invitation is None:
            raise Refused(NOTHING_TO_END)
        moment = at or present()
        invitation.state, invitation.decided_at, invitation.decided_by = State.REMOVED, moment, viewer.user
        invitation.save()
        _take_out(disagreement, invitation.email, at=moment)
        opened = opened_by(invitation).count()
        if invitation.user is not None:
            _shut_out(invitation.user, by=viewer.user, invitation=invitation)
        data = {"invitation": invitation.pk, "opened": opened}
        return _noted(disagreement, Kind.ACCESS_REMOVED, data, at=moment, viewer=viewer, words=reason)


def _rule_for(invitation: Invitation) -> Callable[[Ties], Verdict]:
    sides = side_of(invitation)
    return lambda tied: may_end_access(tied, sides)


def side_of(invitation: Invitation) -> frozenset[str]:
    """For which side they take part, and so who named them."""
    places = Party.objects.filter(disagreement_id=invitation.disagreement_id, email=invitation.email)
    return frozenset(places.values_list("side", flat=True))


def opened_by(invitation: Invitation) -> Any:
    """What they have opened of it, newest first."""
    return Reading.objects.filter(by_id=invitation.user_id or 0, disagreement_id=invitation.disagreement_id)


def _take_out(disagreement: Disagreement, email: str, *, at: datetime) -> None:
    disagreement.parties.filter(email=email, left_at=None).update(left_at=at)
    for record in disagreement.side_processes.filter(ended_at=None, members__contains=[{"email": email}]):
        gone = [member for member in record.members if member.get("email") == email]
        record.members = [member for member in record.members if member not in gone]
        record.former = [*record.former, *gone]
        record.save(update_fields=["members", "former"])


def _shut_out(user: User, *, by: User, invitation: Invitation) -> None:
    """Out of the partnership, unless another disagreement still needs them; signed out, unless another partnership does."""
    others = Invitation.objects.filter(user=user, state=MAY_COME)
    if not others.exists():
        Membership.objects.filter(user=user, role=MemberRole.GUEST, active=True).update(active=False)
    note_administration(Did.LET_OUT, by=by, about=user, invitation=invitation.pk)
    end_sessions_where_nothing_is_left(user)


def _noted(
    disagreement: Disagreement, kind: Kind, data: dict[str, Any], *, at: datetime, viewer: Viewer, words: str = ""
) -> ChronologyEntry:
    return carry_out(
        disagreement, verb="note", change=lambda d, _: d.note(kind=kind, data=data), at=at, actor=viewer.user, words=words
    )


def mark_used(number: int) -> None:
    """They came in by it, for the first time: whoever asks whether it ever arrived is answered."""
    Invitation.objects.filter(pk=number, first_used_at=None).update(first_used_at=present())


# ---------------------------------------------------------------- asked by pages
def is_open(invitation: Invitation, *, at: datetime) -> bool:
    """Whether it leads anywhere: while it is worked on, and the partnership's number of days beyond. As `visible_to` asks."""
    ended = invitation.disagreement.ended_at
    over = ended is not None and ended <= over_before(at=at)
    gone = invitation.disagreement.destroyed_at is not None
    return invitation.state in (WAITING, MAY_COME) and not over and not gone


def waiting() -> Any:
    """Who waits for the office, longest first."""
    held = Invitation.objects.filter(state=WAITING, disagreement__destroyed_at=None).select_related(
        "disagreement", "disagreement__partnership", "agency"
    )
    return held.order_by("invited_at", "pk")
