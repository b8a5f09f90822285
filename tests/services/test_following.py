"""The office follows and reminds: one or many, each an entry, and one considered e-mail to whoever's turn it is."""

from __future__ import annotations

import pytest
import time_machine

from escalation.models import Party
from escalation.moves import NotPermitted, Refused
from escalation.services import following
from escalation.services.turning import note_turn
from partnerships.ladder import Position
from tests.journeys.visitor import Visitor
from tests.notifications.story import announce, messages, to, told
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db
TRACKER = "/p/barnsley/tracker/"


def chase(world: World, found: object, **own: object) -> following.Chased:
    with world.scope(world.office):
        return following.chase(found.pk, viewer=world.viewer(world.office), **own)  # type: ignore[attr-defined, arg-type]


def test_one_reminder_goes_to_whoevers_turn_it_is_and_not_again_for_three_working_days(barnsley: World) -> None:
    first, second = barnsley.raised(at=TUESDAY), barnsley.raised(at=TUESDAY)
    with barnsley.scope():
        Party.objects.filter(disagreement=second, name="Hospital Lead").update(email="")
    announce(barnsley, at=TUESDAY)
    before = len(messages(barnsley))
    leads = ("Hospital Lead (Moorside Hospital)", "Team Manager (Children's social care)")
    assert chase(barnsley, first, at=TUESDAY) == following.Chased(leads, ())
    done = chase(barnsley, second, at=TUESDAY)
    assert (done.reminded, [str(one) for one in done.left_out]) == (
        leads[1:],
        [f"{leads[0]}: no e-mail address is known, so telephone instead"],
    )
    announce(barnsley, at=TUESDAY)
    assert told(barnsley, first, kind="chased") == {"hospital.lead": [], "team.manager": []}
    new = messages(barnsley)[before:]
    (one,) = to(new, "team.manager")  # both in one
    assert (len(new), one.subject) == (2, "BAR-0001 and 1 more: dates to look at")
    assert "reminds you that this waits for you" in one.text
    assert "Words about" not in one.text
    # It moves nothing, makes nobody's form stale, and is not said again to the same people so soon.
    assert barnsley.fresh(first).version == first.version
    with pytest.raises(Refused) as refused:
        chase(barnsley, first, at=TUESDAY + days(2))
    assert str(refused.value) == " ".join(
        f"{who}: reminded on Tue 15 September, and again from Fri 18 September at the earliest." for who in leads
    )
    assert chase(barnsley, first, at=TUESDAY + days(3)).reminded == leads
    # Never once it has ended; and what was on its way is not sent.
    barnsley.do("withdraw", first, by=barnsley.midwife, at=TUESDAY + days(3), reason="Settled.")
    count = len(messages(barnsley))
    announce(barnsley, at=TUESDAY + days(3))
    assert "chased" not in {m.text for m in messages(barnsley)[count:]}
    with pytest.raises(Refused, match="It has ended, so nobody is reminded"):
        chase(barnsley, first, at=TUESDAY + days(9))


def test_whoever_decides_is_reminded_and_the_offices_own_turn_is_said(barnsley: World) -> None:
    top = barnsley.raised(at=TUESDAY, to=Position(stage="stage_3"), direct_reason="Now.")
    with pytest.raises(Refused, match="Safeguarding Partner: nobody is listed in this role, so telephone instead"):
        chase(barnsley, top, at=TUESDAY)
    barnsley.decider("safeguarding_partner")
    assert "Safeguarding Partner" in chase(barnsley, top, at=TUESDAY).reminded
    announce(barnsley, at=TUESDAY)
    assert "decider" in told(barnsley, top, kind="chased")
    with barnsley.scope(barnsley.midwife), pytest.raises(NotPermitted, match="Only the partnership manager"):
        following.chase(top.pk, viewer=barnsley.viewer(barnsley.midwife))


def test_many_are_followed_and_reminded_from_the_tracker_and_what_cannot_be_is_told(barnsley: World) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        one, two, ended = (barnsley.raised(at=TUESDAY) for _ in range(3))
        barnsley.do("withdraw", ended, by=barnsley.midwife, at=TUESDAY, reason="Twice.")
        office = Visitor(barnsley.office).opens(f"{TRACKER}?state=any&sort=oldest")
        office.presses("Say who follows them").sees("You chose none.")
        office.opens(f"{TRACKER}?state=any&sort=oldest").chooses("Choose BAR-0001", "Choose BAR-0002")
        office.presses("Say who follows them").sees("This is about 2 disagreements.", "and nobody is written to")
        assert barnsley.chronology(one) == ["raised"]  # nothing yet
        office.presses("Save who follows them")
        assert office.heading == "Done: 2 of 2"
        office.opens(f"{TRACKER}?state=any&owner=me")
        assert office.heading == "Tracker (2)"
        office.opens(f"{TRACKER}?state=any&sort=oldest").chooses("All that match (3)").presses("Remind whoever’s turn it is")
        office.sees("This is about 3 disagreements.").presses("Send the reminders")
        assert office.heading == "Done: 2 of 3"
        office.sees(
            "BAR-0003 : It has ended, so nobody is reminded.", "BAR-0001 : Reminded: Hospital Lead (Moorside Hospital), Team"
        )
        assert [barnsley.chronology(d) for d in (one, two, ended)] == [
            ["raised", "followed", "chased"],
            ["raised", "followed", "chased"],
            ["raised", "withdrawn"],
        ]
        # The same on the page of one.
        office.opens(f"/p/barnsley/d/{one.reference}/").sees("Office follows it.").follows("Remind whoever’s turn it is")
        office.presses("Send the reminder").sees("reminded on Tue 15 September")
        assert office.status == 409
        office.opens(f"/p/barnsley/d/{one.reference}/").follows("Change who follows it").chooses("Nobody yet").presses("Save")
        assert office.told == ["Nobody follows it yet."]
        assert office.client.post(f"{TRACKER}many/", {"act": "erase"}).status_code == 403
        assert office.client.post(f"{TRACKER}many/", {"act": "chase", "ref": "\x00"}).status_code == 422
        assert office.client.post(f"{TRACKER}many/", {"act": "chase", "ref": [str(n) for n in range(101)]}).status_code == 422


def test_when_the_first_clock_ends_and_since_when_it_is_whose_turn_is_kept(barnsley: World) -> None:
    found = barnsley.raised(at=TUESDAY)
    with barnsley.scope():
        first = found.deadlines.filter(stopped_at=None).order_by("due_at")[0]
    assert (found.next_due, found.turn_since) == (first.due_at, TUESDAY)
    barnsley.do("record_progress", found, by=barnsley.team_manager, at=TUESDAY + days(1), words="Slowly.")
    assert barnsley.fresh(found).turn_since == TUESDAY  # the same people's turn
    ended = barnsley.do("withdraw", found, by=barnsley.midwife, at=TUESDAY + days(2), reason="Settled.")
    assert (ended.next_due, ended.turn_since) == (None, TUESDAY + days(2))
    with barnsley.scope():
        note_turn(ended, at=TUESDAY + days(5))
    assert barnsley.fresh(found).turn_since == TUESDAY + days(2)
