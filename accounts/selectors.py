"""The reading side of signing in: where a person belongs, and who the demo people are; writes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from partnerships.models import MemberRole, Membership, Partnership, User
from partnerships.scope import partnership_scope, person_scope
from partnerships.selectors import memberships_of

from .models import AccountMail

INVENTED = ".example"
BY_ROLE = MemberRole.values


def partnerships_of(user: User) -> list[Partnership]:
    """Each partnership that a person is a member of, once, by name."""
    with person_scope(user.pk):
        return list({member.partnership_id: member.partnership for member in memberships_of(user.pk)}.values())


@dataclass(frozen=True)
class DemoPerson:
    """An invented person whom anybody may be in a demonstration."""

    partnership: str
    role: str
    name: str
    post: str
    email: str


def demo_people() -> list[DemoPerson]:
    """Everybody who may be chosen on the demo sign-in page, by partnership and role; nobody of a partnership that is live,
    whatever doors this installation leaves open."""
    found = []
    invented = _invented()
    for partnership in Partnership.objects.filter(rehearsal_of=None, live_since=None).order_by("name"):
        with partnership_scope(partnership.pk):
            members = Membership.objects.filter(active=True, user__in=invented).select_related("user", "agency")
            ordered = sorted(members.order_by("pk"), key=lambda member: BY_ROLE.index(member.role))
            found += [_demo_person(partnership, member) for member in ordered]
    return found


def _demo_person(partnership: Partnership, member: Membership) -> DemoPerson:
    agency = member.agency.name if member.agency else ""
    post = ", ".join(part for part in (member.job_title, agency) if part)
    return DemoPerson(
        partnership=partnership.name,
        role=member.get_role_display(),
        name=member.user.name,
        post=post,
        email=member.user.email,
    )


def demo_person(email: str) -> User | None:
    """The account behind a demo person; None for a real person, whatever address is asked for."""
    return _invented().filter(email=User.objects.normalise(email)).first()


def demo_mail() -> models.QuerySet[AccountMail]:
    """Account mail to invented people, newest first; a real person's code is nobody else's to read, in training either."""
    return AccountMail.objects.filter(to__in=_invented().values("email")).order_by("-pk")


def _invented() -> models.QuerySet[User]:
    found = User.objects.filter(is_demo=True, is_active=True, is_operator=False, email__endswith=INVENTED)
    return found.exclude(pk__in=_of_a_live_partnership())


def _of_a_live_partnership() -> list[int]:
    """Whoever is a member of one, among other things."""
    found: list[int] = []
    for partnership in Partnership.objects.exclude(live_since=None):
        with partnership_scope(partnership.pk):
            found += Membership.objects.filter(active=True).values_list("user_id", flat=True)
    return found
