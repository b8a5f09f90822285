"""Where the walk goes: a partnership with a row in every table, at work for some weeks, and one that has just begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.test import Client

from escalation.actions import ACTIONS
from escalation.models import Disagreement
from escalation.moves import Refused
from escalation.permissions import ties
from escalation.selectors import find
from insight.counting import count
from partnerships.directory.importing import keep_upload
from partnerships.models import MemberRole, User
from tests.services.acts import agreed, closed, resolved, up_to
from tests.walls.two_worlds import NOBODY, OPERATOR, PARTY, SIDE_MANAGER, Place, client_of
from tests.world import TUESDAY, World

# Two weeks after the first of them was raised: some timescales have passed, others are near.
NOW = TUESDAY + timedelta(days=14, minutes=30)
SLUG, NEW = "moorside", "barnsley"
PROTOCOLS = ("enfield", "barnsley")
# The people of the table of decisions (tests/promises/coming_by.py), and who they are here.
CAST = {
    "nobody": NOBODY,
    "elsewhere": "",
    "operator": OPERATOR,
    "raiser": PARTY,
    "manager": SIDE_MANAGER,
    "bystander": MemberRole.PRACTITIONER.value,
    "office": MemberRole.PARTNERSHIP_MANAGER.value,
    "administrator": MemberRole.PROTOCOL_ADMINISTRATOR.value,
    "observer": MemberRole.OBSERVER.value,
    "decider": MemberRole.DECISION_MAKER.value,
    "guest": MemberRole.GUEST.value,
}


@dataclass(frozen=True)
class Doing:
    """Somebody before one act of one disagreement."""

    verb: str
    who: str
    client: Client
    where: str


class Inhabited(Place):
    """Enfield's protocol, which has most of what a protocol can have."""

    def __init__(self) -> None:
        super().__init__(SLUG)
        with self.scope(self.office):
            looks_after = self.people[CAST["office"]]
            assert looks_after is not None
            self.upload = keep_upload(looks_after, name="agencies.csv", lines=[])
        self.others = [self.disagreement, *self._others()]
        self.sweep(at=NOW)
        count(self.partnership.pk)

    def _others(self) -> list[Disagreement]:
        found = [agreed(self, self.raised()), resolved(self), closed(self)]
        for rung in [(stage.key, tier) for stage in self.protocol.ladder for tier in range(1, stage.heights + 1)]:
            try:
                found.append(up_to(self, *rung, at=TUESDAY))
            except (Refused, ValueError):
                continue
        found.append(self.do("propose_outcome", self.raised(), by=self.hospital_lead, at=TUESDAY, text="A meeting each Monday."))
        found.append(
            self.do("flag", self.raised(), by=self.midwife, at=TUESDAY, flag=self.protocol.flags[0].key, reason="It drifts.")
        )
        found.append(self.do("withdraw", self.raised(), by=self.midwife, at=TUESDAY, reason="Settled in person."))
        return found

    def acting(self) -> list[Doing]:
        """For every verb the first person who may do it now at one of the disagreements; and, where it is offered to
        somebody who may not, that too: the page says why."""
        found: dict[tuple[str, bool], Doing] = {}
        everybody = self._all()
        for disagreement in self.others:
            for who, user in everybody:
                with self.scope(user):
                    viewer = self.viewer(user)
                    seen = find(viewer, str(disagreement.reference))
                    if seen is None:
                        continue
                    tied = ties(viewer, seen, seen.people)  # type: ignore[attr-defined]
                    for verb, action in ACTIONS.items():
                        if (verb, True) in found or not action.offered(seen):
                            continue
                        can = bool(action.verdict(seen, tied))
                        if not can and any(verb == held for held, _ in found):
                            continue
                        where = f"{seen.get_absolute_url()}{verb}/"
                        found[verb, can] = Doing(verb, who if can else f"{who}, refused", client_of(user), where)
        return [found[key] for key in sorted(found)]

    def _all(self) -> list[tuple[str, User]]:
        """Everybody of the cast, and whoever acts at some rung, in one order."""
        known = {user.pk: who for who, role in CAST.items() if role and (user := self.people[role]) is not None}
        with self.scope():
            others = list(User.objects.filter(memberships__active=True).distinct().order_by("pk"))
        return [(known.get(user.pk, user.email.partition("@")[0]), user) for user in others]


class Beginning(World):
    """A partnership on its first morning: people, and nothing that any of them has done."""

    def __init__(self) -> None:
        super().__init__(NEW)
        self.clients = {"raiser": client_of(self.midwife), "office": client_of(self.office)}
