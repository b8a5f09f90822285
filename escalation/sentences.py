"""The one table from what happened to how the chronology says it; knows no page and no e-mail."""

from __future__ import annotations

from partnerships.ladder import Position, rung_words
from partnerships.protocol import Protocol

from .models import ChronologyEntry
from .states import Kind

# {rung}: where it led; {name}: a time limit's label, a side process's name or a flag's name; {word}: the authority's word.
SENTENCES: dict[Kind, str] = {
    Kind.RAISED: "Raised at {rung}",
    Kind.ESCALATED: "Escalated to {rung}",
    Kind.STEPPED_BACK: "Taken a step back, to {rung}",
    Kind.SEEN: "First opened by the receiving side",
    Kind.ACKNOWLEDGED: "Acknowledged by the receiving side",
    Kind.CONVERSATION_BOOKED: "Conversation booked",
    Kind.CONVERSATION_HELD: "The two sides talked",
    Kind.PASSED_ON: "Passed on to somebody else",
    Kind.PARTY_CHANGED: "A person changed",
    Kind.LINKED: "Linked to another disagreement",
    Kind.PROGRESS_RECORDED: "Progress recorded",
    Kind.FLAGGED: "Marked: {name}",
    Kind.UNFLAGGED: "No longer marked: {name}",
    Kind.GATE_RECORDED: "Recorded before the next step: {name}",
    Kind.AGREEMENT_RECORDED: "Agreement recorded",
    Kind.OUTCOME_CONFIRMED: "Outcome confirmed in writing",
    Kind.OUTCOME_DISPUTED: "Outcome not agreed after all",
    Kind.DECISION_RECORDED: "{word} recorded",
    Kind.RAISER_TOLD: "The person who first raised it was told",
    Kind.NOT_SATISFIED: "Not satisfied with the outcome",
    Kind.CONFIRMED_ON_FILE: "Put on the child's file",
    Kind.LEARNING_RECORDED: "Learning recorded",
    Kind.ACTION_ADDED: "Outstanding action added",
    Kind.ACTION_FINISHED: "Outstanding action done",
    Kind.REOPENED: "Reopened at {rung}",
    Kind.CLOSED: "Closed",
    Kind.WITHDRAWN: "Withdrawn",
    Kind.SETTLED_LOGGED: "Logged: settled by talking",
    Kind.SIDE_PROCESS_STARTED: "{name} started",
    Kind.SIDE_PROCESS_ENDED: "{name} ended",
    Kind.CLOCK_PAUSED: "Clock paused: {name}",
    Kind.CLOCK_RESUMED: "Clock resumed: {name}",
    Kind.TIMESCALE_VARIED: "Date changed: {name}",
    Kind.TIMESCALE_NEAR: "Timescale ends soon: {name}",
    Kind.TIMESCALE_PASSED: "Timescale passed: {name}",
    Kind.TIMESCALES_RECOUNTED: "Dates counted again because days off changed",
    Kind.NOTICE_UNDELIVERED: "An e-mail could not be delivered: telephone instead",
}


def sentence(entry: ChronologyEntry, protocol: Protocol | None) -> str:
    """What an entry says, in the words of the protocol it was made under."""
    kind = Kind(entry.kind)
    if protocol is None:
        return SENTENCES[kind]
    to = entry.data.get("to")
    return SENTENCES[kind].format(
        rung=rung_words(protocol, Position.model_validate(to)) if to else "",
        name=_name(entry, protocol),
        word=_authority_word(entry, protocol),
    )


def _name(entry: ChronologyEntry, protocol: Protocol) -> str:
    data = entry.data
    if key := data.get("time_limit"):
        limit = protocol.time_limit(key)
        return f"{limit.label} ({limit.strength}), {limit.purpose[:1].lower()}{limit.purpose[1:]}"
    if key := data.get("process"):
        return protocol.side_process(key).name
    if key := data.get("flag"):
        return next((flag.name for flag in protocol.flags if flag.key == key), key)
    if key := data.get("gate"):
        return next((gate.asks for stage in protocol.stages for gate in stage.gates if gate.key == key), key)
    return ""


def _authority_word(entry: ChronologyEntry, protocol: Protocol) -> str:
    authority = protocol.stage(entry.stage).authority if entry.stage else None
    return authority.outcome_word.capitalize() if authority else "Decision"
