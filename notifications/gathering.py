"""Reads what announcing needs to know of entries, once for a whole batch, and hands it over as plain values; writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from escalation.models import ChronologyEntry, Deadline, Disagreement, Invitation, Party
from escalation.states import Kind, State
from partnerships.ladder import Position, rung_words
from partnerships.models import Agency, Contact, MemberRole, Membership, Partnership, ProtocolVersion, User
from partnerships.protocol import Protocol, Stage, TimeLimit
from partnerships.protocol_phrases import STANCE_WORDS
from partnerships.protocol_terms import Capacity, Side
from partnerships.scope import current_partnership_id
from partnerships.working_days import Unit

from . import audiences
from .audiences import ACKNOWLEDGEMENT, Circumstances, People, Person, Reminded, Told
from .messages import News, Office, due_words, soonest
from .models import Notice
from .wishes import Bearing

T = TypeVar("T")
OPEN = (Invitation.State.HELD, Invitation.State.ADMITTED)


class Clock(NamedTuple):
    """What of a clock is told, or decides who is."""

    pk: int
    time_limit: str
    starts_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    paused_at: datetime | None


@dataclass(frozen=True)
class Desk:
    """Everything about the partnership and a batch of entries, read in a fixed number of queries however many there are."""

    partnership: Partnership
    at: datetime
    versions: dict[int, ProtocolVersion]
    directory: tuple[Person, ...]
    contacts: tuple[Contact, ...]
    parties: dict[int, list[Person]] = field(default_factory=lambda: defaultdict(list))
    # Those that have not stopped, and those that the entries are about; in the order of their dates.
    clocks: dict[int, list[Clock]] = field(default_factory=lambda: defaultdict(list))
    undelivered: dict[int, frozenset[str]] = field(default_factory=dict)
    invitations: dict[tuple[int, str], Invitation] = field(default_factory=dict)
    # What is the same for many entries of the batch, by what it hangs on: words of a step, people of a role, an office.
    memory: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        if key not in self.memory:
            self.memory[key] = make()
        found: T = self.memory[key]
        return found

    @property
    def taking_part(self) -> set[tuple[int, int]]:
        """The accounts that take part now, each with the disagreement, but for those whose invitation the office holds."""
        held = {key for key, invitation in self.invitations.items() if invitation.state == Invitation.State.HELD}
        return {
            (person.user_id, number)
            for number, people in self.parties.items()
            for person in people
            if person.user_id is not None and (number, person.email.lower()) not in held
        }

    def protocol_of(self, disagreement: Disagreement) -> Protocol | None:
        """The version that it was raised under; read anew for nothing else, since to check one takes long."""
        version_id = disagreement.protocol_version_id
        return self.versions[version_id].protocol if version_id else None


def entries_after(seq: int, *, at_most: int) -> list[ChronologyEntry]:
    return _whole(ChronologyEntry.objects.filter(seq__gt=seq), at_most=at_most)


def entries_by_id(ids: Iterable[int]) -> list[ChronologyEntry]:
    return _whole(ChronologyEntry.objects.filter(pk__in=list(ids)))


def _whole(entries: QuerySet[ChronologyEntry], *, at_most: int | None = None) -> list[ChronologyEntry]:
    """Each disagreement, account and agency is read once, however many entries name it; and of what somebody wrote nothing."""
    found = list(entries.order_by("seq")[:at_most])
    of_entries = Disagreement.objects.defer("answers", "child_reference", "brought_in", "turn")
    disagreements = of_entries.in_bulk({entry.disagreement_id for entry in found})
    each = disagreements.values()
    users = User.objects.in_bulk(({entry.actor_id for entry in found} | {d.raised_by_id for d in each}) - {None})
    agencies = Agency.objects.in_bulk(({d.raising_agency_id for d in each} | {d.receiving_agency_id for d in each}) - {None})
    versions = ProtocolVersion.objects.in_bulk({d.protocol_version_id for d in each} - {None})
    for d in each:
        d.raised_by = users[d.raised_by_id]
        d.raising_agency = agencies.get(d.raising_agency_id or 0)
        d.receiving_agency = agencies.get(d.receiving_agency_id or 0)
        d.protocol_version = versions.get(d.protocol_version_id or 0)
    for entry in found:
        entry.disagreement, entry.actor = disagreements[entry.disagreement_id], users.get(entry.actor_id or 0)
    return found


def desk_for(entries: Sequence[ChronologyEntry], *, at: datetime) -> Desk:
    ids = {entry.disagreement_id for entry in entries}
    contacts = tuple(Contact.objects.filter(active=True).order_by("pk"))
    versions = {version.pk: version for entry in entries if (version := entry.disagreement.protocol_version) is not None}
    desk = Desk(
        partnership=Partnership.objects.get(pk=current_partnership_id()),
        at=at,
        versions=versions,
        directory=tuple(directory(contacts)),
        contacts=contacts,
        undelivered=_undelivered(entries),
        invitations={(i.disagreement_id, i.email): i for i in Invitation.objects.filter(disagreement_id__in=ids, state__in=OPEN)},
    )
    members = {person.email for person in desk.directory}
    taking_part = Party.objects.filter(disagreement_id__in=ids, left_at=None).order_by("pk")
    for number, party_id, role, email, name, user_id, side, agency_id in taking_part.values_list(
        "disagreement_id", "pk", "role", "email", "name", "user_id", "side", "agency_id"
    ):
        written_to = "" if _waits(desk, number, email.lower(), members) else email
        desk.parties[number].append(Person(role, written_to, name, user_id, side, agency_id, party_id=party_id))
    named = {clock_id for entry in entries if isinstance(clock_id := _clock_named(entry), int)}
    wanted = Deadline.objects.filter(Q(stopped_at=None) | Q(pk__in=named), disagreement_id__in=ids).order_by("due_at", "pk")
    for clock in wanted.values_list("disagreement_id", "pk", "time_limit", "starts_at", "due_at", "stopped_at", "paused_at"):
        desk.clocks[clock[0]].append(Clock(*clock[1:]))
    return desk


def _waits(desk: Desk, disagreement_id: int, email: str, members: Collection[str]) -> bool:
    """Nobody writes to an address before the office has let it in: it may be mistyped."""
    invitation = desk.invitations.get((disagreement_id, email))
    held = invitation is not None and invitation.state == Invitation.State.HELD
    return held and email not in members


def directory(contacts: Iterable[Contact]) -> Iterable[Person]:
    """The partnership's own addresses, then its people. An inbox has no name to be greeted by, and one without an address
    answers for nobody."""
    for contact in contacts:
        if contact.email:
            yield Person(role=contact.role, email=contact.email, agency_id=contact.agency_id)
    for member in Membership.objects.reachable().select_related("user").order_by("pk"):
        yield Person(
            role=member.protocol_role,
            email=member.user.email,
            name=member.user.name,
            user_id=member.user_id,
            agency_id=member.agency_id,
            manages_partnership=member.role == MemberRole.PARTNERSHIP_MANAGER,
        )


def _undelivered(entries: Sequence[ChronologyEntry]) -> dict[int, frozenset[str]]:
    """By message, the addresses to which the news that it did not arrive must not go: the one that does not work, and,
    where the message was such news itself, everybody's (""), or two dead inboxes would tell each other for ever."""
    ids = [entry.data.get("message") for entry in entries if entry.kind == Kind.NOTICE_UNDELIVERED]
    found: dict[int, frozenset[str]] = {}
    notices = Notice.objects.filter(message_id__in=[i for i in ids if i])
    for message_id, template, email in notices.values_list("message_id", "template", "message__to_email"):
        found[message_id] = found.get(message_id, frozenset()) | {"" if template == Kind.NOTICE_UNDELIVERED else email.lower()}
    return found


