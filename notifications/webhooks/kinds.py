"""Of which kinds of chronology entry other people's systems are told, and under which name; knows no Django and no row.

Every kind has a line: a name that stays, or nothing. What is told is that something happened, never what was written: so no
kind is left out for its words. Left out is what is nobody else's business (who read, who was let in, what the office keeps
for itself), what only repeats another entry, and what this system says to its own people."""

from __future__ import annotations

from escalation.states import Kind

PREFIX = "disagreement."
# Sent by the button alone, about no disagreement.
TEST = "webhook.test"

NOT_TOLD = ""
NAMES: dict[Kind, str] = {
    Kind.RAISED: "raised",
    Kind.ESCALATED: "escalated",
    Kind.STEPPED_BACK: "stepped_back",
    Kind.SEEN: NOT_TOLD,
    Kind.ACKNOWLEDGED: "acknowledged",
    Kind.CONVERSATION_BOOKED: "conversation_booked",
    Kind.CONVERSATION_HELD: "conversation_held",
    Kind.PASSED_ON: "passed_on",
    Kind.PARTY_CHANGED: "party_changed",
    Kind.SITUATION_CHANGED: "situation_changed",
    Kind.LINKED: "linked",
    Kind.PROGRESS_RECORDED: "progress_recorded",
    Kind.FLAGGED: "flagged",
    Kind.UNFLAGGED: "unflagged",
    Kind.GATE_RECORDED: "gate_recorded",
    Kind.OUTCOME_PROPOSED: "outcome_proposed",
    Kind.PROPOSAL_NOT_AGREED: "proposal_not_agreed",
    Kind.PROPOSAL_WITHDRAWN: "proposal_withdrawn",
    Kind.AGREEMENT_RECORDED: "agreement_recorded",
    Kind.OUTCOME_CONFIRMED: "outcome_confirmed",
    Kind.OUTCOME_DISPUTED: "outcome_disputed",
    Kind.DECISION_RECORDED: "decision_recorded",
    Kind.RAISER_TOLD: "raiser_told",
    Kind.SATISFIED: "satisfied",
    Kind.NOT_SATISFIED: "not_satisfied",
    Kind.CONFIRMED_ON_FILE: "confirmed_on_file",
    Kind.LEARNING_RECORDED: "learning_recorded",
    Kind.ACTION_ADDED: "action_added",
    Kind.ACTION_FINISHED: "action_finished",
    Kind.REOPENED: "reopened",
    Kind.CLOSED: "closed",
    Kind.WITHDRAWN: "withdrawn",
    Kind.SETTLED_LOGGED: "settled_logged",
    Kind.SIDE_PROCESS_STARTED: "side_process_started",
    Kind.SIDE_PROCESS_CHANGED: "side_process_changed",
    Kind.SIDE_PROCESS_ENDED: "side_process_ended",
    Kind.CLOCK_PAUSED: "clock_paused",
    Kind.CLOCK_RESUMED: "clock_resumed",
    Kind.TIMESCALE_VARIED: "timescale_varied",
    Kind.TIMESCALE_NEAR: "timescale_near",
    Kind.TIMESCALE_PASSED: "timescale_passed",
    Kind.TIMESCALES_RECOUNTED: "timescales_recounted",
    Kind.NOTICE_UNDELIVERED: NOT_TOLD,
    Kind.INVITATION_HELD: NOT_TOLD,
    Kind.INVITATION_ADMITTED: NOT_TOLD,
    Kind.INVITATION_REFUSED: NOT_TOLD,
    Kind.ACCESS_REMOVED: NOT_TOLD,
    Kind.CORRECTED: "corrected",
    Kind.FILE_ADDED: "file_added",
    Kind.FILE_REMOVED: "file_removed",
    Kind.SHARED_ACROSS: NOT_TOLD,
    Kind.MERGED: "merged",
    Kind.MERGED_HERE: "merged_here",
    Kind.PARTED: "parted",
    Kind.PARTED_HERE: "parted_here",
    Kind.FOLLOWED: NOT_TOLD,
    Kind.CHASED: NOT_TOLD,
    Kind.HOLD_PLACED: NOT_TOLD,
    Kind.HOLD_LIFTED: NOT_TOLD,
    Kind.DISCLOSED: NOT_TOLD,
    # Whoever keeps a copy is to destroy theirs.
    Kind.DESTROYED: "destroyed",
    # What an older tracker held is no news; but whoever keeps a copy wants it too.
    Kind.TAKEN_IN: "taken_in",
    Kind.TAKEN_IN_UNDONE: "taken_in_undone",
}


def event_of(kind: Kind) -> str:
    """What it is called outside; nothing where it is not told, nor for a kind that nobody has decided on (a test tells)."""
    name = NAMES.get(kind, NOT_TOLD)
    return f"{PREFIX}{name}" if name else ""


def in_plain_words(event: str) -> str:
    """As the office reads it beside the name that a program reads: “Timescale passed”."""
    return "Test" if event == TEST else event.removeprefix(PREFIX).replace("_", " ").capitalize()


EVENTS: tuple[str, ...] = tuple(event_of(kind) for kind in Kind if event_of(kind))
