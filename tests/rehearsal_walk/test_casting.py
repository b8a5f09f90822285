"""Who is invented for a rehearsal: somebody for every role, on every side, of any protocol; and nothing real among them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from partnerships.models import Agency, Contact, MemberRole, Membership, PostHolder, ProtocolVersion, User
from partnerships.protocol import Protocol
from partnerships.protocol_file import read_protocol
from partnerships.protocol_terms import Capacity, Side
from partnerships.scope import partnership_scope
from partnerships.selectors import versions_in_force
from partnerships.services import draft_protocol, publish_protocol
from rehearsal import walking
from rehearsal.walking_cast import MOST_PEOPLED
from tests.journeys.visitor import Visitor
from tests.world import World

from .conftest import WALK, Rehearsed

pytestmark = pytest.mark.django_db

TESTS, SHIPPED = (
    Path(__file__).resolve().parents[1] / "protocols",
    Path(__file__).resolve().parents[2] / "partnerships" / "protocols",
)
FILES = sorted([*SHIPPED.glob("*.yml"), *TESTS.rglob("*.yml")])


def protocol_in(path: Path) -> Protocol:
    protocol = read_protocol(path.read_bytes(), name=path.name).protocol
    assert protocol is not None
    return protocol


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_any_protocol_is_peopled(db: None, path: Path) -> None:
    protocol = protocol_in(path)
    world = World("anywhere", protocol)
    with world.scope():
        rehearsal = walking.begin(world.partnership, world.version)
    with partnership_scope(rehearsal.pk):
        members = list(Membership.objects.select_related("user", "agency"))
        peopled = {member.agency_id for member in members} - {None}
        assert 2 < len(peopled) <= MOST_PEOPLED
        assert Agency.objects.filter(key__in=[part.key for part in protocol.agencies]).count() == len(protocol.agencies)
        for role in protocol.roles:
            own = [member for member in members if member.protocol_role == role.key]
            beside = role.side in (Side.PARTNERSHIP, Side.OUTSIDE)
            assert {member.agency_id for member in own} == ({None} if beside else peopled), role.key
        roles = {member.role for member in members}
        assert roles >= {MemberRole.PARTNERSHIP_MANAGER, MemberRole.PROTOCOL_ADMINISTRATOR, MemberRole.PRACTITIONER}
        assert len({member.user.name for member in members}) == len(members)
        assert {(m.user.rehearses_id, m.user.is_active, m.user.has_usable_password()) for m in members} == {
            (rehearsal.pk, False, False)
        }
        addresses = [m.user.email for m in members] + list(Contact.objects.values_list("email", flat=True))
        assert {address.rpartition(f"{rehearsal.slug}.")[2] for address in addresses} == {"example"}
        assert {address.rpartition("@")[2] for address in PostHolder.objects.values_list("email", flat=True)} <= {""}


def test_the_copy_is_the_same_document(barnsley: World) -> None:
    """What is walked is what will be published: the digests are one."""
    rehearsed = Rehearsed(barnsley)
    with rehearsed.scope():
        assert [(v.digest, v.status) for v in ProtocolVersion.objects.all()] == [(barnsley.version.digest, "published")]


def test_every_sector_that_a_rule_speaks_of_is_there(barnsley: World) -> None:
    """Barnsley tells the Designated Nurse where the agency is of the health sector."""
    spoken_of = {sector for rule in barnsley.protocol.notice_rules for sector in rule.when.sectors}
    rehearsed = Rehearsed(barnsley)
    with rehearsed.scope():
        assert spoken_of <= set(Agency.objects.values_list("sector", flat=True))


def test_a_protocol_without_an_office_gets_somebody_who_keeps_it(barnsley: World) -> None:
    office = {role.key for role in barnsley.protocol.roles if role.capacity == Capacity.PARTNERSHIP_OFFICE}
    assert office
    rehearsed = Rehearsed(barnsley)
    with rehearsed.scope():
        kept = Membership.objects.filter(role=MemberRole.PARTNERSHIP_MANAGER)
        assert {member.protocol_role for member in kept} == office


def second_line(world: World) -> Protocol:
    return world.protocol.model_copy(update={"key": "conference", "title": "Conference dissent"})


@pytest.mark.parametrize("walked", ["main", "conference"])
def test_a_second_protocol_is_walked_beside_the_first(barnsley: World, walked: str) -> None:
    with barnsley.scope():
        other = draft_protocol(second_line(barnsley))
        publish_protocol(other, effective_from=barnsley.version.effective_from or other.published_at.date())
        version = other if walked == "conference" else barnsley.version
        rehearsal = walking.begin(barnsley.partnership, version)
    with partnership_scope(rehearsal.pk):
        assert [(found.line, found.title) for found in versions_in_force()] == [
            ("main", barnsley.protocol.title), ("conference", "Conference dissent"),
        ]  # fmt: skip


def test_how_many_rehearsals_there_are_does_not_change_how_often_the_database_is_asked(
    rehearsed: Rehearsed, django_assert_num_queries: Any
) -> None:
    page = Visitor(rehearsed.world.administrator)
    page.opens(WALK)
    for _ in range(2):
        with django_assert_num_queries(12):
            page.client.get(WALK)
        Rehearsed(rehearsed.world)


def test_neither_does_how_many_people_there_are(rehearsed: Rehearsed, django_assert_num_queries: Any) -> None:
    page = rehearsed.keeper().opens(rehearsed.backstage("be"))
    for number in range(2):
        with django_assert_num_queries(15):
            page.client.get(rehearsed.backstage("be"))
        with rehearsed.scope():
            user = User.objects.create_user(
                f"more{number}@{rehearsed.slug}.example", name="More", is_active=False, rehearses=rehearsed.partnership
            )
            Membership.objects.create(user=user, role="practitioner", agency=Agency.objects.earliest("pk"))
