"""Every version of every protocol of a partnership, as its administrators look at them: what is in force, coming, drafted,
past. Reads rows and writes none; the number of questions to the database does not grow with the versions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from .. import selectors
from ..models import AssumptionConfirmation, ProtocolVersion, VersionStatus
from ..protocol import MAIN
from ..protocol_rules import assumptions
from ..scope import current_partnership_id
from ..shared import SharedDefinition
from .drafting import likenesses, own_versions
from .sharing import Likeness


@dataclass(frozen=True)
class Entry:
    """One version: how it stands to its origin, how many assumed rules wait, and whether it is offered to others now."""

    version: ProtocolVersion
    likeness: Likeness | None = None
    unconfirmed: int = 0
    shared: SharedDefinition | None = None

    @property
    def from_origin(self) -> bool:
        return self.likeness is not None


@dataclass
class Line:
    """One protocol of the partnership with all its versions."""

    key: str
    title: str
    in_force: Entry | None = None
    coming: list[Entry] = field(default_factory=list)
    drafts: list[Entry] = field(default_factory=list)
    past: list[Entry] = field(default_factory=list)

    @property
    def is_main(self) -> bool:
        return self.key == MAIN


def lines(today: date | None = None) -> list[Line]:
    """The main protocol first, the others by their title. In force is the newest whose first day has come."""
    day = today or selectors.today()
    versions = own_versions()
    in_force = {version.line: version.number for version in selectors.versions_in_force(day)}
    past = {
        v.pk
        for v in versions
        if v.status == VersionStatus.PUBLISHED
        and v.effective_from is not None
        and v.effective_from <= day
        and in_force.get(v.line) != v.number
    }
    live = [version for version in versions if version.pk not in past]
    entries = _entries(live) | {version.pk: Entry(version) for version in versions if version.pk in past}
    found: dict[str, Line] = {}
    for version in versions:
        line = found.setdefault(version.line, Line(version.line, version.title))
        entry = entries[version.pk]
        if version.pk in past:
            line.past.append(entry)
        elif version.status == VersionStatus.DRAFT:
            line.drafts.append(entry)
        elif in_force.get(version.line) == version.number:
            line.in_force, line.title = entry, version.title
        else:
            line.coming.append(entry)
    for line in found.values():
        line.coming.sort(key=lambda entry: (entry.version.effective_from or day, entry.version.number))
    return sorted(found.values(), key=lambda line: (not line.is_main, line.title, line.key))


def _entries(live: list[ProtocolVersion]) -> dict[int, Entry]:
    whole = {v.pk: v for v in ProtocolVersion.objects.filter(pk__in=[v.pk for v in live])}
    done = Counter(AssumptionConfirmation.objects.filter(version__in=live).values_list("version_id", flat=True))
    origins = likenesses(live)
    offered = SharedDefinition.objects.filter(sharer_id=current_partnership_id(), withdrawn_at=None).defer("definition")
    shared = {(row.line, row.number): row for row in offered}
    return {
        version.pk: Entry(
            version=version,
            likeness=origins.get(version.pk),
            unconfirmed=len(assumptions(whole[version.pk].protocol)) - done[version.pk],
            shared=shared.get((version.line, version.number)),
        )
        for version in live
    }


def waiting_entries() -> list[Entry]:
    """The versions that people work under, will work under or are drafting, in which an assumed rule waits for a word."""
    found = [entry for line in lines() for entry in (*([line.in_force] if line.in_force else []), *line.coming, *line.drafts)]
    return [entry for entry in found if entry.unconfirmed]
