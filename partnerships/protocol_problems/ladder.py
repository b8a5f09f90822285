"""The ladder: can it be climbed, who acts on each rung, and who may bring a disagreement to an end at the top."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..protocol import Authority, Protocol, Role, SideProcess, Stage
from ..protocol_terms import AuthorityKind, Capacity, StageKind
from .parts import BOTH_SIDES, Path, Problem, each, sides_of
from .reach import reachable


def ladder(protocol: Protocol) -> Iterator[Problem]:
    recorded, reached = protocol.ladder, reachable(protocol)
    if not any(stage.opens_here for stage in recorded):
        yield Problem(("stages",), "A disagreement can start nowhere. Put opens_here: true on the lowest recorded stage.")
    lowest = recorded[0].key if recorded else ""
    above_a_recorded_one = False
    for path, stage in each(protocol, "stages"):
        if stage.recorded:
            above_a_recorded_one = True
            yield from _recorded(path, stage, lowest=stage.key == lowest, reached=stage.key in reached)
        else:
            yield from _unrecorded(path, stage, above_a_recorded_one=above_a_recorded_one)


def _recorded(path: Path, stage: Stage, *, lowest: bool, reached: bool) -> Iterator[Problem]:
    if not reached:
        yield Problem(
            path,
            f'Nobody can reach stage "{stage.key}": disagreements start above it. Put opens_here: true on it, or leave it out.',
        )
    if lowest and stage.directly_reachable:
        yield Problem(
            (*path, "directly_reachable"),
            f'Stage "{stage.key}" is the lowest one, so nothing can jump up to it. Leave out directly_reachable.',
        )
    if stage.gates and (lowest or stage.opens_here):
        yield Problem(
            (*path, "gates"),
            f'Disagreements start at stage "{stage.key}", so its gates would never be asked. '
            "Move them to a stage above, or make each a requirement.",
        )
    if stage.tiers_may_be_skipped and stage.heights == 1:
        yield Problem(
            (*path, "tiers_may_be_skipped"), f'Stage "{stage.key}" has no tiers to skip. List its tiers, or leave this out.'
        )


def _unrecorded(path: Path, stage: Stage, *, above_a_recorded_one: bool) -> Iterator[Problem]:
    if above_a_recorded_one:
        yield Problem(
            (*path, "recorded"),
            f'Stage "{stage.key}" is not recorded but stands above a recorded one, so nobody can reach it. '
            "Write recorded: true, or put it first.",
        )
    for name in ("opens_here", "directly_reachable", "gates", "authority"):
        if getattr(stage, name):
            yield Problem(
                (*path, name),
                f'Stage "{stage.key}" is not recorded, so {name} has no effect there. Write recorded: true, or leave {name} out.',
            )


def ends(protocol: Protocol) -> Iterator[Problem]:
    """Somebody must be able to end it at the top, or at least to mediate (W 3.1c), or it would be open for ever."""
    roles = {role.key: role for role in protocol.roles}
    panels = {process.key: process for process in protocol.side_processes}
    for path, stage in each(protocol, "stages"):
        if stage.authority is not None:
            at = (*path, "authority")
            role, panel = roles.get(stage.authority.by or ""), panels.get(stage.authority.panel or "")
            yield from _by(at, f'The authority of stage "{stage.key}"', stage.authority, role)
            yield from _panel(at, stage, stage.authority, panel)
        elif protocol.ladder and stage is protocol.ladder[-1]:
            yield Problem(
                path,
                f'Stage "{stage.key}" is the last one, and nobody could end a disagreement there. '
                "Give it an authority whose kind is concludes, decides, decides_or_panel, directs or mediates.",
            )


def _by(path: Path, said: str, authority: Authority, role: Role | None) -> Iterator[Problem]:
    mediates = authority.kind is AuthorityKind.MEDIATES
    at = (*path, "by")
    if authority.by is None:
        yield Problem(at, f"{said} names nobody. Write by: and the key of the role that has it.")
    if role is None:
        return
    if mediates and role.may_decide:
        yield Problem(at, f'{said} mediates, so role "{role.key}" must not decide. Take may_decide: true from the role.')
    if not mediates and not role.may_decide:
        yield Problem(at, f'{said} is role "{role.key}", which may not decide. Write may_decide: true on the role.')
    if not role.may_see:
        yield Problem(at, f'{said} is role "{role.key}", which may not see the disagreement. Take may_see: false from the role.')


def _panel(path: Path, stage: Stage, authority: Authority, panel: SideProcess | None) -> Iterator[Problem]:
    said, at = f'The authority of stage "{stage.key}"', (*path, "panel")
    if authority.kind is AuthorityKind.DECIDES_OR_PANEL and authority.panel is None:
        yield Problem(at, f"{said} may call a panel, but none is named. Write panel: and the key of a side process.")
    if panel is None:
        return
    if authority.kind is not AuthorityKind.MEDIATES and not panel.may_decide:
        yield Problem(at, f'{said} names the panel "{panel.key}", which may not decide. Write may_decide: true on the panel.')
    if panel.stages and stage.key not in panel.stages:
        yield Problem(
            at, f'{said} names the panel "{panel.key}", which cannot start there. Add {stage.key} to the panel\'s stages.'
        )


def actors(protocol: Protocol) -> Iterator[Problem]:
    roles = {role.key: role for role in protocol.roles}
    for path, role in each(protocol, "roles"):
        if role.capacity is Capacity.MEDIATOR and role.may_decide:
            yield Problem(
                (*path, "may_decide"), f'Role "{role.key}" mediates, and a mediator never decides. Leave out may_decide.'
            )
    for path, stage in each(protocol, "stages"):
        for tier in range(1, stage.heights + 1 if stage.recorded else 1):
            own = stage.tiers and stage.tiers[tier - 1].acts
            at = (*path, "tiers", tier - 1, "acts") if own else (*path, "acts")
            said = f'Stage "{stage.key}"' + (f', tier "{stage.tiers[tier - 1].name}"' if stage.tiers else "")
            keys = stage.acting(tier)
            if all(key in roles for key in keys):
                yield from _rung(at, said, stage.kind, [roles[key] for key in keys])


def _rung(path: Path, said: str, kind: StageKind, acting: Sequence[Role]) -> Iterator[Problem]:
    """Two sides meet on every rung, except where the partnership itself acts."""
    strangers = [role.key for role in acting if not sides_of(role)]
    sides = frozenset(side for role in acting for side in sides_of(role))
    if not acting:
        yield Problem(path, f"{said}: nobody acts there. List the roles that do under acts.")
    for role in acting:
        if not role.may_see:
            yield Problem(path, f'{said}: role "{role.key}" acts there but may not see the disagreement. Name another role.')
    if strangers and kind is not StageKind.PARTNERSHIP:
        yield Problem(
            path,
            f'{said}: role "{strangers[0]}" is on neither side, and only at a stage of kind partnership may such a role act. '
            "Name a role of the two sides, or write kind: partnership.",
        )
    elif acting and not strangers and sides != BOTH_SIDES:
        yield Problem(
            path, f"{said}: only the {min(sides)} side acts there. Add a role of the other side, or one whose side is both."
        )
