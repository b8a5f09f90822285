"""What counts as unusual reading, in one place: each finding is a sentence with the figures behind it. Decides nothing.

It points somebody at something to ask about; most of it has a good reason. Only names of parties are looked at, never what
was written. Reading at night is not unusual: police and hospitals work then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from partnerships.administering import AdministrationEntry, Did
from partnerships.models import MemberRole, Membership, User
from partnerships.templatetags.govuk import moment
from partnerships.working_days import LONDON

from .models import Disagreement, Invitation, Party, Reading
from .permissions import Viewer, visible_to

LOOKED_BACK = timedelta(days=30)
HOUR = timedelta(hours=1)
# More different disagreements than this within any one hour is pointed out. Somebody who acts in a few reads a few; those
# beside the two sides prepare for meetings; the office goes through its tracker.
USUAL_IN_AN_HOUR = 8
USUAL_BY_ROLE: dict[str, int] = {
    MemberRole.REPRESENTATIVE: 15,
    MemberRole.ADVISER: 15,
    MemberRole.DECISION_MAKER: 15,
    MemberRole.PARTNERSHIP_MANAGER: 40,
}
OF_ONE = (Reading.What.DISAGREEMENT, Reading.What.FILE, Reading.What.PACK)
SHORTEST_NAME = 2


@dataclass(frozen=True)
class Look:
    """One reading of one disagreement."""

    by: int
    disagreement: int
    at: datetime


@dataclass(frozen=True)
class Busiest:
    """The hour in which somebody opened the most different disagreements."""

    count: int
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Unusual:
    """One finding. `by` and `day`, or `reference`, narrow the log to the readings it is about."""

    sentence: str
    by: int
    day: date | None = None
    reference: str = ""


def usual_in_an_hour(roles: Iterable[str]) -> int:
    return max((USUAL_BY_ROLE.get(role, USUAL_IN_AN_HOUR) for role in roles), default=USUAL_IN_AN_HOUR)


def busiest_hour(looks: Sequence[Look]) -> Busiest | None:
    """Over any sixty minutes, not by the clock's hours, or twice the number would go unseen across a full hour."""
    in_order = sorted(looks, key=lambda look: look.at)
    best: Busiest | None = None
    first = 0
    held: dict[int, int] = defaultdict(int)
    for look in in_order:
        held[look.disagreement] += 1
        while look.at - in_order[first].at > HOUR:
            gone = in_order[first].disagreement
            held[gone] -= 1
            if not held[gone]:
                del held[gone]
            first += 1
        if best is None or len(held) > best.count:
            best = Busiest(len(held), in_order[first].at, look.at)
    return best


def surname(name: str) -> str:
    """The last word of a name, as it is compared; of one word alone nothing can be said."""
    words = name.casefold().split()
    return words[-1] if len(words) >= SHORTEST_NAME else ""


def unusual(*, at: datetime) -> list[Unusual]:
    """What is unusual in the last 30 days of the partnership in scope, the gravest first."""
    rows = Reading.objects.filter(at__gt=at - LOOKED_BACK, at__lte=at, what__in=OF_ONE, disagreement__isnull=False)
    looks = [Look(*row) for row in rows.order_by("at").values_list("by_id", "disagreement_id", "at")]
    people = User.objects.in_bulk({look.by for look in looks})
    roles: dict[int, list[Membership]] = defaultdict(list)
    for held in Membership.objects.filter(user__in=people, active=True):
        roles[held.user_id].append(held)
    of = {pk: [look for look in looks if look.by == pk] for pk in people}
    concerned = _Concerned.of({look.disagreement for look in looks})
    return [
        *_after_the_end(looks, people, roles, concerned),
        *_many_in_an_hour(of, people, roles),
        *_own_name(of, people, concerned),
    ]


