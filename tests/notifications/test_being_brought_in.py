"""Whoever is brought in is told, whatever the protocol says: nobody takes part without knowing it."""

from __future__ import annotations

import pytest

from escalation import services
from notifications.models import Notice
from partnerships.protocol_terms import Side
from tests.world import TUESDAY, World

from .story import announce

pytestmark = pytest.mark.django_db


def newcomer(world: World) -> services.Person:
    user = world.person("new.manager", "lead", "social_care")
    return services.Person(side=Side.RECEIVING, role="lead", name=user.name, email=user.email)


def told(world: World, kind: str) -> dict[str, str]:
    with world.scope():
        return dict(Notice.objects.filter(entry__kind=kind).values_list("email", "template"))


def test_somebody_who_takes_over_is_told(barnsley: World) -> None:
    disagreement = barnsley.raised()
    barnsley.do("change_party", disagreement, by=barnsley.team_manager, at=TUESDAY, person=newcomer(barnsley), reason="On leave.")
    announce(barnsley)
    assert told(barnsley, "party_changed") == {"new.manager@barnsley.example": "joined"}


def test_somebody_it_is_passed_on_to_is_told_once_and_in_words_of_their_own(barnsley: World) -> None:
    disagreement = barnsley.raised()
    barnsley.do("pass_on", disagreement, by=barnsley.team_manager, at=TUESDAY, person=newcomer(barnsley), reason="Not ours.")
    announce(barnsley)
    assert told(barnsley, "passed_on")["new.manager@barnsley.example"] == "joined"


def test_nobody_is_told_that_they_brought_themselves_in(barnsley: World) -> None:
    disagreement = barnsley.raised()
    barnsley.do(
        "change_party",
        disagreement,
        by=barnsley.office,
        at=TUESDAY,
        person=services.Person(side=Side.RECEIVING, role="lead", name="Office", email=barnsley.office.email),
        reason="For the time being.",
    )
    announce(barnsley)
    assert told(barnsley, "party_changed") == {}
