"""The one table from what happened to how the chronology says it; knows no page and no e-mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from partnerships.ladder import Position, rung_words
from partnerships.protocol import Protocol

from .models import ChronologyEntry
from .states import Kind

# {rung}: where it led; {name}: a time limit's label, a side process's name or a flag's name; {word}: the authority's word;
# {whose}: on whose word; {side}: who proposed or answered; {together}: how both sides came to it;
# {because}: the ground on which it moved or ended, as the protocol calls it.
SENTENCES: dict[Kind, str] = {
    Kind.RAISED: "Raised at {rung}",
    Kind.ESCALATED: "Escalated to {rung}{because}",
    Kind.STEPPED_BACK: "Taken a step back, to {rung}",
    Kind.SEEN: "First opened by the receiving side",
    Kind.ACKNOWLEDGED: "Acknowledged by the receiving side",
    Kind.CONVERSATION_BOOKED: "Conversation booked",
    Kind.CONVERSATION_HELD: "The two sides talked",
    Kind.PASSED_ON: "Passed on to somebody else",
    Kind.PARTY_CHANGED: "A person changed",
    Kind.SITUATION_CHANGED: "Changed: {name}",
    Kind.LINKED: "Linked to another disagreement",
    Kind.PROGRESS_RECORDED: "Progress recorded",
    Kind.FLAGGED: "Marked: {name}",
    Kind.UNFLAGGED: "No longer marked: {name}",
    Kind.GATE_RECORDED: "Recorded before the next step: {name}",
    Kind.OUTCOME_PROPOSED: "{side} proposed an outcome",
    Kind.PROPOSAL_NOT_AGREED: "{side} does not agree to the proposed outcome yet",
    Kind.PROPOSAL_WITHDRAWN: "{side} took its proposed outcome back",
    Kind.AGREEMENT_RECORDED: "Agreement recorded{together}",
    Kind.OUTCOME_CONFIRMED: "Outcome confirmed in writing",
    Kind.OUTCOME_DISPUTED: "Outcome not agreed after all",
    Kind.DECISION_RECORDED: "{word} recorded{because}",
    Kind.RAISER_TOLD: "The person who first raised it was told",
    Kind.SATISFIED: "{whose} satisfied with the outcome",
    Kind.NOT_SATISFIED: "{whose} not satisfied with the outcome",
    Kind.CONFIRMED_ON_FILE: "Put on the child's file",
    Kind.LEARNING_RECORDED: "Learning recorded",
    Kind.ACTION_ADDED: "Outstanding action added",
    Kind.ACTION_FINISHED: "Outstanding action done",
    Kind.REOPENED: "Reopened at {rung}",
    Kind.CLOSED: "Closed",
    Kind.WITHDRAWN: "Withdrawn{because}",
    Kind.SETTLED_LOGGED: "Logged: settled by talking",
    Kind.SIDE_PROCESS_STARTED: "{name} started{marked}",
    Kind.SIDE_PROCESS_CHANGED: "{name}: who takes part has changed",
    Kind.SIDE_PROCESS_ENDED: "{name} ended{chosen}",
    Kind.CLOCK_PAUSED: "Clock paused: {name}",
    Kind.CLOCK_RESUMED: "Clock resumed: {name}",
    Kind.TIMESCALE_VARIED: "Date changed: {name}",
    Kind.TIMESCALE_NEAR: "Timescale ends soon: {name}",
    Kind.TIMESCALE_PASSED: "Timescale passed: {name}",
    Kind.TIMESCALES_RECOUNTED: "Dates counted again because days off changed",
    Kind.NOTICE_UNDELIVERED: "An e-mail could not be delivered: telephone instead",
    Kind.INVITATION_HELD: "Somebody was named whose address nobody knows: it waits for the partnership office",
    Kind.INVITATION_ADMITTED: "Somebody who was named was let in",
    Kind.INVITATION_REFUSED: "Somebody who was named was not let in by the partnership office",
    Kind.ACCESS_REMOVED: "Somebody’s access was ended: it had gone to the wrong person",
    Kind.CORRECTED: "An entry was corrected",
    Kind.FILE_ADDED: "A file was added",
    Kind.FILE_REMOVED: "A file was taken away{because}",
    Kind.SHARED_ACROSS: "People of another partnership were brought in",
    Kind.MERGED: "Put together with another disagreement about the same thing, which goes on",
    Kind.MERGED_HERE: "Another disagreement about the same thing was put together with this one",
    Kind.PARTED: "Parted from the other disagreement again: they were two after all",
    Kind.PARTED_HERE: "The other disagreement goes on by itself again: they were two after all",
    Kind.FOLLOWED: "Who follows it for the partnership office was changed",
    Kind.CHASED: "The partnership office sent a reminder",
    Kind.HOLD_PLACED: "Kept for now: a legal hold was placed",
    Kind.HOLD_LIFTED: "The legal hold was lifted",
    Kind.DISCLOSED: "A copy was made for disclosure",
    Kind.DESTROYED: "What was written was destroyed when its time was up",
    Kind.TAKEN_IN: "Taken in by the partnership office from the tracker kept before, {name}",
    Kind.TAKEN_IN_UNDONE: "The taking in was undone, and what was written was destroyed",
}


# On whose word a resolved disagreement may be closed, at the start of a sentence.
# What the office did about an e-mail that did not arrive.
TOLD_INSTEAD = {
    "telephoned": "Told by telephone, because an e-mail could not be delivered",
    "again": "Sent again, because an e-mail could not be delivered",
}
WHOSE = {
    "raiser": "The person who raised it is",
    "raising": "The raising side is",
    "receiving": "The receiving side is",
}


def sentence(entry: ChronologyEntry, protocol: Protocol | None) -> str:
    """What an entry says, in the words of the protocol it was made under."""
    kind = Kind(entry.kind)
    if protocol is None:
        return SENTENCES[kind]
    if kind == Kind.NOTICE_UNDELIVERED and "how" in entry.data:
        return TOLD_INSTEAD[str(entry.data["how"])]
    to = entry.data.get("to")
    return SENTENCES[kind].format(
        rung=rung_words(protocol, Position.model_validate(to)) if to else "",
        name=_name(entry, protocol),
        word=_authority_word(entry, protocol),
        whose=WHOSE.get(str(entry.data.get("whose") or ""), "Somebody is"),
        because=_because(entry, protocol),
        marked=_marked(entry, protocol),
        chosen=_chosen(entry, protocol),
        side=f"The {SIDES.get(str(entry.data.get('proposed_by') or entry.data.get('answered_by')), 'other side')}",
        together=_together(entry.data),
    )


SIDES = {"raising": "raising side", "receiving": "receiving side"}
# How both sides came to see the words, where one wrote down what was agreed by talking.
SEEN_BY_BOTH = {"read_out": "read out to both sides", "in_writing": "both sides agreed to the words in writing"}


def _together(data: Mapping[str, Any]) -> str:
    """Whose text it was that the other side agreed to; or how both have seen the one that somebody wrote down."""
    if side := SIDES.get(str(data.get("proposed_by") or "")):
        return f": both sides agree, in the words that the {side} proposed"
    seen = SEEN_BY_BOTH.get(str(data.get("seen") or ""))
    return f": {seen}" if seen else ""


def _because(entry: ChronologyEntry, protocol: Protocol) -> str:
    """The ground on which it was moved up; the silence after which it was ended; by whom it was decided, of two."""
    data = entry.data
    if key := data.get("ground"):
        return f", because: {next((ground.name for ground in protocol.grounds if ground.key == key), key)}"
    if key := data.get("unanswered"):
        return f": no answer {next((limit.label for limit in protocol.time_limits if limit.key == key), key)}"
    if data.get("virus"):
        return ": a virus was found in it"
    if key := data.get("panel"):
        return f", by: {next((process.name for process in protocol.side_processes if process.key == key), key)}"
    authority = protocol.stage(entry.stage).authority if data.get("directly") and entry.stage else None
    return f", by: {protocol.role(authority.by).name}, directly" if authority and authority.by else ""


def _marked(entry: ChronologyEntry, protocol: Protocol) -> str:
    """The mark that started a side process by itself."""
    key = entry.data.get("flag")
    return f", because it is marked: {next((f.name for f in protocol.flags if f.key == key), key)}" if key else ""


def _chosen(entry: ChronologyEntry, protocol: Protocol) -> str:
    """Which of its choices a side process ended with. The entry holds its number, never the words."""
    number = entry.data.get("choice")
    return f": {protocol.side_process(entry.data['process']).choices[number]}" if number is not None else ""


def _situation(data: Mapping[str, Any], protocol: Protocol) -> str:
    """What is known otherwise now, in the protocol's words: its urgency, the child's status."""
    found = []
    if "urgency" in data:
        band = next((band.name for band in protocol.urgency_bands if band.key == data["urgency"]), "none of the bands")
        found.append(f"urgency is now {band}")
    if "child_status" in data:
        status = next((s.name for s in protocol.child_statuses if s.key == data["child_status"]), "none of those listed")
        found.append(f"the child's status is now {status}")
    return "; ".join(found)


def _name(entry: ChronologyEntry, protocol: Protocol) -> str:
    data = entry.data
    if entry.kind == Kind.SITUATION_CHANGED:
        return _situation(data, protocol)
    if entry.kind == Kind.TAKEN_IN:  # of the file's name nothing is kept here: somebody may have named a child in it
        return f"row {data['row']} of file {str(data['file'])[:8]}"
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