@dataclass(frozen=True)
class _Concerned:
    """Who takes or took part in what was read, and its references."""

    found: Mapping[int, Disagreement]
    parties: Mapping[int, list[Party]]

    @classmethod
    def of(cls, ids: set[int]) -> _Concerned:
        parties: dict[int, list[Party]] = defaultdict(list)
        for party in Party.objects.filter(disagreement__in=ids):
            parties[party.disagreement_id].append(party)
        return cls(Disagreement.objects.select_related("raised_by").in_bulk(ids), parties)

    def named(self, disagreement: int) -> list[str]:
        return list(dict.fromkeys([*(p.name for p in self.parties[disagreement]), str(self.found[disagreement].raised_by)]))

    def takes_part(self, person: User, disagreement: int) -> bool:
        own = any(party.is_of(person) for party in self.parties[disagreement])
        return own or self.found[disagreement].raised_by_id == person.pk


def _many_in_an_hour(
    of: Mapping[int, list[Look]], people: Mapping[int, User], roles: Mapping[int, list[Membership]]
) -> Iterable[Unusual]:
    for pk, looks in of.items():
        usual = usual_in_an_hour(held.role for held in roles.get(pk, ()))
        busiest = busiest_hour(looks)
        if busiest is not None and busiest.count > usual:
            yield Unusual(
                f"{people[pk]} opened {busiest.count} different disagreements within one hour, until {moment(busiest.until)}. "
                f"More than {usual} is unusual for what they are here.",
                by=pk,
                day=busiest.until.astimezone(LONDON).date(),
            )


def _own_name(of: Mapping[int, list[Look]], people: Mapping[int, User], concerned: _Concerned) -> Iterable[Unusual]:
    for pk, looks in of.items():
        person = people[pk]
        own = surname(str(person.name))
        for disagreement in dict.fromkeys(look.disagreement for look in looks) if own else ():
            if concerned.takes_part(person, disagreement):
                continue
            alike = [name for name in concerned.named(disagreement) if surname(name) == own]
            if alike:
                reference = concerned.found[disagreement].reference or ""
                yield Unusual(
                    f"{person} read {reference}, in which {' and '.join(alike)} takes part, who has the same surname. "
                    f"{person} takes no part in it.",
                    by=pk,
                    reference=reference,
                )


def _after_the_end(
    looks: Sequence[Look], people: Mapping[int, User], roles: Mapping[int, list[Membership]], concerned: _Concerned
) -> Iterable[Unusual]:
    """There should be none: it would mean that a door stayed open."""
    ended = _ends(people, concerned)
    found: dict[tuple[int, int], tuple[datetime, datetime]] = {}
    for look in looks:
        since = max((end for key in ((look.by, look.disagreement), (look.by, 0)) if (end := ended.get(key))), default=None)
        if since is not None and look.at > since:
            found.setdefault((look.by, look.disagreement), (since, look.at))
    for (pk, disagreement), (since, read) in found.items():
        viewer = Viewer.of(people[pk], roles.get(pk, ()))
        sees = bool(roles.get(pk)) and Disagreement.objects.filter(visible_to(viewer), pk=disagreement).exists()
        if not sees:
            reference = concerned.found[disagreement].reference or ""
            yield Unusual(
                f"{people[pk]} read {reference} on {moment(read)}, after their access had ended on {moment(since)}.",
                by=pk,
                reference=reference,
            )


def _ends(people: Mapping[int, User], concerned: _Concerned) -> dict[tuple[int, int], datetime]:
    """When a person's access ended: to one disagreement, because they left it or were removed from it; or (0) to all."""
    ended: dict[tuple[int, int], datetime] = {}
    for disagreement, parties in concerned.parties.items():
        for pk, person in people.items():
            own = [party for party in parties if party.is_of(person)]
            if own and all(party.left_at for party in own):
                ended[pk, disagreement] = max(party.left_at for party in own if party.left_at)
    for invited in Invitation.objects.filter(user__in=people, state=Invitation.State.REMOVED, decided_at__isnull=False):
        if invited.user_id is not None and invited.decided_at is not None:
            key = (invited.user_id, invited.disagreement_id)
            ended[key] = max(invited.decided_at, ended.get(key, invited.decided_at))
    let = AdministrationEntry.objects.filter(about__in=people, did__in=(Did.LET_IN, Did.LET_OUT)).order_by("at", "id")
    for did, about, at in let.values_list("did", "about_id", "at"):
        if did == Did.LET_OUT:
            ended[about, 0] = at
        else:
            ended.pop((about, 0), None)
    return ended
