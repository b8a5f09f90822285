"""From entries to messages: once, whoever runs it and however often, and never past a disagreement's end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from escalation.models import ChronologyEntry, Deadline, Disagreement
from notifications import announcing, gathering, letters, services
from notifications.models import AnnounceCursor, Message, Notice, SetAside
from partnerships.models import ProtocolVersion

from ..world import TUESDAY, World, days
from .story import announce, go_live, messages, to, told

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def at_once(doing: Callable[[], Any], *, workers: int) -> None:
    """Run it in that many threads that all start together; the first exception is raised here."""
    gate, problems = threading.Barrier(workers), list[BaseException]()

    def work() -> None:
        try:
            gate.wait()
            doing()
        except BaseException as problem:  # noqa: BLE001
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


def clones(world: World, number: int) -> list[Disagreement]:
    return [world.raised(at=TUESDAY + n * MINUTE) for n in range(number)]


@pytest.mark.django_db(transaction=True)
def test_eight_workers_announce_each_entry_once() -> None:
    world = World("barnsley")
    disagreements = clones(world, 12)
    at_once(lambda: services.announce(world.partnership.pk, at=TUESDAY + days(1)), workers=8)
    announce(world, at=TUESDAY + days(1))
    with world.scope():
        pairs = list(Notice.objects.values_list("entry_id", "email"))
        assert len(pairs) == len(set(pairs)) == 12 * 4
        assert Message.objects.count() == 12 * 4
        assert AnnounceCursor.objects.get().seq == 12
        assert {d.notices.exclude(message=None).count() for d in disagreements} == {4}


@pytest.mark.django_db(transaction=True)
def test_workers_may_announce_while_people_go_on_raising() -> None:
    world = World("havering")
    world.raised()

    turns: Iterator[Callable[[], Any]] = iter([lambda: clones(world, 6), *[lambda: [announce(world) for _ in range(5)]] * 4])

    def take_turn() -> None:
        next(turns)()

    at_once(take_turn, workers=5)
    announce(world)
    with world.scope():
        assert ChronologyEntry.objects.filter(kind="raised").count() == 7
        assert Notice.objects.exclude(message=None).count() == 7 * 3


def test_announcing_again_makes_nothing_new(barnsley: World) -> None:
    barnsley.raised()
    first = announce(barnsley, at=TUESDAY)
    assert (first, announce(barnsley, at=TUESDAY), announce(barnsley, at=TUESDAY + days(1))) == (4, 0, 0)


def test_an_entry_announced_twice_by_a_cursor_put_back_is_told_once(barnsley: World) -> None:
    """The unique notice is what counts, not the cursor: restored from an older copy, nobody is written to again."""
    barnsley.raised()
    announce(barnsley, at=TUESDAY)
    with barnsley.scope():
        AnnounceCursor.objects.update(seq=0)
    assert announce(barnsley, at=TUESDAY) == 0
    assert len(messages(barnsley)) == 4


def test_more_entries_than_one_batch_holds_are_all_announced(barnsley: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcing, "BATCH", 2)
    clones(barnsley, 5)
    assert announce(barnsley, at=TUESDAY) == 20


def test_how_many_entries_there_are_does_not_change_how_often_the_database_is_asked(
    barnsley: World, django_assert_num_queries: Any
) -> None:
    clones(barnsley, 1)
    announce(barnsley, at=TUESDAY)
    for number in (1, 3):
        clones(barnsley, number)
        with django_assert_num_queries(38):
            announce(barnsley, at=TUESDAY)


def test_a_transaction_that_fails_leaves_neither_notice_nor_message_and_is_made_good(
    barnsley: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    barnsley.raised()
    with monkeypatch.context() as patched:
        patched.setattr(letters, "text_of", lambda letter: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            announce(barnsley, at=TUESDAY)
    assert messages(barnsley) == []
    assert announce(barnsley, at=TUESDAY) == 4


def test_one_entry_that_cannot_be_told_does_not_keep_the_others_from_being_told(
    barnsley: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    poisoned, sound = clones(barnsley, 2)
    whole = gathering.circumstances

    def broken(entry: ChronologyEntry) -> Any:
        if entry.disagreement_id == poisoned.pk:
            raise ValueError("the concern about the child")
        return whole(entry)

    monkeypatch.setattr(gathering, "circumstances", broken)
    assert announce(barnsley, at=TUESDAY) == 4
    assert len(told(barnsley, sound, kind="raised")) == 4
    assert "the concern about the child" not in caplog.text
    with barnsley.scope():
        aside = SetAside.objects.get()
        assert (aside.entry.disagreement_id, aside.problem, aside.attempts) == (poisoned.pk, "ValueError", 1)

    # Tried again after a minute and then ever more rarely, until it is put right; then it is told.
    waits = []
    for _ in range(5):
        moment = aside.retry_at
        assert services.partnerships_with_entries_to_announce(moment - MINUTE / 2) == []
        assert services.partnerships_with_entries_to_announce(moment) == [barnsley.partnership.pk]
        assert announce(barnsley, at=moment) == 0
        with barnsley.scope():
            aside = SetAside.objects.get()
            waits.append((aside.retry_at - moment) / MINUTE)
    assert waits == [5, 15, 60, 60, 60]
    monkeypatch.undo()
    assert announce(barnsley, at=aside.retry_at) == 4
    assert len(told(barnsley, poisoned, kind="raised")) == 4
    with barnsley.scope():
        assert not SetAside.objects.exists()


def test_in_training_mode_every_message_is_kept_inside(barnsley: World) -> None:
    barnsley.raised()
    announce(barnsley, at=TUESDAY)
    assert {(m.state, m.next_attempt_at) for m in messages(barnsley)} == {("held", None)}
    assert services.partnerships_with_messages_to_send(TUESDAY + days(1)) == []


def test_live_every_message_waits_to_be_sent_at_once(barnsley: World) -> None:
    go_live(barnsley).raised()
    announce(barnsley, at=TUESDAY)
    assert {(m.state, m.next_attempt_at) for m in messages(barnsley)} == {("waiting", TUESDAY)}
    assert services.partnerships_with_messages_to_send(TUESDAY) == [barnsley.partnership.pk]
    assert services.partnerships_with_messages_to_send(TUESDAY - MINUTE) == []


def test_only_partnerships_with_something_new_are_asked_about(barnsley: World, havering: World) -> None:
    assert services.partnerships_with_entries_to_announce(TUESDAY) == []
    havering.raised()
    assert services.partnerships_with_entries_to_announce(TUESDAY) == [havering.partnership.pk]
    announce(havering, at=TUESDAY)
    assert services.partnerships_with_entries_to_announce(TUESDAY) == []


def test_closing_stops_reminders(barnsley: World) -> None:
    """A timescale noted before the end and announced after it is in the chronology and in nobody's post."""
    raised = barnsley.raised()
    late = TUESDAY + days(8)
    barnsley.sweep(at=late)
    barnsley.do("withdraw", raised, by=barnsley.midwife, at=late, reason="The worker came to the meeting.")
    announce(barnsley, at=late)
    with barnsley.scope():
        kinds = sorted(set(raised.notices.values_list("entry__kind", flat=True)))
    assert kinds == ["raised", "withdrawn"]
    assert barnsley.chronology(raised).count("timescale_passed") == 2


