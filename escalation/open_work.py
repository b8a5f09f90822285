"""Which open disagreements rest on an agency or a person, and where whoever they rest on has gone; writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Prefetch, Q, QuerySet

from partnerships.directory.reading import Directory, directory, step_of
from partnerships.models import Agency, Membership, Post, PostHolder, User
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Capacity, Side, StageKind

from .models import Deadline, Disagreement, Party
from .seeing import OF_AN_AGENCY
from .states import State

WORKED = (State.OPEN, State.AWAITING_CONFIRMATION)
SIDES = (Side.RAISING, Side.RECEIVING)


@dataclass(frozen=True)
class Charge:
    """One role on one side, in every open disagreement in which it falls to the same people: who stands there now (nobody,
    where only the agency is named), and in which disagreements."""

    side: Side
    role: str
    role_name: str
    seats: tuple[tuple[Disagreement, Party | None], ...]

    @property
    def name(self) -> str:
        return f"{self.side.value}_{self.role}"

    @property
    def disagreements(self) -> list[Disagreement]:
        return sorted({d.pk: d for d, _ in self.seats}.values(), key=lambda d: d.pk)

    @property
    def now(self) -> list[str]:
        return list(dict.fromkeys(party.name for _, party in self.seats if party is not None))


def _worked(which: Q | None = None) -> list[Disagreement]:
    running = Deadline.objects.filter(stopped_at=None, paused_at=None).order_by("due_at", "pk")
    people = Party.objects.filter(left_at=None).select_related("agency", "user")
    found = (
        Disagreement.objects.filter(which or Q(), state__in=WORKED)
        .select_related("partnership", "protocol_version", "raising_agency", "receiving_agency")
        .defer("protocol_version__definition")
        .prefetch_related(Prefetch("deadlines", queryset=running, to_attr="running"))
        .prefetch_related(Prefetch("parties", queryset=people, to_attr="people"))
    )
    return list(found.order_by("pk"))


def of_agency(agency: Agency) -> list[Charge]:
    """Everything open in which the agency is a side: each role that somebody acts in for it, and where nobody is named
    there, its first manager."""
    seats: dict[tuple[Side, str], list[tuple[Disagreement, Party | None]]] = defaultdict(list)
    for d in _worked(Q(raising_agency=agency) | Q(receiving_agency=agency)):
        for side in SIDES:
            if getattr(d, f"{side.value}_agency_id") != agency.pk:
                continue
            own = [party for party in _people(d) if party.side == side]
            for party in own:
                seats[side, party.role].append((d, party))
            if not own:
                seats[side, _first_manager(d.protocol)].append((d, None))
    return _charges(seats)


def of_people(holders: Iterable[PostHolder]) -> list[Charge]:
    """Everything open in which one of these people acts, by account or by address."""
    leaving = list(holders)
    users = {holder.user_id for holder in leaving if holder.user_id}
    emails = {holder.email.lower() for holder in leaving if holder.email}
    seats: dict[tuple[Side, str], list[tuple[Disagreement, Party | None]]] = defaultdict(list)
    theirs = Party.objects.filter(_by(users, emails), left_at=None)
    for d in _worked(Q(pk__in=theirs.values("disagreement_id"))) if users or emails else ():
        for party in _people(d):
            if party.user_id in users or party.email.lower() in emails:
                seats[Side(party.side), party.role].append((d, party))
    return _charges(seats)


def of_holder(holder: PostHolder) -> list[Charge]:
    """What rests on somebody for the agency of their post, and for those for which that agency fills a post."""
    agencies = answered_for(holder.post.agency)
    kept = [
        (charge, tuple((d, party) for d, party in charge.seats if party is not None and party.agency_id in agencies))
        for charge in of_people([holder])
    ]
    return [replace(charge, seats=seats) for charge, seats in kept if seats]


def answered_for(agency: Agency) -> set[int]:
    return {agency.pk, *Post.objects.filter(filled_by=agency, active=True).values_list("agency_id", flat=True)}


def of_oneself(user: User) -> list[Charge]:
    return of_people([PostHolder(user=user, email=user.email)])


def _by(users: Iterable[int | None], emails: Iterable[str]) -> Q:
    """Who acts under one of these accounts or addresses, however the address was typed."""
    found = Q(user__in=[user for user in users if user])
    for email in emails:
        found |= Q(email=email.lower())
    return found


def rests_on(user: User) -> bool:
    """Whether anything open does, for a link to it."""
    return Party.objects.filter(_by([user.pk], [user.email]), left_at=None, disagreement__state__in=WORKED).exists()


def work_resting_on(holder: PostHolder) -> int:
    """In how many open disagreements, of those that `of_holder` reads whole."""
    own = _by([holder.user_id], [holder.email] if holder.email else [])
    agencies = answered_for(holder.post.agency)
    theirs = Party.objects.filter(own, left_at=None, agency__in=agencies, disagreement__state__in=WORKED)
    return theirs.values("disagreement_id").distinct().count()


def _deputised_by(user: User) -> Q:
    mine = Q(user=user) | Q(email__iexact=user.email)
    works_at = Membership.objects.filter(user=user, active=True, role__in=OF_AN_AGENCY).exclude(agency=None).values("agency_id")
    deputised = PostHolder.objects.filter(mine, active=True, deputy=True, post__active=True, post__agency__in=works_at)
    return Q(post__in=deputised.values("post_id"), active=True, deputy=False)


def away_here(user: User, *, day: date) -> tuple[Away | None, list[PostHolder]]:
    """What `away_oneself` and `stands_in_for` say, in one question, and one more where this person is away."""
    gone = Q(absent_from__lte=day) & (Q(absent_until=None) | Q(absent_until__gte=day))
    own = Q(user=user) | Q(email__iexact=user.email)
    asked = PostHolder.objects.filter(gone, own | _deputised_by(user), active=True, deputy=False)
    found = [h for h in asked.select_related("post__agency").order_by("pk") if h.away(day)]
    mine = any(h.user_id == user.pk or h.email.lower() == user.email.lower() for h in found)
    numbers = {h.pk for h in found}
    others = [h for h in stands_in_for(user, day=day) if h.pk in numbers] if found else []
    return (away_oneself(user, day=day) if mine else None), others


def stands_in_for(user: User, *, day: date) -> list[PostHolder]:
    """Who is away now and whose deputy this person is, as the directory says: among those with whom they work at one agency.
    Protocol administrators write the directory and see no disagreement: what it says alone gives nobody anybody's work."""
    holders = PostHolder.objects.filter(_deputised_by(user)).select_related("post__agency")
    return [holder for holder in holders if holder.away(day)]


