"""Which notice rules of a protocol apply to an entry and who that is; works on values, reads no row, knows no e-mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from escalation.states import Kind, State
from partnerships.conditions import SIDES, Facts, holds
from partnerships.protocol import NoticeRule, Protocol, Role, TimeLimit
from partnerships.protocol_terms import Capacity, Event, Side

REMINDERS = frozenset({Kind.TIMESCALE_NEAR, Kind.TIMESCALE_PASSED})
ACKNOWLEDGEMENT = "acknowledgement"
JOINED = "joined"
RECORDED_FOR_YOU = "recorded_for_you"
# About who comes in. Told whatever a protocol's own rules say: they are not about its steps, and safe only if they are told.
AT_THE_DOOR = frozenset({Kind.INVITATION_HELD, Kind.INVITATION_ADMITTED, Kind.INVITATION_REFUSED, Kind.ACCESS_REMOVED})
# Of an outcome that is made together. The other side is told at once, whatever a protocol's own rules say: it is asked.
MADE_TOGETHER = frozenset({Kind.OUTCOME_PROPOSED, Kind.PROPOSAL_NOT_AGREED, Kind.PROPOSAL_WITHDRAWN})
ASKED_AGAIN = frozenset({Kind.CHASED})  # whoever's turn it is, as the entry says
PUT_TOGETHER = frozenset({Kind.MERGED, Kind.PARTED})  # told to everybody of both
MANAGERS = frozenset({Capacity.LEAD, Capacity.SENIOR_MANAGER})
# Whom a disagreement's form does not name, so that an agency's own list of people has to answer for the role.
FROM_DIRECTORY = frozenset({Capacity.REPRESENTATIVE, Capacity.ADVISER, Capacity.SENIOR_MANAGER})


@dataclass(frozen=True, kw_only=True)
class Circumstances(Facts):
    """An entry and its disagreement, as far as a notice rule may ask about them. `flags` of an entry that puts a mark on
    is that mark alone: an older mark is no news."""

    kind: Kind
    events: frozenset[str]
    tier: int
    joined: int | None = None
    answer_to: str = ""  # the side that is told of a proposed outcome or of its answer, and who of it proposed
    proposer: int | None = None
    # Whom a reminder of the office goes to: parties, roles beside the sides, and perhaps who raised it.
    reminded: frozenset[int] = frozenset()
    reminded_roles: tuple[str, ...] = ()
    reminded_raiser: bool = False
    for_party: int | None = None  # for whom the office recorded it


def circumstances(kind: Kind, data: Mapping[str, Any], *, tier: int, facts: Facts) -> Circumstances:
    """What notice rules may ask about one entry, of its data and of the facts of its disagreement; where those stood then,
    `facts.stage` is the entry's own."""
    return Circumstances(
        kind=kind,
        events=frozenset(data.get("events", ())),
        stage=facts.stage,
        tier=tier,
        direct=bool(data.get("direct")),
        sectors=facts.sectors,
        child_status=facts.child_status,
        flags=frozenset([data["flag"]]) if kind == Kind.FLAGGED else facts.flags,
        category=facts.category,
        urgency=facts.urgency,
        ground=data.get("ground", ""),
        raised_as=facts.raised_as,
        late=facts.late,
        time_limit=data.get("time_limit", ""),
        process=data.get("process", ""),
        joined=data.get("party"),
        answer_to=_answer_to(kind, data),
        proposer=data.get("proposer"),
        for_party=data.get("for_party"),
        reminded=frozenset(data.get("parties", ()) if kind in ASKED_AGAIN else ()),
        reminded_roles=tuple(data.get("roles", ()) if kind in ASKED_AGAIN else ()),
        reminded_raiser=kind in ASKED_AGAIN and bool(data.get("raiser")),
    )


def _answer_to(kind: Kind, data: Mapping[str, Any]) -> str:
    """Whoever did not speak: the side that is asked for its answer, or the one that waited for it."""
    spoke = str(data.get("answered_by") or data.get("proposed_by") or "")
    other = {Side.RAISING.value: Side.RECEIVING.value, Side.RECEIVING.value: Side.RAISING.value}.get(spoke, "")
    return spoke if kind == Kind.AGREEMENT_RECORDED else other


@dataclass(frozen=True)
class Reminded:
    """The clock that a reminder is about, as it is now."""

    starts_at: datetime
    due_at: datetime
    stopped: bool


def no_longer_wanted(kind: Kind, *, state: str, ended_at: datetime | None, clock: Reminded | None, at: datetime) -> bool:
    """A reminder is not sent once somebody acted or it ended: its clock was stopped, or the disagreement is over. One
    that a timescale ends soon is not sent once it has ended; another will say so."""
    if kind not in REMINDERS | ASKED_AGAIN:
        return False
    if state in (State.CLOSED, State.WITHDRAWN):
        return True
    if clock is not None and (clock.stopped or (kind == Kind.TIMESCALE_NEAR and clock.due_at <= at)):
        return True
    return ended_at is not None and (clock is None or clock.starts_at < ended_at)