def no_longer_wanted(entry: ChronologyEntry, desk: Desk) -> bool:
    """A reminder that has come too late (`audiences.no_longer_wanted`), or the news that such news did not arrive. What is
    not told is still in the chronology."""
    disagreement, found = entry.disagreement, _clock_of(entry, desk)
    if entry.kind == Kind.NOTICE_UNDELIVERED:
        answered = "how" in entry.data  # what the office did about it is news for nobody
        return answered or "" in desk.undelivered.get(entry.data.get("message", 0), frozenset())
    clock = None
    if found is not None:
        clock = Reminded(starts_at=found.starts_at, due_at=found.due_at, stopped=found.stopped_at is not None)
    return audiences.no_longer_wanted(
        Kind(entry.kind), state=disagreement.state, ended_at=disagreement.ended_at, clock=clock, at=desk.at
    )


def _clock_named(entry: ChronologyEntry) -> object:
    return entry.data.get("deadline") if isinstance(entry.data, dict) else None


def _clock_of(entry: ChronologyEntry, desk: Desk) -> Clock | None:
    number = _clock_named(entry)
    return next((clock for clock in desk.clocks[entry.disagreement_id] if clock.pk == number), None)


def circumstances(entry: ChronologyEntry) -> Circumstances:
    facts = replace(entry.disagreement.facts, stage=entry.stage)
    return audiences.circumstances(Kind(entry.kind), entry.data, tier=entry.tier, facts=facts)