def test_somebody_acting_stops_the_reminder_of_what_they_did(barnsley: World) -> None:
    raised = barnsley.raised()
    late = TUESDAY + days(8)
    barnsley.sweep(at=late)
    barnsley.do("record_progress", raised, by=barnsley.hospital_lead, at=late, words="We met.")
    announce(barnsley, at=late)
    with barnsley.scope():
        passed = raised.notices.filter(entry__kind="timescale_passed")
        assert {rule for notice in passed for rule in notice.rules} == {"passed_stage_1"}


def test_after_an_outage_nobody_is_reminded_of_a_date_that_has_gone_by(barnsley: World) -> None:
    raised = barnsley.raised()
    barnsley.sweep(at=TUESDAY + days(6))
    assert barnsley.chronology(raised).count("timescale_near") == 2
    barnsley.sweep(at=TUESDAY + days(8))
    announce(barnsley, at=TUESDAY + days(8))
    assert told(barnsley, raised, kind="timescale_near") == {}
    assert sorted(told(barnsley, raised, kind="timescale_passed")) == [
        "barnsleysafeguardingchildrenspartnership",
        "hospital.lead",
        "team.manager",
    ]


def test_a_reminder_before_the_date_goes_to_its_holder(barnsley: World) -> None:
    raised = barnsley.raised()
    barnsley.sweep(at=TUESDAY + days(6))
    announce(barnsley, at=TUESDAY + days(6))
    assert told(barnsley, raised, kind="timescale_near") == {"hospital.lead": ["near_progress"]}
    with barnsley.scope():
        near = raised.notices.filter(entry__kind="timescale_near", rules=["near_stage_1"])
        assert sorted(near.values_list("email", flat=True)) == ["hospital.lead@barnsley.example", "team.manager@barnsley.example"]


