"""What runs beside the ladder, or instead of it: can somebody start it, end it and sit on it as the protocol says."""

from __future__ import annotations

from collections.abc import Iterator

from ..protocol import Protocol, SideProcess
from ..protocol_terms import ProcessKind
from .parts import Path, Problem, each


def side_processes(protocol: Protocol) -> Iterator[Problem]:
    blind = {role.key for role in protocol.roles if not role.may_see}
    for path, process in each(protocol, "side_processes"):
        said = f'Side process "{process.key}"'
        yield from _begun(path, said, process, blind)
        yield from _ended(path, said, process, blind)
        yield from _sat_on(path, said, process)
        if process.kind == ProcessKind.MEDIATION and process.may_decide:
            yield Problem((*path, "may_decide"), f"{said} is mediation, and a mediator never decides. Leave out may_decide.")


def _begun(path: Path, said: str, process: SideProcess, blind: set[str]) -> Iterator[Problem]:
    if not process.started_by and process.started_by_flag is None:
        yield Problem((*path, "started_by"), f"{said} can be started by nobody. List the roles that may under started_by.")
    for number, key in enumerate(process.started_by):
        if key in blind:
            yield Problem(
                (*path, "started_by", number),
                f'{said}: role "{key}" may not see the disagreement and so cannot start it. Name another role.',
            )


def _ended(path: Path, said: str, process: SideProcess, blind: set[str]) -> Iterator[Problem]:
    """The partnership manager could end anything by hand; a protocol that leaves it to that has forgotten to say who does."""
    for number, key in enumerate(process.ended_by):
        if key in blind:
            yield Problem(
                (*path, "ended_by", number),
                f'{said}: role "{key}" may not see the disagreement and so cannot end it. Name another role.',
            )
    if not process.ended_by and not process.started_by and process.started_by_flag is not None:
        back = " While it runs nothing moves up, so there would be no way back." if process.instead else ""
        asked = ", so its choices would never be asked" if process.choices or process.questions else ""
        yield Problem(
            (*path, "ended_by"),
            f"{said} is started by a mark and can be ended by nobody{asked}.{back} List the roles that may under ended_by.",
        )
    if len(process.choices) == 1:
        yield Problem((*path, "choices"), f"{said} leaves one choice, which is none. Write at least two, or leave them out.")
    for name in ("choices", "questions"):
        lines = getattr(process, name)
        for number, line in enumerate(lines):
            if line in lines[:number]:
                yield Problem((*path, name, number), f'{said} says "{line}" twice under {name}. Leave one of them out.')


def _sat_on(path: Path, said: str, process: SideProcess) -> Iterator[Problem]:
    rule = process.members
    if rule.agencies_at_least < 0:
        yield Problem((*path, "members", "agencies_at_least"), f"{said}: fewer than no agencies cannot be. Write 0 or more.")
    if rule.includes_both_sides and rule.outside_both:
        yield Problem(
            (*path, "members"),
            f"{said}: its members cannot include both sides and stand outside both. Leave out one of the two.",
        )
    asks = rule.agencies_at_least > 0 or rule.includes_both_sides or rule.one_not_in_dispute
    if process.started_by_flag is not None and asks:
        yield Problem(
            (*path, "started_by_flag"),
            f"{said} is started by a mark, and nobody is named then, so its rule about members would be broken unseen. "
            "Leave out started_by_flag, or the rule.",
        )
