"""Many people and many workers at one moment: each thing happens once, and nobody waits for somebody who waits for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from threading import Barrier, Event
from typing import Any
from unittest.mock import patch

import pytest

from escalation import services
from escalation.models import ChronologyEntry, Deadline, Disagreement, Link
from escalation.moves import Refused, Stale
from escalation.services import doing
from partnerships.ladder import Position
from tests.world import TUESDAY, World, days

from .database import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NEXT = Position(stage="stage_2")


@pytest.fixture
def world(transactional_db: None) -> World:
    return World("barnsley")


def act(world: World, verb: str, disagreement: Disagreement, **facts: Any) -> Callable[[], ChronologyEntry]:
    """Somebody with the page open at the version that is there now."""
    person = world.team_manager
    with world.scope(person):
        viewer = world.viewer(person)
    at = facts.pop("at", TUESDAY + days(1))

    def go() -> ChronologyEntry:
        with world.scope(person):
            entry: ChronologyEntry = getattr(services, verb)(
                disagreement.pk, viewer=viewer, version=disagreement.version, at=at, **facts
            )
            return entry

    return go


def test_escalate_pressed_by_six_people_moves_it_once(world: World) -> None:
    raised = world.raised()
    outcomes = at_once([act(world, "escalate", raised, to=NEXT, reason="Not agreed")] * 6)
    entries = [outcome for outcome in outcomes if isinstance(outcome, ChronologyEntry)]
    told = [str(outcome) for outcome in outcomes if isinstance(outcome, Stale)]
    assert (len(entries), len(told)) == (1, 5)
    assert all("Somebody changed this while you were reading. What happened: Escalated to Stage 2" in words for words in told)
    assert world.chronology(raised) == ["raised", "escalated"]
    assert world.fresh(raised).position == NEXT


def test_escalating_and_agreeing_at_once_end_in_one_of_the_two(world: World) -> None:
    raised = world.raised()
    acts = [act(world, "escalate", raised, to=NEXT, reason="Not agreed"), act(world, "record_agreement", raised, text="Agreed")]
    outcomes = at_once(acts * 3)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ChronologyEntry", *["Stale"] * 5]
    assert len(world.chronology(raised)) == 2


def test_two_answers_to_one_proposal_at_once_end_in_one_of_the_two(world: World) -> None:
    """The other side agrees twice, declines, and words it anew, all from the page that is open: one of them is done."""
    raised = world.do("propose_outcome", world.raised(), by=world.hospital_lead, at=TUESDAY, text="A visit each week")
    with world.scope():
        (proposal,) = raised.proposals.values_list("pk", flat=True)
    agree = act(world, "agree_to_proposal", raised, proposal=proposal)
    decline = act(world, "decline_proposal", raised, proposal=proposal, reason="Not on Fridays")
    outcomes = at_once([agree, agree, decline, act(world, "propose_outcome", raised, text="A visit each day")])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ChronologyEntry", *["Stale"] * 3]
    assert len(world.chronology(raised)) == 3
    with world.scope():
        assert raised.proposals.exclude(pk=proposal).count() + raised.proposals.exclude(ended="").count() in (1, 2)


def test_a_draft_sent_eight_times_is_raised_once(world: World) -> None:
    with world.scope(world.midwife):
        viewer = world.viewer(world.midwife)
        draft = services.start_draft(viewer)
        particulars = world.particulars()

    def send() -> ChronologyEntry:
        with world.scope(world.midwife):
            return services.raise_disagreement(draft.pk, viewer=viewer, particulars=particulars, at=TUESDAY)

    outcomes = at_once([send] * 8)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ChronologyEntry", *["Stale"] * 7]
    assert {str(outcome) for outcome in outcomes if isinstance(outcome, Stale)} == {"This was raised already, as BAR-0001."}
    assert world.chronology(draft) == ["raised"]


def test_references_given_at_once_have_no_gap_and_no_double(world: World) -> None:
    with world.scope(world.midwife):
        viewer = world.viewer(world.midwife)
        particulars = world.particulars()
        drafts = [services.start_draft(viewer) for _ in range(8)]

    def send(draft: Disagreement) -> Callable[[], str | None]:
        def go() -> str | None:
            with world.scope(world.midwife):
                return services.raise_disagreement(
                    draft.pk, viewer=viewer, particulars=particulars, at=TUESDAY
                ).disagreement.reference

        return go

    outcomes = at_once([send(draft) for draft in drafts])
    assert sorted(map(str, outcomes)) == [f"BAR-000{number}" for number in range(1, 9)]


def test_the_first_opening_is_kept_once(world: World) -> None:
    raised = world.raised()
    with world.scope(world.team_manager):
        viewer = world.viewer(world.team_manager)

    def look() -> ChronologyEntry | None:
        with world.scope(world.team_manager):
            return services.open_it(raised.pk, viewer=viewer, at=TUESDAY)

    outcomes = at_once([look] * 8)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert world.chronology(raised) == ["raised", "seen"]


def test_two_who_link_each_others_disagreement_do_not_wait_for_each_other(world: World) -> None:
    """Each holds its own row and refers to the other's: with the strongest row lock this is a deadlock."""
    one, other = world.raised(), world.raised()
    both_hold = Barrier(2)
    made = Link.objects.get_or_create

    def meet(*args: Any, **kwargs: Any) -> Any:
        both_hold.wait(timeout=20)
        return made(*args, **kwargs)

    with patch.object(Link.objects, "get_or_create", meet):
        outcomes = at_once(
            [act(world, "link", one, other=other, how="related"), act(world, "link", other, other=one, how="related")]
        )
    assert [type(outcome).__name__ for outcome in outcomes] == ["ChronologyEntry"] * 2