def people(entry: ChronologyEntry, desk: Desk) -> People:
    disagreement, actor = entry.disagreement, entry.actor
    return People(
        parties=tuple(desk.parties[disagreement.pk]),
        directory=desk.once(("directory", disagreement.protocol_version_id), lambda: _who_may_be_told(disagreement, desk)),
        agencies={Side.RAISING: disagreement.raising_agency_id, Side.RECEIVING: disagreement.receiving_agency_id},
        actor=_account(actor) if actor else None,
        unreachable=desk.undelivered.get(entry.data.get("message", 0), frozenset()),
        raiser=_account(disagreement.raised_by),
        let_in=_let_in(entry, desk),
    )


def _who_may_be_told(disagreement: Disagreement, desk: Desk) -> tuple[Person, ...]:
    """Of a long directory those whom a rule can mean without a form that names them: not whoever works with children or
    leads at an agency, of whom there are most."""
    protocol = desk.protocol_of(disagreement)
    roles = protocol.roles if protocol else ()
    beside = {r.key for r in roles if r.side in (Side.PARTNERSHIP, Side.OUTSIDE) or r.capacity in audiences.FROM_DIRECTORY}
    return tuple(person for person in desk.directory if person.role in beside or person.manages_partnership)


def _account(user: User) -> Person:
    return Person(role="", email=user.email, name=user.name, user_id=user.pk)


def _let_in(entry: ChronologyEntry, desk: Desk) -> Person | None:
    """Whom the office let in, where they are of neither side: of those, the entry names the party."""
    number = entry.data.get("invitation") if entry.kind == Kind.INVITATION_ADMITTED else None
    found = next((i for i in desk.invitations.values() if i.pk == number), None)
    if found is None or entry.data.get("party") is not None or found.state != Invitation.State.ADMITTED:
        return None
    return Person(role="", email=found.email, name=found.name, user_id=found.user_id, invited=True)


def own_way(told: Told, disagreement: Disagreement, desk: Desk) -> str:
    """The address at which somebody who is no member comes in; nothing where they have no invitation."""
    found = desk.invitations.get((disagreement.pk, told.person.email.lower()))
    if found is None or found.state != Invitation.State.ADMITTED:
        return ""
    return settings.BASE_URL + reverse("escalation:invited", args=[desk.partnership.slug, found.key])


@dataclass(frozen=True)
class _Scene:
    """What is the same for everybody who is told of one entry."""

    acting: Collection[str]
    running: Sequence[tuple[datetime, TimeLimit]]
    news: Mapping[str, Any]


def _scene(entry: ChronologyEntry, protocol: Protocol, desk: Desk) -> _Scene:
    """Labels come from the protocol, never from the disagreement's own rows."""
    disagreement, clock = entry.disagreement, _clock_of(entry, desk)
    stage: Stage | None = next((stage for stage in protocol.stages if stage.key == entry.stage), None)
    running = [
        (each.due_at, protocol.time_limit(each.time_limit))
        for each in desk.clocks[disagreement.pk]
        if each.stopped_at is None and each.paused_at is None and each.due_at > desk.at
    ]
    limit = protocol.time_limit(clock.time_limit) if clock else None
    words = {
        "reference": disagreement.reference or "",
        "step": desk.once(
            ("step", disagreement.protocol_version_id, entry.stage, entry.tier),
            lambda: rung_words(protocol, Position(stage=entry.stage, tier=entry.tier)) if stage else "",
        ),
        "link": settings.BASE_URL + reverse("escalation:disagreement", args=[desk.partnership.slug, disagreement.reference]),
        "next_date": soonest([due_at for due_at, _ in running]),
        "timescale": f"{limit.label} ({limit.strength})" if limit else "",
        "timescale_purpose": _inside(limit.purpose) if limit else "",
        "timescale_ends": due_words(clock.due_at) if clock else "",
        "outcome_word": stage.authority.outcome_word if stage and stage.authority else "decision",
        "stance": STANCE_WORDS[stage.stance] if stage else "",
    }
    return _Scene(stage.acting(entry.tier) if stage else (), running, words)


