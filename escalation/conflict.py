"""Conflict of interest: whoever is named in a disagreement neither mediates nor decides in it; knows no page.

"Named" is anybody who takes or took part on either side, who raised it, or who recorded it for others (the colleague who
raised a draft that was shared with them, too); by account, by address, and by name. Of two people of one name both are held
back, and the protocol's office can say which of them it is: the other way round somebody named without an address would judge
in their own matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from partnerships.models import User
from partnerships.protocol import SideProcess
from partnerships.protocol_terms import ProcessKind

from .models import Disagreement, Party, SideProcessRecord

# Whoever sits here judges, whether or not the protocol lets their word stand as the decision.
JUDGING = frozenset({ProcessKind.PANEL, ProcessKind.HIGH_RISK_PANEL, ProcessKind.MEDIATION})


@dataclass(frozen=True)
class Named:
    """Everybody who is or was named in one disagreement."""

    names: frozenset[str]
    addresses: frozenset[str]

    @classmethod
    def of(cls, disagreement: Disagreement, parties: Iterable[Party]) -> Named:
        found = [*parties]
        wrote = [user for user in (disagreement.raised_by, disagreement.shared_with) if user is not None]
        names = {plain(name) for p in found for name in (p.name, p.user.name if p.user else "") if name.strip()}
        addresses = {a.lower() for p in found for a in (p.email, p.user.email if p.user else "") if a}
        names |= {plain(user.name) for user in wrote}
        return cls(frozenset(names - {""}), frozenset(addresses | {user.email for user in wrote}))

    def holds(self, *, name: str, email: str) -> bool:
        return plain(name) in self.names or User.objects.normalise(email) in self.addresses


def judges(definition: SideProcess) -> bool:
    """A mediation, a panel, and whatever else may decide; a log, a deep dive or a reflective session are for those concerned."""
    return definition.kind in JUDGING or definition.may_decide or definition.members.outside_both


def is_named(user: User, parties: Iterable[Party]) -> bool:
    """Whether this person takes or took part. Asks the database nothing, so that a list can ask it of every row: by name only
    where that is all that was given."""
    return any(p.is_of(user) or (not p.email and plain(p.name) == plain(user.name)) for p in parties)


def why_not_on_it(definition: SideProcess, *, name: str, email: str, named: Named) -> str:
    """The refusal's sentence, or nothing. W 2.3 says it of the mediator; the issue of every one who judges."""
    if judges(definition) and named.holds(name=name, email=email):
        return f"{definition.name}: choose somebody who is not named in this disagreement."
    return ""


def why_not_a_party(disagreement: Disagreement, *, name: str, email: str, held: Iterable[SideProcessRecord] | None = None) -> str:
    """Whoever mediates or has mediated acts for neither side, and whoever sits on a panel not while they do. `held`: its side
    processes, where they are known."""
    beside = list(disagreement.side_processes.all() if held is None else held)
    if any(mediation.names(name=name, email=email) for mediation in mediations(disagreement, beside)):
        return f"{name.strip()} mediates or has mediated in this disagreement, so they act for neither side."
    for record in _judging_now(disagreement, beside):
        if any(_is(member, name=name, email=email) for member in record.members):
            called = disagreement.protocol.side_process(record.process).name
            return f"{name.strip()} sits on this: {called}. Whoever judges acts for neither side. Change who sits on it first."
    return ""


def mediations(disagreement: Disagreement, held: Iterable[SideProcessRecord] | None = None) -> list[SideProcessRecord]:
    if disagreement.protocol_version is None:
        return []
    kinds = {process.key: process.kind for process in disagreement.protocol.side_processes}
    if ProcessKind.MEDIATION not in kinds.values():
        return []
    records = disagreement.side_processes.all() if held is None else held
    return [record for record in records if kinds[record.process] == ProcessKind.MEDIATION]


def _is(member: dict[str, Any], *, name: str, email: str) -> bool:
    return bool(email and member.get("email") == email) or plain(member["name"]) == plain(name)


def _judging_now(disagreement: Disagreement, held: Iterable[SideProcessRecord]) -> list[SideProcessRecord]:
    if disagreement.protocol_version is None:
        return []
    judging = {process.key for process in disagreement.protocol.side_processes if judges(process)}
    return [record for record in held if record.process in judging and record.ended_at is None]


def plain(name: str) -> str:
    return " ".join(name.split()).casefold()
