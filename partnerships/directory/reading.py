"""Who holds which post today, and where to find them: absences, deputies and proxies worked out; writes nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from .. import selectors
from ..ladder import Position
from ..models import Agency, Contact, Membership, Post, PostHolder
from ..protocol import Protocol
from ..protocol_phrases import KIND_NAMES
from ..protocol_terms import Capacity, StageKind
from ..scope import once_per_scope

KEPT = "directory"
# The kind of step at which somebody of that capacity acts, where nothing nearer is known.
KIND_OF = {
    Capacity.PRACTITIONER: StageKind.PRACTITIONER,
    Capacity.LEAD: StageKind.MANAGER,
    Capacity.SENIOR_MANAGER: StageKind.SENIOR,
    Capacity.REPRESENTATIVE: StageKind.PARTNERSHIP,
}
# A question may be typed as it is thought: "who is the next tier at the hospital?"
ASKING = """a an and are at can contact do does for from how i in is it level levels me my next of on or our reach rung s speak
stage stages step steps tell the their there they tier tiers to up us we what which who whom whose with you"""
SMALL_WORDS = frozenset(ASKING.split())


@dataclass(frozen=True)
class Seat:
    """One post and who answers for it today. `away`: its holders who are absent; `via`: the other agency whose people
    answer; `deputising`: whoever answers stands in for the holder; `gone`: still named, but no longer of the partnership."""

    post: Post
    people: tuple[PostHolder, ...] = ()
    away: tuple[PostHolder, ...] = ()
    gone: tuple[PostHolder, ...] = ()
    via: Agency | None = None
    deputising: bool = False

    @property
    def holder(self) -> PostHolder | None:
        """The one to propose: nobody can be proposed where several hold the post."""
        return self.people[0] if len(self.people) == 1 else None


@dataclass(frozen=True)
class Entry:
    """An agency as the directory shows it: its ladder, lowest first, and the contacts that belong to it."""

    agency: Agency
    seats: tuple[Seat, ...]
    contacts: tuple[Contact, ...]


class Directory:
    """Everything about agencies, posts, holders and contacts on one day, in five queries."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.agencies = {agency.pk: agency for agency in Agency.objects.filter(active=True)}
        self.posts: dict[int, list[Post]] = defaultdict(list)
        for post in Post.objects.filter(active=True, agency__active=True).order_by("agency_id", "height", "pk"):
            post.agency = self.agencies[post.agency_id]
            self.posts[post.agency_id].append(post)
        self.holders: dict[int, list[PostHolder]] = defaultdict(list)
        named = list(PostHolder.objects.filter(active=True, post__active=True).select_related("user"))
        for holder in named:
            self.holders[holder.post_id].append(holder)
        self.contacts = list(Contact.objects.filter(active=True).select_related("agency"))
        self.members = _members(named)

    def ladder(self, agency: Agency) -> tuple[Seat, ...]:
        return tuple(self._seat(post, frozenset()) for post in self.posts.get(agency.pk, ()))

    def answering(self, agency: Agency, kind: StageKind, *, rank: int = 0, called: str = "") -> Seat | None:
        """Who answers at that kind of step: the post that is called so, or else the one at that height among its kind, or
        else the highest of its kind. None where the agency has no such post."""
        return self._answering(agency, kind, rank=rank, called=called, asked=frozenset())

    def _answering(self, agency: Agency, kind: str, *, rank: int, called: str, asked: frozenset[int]) -> Seat | None:
        posts = [post for post in self.posts.get(agency.pk, ()) if post.kind == kind]
        if not posts:
            return None
        named = next((post for post in posts if post.title.casefold() == called.casefold()), None)
        return self._seat(named or posts[min(rank, len(posts) - 1)], asked)

    def _seat(self, post: Post, asked: frozenset[int]) -> Seat:
        own = self._own(post)
        if post.filled_by_id is None or own.people or post.agency_id in asked:
            return own
        other = self.agencies.get(post.filled_by_id)
        if other is None:
            return own
        rank = [p.pk for p in self.posts[post.agency_id] if p.kind == post.kind].index(post.pk)
        theirs = self._answering(other, post.kind, rank=rank, called=post.title, asked=asked | {post.agency_id})
        people, away, deputising = (theirs.people, theirs.away, theirs.deputising) if theirs else ((), (), False)
        return Seat(post, people, away, own.gone, other, deputising)

    def _own(self, post: Post) -> Seat:
        named = self.holders.get(post.pk, ())
        gone = tuple(holder for holder in named if self.has_gone(holder))
        there = [holder for holder in named if holder not in gone]
        holders, deputies = [h for h in there if not h.deputy], [h for h in there if h.deputy]
        away = tuple(holder for holder in holders if holder.away(self.day))
        present = tuple(holder for holder in holders if holder not in away)
        via = self.agencies.get(post.filled_by_id) if post.filled_by_id else None
        if present:
            return Seat(post, present, away, gone, via)
        standing_in = tuple(holder for holder in deputies if not holder.away(self.day))
        return Seat(post, standing_in, away, gone, via, deputising=bool(standing_in))

    def has_gone(self, holder: PostHolder) -> bool:
        """Somebody who had an account here and can no longer sign in. Who never had one is reached by telephone."""
        return holder.user_id is not None and holder.user_id not in self.members

    def entry(self, agency: Agency) -> Entry:
        return Entry(agency, self.ladder(agency), tuple(c for c in self.contacts if c.agency_id == agency.pk))

    def search(self, asked: str, *, kind: str = "") -> tuple[list[Entry], list[Contact]]:
        """The agencies in which every word asked for stands somewhere, those called so first; and the other contacts."""
        words = words_of(asked)
        found = []
        for agency in self.agencies.values():
            entry = self.entry(agency)
            if kind and not any(seat.post.kind == kind for seat in entry.seats):
                continue
            if all(word in _text(entry) for word in words):
                called = all(word in _plain(agency.name) for word in words)
                seats = tuple(seat for seat in entry.seats if not kind or seat.post.kind == kind)
                found.append((not called, agency.name.casefold(), Entry(agency, seats, entry.contacts)))
        found.sort(key=lambda one: one[:2])
        others = [c for c in self.contacts if c.agency_id is None and all(word in _contact_text(c) for word in words)]
        return [entry for *_, entry in found], [] if kind else others