@dataclass(frozen=True)
class Away:
    """Somebody whom the directory has as away today, and who stands in for them there."""

    holder: PostHolder
    deputies: tuple[PostHolder, ...]


def away_oneself(user: User, *, day: date) -> Away | None:
    """Whether the directory says that this person is away, and who stands in for them."""
    found = away_of(PostHolder.objects.filter(Q(user=user) | Q(email__iexact=user.email)), day=day)
    return found[0] if found else None


def away_of(holders: QuerySet[PostHolder], *, day: date) -> list[Away]:
    """Who of these is away today, the soonest back first; in one question, and one more where anybody is."""
    deputies = Prefetch("post__holders", queryset=PostHolder.objects.filter(active=True, deputy=True), to_attr="deputies")
    ended = Q(absent_until=None) | Q(absent_until__gte=day)
    gone = holders.filter(ended, active=True, deputy=False, post__active=True, absent_from__lte=day)
    found = gone.select_related("post__agency").order_by("absent_until", "pk").prefetch_related(deputies)
    return [Away(h, tuple(d for d in h.post.deputies if not d.away(day))) for h in found]


def _charges(seats: dict[tuple[Side, str], list[tuple[Disagreement, Party | None]]]) -> list[Charge]:
    return [
        Charge(side, role, _role_name(found[0][0].protocol, role), tuple(found))
        for (side, role), found in sorted(seats.items(), key=lambda item: (item[0][0] != Side.RAISING, item[1][0][0].pk))
    ]


def _people(disagreement: Disagreement) -> Sequence[Party]:
    people: Sequence[Party] = disagreement.people  # type: ignore[attr-defined]
    return people


def _role_name(protocol: Protocol, key: str) -> str:
    return next((role.name for role in protocol.roles if role.key == key), key)


def _first_manager(protocol: Protocol) -> str:
    both = [role for role in protocol.roles if role.side == Side.BOTH] or list(protocol.roles)
    return next((role.key for role in both if role.capacity == Capacity.LEAD), both[0].key)


