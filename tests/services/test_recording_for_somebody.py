"""Recording what somebody told the partnership office: as theirs, marked so, told to them, and nothing that is not theirs."""

from __future__ import annotations

import pytest

from escalation.for_somebody import FOR_OTHERS, ForSomebody
from escalation.models import ChronologyEntry, Disagreement, Party
from escalation.moves import NotPermitted, Refused
from escalation.permissions import PERMISSIONS
from notifications.models import Notice
from notifications.services import announce
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db
AT = TUESDAY + days(1)


def of(world: World, found: Disagreement, side: str) -> Party:
    with world.scope():
        return Party.objects.get(disagreement=found, side=side, role="lead", left_at=None)


def test_a_telephone_call_is_recorded_as_theirs_told_to_them_and_moves_the_ball(barnsley: World) -> None:
    found = barnsley.raised()
    manager = of(barnsley, found, "receiving")
    office = Visitor(barnsley.office)
    page = office.opens(f"/p/barnsley/d/{found.reference}/for-somebody/")
    page.sees(manager.name, "Nobody agrees, confirms or decides by telephone", "I have this")
    address = f"/p/barnsley/d/{found.reference}/for-somebody/{manager.pk}/acknowledge/"
    sent = {"version": found.version, "came_by": "telephone", "came_at_0": "1", "came_at_1": "9", "came_at_2": "2026"}
    assert office.client.post(address, {**sent, "came_by": "pigeon"}).status_code == 422
    barnsley.do(
        "acknowledge", found, by=barnsley.office, at=AT, words="Has it.", for_somebody=ForSomebody(manager.pk, "telephone", AT)
    )
    with barnsley.scope():
        entry = ChronologyEntry.objects.get(kind="acknowledged")
        assert (entry.actor, entry.on_behalf_of) == (barnsley.office, barnsley.team_manager)
        assert entry.data["for_party"] == manager.pk
    shown = Visitor(barnsley.midwife).opens(f"/p/barnsley/d/{found.reference}/")
    shown.sees("by the partnership office (Office) for Team.Manager, from a telephone call,".replace(".", " "))
    announce(barnsley.partnership.pk)
    with barnsley.scope():
        (notice,) = Notice.objects.filter(template="recorded_for_you")
        assert notice.message is not None
        assert notice.message.to_email == barnsley.team_manager.email
        assert "in your name" in notice.message.text
        assert "Has it." not in notice.message.text
    # They can say that it is wrong: it is theirs to correct.
    corrected = Visitor(barnsley.team_manager).opens(f"/p/barnsley/d/{found.reference}/")
    assert "Correct this" in " ".join(corrected.links())


def test_only_the_office_for_who_takes_part_and_only_what_is_theirs_and_is_said(barnsley: World) -> None:
    found = barnsley.raised()
    manager, lead = of(barnsley, found, "receiving"), of(barnsley, found, "raising")
    said = ForSomebody(manager.pk, "email", AT)
    with pytest.raises(NotPermitted, match="Only the partnership manager records"):
        barnsley.do("acknowledge", found, by=barnsley.team_manager, at=AT, for_somebody=said)
    with pytest.raises(NotPermitted, match="for the receiving side"):
        barnsley.do("acknowledge", found, by=barnsley.office, at=AT, for_somebody=ForSomebody(lead.pk, "email", AT))
    with pytest.raises(NotPermitted, match="they must have seen"):
        barnsley.do("record_agreement", found, by=barnsley.office, at=AT, text="Yes", for_somebody=said)
    with pytest.raises(Refused, match="Choose somebody who takes part now"):
        barnsley.do("acknowledge", found, by=barnsley.office, at=AT, for_somebody=ForSomebody(0, "email", AT))
    with barnsley.scope():
        Party.objects.filter(pk=manager.pk).update(email="", user=None)
    done = barnsley.do("acknowledge", found, by=barnsley.office, at=AT, for_somebody=said)
    assert barnsley.chronology(done)[-1] == "acknowledged"
    assert set(FOR_OTHERS) < set(PERMISSIONS)
