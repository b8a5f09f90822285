"""Why a disagreement is where it is, in what the tracker has read already: one question more for a whole page of rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ..models import ChronologyEntry, Deadline, Disagreement
from ..selectors import Timescale
from ..sentences import sentence
from ..states import BY_CLOCKWORK
from ..turns import Ball


@dataclass(frozen=True)
class Why:
    """The last thing that anybody did and when; whose turn it is and since when; the clock, how its date came about and under
    which clause; the clause of the step."""

    last: str
    last_at: datetime | None
    by: str
    turn: str
    since: datetime | None
    clock: str
    counted: str
    rule: str
    step_rule: str


def last_entries(numbers: Iterable[int]) -> dict[int, ChronologyEntry]:
    """The last that a person did to each of these, in one question."""
    found = ChronologyEntry.objects.filter(disagreement_id__in=list(numbers)).exclude(kind__in=BY_CLOCKWORK)
    newest = found.order_by("disagreement_id", "-seq").distinct("disagreement_id").select_related("actor")
    return {entry.disagreement_id: entry for entry in newest}


def why(d: Disagreement, held: Ball, *, first: Deadline | None, clock: Timescale | None, last: ChronologyEntry | None) -> Why:
    protocol = d.protocol
    stage = protocol.stage(d.stage) if d.stage else None
    limit = protocol.time_limit(first.time_limit) if first else None
    return Why(
        last=sentence(last, protocol) if last else "",
        last_at=last.at if last else None,
        by=last.actor.name if last and last.actor else "",
        turn=held.sentence,
        since=since(d, held),
        clock=clock.words if clock else "",
        counted=clock.why if clock else "",
        rule=_rule(limit) if limit else "",
        step_rule=_rule(stage) if stage else "",
    )


def since(d: Disagreement, held: Ball) -> datetime | None:
    """Since when it is the turn of whoever acts next."""
    return None if not held.sides and d.ended else (d.turn_since or d.stage_opened_at or d.raised_at)


def _rule(part: object) -> str:
    """The clause, or that the rule is only assumed."""
    if clause := str(getattr(part, "clause", "") or ""):
        return clause
    return "an assumption that nobody has confirmed yet" if getattr(part, "assumption", "") else ""
