"""Panels, mediation, logs and the like: started by a person or a mark, who sits on them, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from partnerships.models import Agency, Membership, User
from partnerships.protocol import MembershipRule, SideProcess

from ..conflict import Named, plain, why_not_on_it
from ..models import ChronologyEntry, Deadline, Disagreement, SideProcessRecord
from ..moves import Happened, NotPermitted, Refused
from ..permissions import Viewer, ties
from ..states import Kind
from .doing import Change, carry_out, do, note_clock
from .inviting import invite_to_sit
from .planning import Planned, joined, keep_plan, plan_words
from .timescales import go_on

Member = dict[str, Any]


@dataclass(frozen=True)
class Seat:
    """A member of a panel, or a mediator: a name, the agency they come from (None: from no agency), and, where they are to
    read the disagreement, their address."""

    name: str
    agency: Agency | None = None
    email: str = ""

    def __post_init__(self) -> None:
        """In one line, as of anybody who is named and written to (Person)."""
        object.__setattr__(self, "name", " ".join(self.name.split()))

    def as_kept(self) -> Member:
        address = User.objects.normalise(self.email)
        kept = {"name": self.name, "agency": self.agency.pk if self.agency else None}
        return kept | ({"email": address} if address else {})


def start_side_process(
    disagreement_id: int,
    *,
    viewer: Viewer,
    version: int,
    process: str,
    reason: str,
    seats: Iterable[Seat] = (),
    although: str = "",
    **doing: Any,
) -> ChronologyEntry:
    """Start one beside the ladder, or instead of it. A membership that breaks the protocol's rule is never accepted in
    silence (H 2.12): whoever goes on says why (`although`), and that stands on the record. A mediator from one of the two
    sides is refused outright (W 2.3)."""
    if not reason.strip():
        raise Refused("Say why it is asked for.")
    members = list(seats)

    def change(d: Disagreement, at: datetime) -> Happened:
        definition = next((p for p in d.protocol.side_processes if p.key == process), None)
        if definition is None or not offered_at(definition, d.stage):
            raise Refused("The protocol does not offer that at this step.")
        _by_role(d, definition.started_by, viewer, f"{definition.name} can be started by")
        if d.side_processes.filter(process=process, ended_at=None).exists():
            raise Refused(f"{definition.name} has been started already.")
        record = _begin(d, definition, members, at=at, by=viewer.user, although=although)
        return d.carry_on(kind=Kind.SIDE_PROCESS_STARTED, data={"process": process, "record": record.pk})

    return do(
        disagreement_id, verb="start_side_process", viewer=viewer, version=version, change=change,
        words=_although(reason, although), **doing,
    )  # fmt: skip


def offered_at(definition: SideProcess, stage: str) -> bool:
    return not definition.stages or stage in definition.stages


def start_by_marks(d: Disagreement, marks: Iterable[str], *, at: datetime, by: User) -> None:
    """What the protocol starts by itself where a mark is put on (W 3.1a: "automatically logged"), in the transaction that
    puts it on; each is an entry of its own, so that whoever the notice rules name is told."""
    for definition in d.protocol.side_processes:
        if definition.started_by_flag not in set(marks) or not offered_at(definition, d.stage):
            continue
        if d.side_processes.filter(process=definition.key, ended_at=None).exists():
            continue
        record = _begin(d, definition, [], at=at, by=by, marked=True)
        data = {"process": definition.key, "record": record.pk, "flag": definition.started_by_flag}
        carry_out(d, verb="start_side_process", change=_note(Kind.SIDE_PROCESS_STARTED, data), at=at, actor=by)


def _note(kind: Kind, data: dict[str, Any]) -> Change:
    return lambda d, _: d.note(kind=kind, data=data)


def _begin(
    d: Disagreement,
    definition: SideProcess,
    members: list[Seat],
    *,
    at: datetime,
    by: User,
    although: str = "",
    marked: bool = False,
) -> SideProcessRecord:
    _free_to_judge(d, definition, members)
    warning = membership_warning(d, definition.members, members)
    if not marked:
        _never_in_silence(warning, although)
    if definition.instead:
        d.waiting_for = definition.key
    return SideProcessRecord.objects.create(
        disagreement=d,
        process=definition.key,
        started_at=at,
        started_by=by,
        members=[_let_in(d, member, at=at) for member in members],
        warning=warning,
        accepted=although.strip() if warning else "",
    )


def _let_in(d: Disagreement, member: Seat, *, at: datetime) -> Member:
    """Whether their address opens a door is the partnership's to say (`invite`)."""
    if member.email:
        invite_to_sit(d, email=member.email, name=member.name, agency=member.agency, at=at)
    return member.as_kept()


