"""Clocks and notices: does each ever start, stop or go out, and does it reach somebody who may see the disagreement."""

from __future__ import annotations

from collections.abc import Iterator

from ..protocol import NoticeRule, Protocol, Role, TimeLimit
from ..protocol_terms import Event, Side
from ..working_days import Unit
from .parts import BOTH_SIDES, Path, Problem, each, sides_of
from .reach import NEVER_START, OF_SIDE_PROCESSES, OF_TIME_LIMITS, Reach


def clocks(protocol: Protocol) -> Iterator[Problem]:
    roles = {role.key: role for role in protocol.roles}
    reach = Reach.of(protocol)
    for path, limit in each(protocol, "time_limits"):
        # A clock that starts when a timescale passes needs another timescale than its own.
        by_others = OF_TIME_LIMITS & set(limit.starts_on)
        others = [other for other in protocol.time_limits if other is not limit and _waits_for(limit, other)]
        counted = reach.counting(others) if by_others else reach
        yield from _turns(path, limit, counted)
        yield from _length(path, limit)
        holder = roles.get((limit.holder or "").rpartition(".")[2])
        if limit.holder and holder:
            yield from _addressed((*path, "holder"), f'Time limit "{limit.key}"', limit.holder, holder)
            yield from _held(path, limit, holder)


def _waits_for(limit: TimeLimit, other: TimeLimit) -> bool:
    return other.key in (limit.when.time_limits or (other.key,))


def _turns(path: Path, limit: TimeLimit, reach: Reach) -> Iterator[Problem]:
    said = f'Time limit "{limit.key}"'
    starting = [event for event in limit.starts_on if event not in NEVER_START]
    for name, events in (("time_limits", OF_TIME_LIMITS), ("side_processes", OF_SIDE_PROCESSES)):
        if getattr(limit.when, name) and not events & set(starting):
            yield Problem(
                (*path, "when", name),
                f"{said} is only for certain {name.replace('_', ' ')}, but nothing of theirs starts it. Leave {name} out, or "
                f"add one under starts_on: {', '.join(sorted(events))}.",
            )
            return
    here = frozenset(limit.stages) or reach.here
    if not any(reach.happens[event] & here for event in starting):
        listed = " or ".join(limit.starts_on) or "nothing"
        yield Problem(
            (*path, "starts_on"),
            f"{said} never starts: {listed} cannot happen where it counts. Write another event under starts_on, or other stages.",
        )
    if not limit.stops_on and not limit.ends_with_stage:
        yield Problem((*path, "stops_on"), f"{said}: nothing stops it. List the events that do under stops_on.")


def _length(path: Path, limit: TimeLimit) -> Iterator[Problem]:
    said = f'Time limit "{limit.key}"'
    if limit.amount is None and not limit.whichever_is_shorter:
        yield Problem(
            (*path, "amount"),
            f"{said} has no length. Give an amount, or write whichever_is_shorter: true if only the date asked for counts.",
        )
    if limit.amount == 0 and limit.unit is Unit.CLOCK_HOURS:
        yield Problem((*path, "amount"), f"{said} would have passed as it starts. Give an amount of at least 1 hour.")
    if limit.repeats and not limit.amount:
        yield Problem((*path, "repeats"), f"{said} repeats, so it needs an amount of at least 1.")
    for number, before in enumerate(limit.remind_before):
        if limit.amount is not None and (before >= limit.amount or limit.unit is Unit.SAME_WORKING_DAY):
            yield Problem(
                (*path, "remind_before", number),
                f"{said}: a reminder {before} before its end would come before its start. "
                "Write a smaller number, or leave it out.",
            )


def _held(path: Path, limit: TimeLimit, role: Role) -> Iterator[Problem]:
    """The holder must be on the side that holds the limit; a limit of the partnership is not held by a side."""
    said, (side, _, key) = f'Time limit "{limit.key}"', (limit.holder or "").rpartition(".")
    holds = frozenset({Side(side)}) if side else sides_of(role)
    wanted = BOTH_SIDES if limit.held_by is Side.BOTH else frozenset({limit.held_by}) & BOTH_SIDES
    if holds != wanted:
        right = (
            f"{limit.held_by}.{key}" if len(wanted) == 1 and role.side is Side.BOTH else f"a role whose side is {limit.held_by}"
        )
        yield Problem(
            (*path, "holder"),
            f'{said} is held by {limit.held_by}, but "{limit.holder}" is not. Write {right}, or change held_by.',
        )
    if not role.may_see:
        yield Problem((*path, "holder"), f'{said}: its holder, role "{key}", may not see the disagreement. Name another role.')


def _addressed(path: Path, said: str, recipient: str, role: Role) -> Iterator[Problem]:
    """ "raising.lead" picks one side of a role that both sides have; every other role is written plainly."""
    side, _, key = recipient.rpartition(".")
    if side and role.side is not Side.BOTH:
        yield Problem(path, f'{said}: role "{key}" is not on both sides, so it takes no "{side}." in front. Write {key}.')


def notices(protocol: Protocol) -> Iterator[Problem]:
    roles = {role.key: role for role in protocol.roles}
    reach = Reach.of(protocol)
    for path, rule in each(protocol, "notice_rules"):
        said = f'Notice rule "{rule.key}"'
        if not rule.to:
            yield Problem((*path, "to"), f"{said} tells nobody. List the roles to tell under to.")
        for number, recipient in enumerate(rule.to):
            role = roles.get(recipient.rpartition(".")[2])
            if role is not None:
                yield from _addressed((*path, "to", number), said, recipient, role)
                yield from _may_be_told((*path, "to", number), said, role)
        yield from _sent(path, rule, protocol, reach)


def _may_be_told(path: Path, said: str, role: Role) -> Iterator[Problem]:
    """A notice says that something happened and links to it, so a person on either side who may not see must not get one.
    An inbox or an outside body is told by reference alone; it holds no account that the link would be for."""
    if not role.may_see and sides_of(role):
        yield Problem(
            path, f'{said}: role "{role.key}" may not see the disagreement. Leave it out, or take may_see: false from the role.'
        )


def _sent(path: Path, rule: NoticeRule, protocol: Protocol, reach: Reach) -> Iterator[Problem]:
    """Is there any event on which the rule is ever sent, given its own conditions?"""
    said, when = f'Notice rule "{rule.key}"', rule.when
    if when.time_limits and not OF_TIME_LIMITS & set(rule.on):
        yield Problem(
            (*path, "when", "time_limits"),
            f"{said} names time limits but is on none of their events. Leave time_limits out, or add one under on: "
            "timescale_near, timescale_passed or timescale_varied.",
        )
    if when.side_processes and not OF_SIDE_PROCESSES & set(rule.on):
        yield Problem(
            (*path, "when", "side_processes"),
            f"{said} names side processes but is on none of their events. Leave side_processes out, or add one under on: "
            "side_process_started or side_process_ended.",
        )
    if when.time_limits:
        reach = reach.counting(limit for limit in protocol.time_limits if limit.key in when.time_limits)
    here = {
        stage.key
        for stage in protocol.ladder
        if (not when.stages or stage.key in when.stages)
        and (when.formal is None or stage.formal == when.formal)
        and (not when.direct or stage.directly_reachable)
    }
    anywhere = Event.SETTLED_LOGGED in rule.on and not when.stages
    if not anywhere and not any(reach.happens[event] & here for event in rule.on):
        listed = " or ".join(rule.on) or "nothing"
        yield Problem(
            (*path, "on"),
            f"{said} is never sent: {listed} cannot happen under its conditions. Change what it is on, or its conditions.",
        )
