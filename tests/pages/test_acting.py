"""Doing something to a disagreement from its page: the small forms, their refusals, and two people at one moment."""

from __future__ import annotations

import pytest
import time_machine

from escalation import services
from escalation.actions import ACTIONS
from escalation.models import ChronologyEntry, Disagreement
from escalation.permissions import PERMISSIONS
from escalation.services import Person
from partnerships.protocol_terms import Side
from tests.world import TUESDAY, World

pytestmark = pytest.mark.django_db


def address(disagreement: Disagreement, verb: str = "") -> str:
    page = f"/p/{disagreement.partnership.slug}/d/{disagreement.reference}/"
    return f"{page}{verb}/" if verb else page


def test_every_verb_of_the_permission_table_has_its_action() -> None:
    """`open` happens by opening the page; every other verb is in the table of actions."""
    assert set(ACTIONS) == set(PERMISSIONS) - {"open"}


def test_a_manager_records_what_was_agreed(barnsley: World, signed_in) -> None:
    disagreement = barnsley.raised()
    manager = signed_in(barnsley.team_manager)
    page = manager.get(address(disagreement, "record_agreement"))
    assert page.status_code == 200
    answer = manager.post(
        address(disagreement, "record_agreement"),
        {"version": disagreement.version, "text": "A pre-birth conference is called for Thursday.", "seen": "read_out"},
    )
    assert (answer.status_code, answer["Location"]) == (302, address(disagreement))
    assert barnsley.fresh(disagreement).state == "awaiting_confirmation"
    assert "A pre-birth conference is called for Thursday." in manager.get(address(disagreement)).content.decode()


