"""What raising needs to know, and why it may not be raised so: every reason at once, in words; writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from partnerships import selectors as partnership_selectors
from partnerships.conditions import Facts, raised_late
from partnerships.ladder import Position, openings
from partnerships.models import Agency, User
from partnerships.protocol import Protocol
from partnerships.protocol_questions import USUAL, question_of
from partnerships.protocol_terms import Asked, RaisedAs, Side
from partnerships.routing import not_here, stopped
from partnerships.scope import present

from ..requirements import QUESTION_PREFIX, questions_at, unanswered


@dataclass(frozen=True)
class Person:
    """Somebody named on a form, in a role of the protocol, for one side. `agency` only where it is not that side's own (a
    group); `called` where the agency has nobody in the role: the protocol's words for who stands in."""

    side: Side
    role: str
    name: str
    email: str = ""
    telephone: str = ""
    job_title: str = ""
    agency: Agency | None = None
    called: str = ""

    def __post_init__(self) -> None:
        """In one line each: a name stands at the head of the letter that is sent to whoever has it, and must not go on into
        a letter of its own."""
        for field_name in ("name", "telephone", "job_title"):
            object.__setattr__(self, field_name, " ".join(getattr(self, field_name).split()))


@dataclass(frozen=True)
class Particulars:
    """Everything the form collects. `answers` are words by the kind of thing asked for (`Asked`), plus "concern", for
    each mark in `flags` what it asks ("mark_<flag>"), and the protocol's own questions ("question_<key>")."""

    to: Position
    raising_agency: Agency
    receiving_agency: Agency
    people: tuple[Person, ...]
    answers: Mapping[str, str]
    category: str = ""
    urgency: str = ""
    child_reference: str = ""
    child_status: str = ""
    flags: tuple[str, ...] = ()
    needed_by: date | None = None
    decided_on: date | None = None
    raised_as: RaisedAs = RaisedAs.OWN
    thematic: bool = False
    direct_reason: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def also_raising(self) -> tuple[Agency, ...]:
        """The agencies that raise it together with the first (practice.md section 1.2, point 8)."""
        others = {p.agency.pk: p.agency for p in self.people if p.agency is not None and p.side == Side.RAISING}
        return tuple(agency for pk, agency in others.items() if pk != self.raising_agency.pk)


def facts_of(protocol: Protocol, given: Particulars, *, at: datetime | None = None) -> Facts:
    """What the conditions of the protocol may ask about it, where it will start, if it is raised at that moment (now)."""
    calendar, moment = partnership_selectors.calendar(), at or present()
    return Facts(
        stage=given.to.stage,
        direct=any(o.direct for o in openings(protocol) if o.to == given.to),
        sectors={Side.RAISING: given.raising_agency.sector, Side.RECEIVING: given.receiving_agency.sector},
        child_status=given.child_status,
        flags=frozenset(given.flags),
        category=given.category,
        urgency=given.urgency,
        raised_as=given.raised_as,
        tier=given.to.tier,
        late=raised_late(protocol, decided_on=given.decided_on, at=moment, calendar=calendar),
    )


def objections(protocol: Protocol, given: Particulars, *, recorder: User, at: datetime) -> list[str]:
    """Why this cannot be raised under the protocol; none means that it can, as far as is known before its move."""
    return [
        *_agencies(given),
        *_answers(protocol, given, at=at),
        *_choices(protocol, given),
        *_raiser(protocol, given, recorder=recorder),
        *(not_here(route) for route in stopped(protocol, facts_of(protocol, given, at=at))),
    ]


def _agencies(given: Particulars) -> Iterator[str]:
    if given.raising_agency.pk == given.receiving_agency.pk:
        yield "The two agencies must differ: this is for disagreements between agencies."
    if any(agency.pk == given.receiving_agency.pk for agency in given.also_raising):
        yield "The agency that the disagreement is with cannot raise it as well."


