"""A partnership with agencies and people to tell stories with, made by the product's own services."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from escalation import services
from escalation.models import ChronologyEntry, Deadline, Disagreement
from escalation.permissions import Viewer
from escalation.requirements import ANSWERED_ELSEWHERE, asked_on_raising
from partnerships import services as partnership_services
from partnerships.ladder import Position, openings
from partnerships.models import Agency, Membership, Partnership, ProtocolVersion, User
from partnerships.protocol import Protocol
from partnerships.protocol_file import read_protocol
from partnerships.protocol_terms import Capacity, Side
from partnerships.scope import partnership_scope

PROTOCOLS = Path(__file__).resolve().parent.parent / "partnerships" / "protocols"
# A Tuesday in an ordinary term week: no bank holiday for weeks on either side.
TUESDAY = datetime(2026, 9, 15, 9, 30, tzinfo=UTC)
PASSWORD = "a long enough password"


@cache  # a frozen value, read once: nearly every test begins with one of the five
def shipped_protocol(slug: str) -> Protocol:
    path = PROTOCOLS / f"{slug}.yml"
    reading = read_protocol(path.read_bytes(), name=path.name)
    assert reading.protocol is not None, reading.problems
    return reading.protocol


class World:
    """One partnership. Agencies: hospital (health), social_care, school (education), police. People sign in with their
    short name at <slug>.example, and are made when first asked for."""

    def __init__(self, slug: str, protocol: Protocol | None = None) -> None:
        self.slug = slug
        self.partnership: Partnership = partnership_services.found_partnership(
            slug=slug, name=f"{slug.title()} Safeguarding Children Partnership", reference_prefix=slug[:3].upper()
        )
        self.protocol = protocol or shipped_protocol(slug)
        self._people: dict[tuple[str, str, str | None, str], tuple[User, tuple[str, ...]]] = {}
        with self.scope():
            version = partnership_services.draft_protocol(self.protocol)
            self.version: ProtocolVersion = partnership_services.publish_protocol(version, effective_from=date(2024, 1, 1))
            self.agencies = {
                key: Agency.objects.get_or_create(key=key, defaults={"name": name, "sector": sector})[0]
                for key, name, sector in (
                    ("hospital", "Moorside Hospital", "health"),
                    ("social_care", "Children's social care", "social_care"),
                    ("school", "Larkfield School", "education"),
                    ("police", "Police", "police"),
                )
            }

    def scope(self, user: User | None = None) -> Any:
        return partnership_scope(self.partnership.pk, user_id=user.pk if user else None)

    def person(self, name: str, role: str, agency: str | None = None, *, protocol_role: str = "") -> User:
        """Made, or given this role, when first asked for; whoever was asked for before is not looked up again, unless what
        they were made in is over: it may have been rolled back."""
        asked, now = (name, role, agency, protocol_role), tuple(connection.savepoint_ids)
        made = self._people.get(asked)
        if made is None or now[: len(made[1])] != made[1]:
            made = self._people[asked] = self._made(name, role, agency, protocol_role=protocol_role), now
        return made[0]

    def _made(self, name: str, role: str, agency: str | None, *, protocol_role: str) -> User:
        email = f"{name}@{self.slug}.example"
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, PASSWORD, name=name.replace(".", " ").title(), is_demo=True)
        with self.scope():
            partnership_services.add_member(
                user, role=role, agency=self.agencies[agency] if agency else None, protocol_role=protocol_role
            )
        return user

    # A standing cast, the same in every story.
    @property
    def midwife(self) -> User:
        return self.person("midwife", "practitioner", "hospital", protocol_role="practitioner")

    @property
    def hospital_lead(self) -> User:
        return self.person("hospital.lead", "lead", "hospital")

    @property
    def social_worker(self) -> User:
        return self.person("social.worker", "practitioner", "social_care")

    @property
    def team_manager(self) -> User:
        return self.person("team.manager", "lead", "social_care")

    @property
    def office(self) -> User:
        return self.person("office", "partnership_manager", protocol_role="partnership_manager")

    @property
    def administrator(self) -> User:
        return self.person("administrator", "protocol_administrator")

    @property
    def stranger(self) -> User:
        return self.person("stranger", "practitioner", "police")

    def decider(self, protocol_role: str) -> User:
        return self.person("decider", "decision_maker", protocol_role=protocol_role)

    def viewer(self, user: User) -> Viewer:
        return Viewer.of(user, Membership.objects.filter(user=user, active=True))

    def answers(self, stage: str, **own: str) -> dict[str, str]:
        asked = asked_on_raising(self.protocol, stage=stage)
        given = {r.what.value: f"Words about {r.what}." for r in asked if r.what not in ANSWERED_ELSEWHERE}
        return {"concern": "Words about the concern.", **given, **own}

    def acting_people(self, position: Position) -> tuple[services.Person, ...]:
        """The midwife, and a lead or manager of each side in every two-sided role that acts at that rung."""
        people = [self._as(self.midwife, Side.RAISING, self._role(Capacity.PRACTITIONER))]
        acting = self.protocol.stage(position.stage).acting(position.tier)
        lowest = next((r.key for r in self.protocol.roles if r.capacity == Capacity.LEAD), None)
        for role in dict.fromkeys([*([lowest] if lowest else []), *acting]):
            if self.protocol.role(role).side == Side.BOTH:
                people.append(self._as(self.hospital_lead, Side.RAISING, role))
                people.append(self._as(self.team_manager, Side.RECEIVING, role))
        return tuple(people)

    def _role(self, capacity: Capacity) -> str:
        return next(r.key for r in self.protocol.roles if r.capacity == capacity)

    @staticmethod
    def _as(user: User, side: Side, role: str) -> services.Person:
        return services.Person(side=side, role=role, name=user.name, email=user.email)

    def particulars(self, *, to: Position | None = None, **own: Any) -> services.Particulars:
        position = to or openings(self.protocol)[0].to
        defaults: dict[str, Any] = {
            "to": position,
            "raising_agency": self.agencies["hospital"],
            "receiving_agency": self.agencies["social_care"],
            "people": self.acting_people(position),
            "answers": self.answers(position.stage),
            "category": self.protocol.categories[0].key if self.protocol.categories else "",
            "child_reference": "H-2207",
        }
        return services.Particulars(**(defaults | own))

    def raised(self, *, at: datetime = TUESDAY, by: User | None = None, **own: Any) -> Disagreement:
        """A disagreement raised by the midwife about children's social care; to be used inside `scope()` or not."""
        raiser = by or self.midwife
        with self.scope(raiser):
            draft = services.start_draft(self.viewer(raiser))
            services.raise_disagreement(draft.pk, viewer=self.viewer(raiser), particulars=self.particulars(**own), at=at)
            return self.fresh(draft)

    def fresh(self, disagreement: Disagreement) -> Disagreement:
        """The row as it is now. Never refresh_from_db: the state field is protected."""
        with self.scope():
            return Disagreement.objects.select_related("protocol_version", "partnership").get(pk=disagreement.pk)

    def do(self, verb: str, disagreement: Disagreement, *, by: User, at: datetime | None = None, **facts: Any) -> Disagreement:
        """One verb through its service, at the version that is there now."""
        with self.scope(by):
            service = getattr(services, verb)
            version = self.fresh(disagreement).version
            service(disagreement.pk, viewer=self.viewer(by), version=version, at=at, **facts)
        return self.fresh(disagreement)

    def sweep(self, *, at: datetime) -> int:
        return services.note_timescales(self.partnership.pk, at=at)

    def chronology(self, disagreement: Disagreement) -> list[str]:
        with self.scope():
            entries: QuerySet[ChronologyEntry] = ChronologyEntry.objects.filter(disagreement=disagreement).order_by("seq")
            return [entry.kind for entry in entries]

    def running(self, disagreement: Disagreement) -> dict[str, datetime]:
        with self.scope():
            found: Iterable[Deadline] = Deadline.objects.filter(disagreement=disagreement, stopped_at=None)
            return {clock.time_limit: clock.due_at for clock in found}


def days(number: int) -> timedelta:
    return timedelta(days=number)
