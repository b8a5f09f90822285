"""What can happen where on a protocol's ladder; works on the value alone and knows no disagreement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..protocol import Protocol, TimeLimit
from ..protocol_terms import Asked, AuthorityKind, Event, Satisfied

# These end every clock and leave no rung behind, so no clock can start on them.
NEVER_START = frozenset({Event.CLOSED, Event.WITHDRAWN, Event.SETTLED_LOGGED})
OF_TIME_LIMITS = frozenset({Event.TIMESCALE_NEAR, Event.TIMESCALE_PASSED, Event.TIMESCALE_VARIED, Event.TIMESCALE_RECOUNTED})
OF_SIDE_PROCESSES = frozenset({Event.SIDE_PROCESS_STARTED, Event.SIDE_PROCESS_ENDED})

Stages = frozenset[str]


def reachable(protocol: Protocol) -> Stages:
    """The recorded stages on which a disagreement can ever stand: opened there, taken there directly, or moved up to.

    Where none is one to open, that is the one thing to mend, and everything else is looked at as if the lowest were."""
    found: set[str] = set()
    below = not any(stage.opens_here for stage in protocol.ladder)
    for stage in protocol.ladder:
        below = below or stage.opens_here or stage.directly_reachable
        if below:
            found.add(stage.key)
    return frozenset(found)


@dataclass(frozen=True)
class Reach:
    """The stages on which a disagreement can stand, and for every event those on which it can leave one."""

    here: Stages
    happens: Mapping[Event, Stages]

    @classmethod
    def of(cls, protocol: Protocol) -> Reach:
        here = reachable(protocol)
        happens = dict.fromkeys(Event, here) | _on_the_ladder(protocol, here)
        happens[Event.FLAGGED] = here if protocol.flags else frozenset()
        happens[Event.SETTLED_LOGGED] = frozenset()
        processes = [frozenset(process.stages) & here or here for process in protocol.side_processes]
        happens |= dict.fromkeys(OF_SIDE_PROCESSES, frozenset[str]().union(*processes))
        return cls(here, happens).counting(protocol.time_limits)

    def counting(self, limits: Iterable[TimeLimit]) -> Reach:
        """The same, where only these limits have timescales that can come near, pass or be varied."""
        found: set[str] = set()
        for limit in limits:
            # One that outlives its stage can pass wherever the disagreement has gone since.
            found |= (frozenset(limit.stages) or self.here) & self.here if limit.ends_with_stage else self.here
        return Reach(self.here, {**self.happens, **dict.fromkeys(OF_TIME_LIMITS, frozenset(found))})


def _on_the_ladder(protocol: Protocol, here: Stages) -> dict[Event, Stages]:
    ladder = [stage for stage in protocol.ladder if stage.key in here]
    tiered = frozenset(stage.key for stage in ladder if stage.heights > 1)
    confirmed = [r for r in protocol.requirements if r.what is Asked.WRITTEN_CONFIRMATION]
    everywhere = any(not requirement.stages for requirement in confirmed)
    asked = here if everywhere else here & {key for requirement in confirmed for key in requirement.stages}
    deciding = [s.key for s in ladder if s.authority and s.authority.kind is not AuthorityKind.MEDIATES]
    return {
        Event.RAISED: frozenset(s.key for s in ladder if s.opens_here or s.directly_reachable),
        Event.TIER_OPENED: tiered,
        Event.STEPPED_BACK: tiered | {stage.key for stage in ladder[:-1]},
        Event.OUTCOME_CONFIRMED: asked,
        Event.OUTCOME_DISPUTED: asked,
        Event.DECISION_RECORDED: frozenset(deciding),
        Event.NOT_SATISFIED: here if _asks_whether_satisfied(protocol) else frozenset(),
    }


def _asks_whether_satisfied(protocol: Protocol) -> bool:
    by_rule = protocol.closing is not None and protocol.closing.satisfied is not Satisfied.NOBODY
    return by_rule or protocol.asks_for(Asked.RAISER_SATISFIED) is not None
