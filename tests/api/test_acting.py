"""Acting through the API: the same verbs, forms and refusals as the pages, in JSON."""

from __future__ import annotations

import pytest

from escalation.actions import ACTIONS
from escalation.models import ChronologyEntry
from partnerships.ladder import Position
from tests.world import World

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


def test_a_manager_records_what_was_agreed(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    manager = program(barnsley, barnsley.team_manager)
    answer = manager.act(
        disagreement, "record_agreement", version=1, text="A conference is called for Thursday.", seen="in_writing"
    )
    done = answer.json()
    assert answer.status_code == 200
    assert done["done"] == "The agreement is recorded."
    assert done["entry"]["sentence"] == "Agreement recorded: both sides agreed to the words in writing"
    assert done["entry"]["words"] == "A conference is called for Thursday."
    assert (done["entry"]["number"], done["entry"]["by"]) == (2, "Team Manager")
    assert (done["disagreement"]["state"], done["disagreement"]["version"]) == ("awaiting_confirmation", 2)
    assert barnsley.fresh(disagreement).state == "awaiting_confirmation"


def test_a_step_that_the_protocol_does_not_allow_is_refused_with_the_allowed_ones(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    lead = program(barnsley, barnsley.hospital_lead)
    answer = lead.act(disagreement, "escalate", version=1, to="stage_2:2", reason="It is urgent.")
    assert (answer.status_code, answer["Content-Type"]) == (409, PROBLEM)
    sentence = (
        "The protocol does not allow that step from here. The steps allowed now are: "
        "Stage 2: Next tiers of management (Next tier of management); Stage 3: Safeguarding Partners."
    )
    told = {"type": "/api/problems/#not-possible", "title": "Not possible now", "status": 409}
    assert answer.json() == told | {"detail": sentence, "errors": {"to": [sentence]}}
    assert barnsley.fresh(disagreement).stage == "stage_1"


def test_it_moves_up_to_where_the_protocol_lets_it(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    lead = program(barnsley, barnsley.hospital_lead)
    sent = {"raising_name": "A. Head", "raising_email": "a.head@hospital.example"}
    answer = lead.act(disagreement, "escalate", version=1, to="stage_2:1", reason="Calls are not answered.", **sent)
    assert answer.status_code == 200
    assert answer.json()["disagreement"]["rung"] == {
        "stage": "stage_2",
        "tier": 1,
        "kind": "senior",
        "words": "Stage 2: Next tiers of management (Next tier of management)",
    }


def test_at_the_highest_step_it_cannot_move_up(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    lead = program(barnsley, barnsley.hospital_lead)
    lead.act(disagreement, "escalate", version=1, to="stage_3:1", reason="It cannot wait.")
    answer = lead.act(disagreement, "escalate", version=2, to="stage_3:1", reason="Again.")
    assert answer.status_code == 409
    assert answer.json()["detail"] == (
        "Stage 3: Safeguarding Partners is the highest step of this protocol, so it cannot be moved up."
    )


def test_the_second_of_two_is_told_what_the_first_did(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    barnsley.do("record_agreement", disagreement, by=barnsley.team_manager, text="Settled.")
    second = program(barnsley, barnsley.hospital_lead)
    answer = second.act(disagreement, "escalate", version=1, to="stage_2:1", reason="Calls are not answered.")
    assert (answer.status_code, answer.json()["title"]) == (409, "Changed in the meantime")
    assert answer.json()["detail"] == (
        "Somebody changed this while you were reading. What happened: Agreement recorded (Team Manager)."
    )


def test_the_same_message_sent_twice_is_done_once(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    manager = program(barnsley, barnsley.team_manager)
    assert manager.act(disagreement, "record_progress", version=1, words="We spoke.").status_code == 200
    assert manager.act(disagreement, "record_progress", version=1, words="We spoke.").status_code == 409
    assert barnsley.chronology(disagreement).count("progress_recorded") == 1


@pytest.mark.parametrize("verb", sorted(ACTIONS))
def test_who_may_not_is_told_so_before_anything_else(barnsley: World, program, verb: str) -> None:
    disagreement = barnsley.raised()
    barnsley.do("escalate", disagreement, by=barnsley.midwife, to=Position(stage="stage_3"), reason="It cannot wait.")
    decider = program(barnsley, barnsley.decider("safeguarding_partner"))
    with_nothing = decider.act(disagreement, verb)
    # Their own are the decision, and what runs beside the steps; none of that has been started.
    theirs = {"record_decision": 400, "start_side_process": 400, "change_side_process": 409, "end_side_process": 409}
    # What keeps it going, and the dates that are theirs; nothing stands still that could be started again.
    theirs |= dict.fromkeys(("record_progress", "record_conversation", "book_conversation", "add_action"), 400)
    theirs |= {"vary_timescale": 400, "pause_clock": 400, "resume_clock": 409}
    theirs |= {"correct": 400}  # they may correct what they wrote; there is nothing yet
    assert with_nothing.status_code == theirs.get(verb, 403)
    assert with_nothing["Content-Type"] == PROBLEM
    assert with_nothing.json()["detail"] != ""


def test_what_is_offered_is_listed_with_the_reason_where_it_is_not_open(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    offered = program(barnsley, barnsley.midwife).get(f"disagreements/{disagreement.reference}/actions/").json()
    by_verb = {each["verb"]: each for each in offered}
    assert by_verb["escalate"] == {
        "verb": "escalate",
        "label": "Move up to the next stage",
        "main": True,
        "allowed": True,
        "sentence": "",
    }
    assert by_verb["step_back"]["allowed"] is False
    assert (
        by_verb["step_back"]["sentence"]
        == "Stage 1: Safeguarding leads or managers is the lowest step, so it cannot be taken a step back."
    )


def test_an_action_says_what_it_takes_now(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    form = program(barnsley, barnsley.midwife).get(f"disagreements/{disagreement.reference}/actions/escalate/").json()
    asks = {each["name"]: each for each in form["asks"]}
    assert form["version"] == 1
    assert asks["to"]["choices"] == [
        {"value": "stage_2:1", "label": "Stage 2: Next tiers of management (Next tier of management)"},
        {"value": "stage_3:1", "label": "Stage 3: Safeguarding Partners"},
    ]
    assert (asks["reason"]["type"], asks["reason"]["required"], asks["reason"]["choices"]) == ("string", True, None)


def test_an_action_that_is_not_allowed_asks_for_nothing(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    form = program(barnsley, barnsley.midwife).get(f"disagreements/{disagreement.reference}/actions/confirm_outcome/").json()
    assert (form["allowed"], form["asks"]) == (False, [])


def test_what_is_not_offered_at_this_moment_is_refused(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    answer = program(barnsley, barnsley.midwife).act(
        disagreement, "record_learning", version=1, words="Ring earlier.", needs="none"
    )
    assert (answer.status_code, answer.json()["detail"]) == (409, "This is not open here now.")


def test_who_passes_it_on_may_no_longer_see_it(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    manager = program(barnsley, barnsley.team_manager)
    answer = manager.act(
        disagreement,
        "pass_on",
        version=1,
        agency=str(barnsley.agencies["police"].pk),
        person_name="P. Sergeant",
        person_email="p.sergeant@police.example",
        reason="It is a matter for the police.",
    )
    assert answer.status_code == 200
    assert (answer.json()["disagreement"], answer.json()["entry"]["kind"]) == (None, "passed_on")


def test_dates_lists_and_boxes_are_json(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    office = program(barnsley, barnsley.office)
    with barnsley.scope():
        clock = disagreement.deadlines.get(time_limit="stage_1_resolution")
    refused = office.act(
        disagreement, "vary_timescale", version=1, deadline=clock.pk, last_day="2030-01-02", reason="Leave.", safe=False
    )
    assert refused.json()["errors"] == {"safe": ["A later date needs your word that it is safe for the child to wait"]}
    done = office.act(
        disagreement, "vary_timescale", version=1, deadline=clock.pk, last_day="2030-01-02", reason="Leave.", safe=True
    )
    assert done.status_code == 200
    clocks = done.json()["disagreement"]["deadlines"]
    assert [(each["last_day"], each["varied"]) for each in clocks if each["time_limit"] == clock.time_limit] == [
        ("2030-01-02", True)
    ]


def test_a_time_is_london_time_unless_it_says_another(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    lead = program(barnsley, barnsley.hospital_lead)
    answer = lead.act(disagreement, "book_conversation", version=1, when="2030-07-01T10:30:00+00:00", words="She rings.")
    assert answer.status_code == 200
    with barnsley.scope():
        assert ChronologyEntry.objects.get(kind="conversation_booked").data["when"] == "2030-07-01T10:30:00+00:00"


def test_a_program_is_told_of_what_is_better_left_out_and_is_not_stopped(barnsley: World, program) -> None:
    disagreement = barnsley.raised()
    manager = program(barnsley, barnsley.team_manager)
    sentence = "seems to hold an NHS number. Leave it out, and use the child’s local reference."
    told = manager.act(disagreement, "record_progress", version=1, words="Seen, 943 476 5919.").json()
    assert told["warnings"] == [f"“What has happened since the last update?” {sentence}"]
    assert (told["entry"]["words"], told["disagreement"]["version"]) == ("Seen, 943 476 5919.", 2)
    assert manager.act(disagreement, "record_progress", version=2, words="Seen.").json()["warnings"] == []


def test_an_outcome_is_proposed_and_agreed_by_two_programs(barnsley: World, program) -> None:
    """What was read is answered: an answer to words that were changed meanwhile is refused, and says who changed them."""
    disagreement = barnsley.raised()
    ours, theirs = program(barnsley, barnsley.hospital_lead), program(barnsley, barnsley.team_manager)
    plan = {"plan_1_what": "Ring the GP", "plan_1_owner": "Ann", "plan_1_due": "2026-12-18"}
    first = ours.act(disagreement, "propose_outcome", version=1, text="A visit on Friday.", **plan).json()["disagreement"][
        "proposal"
    ]
    assert (first["side"], first["text"], first["proposed_by"]) == ("raising", "A visit on Friday.", "Hospital Lead")
    assert first["plan"] == [{"what": "Ring the GP", "owner": "Ann", "due": "2026-12-18"}]
    second = ours.act(disagreement, "propose_outcome", version=2, text="A visit on Monday.").json()["disagreement"]["proposal"]
    late = theirs.act(disagreement, "agree_to_proposal", version=2, proposal=first["id"])
    assert (late.status_code, late.json()["detail"].partition(". What")[0]) == (
        409,
        "Somebody changed this while you were reading",
    )
    assert theirs.act(disagreement, "agree_to_proposal", version=3, proposal=first["id"]).status_code == 409
    own = ours.act(disagreement, "agree_to_proposal", version=3, proposal=second["id"])
    assert (own.status_code, own.json()["detail"]) == (403, "Your side proposed it. The receiving side answers.")
    done = theirs.act(disagreement, "agree_to_proposal", version=3, proposal=second["id"]).json()
    (outcome,) = done["disagreement"]["outcomes"]
    assert (outcome["text"], outcome["proposed_by"], outcome["recorded_by"]) == (
        "A visit on Monday.", "Hospital Lead", "Team Manager",
    )  # fmt: skip
    assert done["disagreement"]["proposal"] is None