def directory() -> Directory:
    """The directory of the partnership in scope as it stands today, read once for a request."""
    return once_per_scope(KEPT, lambda: Directory(selectors.today()))


def _members(holders: Iterable[PostHolder]) -> frozenset[int]:
    linked = {holder.user_id for holder in holders if holder.user_id}
    found = Membership.objects.filter(user_id__in=linked).reachable()
    return frozenset(found.values_list("user_id", flat=True))


def step_of(protocol: Protocol, position: Position) -> tuple[StageKind, int]:
    """The kind of step of a rung, and which one of its kind it is on the ladder, counted from 0."""
    kind = protocol.stage(position.stage).kind
    rungs = [(stage.key, tier) for stage in protocol.ladder if stage.kind == kind for tier in range(1, stage.heights + 1)]
    return kind, rungs.index((position.stage, position.tier)) if (position.stage, position.tier) in rungs else 0


def to_check(day: date) -> tuple[list[Contact], list[PostHolder]]:
    """What should be checked again by that day: contacts and holders with a date that has come."""
    due = Q(active=True, review_by__lte=day)
    contacts = Contact.objects.filter(due).select_related("agency").order_by("review_by", "name")
    holders = PostHolder.objects.filter(due, post__active=True, post__agency__active=True)
    return list(contacts), list(holders.select_related("post__agency").order_by("review_by", "name"))


def words_of(asked: str) -> list[str]:
    """What is asked for, without the small words of the question."""
    words = re.findall(r"[^\W_]+", _plain(asked))
    return [word for word in words if word not in SMALL_WORDS]


def _plain(text: str) -> str:
    return text.casefold().replace("’", "").replace("'", "")


def _text(entry: Entry) -> str:
    parts: list[str] = [entry.agency.name, entry.agency.get_sector_display()]
    for seat in entry.seats:
        parts += [seat.post.title, KIND_NAMES[StageKind(seat.post.kind)], seat.via.name if seat.via else ""]
        parts += [holder.name for holder in (*seat.people, *seat.away)]
    return _plain(" ".join(parts)) + " " + " ".join(_contact_text(contact) for contact in entry.contacts)


def _contact_text(contact: Contact) -> str:
    return _plain(f"{contact.name} {contact.role.replace('_', ' ')} {contact.note}")


def agencies_side_by_side(entries: Sequence[Entry]) -> list[tuple[Entry, list[list[Seat]]]]:
    """Each agency that has posts with its seats by kind of step: corresponding levels beside one another (E-06)."""
    return [
        (entry, [[seat for seat in entry.seats if seat.post.kind == kind] for kind in StageKind])
        for entry in entries
        if entry.seats
    ]
