"""Days off that change later: running clocks are counted again and say so; what a person set or what has passed stays."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.core.management import call_command

from escalation import services
from escalation.models import Deadline, Disagreement
from partnerships.models import BankHoliday
from partnerships.services import add_closure
from tests.world import TUESDAY, World, days

from .acts import LATER, after, closed, last, raised

pytestmark = pytest.mark.django_db


def close_on(world: World, day: str) -> int:
    with world.scope():
        add_closure(day=date.fromisoformat(day), name="Office move")
        return services.recount_clocks(at=LATER)


def clock(world: World, disagreement: Disagreement, limit: str) -> Deadline:
    with world.scope():
        return Deadline.objects.get(disagreement=disagreement, time_limit=limit, stopped_at=None)


def test_a_closure_inside_the_count_moves_the_last_day(barnsley: World) -> None:
    found = raised(barnsley)
    assert close_on(barnsley, "2026-09-18") == 2
    assert barnsley.running(found) == {"stage_1_resolution": after("2026-09-23"), "progress_update": after("2026-09-23")}
    assert barnsley.chronology(found) == ["raised", "timescales_recounted", "timescales_recounted"]
    entry, moved = last(barnsley, found), clock(barnsley, found, "progress_update")
    assert (entry.actor, entry.at, entry.data["deadline"], entry.data["events"]) == (
        None, LATER, moved.pk, ["timescale_recounted"],
    )  # fmt: skip
    assert moved.near_at.isoformat() == "2026-09-22T07:00:00+00:00"
    assert barnsley.fresh(found).version == found.version


def test_a_closure_after_the_last_day_moves_nothing(barnsley: World) -> None:
    found = raised(barnsley)
    assert close_on(barnsley, "2026-09-24") == 0
    assert barnsley.chronology(found) == ["raised"]


def test_hours_and_dates_given_for_the_child_do_not_move(oldham: World, havering: World) -> None:
    in_hours, given = raised(oldham, urgency="increasing_risk"), raised(havering, needed_by=date(2026, 9, 17))
    assert (close_on(oldham, "2026-09-16"), close_on(havering, "2026-09-16")) == (0, 0)
    assert oldham.running(in_hours) == {"contact_increasing_risk": TUESDAY + days(1)}
    assert havering.running(given) == {"stage_1_discussion": after("2026-09-17")}


def test_what_a_person_set_what_stands_still_and_what_is_over_stays(barnsley: World) -> None:
    varied, standing, passed, over = (raised(barnsley) for _ in range(4))
    barnsley.do(
        "vary_timescale", varied, by=barnsley.office, at=LATER, deadline=clock(barnsley, varied, "stage_1_resolution").pk,
        last_day=date(2026, 9, 21), reason="x", safe=True,
    )  # fmt: skip
    for limit in ("stage_1_resolution", "progress_update"):
        standing = barnsley.do(
            "pause_clock", standing, by=barnsley.office, at=LATER, deadline=clock(barnsley, standing, limit).pk, reason="x"
        )
    with barnsley.scope():
        Deadline.objects.filter(disagreement=passed).update(passed_noted_at=LATER)
    over = closed(barnsley)
    before = {d.pk: barnsley.running(d) for d in (standing, passed, over)}
    close_on(barnsley, "2026-09-18")
    assert barnsley.running(varied) == {"stage_1_resolution": after("2026-09-21"), "progress_update": after("2026-09-23")}
    assert {d.pk: barnsley.running(d) for d in (standing, passed, over)} == before


def test_each_partnership_has_its_own_closures(barnsley: World, havering: World) -> None:
    ours, theirs = raised(barnsley), raised(havering)
    assert close_on(havering, "2026-09-18") == 1
    assert barnsley.running(ours)["stage_1_resolution"] == after("2026-09-22")
    assert havering.running(theirs) == {"stage_1_discussion": after("2026-09-23")}
    with barnsley.scope():
        assert services.recount_clocks() == 0


def test_a_bank_holiday_announced_late_moves_the_running_dates_of_every_partnership(barnsley: World, havering: World) -> None:
    """Raised while the day still counted; the day before, it is stored as a bank holiday."""
    BankHoliday.objects.filter(day=date(2026, 12, 28)).delete()
    before = TUESDAY.replace(month=12, day=22)
    found = [raised(world, at=before) for world in (barnsley, havering)]
    due = {"barnsley": "stage_1_resolution", "havering": "stage_1_discussion"}
    was = [world.running(each)[due[world.slug]] for world, each in zip((barnsley, havering), found, strict=True)]
    with time_machine.travel(before + days(1), tick=False):
        call_command("load_holidays")
        call_command("load_holidays")
    now = [world.running(each)[due[world.slug]] for world, each in zip((barnsley, havering), found, strict=True)]
    assert (was, now) == ([after("2026-12-30")] * 2, [after("2026-12-31")] * 2)
    assert barnsley.chronology(found[0]) == ["raised", "timescales_recounted", "timescales_recounted"]
    assert havering.chronology(found[1]) == ["raised", "timescales_recounted"]
