"""The writing side of members: let in, change, end, let in again; each leaves a line in the administration's log.

Every one of them asks permissions.py under the partnership's lock, so that of two who end the last two partnership managers
at the same moment the second is refused."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from partnerships import rehearsing
from partnerships.administering import Did, note_administration
from partnerships.doing import PartnershipRefused, one_at_a_time
from partnerships.models import Agency, ApiToken, MemberRole, Membership, User

from ..ending import end_sessions_where_nothing_is_left
from ..lost import forget_second_factors
from ..proof import NEEDS_SECOND_FACTOR
from .permissions import (
    NOT_GIVEN_HERE,
    SEES_NONE,
    Access,
    why_not_give,
    why_not_reset,
    why_not_that_address,
    why_not_without,
)
from .reading import digest_of, member, others_of
from .welcome import welcome

REHEARSAL = "This is a rehearsal: it has invented people only, and nobody real is let into it."
CHANGED_MEANWHILE = (
    "Somebody changed this while you were looking at it. What is there now is shown below; nothing of yours is saved."
)
OPERATOR = "This is somebody who operates the installation. Operators see no disagreement, so they are no members."
CANNOT_SIGN_IN = "Nobody can sign in with this address, so it cannot be let in."


class ChangedMeanwhile(PartnershipRefused):
    """Not what the person saw when they began to type."""


@transaction.atomic
def let_in(
    *, by: User, roles: frozenset[str], email: str, name: str, access: Access, job_title: str = "", telephone: str = ""
) -> Membership:
    """An account that is there already is found by its address, keeps its own name, and tells nothing of where else it
    belongs; any other is made. `roles` are those of whoever does it."""
    _nobody_real_in_a_rehearsal()
    one_at_a_time()
    address = _address(email)
    known = User.objects.filter(email=address).first()
    _may(roles, access, own=known is not None and known.pk == by.pk)
    _may_with(roles, access, address)
    _makes_sense(access)
    person = known or User.objects.create_user(address, name=" ".join(name.split()))
    if refusal := why_not_a_member(person):
        raise PartnershipRefused(refusal)
    there = Membership.objects.filter(user=person, role=access.role, agency=access.agency).first()
    if there is not None and there.active:
        where = f" of {access.agency}" if access.agency else ""
        raise PartnershipRefused(f"{person} is here already as {there.get_role_display().lower()}{where}.")
    made = there or Membership(user=person, role=access.role, agency=access.agency)
    made.protocol_role, made.job_title, made.telephone = access.protocol_role, job_title.strip(), telephone.strip()
    made.active = True
    made.save()
    _end_tokens_below(made)
    note_administration(Did.LET_IN, by=by, about=person, member=made.pk, **in_log(access))
    welcome(made, by=by)
    return made


@transaction.atomic
def change(
    number: int, *, by: User, roles: frozenset[str], shown: str, access: Access, job_title: str = "", telephone: str = ""
) -> Membership:
    """Another role, agency or role under the protocol: whoever changes it must be allowed to end the one and to give the
    other. A job title or a telephone number alone anybody of the keepers changes, their own as well."""
    _nobody_real_in_a_rehearsal()
    known = _as_shown(number, shown)
    before = Access.of(known)
    if access != before:
        _may(roles, before, own=known.user_id == by.pk)
        _may(roles, access, own=known.user_id == by.pk)
        _may_with(roles, access, known.user.email)
        _makes_sense(access, before=before)
        if access.role != before.role and (refusal := why_not_without(known)):
            raise PartnershipRefused(refusal)
        same = Membership.objects.filter(user_id=known.user_id, role=access.role, agency=access.agency).exclude(pk=known.pk)
        if same.exists():
            raise PartnershipRefused(f"{known.user} has, or had, that role in that agency already. End this one instead.")
    changed = [name for name in ("role", "agency", "protocol_role") if getattr(access, name) != getattr(before, name)]
    known.role, known.agency, known.protocol_role = access.role, access.agency, access.protocol_role
    details = {"job_title": job_title.strip(), "telephone": telephone.strip()}
    changed += [name for name, value in details.items() if getattr(known, name) != value]
    known.job_title, known.telephone = details["job_title"], details["telephone"]
    if changed:
        known.save()
        _end_tokens_below(known, before=before)
        note_administration(
            Did.ROLE_CHANGED, by=by, about=known.user, member=known.pk, fields=changed, before=in_log(before), **in_log(access)
        )
    return known


@transaction.atomic
def let_out(number: int, *, by: User, roles: frozenset[str], shown: str) -> Membership:
    """From now on they find nothing here: the next page they ask for is not there. Their programs' tokens end with their
    last role here, and their sessions with their last role anywhere."""
    _nobody_real_in_a_rehearsal()
    known = _as_shown(number, shown)
    if not known.active:
        return known
    _may(roles, Access.of(known), own=known.user_id == by.pk)
    if refusal := why_not_without(known):
        raise PartnershipRefused(refusal)
    known.active = False
    known.save(update_fields=["active"])
    if not Membership.objects.filter(user_id=known.user_id, active=True).exists():
        ApiToken.objects.filter(user_id=known.user_id, revoked_at=None).update(revoked_at=timezone.now())
        end_sessions_where_nothing_is_left(known.user)
    note_administration(Did.LET_OUT, by=by, about=known.user, member=known.pk, **in_log(Access.of(known)))
    return known


@transaction.atomic
def let_in_again(number: int, *, by: User, roles: frozenset[str], shown: str) -> Membership:
    _nobody_real_in_a_rehearsal()
    known = _as_shown(number, shown)
    if known.active:
        return known
    _may(roles, Access.of(known), own=known.user_id == by.pk)
    _may_with(roles, Access.of(known), known.user.email)
    if known.role in NOT_GIVEN_HERE:
        raise PartnershipRefused("They were invited to one disagreement. They are invited again on its own page.")
    if refusal := why_not_a_member(known.user):
        raise PartnershipRefused(refusal)
    if known.agency is not None and not known.agency.active:
        raise PartnershipRefused(f"{known.agency} is retired. Let the person in anew, for the agency they work for now.")
    known.active = True
    known.save(update_fields=["active"])
    _end_tokens_below(known)
    note_administration(Did.LET_IN, by=by, about=known.user, member=known.pk, again=True, **in_log(Access.of(known)))
    welcome(known, by=by)
    return known


@transaction.atomic
def reset_second_factors(number: int, *, by: User, roles: frozenset[str], shown: str) -> Membership:
    """For somebody who has lost their device, once the office has made sure that it is them."""
    _nobody_real_in_a_rehearsal()
    known = _as_shown(number, shown)
    if not known.active:
        raise PartnershipRefused("This access has ended.")
    if refusal := why_not_reset(roles, held=all_of(known), own=known.user_id == by.pk):
        raise PartnershipRefused(refusal)
    forget_second_factors(known.user, by=by)
    return known


def all_of(known: Membership) -> list[Access]:
    return [Access.of(one) for one in (known, *others_of(known))]


def why_not_a_member(person: User) -> str:
    """Operators look after the machine and see no disagreement; somebody who cannot sign in is nobody's member."""
    if person.is_operator:
        return OPERATOR
    return "" if person.is_active and person.rehearses_id is None else CANNOT_SIGN_IN