@dataclass(frozen=True)
class Person:
    """Somebody who could be written to: a party (with a side), or a contact or member (perhaps of an agency)."""

    role: str
    email: str
    name: str = ""
    user_id: int | None = None
    side: str = ""
    agency_id: int | None = None
    manages_partnership: bool = False
    party_id: int | None = None
    invited: bool = False


@dataclass(frozen=True)
class People:
    """Everybody who could be told of one disagreement. `agencies` is the id of each side's agency."""

    parties: tuple[Person, ...] = ()
    directory: tuple[Person, ...] = ()
    agencies: Mapping[Side, int | None] = field(default_factory=dict)
    actor: Person | None = None
    unreachable: frozenset[str] = frozenset()
    # Who raised it; and whom the entry let in, where they take part in no role (a member of a panel).
    raiser: Person | None = None
    let_in: Person | None = None


@dataclass(frozen=True)
class Told:
    """One person who is told of one entry, once, under all the rules that name them."""

    person: Person
    role: str
    side: str
    template: str
    rules: tuple[NoticeRule, ...]

    @property
    def asks(self) -> tuple[str, ...]:
        """What is asked of this person, in the protocol's order, each sentence once."""
        return tuple(dict.fromkeys(rule.asks for rule in self.rules if rule.asks))


def rules_for(protocol: Protocol, entry: Circumstances) -> tuple[NoticeRule, ...]:
    """The rules hung on one of the entry's events whose whole condition holds, and those that hold without being written."""
    written = [rule for rule in protocol.notice_rules if set(rule.on) & entry.events and holds(protocol, rule.when, entry)]
    return (*written, *_unwritten(protocol, entry))


def _unwritten(protocol: Protocol, entry: Circumstances) -> Iterable[NoticeRule]:
    """Whatever a protocol's notices say: whoever holds a clock is told when its date moves because days off changed, and
    the office is told of a silence of which the protocol makes that it is."""
    limit = next((limit for limit in protocol.time_limits if limit.key == entry.time_limit), None)
    if limit is None:
        return
    if Event.TIMESCALE_RECOUNTED in entry.events and (holders := _holders(protocol, limit, entry)):
        yield NoticeRule(
            key=f"recounted_{limit.key}"[:40],
            on=(Event.TIMESCALE_RECOUNTED,),
            to=holders,
            clause=limit.clause,
            assumption=limit.assumption,
        )
    silence = limit.unanswered
    office = tuple(role.key for role in protocol.roles if role.capacity == Capacity.PARTNERSHIP_OFFICE)
    if silence and silence.means == "tell_office" and Event.TIMESCALE_PASSED in entry.events and office:
        yield NoticeRule(
            key=f"unanswered_{limit.key}"[:40],
            on=(Event.TIMESCALE_PASSED,),
            to=office,
            asks=silence.asks,
            clause=silence.clause,
            assumption=silence.assumption,
        )


def _holders(protocol: Protocol, limit: TimeLimit, entry: Circumstances) -> tuple[str, ...]:
    """Whom a rule would write to for those who hold a clock: the holder it names, or whoever acts at this rung on the side
    that holds it."""
    if limit.holder:
        return (limit.holder,)
    stage = next((stage for stage in protocol.stages if stage.key == entry.stage), None)
    acting = [protocol.role(key) for key in (stage.acting(entry.tier) if stage else ())]
    if limit.held_by in (Side.PARTNERSHIP, Side.OUTSIDE):
        return tuple(role.key for role in acting if role.side == limit.held_by)
    wanted = SIDES if limit.held_by == Side.BOTH else (limit.held_by,)
    both = [f"{side}.{role.key}" for role in acting if role.side == Side.BOTH for side in wanted]
    return (*both, *(role.key for role in acting if role.side in wanted))


def told_of(protocol: Protocol, entry: Circumstances, people: People) -> tuple[Told, ...]:
    """Who is told of an entry, each person once however many rules name them, in the order of the rules.

    Nobody is told of their own act. The exception is the acknowledgement of raising, which goes to whoever recorded it
    as well as to the worker in whose name it was (B-10)."""
    found: dict[str, tuple[Person, str, str, list[NoticeRule]]] = {}
    for rule in rules_for(protocol, entry):
        for person, role, side in _recipients(protocol, rule, entry, people):
            address = person.email.lower()
            if not address or address in people.unreachable:
                continue
            if _same(person, people.actor) and not _acknowledges(protocol, rule, entry):
                continue
            kept = found.setdefault(address, (person, role, side, []))
            if rule not in kept[3]:
                kept[3].append(rule)
    unruled = (
        *_newcomers(entry, people),
        *_at_the_door(protocol, entry, people),
        *_made_together(protocol, entry, people),
        *_asked_again(protocol, entry, people),
    )
    for person in unruled:
        if person.email.lower() not in people.unreachable:
            found.setdefault(person.email.lower(), (person, person.role, person.side, []))
    for person in _recorded_for(entry, people):  # they read that, not a rule's word
        if person.email.lower() not in people.unreachable:
            found[person.email.lower()] = (person, person.role, person.side, [])
    return tuple(
        Told(person, role, side, _template(protocol, entry, person, role, side, people.actor), tuple(rules))
        for person, role, side, rules in found.values()
    )


