"""Where a disagreement may start and where it may go from a rung, under one protocol; knows no row and no person."""

from __future__ import annotations

from .conditions import Facts, holds
from .protocol import Gate, Part, Protocol, Stage


class Position(Part):
    """A rung of the ladder: a stage, and a tier inside it counted from 1."""

    stage: str
    tier: int = 1


class Opening(Part):
    to: Position
    direct: bool


class Move(Part):
    """One step up that the protocol allows; a direct one needs a reason, gates must be recorded first."""

    to: Position
    direct: bool
    gates: tuple[Gate, ...] = ()


def ladder_for(protocol: Protocol, facts: Facts | None = None, *, standing_on: str = "") -> tuple[Stage, ...]:
    """The recorded stages that a disagreement with these facts has: all whose `only_when` holds. Without facts (none is
    known yet, or the whole protocol is meant) every one. The stage it stands on is always one: facts change, and nobody
    is taken off the ladder by that."""
    return tuple(
        stage
        for stage in protocol.ladder
        if facts is None or stage.only_when is None or stage.key == standing_on or holds(protocol, stage.only_when, facts)
    )


def directly(protocol: Protocol, stage: Stage, facts: Facts | None) -> bool:
    """Whether it can be taken straight there: any disagreement, or only those of which `direct_when` holds."""
    when = stage.direct_when
    return stage.directly_reachable and (facts is None or when is None or holds(protocol, when, facts))


def openings(protocol: Protocol, facts: Facts | None = None) -> tuple[Opening, ...]:
    """Where a new disagreement may start: the lowest rung of each opening stage, and direct ones (with a reason)."""
    ladder = ladder_for(protocol, facts)
    usual = [Opening(to=Position(stage=s.key), direct=False) for s in ladder if s.opens_here]
    direct = [Opening(to=Position(stage=s.key), direct=True) for s in ladder if not s.opens_here and directly(protocol, s, facts)]
    return (*usual, *direct)


def moves_from(protocol: Protocol, position: Position, facts: Facts | None = None) -> tuple[Move, ...]:
    """The steps up allowed from a rung: the next tier, after the last tier the next stage, and stages directly reachable."""
    ladder = ladder_for(protocol, facts, standing_on=position.stage)
    at = next(i for i, stage in enumerate(ladder) if stage.key == position.stage)
    here = ladder[at]
    highest = here.heights if here.tiers_may_be_skipped else min(position.tier + 1, here.heights)
    moves = [Move(to=Position(stage=here.key, tier=tier), direct=False) for tier in range(position.tier + 1, highest + 1)]
    above = ladder[at + 1 :]
    if above and (position.tier == here.heights or here.tiers_may_be_skipped):
        moves.append(Move(to=Position(stage=above[0].key), direct=False, gates=above[0].gates))
    usual = {move.to.stage for move in moves}
    moves += [Move(to=Position(stage=s.key), direct=True) for s in above if s.key not in usual and directly(protocol, s, facts)]
    return tuple(moves)


def rung_below(protocol: Protocol, position: Position, facts: Facts | None = None) -> Position | None:
    """The rung one step down, or None at the foot of the ladder."""
    if position.tier > 1:
        return Position(stage=position.stage, tier=position.tier - 1)
    ladder = ladder_for(protocol, facts, standing_on=position.stage)
    at = next(i for i, stage in enumerate(ladder) if stage.key == position.stage)
    if at == 0:
        return None
    return Position(stage=ladder[at - 1].key, tier=ladder[at - 1].heights)


def rung_words(protocol: Protocol, position: Position) -> str:
    """How people call a rung: "Stage 2: next tiers of management (Head of Service)"."""
    stage = protocol.stage(position.stage)
    word = protocol.step_word[:1].upper() + protocol.step_word[1:]
    words = f"{word} {stage.number}: {stage.name}" if stage.number else stage.name
    return f"{words} ({stage.tiers[position.tier - 1].name})" if stage.tiers else words