def _never_in_silence(warning: str, although: str) -> None:
    if warning and not although.strip():
        raise Refused(f"{warning} Change who takes part, or say why you go on although this is so.")


def _although(words: str, although: str) -> str:
    return f"{words.strip()}\n\nWhy it goes on as it is: {although.strip()}" if although.strip() else words


def has_role(d: Disagreement, keys: Sequence[str], viewer: Viewer, *, record: SideProcessRecord | None = None) -> bool:
    """In one of these roles, as a party or beside the two sides; or, of one that runs, by sitting on it; or the office."""
    tied = ties(viewer, d, d.parties.all())
    sits = record is not None and record.pk in tied.sits_on
    return viewer.is_office or sits or bool((tied.roles | tied.beside) & set(keys))


def _by_role(d: Disagreement, keys: Sequence[str], viewer: Viewer, said: str, *, record: SideProcessRecord | None = None) -> None:
    if not has_role(d, keys, viewer, record=record):
        raise NotPermitted(f"{said}: {', '.join(d.protocol.role(key).name for key in keys)}.")


def may_end(definition: SideProcess) -> tuple[str, ...]:
    """The roles that may end it; whoever sits on it and the partnership manager may as well."""
    return definition.ended_by or definition.started_by


def _free_to_judge(d: Disagreement, definition: SideProcess, members: Iterable[Seat]) -> None:
    """W 2.3: from another agency than the two; and of whatever judges, nobody who is or was named in it (conflict.py)."""
    own = {d.raising_agency_id, d.receiving_agency_id}
    named = Named.of(d, d.parties.select_related("user"))
    for member in members:
        address = User.objects.normalise(member.email)
        from_either = (member.agency and member.agency.pk in own) or _works_for(address, own)
        if definition.members.outside_both and from_either:
            raise Refused(f"{definition.name}: choose somebody from outside both agencies.")
        if refusal := why_not_on_it(definition, name=member.name, email=address, named=named):
            raise Refused(refusal)


def _works_for(address: str, agencies: set[int | None]) -> bool:
    own = [agency for agency in agencies if agency]
    return bool(address) and Membership.objects.filter(user__email=address, active=True, agency_id__in=own).exists()


def membership_warning(d: Disagreement, rule: MembershipRule, members: Iterable[Seat]) -> str:
    """What the membership lacks of the protocol's rule, in words; empty when it is as it should be."""
    return _lacking(d, rule, {m.agency.pk for m in members if m.agency})


def _lacking(d: Disagreement, rule: MembershipRule, agencies: set[int]) -> str:
    disputing = {d.raising_agency_id, d.receiving_agency_id}
    lacks = []
    if len(agencies) < rule.agencies_at_least:
        lacks.append(f"{len(agencies)} of at least {rule.agencies_at_least} agencies are named.")
    if rule.includes_both_sides and not disputing <= agencies:
        lacks.append("Both agencies of the disagreement should be on it.")
    if rule.one_not_in_dispute and not agencies - disputing:
        lacks.append("At least one agency that is not in the disagreement should be on it.")
    return " ".join(lacks)


def change_side_process(
    disagreement_id: int,
    *,
    viewer: Viewer,
    version: int,
    record: int,
    reason: str,
    seats: Iterable[Seat] = (),
    leaving: Iterable[str] = (),
    although: str = "",
    **doing: Any,
) -> ChronologyEntry:
    """Others sit on it while it runs. The rule is held against the whole membership again, as at its start. Whoever has
    mediated once is kept: having left does not make them somebody who may decide."""
    joining, names = list(seats), {plain(name) for name in leaving}
    if not reason.strip():
        raise Refused("Say why this changes.")
    if not (joining or names):
        raise Refused("Say who joins, or who leaves.")

    def change(d: Disagreement, at: datetime) -> Happened:
        found, definition = _running(d, record)
        _by_role(d, may_end(definition), viewer, f"Who takes part in {definition.name} can be changed by")
        gone = [member for member in found.members if plain(member["name"]) in names]
        if len(gone) < len(names):
            raise Refused("Whoever is to leave does not sit on it.")
        _free_to_judge(d, definition, joining)
        stay = [member for member in found.members if member not in gone]
        found.members = stay + [_let_in(d, seat, at=at) for seat in joining if seat.as_kept() not in stay]
        found.former = [*found.former, *gone]
        found.warning = _lacking(d, definition.members, {m["agency"] for m in found.members if m["agency"]})
        _never_in_silence(found.warning, although)
        found.accepted = although.strip() if found.warning else ""
        found.save()
        return d.note(kind=Kind.SIDE_PROCESS_CHANGED, data={"process": found.process, "record": found.pk})

    who = [*(f"Joins: {seat.name.strip()}" for seat in joining), *(f"Leaves: {name.strip()}" for name in leaving)]
    return do(
        disagreement_id, verb="change_side_process", viewer=viewer, version=version, change=change,
        words=_although("\n".join([reason.strip(), *who]), although), **doing,
    )  # fmt: skip