def news(entry: ChronologyEntry, told: Told, protocol: Protocol, desk: Desk) -> News:
    """What one person reads of one entry."""
    scene = desk.once(("scene", entry.pk), lambda: _scene(entry, protocol, desk))
    due = ""
    # What has passed is asked for now: the date of another clock would read as a new one for it.
    if entry.kind != Kind.TIMESCALE_PASSED:
        due = soonest([due_at for due_at, limit in scene.running if _holds(limit, told, scene.acting)])
    return News(template=told.template, asks=told.asks, due=due, **scene.news)


def bearing(entry: ChronologyEntry, told: Told, protocol: Protocol, desk: Desk) -> Bearing:
    """How one person stands to an entry, for their wish. Once an outcome stands, it is the office's turn."""
    stage = next((stage for stage in protocol.stages if stage.key == entry.stage), None)
    acting = stage.acting(entry.tier) if stage else ()
    decides = stage.authority.by if stage and stage.authority else None
    clocks = [d for d in desk.clocks[entry.disagreement_id] if d.stopped_at is None and d.paused_at is None]
    office = protocol.role(told.role).capacity == Capacity.PARTNERSHIP_OFFICE or told.person.manages_partnership
    return Bearing(
        acts=bool({told.role, told.person.role} & {*acting, decides}) or (office and entry.state == State.RESOLVED),
        keeps_a_clock=any(_holds(protocol.time_limit(clock.time_limit), told, acting) for clock in clocks),
        ends=[clock.due_at for clock in clocks],
        pressing=_pressing(protocol, entry.disagreement.urgency),
    )


def _pressing(protocol: Protocol, urgency: str) -> bool:
    """Whether the protocol counts a timescale of this urgency in hours, or within the day."""
    by_the_hour = [limit for limit in protocol.time_limits if limit.unit in (Unit.CLOCK_HOURS, Unit.SAME_WORKING_DAY)]
    return bool(urgency) and any(urgency in (limit.urgency, *limit.when.urgencies) for limit in by_the_hour)


def _inside(sentence: str) -> str:
    """A sentence made to stand inside another."""
    words = sentence.strip().rstrip(".")
    return words[0].lower() + words[1:] if words[1:2].islower() else words


def _holds(limit: TimeLimit, told: Told, acting: Collection[str]) -> bool:
    """Whether it is for this person to keep the timescale: the holder it names, or else whoever acts at this rung on the
    side that holds it. Never for somebody who recorded it for another and takes no side (W 2.7)."""
    if told.template == ACKNOWLEDGEMENT and not told.person.side:
        return False
    return keeps(limit, side=told.side, roles={told.role, told.person.role}, acting=acting)


def keeps(limit: TimeLimit, *, side: str, roles: Collection[str], acting: Collection[str]) -> bool:
    """Whether somebody who takes part on this side, or on none, in one of these roles is to keep the timescale."""
    if limit.holder:
        named, _, role = limit.holder.rpartition(".")
        return role in roles and named in ("", side)
    beside = limit.held_by in (Side.PARTNERSHIP, Side.OUTSIDE)
    ours = side == "" if beside else side != "" and limit.held_by in (Side.BOTH, side)
    return ours and not set(roles).isdisjoint(acting)


def office(protocol: Protocol, desk: Desk) -> Office | None:
    """Whom to ask at the partnership: the first address that the protocol calls its office."""
    roles = {role.key for role in protocol.roles if role.capacity == Capacity.PARTNERSHIP_OFFICE}
    found = next((c for c in desk.contacts if c.role in roles and (c.email or c.telephone)), None)
    return Office(name=found.name, email=found.email, telephone=found.telephone) if found else None
