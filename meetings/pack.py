"""What goes before a sub-group, put together as a document: references, agencies and counts, no child and nobody's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Count, QuerySet

from documents.document import Bullets, Document, Heading, Paragraph, Part, Table
from escalation.counted_once import counted_with_another
from escalation.models import Action, Disagreement
from escalation.permissions import Viewer
from escalation.states import ENDED, STATE_WORDS, State
from escalation.tracker import LIVE, Row, Rows, Standing, standing_is, tracked
from escalation.turns import ball
from insight.figure import Period
from insight.periods import words as period_words
from learning.models import Item, Progress
from partnerships import selectors as partnership_selectors
from partnerships.protocol_terms import Side
from partnerships.scope import present
from partnerships.working_days import LONDON

from . import figures, queue
from .groups import meeting_before, period_of
from .models import Decision, Meeting

# What a meeting can look at one by one; of more, the most pressing, and how many more there are.
MOST = 60
THEMES = ("category", "child-status", "repeat-children")
SILENT = "silent-agencies"


@dataclass
class Made:
    """What the sections share: for whom, which days, and the rows as the tracker tells them, asked for once."""

    viewer: Viewer
    meeting: Meeting
    period: Period
    at: datetime = field(default_factory=present)

    def __post_init__(self) -> None:
        self.rows = Rows(at=self.at, calendar=partnership_selectors.calendar())
        self.all = tracked(self.viewer).order_by("raised_at", "pk")
        first = datetime.combine(self.period.first, time.min, LONDON)
        self.days = (first, datetime.combine(self.period.last + timedelta(days=1), time.min, LONDON))
        # What is the same as another stands here as that other, as in every figure.
        each = self.all.exclude(counted_with_another())
        self.new = each.filter(raised_at__gte=self.days[0], raised_at__lt=self.days[1])
        self.live = self.all.filter(state__in=LIVE)
        self.beyond = self.live.filter(
            standing_is(Standing.BEYOND, at=self.at, calendar=partnership_selectors.calendar())
        ).order_by("next_due", "pk")
        self.marked = self.live.exclude(flags=[])
        self.over = each.filter(state__in=ENDED, ended_at__gte=self.days[0], ended_at__lt=self.days[1])


def pack(viewer: Viewer, meeting: Meeting) -> Document:
    """The pack as it would be issued now. Reads; changes nothing."""
    made = Made(viewer, meeting, period_of(meeting))
    parts: list[Part] = []
    for title, section in SECTIONS:
        if found := list(section(made)):
            parts += [Heading(title, 2), *found]
    return Document(
        title=f"Professional disagreements: {meeting.group}",
        subtitle=f"For the meeting on {_day(meeting.held_on)}. It covers {period_words(made.period)}.",
        author=meeting.partnership.name,
        made_on=partnership_selectors.today(),
        parts=tuple(parts),
    )


def _in_short(made: Made) -> Iterator[Part]:
    new, live, beyond, over = (found.count() for found in (made.new, made.live, made.beyond, made.over))
    on = _day(_of(made.at))
    yield Bullets(
        (
            f"{_number(new)} raised in this time{_talked(made.new.filter(stage='').count())}.",
            f"{live:,} {'is' if live == 1 else 'are'} open or not yet closed on {on}; {_few(beyond)} beyond a timescale.",
            f"{f'{over:,}' if over else 'None'} ended in this time{_talked(made.over.filter(stage='').count())}.",
        )
    )
    if made.meeting.notes:
        yield Paragraph(made.meeting.notes)


def _last_time(made: Made) -> Iterator[Part]:
    """What the meeting before decided, and whether it was done."""
    before = meeting_before(made.meeting.sub_group, made.meeting.held_on)
    decisions = list(before.decisions.all()) if before else []
    if before is None:
        yield Paragraph("No earlier meeting is kept here.")
    elif not decisions:
        yield Paragraph(f"Nothing is written down as decided on {_day(before.held_on)}.")
    else:
        head = ("Decided", "About", "Who", "By", "What came of it")
        rows = tuple(
            (one.words, str(one.get_about_display()), one.owner or "–", _short(one.due) if one.due else "–", _done(one))
            for one in decisions
        )
        yield Table(f"Decided on {_day(before.held_on)}", head, rows)


def _done(decision: Decision) -> str:
    if decision.done_on is None:
        return "Not done yet"
    done = f"Done on {_day(decision.done_on)}"
    return f"{done}. {decision.came_of_it}" if decision.came_of_it else done


def _new(made: Made) -> Iterator[Part]:
    head = ("Reference", "Raised", "By", "With", "About", "Where it stands")
    yield from _listed(
        made, made.new, "Raised in this time, the earliest first", head,
        lambda row: (_of_row(row), _short(row.raised), row.raising, _with(row), row.category or "–", _stands(row)),
        none="None was raised.",
    )  # fmt: skip


def _open(made: Made) -> Iterator[Part]:
    head = ("Reference", "Raised", "Where it stands", "Whose turn", "Timescale")
    yield from _listed(
        made, made.live, f"Open or not yet closed on {_day(_of(made.at))}, the earliest first", head,
        lambda row: (_of_row(row), _short(row.raised), _stands(row), _whose(row), _by(row)),
        none="None is open.",
    )  # fmt: skip


def _beyond(made: Made) -> Iterator[Part]:
    yield Paragraph("A timescale that has passed moves nothing by itself. It is worth asking what would help.")
    head = ("Reference", "Where it stands", "Whose turn", "Last day")
    yield from _listed(
        made, made.beyond, "Beyond a timescale, the longest first", head,
        lambda row: (_of_row(row), _stands(row), _whose(row), _by(row)), none="None is.",
    )  # fmt: skip


def _marked(made: Made) -> Iterator[Part]:
    head = ("Reference", "Marked as", "Where it stands", "Age")
    yield from _listed(
        made, made.marked, "Open, and marked", head,
        lambda row: (_of_row(row), "; ".join(row.marks), _stands(row), row.age_words), none="None is marked.",
    )  # fmt: skip


def _asked(made: Made) -> Iterator[Part]:
    """What waits for this meeting's word. Why it was logged stands on the disagreement, for those who may read it."""
    waits = queue.waiting(made.viewer)
    rows = tuple((one.disagreement.reference or "", one.process.name, one.for_whom, _short(one.since), one.asks) for one in waits)
    if rows:
        yield Table("Waiting for a decision", ("Reference", "What", "For whom", "Since", "What is asked"), rows)
    else:
        yield Paragraph("Nothing waits for a decision.")
    ended = queue.decided(made.viewer, first=made.period.first, last=made.period.last)
    if ended:
        done = tuple((one.disagreement.reference or "", one.name, one.choice or "Ended", _short(one.on)) for one in ended)
        yield Table("Decided in this time", ("Reference", "What", "Decision", "On"), done)