def unfilled(protocol: Protocol, entry: Circumstances, people: People) -> tuple[tuple[NoticeRule, str], ...]:
    """Each rule that applies with each of its recipients who is nobody: no person on the form, none listed, no address."""
    return tuple(
        (rule, recipient)
        for rule in rules_for(protocol, entry)
        for recipient in rule.to
        if not any(person.email for person, _, _ in _of_recipient(protocol, rule, recipient, entry, people))
    )


def _newcomers(entry: Circumstances, people: People) -> list[Person]:
    """Whoever the entry brings in is told, whatever the protocol says: nobody takes part without knowing it."""
    joined = [person for person in people.parties if person.party_id is not None and person.party_id == entry.joined]
    return [person for person in joined if person.email and not _same(person, people.actor)]


def _recorded_for(entry: Circumstances, people: People) -> list[Person]:
    """Whoever the office recorded it for, or everybody where two were put together: they can say that it is wrong."""
    told = [p for p in people.parties if entry.kind in PUT_TOGETHER or (entry.for_party and p.party_id == entry.for_party)]
    return [person for person in told if person.email]


def _at_the_door(protocol: Protocol, entry: Circumstances, people: People) -> list[Person]:
    """Of an address that waits, or was taken out again: the office, and whoever raised it, who telephones meanwhile. Of one
    that was let in: that person, and whoever raised it. That somebody waits is told to whoever named them as well: it is
    not what they did, but what came of it."""
    if entry.kind not in AT_THE_DOOR:
        return []
    office = [role for role in protocol.roles if role.capacity == Capacity.PARTNERSHIP_OFFICE]
    found = [person for role in office for person in _beside(role, people, agency_ids=set(), bound=False)]
    if not found:
        found = [person for person in people.directory if person.manages_partnership]
    if entry.kind == Kind.INVITATION_ADMITTED:
        found = [people.let_in] if people.let_in else []
    waits = entry.kind == Kind.INVITATION_HELD
    raiser = next((p for p in people.parties if _same(p, people.raiser)), people.raiser)
    actor = next((p for p in people.parties if _same(p, people.actor)), people.actor)
    told = [*found, *([raiser] if raiser else []), *([actor] if waits and actor else [])]
    return [person for person in told if person.email and (waits or not _same(person, people.actor))]


def _made_together(protocol: Protocol, entry: Circumstances, people: People) -> list[Person]:
    """Of a proposed outcome and of its answer: those who act at this rung on the side that waited or is asked, or else its
    managers; and who proposed it."""
    side = [person for person in people.parties if entry.answer_to and person.side == entry.answer_to]
    stage = next((stage for stage in protocol.stages if stage.key == entry.stage), None)
    acting = stage.acting(entry.tier) if stage else ()
    managing = {role.key for role in protocol.roles if role.capacity in MANAGERS}
    asked = [p for p in side if p.role in acting] or [p for p in side if p.role in managing] or side
    proposer = [p for p in side if p.user_id is not None and p.user_id == entry.proposer]
    return [person for person in (*asked, *proposer) if person.email and not _same(person, people.actor)]


def _asked_again(protocol: Protocol, entry: Circumstances, people: People) -> list[Person]:
    """Whom the office reminds: those whose turn it was when it did, and no substitute for them. Not whoever pressed it."""
    found = [person for person in people.parties if person.party_id in entry.reminded]
    ids = {people.agencies.get(side) for side in SIDES}
    for key in entry.reminded_roles:
        found += [replace(p, role=key) for p in _beside(protocol.role(key), people, agency_ids=ids, bound=False)]
    if entry.reminded_raiser and people.raiser:
        found.append(people.raiser)
    return [person for person in found if person.email and not _same(person, people.actor)]


def _acknowledges(protocol: Protocol, rule: NoticeRule, entry: Circumstances) -> bool:
    """A rule that writes to the worker who raised it, because it was raised."""
    if entry.kind != Kind.RAISED or Event.RAISED not in rule.on:
        return False
    to_raising_side = [recipient.rpartition(".") for recipient in rule.to]
    return any(
        prefix in ("", Side.RAISING) and protocol.role(key).capacity == Capacity.PRACTITIONER
        for prefix, _, key in to_raising_side
    )


