"""What a meeting's pack or a year's report takes from here, as plain values: open learning, actions due, judgements, returns.

Nothing in them names anybody but agencies and whoever does an action. They are the office's; who may ask is the caller's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from insight.figure import Period

from . import returns, selectors
from .afterwards import later_figures
from .briefing import category_name, category_names
from .models import OPEN, Action, Item, ReturnPeriod
from .questions import in_words


@dataclass(frozen=True)
class ActionLine:
    """`kind`, `owner` and `stands`: in words. `number`: of its item."""

    number: int
    item: str
    what: str
    kind: str
    owner: str
    due: date
    stands: str


@dataclass(frozen=True)
class LearningLine:
    """`theme`: the protocol's name for it and the office's own words. `changed`: whether it changed anything, in words."""

    number: int
    title: str
    learned: str
    sub_group: str
    theme: str
    stands: str
    actions: tuple[ActionLine, ...]
    changed: str = ""
    figures: str = ""


@dataclass(frozen=True)
class ReturnLine:
    """What one agency answered, question by question; none where it has not. `told_by`: whom the office wrote it for."""

    agency: str
    answers: tuple[tuple[str, str], ...]
    told_by: str = ""


def open_learning(*, sub_group: str = "") -> list[LearningLine]:
    """What is being followed, of one sub-group or of all; by sub-group, then the oldest first."""
    found = _items().filter(progress__in=OPEN)
    found = found.filter(sub_group=sub_group) if sub_group else found
    return [_line(item) for item in found.order_by("sub_group", "made_at", "pk")]


def made_in(period: Period) -> list[LearningLine]:
    """What was written down on these days, whatever has become of it."""
    found = _items().filter(made_at__date__gte=period.first, made_at__date__lte=period.last)
    return [_line(item) for item in found.order_by("made_at", "pk")]


def judged_in(period: Period) -> list[LearningLine]:
    """Of what it was said on these days whether it changed anything, with the figures beside (what changed, for a report)."""
    found = _items().filter(judged_at__date__gte=period.first, judged_at__date__lte=period.last)
    return [_line(item) for item in found.order_by("judged_at", "pk")]


def actions_due(*, by: date, sub_group: str = "") -> list[ActionLine]:
    """Unfinished ones due by a day, the soonest first."""
    found = selectors.actions_due(by=by)
    return [_action(action) for action in (found.filter(item__sub_group=sub_group) if sub_group else found)]


def returns_in(period: Period) -> list[ReturnLine]:
    """Of the rounds about days that lie in a period: every agency by name, those too that have not answered."""
    themes = category_names()
    rounds = ReturnPeriod.objects.filter(first__gte=period.first, last__lte=period.last).order_by("first")
    found = []
    for asked in rounds:
        for line in returns.who_has_answered(asked):
            given = line.answered
            words = [(q["text"], in_words(q, given.answers, themes=themes)) for q in asked.questions] if given else []
            answers = tuple((question, answer) for question, answer in words if answer)
            found.append(ReturnLine(line.agency.name, answers, given.told_by if given else ""))
    return found


def _items() -> QuerySet[Item]:
    near = Item.objects.select_related("raising_agency", "receiving_agency")
    return near.prefetch_related("actions__owner", "actions__owner_agency")


def _line(item: Item) -> LearningLine:
    later = later_figures(item, day=item.judged_at.date()) if item.judged_at else None
    return LearningLine(
        number=item.pk,
        title=item.title,
        learned=item.learned,
        sub_group=item.sub_group,
        theme=", ".join(filter(None, [category_name(item.category), *item.themes])),
        stands=item.get_progress_display(),
        actions=tuple(_action(action, of=item) for action in item.actions.all()),
        changed=f"{item.get_judgement_display()}. {item.judged_words}" if item.judgement else "",
        figures=later.says if later else "",
    )


def _action(action: Action, *, of: Item | None = None) -> ActionLine:
    item = of or action.item
    return ActionLine(
        item.pk, item.title, action.what, action.get_kind_display(), action.owned_by, action.due, action.get_progress_display()
    )
