"""Whether an e-mail arrived: claimed, sent, tried again, given up; at least once, and somebody is told when it did not."""

from __future__ import annotations

import threading
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import connection

from escalation.models import ChronologyEntry
from mailing.outgoing import NotTaken, Outgoing, Wrong
from notifications import patience, services
from notifications.models import Message
from partnerships.models import Contact

from ..world import TUESDAY, World, days
from .story import Remembered, announce, go_live, messages, to, told
from .test_announcing import at_once

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
REFUSED = NotTaken("RCPT 550 5.1.1", wrong=Wrong.ADDRESS)


def deliver(world: World, way_out: Remembered) -> int:
    return services.deliver(world.partnership.pk, transport=way_out)


@pytest.fixture
def waiting(barnsley: World) -> World:
    """A live partnership with the five e-mails of a raised disagreement waiting."""
    go_live(barnsley).office  # noqa: B018  made when first asked for
    barnsley.raised()
    announce(barnsley, at=TUESDAY)
    return barnsley


def fail(problem: Exception) -> None:
    raise problem


def fails(*names: str, problem: Exception) -> Remembered:
    """A way out that refuses mail to these people."""

    def then(message: Outgoing) -> None:
        if message.to.partition("@")[0] in names:
            raise problem

    return Remembered(then=then)


def test_what_waits_is_sent_once_to_each(waiting: World, way_out: Remembered) -> None:
    assert deliver(waiting, way_out) == 5
    assert (deliver(waiting, way_out), len(way_out.sent)) == (0, 5)
    found = messages(waiting)
    assert {(m.state, m.attempts, m.next_attempt_at, m.last_error) for m in found} == {("sent", 1, None, "")}
    assert sorted(m.message_id for m in found) == sorted(sent.message_id for sent in way_out.sent)
    assert services.partnerships_with_messages_to_send(TUESDAY + days(9)) == []


def test_every_message_has_an_identity_of_its_own_under_the_products_domain(waiting: World) -> None:
    identities = {m.message_id for m in messages(waiting)}
    assert len(identities) == 5
    assert all(identity.endswith("@tracker.example>") for identity in identities)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_each_message_once() -> None:
    world = go_live(World("barnsley"))
    for _ in range(5):
        world.raised()
    announce(world, at=TUESDAY)
    way_out, together = Remembered(), threading.Lock()

    def then(message: Outgoing) -> None:
        assert not connection.in_atomic_block  # a slow mail server holds no lock
        with together:
            pass

    way_out.then = then
    at_once(lambda: deliver(world, way_out), workers=8)
    identities = [sent.message_id for sent in way_out.sent]
    assert len(identities) == len(set(identities)) == 20
    assert {m.state for m in messages(world)} == {"sent"}


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_between_claiming_and_sending_is_stood_in_for_after_ten_minutes() -> None:
    world = go_live(World("barnsley"))
    world.raised()
    announce(world, at=TUESDAY)

    def killed(message: Outgoing) -> None:
        raise SystemExit

    with time_machine.travel(TUESDAY, tick=False) as clock:
        with pytest.raises(SystemExit):
            deliver(world, Remembered(then=killed))
        claimed = next(m for m in messages(world) if m.state == "sending")
        assert (claimed.attempts, claimed.claimed_at, claimed.next_attempt_at) == (1, TUESDAY, TUESDAY + 10 * MINUTE)

        others = Remembered()
        deliver(world, others)
        assert claimed.message_id not in {sent.message_id for sent in others.sent}
        clock.shift(10 * MINUTE)
        assert services.partnerships_with_messages_to_send(TUESDAY + 10 * MINUTE) == [world.partnership.pk]
        after = Remembered()
        assert deliver(world, after) == 1
        assert [sent.message_id for sent in after.sent] == [claimed.message_id]


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_after_sending_sends_again_under_the_same_identity() -> None:
    """At least once, and recognisably the same e-mail."""
    world = go_live(World("barnsley"))
    world.raised()
    announce(world, at=TUESDAY)
    sent: list[str] = []

    def sent_and_killed(message: Outgoing) -> None:
        sent.append(message.message_id)
        raise SystemExit

    with time_machine.travel(TUESDAY, tick=False) as clock:
        for _ in range(2):
            with pytest.raises(SystemExit):
                deliver(world, Remembered(then=sent_and_killed))
        way_out = Remembered()
        clock.shift(11 * MINUTE)
        assert deliver(world, way_out) == 4
    assert len(set(sent)) == 2
    assert set(sent) <= {message.message_id for message in way_out.sent}


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_told_to_stop_in_the_middle_of_a_batch_marks_what_it_sent_and_lets_go_of_the_rest() -> None:
    """The one that it was at stays claimed: nobody knows whether the other end has it."""
    world = go_live(World("barnsley"))
    world.raised()
    announce(world, at=TUESDAY)
    sent: list[str] = []

    def told_to_stop(message: Outgoing) -> None:
        if len(sent) == 2:
            raise SystemExit
        sent.append(message.message_id)

    with time_machine.travel(TUESDAY, tick=False), pytest.raises(SystemExit):
        deliver(world, Remembered(then=told_to_stop))
    found = messages(world)
    assert sorted((m.state, m.attempts) for m in found) == [("sending", 1), ("sent", 1), ("sent", 1), ("waiting", 0)]
    assert {m.message_id for m in found if m.state == "sent"} == set(sent)


