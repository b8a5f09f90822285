"""The chronology alone tells where a disagreement stands and until when its clocks run, whatever has changed around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest

from escalation.models import ChronologyEntry, Disagreement
from escalation.replay import Clock, Standing, replay
from escalation.states import State
from escalation.verification import contradictions
from partnerships import selectors as partnership_selectors
from partnerships.ladder import Position
from partnerships.services import add_closure
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Told:
    """A chronology entry as a replay reads it."""

    seq: int
    kind: str
    at: datetime
    data: dict[str, Any]
    state: str
    stage: str
    tier: int


def record(world: World, disagreement: Disagreement) -> list[Told]:
    with world.scope():
        entries = ChronologyEntry.objects.filter(disagreement=disagreement).order_by("seq")
        return [Told(e.seq, e.kind, e.at, e.data, e.state, e.stage, e.tier) for e in entries]


def told(world: World, entries: list[Told]) -> Standing:
    with world.scope():
        return replay(entries, protocol=world.protocol, calendar=partnership_selectors.calendar())


@pytest.fixture
def story(barnsley: World) -> Disagreement:
    """Raised, its update repeated after an outage, moved up, agreed, and not agreed after all."""
    raised = barnsley.raised()
    barnsley.sweep(at=TUESDAY + days(20))
    office = barnsley.office
    barnsley.do("escalate", raised, by=office, at=TUESDAY + days(21), to=Position(stage="stage_2"), reason="Not agreed")
    barnsley.do("record_agreement", raised, by=office, at=TUESDAY + days(22), text="A visit")
    return barnsley.do("dispute_outcome", raised, by=office, at=TUESDAY + days(23), reason="Not what we said")


def test_it_tells_state_rung_and_clocks(barnsley: World, story: Disagreement) -> None:
    standing = told(barnsley, record(barnsley, story))
    assert (standing.state, standing.position, standing.at_odds) == (State.OPEN, Position(stage="stage_2"), ())
    assert standing.version == story.version
    assert standing.running == barnsley.running(story)


def test_nothing_is_told_of_nothing(barnsley: World) -> None:
    assert told(barnsley, []) == Standing()


def test_dates_counted_anew_are_the_recorded_ones_while_no_day_off_has_changed(barnsley: World, story: Disagreement) -> None:
    entries = record(barnsley, story)
    bare = [replace(e, data={key: value for key, value in e.data.items() if key != "started"}) for e in entries]
    assert bare != entries
    assert told(barnsley, bare) == told(barnsley, entries)


def test_a_closure_entered_since_changes_no_date_of_the_record(barnsley: World, story: Disagreement) -> None:
    before = told(barnsley, record(barnsley, story))
    with barnsley.scope():
        for day in range(16, 30):
            add_closure(day=datetime(2026, 9, day, tzinfo=TUESDAY.tzinfo).date(), name="Flood")
        assert contradictions(barnsley.fresh(story), calendar=partnership_selectors.calendar()) == []
    assert told(barnsley, record(barnsley, story)) == before


def test_an_entry_that_says_otherwise_of_itself_is_named(barnsley: World, story: Disagreement) -> None:
    entries = record(barnsley, story)
    entries[2] = replace(entries[2], state="closed")
    assert told(barnsley, entries).at_odds == (entries[2].seq,)


def test_a_clock_that_never_ran_is_not_made_up(barnsley: World, story: Disagreement) -> None:
    first, *_ = record(barnsley, story)
    strange = replace(
        first, seq=99, kind="timescale_varied", data={"time_limit": "written_outcome", "due_at": "2026-10-01T23:00:00+00:00"}
    )
    assert told(barnsley, [first, strange]).clocks == told(barnsley, [first]).clocks


def test_a_paused_clock_stands_until_it_is_resumed(barnsley: World) -> None:
    raised = barnsley.raised()
    with barnsley.scope():
        clock = raised.deadlines.get(time_limit="stage_1_resolution")
    barnsley.do("pause_clock", raised, by=barnsley.office, at=TUESDAY + days(1), deadline=clock.pk, reason="Court")
    paused = told(barnsley, record(barnsley, raised))
    assert Clock(clock.time_limit, "stage_1", clock.due_at, paused=True) in paused.clocks
    barnsley.do("resume_clock", raised, by=barnsley.office, at=TUESDAY + days(8), deadline=clock.pk, reason="Court is over")
    resumed = told(barnsley, record(barnsley, raised))
    assert Clock(clock.time_limit, "stage_1", clock.due_at + days(7)) in resumed.clocks
