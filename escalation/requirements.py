"""What a protocol asks for on raising and on closing, and what of it is still missing; knows no form and no page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from partnerships.conditions import Facts, holds
from partnerships.protocol import Ground, Protocol, Question, Requirement
from partnerships.protocol_terms import Asked, Satisfied, Side

# The protocol's own questions stand among the answers by this and their key.
QUESTION_PREFIX = "question_"
ON_RAISING: tuple[Asked, ...] = (
    Asked.PRIOR_CONVERSATION,
    Asked.LEAD_CONSULTED,
    Asked.LINE_MANAGER_NAMED,
    Asked.EVIDENCE,
    Asked.REFLECTION,
    Asked.EFFECT_ON_CHILD,
    Asked.AGREED_SO_FAR,
    Asked.OUTCOME_WANTED,
    Asked.DECIDED_ON,
    Asked.NEEDED_BY,
    Asked.SHARING_BASIS,
    Asked.FAMILY_ENGAGED,
    Asked.CONVERSATION_CONFIRMED,
)
ON_CLOSING: tuple[Asked, ...] = (
    Asked.RAISER_TOLD,
    Asked.RAISER_SATISFIED,
    Asked.ON_FILE,
    Asked.SUPERVISION,
    Asked.LEARNING,
)
# Answered by a person named or a date given, not by words of their own.
ANSWERED_ELSEWHERE = frozenset({Asked.LINE_MANAGER_NAMED, Asked.NEEDED_BY, Asked.DECIDED_ON})
# Asked about one child: where a disagreement is about a theme (practice.md section 1.2, point 8), there is none to ask about.
ABOUT_THE_CHILD = frozenset({Asked.EFFECT_ON_CHILD, Asked.NEEDED_BY, Asked.FAMILY_ENGAGED, Asked.ON_FILE})


def asked_on_raising(protocol: Protocol, *, stage: str, thematic: bool = False) -> tuple[Requirement, ...]:
    """The requirements to ask for when a disagreement starts at this stage, in the order of the form."""
    return _asked(protocol, ON_RAISING, stage=stage, thematic=thematic)


def _asked(protocol: Protocol, kinds: Iterable[Asked], *, stage: str, thematic: bool) -> tuple[Requirement, ...]:
    found = (protocol.asks_for(what, stage=stage) for what in kinds if not (thematic and what in ABOUT_THE_CHILD))
    return tuple(requirement for requirement in found if requirement is not None)


def unanswered(
    protocol: Protocol, *, stage: str, answers: Mapping[str, object], thematic: bool = False
) -> tuple[Requirement, ...]:
    """What the protocol insists on and the answers do not hold."""
    asked = asked_on_raising(protocol, stage=stage, thematic=thematic)
    return tuple(r for r in asked if r.must and r.what not in ANSWERED_ELSEWHERE and not answers.get(r.what))


def asked_on_closing(protocol: Protocol, *, stage: str, thematic: bool = False) -> tuple[Requirement, ...]:
    return _asked(protocol, ON_CLOSING, stage=stage, thematic=thematic)


def undone(
    protocol: Protocol,
    *,
    stage: str,
    checks: Iterable[tuple[str, int | None]],
    agencies: Iterable[int],
    thematic: bool = False,
) -> tuple[Requirement, ...]:
    """What must still be recorded before closing. `checks` are (what, agency id); "on the child's file" is asked of
    every agency in the disagreement (H 3.1, O 4.1.2)."""
    done = set(checks)
    names = {what for what, _ in done}
    missing = []
    for asked in asked_on_closing(protocol, stage=stage, thematic=thematic):
        on_file = asked.what == Asked.ON_FILE
        met = all((asked.what, agency) in done for agency in agencies) if on_file else asked.what in names
        if asked.must and not met:
            missing.append(asked)
    return tuple(missing)


def questions_at(protocol: Protocol, *, at: str, facts: Facts, stage: str = "") -> tuple[Question, ...]:
    """What the protocol itself asks at this moment of a disagreement with these facts, in its order. `stage`: where it
    stands, if the facts do not say."""
    here = replace(facts, stage=stage or facts.stage)
    return tuple(
        question
        for question in protocol.questions
        if question.at == at and (not question.stages or here.stage in question.stages) and holds(protocol, question.when, here)
    )


def question_words(protocol: Protocol, answers: Mapping[str, str]) -> str:
    """The answers under their questions, as the words of an entry show them. `answers` by the question's key."""
    asked = [(q.asks, answers[q.key]) for q in protocol.questions if answers.get(q.key)]
    return "\n\n".join(f"{asks}\n{answer}" for asks, answer in asked)


def grounds_at(protocol: Protocol, *, stage: str) -> tuple[Ground, ...]:
    """The grounds of which one is chosen when a disagreement is moved up from this stage."""
    return tuple(ground for ground in protocol.grounds if not ground.stages or stage in ground.stages)


RAISER = "raiser"
WHOSE_WORDS = {RAISER: "the person who raised it", Side.RAISING: "the raising side", Side.RECEIVING: "the receiving side"}
_SATISFIED: dict[Satisfied, tuple[str, ...]] = {
    Satisfied.NOBODY: (),
    Satisfied.RAISER: (RAISER,),
    Satisfied.RAISING_SIDE: (Side.RAISING.value,),
    Satisfied.BOTH_SIDES: (Side.RAISING.value, Side.RECEIVING.value),
}


def asked_to_be_satisfied(protocol: Protocol) -> tuple[str, ...]:
    """On whose word a resolved disagreement may be closed: the raiser's, a side's, both sides', or nobody's."""
    return _SATISFIED[protocol.closing.satisfied] if protocol.closing else ()


def satisfaction_check(whose: str) -> str:
    """What their answer is kept as; the raiser's is the one that is asked for when they are told, too."""
    return Asked.RAISER_SATISFIED.value if whose == RAISER else f"satisfied:{whose}"


def not_yet_satisfied(protocol: Protocol, *, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Those asked whose last answer is not a yes. `answers` are the checks of this outcome, the last of each kind."""
    return tuple(whose for whose in asked_to_be_satisfied(protocol) if answers.get(satisfaction_check(whose)) != "yes")