def test_a_slow_worker_whose_claim_ran_out_still_counts_as_having_sent(waiting: World, way_out: Remembered) -> None:
    with time_machine.travel(TUESDAY, tick=False) as clock:

        def slow(message: Outgoing) -> None:
            if message.to == "midwife@barnsley.example" and not way_out.sent:
                clock.shift(11 * MINUTE)
                deliver(waiting, way_out)

        deliver(waiting, Remembered(then=slow))
    assert {m.state for m in messages(waiting)} == {"sent"}
    (message,) = to(messages(waiting), "midwife")
    assert message.attempts == 2


def test_the_failure_of_a_worker_whose_claim_ran_out_changes_nothing(waiting: World, way_out: Remembered) -> None:
    with time_machine.travel(TUESDAY, tick=False) as clock:

        def slow(message: Outgoing) -> None:
            if message.to == "midwife@barnsley.example" and not way_out.sent:
                clock.shift(11 * MINUTE)
                deliver(waiting, way_out)
                raise REFUSED

        deliver(waiting, Remembered(then=slow))
    assert {m.state for m in messages(waiting)} == {"sent"}
    with waiting.scope():
        assert not waiting.fresh(waiting.raised()).chronology.filter(kind="notice_undelivered").exists()


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the little that is left to chance."""
    monkeypatch.setattr(patience, "JITTER", 0)


def waits_of(world: World, name: str, clock: Any, away: Remembered) -> tuple[list[float], Message]:
    """After how many minutes each it was tried again, and how it ended."""
    found = [TUESDAY]
    while True:
        deliver(world, away)
        (message,) = to(messages(world), name)
        if message.next_attempt_at is None:
            return [(later - earlier) / MINUTE for earlier, later in pairwise(found)], message
        assert message.state == "waiting"
        found.append(message.next_attempt_at)
        clock.move_to(message.next_attempt_at)


@pytest.mark.parametrize(
    ("wrong", "hours", "begins"),
    [
        (Wrong.AWAY, 12.85, [1, 5, 15, 30, 60]),
        (Wrong.BUSY, 27.85, [1, 5, 15, 30, 60]),
        (Wrong.OURS, 114.33, [5, 15, 60, 60, 240]),
    ],
)
def test_how_long_it_is_tried_depends_on_what_went_wrong(
    waiting: World, exact: None, wrong: Wrong, hours: float, begins: list[float]
) -> None:
    """A night, a day, days; then it is given up, and the office is told."""
    away = fails("midwife", problem=NotTaken("TimeoutError", wrong=wrong))
    with time_machine.travel(TUESDAY, tick=False) as clock:
        gaps, message = waits_of(waiting, "midwife", clock, away)
    assert (gaps[:5], round(sum(gaps) / 60, 2)) == (begins, hours)
    assert (message.state, message.attempts, message.last_error) == ("gave_up", len(gaps) + 1, "TimeoutError")
    assert message.wrong == wrong.value
    with waiting.scope():
        (entry,) = message.notices.get().disagreement.chronology.filter(kind="notice_undelivered")
    assert entry.data["message"] == message.pk


def test_the_wait_that_the_other_end_asks_for_is_kept_and_holds_all_back(waiting: World, way_out: Remembered) -> None:
    """Nobody else's patience is spent by it, and nothing else is tried meanwhile."""
    asked = fails("midwife", "hospital.lead", "team.manager", problem=NotTaken("Notify 429", wrong=Wrong.BUSY, after=3600))
    with time_machine.travel(TUESDAY, tick=False) as clock:
        deliver(waiting, asked)
        (tried,) = [m for m in messages(waiting) if m.attempts and m.state == "waiting"]
        assert tried.next_attempt_at is not None
        assert tried.next_attempt_at >= TUESDAY + 60 * MINUTE
        others = [m for m in messages(waiting) if m.state == "waiting" and m.pk != tried.pk]
        assert {(m.attempts, m.tries, m.wrong) for m in others} == {(0, 0, "")}
        clock.shift(53 * MINUTE)
        assert deliver(waiting, way_out) == 0
        clock.shift(14 * MINUTE)
        assert deliver(waiting, way_out) == len(others) + 1


