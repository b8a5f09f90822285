"""What waits for a sub-group's word: logs and deep dives that have not ended, and learning that was sent to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from escalation.beside_the_ladder import KEPT, who_decides
from escalation.models import Disagreement, Learning, SideProcessRecord
from escalation.permissions import Viewer, visible_to
from escalation.states import State
from learning.models import Source
from partnerships import selectors as partnership_selectors
from partnerships.protocol import SideProcess
from partnerships.working_days import LONDON

MOST = 100


@dataclass(frozen=True)
class Waiting:
    """One log or deep dive that waits: on which disagreement, since when, for whom, and what is to be decided."""

    record: SideProcessRecord
    disagreement: Disagreement
    process: SideProcess
    since: date
    for_whom: str
    may_decide: bool

    @property
    def asks(self) -> str:
        """What the protocol has them answer."""
        return " ".join(part for part in (*self.process.questions, self.process.asks) if part)


@dataclass(frozen=True)
class Decided:
    """One that ended: what was chosen, and when. Why stands on the disagreement, for those who may read it."""

    record: SideProcessRecord
    disagreement: Disagreement
    name: str
    choice: str
    on: date


@dataclass(frozen=True)
class Sent:
    """Learning that was sent to a sub-group and that nobody has taken up yet."""

    disagreement: Disagreement
    sub_group: str
    needs: str
    on: date


def waiting(viewer: Viewer) -> list[Waiting]:
    """The longest waiting first. Somebody who is not the office: those alone that wait for one of their roles."""
    found = []
    for record in _kept(viewer).filter(ended_at=None).order_by("started_at", "pk")[:MOST]:
        protocol = record.disagreement.protocol
        process = protocol.side_process(record.process)
        roles = who_decides(protocol, process)
        if not viewer.is_office and not viewer.protocol_roles & set(roles):
            continue
        named = " or ".join(protocol.role(key).name for key in roles) or "The partnership manager"
        decides = viewer.is_office or bool(viewer.protocol_roles & set(roles))
        found.append(Waiting(record, record.disagreement, process, _day(record.started_at), named, decides))
    return found


def decided(viewer: Viewer, *, first: date, last: date) -> list[Decided]:
    """Those that ended within these days, the newest first. Somebody who is not the office: those alone that were theirs."""
    ended = _kept(viewer).filter(ended_at__date__gte=first, ended_at__date__lte=last).order_by("-ended_at", "-pk")[:MOST]
    found = []
    for one in ended:
        protocol = one.disagreement.protocol
        process = protocol.side_process(one.process)
        if viewer.is_office or viewer.protocol_roles & set(who_decides(protocol, process)):
            found.append(Decided(one, one.disagreement, process.name, one.choice, _day(one.ended_at)))
    return found


def sent(viewer: Viewer, *, sub_group: str | None = None) -> list[Sent]:
    """Learning that names a sub-group and has not been taken up as an item (learning.Source), the oldest first."""
    found = Learning.objects.filter(disagreement__in=_visible(viewer)).exclude(sub_group="")
    found = found.exclude(pk__in=Source.objects.values("learning")).select_related("disagreement__partnership")
    if sub_group is not None:
        found = found.filter(sub_group=sub_group)
    rows = found.order_by("recorded_at", "pk")[:MOST]
    return [Sent(one.disagreement, one.sub_group, one.get_needs_display(), _day(one.recorded_at)) for one in rows]


def _kept(viewer: Viewer) -> QuerySet[SideProcessRecord]:
    """Of the kinds that a protocol keeps beside the ladder for somebody's word, on what this person may see."""
    keys = {
        process.key
        for version in partnership_selectors.published_versions()
        for process in version.protocol.side_processes
        if process.kind in KEPT
    }
    found = SideProcessRecord.objects.filter(process__in=keys, disagreement__in=_visible(viewer))
    return found.select_related("disagreement__partnership", "disagreement__protocol_version")


def _visible(viewer: Viewer) -> QuerySet[Disagreement]:
    return Disagreement.objects.filter(visible_to(viewer), ~Q(state=State.DRAFT)).values("pk")  # type: ignore[return-value]


def _day(at: object) -> date:
    return at.astimezone(LONDON).date()  # type: ignore[attr-defined,no-any-return]
