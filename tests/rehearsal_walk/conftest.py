"""Barnsley, somebody who looks after it, and a rehearsal of its protocol to walk through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from time_machine import Traveller

from escalation import services
from escalation.models import Disagreement
from escalation.permissions import Viewer
from partnerships.models import Agency, Membership, Partnership, User
from partnerships.protocol_terms import Side
from partnerships.scope import partnership_scope
from rehearsal import walking
from tests.journeys.conftest import (  # noqa: F401  (theirs are ours: tasks run where they are sent, and a real browser)
    _beside_playwright,
    browser_type_launch_args,
    clockwork,
)
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World

WALK = "/p/barnsley/administration/rehearse/walk/"


@pytest.fixture
def tuesday() -> Iterator[Traveller]:
    """It is Tuesday, and stays so until the test says otherwise."""
    journey = time_machine.travel(TUESDAY, tick=False)
    yield journey.start()
    journey.stop()


@pytest.fixture
def doors_shut(settings: Any) -> None:
    """As in production: no demonstration's doors."""
    settings.DEMO_DOORS = False


class Rehearsed:
    """A rehearsal of a world's protocol, and its keeper at a browser."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.scope():
            self.partnership: Partnership = walking.begin(world.partnership, world.version)
        self.slug = self.partnership.slug

    def scope(self) -> Any:
        self.partnership = Partnership.objects.get(pk=self.partnership.pk)
        return partnership_scope(self.partnership.pk, ahead=self.partnership.clock_ahead)

    def member(self, protocol_role: str, sector: str = "", *, role: str = "") -> Membership:
        """Somebody of the cast, by their role and the sector of their agency."""
        with self.scope():
            found = Membership.objects.select_related("user", "agency")
            found = found.filter(role=role) if role else found.filter(protocol_role=protocol_role)
            return (found.filter(agency__sector=sector) if sector else found).order_by("pk")[0]

    def keeper(self, user: User | None = None) -> Visitor:
        return Visitor(user or self.world.administrator)

    def address(self, place: str = "") -> str:
        return f"/p/{self.slug}/{place}"

    def backstage(self, place: str) -> str:
        return self.address(f"administration/rehearse/walk/{place}/")

    def being(self, visitor: Visitor, member: Membership) -> Visitor:
        visitor.opens(self.backstage("be"))
        return visitor.presses(member.user.name)

    def now(self) -> datetime:
        from partnerships.selectors import present_in  # noqa: PLC0415  (only once the settings are configured)

        return present_in(self.partnership.pk)


@pytest.fixture
def rehearsed(barnsley: World, tuesday: Traveller) -> Rehearsed:
    return Rehearsed(barnsley)


def raised_in(rehearsed: Rehearsed) -> Disagreement:
    """By the midwife, about children's social care, at the time that it is in the rehearsal."""
    midwife = rehearsed.member("practitioner", "health")
    with rehearsed.scope():
        viewer = Viewer.of(midwife.user, [midwife])
        draft = services.start_draft(viewer)
        particulars = rehearsed.world.particulars(
            raising_agency=Agency.objects.get(sector="health"),
            receiving_agency=Agency.objects.get(sector="social_care"),
            people=tuple(people(rehearsed)),
        )
        services.raise_disagreement(draft.pk, viewer=viewer, particulars=particulars)
        return Disagreement.objects.get(pk=draft.pk)


def people(rehearsed: Rehearsed) -> Iterator[services.Person]:
    for side, sector in ((Side.RAISING, "health"), (Side.RECEIVING, "social_care")):
        for role in ("practitioner", "lead"):
            user = rehearsed.member(role, sector).user
            yield services.Person(side=side, role=role, name=user.name, email=user.email)
