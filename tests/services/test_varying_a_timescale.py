"""Another date, with a reason; a later one with the word that waiting is safe for the child (B-06, H 1.4)."""

from __future__ import annotations

from datetime import date

import pytest

from escalation.models import Deadline, Disagreement
from tests.world import TUESDAY, World, days

from .acts import LATER, MANAGERS, after, agreed, closed, last, raised, refusal, who_may, words_of

pytestmark = pytest.mark.django_db


def clock(world: World, disagreement: Disagreement, limit: str) -> Deadline:
    with world.scope():
        return Deadline.objects.get(disagreement=disagreement, time_limit=limit, stopped_at=None)


def test_a_later_date_replaces_the_clock_and_the_old_one_stays_readable(barnsley: World) -> None:
    found = raised(barnsley)
    old = clock(barnsley, found, "stage_1_resolution")
    found = barnsley.do(
        "vary_timescale", found, by=barnsley.team_manager, at=LATER,
        deadline=old.pk, last_day=date(2026, 9, 29), reason="The report comes on Monday.", safe=True,
    )  # fmt: skip
    new, entry = clock(barnsley, found, "stage_1_resolution"), last(barnsley, found)
    assert (new.due_at, new.starts_at, new.varied, new.shortened) == (after("2026-09-29"), TUESDAY, True, False)
    assert new.near_at.isoformat() == "2026-09-28T07:00:00+00:00"
    with barnsley.scope():
        kept = Deadline.objects.get(pk=old.pk)
    assert (kept.due_at, kept.stopped_at) == (after("2026-09-22"), LATER)
    assert (entry.kind, words_of(barnsley, entry)) == ("timescale_varied", "The report comes on Monday.")
    assert entry.data == {
        "time_limit": "stage_1_resolution", "deadline": new.pk, "due_at": after("2026-09-29").isoformat(), "replaces": old.pk,
        "events": ["timescale_varied"],
    }  # fmt: skip
    assert barnsley.running(found)["progress_update"] == after("2026-09-22")


def test_an_earlier_date_needs_no_word_that_waiting_is_safe(barnsley: World) -> None:
    found = raised(barnsley)
    found = barnsley.do(
        "vary_timescale", found, by=barnsley.hospital_lead, at=LATER,
        deadline=clock(barnsley, found, "stage_1_resolution").pk, last_day=date(2026, 9, 15), reason="Today.", safe=False,
    )  # fmt: skip
    assert barnsley.running(found)["stage_1_resolution"] == after("2026-09-15")
    assert clock(barnsley, found, "stage_1_resolution").near_at is None


def test_a_date_that_passed_may_be_given_anew_and_then_passes_again(havering: World) -> None:
    found = raised(havering)
    havering.sweep(at=TUESDAY + days(9))
    found = havering.do(
        "vary_timescale", found, by=havering.hospital_lead, at=TUESDAY + days(9),
        deadline=clock(havering, found, "stage_1_discussion").pk, last_day=date(2026, 9, 28), reason="Leave.", safe=True,
    )  # fmt: skip
    assert havering.sweep(at=after("2026-09-28")) == 1
    assert havering.chronology(found)[-2:] == ["timescale_varied", "timescale_passed"]


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"reason": " "}, "Say why the date changes."),
        ({"last_day": date(2026, 9, 14)}, "The new date must be today or later."),
        ({"safe": False}, "A later date needs your word that it is safe for the child to wait."),
        ({"deadline": 0}, "That clock has stopped, or is not one of this disagreement's."),
    ],
)
def test_what_is_refused(barnsley: World, own: dict[str, object], said: str) -> None:
    found = raised(barnsley)
    facts = {
        "deadline": clock(barnsley, found, "stage_1_resolution").pk, "last_day": date(2026, 9, 29), "reason": "x", "safe": True,
    }  # fmt: skip
    assert refusal(barnsley, "vary_timescale", found, by=barnsley.team_manager, **(facts | own)) == said


def test_another_disagreements_clock_and_one_that_stopped_are_refused(barnsley: World) -> None:
    found, other = raised(barnsley), raised(barnsley)
    stopped = clock(barnsley, found, "stage_1_resolution").pk
    found = agreed(barnsley, found)
    facts = {"last_day": date(2026, 9, 29), "reason": "x", "safe": True}
    for deadline in (stopped, clock(barnsley, other, "stage_1_resolution").pk):
        assert refusal(barnsley, "vary_timescale", found, by=barnsley.team_manager, deadline=deadline, **facts) == (
            "That clock has stopped, or is not one of this disagreement's."
        )


def test_a_clock_that_stands_still_is_started_again_first(barnsley: World) -> None:
    found = raised(barnsley)
    deadline = clock(barnsley, found, "stage_1_resolution").pk
    found = barnsley.do("pause_clock", found, by=barnsley.team_manager, at=LATER, deadline=deadline, reason="Court.")
    facts = {"deadline": deadline, "last_day": date(2026, 9, 29), "reason": "x", "safe": True}
    assert refusal(barnsley, "vary_timescale", found, by=barnsley.team_manager, **facts) == (
        "This clock stands still. Start it again first, then change its date."
    )


def test_who_may_and_not_after_the_end(barnsley: World) -> None:
    found = raised(barnsley)
    assert who_may(barnsley, "vary_timescale", found) == MANAGERS
    facts = {
        "deadline": clock(barnsley, found, "stage_1_resolution").pk,
        "last_day": date(2026, 9, 29),
        "reason": "x",
        "safe": True,
    }
    assert refusal(barnsley, "vary_timescale", found, by=barnsley.midwife, **facts) == (
        "Only the managers who act at this step, on either side, may do this."
    )
    assert refusal(barnsley, "vary_timescale", closed(barnsley), by=barnsley.office, **facts) == (
        "That clock has stopped, or is not one of this disagreement's."
    )