def _themes(made: Made) -> Iterator[Part]:
    for key in THEMES:
        yield from figures.of(key, made.period)


def _silence(made: Made) -> Iterator[Part]:
    yield from figures.of(SILENT, made.period, titled=False)


def _learned(made: Made) -> Iterator[Part]:
    """What the partnership's own learning items say, which name nobody; of what was only recorded yet, how much there is."""
    group = made.meeting.sub_group
    found = Item.objects.exclude(progress__in=(Progress.DONE, Progress.NOT_DONE)).annotate(actions_n=Count("actions"))
    items = list((found.filter(sub_group=group) if group else found).order_by("made_at", "pk")[:MOST])
    rows = tuple((one.title, str(one.get_progress_display()), f"{one.actions_n}", _short(_of(one.made_at))) for one in items)
    if rows:
        yield Table("Learning that is being followed", ("What was learned", "How far", "Actions", "Since"), rows)
    sent = queue.sent(made.viewer, sub_group=group or None)
    if sent:
        told = tuple((one.disagreement.reference or "", one.needs, one.sub_group, _short(one.on)) for one in sent)
        yield Table("Sent here and not taken up yet", ("Reference", "What it needs", "Sent to", "On"), told)
    if not rows and not sent:
        yield Paragraph("No learning is open for this group.")


