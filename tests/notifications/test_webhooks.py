"""Other people's systems are told that something happened: signed, once for each thing, again until it arrives, and no word of
it. The outside world is a real server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from escalation.states import Kind
from notifications import tasks
from notifications.models import Message, WebhookDelivery, WebhookEndpoint
from notifications.webhooks import keeping, kinds, sending
from partnerships.arrangements import Arrangements
from tests.world import TUESDAY, World, days

from .outside import System, running
from .story import announce, go_live
from .test_announcing import at_once

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
MARK = "Planted"


@pytest.fixture
def outside(settings: Any) -> Iterator[System]:
    """Reached as whoever runs a demonstration may allow it; nowhere else is a system asked without https."""
    settings.OUTGOING_HTTP, settings.DEPLOYMENT, settings.OUTGOING_ALLOW = True, "demo", ["127.0.0.1/32"]
    with running() as system:
        yield system


def endpoint(world: World, system: System, *, agency: str = "", name: str = "Records") -> tuple[WebhookEndpoint, str]:
    with world.scope():
        return keeping.make(name=name, url=system.url, agency=world.agencies[agency] if agency else None, by=world.office)


def deliver(world: World) -> int:
    return sending.deliver(world.partnership.pk)


def deliveries(world: World) -> list[WebhookDelivery]:
    with world.scope():
        return list(WebhookDelivery.objects.order_by("pk"))


@pytest.fixture
def live(barnsley: World) -> World:
    return go_live(barnsley)


def test_every_kind_is_told_or_is_not_and_names_stay_apart() -> None:
    assert set(kinds.NAMES) == set(Kind)
    assert len(set(kinds.EVENTS)) == len(kinds.EVENTS)
    told_to_nobody = {kind for kind in Kind if not kinds.event_of(kind)}
    assert told_to_nobody == {
        Kind.SEEN, Kind.NOTICE_UNDELIVERED, Kind.INVITATION_HELD, Kind.INVITATION_ADMITTED, Kind.INVITATION_REFUSED,
        Kind.ACCESS_REMOVED, Kind.SHARED_ACROSS, Kind.FOLLOWED, Kind.CHASED, Kind.HOLD_PLACED, Kind.HOLD_LIFTED, Kind.DISCLOSED,
    }  # fmt: skip


def test_what_happens_is_told_once_signed_and_without_a_word_of_it(live: World, outside: System) -> None:
    _, secret = endpoint(live, outside)
    _, another = endpoint(live, outside, name="Other")
    raised = live.raised(answers=live.answers("stage_1", concern=f"{MARK} concern"), child_reference=f"{MARK}-1")
    live.do("record_progress", raised, by=live.office, at=TUESDAY, words=f"{MARK} progress")
    announce(live)
    announce(live)
    tasks.deliver_webhooks(live.partnership.pk)
    assert (deliver(live), len(outside.told)) == (0, 4)
    mine = [told for told in outside.told if told.signed_by(secret)]
    assert [told.signed_by(another) for told in mine] == [False, False]
    assert [told.said["type"] for told in mine] == ["disagreement.raised", "disagreement.progress_recorded"]
    assert mine[0].said == {
        "id": mine[0].id,
        "type": "disagreement.raised",
        "timestamp": TUESDAY.isoformat().replace("+00:00", "Z"),
        "data": {
            "partnership": "barnsley",
            "reference": raised.reference,
            "url": f"http://127.0.0.1:8000/p/barnsley/api/v1/disagreements/{raised.reference}/",
        },
    }
    assert mine[0].headers["content-type"] == "application/json"
    assert len({told.id for told in outside.told}) == 4
    everything = b"".join(told.body for told in outside.told).decode()
    assert MARK not in everything
    assert live.midwife.name not in everything
    assert [(row.state, row.status, row.attempts) for row in deliveries(live)] == [("taken", 204, 1)] * 4
    assert sending.partnerships_with_webhooks_to_send(TUESDAY + days(900)) == []


def test_an_agencys_system_is_told_what_the_agencys_people_see_and_only_while_they_do(live: World, outside: System) -> None:
    endpoint(live, outside, agency="hospital")
    endpoint(live, outside, agency="school", name="School")
    live.raised()
    announce(live)
    assert (deliver(live), outside.told) == (0, [])
    with live.scope():
        Arrangements.objects.update_or_create(defaults={"agency_sees": True})
    second = live.raised()
    announce(live)
    deliver(live)
    assert [told.said["data"]["reference"] for told in outside.told] == [second.reference]
    assert [row.endpoint_id for row in deliveries(live)] == [min(row.endpoint_id for row in deliveries(live))]


def test_nothing_leaves_in_training_mode_and_going_live_sends_only_what_is_asked_for(barnsley: World, outside: System) -> None:
    made, _ = endpoint(barnsley, outside)
    barnsley.raised()
    announce(barnsley)
    with barnsley.scope():
        tried = sending.test(made, barnsley.partnership)
        WebhookDelivery.objects.filter(seq=None).update(state="waiting", next_attempt_at=TUESDAY)
    assert (tried.state, deliver(barnsley), outside.told) == ("held", 0, [])
    assert [row.state for row in deliveries(barnsley)] == ["held", "held"]
    go_live(barnsley)
    assert (deliver(barnsley), outside.told) == (0, [])
    with barnsley.scope():
        assert keeping.send_again(made, since=TUESDAY) == 1
    assert (deliver(barnsley), len(outside.told)) == (1, 1)


def test_a_system_that_is_away_is_waited_for_for_a_day_and_what_was_given_up_can_be_sent_again(
    live: World, outside: System
) -> None:
    made, secret = endpoint(live, outside)
    live.raised()
    outside.status, waits = 500, []
    with time_machine.travel(TUESDAY, tick=False) as clock:
        announce(live, at=TUESDAY)
        while True:
            deliver(live)
            (row,) = deliveries(live)
            if row.next_attempt_at is None:
                break
            waits.append(row.next_attempt_at)
            clock.move_to(row.next_attempt_at)
    gaps = [(later - earlier) / MINUTE for earlier, later in zip([TUESDAY, *waits], waits, strict=False)]
    planned = [0.5, 2, 10, 30, 60, 120, 240, 480, 480]
    assert [0.8 <= gap / wait <= 1.2 for gap, wait in zip(gaps, planned, strict=True)] == [True] * 9
    assert gaps != planned
    assert (row.state, row.attempts, row.problem) == ("gave_up", 10, "It answered with the status 500.")
    with live.scope():
        assert keeping.not_delivered() == {made.pk: 1}
        assert keeping.send_again(made, number=row.pk) == 1
    outside.status = 200
    assert deliver(live) == 1
    assert len({told.id for told in outside.told}) == 1  # the same thing, known again by its id
    assert all(told.signed_by(secret) for told in outside.told)
    with live.scope():
        assert (keeping.not_delivered(), WebhookEndpoint.objects.get().failing_since) == ({}, None)


def test_after_three_days_it_is_switched_off_its_maker_is_told_once_and_nothing_is_lost(live: World, outside: System) -> None:
    made, _ = endpoint(live, outside)
    outside.status = 503
    with time_machine.travel(TUESDAY, tick=False) as clock:
        for _ in range(2):
            live.raised()
            announce(live)
            deliver(live)
            clock.shift(days(3) + MINUTE)
        live.raised()
        announce(live)
        assert (deliver(live), len(outside.told)) == (0, 2)
    with live.scope():
        (letter,) = Message.objects.filter(subject="Records: no longer told")
        assert (letter.to_user, letter.state) == (live.office, "waiting")
        assert f"/p/barnsley/administration/webhooks/{made.pk}/" in letter.text
        assert {row.state for row in WebhookDelivery.objects.all()} == {"held"}
        made.refresh_from_db()
        keeping.switch_on(made, by=live.office)
        assert keeping.send_again(made, since=TUESDAY) == 3
    outside.status = 200
    assert deliver(live) == 3


def test_one_that_says_it_is_gone_is_switched_off_at_once_and_nothing_is_followed(live: World, outside: System) -> None:
    endpoint(live, outside)
    outside.status, outside.more = 302, {"Location": outside.url}
    live.raised()
    announce(live)
    deliver(live)
    (row,) = deliveries(live)
    assert (len(outside.told), row.status) == (1, None)
    assert row.problem.endswith("sends on to another address, and this system does not follow. Enter the final one.")
    outside.status, outside.more = 410, {}
    live.raised()
    announce(live)
    deliver(live)
    with live.scope():
        assert WebhookEndpoint.objects.get().switched_off_at is not None
        assert Message.objects.filter(subject="Records: no longer told").count() == 1


def test_for_a_day_after_a_new_secret_both_sign_and_what_is_sealed_is_of_no_use_without_the_key(
    live: World, outside: System, settings: Any
) -> None:
    made, old = endpoint(live, outside)
    with live.scope():
        new = keeping.new_secret(made, by=live.office)
        rows = str(WebhookEndpoint.objects.values().get())
    assert old not in rows
    assert new not in rows
    assert (old != new, new[:6], len(new)) == (True, "whsec_", 50)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key of this installation"
    live.raised()
    announce(live)
    deliver(live)
    assert [(told.signed_by(old), told.signed_by(new)) for told in outside.told] == [(True, True)]
    keeping.forget_old(live.partnership.pk)
    settings.SECRET_KEY_FALLBACKS = []  # the old key can be given up
    with time_machine.travel(made.secret_made_at + days(1) + MINUTE):
        keeping.forget_old(live.partnership.pk)
        live.raised()
        announce(live)
        deliver(live)
    assert [(told.signed_by(old), told.signed_by(new)) for told in outside.told[1:]] == [(False, True)]
    with live.scope():
        WebhookEndpoint.objects.update(secret_sealed="spoiled")
    live.raised()
    announce(live)
    assert deliver(live) == 0
    assert deliveries(live)[-1].problem == "Its secret cannot be opened any more. Make a new one."


def test_what_was_told_is_forgotten_after_thirty_days(live: World, outside: System) -> None:
    endpoint(live, outside)
    live.raised()
    announce(live)
    deliver(live)
    with time_machine.travel(TUESDAY + days(30)):
        assert keeping.forget_old(live.partnership.pk) == 0
    with time_machine.travel(TUESDAY + days(30) + MINUTE):
        tasks.remind(live.partnership.pk)
    assert deliveries(live) == []


@pytest.mark.django_db(transaction=True)
def test_eight_workers_tell_each_thing_once_and_one_that_dies_is_stood_in_for(
    outside: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = go_live(World("barnsley"))
    endpoint(world, outside)
    for _ in range(5):
        world.raised()
    at_once(lambda: announce(world, at=TUESDAY), workers=8)
    plain, held, together = sending._send, [], threading.Lock()

    def send(claim: sending.Claim) -> sending.Answer:
        with together:
            held.append(connection.in_atomic_block)  # a slow system holds no lock
        return plain(claim)

    def dies(claim: sending.Claim) -> sending.Answer:
        raise SystemExit

    monkeypatch.setattr(sending, "_send", dies)
    with time_machine.travel(TUESDAY + days(1), tick=False) as clock:
        with pytest.raises(SystemExit):
            deliver(world)
        monkeypatch.setattr(sending, "_send", send)
        at_once(lambda: deliver(world), workers=8)
        claimed = next(row for row in deliveries(world) if row.state == "sending")
        assert len(outside.told) == 4
        clock.shift(2 * MINUTE)
        assert sending.partnerships_with_webhooks_to_send(TUESDAY + days(1) + 2 * MINUTE) == [world.partnership.pk]
        assert deliver(world) == 1
    assert outside.told[-1].id == claimed.message_id
    ids = [told.id for told in outside.told]
    assert (len(ids), len(set(ids)), set(held)) == (5, 5, {False})


def test_one_that_does_not_answer_keeps_no_other_waiting_and_an_inner_address_is_never_asked(
    live: World, outside: System, settings: Any
) -> None:
    settings.OUTGOING_ALLOW = [f"{outside.url.split(':')[1].strip('/')}/32"]
    endpoint(live, System(url="https://169.254.169.254/latest/"), name="Inner")
    endpoint(live, outside)
    for _ in range(3):
        live.raised()
    announce(live)
    assert deliver(live) == 3
    asked = [(row.attempts, row.problem.partition(",")[0]) for row in deliveries(live) if row.state == "waiting"]
    inside = "169.254.169.254 leads to a machine inside a network"
    assert sorted(asked) == [(0, ""), (0, ""), (1, inside)]
