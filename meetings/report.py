"""The report on a year as a document: what somebody wrote in each slot, and the figures below it beside those of last year."""

from __future__ import annotations

from collections.abc import Iterator

from documents.document import Bullets, Document, Heading, Paragraph, Part
from insight.figure import Period
from insight.periods import words as period_words
from partnerships import selectors as partnership_selectors
from partnerships.arrangements import arrangements
from partnerships.protocol import Stage
from partnerships.scope import present

from .figures import LEVEL, beside_last_year
from .groups import yearly_to
from .models import Report
from .slots import SLOTS, Slot

NOT_WRITTEN = "Nothing is written here yet."


def title(made: Report) -> str:
    return f"Professional disagreements in {period_words(Period(made.first, made.last))}"


def subtitle() -> str:
    """To whom it goes, where the protocol says so."""
    to = yearly_to()
    return f"Report to: {to}" if to else "Yearly report"


def report(made: Report) -> Document:
    """As it would be issued now: the words as they were saved last, and the figures as they are."""
    parts: list[Part] = []
    for slot in SLOTS:
        parts += _slot(made, slot)
    parts += [Heading("How to read the figures", 2), *_fair(made)]
    return Document(
        title=title(made),
        subtitle=subtitle(),
        author=made.partnership.name,
        made_on=partnership_selectors.today(),
        parts=tuple(parts),
    )


def figures_of(made: Report, slot: Slot, *, level: int = LEVEL) -> Iterator[Part]:
    """The slot's figures alone, each beside the year before; for the page on which the words are typed, too."""
    for theme in slot.themes:
        period = Period(made.first, made.last)
        yield from beside_last_year(theme, period, published=made.hides_small, at=present(), level=level)


def _slot(made: Report, slot: Slot) -> Iterator[Part]:
    yield Heading(slot.title, 2)
    said = str(made.said.get(slot.key, "")).strip()
    yield from (Paragraph(part.strip()) for part in (said or NOT_WRITTEN).split("\n\n") if part.strip())
    yield from figures_of(made, slot)


def _fair(made: Report) -> Iterator[Part]:
    """What explains a rise or a fall before anything else does: how few they are, and what is logged from which step."""
    yield Paragraph(
        "These are small numbers. One or two more or fewer than last year may be chance, and a percentage of nine says little. "
        "Agencies differ in size and in what they meet, so this is no league table."
    )
    protocols = [version.protocol for version in partnership_selectors.versions_in_force()]
    lines = tuple(_recorded(stage) for protocol in protocols for stage in protocol.stages)
    if lines:
        yield Paragraph("What is recorded here, and what is settled before it comes here, by step of the protocol:")
        yield Bullets(lines)
    yield Paragraph(
        "What two people settle by talking may be logged in a minute, and need not be. The true number of such conversations "
        "is higher."
    )
    below = arrangements().suppress_below
    if made.hides_small and below > 1:
        yield Paragraph(
            f"Numbers below {below} are not shown, nor others from which they could be worked out. So nobody can be recognised."
        )


def _recorded(stage: Stage) -> str:
    logged = "recorded here" if stage.recorded else "not recorded here; only what moves on is"
    formal = "a formal step" if stage.formal else "an informal step"
    return f"{stage.name}: {formal}, {logged}."