@dataclass(frozen=True)
class Leaver:
    """One place in an open disagreement that nobody fills any more, and why it is thought so. `post` instead of a person
    where the directory has nobody to turn to at the step where it stands."""

    disagreement: Disagreement
    side: Side
    who: str
    role_name: str
    agency: Agency
    why: str


def leavers(*, day: date) -> list[Leaver]:
    """Open work whose holder has gone: no account or membership any more, left the post, away beyond the date by which the
    side must act, or a post at that step that nobody holds."""
    worked = _worked()
    known = directory()
    accounts = _Accounts.of({party.user_id for d in worked for party in _people(d) if party.user_id})
    away = _away(day)
    left = _left()
    found: list[Leaver] = []
    for d in worked:
        for party in _people(d):
            why = accounts.why_gone(party) or left.get(party.email.lower(), "") or _away_too_long(d, party, away, day)
            if why:
                name = _role_name(d.protocol, party.role)
                found.append(Leaver(d, Side(party.side), party.name, name, party.agency, why))
        found += _empty_posts(d, known)
    return found


@dataclass(frozen=True)
class _Accounts:
    closed: frozenset[int]
    members: frozenset[int]

    @classmethod
    def of(cls, user_ids: set[int]) -> _Accounts:
        members = Membership.objects.filter(user_id__in=user_ids, active=True).values_list("user_id", flat=True)
        closed = User.objects.filter(pk__in=user_ids, is_active=False).values_list("pk", flat=True)
        return cls(frozenset(closed), frozenset(members))

    def why_gone(self, party: Party) -> str:
        if party.user_id is None:
            return ""
        if party.user_id in self.closed:
            return "Their account is closed."
        return "" if party.user_id in self.members else "They are no longer a member of the partnership."


def _away(day: date) -> dict[str, PostHolder]:
    holders = PostHolder.objects.filter(active=True, absent_from__lte=day).exclude(absent_until__lt=day).exclude(email="")
    return {holder.email.lower(): holder for holder in holders}


def _left() -> dict[str, str]:
    """Addresses of people who have left a post and hold no other."""
    lines = PostHolder.objects.exclude(email="").select_related("post__agency").order_by("pk")
    held = {line.email.lower() for line in lines if line.active and line.post.active}
    return {
        line.email.lower(): f"They have left the post {line.post.title}, {line.post.agency}."
        for line in lines
        if line.email.lower() not in held
    }


def _away_too_long(d: Disagreement, party: Party, away: dict[str, PostHolder], day: date) -> str:
    """Away without an end, or until after the last day of a clock that their side holds."""
    holder = away.get(party.email.lower())
    if holder is None:
        return ""
    if holder.absent_until is None:
        return "They are away, and nobody knows until when."
    clocks: Sequence[Deadline] = d.running  # type: ignore[attr-defined]
    last_days = [(clock.due_at - timedelta(microseconds=1)).date() for clock in clocks if clock.held_by == party.side]
    if any(last < holder.absent_until for last in last_days):
        return f"They are away until {holder.absent_until:%A %-d %B %Y}, after the date by which their side must act."
    return ""


def _empty_posts(d: Disagreement, known: Directory) -> list[Leaver]:
    """Where the step is one at which the sides' own people act: a side that names nobody in a role of that step, and whose
    post for it nobody holds."""
    if not d.stage:
        return []
    protocol = d.protocol
    acting = [key for key in protocol.stage(d.stage).acting(d.tier) if protocol.role(key).side == Side.BOTH]
    kind, rank = step_of(protocol, d.position)
    found = []
    for side in SIDES if acting else ():
        agency: Agency | None = getattr(d, f"{side.value}_agency")
        if agency is None or any(p.side == side and p.role in acting for p in _people(d)):
            continue
        if not agency.active:
            found.append(Leaver(d, side, "Nobody", _role_name(protocol, acting[0]), agency, "The agency is retired."))
            continue
        seat = known.answering(agency, StageKind(kind), rank=rank, called=protocol.role(acting[0]).name)
        if seat is not None and not seat.people:
            why = f"Nobody is named here, and nobody holds the post {seat.post.title} now."
            found.append(Leaver(d, side, "Nobody", _role_name(protocol, acting[0]), agency, why))
    return found
