"""Who of those that are told may open the page: a notice carries a link for nobody else. Asks as the pages themselves ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import BooleanField, Case, Q, Value, When

from escalation.models import Disagreement
from escalation.permissions import Viewer, known_to, visible_to
from escalation.seeing import sees_as_party
from partnerships.models import Membership
from partnerships.protocol import Protocol
from partnerships.protocol_terms import Capacity

from .audiences import Person, Told

# So many people in one question; each is a column of its answer.
AT_ONCE = 60


@dataclass(frozen=True)
class Doors:
    """Which disagreements each account, and each address without one, may open; read for a whole batch at once."""

    opened: dict[object, frozenset[int]] = field(default_factory=dict)
    # Those of the accounts that were invited and are nothing else here: they come in by a way of their own.
    guests: frozenset[int] = frozenset()

    def open_to(self, told: Told, disagreement: Disagreement, protocol: Protocol) -> bool:
        """An account: what the page itself would answer. A person named on the form without one is invited, and will see.
        The office's own inbox is read by the office. Any other address opens what its role has been brought into."""
        person = told.person
        if person.user_id is not None:
            return disagreement.pk in self.opened.get(person.user_id, ())
        if person.party_id is not None or protocol.role(told.role).capacity == Capacity.PARTNERSHIP_OFFICE:
            return True
        return disagreement.pk in self.opened.get(_address(person), ())


def _address(person: Person) -> tuple[str, int | None]:
    return person.role, person.agency_id


def doors_for(told: Iterable[Told], disagreements: Iterable[Disagreement]) -> Doors:
    people = [each.person for each in told]
    members = _viewers({person.user_id for person in people if person.user_id is not None})
    return Doors(_opened(_asked(people, members), {each.pk for each in disagreements}), _guests(members))


def doors_for_each(told: Sequence[tuple[Told, Disagreement]], *, taking_part: Collection[tuple[int, int]]) -> Doors:
    """For many entries, most of whose readers take part in what they are told of: those see it for that alone, and the
    database is asked about the others, who are few. `taking_part`: accounts, and in which disagreement."""
    members = _viewers({each.person.user_id for each, _ in told if each.person.user_id is not None})
    opened: dict[object, set[int]] = defaultdict(set)
    rest: list[tuple[Person, int]] = []
    for each, disagreement in told:
        user, number = each.person.user_id, disagreement.pk
        if user is not None and (user, number) in taking_part and user in members and sees_as_party(members[user], waits=False):
            opened[user].add(number)
        else:
            rest.append((each.person, number))
    others = {person.user_id for person, _ in rest}
    asked = _asked([person for person, _ in rest], {user: viewer for user, viewer in members.items() if user in others})
    for key, numbers in _opened(asked, {number for _, number in rest}).items():
        opened[key] |= numbers
    return Doors({key: frozenset(numbers) for key, numbers in opened.items()}, _guests(members))


def _asked(people: Iterable[Person], members: Mapping[int, Viewer]) -> dict[object, Q]:
    asked: dict[object, Q] = {user_id: visible_to(viewer) for user_id, viewer in members.items()}
    for person in people:
        if person.user_id is None and person.party_id is None:
            asked[_address(person)] = known_to([person.role], [person.agency_id] if person.agency_id else [])
    return asked


def _guests(members: Mapping[int, Viewer]) -> frozenset[int]:
    return frozenset(user_id for user_id, viewer in members.items() if viewer.is_guest)


def _viewers(user_ids: set[int]) -> dict[int, Viewer]:
    """Those of them who are members now: to others the partnership itself is closed."""
    if not user_ids:
        return {}
    held: dict[int, list[Membership]] = defaultdict(list)
    for membership in Membership.objects.reachable().filter(user_id__in=user_ids).select_related("user"):
        held[membership.user_id].append(membership)
    return {user_id: Viewer.of(own[0].user, own) for user_id, own in held.items()}


def _opened(asked: dict[object, Q], ids: Collection[int]) -> dict[object, frozenset[int]]:
    found: dict[object, set[int]] = defaultdict(set)
    keys = list(asked)
    for start in range(0, len(keys), AT_ONCE):
        named = {f"door_{n}": key for n, key in enumerate(keys[start : start + AT_ONCE])}
        columns = {
            name: Case(When(asked[key], then=Value(True)), default=Value(False), output_field=BooleanField())
            for name, key in named.items()
        }
        for row in Disagreement.objects.filter(pk__in=sorted(ids)).annotate(**columns).values("pk", *columns):
            for name, key in named.items():
                if row[name]:
                    found[key].add(row["pk"])
    return {key: frozenset(ids) for key, ids in found.items()}
