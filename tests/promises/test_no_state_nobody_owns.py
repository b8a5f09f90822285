"""Every state has a holder, every kind of entry a sentence, a clock rule and a notice decision: nothing falls between."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from string import Formatter

from django.conf import settings
from django_fsm import FSMField

from escalation.models import ChronologyEntry, Disagreement
from escalation.replay import STATE_AFTER
from escalation.requirements import ON_CLOSING, ON_RAISING
from escalation.sentences import SENTENCES
from escalation.states import BY_CLOCKWORK, ENDED, KIND_EVENTS, STATE_HOLDERS, STATE_WORDS, Holder, Kind, State, events_of
from notifications.audiences import ASKED_AGAIN, AT_THE_DOOR, MADE_TOGETHER
from partnerships.protocol_terms import Asked, Event

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "notifications"

# Kinds that turn no clock and carry no notice, each a decision.
SILENT = {
    Kind.PARTY_CHANGED: "whoever joins is told by a letter of its own; the timescales go on, the child has waited already",
    Kind.LINKED: "a pointer for readers; neither disagreement is changed by it",
    Kind.UNFLAGGED: "what a mark brought about is not taken back, and nobody was promised news of its end",
    Kind.GATE_RECORDED: "a check before a step; the step itself is told of",
    Kind.CONFIRMED_ON_FILE: "each agency's own record-keeping, asked for before closing",
    Kind.ACTION_ADDED: "followed on the page until it is done; the protocols set no clock for it",
    Kind.ACTION_FINISHED: "as above",
    Kind.CLOCK_PAUSED: "a clock is stopped by hand, not turned by the protocol; both sides see it on the page",
    Kind.CLOCK_RESUMED: "as above",
    Kind.SATISFIED: "nothing is left to do about it; it can be closed",
    Kind.SIDE_PROCESS_CHANGED: "its start and its end are told of; who sits on it meanwhile is told by a letter of its own",
    Kind.CORRECTED: "the old words stay beside the new ones on the page; nothing is asked of anybody",
    Kind.FILE_ADDED: "seen on the page with what it belongs to",
    Kind.FILE_REMOVED: "as above",
    Kind.HOLD_PLACED: "the office's own doing, after the end",
    Kind.HOLD_LIFTED: "as above",
    Kind.DISCLOSED: "as above",
    Kind.DESTROYED: "as above: nobody is written to about what is no longer there",
    Kind.SHARED_ACROSS: "whoever joins is told by a letter of their own",
    Kind.MERGED_HERE: "everybody of both is told of it at the one that ends, which leads here",
    Kind.PARTED_HERE: "as above, at the one that goes on by itself again",
    Kind.FOLLOWED: "the office's own order; nothing is asked of anybody",
    Kind.TAKEN_IN: "it happened long ago; a letter about each row of an old tracker would be a flood",
    Kind.TAKEN_IN_UNDONE: "as above, the other way",
}
# Of no protocol's events either, and told all the same, to people whom no rule of a protocol names (`_at_the_door`).
TOLD_WHATEVER_A_PROTOCOL_SAYS = {
    Kind.INVITATION_HELD: "the office must look, and whoever raised it must telephone",
    Kind.INVITATION_ADMITTED: "whoever was let in must know, and whoever raised it need not telephone any more",
    Kind.INVITATION_REFUSED: "whoever raised it must name somebody else",
    Kind.ACCESS_REMOVED: "the office answers for what a wrong person has read, and whoever raised it names the right one",
}
# As above, to the side that is asked for its answer, or that waited for it (`_made_together`).
TOLD_TO_THE_OTHER_SIDE = {
    Kind.OUTCOME_PROPOSED: "the other side is asked for its answer",
    Kind.PROPOSAL_NOT_AGREED: "the side that proposed it waits for this",
    Kind.PROPOSAL_WITHDRAWN: "the other side need not answer any more",
}
# As above, to whoever's turn it is (`_asked_again`).
REMINDED = {Kind.CHASED: "whoever the office reminds"}
# Words of e-mails that are not about one kind of entry.
OTHER_LETTERS = {"letter", "acknowledgement", "joined", "recorded_for_you", "directory_reminder", "piece_of_letter", "way_in"}


def test_every_state_has_a_word_and_somebody_who_acts_next() -> None:
    assert set(STATE_WORDS) == set(STATE_HOLDERS) == set(State)
    assert set(STATE_HOLDERS.values()) == set(Holder)
    assert len(set(STATE_WORDS.values())) == len(State)
    assert {state for state, holder in STATE_HOLDERS.items() if holder == Holder.NOBODY} < ENDED


def test_the_stored_states_and_kinds_are_these() -> None:
    field = Disagreement._meta.get_field("state")
    assert isinstance(field, FSMField)
    assert [value for value, _ in field.choices or ()] == list(State)
    assert [value for value, _ in ChronologyEntry._meta.get_field("kind").choices or ()] == list(Kind)
    assert [value for value, _ in ChronologyEntry._meta.get_field("state").choices or ()] == list(State)


def test_every_kind_has_a_sentence_of_its_own() -> None:
    assert set(SENTENCES) == set(Kind)
    assert len(set(SENTENCES.values())) == len(Kind)
    gaps = {name for sentence in SENTENCES.values() for _, name, *_ in Formatter().parse(sentence) if name is not None}
    assert gaps == {"rung", "name", "word", "whose", "because", "marked", "chosen", "side", "together"}


def derived() -> set[Event]:
    """The events that an entry is because of where it led, whatever its kind."""
    found: set[Event] = set()
    for before, after, stage, tier in product(State, State, (False, True), (False, True)):
        events = events_of(Kind.ESCALATED, state_before=before, state_after=after, stage_opened=stage, tier_opened=tier)
        found |= events - KIND_EVENTS[Kind.ESCALATED]
    return found


def test_every_event_of_a_protocol_can_happen() -> None:
    """An event that no kind of entry is would be a clock that never starts."""
    assert derived() == {Event.STAGE_OPENED, Event.TIER_OPENED, Event.RESOLVED}
    assert set(KIND_EVENTS) == set(Kind)
    assert frozenset().union(*KIND_EVENTS.values()) | derived() == set(Event)


def test_every_kind_turns_clocks_or_is_silent_for_a_reason() -> None:
    without = {kind for kind, events in KIND_EVENTS.items() if not events}
    told = {*TOLD_WHATEVER_A_PROTOCOL_SAYS, *TOLD_TO_THE_OTHER_SIDE, *REMINDED}
    assert without == {*SILENT, *told, Kind.ESCALATED}  # that one opens something
    assert set(TOLD_WHATEVER_A_PROTOCOL_SAYS) == AT_THE_DOOR
    assert set(TOLD_TO_THE_OTHER_SIDE) == MADE_TOGETHER
    assert set(REMINDED) == ASKED_AGAIN


def test_every_kind_that_can_be_told_of_has_words_for_an_e_mail() -> None:
    assert {path.stem for path in TEMPLATES.glob("*.txt")} - OTHER_LETTERS == set(Kind) - set(SILENT)


def test_the_clockworks_kinds_move_nothing() -> None:
    """A sweep must make nobody's form stale, so what it writes must change nothing that a form shows."""
    assert set(STATE_AFTER) & BY_CLOCKWORK == set()


def test_replaying_and_moving_know_the_same_ends() -> None:
    """Two independent tellings of the state machine: the edges in the model, and what a replay makes of each kind."""
    targets = set(STATE_AFTER.values()) | {State.AWAITING_CONFIRMATION}
    assert targets == set(State) - {State.DRAFT}


def test_everything_that_a_protocol_may_ask_for_is_asked_at_some_point() -> None:
    assert {*ON_RAISING, *ON_CLOSING, Asked.WRITTEN_CONFIRMATION, Asked.ACTION_PLAN} == set(Asked)
