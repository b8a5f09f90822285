"""Closures and bank holidays that come and go while clocks run, stand still or were varied: whatever the order, every date
is the oracle's, each change of one is an entry, and no time is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from escalation import services
from escalation.models import Deadline, Disagreement
from escalation.moves import Refused
from partnerships import selectors
from partnerships.models import BankHoliday, ClosureDay, Nation
from partnerships.services import add_closure, remove_closure
from tests.capabilities.test_clocks_and_silence import area, limit
from tests.capabilities.written import address
from tests.clocks import oracle
from tests.journeys.visitor import Visitor
from tests.services.acts import after
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db

LIMITS = {"working": (6, "working_days"), "calendar": (9, "calendar_days"), "hours": (130, "clock_hours")}
BY_HAND = ("pause", "pause", "pause", "resume", "resume", "resume", "vary")
DAYS_OFF = ("close", "close", "close", "reopen", "announce", "withdraw")
# Mostly what a day off moves, and mostly days over which it runs.
ACTS = st.sampled_from(BY_HAND) | st.sampled_from(DAYS_OFF)
KEYS = st.sampled_from(["working", "working", "working", "calendar", "hours"])
STEPS = st.tuples(ACTS, KEYS, st.integers(0, 2 * 1440), st.integers(-1, 16))
CLOSURES = "/p/area/administration/closures/"


@dataclass
class Expected:
    """One clock as the oracle has it. `since` is when a person set its date, with that date as its end."""

    start: datetime
    set_to: date | None = None
    stood: list[tuple[datetime, datetime]] = field(default_factory=list)
    paused_at: datetime | None = None
    due_at: datetime | None = None

    def ends(self, key: str, closed: set[date]) -> datetime:
        amount, unit = LIMITS[key]
        if unit == "clock_hours":
            whole = oracle.end_of(self.set_to) if self.set_to else self.start + timedelta(hours=amount)
            return whole + sum((until - since for since, until in self.stood), timedelta())
        day = oracle.london_day(self.start)
        if self.set_to is None:
            return oracle.end_of(oracle.last_day_with_pauses(day, amount=amount, unit=unit, closed=closed, pauses=self.stood))
        assert self.due_at is not None
        return self.due_at

    def goes_on(self, key: str, closed: set[date], at: datetime) -> None:
        assert self.paused_at is not None
        self.stood.append((self.paused_at, at))
        if self.set_to is not None and LIMITS[key][1] != "clock_hours":
            assert self.due_at is not None
            first, last = oracle.london_day(self.paused_at), oracle.london_day(self.due_at - timedelta(seconds=1))
            counted = range(first.toordinal() + 1, last.toordinal() + 1)
            left = sum(key == "calendar" or oracle.works(date.fromordinal(n), closed) for n in counted)
            unit = LIMITS[key][1]
            self.due_at = oracle.end_of(
                oracle.last_day_with_pauses(oracle.london_day(at), amount=left, unit=unit, closed=closed, pauses=())
            )
        self.paused_at = None


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def clocks_of(world: World, found: Disagreement) -> dict[str, Deadline]:
    with world.scope():
        return {each.time_limit: each for each in Deadline.objects.filter(disagreement=found, stopped_at=None)}


def change_days_off(world: World, act: str, day: date, closed: set[date], at: datetime) -> int:
    """As the administration's page and the command do it; returns how many clocks say that they were counted again."""
    bank = BankHoliday.objects.filter(nation=Nation.ENGLAND_AND_WALES, day=day)
    with world.scope():
        own = ClosureDay.objects.filter(day=day).first()
        if act == "close" and own is None:
            add_closure(day=day, name="Office move")
        elif act == "reopen" and own is not None:
            remove_closure(own)
        elif act == "announce" and not bank.exists():
            BankHoliday.objects.create(nation=Nation.ENGLAND_AND_WALES, day=day, name="Announced late")
        elif act == "withdraw":
            bank.delete()
    with world.scope():
        moved = services.recount_clocks(at=at)
        closed.clear()
        closed.update(selectors.calendar().closed)
    return moved


def step(world: World, found: Disagreement, told: dict[str, Expected], act: str, key: str, day: date, **when: Any) -> None:
    at, closed = when["at"], when["closed"]
    clock, expected = clocks_of(world, found)[key], told[key]
    known: dict[str, Any] = {"by": world.office, "at": at, "deadline": clock.pk, "reason": "Because."}
    ended = clock.due_at <= at and expected.paused_at is None
    try:
        if act == "pause":
            world.do("pause_clock", found, **known)
            assert expected.paused_at is None
            assert not ended
            expected.paused_at = at
        elif act == "resume":
            world.do("resume_clock", found, **known)
            expected.goes_on(key, closed, at)
        else:
            world.do("vary_timescale", found, last_day=day, safe=True, **known)
            expected.set_to, expected.stood, expected.due_at = day, [], oracle.end_of(day)
    except Refused:
        refusable = {"pause": expected.paused_at or ended, "resume": expected.paused_at is None}
        assert refusable.get(act, expected.paused_at or oracle.end_of(day) <= at)


