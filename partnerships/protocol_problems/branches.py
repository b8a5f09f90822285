"""Stages that are not for every disagreement: does each kind still find a place to start, and somebody to end it; reads
the protocol alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from ..conditions import Facts
from ..ladder import ladder_for
from ..protocol import Condition, Protocol, Stage
from ..protocol_terms import RaisedAs, Sector, Side
from .parts import Path, Problem, each

# What is known of a disagreement before anything has happened to it; a stage can be for some by nothing else.
NEVER_KNOWN = ("stages", "tiers", "formal", "grounds", "time_limits", "side_processes")
MOST_KINDS = 5_000


def branches(protocol: Protocol) -> Iterator[Problem]:
    conditional = [(path, stage) for path, stage in each(protocol, "stages") if stage.only_when is not None]
    for path, stage in conditional:
        yield from _askable((*path, "only_when"), stage)
    for path, stage in each(protocol, "stages"):
        if stage.direct_when is not None and not stage.directly_reachable:
            yield Problem(
                (*path, "direct_when"),
                f'Stage "{stage.key}" cannot be reached directly, so direct_when has no effect. Write directly_reachable: true, '
                "or leave it out.",
            )
    if not conditional:
        return
    starts, ends = _found_wanting(protocol)
    if starts and any(stage.opens_here for stage in protocol.ladder):
        yield Problem(
            ("stages",),
            f"Some disagreements could start nowhere ({starts}): every stage that opens them is only for others. "
            "Put opens_here: true on a stage without only_when, or cover them too.",
        )
    for key, kind in ends.items():
        number = next(i for i, stage in enumerate(protocol.stages) if stage.key == key)
        yield Problem(
            ("stages", number),
            f'For some disagreements ({kind}) stage "{key}" is the last one, and nobody could end them there. '
            "Give it an authority, or take only_when from a stage above it.",
        )


def _askable(path: Path, stage: Stage) -> Iterator[Problem]:
    when = stage.only_when or Condition()
    for name in NEVER_KNOWN:
        if getattr(when, name) not in ((), None):
            yield Problem(
                (*path, name),
                f'Stage "{stage.key}": only_when cannot ask for {name}, which is no fact about a disagreement. Ask for its '
                "urgency, category, marks, the child's status, the agencies' sectors, who raised it, or leave it out.",
            )
    if when == Condition():
        yield Problem(path, f'Stage "{stage.key}": only_when asks nothing. Say for which disagreements it is, or leave it out.')
    if not stage.recorded:
        yield Problem(path, f'Stage "{stage.key}" is not recorded, so only_when has no effect there. Leave it out.')


def _found_wanting(protocol: Protocol) -> tuple[str, dict[str, str]]:
    """The first kind of disagreement that can start nowhere, and the stages that are the last for some and end nothing."""
    starts, ends = "", dict[str, str]()
    top = protocol.ladder[-1] if protocol.ladder else None
    for facts, kind in _kinds(protocol):
        ladder = ladder_for(protocol, facts)
        if not any(stage.opens_here for stage in ladder):
            starts = starts or kind
        elif ladder[-1].authority is None and ladder[-1] is not top:
            ends.setdefault(ladder[-1].key, kind)
    return starts, ends


def _kinds(protocol: Protocol) -> Iterator[tuple[Facts, str]]:
    """Every kind of disagreement that the stages tell apart, with its words."""
    asked = [stage.only_when for stage in protocol.ladder if stage.only_when is not None]
    sectors = [*Sector] if any(when.sectors for when in asked) else [None]
    flags = sorted({flag for when in asked for flag in when.flags})
    marked = [
        frozenset(f for f, on in zip(flags, chosen, strict=True) if on) for chosen in product((False, True), repeat=len(flags))
    ]
    kinds = product(
        _told(protocol.urgency_bands, any(when.urgencies for when in asked)),
        _told(protocol.child_statuses, any(when.child_statuses for when in asked)),
        [c.key for c in protocol.categories] if any(when.categories for when in asked) else [""],
        marked,
        [*RaisedAs] if any(when.raised_as for when in asked) else [RaisedAs.OWN],
        [False, True] if any(when.direct is not None for when in asked) else [False],
        [False, True] if any(when.late is not None for when in asked) else [False],
        product(sectors, repeat=2),
    )
    for number, (urgency, status, category, marks, raised_as, direct, late, (raising, receiving)) in enumerate(kinds):
        if number >= MOST_KINDS:
            return
        known = {Side.RAISING: raising, Side.RECEIVING: receiving} if raising and receiving else {}
        facts = Facts(
            urgency=urgency,
            child_status=status,
            category=category,
            flags=marks,
            raised_as=raised_as,
            direct=direct,
            late=late,
            sectors={side: sector for side, sector in known.items() if sector},
        )
        yield facts, _words(facts)


def _told(known: tuple[object, ...], matters: bool) -> list[str]:
    """Each key, and none: "none of these" is an answer too."""
    return ["", *(str(one.key) for one in known)] if matters else [""]  # type: ignore[attr-defined]


def _words(facts: Facts) -> str:
    said = [
        f"urgency {facts.urgency}" if facts.urgency else "",
        f"child status {facts.child_status}" if facts.child_status else "",
        f"category {facts.category}" if facts.category else "",
        f"marked {', '.join(sorted(facts.flags))}" if facts.flags else "",
        f"raised as {facts.raised_as}" if facts.raised_as != RaisedAs.OWN else "",
        "raised directly" if facts.direct else "",
        "raised late" if facts.late else "",
        *(f"{side} agency in {sector}" for side, sector in facts.sectors.items()),
    ]
    return ", ".join(one for one in said if one) or "those of which nothing special is said"
