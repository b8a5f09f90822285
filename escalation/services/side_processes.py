"""Panels, mediation, deep dives and the like: started, who sits on them, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from partnerships.models import Agency
from partnerships.protocol import MembershipRule, SideProcess

from ..models import ChronologyEntry, Disagreement, SideProcessRecord
from ..moves import Happened, NotPermitted, Refused
from ..permissions import Viewer, ties
from ..states import Kind
from .doing import do


@dataclass(frozen=True)
class Seat:
    """A member of a panel, or a mediator: a name, and the agency they come from (None: from no agency)."""

    name: str
    agency: Agency | None = None


def start_side_process(
    disagreement_id: int, *, viewer: Viewer, version: int, process: str, reason: str, seats: Iterable[Seat] = (), **doing: Any
) -> ChronologyEntry:
    """Start one beside the ladder. A membership that breaks the protocol's rule is warned of on the record, never accepted
    in silence (H 2.12); only a mediator from one of the two sides is refused outright (W 2.3)."""
    if not reason.strip():
        raise Refused("Say why it is asked for.")
    members = list(seats)

    def change(d: Disagreement, at: datetime) -> Happened:
        definition = next((p for p in d.protocol.side_processes if p.key == process), None)
        if definition is None or (definition.stages and d.stage not in definition.stages):
            raise Refused("The protocol does not offer that at this step.")
        _may_start(d, definition, viewer)
        if d.side_processes.filter(process=process, ended_at=None).exists():
            raise Refused(f"{definition.name} has been started already.")
        _no_member_of_either_side(d, definition, members)
        record = SideProcessRecord.objects.create(
            disagreement=d,
            process=process,
            started_at=at,
            started_by=viewer.user,
            members=[{"name": m.name, "agency": m.agency.pk if m.agency else None} for m in members],
            warning=membership_warning(d, definition.members, members),
        )
        return d.carry_on(kind=Kind.SIDE_PROCESS_STARTED, data={"process": process, "record": record.pk})

    return do(disagreement_id, verb="start_side_process", viewer=viewer, version=version, change=change, words=reason, **doing)


def _may_start(d: Disagreement, definition: SideProcess, viewer: Viewer) -> None:
    tied = ties(viewer, d, d.parties.all())
    held = tied.roles | tied.beside
    if not (viewer.is_office or held & set(definition.started_by)):
        names = ", ".join(d.protocol.role(key).name for key in definition.started_by)
        raise NotPermitted(f"{definition.name} can be started by: {names}.")


def _no_member_of_either_side(d: Disagreement, definition: SideProcess, members: list[Seat]) -> None:
    own = {d.raising_agency_id, d.receiving_agency_id}
    if definition.members.outside_both and any(m.agency and m.agency.pk in own for m in members):
        raise Refused(f"{definition.name}: choose somebody from outside both agencies.")
    named = {name.lower() for name in d.parties.filter(~Q(name="")).values_list("name", flat=True)}
    if definition.members.outside_both and any(m.name.strip().lower() in named for m in members):
        raise Refused(f"{definition.name}: choose somebody who is not named in this disagreement.")


def membership_warning(d: Disagreement, rule: MembershipRule, members: list[Seat]) -> str:
    """What the membership lacks of the protocol's rule, in words; empty when it is as it should be."""
    agencies = {m.agency.pk for m in members if m.agency}
    disputing = {d.raising_agency_id, d.receiving_agency_id}
    lacks = []
    if len(agencies) < rule.agencies_at_least:
        lacks.append(f"{len(agencies)} of at least {rule.agencies_at_least} agencies are named.")
    if rule.includes_both_sides and not disputing <= agencies:
        lacks.append("Both agencies of the disagreement should be on it.")
    if rule.one_not_in_dispute and not agencies - disputing:
        lacks.append("At least one agency that is not in the disagreement should be on it.")
    return " ".join(lacks)


def end_side_process(
    disagreement_id: int, *, viewer: Viewer, version: int, record: int, outcome: str, **doing: Any
) -> ChronologyEntry:
    """What came of it. It decides nothing by itself: an outcome that settles the disagreement is recorded as one."""
    if not outcome.strip():
        raise Refused("Write down what came of it.")

    def change(d: Disagreement, at: datetime) -> Happened:
        found = d.side_processes.filter(pk=record, ended_at=None).first()
        if found is None:
            raise Refused("That has ended already, or is not one of this disagreement's.")
        found.outcome, found.ended_at = outcome.strip(), at
        found.save()
        return d.note(kind=Kind.SIDE_PROCESS_ENDED, data={"process": found.process, "record": found.pk})

    return do(disagreement_id, verb="end_side_process", viewer=viewer, version=version, change=change, words=outcome, **doing)