def test_a_resolved_disagreement_is_not_chased_and_its_later_clocks_are(barnsley: World) -> None:
    """What ran before the end is over; a clock that the end itself started is not."""
    raised = barnsley.raised()
    with barnsley.scope():
        clock = raised.deadlines.get(time_limit="stage_1_resolution")
        entry = ChronologyEntry(
            kind="timescale_passed", disagreement=raised, data={"deadline": clock.pk, "events": ["timescale_passed"]}
        )
        raised.ended_at = clock.starts_at + MINUTE
        for starts_at, unwanted in ((clock.starts_at, True), (raised.ended_at, False)):
            Deadline.objects.filter(pk=clock.pk).update(starts_at=starts_at)
            assert gathering.no_longer_wanted(entry, gathering.desk_for([entry], at=TUESDAY)) is unwanted


def test_what_happened_about_one_disagreement_is_one_message_to_each_person(barnsley: World) -> None:
    raised = barnsley.raised()
    barnsley.do("acknowledge", raised, by=barnsley.team_manager, at=TUESDAY)
    barnsley.do("record_progress", raised, by=barnsley.team_manager, at=TUESDAY, words="We met.")
    announce(barnsley, at=TUESDAY)
    (message,) = to(messages(barnsley), "midwife")
    with barnsley.scope():
        assert sorted(message.notices.values_list("template", flat=True)) == [
            "acknowledged",
            "acknowledgement",
            "progress_recorded",
        ]
    assert (message.text.count("BAR-0001 – Stage 1"), message.text.count("Open it:\n")) == (3, 1)


def test_reminders_about_several_disagreements_are_one_message_to_each_person(barnsley: World) -> None:
    references = [d.reference for d in clones(barnsley, 3)]
    announce(barnsley, at=TUESDAY)
    before = len(messages(barnsley))
    barnsley.sweep(at=TUESDAY + days(8))
    announce(barnsley, at=TUESDAY + days(8))
    new = messages(barnsley)[before:]
    assert sorted(m.to_email.partition("@")[0] for m in new) == [
        "barnsleysafeguardingchildrenspartnership",
        "hospital.lead",
        "team.manager",
    ]
    for message in new:
        assert message.subject == f"{references[0]} and 2 more: dates to look at"
        assert all(f"{reference} – " in message.text for reference in references)


def test_a_reminder_and_other_news_of_the_same_disagreement_are_one_message(barnsley: World) -> None:
    raised = barnsley.raised()
    barnsley.sweep(at=TUESDAY + days(8))
    announce(barnsley, at=TUESDAY + days(8))
    (message,) = to(messages(barnsley), "team.manager")
    with barnsley.scope():
        assert message.notices.count() == raised.notices.filter(email=message.to_email).count() == 3


def test_a_disagreement_keeps_the_rules_it_was_raised_under(barnsley: World) -> None:
    raised = barnsley.raised()
    with barnsley.scope():
        later = ProtocolVersion.objects.get().protocol.model_copy(update={"notice_rules": ()})
        from partnerships import services as partnership_services  # noqa: PLC0415

        version = partnership_services.draft_protocol(later)
        partnership_services.publish_protocol(version, effective_from=TUESDAY.date())
    barnsley.do("record_progress", raised, by=barnsley.midwife, at=TUESDAY, words="We met.")
    announce(barnsley, at=TUESDAY)
    assert "hospital.lead" in told(barnsley, raised, kind="progress_recorded")
