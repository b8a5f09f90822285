"""One clock under one time limit, whatever is done to it: varied, passed, repeated, counted again, stopped in the sweep."""

from __future__ import annotations

from datetime import date

import pytest

from escalation import services
from escalation.models import Deadline, Disagreement
from escalation.moves import Refused
from partnerships.protocol import Protocol, TimeLimit
from partnerships.protocol_terms import Event, Side
from partnerships.services import add_closure, remove_closure
from tests.world import TUESDAY, World, days, shipped_protocol

pytestmark = pytest.mark.django_db


def clocks_of(world: World, disagreement: Disagreement, limit: str) -> list[Deadline]:
    with world.scope():
        return list(Deadline.objects.filter(disagreement=disagreement, time_limit=limit, stopped_at=None).order_by("pk"))


def with_limits(slug: str, *limits: TimeLimit) -> Protocol:
    """A shipped protocol with other time limits. The notice rules about its own go with them."""
    return shipped_protocol(slug).model_copy(update={"time_limits": limits, "notice_rules": ()})


def limit(key: str, *, amount: int, stops_on: tuple[Event, ...] = (), starts_on: Event = Event.RAISED) -> TimeLimit:
    return TimeLimit(
        key=key, label=f"{amount} working days", purpose="Do it", starts_on=(starts_on,), stops_on=stops_on,
        amount=amount, held_by=Side.BOTH, assumption="Made up for a test.",
    )  # fmt: skip


def test_a_passed_period_is_not_varied_while_the_next_one_runs(barnsley: World) -> None:
    raised = barnsley.raised()
    barnsley.sweep(at=TUESDAY + days(9))
    passed, running = clocks_of(barnsley, raised, "progress_update")
    assert (passed.passed_noted_at is None, running.passed_noted_at is None) == (False, True)
    with pytest.raises(Refused, match="has passed, and the next one runs already"):
        barnsley.do(
            "vary_timescale", raised, by=barnsley.hospital_lead, at=TUESDAY + days(9),
            deadline=passed.pk, last_day=date(2026, 10, 1), reason="Leave", safe=True,
        )  # fmt: skip
    assert [clock.pk for clock in clocks_of(barnsley, raised, "progress_update")] == [passed.pk, running.pk]


def test_a_passed_date_without_a_next_period_may_be_varied(barnsley: World) -> None:
    raised = barnsley.raised()
    barnsley.sweep(at=TUESDAY + days(9))
    (passed,) = clocks_of(barnsley, raised, "stage_1_resolution")
    barnsley.do(
        "vary_timescale", raised, by=barnsley.team_manager, at=TUESDAY + days(9),
        deadline=passed.pk, last_day=date(2026, 10, 1), reason="The report comes on Thursday", safe=True,
    )  # fmt: skip
    (varied,) = clocks_of(barnsley, raised, "stage_1_resolution")
    assert (varied.varied, varied.passed_noted_at) == (True, None)


def test_a_clock_that_another_ones_passing_stops_is_not_noted(db: None) -> None:
    """Both are past when the sweep comes; the first one's entry stops the second."""
    first = limit("first", amount=3)
    second = limit("second", amount=5, stops_on=(Event.TIMESCALE_PASSED,))
    world = World("stopping", with_limits("barnsley", first, second))
    raised = world.raised()
    assert world.sweep(at=TUESDAY + days(20)) == 1
    assert world.chronology(raised) == ["raised", "timescale_passed"]
    assert clocks_of(world, raised, "second") == []


def test_what_starts_on_a_passed_timescale_counts_from_when_its_time_was_up(db: None) -> None:
    """Whatever outage came between: the outcome is the same."""
    world = World(
        "following",
        with_limits("barnsley", limit("first", amount=3), limit("then", amount=5, starts_on=Event.TIMESCALE_PASSED)),
    )
    late, prompt = world.raised(), world.raised()
    with world.scope():
        late_clock = Deadline.objects.filter(disagreement=late)
        late_clock.update(paused_at=TUESDAY)  # kept out of the first sweep
    world.sweep(at=TUESDAY + days(6))
    with world.scope():
        late_clock.update(paused_at=None)
    world.sweep(at=TUESDAY + days(8))
    assert world.running(late)["then"] == world.running(prompt)["then"]


def test_a_closure_moves_a_date_and_its_going_moves_it_back(havering: World) -> None:
    """ "Whichever is shorter": the date asked for counts only as long as it comes first."""
    raised = havering.raised(needed_by=date(2026, 9, 23))  # one day after the protocol's own date
    (own,) = clocks_of(havering, raised, "stage_1_discussion")
    with havering.scope():
        closure, second = (add_closure(day=date(2026, 9, day), name="Training day") for day in (17, 18))
        assert services.recount_clocks(at=TUESDAY) == 1
        (moved,) = clocks_of(havering, raised, "stage_1_discussion")
        assert (moved.due_at, moved.shortened) == (own.due_at + days(1), True)
        remove_closure(closure)
        remove_closure(second)
        assert services.recount_clocks(at=TUESDAY) == 1
    (back,) = clocks_of(havering, raised, "stage_1_discussion")
    assert (back.due_at, back.shortened) == (own.due_at, False)