@pytest.mark.parametrize("wrong", [Wrong.AWAY, Wrong.BUSY, Wrong.OURS])
def test_where_the_other_end_is_out_a_few_are_tried_and_the_others_wait_with_them(
    barnsley: World, exact: None, way_out: Remembered, wrong: Wrong
) -> None:
    go_live(barnsley)
    for _ in range(4):
        barnsley.raised()
    announce(barnsley, at=TUESDAY)
    tried: list[str] = []

    def then(message: Outgoing) -> None:
        tried.append(message.message_id)
        raise NotTaken("ConnectionRefusedError", wrong=wrong)

    with time_machine.travel(TUESDAY, tick=False) as clock:
        assert deliver(barnsley, Remembered(then=then)) == 0
        assert len(tried) == 3
        found = messages(barnsley)
        wait = patience.WAITS[wrong][0]
        assert {(m.state, m.wrong, m.tries, m.next_attempt_at) for m in found} == {("waiting", wrong.value, 1, TUESDAY + wait)}
        assert sorted(m.attempts for m in found) == [0] * (len(found) - 3) + [1] * 3
        assert deliver(barnsley, Remembered(then=then)) == 0
        assert len(tried) == 3

        # Its post is taken again: one is enough for those that only waited with others not to wait any longer.
        with barnsley.scope():
            Message.objects.filter(attempts=0).update(next_attempt_at=TUESDAY + days(1))
        clock.shift(wait)
        assert deliver(barnsley, way_out) == len(found)
    assert {(m.state, m.wrong, m.tries, m.last_error) for m in messages(barnsley)} == {("sent", "", 0, "")}


def test_after_a_night_of_it_all_are_given_up_and_the_office_is_told_of_each(waiting: World, exact: None) -> None:
    away = Remembered(then=lambda message: fail(NotTaken("ConnectionRefusedError", wrong=Wrong.AWAY)))
    with time_machine.travel(TUESDAY, tick=False) as clock:
        for wait in (*patience.WAITS[Wrong.AWAY], timedelta(0)):
            deliver(waiting, away)
            clock.shift(wait)
    found = messages(waiting)
    assert {(m.state, m.wrong) for m in found} == {("gave_up", "away")}
    with waiting.scope():
        noted = ChronologyEntry.objects.filter(kind="notice_undelivered")
        assert sorted(entry.data["message"] for entry in noted) == [m.pk for m in found]


def test_a_refused_address_is_given_up_at_once_and_the_office_is_told(waiting: World, way_out: Remembered) -> None:
    """B relies on e-mail arriving; when it does not, somebody telephones."""
    assert deliver(waiting, fails("team.manager", problem=REFUSED)) == 4
    (lost,) = to(messages(waiting), "team.manager")
    assert (lost.state, lost.attempts, lost.last_error) == ("gave_up", 1, "RCPT 550 5.1.1")
    with waiting.scope():
        disagreement = lost.notices.get().disagreement
        (entry,) = disagreement.chronology.filter(kind="notice_undelivered")
        assert entry.data == {"message": lost.pk, "events": ["notice_undelivered"]}
    announce(waiting)
    assert sorted(told(waiting, waiting.fresh(disagreement), kind="notice_undelivered")) == [
        "barnsleysafeguardingchildrenspartnership",
        "office",
    ]
    assert deliver(waiting, way_out) == 2
    assert {message.subject for message in way_out.sent} == {f"{disagreement.reference}: an e-mail did not arrive"}


