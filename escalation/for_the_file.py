"""What an agency pastes into its own system: a disagreement in plain text, with no more of the child than "this child".

The child's reference is left out: whoever pastes it has the file open. It shows what the page shows, as it stands corrected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from partnerships.templatetags.govuk import day, moment

from .models import Action, Disagreement
from .states import STATE_WORDS

WRITTEN_OUT = "Professional disagreement between agencies"


@dataclass(frozen=True)
class Step:
    """One line of what happened: when, and in the chronology's words."""

    at: datetime
    words: str


@dataclass(frozen=True)
class Came:
    """One outcome: how it came about, its words, what it leaves open, and when it was recorded."""

    how: str
    text: str
    outstanding: str
    at: datetime


def for_the_file(
    disagreement: Disagreement,
    *,
    where: str,
    concern: str,
    steps: Iterable[Step],
    outcomes: Sequence[Came],
    actions: Sequence[Action],
    at: datetime,
) -> str:
    """Lines that any system takes: no mark-up, and nothing wider than a line of prose."""
    raised = [f"Raised: {day(disagreement.raised_at)}"] if disagreement.raised_at else []
    ended = [f"Ended: {day(disagreement.ended_at)}"] if disagreement.ended_at else []
    head = [
        f"{WRITTEN_OUT}, reference {disagreement.reference}",
        f"Between {disagreement.raising_agency} (raised it) and {disagreement.receiving_agency}",
        *raised,
        *ended,
        f"Now: {STATE_WORDS[disagreement.standing]}, {where}",
    ]
    parts = [
        _part("What it was about", [concern]),
        _part("Steps", [f"{moment(step.at)}: {step.words}" for step in steps]),
        *(_part(f"{came.how}, {day(came.at)}", [came.text, _open(came.outstanding)]) for came in outcomes),
        _part("Actions", [_action(action) for action in actions]),
        f"The whole record is kept in the partnership’s tracker under {disagreement.reference}. Copied on {moment(at)}.",
    ]
    return "\n\n".join(["\n".join(head), *(part for part in parts if part)])


def _part(title: str, lines: Sequence[str]) -> str:
    written = [line for line in lines if line]
    return "\n".join([title.upper(), *written]) if written else ""


def _open(outstanding: str) -> str:
    return f"Still outstanding: {outstanding}" if outstanding else ""


def _action(action: Action) -> str:
    done = f"done on {day(action.finished_at)}" if action.finished_at else f"by {day(action.due)}"
    return f"{action.what} ({action.owner}), {done}"
