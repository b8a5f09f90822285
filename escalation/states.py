"""The six states, the kinds of chronology entry, and what each means to clocks; knows no Django and no partnership."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from partnerships.ladder import Position
from partnerships.protocol_terms import Event


class State(StrEnum):
    """The same for every partnership; where a disagreement stands on its ladder is its position, not its state."""

    DRAFT = "draft"
    OPEN = "open"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    RESOLVED = "resolved"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


def _(words: str) -> str:
    """Marks words for the catalogue as gettext_noop does, of which this module knows nothing."""
    return words


STATE_WORDS: dict[State, str] = {
    State.DRAFT: _("Draft"),
    State.OPEN: _("Open"),
    State.AWAITING_CONFIRMATION: _("Agreed, to be confirmed in writing"),
    State.RESOLVED: _("Resolved"),
    State.CLOSED: _("Closed"),
    State.WITHDRAWN: _("Withdrawn"),
}


class Holder(StrEnum):
    """Who must act next; every state has exactly one answer."""

    AUTHOR = "author"
    RUNG = "rung"
    RECEIVING_MANAGER = "receiving_manager"
    PARTNERSHIP_MANAGER = "partnership_manager"
    NOBODY = "nobody"


STATE_HOLDERS: dict[State, Holder] = {
    State.DRAFT: Holder.AUTHOR,
    State.OPEN: Holder.RUNG,
    State.AWAITING_CONFIRMATION: Holder.RECEIVING_MANAGER,
    State.RESOLVED: Holder.PARTNERSHIP_MANAGER,
    State.CLOSED: Holder.NOBODY,
    State.WITHDRAWN: Holder.NOBODY,
}


class Kind(StrEnum):
    """Everything that can happen to a disagreement, each the kind of one chronology entry."""

    RAISED = "raised"
    ESCALATED = "escalated"
    STEPPED_BACK = "stepped_back"
    SEEN = "seen"
    ACKNOWLEDGED = "acknowledged"
    CONVERSATION_BOOKED = "conversation_booked"
    CONVERSATION_HELD = "conversation_held"
    PASSED_ON = "passed_on"
    PARTY_CHANGED = "party_changed"
    SITUATION_CHANGED = "situation_changed"
    LINKED = "linked"
    PROGRESS_RECORDED = "progress_recorded"
    FLAGGED = "flagged"
    UNFLAGGED = "unflagged"
    GATE_RECORDED = "gate_recorded"
    OUTCOME_PROPOSED = "outcome_proposed"
    PROPOSAL_NOT_AGREED = "proposal_not_agreed"
    PROPOSAL_WITHDRAWN = "proposal_withdrawn"
    AGREEMENT_RECORDED = "agreement_recorded"
    OUTCOME_CONFIRMED = "outcome_confirmed"
    OUTCOME_DISPUTED = "outcome_disputed"
    DECISION_RECORDED = "decision_recorded"
    RAISER_TOLD = "raiser_told"
    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    CONFIRMED_ON_FILE = "confirmed_on_file"
    LEARNING_RECORDED = "learning_recorded"
    ACTION_ADDED = "action_added"
    ACTION_FINISHED = "action_finished"
    REOPENED = "reopened"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    SETTLED_LOGGED = "settled_logged"
    SIDE_PROCESS_STARTED = "side_process_started"
    SIDE_PROCESS_CHANGED = "side_process_changed"
    SIDE_PROCESS_ENDED = "side_process_ended"
    CLOCK_PAUSED = "clock_paused"
    CLOCK_RESUMED = "clock_resumed"
    TIMESCALE_VARIED = "timescale_varied"
    TIMESCALE_NEAR = "timescale_near"
    TIMESCALE_PASSED = "timescale_passed"
    TIMESCALES_RECOUNTED = "timescales_recounted"
    NOTICE_UNDELIVERED = "notice_undelivered"
    INVITATION_HELD = "invitation_held"
    INVITATION_ADMITTED = "invitation_admitted"
    INVITATION_REFUSED = "invitation_refused"
    ACCESS_REMOVED = "access_removed"
    CORRECTED = "corrected"
    FILE_ADDED = "file_added"
    FILE_REMOVED = "file_removed"
    SHARED_ACROSS = "shared_across"
    MERGED = "merged"
    MERGED_HERE = "merged_here"
    PARTED = "parted"
    PARTED_HERE = "parted_here"
    FOLLOWED = "followed"
    CHASED = "chased"
    HOLD_PLACED = "hold_placed"
    HOLD_LIFTED = "hold_lifted"
    DISCLOSED = "disclosed"
    DESTROYED = "destroyed"
    TAKEN_IN = "taken_in"
    TAKEN_IN_UNDONE = "taken_in_undone"


# Kind -> the protocol's events that it always is. Events that depend on where it led (a stage or tier opened, resolved)
# are added by `events_of`. A kind with an empty set turns no clock and can carry no notice rule: a decision, not a gap.
KIND_EVENTS: dict[Kind, frozenset[Event]] = {
    Kind.RAISED: frozenset({Event.RAISED}),
    Kind.ESCALATED: frozenset(),
    Kind.STEPPED_BACK: frozenset({Event.STEPPED_BACK}),
    Kind.SEEN: frozenset({Event.SEEN}),
    Kind.ACKNOWLEDGED: frozenset({Event.ACKNOWLEDGED}),
    Kind.CONVERSATION_BOOKED: frozenset({Event.CONVERSATION_BOOKED}),
    Kind.CONVERSATION_HELD: frozenset({Event.CONVERSATION_HELD}),
    Kind.PASSED_ON: frozenset({Event.PASSED_ON}),
    Kind.PARTY_CHANGED: frozenset(),
    Kind.SITUATION_CHANGED: frozenset({Event.SITUATION_CHANGED}),
    Kind.LINKED: frozenset(),
    Kind.PROGRESS_RECORDED: frozenset({Event.PROGRESS_RECORDED}),
    Kind.FLAGGED: frozenset({Event.FLAGGED}),
    Kind.UNFLAGGED: frozenset(),
    Kind.GATE_RECORDED: frozenset(),
    # A proposal moves no clock and is told by a rule of the product's own: the other side alone has something to do with it.
    Kind.OUTCOME_PROPOSED: frozenset(),
    Kind.PROPOSAL_NOT_AGREED: frozenset(),
    Kind.PROPOSAL_WITHDRAWN: frozenset(),
    Kind.AGREEMENT_RECORDED: frozenset({Event.AGREEMENT_RECORDED}),
    Kind.OUTCOME_CONFIRMED: frozenset({Event.OUTCOME_CONFIRMED}),
    Kind.OUTCOME_DISPUTED: frozenset({Event.OUTCOME_DISPUTED}),
    Kind.DECISION_RECORDED: frozenset({Event.DECISION_RECORDED}),
    Kind.RAISER_TOLD: frozenset({Event.RAISER_TOLD}),
    Kind.SATISFIED: frozenset(),
    Kind.NOT_SATISFIED: frozenset({Event.NOT_SATISFIED}),
    Kind.CONFIRMED_ON_FILE: frozenset(),
    Kind.LEARNING_RECORDED: frozenset({Event.LEARNING_RECORDED}),
    Kind.ACTION_ADDED: frozenset(),
    Kind.ACTION_FINISHED: frozenset(),
    Kind.REOPENED: frozenset({Event.REOPENED}),
    Kind.CLOSED: frozenset({Event.CLOSED}),
    Kind.WITHDRAWN: frozenset({Event.WITHDRAWN}),
    Kind.SETTLED_LOGGED: frozenset({Event.SETTLED_LOGGED}),
    Kind.SIDE_PROCESS_STARTED: frozenset({Event.SIDE_PROCESS_STARTED}),
    Kind.SIDE_PROCESS_CHANGED: frozenset(),
    Kind.SIDE_PROCESS_ENDED: frozenset({Event.SIDE_PROCESS_ENDED}),
    Kind.CLOCK_PAUSED: frozenset(),
    Kind.CLOCK_RESUMED: frozenset(),
    Kind.TIMESCALE_VARIED: frozenset({Event.TIMESCALE_VARIED}),
    Kind.TIMESCALE_NEAR: frozenset({Event.TIMESCALE_NEAR}),
    Kind.TIMESCALE_PASSED: frozenset({Event.TIMESCALE_PASSED}),
    Kind.TIMESCALES_RECOUNTED: frozenset({Event.TIMESCALE_RECOUNTED}),
    Kind.NOTICE_UNDELIVERED: frozenset({Event.NOTICE_UNDELIVERED}),
    Kind.INVITATION_HELD: frozenset(),
    Kind.INVITATION_ADMITTED: frozenset(),
    Kind.INVITATION_REFUSED: frozenset(),
    Kind.ACCESS_REMOVED: frozenset(),
    Kind.CORRECTED: frozenset(),
    Kind.FILE_ADDED: frozenset(),
    Kind.FILE_REMOVED: frozenset(),
    Kind.SHARED_ACROSS: frozenset(),
    # Put together with another, which goes on: for the clocks, and for whom the protocol tells of it, it is withdrawn here.
    Kind.MERGED: frozenset({Event.WITHDRAWN}),
    Kind.MERGED_HERE: frozenset(),
    Kind.PARTED: frozenset({Event.REOPENED}),
    Kind.PARTED_HERE: frozenset(),
    Kind.FOLLOWED: frozenset(),
    # A reminder asks for what was asked already: no clock turns, and whose turn it was are told whatever a protocol says.
    Kind.CHASED: frozenset(),
    Kind.HOLD_PLACED: frozenset(),
    Kind.HOLD_LIFTED: frozenset(),
    Kind.DISCLOSED: frozenset(),
    Kind.DESTROYED: frozenset(),
    # It happened long ago elsewhere: what clocks are begun with it, where that is asked for, the service says (`also`).
    Kind.TAKEN_IN: frozenset(),
    Kind.TAKEN_IN_UNDONE: frozenset(),
}

# Kinds made by the product itself, or that change nothing which anybody else's form rests on (that it was seen, who in the
# office follows it, that the office reminded): they must not make a person's form stale (architecture.md 10.10).
BY_CLOCKWORK: frozenset[Kind] = frozenset(
    {
        Kind.TIMESCALE_NEAR, Kind.TIMESCALE_PASSED, Kind.TIMESCALES_RECOUNTED, Kind.NOTICE_UNDELIVERED, Kind.SEEN,
        Kind.FOLLOWED, Kind.CHASED,
    }
)  # fmt: skip

ENDED: frozenset[State] = frozenset({State.RESOLVED, State.CLOSED, State.WITHDRAWN})


def proposed_after(before: str, kind: Kind, data: Mapping[str, Any], *, moved: bool) -> str:
    """Whose proposed outcome waits for an answer after an entry: a side, or nobody's. Whatever moves the disagreement ends
    one by itself, and so does another agency's taking the place of the one that proposed."""
    if kind == Kind.OUTCOME_PROPOSED:
        return str(data["proposed_by"])
    given_away = kind == Kind.PASSED_ON and "sector" in data and before == "receiving"
    answered = kind in (Kind.PROPOSAL_NOT_AGREED, Kind.PROPOSAL_WITHDRAWN)
    return "" if moved or answered or given_away else before


def opened(
    *, state_before: State, state_after: State, rung_before: Position | None, rung_after: Position | None
) -> tuple[bool, bool]:
    """Whether a move came to another stage, and whether to another tier of the same one. Reopening opens no rung."""
    came = state_after == State.OPEN and rung_after != rung_before and state_before != State.RESOLVED
    same = rung_before is not None and rung_after is not None and rung_before.stage == rung_after.stage
    return came and not same, came and same


def events_of(kind: Kind, *, state_before: State, state_after: State, stage_opened: bool, tier_opened: bool) -> frozenset[Event]:
    """Every protocol event that an entry of this kind is, given what it changed. Going back down opens nothing."""
    if kind == Kind.TAKEN_IN:  # it opened and ended before there was a record: nothing happens by writing it down
        return KIND_EVENTS[kind]
    events = set(KIND_EVENTS[kind])
    if stage_opened and kind != Kind.STEPPED_BACK:
        events.add(Event.STAGE_OPENED)
    if tier_opened and kind != Kind.STEPPED_BACK:
        events.add(Event.TIER_OPENED)
    if state_after == State.RESOLVED and state_before != State.RESOLVED:
        events.add(Event.RESOLVED)
    return frozenset(events)