# Without shrinking: a step writes to the database, and the steps that were taken say enough.
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip
@given(st.data())
def test_whatever_the_order_no_time_is_lost(a_world: World, data: st.DataObject) -> None:
    with taken_back():
        start = data.draw(st.sampled_from([TUESDAY, TUESDAY.replace(month=12, day=22), TUESDAY.replace(month=10, day=23)]))
        found, at, closed = a_world.raised(at=start), start, set[date]()
        with a_world.scope():
            closed.update(selectors.calendar().closed)
        told, recounted = {key: Expected(start) for key in LIMITS}, 0
        for act, key, minutes, ahead in data.draw(st.lists(STEPS, min_size=5, max_size=10)):
            at += timedelta(minutes=minutes)
            day = oracle.london_day(start) + timedelta(days=ahead)
            stood = {key: clock.due_at for key, clock in clocks_of(a_world, found).items() if clock.paused_at}
            if act in BY_HAND:
                step(a_world, found, told, act, key, day, at=at, closed=closed)
            else:
                recounted += change_days_off(a_world, act, day, closed, at)
            now = clocks_of(a_world, found)
            ran = {key: clock.due_at for key, clock in now.items() if clock.paused_at is None}
            assert ran == {key: told[key].ends(key, closed) for key in ran}
            assert {key: now[key].due_at for key in stood if now[key].paused_at} == {
                key: due_at for key, due_at in stood.items() if now[key].paused_at
            }
        assert a_world.chronology(found).count("timescales_recounted") == recounted


@pytest.fixture
def a_world(db: None) -> World:
    """Three clocks that run side by side, one in each unit that a clock can be in for days."""
    limits = (limit(key, amount=amount, unit=unit, stops_on=["closed"]) for key, (amount, unit) in LIMITS.items())
    return area(*limits)


def test_a_closure_added_on_the_page_while_a_clock_stands_still_takes_nothing_of_what_was_left(db: None) -> None:
    """Five working days from a Tuesday; it stands still on the Wednesday with four left. The office then closes on the
    Friday and the Monday. When it goes on, four working days are left, and four when both are working days again."""
    world = area(limit("answer", amount=5, label="within 5 working days"))
    found = world.raised()
    world.do(
        "pause_clock", found, by=world.office, at=TUESDAY + days(1), deadline=clocks_of(world, found)["answer"].pk, reason="x"
    )
    with time_machine.travel(TUESDAY + days(1), tick=False):
        page = Visitor(world.office)
        for day in (date(2026, 9, 18), date(2026, 9, 21)):
            page.opens(CLOSURES).fills("Which day is it closed?", day).fills("Why?", "Moving").presses("Add the closure")
            page.sees("No running timescale is affected.")
    assert world.running(found) == {"answer": after("2026-09-22")}
    with time_machine.travel(TUESDAY + days(2), tick=False):
        clock = clocks_of(world, found)["answer"]
        world.do("resume_clock", found, by=world.office, deadline=clock.pk, reason="x")
        assert world.running(found) == {"answer": after("2026-09-25")}
        assert Visitor(world.midwife).opens(address(found)).sees("By the end of Friday 25 September, 4 working days left")
        page = Visitor(world.office)
        for day in ("Friday 18", "Monday 21"):
            page.opens(CLOSURES).follows(f"Remove {day} September 2026").presses("Remove the closure")
            page.sees("1 running timescale was counted again; each says so in its chronology.")
    assert world.running(found) == {"answer": after("2026-09-23")}
    assert world.chronology(found) == ["raised", "clock_paused", "clock_resumed", *["timescales_recounted"] * 2]


def test_a_bank_holiday_that_the_government_moves_counts_on_its_new_day_alone(barnsley: World) -> None:
    """Early May of 2020 went from the Monday to the Friday eleven months ahead. What was stored before is put right by
    the command, clocks are counted again, and whoever reads the list of days off sees the new day."""
    before = datetime(2026, 12, 22, 10, tzinfo=TUESDAY.tzinfo)
    stored = BankHoliday.objects.filter(nation=Nation.ENGLAND_AND_WALES, day=date(2026, 12, 28))
    stored.update(day=date(2026, 12, 29))
    with time_machine.travel(before, tick=False):
        found = barnsley.raised(at=before)
        assert barnsley.running(found)["stage_1_resolution"] == after("2026-12-31")
        late = barnsley.raised(at=before + days(6))
        call_command("load_holidays")
    assert barnsley.running(found)["stage_1_resolution"] == after("2026-12-31")
    assert barnsley.running(late)["stage_1_resolution"] == after("2027-01-05")
    assert not BankHoliday.objects.filter(day=date(2026, 12, 29)).exists()


def test_a_clock_whose_time_is_up_is_neither_paused_by_hand_nor_by_what_runs_instead(barnsley: World) -> None:
    """The sweep may be late. Nobody hides with a pause that a timescale has passed."""
    found = barnsley.raised()
    clock = clocks_of(barnsley, found)["stage_1_resolution"]
    with pytest.raises(Refused) as refused:
        barnsley.do("pause_clock", found, by=barnsley.office, at=clock.due_at, deadline=clock.pk, reason="x")
    assert str(refused.value) == "This clock is not running."
    barnsley.sweep(at=clock.due_at)
    assert barnsley.chronology(found)[-2:] == ["timescale_passed", "timescale_passed"]


def test_a_date_asked_for_that_had_gone_by_when_it_began_does_not_count_when_it_is_counted_again(db: None) -> None:
    """Counted from the decision, three days before; the date asked for lies between that and the raising."""
    asked = [{"what": each, "must": False, "clause": "D 2"} for each in ("needed_by", "decided_on")]
    world = area(limit("dissent", amount=6, counts_from="decided_on", whichever_is_shorter=True), requirements=asked)
    found = world.raised(needed_by=date(2026, 9, 14), decided_on=date(2026, 9, 11))
    assert world.running(found) == {"dissent": after("2026-09-21")}
    with world.scope():
        add_closure(day=date(2026, 9, 17), name="Office move")
        assert services.recount_clocks(at=TUESDAY) == 1
    assert world.running(found) == {"dissent": after("2026-09-22")}