def _same(person: Person, other: Person | None) -> bool:
    """By account, or by address: somebody named before they had an account is the same person."""
    if other is None:
        return False
    return person.email.lower() == other.email.lower() or (person.user_id is not None and person.user_id == other.user_id)


def _template(protocol: Protocol, entry: Circumstances, person: Person, role: str, side: str, actor: Person | None) -> str:
    """One template to each kind of entry, and two more: the acknowledgement to those who raised it, and the word to whoever
    is brought in."""
    raiser = side == Side.RAISING and protocol.role(role).capacity == Capacity.PRACTITIONER
    if entry.kind == Kind.RAISED and (raiser or _same(person, actor)):
        return ACKNOWLEDGEMENT
    if person.party_id is not None and person.party_id == entry.joined:
        return JOINED
    if entry.for_party and person.party_id == entry.for_party:
        return RECORDED_FOR_YOU
    if entry.kind == Kind.INVITATION_ADMITTED and person.invited:
        return JOINED
    return entry.kind.value


def _recipients(protocol: Protocol, rule: NoticeRule, entry: Circumstances, people: People) -> Iterable[tuple[Person, str, str]]:
    """Every person a rule names, with the role and side under which it does."""
    for recipient in rule.to:
        yield from _of_recipient(protocol, rule, recipient, entry, people)


def _of_recipient(
    protocol: Protocol, rule: NoticeRule, recipient: str, entry: Circumstances, people: People
) -> Iterable[tuple[Person, str, str]]:
    prefix, _, key = recipient.rpartition(".")
    role = protocol.role(key)
    sides = (Side(prefix),) if prefix else SIDES
    if role.side in (Side.PARTNERSHIP, Side.OUTSIDE):
        agency_ids = {people.agencies.get(side) for side in sides}
        for person in _beside(role, people, agency_ids=agency_ids, bound=bool(prefix)):
            yield person, key, ""
        return
    for side in sides:
        if role.side in (Side.BOTH, side):
            for person in _of_side(protocol, role, side, entry, people):
                yield person, key, side.value
    to_raiser = Side.RAISING in sides and role.capacity == Capacity.PRACTITIONER
    if people.actor and to_raiser and _acknowledges(protocol, rule, entry):
        yield people.actor, key, Side.RAISING.value


def _of_side(protocol: Protocol, role: Role, side: Side, entry: Circumstances, people: People) -> list[Person]:
    """Who a role is on one side.

    First the parties who hold exactly that role. The substitutes that a protocol names ("line manager, where there is
    no lead") are words for people, not roles, so they do not apply by name: a substitute is entered as a party in the
    role itself. Where nobody holds the role, those parties stand in who act on that side at this rung in the same
    capacity (at stage 2's first tier the managers, before there is a Head of Service). Where the side has nobody of
    that capacity at all, its agency's own list answers: a senior manager who is to be alerted because the other side
    does not answer has not been named on any form. Representatives are always taken from that list as well.
    """
    parties = [person for person in people.parties if person.side == side]
    exact = [person for person in parties if person.role == role.key]
    if role.capacity == Capacity.REPRESENTATIVE:
        return exact + _listed(role.key, side, people)
    if exact:
        return exact
    capacities = {known.key: known.capacity for known in protocol.roles}
    alike = [person for person in parties if capacities.get(person.role) == role.capacity]
    if alike or role.capacity not in FROM_DIRECTORY:
        stage = next((stage for stage in protocol.stages if stage.key == entry.stage), None)
        acting = stage.acting(entry.tier) if stage else ()
        return [person for person in alike if person.role in acting]
    return _listed(role.key, side, people)


def _listed(role: str, side: Side, people: People) -> list[Person]:
    agency_id = people.agencies.get(side)
    return [p for p in people.directory if p.role == role and agency_id is not None and p.agency_id == agency_id]


def _beside(role: Role, people: People, *, agency_ids: set[int | None], bound: bool) -> list[Person]:
    """Who a role of the partnership, or of neither side, is: contacts and members.

    An address that belongs to an agency is written to only where that agency is one of the two sides; a person with an
    account is asked as the holder of the role (an IRO or a Designated Nurse serves many agencies), unless the rule
    names a side, or the role speaks for an agency. The office is never silent: without an address of its own, the
    partnership's managers are it.
    """
    bound = bound or role.capacity == Capacity.REPRESENTATIVE
    found = []
    for person in people.directory:
        ours = person.agency_id in agency_ids if person.agency_id is not None else not bound
        if person.role == role.key and (ours or (person.user_id is not None and not bound)):
            found.append(person)
    if not found and role.capacity == Capacity.PARTNERSHIP_OFFICE:
        found = [person for person in people.directory if person.manages_partnership]
    return found