def _running(d: Disagreement, record: int) -> tuple[SideProcessRecord, SideProcess]:
    found = d.side_processes.filter(pk=record, ended_at=None).first()
    if found is None:
        raise Refused("That has ended already, or is not one of this disagreement's.")
    return found, d.protocol.side_process(found.process)


def end_side_process(
    disagreement_id: int,
    *,
    viewer: Viewer,
    version: int,
    record: int,
    outcome: str,
    choice: str = "",
    answers: Sequence[str] = (),
    plan: Sequence[Planned] = (),
    **doing: Any,
) -> ChronologyEntry:
    """What came of it, in words and as the protocol's own choice, and what it asks on ending (a deep dive's supervision,
    W 3.1c). It decides nothing by itself: an outcome that settles the disagreement is recorded as one. What a meeting
    plans are outstanding actions, each with its owner and its date."""
    if not outcome.strip():
        raise Refused("Write down what came of it.")
    asked: list[str] = []

    def change(d: Disagreement, at: datetime) -> Happened:
        found, definition = _running(d, record)
        _by_role(d, may_end(definition), viewer, f"{definition.name} can be ended by", record=found)
        _answered(definition, choice, answers)
        found.outcome, found.ended_at = outcome.strip(), at
        found.choice, found.answers = choice, [answer.strip() for answer in answers[: len(definition.questions)]]
        found.save()
        others = d.side_processes.filter(ended_at=None).values_list("process", flat=True)
        instead = [p.key for p in d.protocol.side_processes if p.instead and p.key in set(others)]
        d.waiting_for = instead[0] if instead else ""
        asked.extend(definition.questions)
        chosen = {"choice": definition.choices.index(choice)} if definition.choices else {}
        kept = keep_plan(d, plan) if plan else {}
        data = {"process": found.process, "record": found.pk, **chosen, **kept}
        return d.note(kind=Kind.SIDE_PROCESS_ENDED, data=data)

    def then(d: Disagreement, at: datetime) -> None:
        _let_clocks_go_on(d, record, at=at, by=viewer.user)

    def words() -> str:
        said = zip(asked, answers, strict=False)
        return joined(outcome, *(f"{question}\n{answer.strip()}" for question, answer in said), plan_words(plan))

    return do(
        disagreement_id, verb="end_side_process", viewer=viewer, version=version, change=change, then=then, words=words, **doing
    )


def _answered(definition: SideProcess, choice: str, answers: Sequence[str]) -> None:
    if definition.choices and choice not in definition.choices:
        raise Refused(f"Choose what came of it: {'; '.join(definition.choices)}.")
    given = [*(answer.strip() for answer in answers), *("" for _ in definition.questions)]
    missing = [question for question, answer in zip(definition.questions, given, strict=False) if not answer]
    if missing:
        raise Refused(f"Answer this: {' '.join(missing)}")


def _let_clocks_go_on(d: Disagreement, record: int, *, at: datetime, by: User) -> None:
    """The clocks that stood still for it and that nothing has stopped or started again since, with the time left to them;
    not while something else still runs instead of the ladder: then they stand still for that."""
    found = d.side_processes.get(pk=record)
    paused = list(d.deadlines.filter(pk__in=found.paused, stopped_at=None).exclude(paused_at=None).order_by("pk"))
    if d.waiting_for:
        other = d.side_processes.get(process=d.waiting_for, ended_at=None)
        other.paused = [*other.paused, *(clock.pk for clock in paused)]
        other.save(update_fields=["paused"])
        return
    for old in paused:
        new: Deadline = go_on(d, old, at=at)
        note_clock(d, new, Kind.CLOCK_RESUMED, at=at, actor=by, replaces=old.pk)
