"""Somebody acted while another was reading: the second is told what the first did, whatever they wanted to do."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from escalation import services
from escalation.models import Disagreement
from escalation.moves import NotPermitted, Refused, Stale
from escalation.permissions import PERMISSIONS
from escalation.services import Person
from partnerships.ladder import Position
from partnerships.models import User
from partnerships.protocol_terms import Side
from tests.world import TUESDAY, World, days

from .acts import LATER, raised, snapshot

pytestmark = pytest.mark.django_db

PAT = Person(side=Side.RECEIVING, role="lead", name="Pat", email="pat@care.example")
FACTS: dict[str, dict[str, Any]] = {
    "acknowledge": {},
    "book_conversation": {"when": TUESDAY, "words": "x"},
    "record_conversation": {"when": TUESDAY, "how": "telephone", "words": "x"},
    "record_progress": {"words": "x"},
    "change_situation": {"reason": "x"},
    "escalate": {"to": Position(stage="stage_2"), "reason": "x"},
    "step_back": {"reason": "x"},
    "record_agreement": {"text": "x"},
    "propose_outcome": {"text": "x"},
    "agree_to_proposal": {"proposal": 0},
    "decline_proposal": {"proposal": 0, "reason": "x"},
    "withdraw_proposal": {},
    "confirm_outcome": {},
    "dispute_outcome": {"reason": "x"},
    "record_decision": {"text": "x"},
    "pass_on": {"person": PAT, "reason": "x"},
    "change_party": {"person": PAT, "reason": "x"},
    "vary_timescale": {"deadline": 0, "last_day": date(2026, 9, 30), "reason": "x", "safe": True},
    "pause_clock": {"deadline": 0, "reason": "x"},
    "resume_clock": {"deadline": 0, "reason": "x"},
    "flag": {"flag": "drift", "reason": "x"},
    "unflag": {"flag": "drift", "reason": "x"},
    "record_gate": {"gate": "x", "words": "x"},
    "start_side_process": {"process": "conference_request", "reason": "x"},
    "change_side_process": {"record": 0, "reason": "x", "leaving": ("x",)},
    "end_side_process": {"record": 0, "outcome": "x"},
    "withdraw": {"reason": "x"},
    "tell_raiser": {},
    "record_satisfaction": {"whose": "raiser", "satisfied": "yes"},
    "confirm_on_file": {"agency": None},
    "record_learning": {"words": "x"},
    "add_action": {"what": "x", "owner": "x", "due": date(2026, 9, 30)},
    "finish_action": {"action": 0},
    "correct": {"corrects": None, "words": "Otherwise", "why": "fact"},
    "link": {"other": None, "how": "related"},
    "reopen": {"reason": "x"},
    "close": {},
}


def stale(world: World, verb: str, disagreement: Disagreement, *, by: User, version: int) -> str:
    before = snapshot(world, disagreement)
    with world.scope(by), pytest.raises(Stale) as told:
        getattr(services, verb)(disagreement.pk, viewer=world.viewer(by), version=version, at=LATER, **FACTS[verb])
    assert snapshot(world, disagreement) == before
    return str(told.value)


def test_every_verb_tells_what_the_other_did(barnsley: World) -> None:
    assert set(FACTS) == set(PERMISSIONS) - {"open"}
    found = raised(barnsley)
    barnsley.do("acknowledge", found, by=barnsley.team_manager, at=LATER)
    said = {stale(barnsley, verb, found, by=barnsley.office, version=1) for verb in FACTS}
    assert said == {
        "Somebody changed this while you were reading. What happened: Acknowledged by the receiving side (Team Manager)."
    }


def test_what_the_clockwork_and_readers_do_makes_nobodys_page_old(barnsley: World) -> None:
    found = raised(barnsley)
    barnsley.sweep(at=TUESDAY + days(9))
    with barnsley.scope(barnsley.team_manager):
        services.open_it(found.pk, viewer=barnsley.viewer(barnsley.team_manager), at=LATER)
        services.note_undelivered(disagreement_ids=[found.pk], message_id=1, at=LATER)
    assert barnsley.fresh(found).version == 1
    barnsley.do("record_progress", found, by=barnsley.midwife, at=LATER, words="x")
    assert stale(barnsley, "escalate", found, by=barnsley.midwife, version=1) == (
        "Somebody changed this while you were reading. What happened: Progress recorded (Midwife)."
    )


def test_a_version_that_never_was_is_old_too(barnsley: World) -> None:
    found = raised(barnsley)
    assert stale(barnsley, "close", found, by=barnsley.office, version=7) == (
        "Somebody changed this while you were reading. "
        "What happened: Raised at Stage 1: Safeguarding leads or managers (Midwife)."
    )


def test_of_a_draft_nothing_has_happened(barnsley: World) -> None:
    with barnsley.scope(barnsley.midwife):
        draft = services.start_draft(barnsley.viewer(barnsley.midwife))
    assert stale(barnsley, "add_action", draft, by=barnsley.office, version=3) == (
        "Somebody changed this while you were reading. What happened: It changed."
    )


def test_a_draft_is_not_acted_on(barnsley: World) -> None:
    with barnsley.scope(barnsley.midwife):
        viewer = barnsley.viewer(barnsley.midwife)
        draft = services.start_draft(viewer)
        with pytest.raises(Refused) as refused:
            services.record_progress(draft.pk, viewer=viewer, version=0, words="x", at=LATER)
    assert str(refused.value) == "This disagreement is draft, so it cannot be changed in this way now."


def test_old_before_not_permitted_and_another_partnerships_is_not_there(barnsley: World, havering: World) -> None:
    found = raised(barnsley)
    assert stale(barnsley, "acknowledge", found, by=barnsley.stranger, version=9).startswith("Somebody changed this")
    with barnsley.scope(barnsley.stranger), pytest.raises(NotPermitted):
        services.acknowledge(found.pk, viewer=barnsley.viewer(barnsley.stranger), version=1)
    with havering.scope(havering.office), pytest.raises(Refused) as gone:
        services.acknowledge(found.pk, viewer=havering.viewer(havering.office), version=1)
    assert str(gone.value) == "This disagreement is no longer there."
