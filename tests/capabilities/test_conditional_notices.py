"""Who is told only under a condition (protocols.md section 6, rows 21 and 22): by sector, and by the child's status."""

from __future__ import annotations

import pytest

from escalation.models import Disagreement
from notifications.models import Message
from partnerships.models import User
from tests.journeys.visitor import Visitor
from tests.notifications.story import announce
from tests.services.acts import LATER, raised
from tests.world import World

from .written import address

pytestmark = pytest.mark.django_db
MOVE = "Move up to the next stage"


def moved_up(world: World, disagreement: Disagreement) -> Disagreement:
    page = Visitor(world.hospital_lead).opens(address(disagreement)).presses(MOVE)
    page.fills("Why does it move up?", "Not agreed.").presses(MOVE)
    announce(world, at=LATER)
    return world.fresh(disagreement)


def letters(world: World, user: User) -> list[str]:
    with world.scope():
        return list(Message.objects.filter(to_email=user.email).order_by("pk").values_list("text", flat=True))


def test_row_21_notify_by_sector(barnsley: World) -> None:
    """B Stage Two: the Designated Nurse, where a health agency is on either side, and from stage 2 on; the link opens."""
    nurse = barnsley.person("designated.nurse", "adviser", protocol_role="designated_nurse")
    health = raised(barnsley)
    others = raised(barnsley, raising_agency=barnsley.agencies["school"])
    announce(barnsley, at=LATER)
    assert letters(barnsley, nurse) == []
    for found in (others, health):
        assert Visitor(nurse).opens(address(found)).status == 404
        moved_up(barnsley, found)
    (letter,) = letters(barnsley, nurse)
    assert health.reference in letter
    assert "A health agency is part of this disagreement." in letter
    assert address(health) in letter
    assert [Visitor(nurse).opens(address(found)).status for found in (health, others)] == [200, 404]


@pytest.mark.parametrize(("status", "told"), [("child_protection_plan", 1), ("looked_after", 1), ("", 0)])
def test_row_22_notify_by_child_status(havering: World, status: str, told: int) -> None:
    """H 2.5: the IRO, for a child on a plan or looked after, when the line managers take it; for no other child."""
    iro = havering.person("iro", "adviser", protocol_role="iro")
    found = raised(havering, child_status=status)
    announce(havering, at=LATER)
    assert (letters(havering, iro), Visitor(iro).opens(address(found)).status) == ([], 404)
    moved_up(havering, found)
    assert len(letters(havering, iro)) == told
    assert Visitor(iro).opens(address(found)).status == (200 if told else 404)