def _answers(protocol: Protocol, given: Particulars, *, at: datetime) -> Iterator[str]:
    stage = given.to.stage
    for asked in unanswered(protocol, stage=stage, answers=given.answers, thematic=given.thematic):
        yield f"Answer this: {question_of(asked)}"
    decision = protocol.asks_for(Asked.DECIDED_ON, stage=stage)
    if decision is not None and decision.must and given.decided_on is None:
        yield f"Answer this: {decision.asks or 'When was the decision made that you disagree with?'}"
    if given.decided_on is not None and given.decided_on > partnership_selectors.today(at):
        yield "The date of the decision must be today or in the past."
    for question in questions_at(protocol, at="raising", facts=facts_of(protocol, given, at=at)):
        if question.must and not given.answers.get(f"{QUESTION_PREFIX}{question.key}"):
            yield f"Answer this: {question.asks}"
    if protocol.asks_for(Asked.LINE_MANAGER_NAMED, stage=stage) and not _names_receiving_manager(protocol, given):
        yield "Name the line manager of the person the concern is about, with an e-mail address."


def _names_receiving_manager(protocol: Protocol, given: Particulars) -> bool:
    managers = {r.key for r in protocol.roles if r.capacity in ("lead", "senior_manager")}
    return any(p.side == Side.RECEIVING and p.role in managers and p.email for p in given.people)


def _choices(protocol: Protocol, given: Particulars) -> Iterator[str]:
    known: dict[str, set[str]] = {
        "category": {c.key for c in protocol.categories},
        "urgency": {u.key for u in protocol.urgency_bands},
        "child_status": {s.key for s in protocol.child_statuses},
    }
    for name, keys in known.items():
        if (chosen := getattr(given, name)) and chosen not in keys:
            yield f"Choose the {name.replace('_', ' ')} from the list."
    if set(given.flags) - {f.key for f in protocol.flags}:
        yield "Choose the marks from the list."
    substitutes = {role.key: role.substitutes for role in protocol.roles}
    if any(person.called and person.called not in substitutes.get(person.role, ()) for person in given.people):
        yield "Choose who stands in for a role from those that the protocol names."


def _raiser(protocol: Protocol, given: Particulars, *, recorder: User) -> Iterator[str]:
    if given.raised_as not in {RaisedAs.OWN, *(raiser.kind for raiser in protocol.raisers)}:
        yield "The protocol does not provide for raising it in that way."
    if given.raised_as == RaisedAs.THIRD_PARTY and any(User.objects.normalise(p.email) == recorder.email for p in given.people):
        yield "You record this for two other agencies, so you take no side. Name somebody else."
    together = {(p.email or p.name).lower() for p in given.people if p.side == Side.RAISING}
    if given.raised_as == RaisedAs.GROUP and len(together) < 2:
        yield "Name at least one more person who raises it with you."
    if given.raised_as != RaisedAs.GROUP and given.also_raising:
        yield "Only a group is of several agencies. Say that you raise it as a group."
    if given.thematic and protocol.thematic is None:
        yield "The protocol does not provide for a disagreement about a theme."
    if given.thematic and (given.child_reference.strip() or given.child_status):
        yield "A disagreement about a theme names no child. Leave out what is about one child."


def words_of(protocol: Protocol, given: Particulars) -> str:
    """What was written on the form, as one text that the chronology keeps."""
    headings = {what.value: question for what, question in USUAL.items()}  # what is offered beyond what the protocol asks
    headings |= {r.what.value: question_of(r) for r in protocol.requirements} | {f"mark_{f.key}": f.name for f in protocol.flags}
    headings |= {f"{QUESTION_PREFIX}{q.key}": q.asks for q in protocol.questions}
    parts = []
    for key, answer in given.answers.items():
        heading = headings.get(key) or key.replace("_", " ").capitalize()
        parts += [f"{heading}\n{answer}"] if answer else []
    if given.decided_on:
        asked = headings.get(Asked.DECIDED_ON.value) or "The decision was made on"
        parts.append(f"{asked}\n{given.decided_on:%-d %B %Y}")
    if given.direct_reason:
        parts.append(f"Why it goes straight there\n{given.direct_reason}")
    return "\n\n".join(parts)
