"""Who follows learning, who says how an action stands, and who answers for an agency: the one place of this app that decides."""

from __future__ import annotations

from escalation.moves import YES, Verdict, no
from escalation.permissions import Viewer
from partnerships.models import Agency, MemberRole, Membership

from .models import Action

ANSWERS_FOR_AGENCY = (MemberRole.LEAD, MemberRole.SENIOR_MANAGER)


def may_follow(viewer: Viewer) -> Verdict:
    """Learning is made from what was written about disagreements, so it is the office's to write down."""
    return YES if viewer.is_office else no("Only the partnership manager follows what was learned.")


def may_say_how_it_stands(viewer: Viewer, action: Action) -> Verdict:
    """Whoever does it, and the office for those who have no account here."""
    if viewer.is_office or (viewer.roles and not viewer.is_guest and action.owner_id == viewer.user.pk):
        return YES
    return no("Only whoever does this action, or the partnership manager, says how it stands.")


def answers_for(viewer: Viewer) -> set[int]:
    """The agencies for which this person answers a return: as their safeguarding lead, line manager or senior manager."""
    if not viewer.roles & set(ANSWERS_FOR_AGENCY):
        return set()
    held = Membership.objects.filter(user=viewer.user, active=True, role__in=ANSWERS_FOR_AGENCY, agency__active=True)
    return set(held.values_list("agency_id", flat=True))


def may_answer(viewer: Viewer, agency: Agency) -> Verdict:
    """The office too, for whoever tells it by telephone; what it writes down is marked so."""
    if viewer.is_office or agency.pk in answers_for(viewer):
        return YES
    return no("Only a safeguarding lead or senior manager of this agency answers for it, or the partnership manager.")
