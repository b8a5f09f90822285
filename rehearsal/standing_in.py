"""Asks the product itself whether it would allow an act under a draft, of a disagreement that is never saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from escalation.models import ChronologyEntry, Disagreement
from escalation.moves import Refused, TransitionNotAllowed
from escalation.replay import Standing
from escalation.requirements import undone
from escalation.services import Particulars, Person, why_not
from escalation.services.particulars import objections
from escalation.states import Kind
from partnerships.ladder import Position, rung_words
from partnerships.models import ProtocolVersion
from partnerships.protocol_questions import question_of
from partnerships.protocol_terms import RaisedAs, Side

from .past import Past
from .placing import cast_for

VERBS: dict[Kind, str] = {
    Kind.ESCALATED: "escalate",
    Kind.STEPPED_BACK: "step_back",
    Kind.AGREEMENT_RECORDED: "record_agreement",
    Kind.OUTCOME_CONFIRMED: "confirm_outcome",
    Kind.OUTCOME_DISPUTED: "dispute_outcome",
    Kind.DECISION_RECORDED: "record_decision",
    Kind.REOPENED: "reopen",
    Kind.CLOSED: "close",
    Kind.WITHDRAWN: "withdraw",
}


def refusals(
    past: Past, draft: ProtocolVersion, standing: Standing, entry: ChronologyEntry, data: Mapping[str, Any]
) -> list[str]:
    """Each reason why the draft would not have allowed what was done, in the product's own sentences; none means that it
    would. What would have been missing on raising and on closing is among them."""
    kind = Kind(entry.kind)
    if kind == Kind.RAISED:
        return [*objections_to(past, draft, entry, data), *_tried(past, draft, standing, entry, data)]
    if kind == Kind.CLOSED:
        return [*_tried(past, draft, standing, entry, data), *_missing_on_closing(past, draft, standing, entry)]
    if kind == Kind.SIDE_PROCESS_STARTED and data.get("process") not in {
        process.key for process in draft.protocol.side_processes
    }:
        return ["The draft has no side process of this kind."]
    if kind == Kind.FLAGGED and data.get("flag") not in {flag.key for flag in draft.protocol.flags}:
        return ["The draft has no such mark."]
    return _tried(past, draft, standing, entry, data) if kind in VERBS else []


def objections_to(past: Past, draft: ProtocolVersion, entry: ChronologyEntry, data: Mapping[str, Any]) -> list[str]:
    """What the form would have refused, or asked for, as it was raised."""
    row = past.row
    if row.raising_agency is None or row.receiving_agency is None:
        return []
    roles = {p.party_id: p.role for p in cast_for(draft.protocol, past.protocol, past.people()).parties}
    people = tuple(
        Person(
            side=Side(party.side),
            role=roles.get(party.pk, party.role),
            name=f"Person {party.pk}",
            email=party.email,
            agency=party.agency,
        )
        for party in past.parties
        if row.raised_at is None or party.joined_at <= row.raised_at
    )
    given = Particulars(
        to=Position.model_validate(data["to"]),
        raising_agency=row.raising_agency,
        receiving_agency=row.receiving_agency,
        people=people,
        answers=past.answered,
        category=row.category,
        urgency=row.urgency,
        child_status=row.child_status,
        flags=tuple(data.get("flags") or ()),
        needed_by=row.needed_by,
        decided_on=row.decided_on,
        raised_as=RaisedAs(row.raised_as),
        thematic=row.thematic,
    )
    return objections(draft.protocol, given, recorder=row.raised_by, at=entry.at)


def _tried(past: Past, draft: ProtocolVersion, standing: Standing, entry: ChronologyEntry, data: Mapping[str, Any]) -> list[str]:
    stand_in = _stand_in(past, draft, standing)
    kind = Kind(entry.kind)
    to = Position.model_validate(data["to"]) if data.get("to") else None
    if kind == Kind.ESCALATED and to == standing.position and to is not None:
        return [f"There is no such step up in the draft: it stands at {rung_words(draft.protocol, to)} already."]
    recorded = {c.what.removeprefix("gate:") for c in past.checks if c.what.startswith("gate:") and c.at <= entry.at}
    try:
        if kind == Kind.RAISED and to is not None:
            stand_in.raise_at(to=to, direct_reason=True)
        elif kind == Kind.ESCALATED and to is not None:
            stand_in.escalate_to(to=to, direct_reason=True, gates_recorded=frozenset(recorded))
        elif kind == Kind.WITHDRAWN:
            stand_in.withdraw(referred_elsewhere=False)
        else:
            getattr(stand_in, VERBS[kind])()
    except TransitionNotAllowed:
        return [why_not(stand_in, VERBS[kind])]
    except Refused as refused:
        return [str(refused)]
    return []


def _stand_in(past: Past, draft: ProtocolVersion, standing: Standing) -> Disagreement:
    """A row like the real one under the draft, in memory alone: it stands where the replay has it."""
    row, position = past.row, standing.position
    stand_in = Disagreement(
        pk=row.pk,
        partnership=row.partnership,
        state=standing.state,
        stage=position.stage if position else "",
        tier=position.tier if position else 1,
        protocol_version=draft,
        raising_agency=row.raising_agency,
        receiving_agency=row.receiving_agency,
        opened_directly=standing.facts.direct,
        category=row.category,
        urgency=row.urgency,
        child_status=row.child_status,
        flags=sorted(standing.flags),
        raised_as=row.raised_as,
    )
    stand_in._prefetched_objects_cache = {"side_processes": list(past.processes)}  # type: ignore[attr-defined]
    return stand_in


def _missing_on_closing(past: Past, draft: ProtocolVersion, standing: Standing, entry: ChronologyEntry) -> list[str]:
    stage = standing.position.stage if standing.position else ""
    agencies = [pk for pk in (past.row.raising_agency_id, past.row.receiving_agency_id) if pk]
    done = [(check.what, check.agency_id) for check in past.checks if check.at <= entry.at]
    missing = undone(draft.protocol, stage=stage, checks=done, agencies=agencies, thematic=past.row.thematic)
    return [f"Before closing, this would have been missing: {question_of(m)}" for m in missing]
