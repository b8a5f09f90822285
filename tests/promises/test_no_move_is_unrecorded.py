"""Whatever is done to a disagreement is one entry in its chronology, and there is one way only to do anything to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, get_type_hints

import pytest
from django.db import connection, transaction

from escalation import services
from escalation.actions import ACTIONS
from escalation.models import ChronologyEntry, Disagreement
from escalation.moves import Happened, Refused
from escalation.permissions import PERMISSIONS
from escalation.services import sweeping
from escalation.states import Kind, State
from partnerships.ladder import Position
from partnerships.models import User
from partnerships.services import add_closure
from tests.properties.deeds import FACTS, Choosing, Deed, asking_for_more
from tests.properties.walking import COUNTS
from tests.world import TUESDAY, World, days

from .source import APPS, functions, modules

pytestmark = pytest.mark.django_db

WORKED = {State.OPEN, State.AWAITING_CONFIRMATION}
# architecture.md section 5, edge by edge: method -> (from, to). None moves nothing.
EDGES: dict[str, tuple[set[State], set[State | None]]] = {
    "raise_at": ({State.DRAFT}, {State.OPEN}),
    "log_settled": ({State.DRAFT}, {State.CLOSED}),
    "take_in": ({State.DRAFT}, {State.OPEN, State.CLOSED, State.WITHDRAWN}),
    "escalate_to": (WORKED, {State.OPEN}),
    "step_back": ({State.OPEN}, {State.OPEN}),
    "record_agreement": ({State.OPEN}, {State.AWAITING_CONFIRMATION, State.RESOLVED}),
    "talk_over": ({State.OPEN}, {None}),
    "confirm_outcome": ({State.AWAITING_CONFIRMATION}, {State.RESOLVED}),
    "dispute_outcome": ({State.AWAITING_CONFIRMATION}, {State.OPEN}),
    "record_decision": ({State.OPEN}, {State.RESOLVED}),
    "reopen": ({State.RESOLVED, State.CLOSED}, {State.OPEN}),
    "close": ({State.RESOLVED}, {State.CLOSED}),
    "withdraw": (WORKED, {State.WITHDRAWN}),
    "merge_into": (WORKED, {State.WITHDRAWN}),
    "part_again": ({State.WITHDRAWN}, {State.OPEN}),
    "carry_on": (WORKED, {None}),
    "note": ({*State} - {State.DRAFT}, {None}),
}
# Services that are not verbs on one raised disagreement, and why they need no permission of PERMISSIONS.
NOT_VERBS = {
    "start_draft": "may_raise decides", "save_draft": "its author's alone", "discard_draft": "its author's alone",
    "raise_disagreement": "its author's alone", "log_settled": "may_raise decides",
    "note_timescales": "the clockwork's", "note_undelivered": "the clockwork's",
    "note_told_instead": "the office's, about an e-mail that did not arrive", "recount_clocks": "after days off changed",
    "partnerships_with_timescales_due": "asks which", "membership_warning": "says what is lacking",
    "has_role": "says whether", "may_end": "says who", "offered_at": "says whether",
    "planned": "says what",
    "may_answer_for": "says who", "unsatisfied": "says who", "facts_of": "says what", "move_draft": "its author's alone",
    "why_not": "says why", "what_changed": "says what",
    "share_draft": "its author's alone", "colleagues_for": "says with whom", "raised_from_a_draft_of": "asks which",
}  # fmt: skip
# What each verb is called in the chronology.
KIND_OF = {
    "acknowledge": Kind.ACKNOWLEDGED, "add_action": Kind.ACTION_ADDED, "book_conversation": Kind.CONVERSATION_BOOKED,
    "change_party": Kind.PARTY_CHANGED, "close": Kind.CLOSED, "confirm_on_file": Kind.CONFIRMED_ON_FILE,
    "confirm_outcome": Kind.OUTCOME_CONFIRMED, "dispute_outcome": Kind.OUTCOME_DISPUTED,
    "change_side_process": Kind.SIDE_PROCESS_CHANGED, "end_side_process": Kind.SIDE_PROCESS_ENDED, "escalate": Kind.ESCALATED,
    "finish_action": Kind.ACTION_FINISHED,
    "flag": Kind.FLAGGED, "link": Kind.LINKED,
    "correct": Kind.CORRECTED, "open": Kind.SEEN, "pass_on": Kind.PASSED_ON, "pause_clock": Kind.CLOCK_PAUSED,
    "propose_outcome": Kind.OUTCOME_PROPOSED, "agree_to_proposal": Kind.AGREEMENT_RECORDED,
    "decline_proposal": Kind.PROPOSAL_NOT_AGREED, "withdraw_proposal": Kind.PROPOSAL_WITHDRAWN,
    "record_agreement": Kind.AGREEMENT_RECORDED, "record_decision": Kind.DECISION_RECORDED, "record_gate": Kind.GATE_RECORDED,
    "change_situation": Kind.SITUATION_CHANGED, "record_conversation": Kind.CONVERSATION_HELD,
    "record_satisfaction": Kind.SATISFIED,
    "record_learning": Kind.LEARNING_RECORDED, "record_progress": Kind.PROGRESS_RECORDED, "reopen": Kind.REOPENED,
    "resume_clock": Kind.CLOCK_RESUMED, "start_side_process": Kind.SIDE_PROCESS_STARTED, "step_back": Kind.STEPPED_BACK,
    "tell_raiser": Kind.RAISER_TOLD, "unflag": Kind.UNFLAGGED, "vary_timescale": Kind.TIMESCALE_VARIED,
    "withdraw": Kind.WITHDRAWN,
}  # fmt: skip
OTHERWISE = {
    Kind.RAISED, Kind.SETTLED_LOGGED, Kind.NOT_SATISFIED, Kind.TIMESCALE_NEAR, Kind.TIMESCALE_PASSED, Kind.TIMESCALES_RECOUNTED,
    Kind.NOTICE_UNDELIVERED,
    # Of letting in, keeping and destroying: none is a button among the others.
    Kind.INVITATION_HELD, Kind.INVITATION_ADMITTED, Kind.INVITATION_REFUSED, Kind.ACCESS_REMOVED,
    Kind.FILE_ADDED, Kind.FILE_REMOVED, Kind.SHARED_ACROSS, Kind.HOLD_PLACED, Kind.HOLD_LIFTED, Kind.DISCLOSED, Kind.DESTROYED,
    # The office's own order in its tracker.
    Kind.FOLLOWED, Kind.CHASED,
    # The office puts two together, or parts them.
    Kind.MERGED, Kind.MERGED_HERE, Kind.PARTED, Kind.PARTED_HERE,
    # The office takes in the tracker that it kept before.
    Kind.TAKEN_IN, Kind.TAKEN_IN_UNDONE,
}  # fmt: skip
# What must have been done before each verb can be; of the others nothing.
TOP = Position(stage="stage_4")
BEFORE: dict[str, tuple[str, ...]] = {
    "confirm_outcome": ("record_agreement",),
    "dispute_outcome": ("record_agreement",),
    "agree_to_proposal": ("propose_outcome",),
    "decline_proposal": ("propose_outcome",),
    "withdraw_proposal": ("propose_outcome",),
    "step_back": ("escalate",),
    "record_decision": ("to_the_top",),
    "start_side_process": ("to_the_top",),
    "change_side_process": ("to_the_top", "start_side_process"),
    "end_side_process": ("to_the_top", "start_side_process"),
    "finish_action": ("add_action",),
    "unflag": ("flag",),
    "resume_clock": ("pause_clock",),
    "tell_raiser": ("settle",),
    "record_satisfaction": ("settle",),
    "record_learning": ("settle",),
    "reopen": ("settle",),
    "close": ("settle", "put_in_order"),
}


def test_the_edges_are_these_and_no_other() -> None:
    found = {}
    for name, method in vars(Disagreement).items():
        if (edges := getattr(method, "_django_fsm", None)) is not None:
            targets: set[Any] = set()
            for edge in edges.transitions.values():
                targets |= set(getattr(edge.target, "allowed_states", None) or [edge.target])
            found[name] = ({State(source) for source in edges.transitions}, {t and State(t) for t in targets})
    assert found == EDGES


def test_every_edge_hands_back_what_happened() -> None:
    for name in EDGES:
        assert get_type_hints(getattr(Disagreement, name))["return"] is Happened, name


def test_edges_are_declared_by_one_decorator() -> None:
    """The library is hidden: whoever only asks may import `can_proceed` or the field's class."""
    importing = {
        where
        for where, tree in modules(*APPS)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django_fsm"
        for name in node.names
        if name.name not in ("FSMField", "can_proceed")
    }
    assert importing == {"escalation/moves.py"}


