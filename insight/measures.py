"""Every measure of what a partnership's disagreements amount to, and the figure that each makes of a period; knows no page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from escalation.numbers import also_counted, first_of_quarter
from partnerships import selectors as partnership_selectors
from partnerships.arrangements import arrangements
from partnerships.scope import once_per_scope, present

from . import counting, hiding, periods
from .figure import Drawn, Figure, Period
from .figures import about, afterwards, between, how_long, how_many, timescales
from .hiding import Adds
from .making import Asked, Make, said

NOTHING_TO_PUBLISH = "Numbers are published of whole quarters that are over, and none of these is."


class Theme(StrEnum):
    """What a page is about; its measures stand there in the order of MEASURES."""

    HOW_MANY = "how-many"
    WHO = "who"
    ABOUT = "about"
    HOW_LONG = "how-long"
    TIMESCALES = "timescales"
    AFTERWARDS = "afterwards"


THEME_TITLES: dict[Theme, str] = {
    Theme.HOW_MANY: "How many, and how far they went",
    Theme.WHO: "Between whom",
    Theme.ABOUT: "What they are about",
    Theme.HOW_LONG: "How long they took",
    Theme.TIMESCALES: "Within the timescales",
    Theme.AFTERWARDS: "What came of them",
}


@dataclass(frozen=True)
class Measure:
    """`counts` and `leaves_out`: what is counted and what is not, for the page of reference. `fair`: what to know before
    reading anything into it. `adds`: how its numbers protect each other where they are published."""

    key: str
    title: str
    theme: Theme
    make: Make
    counts: str
    leaves_out: str = ""
    fair: str = ""
    drawn: Drawn = Drawn.NOT
    adds: Adds = Adds.COLUMNS


def figure(
    key: str,
    period: Period,
    *,
    published: bool = False,
    at: datetime | None = None,
    by: periods.By | None = None,
    waiting: int | None = None,
) -> Figure:
    """One figure of the partnership in scope. Raises KeyError for a measure there is none of.

    `published`: small counts are hidden, and only whole quarters that are over are counted. `by`: into which parts a figure
    over time is cut. What happened since the last time is counted first; what is not counted yet is said.
    `waiting`: what `counting.catch_up` said to a page of many figures, which need not ask for each of them."""
    measure = MEASURES[key]
    moment = at or once_per_scope("the moment of figures", present)  # one moment for all figures of a page
    waiting = counting.catch_up() if waiting is None else waiting
    asked = Asked(period, moment, published, by)
    if published:
        whole = _whole_quarters(period, today=partnership_selectors.today(moment))
        if whole is None:
            return Figure(key, measure.title, (), (), NOTHING_TO_PUBLISH, 0, measure.fair, drawn=measure.drawn)
        asked = replace(asked, period=whole, by=periods.By.YEAR if by == periods.By.YEAR else periods.By.QUARTER)
    made = measure.make(asked)
    if published:
        made = hiding.hidden(made, measure.adds, below=arrangements().suppress_below, when=asked.when)
    says = " ".join((made.says, *_left_out(asked, waiting)))
    return replace(made, key=key, title=measure.title, says=says, fair=made.fair or _fair(measure, made.n), drawn=measure.drawn)


def _fair(measure: Measure, n: int) -> str:
    """What is true of a few is said of a few."""
    return "" if measure.fair is FEW and not 0 < n < NOT_FEW else measure.fair


def _whole_quarters(period: Period, *, today: date) -> Period | None:
    """The whole quarters of a period that are over, or none."""
    first = first_of_quarter(period.first)
    if first < period.first:
        first = periods.quarter_of(period.first).last.fromordinal(periods.quarter_of(period.first).last.toordinal() + 1)
    after = min(first_of_quarter(today), first_of_quarter(date.fromordinal(period.last.toordinal() + 1)))
    return Period(first, date.fromordinal(after.toordinal() - 1)) if after > first else None


def _left_out(asked: Asked, waiting: int) -> list[str]:
    """What the numbers do not hold: what is not counted yet, and what was destroyed since."""
    found = []
    if waiting:
        many = f"At least {waiting}" if waiting >= counting.MANY else "{n}"
        found.append(
            said(waiting, f"{many} that changed lately is not counted yet.", f"{many} that changed lately are not counted yet.")
        )
    gone = destroyed(asked.period)
    if gone and not asked.published:
        found.append(
            said(
                gone,
                "{n} more was raised in these quarters; its record has been destroyed since, so it is not in this.",
                "{n} more were raised in these quarters; their records have been destroyed since, so they are not in this.",
            )
        )
    return found


def destroyed(period: Period) -> int:
    """How many were raised in the quarters that a period touches whose record was destroyed: more is not known of them."""
    first, last = first_of_quarter(period.first), first_of_quarter(period.last)
    groups = once_per_scope("figures of what was destroyed", lambda: [one for counts in also_counted for one in counts(None)])
    return sum(group.count for group in groups if first <= group.quarter <= last)


IN_ALL = (
    "Each that was raised in the period and recorded on a step, once. One that is the same as another is counted with that other."
)
NOT_INFORMAL = "Those settled by talking and only logged, drafts, and those whose record was destroyed."
NOT_FEW = 30
FEW = "With so few, one more or one fewer changes the picture: read them one by one."
NO_LEAGUE = "More disagreements raised may mean that people challenge each other as they should; none, that they do not."

_ALL = (
    Measure(
        "over-time", "Raised and ended over time", Theme.HOW_MANY, how_many.over_time,
        counts=f"{IN_ALL} Ended: each that was resolved, closed or withdrawn in that time and is still ended, "
        "whenever it was raised.",
        leaves_out=NOT_INFORMAL, fair=NO_LEAGUE, drawn=Drawn.COLUMNS,
    ),
    Measure(
        "informal", "Settled by talking and logged", Theme.HOW_MANY, how_many.informal,
        counts="Each that somebody logged as settled by talking, on the day on which it was logged.",
        leaves_out="What people settle by talking and do not log, which is most of it.",
        fair="Nobody has to log what was settled by talking, so this counts who logs as much as who talks.",
        drawn=Drawn.COLUMNS,
    ),
    Measure(
        "stage-reached", "The highest step they reached", Theme.HOW_MANY, how_many.stage_reached,
        counts=f"{IN_ALL} The highest step on which it has stood so far, though it may have stepped back since.",
        leaves_out=NOT_INFORMAL, fair="Those that are still worked on may go further.", drawn=Drawn.BARS,
        adds=Adds.FINER,
    ),
    Measure(
        "kind-reached", "The highest kind of step they reached", Theme.HOW_MANY, how_many.kind_reached,
        counts=f"{IN_ALL} The highest of the four kinds of step on which it has stood so far.",
        leaves_out=NOT_INFORMAL,
        fair="Kinds of step are the same in every partnership; from where on they are recorded is not.", drawn=Drawn.BARS,
    ),
    Measure(
        "route", "By which way they came there", Theme.HOW_MANY, how_many.route,
        counts=f"{IN_ALL} One recorded for two others, or by several together, counts as that, straight or not.",
        leaves_out=NOT_INFORMAL, drawn=Drawn.BARS,
    ),
    Measure(
        "direct", "Straight to a higher step", Theme.HOW_MANY, how_many.direct,
        counts="Each raised in the period that began at a higher step, or went past one, with a reason.",
        leaves_out=NOT_INFORMAL, fair="Protocols say when this is right: a child who is not safe cannot wait.",
        drawn=Drawn.BARS,
    ),
    Measure(
        "reopened", "Opened again", Theme.HOW_MANY, how_many.reopened,
        counts="Each raised in the period that was opened again at least once after it had ended.",
        leaves_out=f"{NOT_INFORMAL} An outcome disputed before it was confirmed had not ended yet.",
    ),
    Measure(
        "who-with-whom", "Who raised with whom", Theme.WHO, between.who_with_whom,
        counts=f"{IN_ALL} One raised by several together counts for the agency that raised it first, and with the "
        "agency that has it now.",
        leaves_out=NOT_INFORMAL, fair=NO_LEAGUE, drawn=Drawn.MATRIX, adds=Adds.CROSSED,
    ),
    Measure(
        "repeat-pairs", "Pairs of agencies with more than one", Theme.WHO, between.repeat_pairs,
        counts="Every two agencies between whom two or more were raised in the period, whichever of them raised it.",
        leaves_out=NOT_INFORMAL, fair="Agencies that work together most will differ most often.", adds=Adds.NOT,
    ),
    Measure(
        "silent-agencies", "Agencies that raised none", Theme.WHO, between.silent_agencies,
        counts="Every agency that takes part and raised nothing in the months to the end of the period, alone or with others.",
        leaves_out="Agencies that log what they settle by talking are not silent, and neither are those that join in raising.",
        adds=Adds.NOT,
    ),
    Measure(
        "category", "By category", Theme.ABOUT, about.category,
        counts=f"{IN_ALL} By the category that was chosen as it was raised.", leaves_out=NOT_INFORMAL, drawn=Drawn.BARS,
        adds=Adds.FINER,
    ),
    Measure(
        "common-category", "By category of the common list", Theme.ABOUT, about.common_category,
        counts=f"{IN_ALL} By the category of the list that all partnerships share, to which the protocol maps its own.",
        leaves_out=NOT_INFORMAL, drawn=Drawn.BARS,
    ),
    Measure(
        "child-status", "By what is known of the child", Theme.ABOUT, about.child_status,
        counts=f"{IN_ALL} By the status of the child as it was last known.", leaves_out=NOT_INFORMAL, drawn=Drawn.BARS,
    ),
    Measure(
        "repeat-children", "Children with more than one", Theme.ABOUT, about.repeat_children,
        counts="Every reference for a child that two or more give that were raised in the period. Spaces, "
        "signs and capitals do not matter. Where one is about several children, all of them count as one reference.",
        leaves_out="Children whose reference was not given, or was given in different ways by different agencies.",
        fair="Two agencies may have two references for one child: there may be more than are found.", adds=Adds.NOT,
    ),
    Measure(
        "first-answer", "Time to the first answer", Theme.HOW_LONG, how_long.first_answer,
        counts="Working days from raising to the first answer: taken on, a conversation booked or held, an outcome "
        "proposed or answered "
        "by the receiving side, agreed or decided. Of those raised in the period.",
        leaves_out="That the page was opened, or that it was passed on, is no answer. Those without an answer are told apart.",
        fair=FEW, drawn=Drawn.SPREAD, adds=Adds.ROWS_APART,
    ),
    Measure(
        "per-step", "Time on each step", Theme.HOW_LONG, how_long.per_step,
        counts="Working days from when a step opened until it was left or it ended there, of each stay that came "
        "to its end in the period.",
        leaves_out="Those that stand on the step still. The levels within a step are not told apart.",
        fair=FEW, drawn=Drawn.SPREAD, adds=Adds.NOT,
    ),
    Measure(
        "to-agreement", "Time to agreeing", Theme.HOW_LONG, how_long.to_agreement,
        counts="Working days from raising until the sides agreed, of those agreed in the period whose agreement still stands.",
        leaves_out="What was decided for the sides, and agreements that were disputed or opened again.",
        fair=FEW, drawn=Drawn.SPREAD, adds=Adds.ROWS_APART,
    ),
    Measure(
        "to-resolution", "Time to resolving", Theme.HOW_LONG, how_long.to_resolution,
        counts="Working days from raising until it was resolved, agreed or decided, of those resolved in the period. "
        "Of one opened again, until it was resolved for the last time.",
        leaves_out="Those withdrawn or referred elsewhere, and those opened again that are not resolved yet.",
        fair=FEW, drawn=Drawn.SPREAD, adds=Adds.ROWS_APART,
    ),
    Measure(
        "to-closing", "Time to closing", Theme.HOW_LONG, how_long.to_closing,
        counts="Working days from raising until it was closed, of those closed in the period.",
        leaves_out="Those resolved that nobody has closed yet, and those withdrawn.", fair=FEW, drawn=Drawn.SPREAD,
        adds=Adds.ROWS_APART,
    ),
    Measure(
        "timescales", "Kept within the timescales", Theme.TIMESCALES, timescales.by_strength,
        counts="Each timescale that began for those raised in the period. Within: it ended, or was left behind, "
        "before the protocol's "
        "own time was up, pauses taken into account. With a reason: within the later date that a person set and "
        "gave a reason for.",
        leaves_out="Of a timescale that repeats, every period counts by itself.",
        fair="A guide is not a limit: going beyond one with a reason is what a guide allows.", drawn=Drawn.SHARES,
    ),
    Measure(
        "each-timescale", "Each timescale", Theme.TIMESCALES, timescales.by_timescale,
        counts="The same by each timescale of the protocols; only those that began at least once.",
        fair="A guide is not a limit: going beyond one with a reason is what a guide allows.", drawn=Drawn.SHARES,
        adds=Adds.FINER,
    ),
    Measure(
        "how-ended", "How they ended", Theme.AFTERWARDS, afterwards.how_ended,
        counts=f"{IN_ALL} By how it ended, or where it is now.", leaves_out=NOT_INFORMAL, drawn=Drawn.BARS,
    ),
    Measure(
        "raiser-told", "The raiser told of the outcome", Theme.AFTERWARDS, afterwards.raiser_told,
        counts="Those resolved in the period of which it is recorded that the raiser was told of the outcome that stands.",
        leaves_out="A raiser who was told and of whom nobody recorded it. Telling them before it was opened again "
        "does not count.",
        drawn=Drawn.BARS,
    ),
    Measure(
        "raiser-satisfied", "The raiser satisfied", Theme.AFTERWARDS, afterwards.raiser_satisfied,
        counts="Those resolved in the period by what the raiser, or the raising side, said last of the outcome that stands.",
        leaves_out="Where the protocol does not ask, most say nothing.", drawn=Drawn.BARS,
    ),
    Measure(
        "outstanding-actions", "Actions still to be done", Theme.AFTERWARDS, afterwards.outstanding_actions,
        counts="Every action recorded on those raised in the period, and which of them nobody has marked as done, "
        "as it is now.",
        leaves_out="Actions of the partnership's own learning, which are followed elsewhere.", adds=Adds.NOT,
    ),
)  # fmt: skip
MEASURES: dict[str, Measure] = {measure.key: measure for measure in _ALL}
# Their rows are days, of which no other period has the same.
OVER_TIME = frozenset({"over-time", "informal"})
