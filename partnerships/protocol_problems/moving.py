"""Grounds, questions, closing and silence: is each ever asked, can it be answered, and does it lead anywhere."""

from __future__ import annotations

from collections.abc import Iterator

from ..ladder import Position, moves_from
from ..protocol import Protocol, Question, TimeLimit
from ..protocol_phrases import QUESTION_WORDS
from ..protocol_terms import Asked, AuthorityKind, Event
from .parts import Problem, each
from .reach import Reach, reachable

UP = frozenset({Event.STAGE_OPENED, Event.TIER_OPENED})


def _decided_at(protocol: Protocol, here: frozenset[str]) -> frozenset[str]:
    """Where the partnership has the last word, or a panel may that can be held there."""
    panels = [process for process in protocol.side_processes if process.may_decide]
    through = frozenset[str]().union(*(frozenset(panel.stages) or here for panel in panels))
    own = {s.key for s in protocol.ladder if s.authority and s.authority.kind is not AuthorityKind.MEDIATES}
    return here & (own | through)


def _moved_up_from(protocol: Protocol) -> frozenset[str]:
    """The stages from which a disagreement can be moved up."""
    here = reachable(protocol)
    return frozenset(s.key for s in protocol.ladder if s.key in here and moves_from(protocol, Position(stage=s.key)))


def grounds(protocol: Protocol) -> Iterator[Problem]:
    upwards = _moved_up_from(protocol)
    silent: set[str] = set()
    for path, ground in each(protocol, "grounds"):
        asked_at = (frozenset(ground.stages) or upwards) & upwards
        if not asked_at:
            yield Problem(
                (*path, "stages"),
                f'Ground "{ground.key}" is never asked for: nothing is moved up from there. Name other stages, or leave it out.',
            )
        if ground.no_answer and asked_at & silent:
            yield Problem(
                (*path, "no_answer"),
                f'Ground "{ground.key}": another one already stands for no answer at the same stage. Keep one of the two.',
            )
        silent |= asked_at if ground.no_answer else frozenset()
    for path, rule in each(protocol, "notice_rules"):
        if rule.when.grounds and not UP & set(rule.on):
            yield Problem(
                (*path, "when", "grounds"),
                f'Notice rule "{rule.key}" names grounds but is on nothing that moves up. Leave grounds out, or add '
                "stage_opened or tier_opened under on.",
            )


def questions(protocol: Protocol) -> Iterator[Problem]:
    here = reachable(protocol)
    asked_at = dict.fromkeys(QUESTION_WORDS, here) | {
        "raising": frozenset(s.key for s in protocol.ladder if s.opens_here or s.directly_reachable),
        "moving_up": _moved_up_from(protocol),
        "deciding": _decided_at(protocol, here),
    }
    for path, question in each(protocol, "questions"):
        said = f'Question "{question.key}"'
        if not asked_at[question.at] & (frozenset(question.stages) or here):
            at, mend = ("stages", "Name other stages.") if question.stages else ("at", "Ask it at another moment.")
            yield Problem((*path, at), f"{said} is never asked: {question.at} does not happen there. {mend}")
        if question.when.grounds:
            yield Problem(
                (*path, "when", "grounds"), f"{said} cannot depend on the ground, which is chosen on the same form. Leave it out."
            )
        yield from _choices((*path, "choices"), said, question)


def _choices(path: tuple[str | int, ...], said: str, question: Question) -> Iterator[Problem]:
    if question.answer == "choice" and len(question.choices) < 2:
        yield Problem(path, f"{said} asks for a choice, but offers fewer than two. List the answers under choices.")
    if question.answer != "choice" and question.choices:
        yield Problem(path, f"{said} lists choices that nobody can make. Write answer: choice, or leave choices out.")
    if len({choice.casefold() for choice in question.choices}) < len(question.choices):
        yield Problem(path, f"{said} offers the same choice twice. Change one of them.")


def closing(protocol: Protocol) -> Iterator[Problem]:
    rule = protocol.closing
    if rule is None:
        return
    blind = {role.key for role in protocol.roles if not role.may_see}
    for number, key in enumerate(rule.by):
        if key in blind:
            yield Problem(
                ("closing", "by", number),
                f'Closing: role "{key}" may not see the disagreement, so it cannot close it. Name another.',
            )
    if rule.by and not rule.office and set(rule.by) <= blind:
        yield Problem(("closing", "by"), "Nobody could close a disagreement. Name a role that may see it, or write office: true.")


def silence(protocol: Protocol) -> Iterator[Problem]:
    upwards, reach = _moved_up_from(protocol), Reach.of(protocol)
    for path, limit in each(protocol, "time_limits"):
        yield from _silence((*path, "unanswered"), limit, upwards, reach)
        if limit.counts_from == "decided_on" and protocol.asks_for(Asked.DECIDED_ON) is None:
            yield Problem(
                (*path, "counts_from"),
                f'Time limit "{limit.key}" counts from the day of the decision, but nothing asks for that day. '
                "Add a requirement decided_on, or leave counts_from out.",
            )


def _silence(path: tuple[str | int, ...], limit: TimeLimit, upwards: frozenset[str], reach: Reach) -> Iterator[Problem]:
    if limit.unanswered is None:
        return
    said = f'Time limit "{limit.key}"'
    if limit.repeats:
        yield Problem(
            path, f"{said} repeats, so it is never over, and nothing can follow from its silence. Take out repeats or unanswered."
        )
    runs_on = (frozenset(limit.stages) or reach.here) if limit.ends_with_stage else reach.here
    if limit.unanswered.means == "move_up" and not runs_on & upwards:
        yield Problem(
            (*path, "means"),
            f"{said}: without an answer it would be moved up, but nothing moves up from there. Write tell_office.",
        )
