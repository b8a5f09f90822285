"""The questions that a period's figures raise, each with what it was read from: asked, never answered; knows no page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .figure import Cell, Figure

# From so many more, or fewer, than in the time before, it is asked why.
AT_LEAST, TIMES = 4, 1.5


@dataclass(frozen=True)
class Question:
    """`says` is what the figures show, `asks` what somebody should ask. `behind`: the key of the list; `theme`: the page of
    the figure; `silence`: the page of agencies that have raised none."""

    says: str
    asks: str
    behind: str = ""
    theme: str = ""
    silence: bool = False


Get = Callable[[str], Figure]


def questions(now: Get, before: Get) -> list[Question]:
    found = (
        _how_many(now("over-time"), before("over-time")),
        _silent(now("silent-agencies")),
        _told(now("raiser-told")),
        _unsatisfied(now("raiser-satisfied")),
        _beyond(now("timescales")),
        _undone(now("outstanding-actions")),
        _pairs(now("repeat-pairs")),
        _children(now("repeat-children")),
    )
    return [question for question in found if question is not None]


def _cell(figure: Figure, key: str, place: int = 0) -> Cell | None:
    return next((row.cells[place] for row in figure.rows if row.key == key and place < len(row.cells)), None)


def _how_many(now: Figure, before: Figure) -> Question | None:
    """A fall is as good a question as a rise: one annual report counted nine after seventeen and could not say why."""
    more, fewer = max(now.n, before.n), min(now.n, before.n)
    if not before.n or more - fewer < AT_LEAST or more < fewer * TIMES:
        return None
    rose = "More" if now.n > before.n else "Fewer"
    says = f"{rose} were raised than in the time before: {now.n}, after {before.n}."
    return Question(says, "What has changed: the work, the staff, or whether people feel able to challenge?", theme="how-many")


def _silent(figure: Figure) -> Question | None:
    if not figure.rows:
        return None
    return Question(figure.says, "Do their people know the process, and feel able to use it?", silence=True)


def _told(figure: Figure) -> Question | None:
    cell = _cell(figure, "no")
    if cell is None or not cell.count:
        return None
    says = f"It is not recorded in {cell.count} of {figure.n} resolved that the raiser was told of the outcome."
    return Question(says, "Were they told, and it is only not written down?", behind=cell.behind)


def _unsatisfied(figure: Figure) -> Question | None:
    cell = _cell(figure, "no")
    if cell is None or not cell.count:
        return None
    says = f"The raiser was not satisfied with the outcome in {cell.count} of {figure.n} resolved."
    return Question(says, "What would have helped, and what would help now?", behind=cell.behind)


def _beyond(figure: Figure) -> Question | None:
    cell = figure.total.cells[2] if figure.total and len(figure.total.cells) > 2 else None
    if cell is None or not cell.behind:
        return None
    says = f"Timescales that were passed, and for which nobody gave a reason: {cell.words}."
    return Question(says, "What was in the way?", behind=cell.behind)


def _undone(figure: Figure) -> Question | None:
    cell = _cell(figure, "beyond", 1)
    if cell is None or not cell.count:
        return None
    says = f"Disagreements with actions that are beyond their date: {cell.count}."
    return Question(says, "Who can move them on?", behind=cell.behind)


def _pairs(figure: Figure) -> Question | None:
    if not figure.rows:
        return None
    says = f"Pairs of agencies with more than one between them: {len(figure.rows)}."
    return Question(says, "Is there something that the two could settle once, for all of them?", theme="who")


def _children(figure: Figure) -> Question | None:
    if not figure.rows:
        return None
    says = f"Children about whom there was more than one: {len(figure.rows)}."
    return Question(says, "Would it help to look at them together?", theme="about")
