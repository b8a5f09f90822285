"""Evenings, nights and days off are quiet for what can wait; and whatever waits comes in one e-mail in the morning."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from notifications import wishes
from notifications.models import MailWay, Message, Notice
from notifications.wishes import QuietHours
from partnerships.selectors import calendar
from tests.journeys.visitor import Visitor

from ..world import TUESDAY, World, days
from .story import announce, go_live, messages, to
from .test_wishes import WEDNESDAY_AT_EIGHT, held, wishing

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 9, 15, 19, 30, tzinfo=UTC)
MONDAY_AT_EIGHT = datetime(2026, 9, 21, 7, 0, tzinfo=UTC)
HALF_A_MINUTE = timedelta(seconds=30)


def test_news_of_the_evening_waits_for_the_morning_and_what_asks_somebody_does_not(barnsley: World, time_machine: Any) -> None:
    time_machine.move_to(EVENING)
    go_live(barnsley)
    raised = barnsley.raised()
    barnsley.do("acknowledge", raised, by=barnsley.team_manager, at=EVENING)
    announce(barnsley, at=EVENING)
    assert held(barnsley) == ["midwife: acknowledged"]
    # Who is asked, who keeps the clock that runs, whoever raised it, and every inbox were written to at once.
    assert {m.to_email.partition("@")[0] for m in messages(barnsley)} == {
        "barnsleysafeguardingchildrenspartnership", "hospital.lead", "midwife", "team.manager",
    }  # fmt: skip
    page = Visitor(barnsley.midwife).opens("/p/barnsley/you/")
    page.sees("1 piece of news waits for you. You get it by e-mail: Wednesday 16 September 2026 at 8am.")
    page.sees(
        "News that is only for you to know is not sent between 7pm and 7am. Nor is it sent on days that are not working days."
    )
    assert announce(barnsley, at=EVENING + timedelta(hours=8)) == 0
    announce(barnsley, at=WEDNESDAY_AT_EIGHT)
    (_, morning) = to(messages(barnsley), "midwife")
    assert (morning.state, morning.next_attempt_at) == ("waiting", WEDNESDAY_AT_EIGHT)
    assert "What is only for you to know waits for the next working morning. It is not sent in the evening" in morning.text
    assert "You chose" not in morning.text
    assert held(barnsley) == []


@pytest.mark.parametrize("own", [{"quiet": False}, {"quiet_from": time(22), "quiet_until": time(6)}], ids=["off", "later"])
def test_a_partnership_has_quiet_hours_of_its_own_or_none(barnsley: World, own: dict[str, Any]) -> None:
    go_live(barnsley)
    with barnsley.scope():
        MailWay.objects.create(changed_at=TUESDAY, **own)
    barnsley.do("acknowledge", barnsley.raised(), by=barnsley.team_manager, at=EVENING)
    announce(barnsley, at=EVENING)
    assert held(barnsley) == []


def test_in_training_mode_no_hour_is_quiet(barnsley: World) -> None:
    barnsley.do("acknowledge", barnsley.raised(), by=barnsley.team_manager, at=EVENING)
    announce(barnsley, at=EVENING)
    assert held(barnsley) == []


def test_when_it_is_quiet(barnsley: World) -> None:
    with barnsley.scope():
        days_here = calendar()
    usual, by_day = QuietHours(time(19), time(7), True), QuietHours(time(12), time(14), False)
    found = {
        at: (usual.at(moment, days_here), by_day.at(moment, days_here))
        for at in ("15T05:59", "15T06:00", "15T11:00", "15T13:00", "15T17:59", "15T18:00", "19T10:30")
        if (moment := datetime.fromisoformat(f"2026-09-{at}:00Z"))
    }
    assert found == {
        "15T05:59": (True, False), "15T06:00": (False, False), "15T11:00": (False, True), "15T13:00": (False, False),
        "15T17:59": (False, False), "15T18:00": (True, False), "19T10:30": (True, False),
    }  # fmt: skip


def test_nobody_gets_two_e_mails_of_one_morning(barnsley: World) -> None:
    """What waited by wish and by night, and the reminders of several disagreements, which are noted at eight as well."""
    people = (barnsley.midwife, barnsley.hospital_lead, barnsley.team_manager, barnsley.office)
    wishing(go_live(barnsley), *people[:2])
    for_both = [barnsley.raised() for _ in range(3)]
    announce(barnsley, at=TUESDAY)
    for day in (3, 5):  # on Friday and over the weekend
        barnsley.do("record_progress", for_both[0], by=barnsley.team_manager, at=TUESDAY + days(day), words="A visit.")
        announce(barnsley, at=TUESDAY + days(day))
    barnsley.do("withdraw", barnsley.raised(), by=barnsley.midwife, at=TUESDAY + days(4), reason="It is settled.")
    announce(barnsley, at=TUESDAY + days(4))
    waited = Counter(held(barnsley))
    before = {m.pk for m in messages(barnsley)}
    for tick in range(12):
        at = MONDAY_AT_EIGHT + tick * HALF_A_MINUTE
        barnsley.sweep(at=at)
        announce(barnsley, at=at)
    morning = [m for m in messages(barnsley) if m.pk not in before]
    own = [m for m in morning if m.to_user_id in {person.pk for person in people}]
    assert max(Counter(m.to_email for m in own).values()) == 1
    with barnsley.scope():
        reminded = {n.message_id for n in Notice.objects.filter(template="timescale_near", message__in=own)}
        both = [m for m in own if m.pk in reminded and m.notices.exclude(template="timescale_near").exists()]
    assert waited
    assert both, [m.text for m in own]
    for mail in both:
        assert "First come the dates to look at. After them is what happened that is only for you to know." in mail.text
        assert mail.subject == f"{for_both[0].reference} and 3 more: dates to look at"
        assert mail.text.index("\nBy: ") < mail.text.index("It has ended without a resolution here.")
    assert held(barnsley) == []
    assert {m.state for m in own} == {Message.State.WAITING}


def test_a_reminder_that_came_too_late_for_the_mornings_e_mail_is_not_in_it(barnsley: World) -> None:
    wishing(go_live(barnsley), barnsley.team_manager)
    raised = barnsley.raised()
    announce(barnsley, at=TUESDAY)
    barnsley.sweep(at=MONDAY_AT_EIGHT)
    announce(barnsley, at=MONDAY_AT_EIGHT)
    reminded = [each for each in held(barnsley) if each.endswith("timescale_near")]
    assert reminded
    barnsley.do("acknowledge", raised, by=barnsley.team_manager, at=MONDAY_AT_EIGHT)
    barnsley.do("withdraw", raised, by=barnsley.midwife, at=MONDAY_AT_EIGHT, reason="It is settled.")
    announce(barnsley, at=MONDAY_AT_EIGHT + wishes.GATHERED_WITHIN)
    with barnsley.scope():
        assert not Notice.objects.filter(template="timescale_near", message__to_user=barnsley.team_manager).exists()
