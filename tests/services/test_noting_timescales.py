"""The clockwork notes what is near and what has passed, each once; and says on the page when a notice did not arrive."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection

from escalation import services
from escalation.models import ChronologyEntry, Deadline, Disagreement
from escalation.services import sweeping, timescales
from escalation.services.across import partnerships_with_markers_to_write
from insight.counting import partnerships_to_count
from notifications.services import partnerships_with_entries_to_announce, partnerships_with_messages_to_send
from notifications.webhooks.sending import partnerships_with_webhooks_to_send
from partnerships.models import Partnership
from tests.world import TUESDAY, World, days

from .acts import LATER, after, agreed, closed, last, raised

pytestmark = pytest.mark.django_db


def noted(world: World, disagreement: Disagreement) -> list[tuple[str, str, datetime]]:
    """(kind, time limit, moment) of every entry of the clockwork."""
    with world.scope():
        entries = ChronologyEntry.objects.filter(disagreement=disagreement, actor=None).order_by("seq")
        return [(entry.kind, entry.data["time_limit"], entry.at) for entry in entries]


def test_near_in_the_morning_of_the_day_before_and_passed_when_the_last_day_is_over(barnsley: World) -> None:
    found = raised(barnsley)
    near, over = datetime.fromisoformat("2026-09-21T08:00+01:00"), after("2026-09-22")
    second = timedelta(seconds=1)
    counts = [barnsley.sweep(at=at) for at in (near - second, near, near, over - second, over, over)]
    assert counts == [0, 2, 0, 0, 2, 0]
    assert noted(barnsley, found) == [
        ("timescale_near", "stage_1_resolution", near),
        ("timescale_near", "progress_update", near),
        ("timescale_passed", "stage_1_resolution", over),
        ("timescale_passed", "progress_update", over),
    ]
    assert barnsley.fresh(found).version == found.version


def test_a_passed_timescale_moves_nothing_and_repeats_where_the_protocol_says_so(barnsley: World) -> None:
    """Every five working days: the next period's last day is the fifth working day after the last one's."""
    found = raised(barnsley)
    barnsley.sweep(at=after("2026-09-22"))
    now = barnsley.fresh(found)
    assert (now.state, now.position) == ("open", found.position)
    with barnsley.scope():
        clocks = Deadline.objects.filter(disagreement=found, time_limit="progress_update", stopped_at=None).order_by("pk")
        assert [(c.due_at, c.passed_noted_at) for c in clocks] == [
            (after("2026-09-22"), after("2026-09-22")), (after("2026-09-29"), None),
        ]  # fmt: skip
    entry = last(barnsley, found)
    assert entry.data["started"] == {"progress_update": "2026-09-29T23:00:00+00:00"}
    assert entry.data["events"] == ["timescale_passed"]


def test_after_an_outage_the_outcome_is_the_same_and_nobody_is_chased_for_each_period(barnsley: World) -> None:
    found = raised(barnsley)
    assert barnsley.sweep(at=after("2026-10-08")) == 2
    assert [kind for kind, _, _ in noted(barnsley, found)] == ["timescale_passed", "timescale_passed"]
    assert barnsley.running(found)["progress_update"] == after("2026-10-13")


def test_hours_pass_at_their_minute(oldham: World) -> None:
    found = raised(oldham, urgency="increasing_risk")
    assert [oldham.sweep(at=TUESDAY + timedelta(hours=hours)) for hours in (19, 20, 23, 24)] == [0, 1, 0, 1]
    assert [kind for kind, _, _ in noted(oldham, found)] == ["timescale_near", "timescale_passed"]


def test_whoever_acted_is_not_reminded(barnsley: World) -> None:
    agreed(barnsley, raised(barnsley))
    ended = closed(barnsley)
    with barnsley.scope():
        assert not ended.deadlines.filter(stopped_at=None).exists()
    assert barnsley.sweep(at=TUESDAY + days(6)) == 2  # the agreed one's letter and summary come near
    assert noted(barnsley, ended) == []


def test_only_partnerships_with_something_to_note_are_asked(barnsley: World, havering: World, wiltshire: World) -> None:
    for world in (barnsley, havering, wiltshire):
        raised(world)
    due = services.partnerships_with_timescales_due
    assert due(TUESDAY) == []
    assert sorted(due(after("2026-09-22"))) == sorted([barnsley.partnership.pk, havering.partnership.pk])
    for world in (barnsley, havering):
        world.sweep(at=after("2026-09-22"))
    assert due(after("2026-09-22")) == []


def test_more_than_a_batch(havering: World) -> None:
    for _ in range(3):
        raised(havering)
    with patch.object(timescales, "BATCH", 2):
        assert havering.sweep(at=after("2026-09-22")) == 3


def test_one_that_fails_is_set_aside_and_the_others_go_on(havering: World, caplog: pytest.LogCaptureFixture) -> None:
    """A clock of which the protocol knows nothing: nobody can say what follows from it."""
    broken, sound = raised(havering), raised(havering)
    with havering.scope():
        clock = Deadline.objects.get(disagreement=broken)
        Deadline.objects.filter(pk=clock.pk).update(time_limit="words_that_must_not_be_logged")
    with caplog.at_level(logging.ERROR):
        assert havering.sweep(at=after("2026-09-22")) == 1
    assert [record.getMessage() for record in caplog.records] == [
        f"timescales of disagreement {broken.pk} could not be noted: StopIteration"
    ]
    assert (len(noted(havering, sound)), noted(havering, broken)) == (1, [])
    with havering.scope():
        Deadline.objects.filter(pk=clock.pk).update(time_limit=clock.time_limit)
    assert havering.sweep(at=after("2026-09-22")) == 1
    assert len(noted(havering, broken)) == 1


def test_what_the_database_refuses_together_is_noted_one_by_one(havering: World, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever it refuses of one falls with all that was noted beside it, and is then done with care."""
    found = [raised(havering), raised(havering)]

    def refused(*_: object, **__: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    with patch.object(sweeping, "record_all", refused), caplog.at_level(logging.ERROR):
        assert havering.sweep(at=after("2026-09-22")) == 2
    assert [record.getMessage() for record in caplog.records] == [
        "timescales could not be noted together, and are one by one: DataError"
    ]
    assert [len(noted(havering, one)) for one in found] == [1, 1]


def test_how_many_have_passed_does_not_change_how_often_the_database_is_asked(
    barnsley: World, django_assert_num_queries: Any
) -> None:
    """Two pass, one of which begins again: a question for each table, and one statement for each that is written."""
    for number in (1, 5):
        for _ in range(number):
            raised(barnsley)
        with django_assert_num_queries(36):
            assert barnsley.sweep(at=after("2026-09-22")) == 2 * number


def test_a_tick_that_finds_nothing_asks_once_of_each_kind_of_work(barnsley: World, django_assert_num_queries: Any) -> None:
    raised(barnsley)
    with django_assert_num_queries(6):
        assert services.partnerships_with_timescales_due(TUESDAY) == []
        assert partnerships_with_messages_to_send(TUESDAY) == []
        assert partnerships_with_webhooks_to_send(TUESDAY) == []
        assert partnerships_with_markers_to_write() == []
        assert partnerships_with_entries_to_announce(TUESDAY) == [barnsley.partnership.pk]
        assert partnerships_to_count() == [barnsley.partnership.pk]


def test_a_notice_that_did_not_arrive_is_said_on_the_page(barnsley: World) -> None:
    found = barnsley.do("withdraw", raised(barnsley), by=barnsley.midwife, at=LATER, reason="A mistake.")
    with barnsley.scope():
        (entry,) = services.note_undelivered(disagreement_ids=[found.pk], message_id=7, at=LATER)
    assert (entry.kind, entry.actor, entry.data) == ("notice_undelivered", None, {"message": 7, "events": ["notice_undelivered"]})
    assert barnsley.fresh(found).version == found.version


def test_without_a_time_it_is_now(barnsley: World) -> None:
    """A disagreement of long ago, swept today."""
    found = raised(barnsley, at=TUESDAY.replace(year=2025))
    assert services.note_timescales(Partnership.objects.get().pk) == 2
    assert len(noted(barnsley, found)) == 2