def test_a_refused_form_says_why_and_keeps_what_was_typed(barnsley: World, signed_in) -> None:
    disagreement = barnsley.raised()
    answer = signed_in(barnsley.team_manager).post(
        address(disagreement, "record_agreement"),
        {"version": disagreement.version, "text": "", "outstanding": "The bag is not packed"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Write down what was agreed" in page
    assert "The bag is not packed" in page
    assert "<title>Error: " in page
    assert barnsley.fresh(disagreement).state == "open"


def test_the_second_of_two_people_is_told_what_the_first_did_and_keeps_their_words(barnsley: World, signed_in) -> None:
    disagreement = barnsley.raised()
    barnsley.do("record_agreement", disagreement, by=barnsley.team_manager, text="Settled.")
    second = signed_in(barnsley.hospital_lead)
    answer = second.post(
        address(disagreement, "escalate"),
        {"version": disagreement.version, "to": "stage_2:1", "reason": "Calls are not answered."},
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody changed this while you were reading. What happened: Agreement recorded (Team Manager)." in page
    assert "Calls are not answered." in page
    assert f'name="version" value="{barnsley.fresh(disagreement).version}"' in page


def test_a_step_that_the_protocol_does_not_allow_names_the_allowed_ones(barnsley: World, signed_in) -> None:
    disagreement = barnsley.raised()
    answer = signed_in(barnsley.hospital_lead).post(
        address(disagreement, "escalate"),
        {"version": disagreement.version, "to": "stage_2:2", "reason": "It is urgent."},
    )
    assert answer.status_code == 422
    assert (
        "The steps allowed now are: Stage 2: Next tiers of management (Next tier of management); Stage 3: Safeguarding Partners."
        in answer.content.decode()
    )
    assert barnsley.fresh(disagreement).stage == "stage_1"


# Started and ended by whoever the protocol names, who may stand beside the two sides.
BESIDE = {"start_side_process", "change_side_process", "end_side_process"}
# What keeps it going, and the dates that are theirs, are for those who decide as well.
KEEPING_ON = {
    "record_decision", "record_progress", "record_conversation", "book_conversation", "add_action",
    "vary_timescale", "pause_clock",
}  # fmt: skip


@pytest.mark.parametrize("verb", sorted(set(ACTIONS) - BESIDE))
def test_who_may_not_is_told_so_in_a_sentence(barnsley: World, signed_in, verb: str) -> None:
    """A Safeguarding Partner sees it at stage 3, decides and keeps it going; the form of every other verb is not theirs."""
    disagreement = barnsley.raised()
    barnsley.do("escalate", disagreement, by=barnsley.midwife, to=_stage_3(barnsley), reason="It cannot wait.")
    decider = signed_in(barnsley.decider("safeguarding_partner"))
    answer = decider.get(address(disagreement, verb))
    assert answer.status_code == (200 if verb in KEEPING_ON else 403)
    posted = decider.post(address(disagreement, verb), {"version": 0})
    # Nothing stands still, so there is no clock to start again, and nothing that they wrote; but it could be theirs.
    assert posted.status_code == (409 if verb in KEEPING_ON | {"resume_clock", "correct"} else 403)


def _stage_3(world: World):
    return next(m.to for m in _moves(world) if m.direct)


def _moves(world: World):
    from partnerships.ladder import Position, moves_from  # noqa: PLC0415

    return moves_from(world.protocol, Position(stage="stage_1"))


def test_an_unknown_verb_and_an_unknown_reference_are_not_there(barnsley: World, signed_in) -> None:
    disagreement = barnsley.raised()
    office = signed_in(barnsley.office)
    assert office.get(address(disagreement, "destroy")).status_code == 404
    assert office.get("/p/barnsley/d/BAR-9999/").status_code == 404


def test_a_100_kb_text_and_a_nul_byte_are_refused_at_the_field(barnsley: World, signed_in) -> None:
    disagreement = barnsley.raised()
    manager = signed_in(barnsley.team_manager)
    long = manager.post(address(disagreement, "record_progress"), {"version": 1, "words": "x" * 100_000})
    assert long.status_code == 422
    assert "Use 10,000 characters or fewer." in long.content.decode()
    nul = manager.post(address(disagreement, "record_progress"), {"version": 1, "words": "all\x00well"})
    assert nul.status_code == 422
    with barnsley.scope():
        assert ChronologyEntry.objects.filter(kind="progress_recorded").count() == 0


def test_a_form_posted_twice_is_done_once(barnsley: World, signed_in) -> None:
    disagreement = barnsley.raised()
    manager = signed_in(barnsley.team_manager)
    sent = {"version": disagreement.version, "words": "We spoke at noon."}
    assert manager.post(address(disagreement, "record_progress"), sent).status_code == 302
    assert manager.post(address(disagreement, "record_progress"), sent).status_code == 409
    assert barnsley.chronology(disagreement).count("progress_recorded") == 1


def test_who_is_handed_it_can_say_that_they_have_it(barnsley: World, signed_in) -> None:
    """The first manager pressed "I have this" and then found that it is not theirs: the next one has not answered yet."""
    disagreement = barnsley.raised()
    disagreement = barnsley.do("acknowledge", disagreement, by=barnsley.team_manager)
    after = barnsley.person("next.manager", "lead", "social_care")
    taking = Person(side=Side.RECEIVING, role="lead", name=after.name, email=after.email)
    disagreement = barnsley.do("pass_on", disagreement, by=barnsley.team_manager, person=taking, reason="Another team holds it.")
    answer = signed_in(after).post(address(disagreement, "acknowledge"), {"version": disagreement.version})
    assert (answer.status_code, barnsley.chronology(disagreement)[-1]) == (302, "acknowledged")


@pytest.mark.parametrize("verb", sorted(ACTIONS))
def test_what_was_only_logged_as_settled_breaks_no_form(barnsley: World, signed_in, verb: str) -> None:
    """It stands on no rung, whatever a form wants to know of the rung."""
    with barnsley.scope(barnsley.office):
        logged = services.log_settled(
            viewer=barnsley.viewer(barnsley.office),
            raising_agency=barnsley.agencies["hospital"],
            receiving_agency=barnsley.agencies["social_care"],
            category=barnsley.protocol.categories[0].key,
            text="Settled on the telephone.",
        ).disagreement
    answer = signed_in(barnsley.office).post(address(logged, verb), {"version": logged.version})
    assert answer.status_code in (302, 403, 409, 422)
    assert barnsley.fresh(logged).state == "closed"


def test_the_same_last_day_in_summer_time_is_no_later_date(barnsley: World, signed_in) -> None:
    disagreement = barnsley.raised()
    manager = signed_in(barnsley.team_manager)
    with time_machine.travel(TUESDAY, tick=False), barnsley.scope():
        clock = disagreement.deadlines.get(time_limit="stage_1_resolution")
        day = {"last_day-day": "22", "last_day-month": "9", "last_day-year": "2026"}
        sent = {"version": disagreement.version, "deadline": clock.pk, "reason": "Kept, now that both sides looked at it."}
        answer = manager.post(address(disagreement, "vary_timescale"), sent | day)
    assert answer.status_code == 302