def test_nobody_is_told_at_an_address_that_does_not_work_and_two_dead_ones_do_not_tell_each_other_for_ever(
    waiting: World,
) -> None:
    dead = fails("office", "barnsleysafeguardingchildrenspartnership", problem=REFUSED)
    for _ in range(4):
        deliver(waiting, dead)
        announce(waiting)
    with waiting.scope():
        entries = [
            (entry.kind, [notice.email.partition("@")[0] for notice in entry_notices])
            for entry, entry_notices in (
                (entry, list(disagreement.notices.filter(entry=entry)))
                for disagreement in {m.notices.get().disagreement for m in messages(waiting)}
                for entry in disagreement.chronology.filter(kind="notice_undelivered").order_by("seq")
            )
        ]
    assert entries == [
        ("notice_undelivered", ["office"]),
        ("notice_undelivered", ["barnsleysafeguardingchildrenspartnership"]),
        ("notice_undelivered", []),
        ("notice_undelivered", []),
    ]


def test_a_lost_message_about_several_disagreements_is_noted_on_each(barnsley: World) -> None:
    go_live(barnsley)
    both = [barnsley.raised(), barnsley.raised()]
    announce(barnsley, at=TUESDAY)
    deliver(barnsley, Remembered())
    barnsley.sweep(at=TUESDAY + days(8))
    announce(barnsley, at=TUESDAY + days(8))
    deliver(barnsley, fails("team.manager", problem=REFUSED))
    assert [barnsley.chronology(d).count("notice_undelivered") for d in both] == [1, 1]


def test_a_message_over_which_workers_keep_dying_is_given_up(waiting: World, way_out: Remembered) -> None:
    with waiting.scope():
        Message.objects.filter(to_email="midwife@barnsley.example").update(attempts=patience.MOST_DEATHS, state="sending")
    assert deliver(waiting, way_out) == 4
    (message,) = to(messages(waiting), "midwife")
    assert (message.state, message.last_error) == ("gave_up", "never finished")


def test_a_fault_of_our_own_stops_no_other_message_and_is_logged_without_its_words(
    waiting: World, caplog: pytest.LogCaptureFixture
) -> None:
    assert deliver(waiting, fails("midwife", problem=RuntimeError("the concern about the child"))) == 4
    assert "RuntimeError" in caplog.text
    assert "the concern" not in caplog.text
    assert "midwife" not in caplog.text
    (message,) = to(messages(waiting), "midwife")
    assert message.state == "sending"


def test_in_training_mode_nothing_is_handed_to_a_transport(barnsley: World, way_out: Remembered) -> None:
    barnsley.raised()
    announce(barnsley, at=TUESDAY)
    assert (deliver(barnsley, way_out), way_out.sent) == (0, [])
    assert {m.state for m in messages(barnsley)} == {"held"}


def test_what_waits_when_a_partnership_goes_back_to_training_is_kept_inside(waiting: World, way_out: Remembered) -> None:
    waiting.partnership.live_since = None
    waiting.partnership.save()
    assert (deliver(waiting, way_out), way_out.sent) == (0, [])
    assert {(m.state, m.next_attempt_at) for m in messages(waiting)} == {("held", None)}
    assert services.partnerships_with_messages_to_send(TUESDAY + days(9)) == []


def test_going_live_does_not_send_what_was_kept_inside(barnsley: World, way_out: Remembered) -> None:
    barnsley.raised()
    announce(barnsley, at=TUESDAY)
    assert (deliver(go_live(barnsley), way_out), way_out.sent) == (0, [])


def test_the_documents_own_inbox_is_written_to_only_once_the_partnership_is_live(barnsley: World, way_out: Remembered) -> None:
    with barnsley.scope():
        inbox = Contact.objects.get(role="partnership_inbox").email
    barnsley.raised()
    announce(barnsley, at=TUESDAY)
    deliver(barnsley, way_out)
    assert way_out.sent == []
    go_live(barnsley).raised()
    announce(barnsley, at=TUESDAY)
    deliver(barnsley, way_out)
    assert inbox in {message.to for message in way_out.sent}