WRITING = {
    "create", "acreate", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "update", "delete", "save", "raw",
    "add", "set", "remove", "clear",
}  # fmt: skip


def _writes(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """Calls that make or change rows of these models, or go through these related names."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        made = called in names and called[0].isupper()
        through = any(f"{name}.objects." in called or f".{name}." in called for name in names)
        if made or (through and called.rpartition(".")[2] in WRITING):
            yield node


@pytest.mark.parametrize("names", [("ChronologyEntry", "chronology"), ("ChronologyWords",)])
def test_one_function_writes_the_chronology(names: tuple[str, ...]) -> None:
    writers = []
    for where, tree in modules(*APPS):
        calls = list(_writes(tree, *names))
        inside = [(f.name, call) for f in functions(tree) for call in calls if call in list(ast.walk(f))]
        assert len(inside) == len(calls), where
        writers += [(where, name) for name, _ in inside]
    assert sorted(set(writers)) == [("escalation/services/doing.py", name) for name in ("_record", "record_all")]


def test_the_sweep_writes_beside_its_entries_nothing_that_a_move_changes() -> None:
    """Of many disagreements at once: what is kept beside the row of what the entries say, and no state, step or version."""
    assert [part.split("=")[0].strip() for part in sweeping.SAVED.partition(" SET ")[2].partition("FROM")[0].split(",")] == [
        "brought_in", "ended_at", "changed_at", "turn", "turn_due", "turn_since", "next_due",
    ]  # fmt: skip


def test_no_sql_writes_it_either() -> None:
    for where, tree in modules(*APPS):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value != sweeping.SAVED:
                text = " ".join(node.value.lower().split())
                for table in ("escalation_chronologyentry", "escalation_chronologywords", "escalation_disagreement"):
                    for verb in ("insert into", "update", "delete from", "truncate"):
                        assert f"{verb} {table}" not in text, where


def test_everything_is_carried_out_in_one_place_which_records_it() -> None:
    calling = {
        (where, f.name)
        for where, tree in modules(*APPS)
        for f in functions(tree)
        for node in ast.walk(f)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("_record", "carry_out")
    }
    assert calling == {
        ("escalation/services/across.py", "share_across"),
        ("escalation/services/attaching.py", "_note"),
        ("escalation/services/doing.py", "carry_out"),
        ("escalation/services/doing.py", "do"),
        ("escalation/services/doing.py", "_follow"),
        ("escalation/services/doing.py", "note_clock"),
        ("escalation/services/following.py", "chase"),
        ("escalation/services/following.py", "follow"),
        ("escalation/services/inviting.py", "_noted"),
        ("escalation/services/keeping.py", "open_it"),
        ("escalation/services/merging.py", "merge"),
        ("escalation/services/merging.py", "part"),
        ("escalation/services/raising.py", "raise_disagreement"),
        ("escalation/services/raising.py", "log_settled"),
        ("escalation/services/side_processes.py", "start_by_marks"),
        ("escalation/services/succession.py", "_replace"),
        ("escalation/services/timescales.py", "_entry"),
        ("escalation/services/undelivered.py", "note_told_instead"),
        ("escalation/services/undelivered.py", "note_undelivered"),
        ("records/destroying.py", "destroy"),
        ("records/disclosing.py", "finish"),
        ("records/keeping.py", "_noted"),
    }


def test_every_verb_has_a_permission_a_service_and_an_action() -> None:
    verbs = set(PERMISSIONS) - {"open"}
    offered = {name for name in services.__all__ if name[0].islower()}
    assert offered - set(NOT_VERBS) == verbs | {"open_it"}
    assert set(NOT_VERBS) <= offered
    assert set(ACTIONS) == verbs == set(FACTS)
    assert {action.service for action in ACTIONS.values()} == {getattr(services, verb) for verb in verbs}


def test_every_kind_is_some_verbs_or_the_clockworks() -> None:
    assert set(KIND_OF) == set(PERMISSIONS)
    assert set(KIND_OF.values()) | OTHERWISE == set(Kind)
    # What was agreed is recorded in one way, whether one side proposed it or both talked.
    assert len(set(KIND_OF.values())) == len(set(KIND_OF) - {"agree_to_proposal"})


def facts(world: World, disagreement: Disagreement, verb: str) -> dict[str, Any]:
    with world.scope(world.office):
        return FACTS[verb](Deed(world, world.fresh(disagreement), at=TUESDAY, choose=Choosing()))


def prepared(world: World, disagreement: Disagreement, step: str) -> Disagreement:
    """One step before the verb that is tried: another verb, or several."""
    if step == "to_the_top":
        while disagreement.position.stage != TOP.stage:
            disagreement = prepared(world, disagreement, "escalate")
        return disagreement
    if step == "settle":
        disagreement = prepared(world, disagreement, "record_agreement")
        if disagreement.state == State.AWAITING_CONFIRMATION:
            disagreement = prepared(world, disagreement, "confirm_outcome")
        return disagreement
    if step == "put_in_order":
        for asked in ("tell_raiser", "confirm_on_file", "confirm_on_file", "record_learning"):
            disagreement = prepared(world, disagreement, asked)
        return disagreement
    return world.do(step, disagreement, by=doing(world, step), at=TUESDAY, **facts(world, disagreement, step))


def doing(world: World, verb: str) -> User:
    """The office does everything, but for what the two sides do themselves."""
    own = {"propose_outcome": "hospital_lead", "withdraw_proposal": "hospital_lead"}
    other = dict.fromkeys(("agree_to_proposal", "decline_proposal"), "team_manager")
    person: User = getattr(world, (own | other).get(verb, "office"))
    return person


@pytest.mark.parametrize("verb", sorted(set(PERMISSIONS) - {"open"}))
def test_a_verb_writes_one_entry_and_a_refused_one_none(verb: str) -> None:
    world = World("barnsley" if verb in ("confirm_outcome", "dispute_outcome") else "havering")  # Barnsley asks for writing
    if verb == "record_satisfaction":
        world = World("anywhere", asking_for_more())
    world.raised()
    disagreement = world.raised()
    for step in BEFORE.get(verb, ()):
        disagreement = prepared(world, disagreement, step)
    own = facts(world, disagreement, verb)
    before = world.chronology(disagreement)
    with pytest.raises(Refused):  # the administrator of the protocol may do nothing to any disagreement
        world.do(verb, disagreement, by=world.administrator, at=TUESDAY, **own)
    assert world.chronology(disagreement) == before
    by = doing(world, verb)
    with world.scope(by):
        total = ChronologyEntry.objects.count()
        getattr(services, verb)(disagreement.pk, viewer=world.viewer(by), version=disagreement.version, at=TUESDAY, **own)
        assert ChronologyEntry.objects.count() == total + 1
    assert world.chronology(disagreement) == [*before, KIND_OF[verb]]


def test_the_clockwork_writes_one_entry_for_each_thing_that_it_notes(havering: World) -> None:
    disagreement = havering.raised()
    with havering.scope():
        add_closure(day=(TUESDAY + days(2)).date(), name="Training day")
        assert services.recount_clocks(at=TUESDAY) == 1
        services.note_undelivered(disagreement_ids=[disagreement.pk], message_id=1, at=TUESDAY)
    assert havering.sweep(at=TUESDAY + days(8)) == 1
    assert havering.sweep(at=TUESDAY + days(9)) == 1
    assert havering.sweep(at=TUESDAY + days(90)) == 0
    assert havering.chronology(disagreement) == [
        "raised", "timescales_recounted", "notice_undelivered", "timescale_near", "timescale_passed",
    ]  # fmt: skip


def rows() -> Any:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return cursor.fetchone()


@pytest.mark.parametrize("state", ["draft", "settled", "awaiting", "resolved", "closed", "withdrawn", "top"])
def test_every_verb_in_every_state_is_done_or_refused_in_words(state: str) -> None:
    """Never anything else: no error, and no half of a deed."""
    world = World("barnsley" if state == "awaiting" else "havering")
    world.raised()
    disagreement = in_state(world, state)
    with world.scope(world.office):
        viewer = world.viewer(world.office)
        template = world.fresh(world.raised())  # a draft has no protocol yet to take facts from
        for verb in sorted(FACTS):
            with transaction.atomic():
                own = FACTS[verb](Deed(world, template if state == "draft" else disagreement, at=TUESDAY, choose=Choosing()))
                entries, all_rows = ChronologyEntry.objects.count(), rows()
                try:
                    with transaction.atomic():
                        getattr(services, verb)(disagreement.pk, viewer=viewer, version=disagreement.version, at=TUESDAY, **own)
                except Refused as refused:
                    assert str(refused).endswith((".", "?"))  # noqa: PT017  (refusing is one of the two right answers)
                    assert rows() == all_rows, verb
                else:
                    assert ChronologyEntry.objects.count() == entries + 1, verb
                transaction.set_rollback(True)


def in_state(world: World, state: str) -> Disagreement:
    if state == "draft":
        with world.scope(world.office):
            return services.start_draft(world.viewer(world.office))
    if state == "settled":
        with world.scope(world.midwife):
            return services.log_settled(
                viewer=world.viewer(world.midwife), raising_agency=world.agencies["hospital"],
                receiving_agency=world.agencies["social_care"], category=world.protocol.categories[0].key,
                text="We spoke", at=TUESDAY,
            ).disagreement  # fmt: skip
    steps = {
        "awaiting": ("record_agreement",), "resolved": ("settle",), "closed": ("settle", "put_in_order", "close"),
        "withdrawn": ("withdraw",), "top": ("to_the_top",),
    }  # fmt: skip
    disagreement = world.raised()
    for step in steps[state]:
        disagreement = prepared(world, disagreement, step)
    return disagreement


def test_somebody_who_got_their_account_later_is_seen_to_have_opened_it(barnsley: World) -> None:
    """Named on the form by an address that nobody had yet; the same address is the same person."""
    named = barnsley.acting_people(Position(stage="stage_1"))
    people = (*named[:2], services.Person(side=named[2].side, role=named[2].role, name="New Manager", email="new@social.example"))
    raised = barnsley.raised(people=people)
    newcomer = barnsley.person("newcomer", "lead", "social_care")
    newcomer.email = "new@social.example"
    newcomer.save()
    with barnsley.scope(newcomer):
        services.open_it(raised.pk, viewer=barnsley.viewer(newcomer), at=TUESDAY)
    assert barnsley.chronology(raised) == ["raised", "invitation_held", "seen"]