def _nobody_real_in_a_rehearsal() -> None:
    if rehearsing.in_a_rehearsal():
        raise PartnershipRefused(REHEARSAL)


def _address(email: str) -> str:
    address = User.objects.normalise(email)
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise PartnershipRefused("Enter an e-mail address like name@agency.example.") from wrong
    return address


def _may(roles: frozenset[str], access: Access, *, own: bool) -> None:
    if refusal := why_not_give(roles, access=access, own=own):
        raise PartnershipRefused(refusal)


def _may_with(roles: frozenset[str], access: Access, email: str) -> None:
    if refusal := why_not_that_address(roles, access=access, email=email):
        raise PartnershipRefused(refusal)


def _end_tokens_below(member: Membership, *, before: Access | None = None) -> None:
    """A token made by somebody whose role needed no second factor is no key to what a role that needs one sees."""
    raised = member.role in NEEDS_SECOND_FACTOR and (before is None or before.role not in NEEDS_SECOND_FACTOR)
    if raised:
        ApiToken.objects.filter(user_id=member.user_id, revoked_at=None).update(revoked_at=timezone.now())


def _makes_sense(access: Access, *, before: Access | None = None) -> None:
    if access.role in NOT_GIVEN_HERE and (before is None or access.role != before.role):
        raise PartnershipRefused("Somebody is invited to one disagreement on its own page, not here.")
    if access.role in SEES_NONE and access.protocol_role:
        called = MemberRole(access.role).label.lower()
        raise PartnershipRefused(f"A role under the protocol brings somebody in, and this one sees no disagreement: {called}.")


def _as_shown(number: int, shown: str) -> Membership:
    """The row as it is, if it is what they saw. The second of two waits for the first, and then is told."""
    one_at_a_time()
    known = member(number)
    if known is None:
        raise PartnershipRefused("Nobody of that number is here.")
    if digest_of(known) != shown:
        raise ChangedMeanwhile(CHANGED_MEANWHILE)
    return known


def in_log(access: Access) -> dict[str, object]:
    """How a line of the administration's log keeps it."""
    return {"role": access.role, "agency": access.agency.key if access.agency else "", "protocol_role": access.protocol_role}


def roles_offered(known: Membership | None) -> list[tuple[str, str]]:
    """What can be chosen; an invited person's own role stays in the list of their own page."""
    kept = {known.role} if known is not None else set()
    return [(role.value, role.label) for role in MemberRole if role not in NOT_GIVEN_HERE - kept]


def agencies_offered(known: Membership | None) -> list[Agency]:
    own = known.agency_id if known is not None else None
    return [agency for agency in Agency.objects.all() if agency.active or agency.pk == own]
