"""When a rule of a protocol applies: its condition held against the facts of one disagreement; knows no row and no person."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from .protocol import Condition, Protocol
from .protocol_terms import RaisedAs, Side
from .working_days import LONDON, Calendar, count

SIDES = (Side.RAISING, Side.RECEIVING)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that a condition may ask about. What is not known yet is empty, and then no condition on it holds."""

    stage: str = ""
    direct: bool = False
    sectors: Mapping[Side, str] = field(default_factory=dict)
    child_status: str = ""
    flags: frozenset[str] = frozenset()
    category: str = ""
    urgency: str = ""
    ground: str = ""
    raised_as: str = RaisedAs.OWN
    tier: int = 1
    late: bool = False
    time_limit: str = ""
    process: str = ""


def holds(protocol: Protocol, when: Condition, facts: Facts) -> bool:
    """All that the condition asks must hold; within a list any one is enough; a condition that asks nothing holds."""
    stage = next((stage for stage in protocol.stages if stage.key == facts.stage), None)
    formal = stage is not None and stage.formal
    return (
        _any(when.stages, (facts.stage,))
        and when.formal in (None, formal)
        and when.direct in (None, facts.direct)
        and _any(when.sectors, _sectors(when, facts))
        and _any(when.child_statuses, (facts.child_status,))
        and _any(when.flags, facts.flags)
        and _any(when.categories, (facts.category,))
        and _any(when.urgencies, (facts.urgency,))
        and _any(when.grounds, (facts.ground,))
        and _any(when.raised_as, (facts.raised_as,))
        and (not when.tiers or facts.tier in when.tiers)
        and when.late in (None, facts.late)
        and _any(when.time_limits, (facts.time_limit,))
        and _any(when.side_processes, (facts.process,))
    )


def as_of(facts: Facts, data: Mapping[str, Any]) -> Facts:
    """The facts, with what an entry is about: its timescale, its process beside the ladder, its ground."""
    limit, process, ground = (str(data.get(name) or "") for name in ("time_limit", "process", "ground"))
    return replace(facts, time_limit=limit, process=process, ground=ground)


def raised_late(protocol: Protocol, *, decided_on: date | None, at: datetime, calendar: Calendar) -> bool:
    """Whether it is raised later after the decision than the protocol says. Only the day of the decision is known, so hours
    count from its end."""
    rule = protocol.raise_within
    if rule is None or decided_on is None:
        return False
    day = datetime.combine(decided_on, time.max, tzinfo=LONDON)
    return at >= count(day, amount=rule.amount, unit=rule.unit, calendar=calendar).due_at


def _any(asked: Collection[str], found: Collection[str]) -> bool:
    return not asked or bool(set(asked) & set(found))


def _sectors(when: Condition, facts: Facts) -> list[str]:
    sides = SIDES if when.sector_of == "either" else (Side(when.sector_of),)
    return [facts.sectors[side] for side in sides if side in facts.sectors]