def _outstanding(made: Made) -> Iterator[Part]:
    """By reference and day: what is to be done, and by whom, stands on the disagreement."""
    found = Action.objects.filter(finished_at=None, disagreement__in=made.all.order_by().values("pk"))
    number, today = found.count(), partnership_selectors.today()
    rows = tuple(
        (one.disagreement.reference or "", _short(one.due), "Past its day" if one.due < today else "Not yet due")
        for one in found.select_related("disagreement").order_by("due", "pk")[:MOST]
    )
    if not rows:
        yield Paragraph("No action from an outcome is outstanding.")
        return
    yield Table("Outstanding actions, the earliest first", ("Reference", "To be done by", "How it stands"), rows)
    yield from _more(number)


def _read(made: Made) -> Iterator[Part]:
    yield Paragraph(
        "This pack names disagreements by their reference, and agencies. It names no child and nobody who works with one. "
        "It is a record of open challenge between agencies, which is wanted: many are no sign of failure, and none is no "
        "sign of success."
    )


SECTIONS: tuple[tuple[str, Callable[[Made], Iterator[Part]]], ...] = (
    ("In short", _in_short),
    ("What was decided last time", _last_time),
    ("New", _new),
    ("Open, and where", _open),
    ("Beyond a timescale", _beyond),
    ("Potentially serious, stuck or otherwise marked", _marked),
    ("Decisions asked for", _asked),
    ("Themes", _themes),
    ("Learning", _learned),
    ("Outstanding actions", _outstanding),
    ("Agencies that raised nothing", _silence),
    ("How to read this", _read),
)


def _listed(
    made: Made,
    found: QuerySet[Disagreement],
    caption: str,
    head: tuple[str, ...],
    cells: Callable[[Row], tuple[str, ...]],
    *,
    none: str,
) -> Iterator[Part]:
    rows: Iterable[Row] = made.rows.of(found[:MOST])
    told = tuple(cells(row) for row in rows)
    if not told:
        yield Paragraph(none)
        return
    yield Table(caption, head, told)
    yield from _more(found.count() if len(told) == MOST else len(told))


def _more(number: int) -> Iterator[Part]:
    if number > MOST:
        yield Paragraph(f"These are {MOST} of {number:,}. The tracker has them all.")


def _stands(row: Row) -> str:
    """On which step it is while it is open, and otherwise how it stands."""
    return row.stage if row.disagreement.standing == State.OPEN else STATE_WORDS[row.disagreement.standing]


def _of_row(row: Row) -> str:
    return row.disagreement.reference or ""


def _with(row: Row) -> str:
    return str(row.disagreement.receiving_agency or "–")


def _whose(row: Row) -> str:
    """Whose turn it is: an agency, both, or the partnership; never a person."""
    sides = ball(row.disagreement).sides
    if Side.PARTNERSHIP in sides or Side.OUTSIDE in sides:
        return "The partnership"
    if sides == {Side.RAISING}:
        return row.raising
    if sides == {Side.RECEIVING}:
        return _with(row)
    return "Both sides" if sides else "Nobody"


def _by(row: Row) -> str:
    """By its day: a pack is read days after it was issued, and "tomorrow" would be wrong by then."""
    if row.first is None or row.last_day is None or row.first.paused_at is not None:
        return row.timescale or "None runs"
    was = "The last day was" if row.standing is Standing.BEYOND else "By"
    return f"{was} {_short(row.last_day)} ({row.first.strength})"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _short(day: date) -> str:
    """For a cell of a table: it stays on one line."""
    return f"{day.day}\u00a0{day:%b}\u00a0{day.year}"


def _of(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _talked(count: int) -> str:
    """Logged without a step: the figures of insight leave them out, so that it has to be said why they differ."""
    return f", {count:,} of them settled by talking and logged (figures count the others)" if count else ""


def _number(count: int) -> str:
    return "1 was" if count == 1 else f"{count:,} were" if count else "None was"


def _few(count: int) -> str:
    return f"{count:,} of them" if count else "none of them"