def test_eight_sweeps_note_every_passed_timescale_once(world: World) -> None:
    """B-06: a passed timescale is told of once, however many workers look."""
    with world.scope(world.midwife):
        viewer = world.viewer(world.midwife)
        particulars = world.particulars()
        for _ in range(75):
            draft = services.start_draft(viewer)
            services.raise_disagreement(draft.pk, viewer=viewer, particulars=particulars, at=TUESDAY)
        passed = Deadline.objects.filter(due_at__lte=TUESDAY + days(9)).count()
    assert passed == 150

    outcomes = at_once([lambda: world.sweep(at=TUESDAY + days(9))] * 8)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    left = world.sweep(at=TUESDAY + days(9))  # what the last rows' holders were still working on is for the next tick
    assert sum(outcome for outcome in outcomes if isinstance(outcome, int)) + left == 150
    with world.scope():
        entries = ChronologyEntry.objects.filter(kind="timescale_passed")
        noted = [entry.data["deadline"] for entry in entries]
        assert (len(noted), len(set(noted))) == (150, 150)
        assert Deadline.objects.filter(stopped_at=None, passed_noted_at=None, due_at__lte=TUESDAY + days(9)).count() == 0
        assert Deadline.objects.filter(stopped_at=None, passed_noted_at=None, time_limit="progress_update").count() == 75


def test_a_person_acting_during_a_sweep_is_neither_stopped_nor_made_stale(world: World) -> None:
    raised = [world.raised() for _ in range(6)]
    people = [act(world, "record_progress", each, words="Told the family", at=TUESDAY + days(9)) for each in raised]
    sweeps = [lambda: world.sweep(at=TUESDAY + days(9))] * 3
    outcomes = at_once([*people, *sweeps])
    assert [outcome for outcome in outcomes if isinstance(outcome, Refused | Exception)] == []
    world.sweep(at=TUESDAY + days(9))
    for each in raised:
        kinds = world.chronology(each)
        # The update stops its clock: whether it was noted as passed before depends on who came first.
        assert kinds.count("progress_recorded") == 1
        assert kinds.count("timescale_passed") in (1, 2)


def test_giving_up_an_email_about_several_waits_for_nobody_who_waits_for_it(world: World) -> None:
    """One e-mail reminds of two disagreements. Saying on both that it did not arrive takes both rows first: with the
    first one's entry written, a person who holds the second would wait for the chronology, and the worker for them."""
    one, other = world.raised(), world.raised()
    written, wait = Event(), Event()
    recorded = doing._record

    def slowly(*args: Any, **kwargs: Any) -> ChronologyEntry:
        entry = recorded(*args, **kwargs)
        if threading.current_thread().name == "worker":
            written.set()
            wait.wait(timeout=1.5)  # long enough for the other to take their row
        return entry

    def give_up() -> str:
        threading.current_thread().name = "worker"
        with world.scope():
            services.note_undelivered(disagreement_ids=[other.pk, one.pk], message_id=1, at=TUESDAY)
        return "said"

    progress = act(world, "record_progress", other, words="Told the family")

    def act_meanwhile() -> ChronologyEntry:
        threading.current_thread().name = "person"
        written.wait(timeout=20)
        return progress()

    with patch.object(doing, "_record", slowly):
        outcomes = at_once([give_up, act_meanwhile])
    assert [type(outcome).__name__ for outcome in outcomes] == ["str", "ChronologyEntry"]
    assert [world.chronology(each)[1] for each in (one, other)] == ["notice_undelivered"] * 2
