"""The reading side of members: the list with what narrows it, and one of them; writes nothing."""

from __future__ import annotations

import hashlib
import json

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from partnerships.models import Membership
from partnerships.selectors import versions_in_force

LARGEST = 2**31 - 1
# What is kept of a member, and so what two people may change at once.
FACTS = ("role", "agency_id", "job_title", "telephone", "protocol_role", "active")


def members(*, q: str = "", role: str = "", agency: str = "", ended: bool = False) -> QuerySet[Membership]:
    """Everybody with access, by name; or those whose access has ended."""
    found = Membership.objects.filter(active=not ended).select_related("user", "agency")
    for word in q.split():
        found = found.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word) | Q(job_title__icontains=word))
    if role:
        found = found.filter(role=role)
    if agency:
        found = found.filter(agency__key=agency)
    return found.order_by(Lower("user__name"), "user__email", "pk")


def member(number: int) -> Membership | None:
    return Membership.objects.select_related("user", "agency").filter(pk=number).first() if number <= LARGEST else None


def others_of(known: Membership) -> list[Membership]:
    """What else the person may do here."""
    found = Membership.objects.filter(user_id=known.user_id, active=True).exclude(pk=known.pk)
    return list(found.select_related("agency").order_by("pk"))


def digest_of(known: Membership) -> str:
    """What somebody saw of a member before they changed it."""
    seen = json.dumps([getattr(known, name) for name in FACTS])
    return hashlib.sha256(seen.encode()).hexdigest()[:32]


def protocol_roles() -> dict[str, str]:
    """Every role of the protocols in force, by its key, in their own words."""
    return {role.key: role.name for version in versions_in_force() for role in version.protocol.roles}
