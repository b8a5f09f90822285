"""How a move of the state machine is declared, and what it must hand back; hides the library, knows no disagreement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django_fsm import GET_STATE, TransitionNotAllowed, transition

from partnerships.protocol_terms import Event

from .states import Kind, State

P = ParamSpec("P")
D = TypeVar("D")

FactValue = str | int | bool | None | list[Any] | dict[str, Any]


@dataclass(frozen=True)
class Happened:
    """What a move did. The service must hand it to the chronology: forgetting to is a type error.

    `data` holds ids and enumerated values only: nothing personal may be caught in the chain (architecture.md 10.8).
    `also`: events of the protocol that it is besides those of its kind, where one act is two things.
    """

    kind: Kind
    data: Mapping[str, FactValue] = field(default_factory=dict)
    also: frozenset[Event] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """Yes, or no with the sentence that the page, the button's hint and the API's answer all show."""

    allowed: bool
    sentence: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Verdict(True)


def no(sentence: str) -> Verdict:
    return Verdict(False, sentence)


class Refused(Exception):
    """A move that is not possible now. Its text is a plain sentence for the person who tried."""


class NotPermitted(Refused):
    """This person may not do it."""


class Stale(Refused):
    """Somebody changed the disagreement while this person was reading it."""


def moves(
    *,
    source: State | Iterable[State],
    target: State | Callable[..., State] | None,
    one_of: tuple[State, ...] = (),
    guards: tuple[Callable[[Any], bool], ...] = (),
) -> Callable[[Callable[Concatenate[D, P], Happened]], Callable[Concatenate[D, P], Happened]]:
    """Declare a method as a legal edge of the machine.

    `target` None moves nothing; a function chooses among `one_of` (it runs after the method, and must be pure).
    Guards see the instance only. A protocol may select among legal edges; it can never invent one.
    """
    sources = [source] if isinstance(source, State) else list(source)
    to = GET_STATE(target, states=list(one_of)) if callable(target) and not isinstance(target, State) else target

    def declare(method: Callable[Concatenate[D, P], Happened]) -> Callable[Concatenate[D, P], Happened]:
        edge = transition(field="state", source=sources, target=to, conditions=list(guards))
        return cast("Callable[Concatenate[D, P], Happened]", edge(method))

    return declare


__all__ = [
    "YES", "FactValue", "Happened", "NotPermitted", "Refused", "Stale", "TransitionNotAllowed", "Verdict", "moves", "no",
]  # fmt: skip
