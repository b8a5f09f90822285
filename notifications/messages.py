"""Exactly what an e-mail shows, and how it is put into words; has no place for the child, the concern or another's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby

from django.template.loader import render_to_string

from partnerships.working_days import LONDON, clock_time

_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class News:
    """One thing that happened, as it is told to one person. Words of the protocol and dates; nobody's own words."""

    template: str
    reference: str
    step: str
    link: str
    asks: tuple[str, ...] = ()
    due: str = ""
    next_date: str = ""
    timescale: str = ""
    timescale_purpose: str = ""
    timescale_ends: str = ""
    outcome_word: str = "decision"
    stance: str = ""
    # The link is the way in of somebody who is no member: it leads to a code, and shows nothing by itself.
    invited: bool = False

    @property
    def ends_in_the_day(self) -> bool:
        """A timescale in hours has no last day: it ends at a time."""
        return " on " in self.timescale_ends


@dataclass(frozen=True)
class Office:
    """Whom to ask at the partnership."""

    name: str
    email: str = ""
    telephone: str = ""


@dataclass(frozen=True)
class Piece:
    """One piece of news put into words: the end of a subject line, and a paragraph."""

    news: News
    headline: str
    paragraph: str
    # As it stands in a letter: the reference and the step over the paragraph, what is asked and the next date below it.
    told: str


@dataclass(frozen=True)
class Letter:
    """One e-mail. `to_name` is the reader's own name, or nothing for an inbox."""

    partnership: str
    to_name: str
    address: str
    office: Office | None
    pieces: tuple[Piece, ...]
    # Held until this morning: where its reader may change that; whether they chose it, or it was quiet hours; and whether
    # reminders of the morning are in it too.
    wishes: str = ""
    chosen: bool = True
    dates: bool = False

    @property
    def opens(self) -> bool:
        """Whether it has a link at all: not for somebody who is told and may not open the page."""
        return any(piece.news.link for piece in self.pieces)

    @property
    def news(self) -> str:
        """What is told of each disagreement, and how to open it."""
        found = []
        for _, group in groupby(self.pieces, key=lambda piece: piece.news.reference):
            pieces = list(group)
            link = pieces[0].news.link
            way_in = _way_in(self.office, bool(link)).replace(_ITS_OWN, link)
            found.append("".join([*(piece.told for piece in pieces), "\n", way_in, "\n"]))
        return "".join(found)

    @property
    def invited(self) -> bool:
        return any(piece.news.invited for piece in self.pieces)

    @property
    def references(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(piece.news.reference for piece in self.pieces))


def in_words(news: News) -> Piece:
    """The template of the kind of event, rendered: its first line is the headline, the rest the paragraph. The same news of
    many disagreements is rendered once: what is its own there, the reference, is put in afterwards."""
    words = _rendered(replace(news, reference=_ITS_OWN, link="", invited=False))
    return Piece(news, *(part.replace(_ITS_OWN, news.reference) for part in words))


# Stands for the reference while a template is rendered; nothing that anybody can have typed.
_ITS_OWN = "\ue000"


@lru_cache(maxsize=4096)
def _rendered(news: News) -> tuple[str, str, str]:
    text = render_to_string(f"notifications/{news.template}.txt", {"news": news}).strip()
    headline, _, rest = text.partition("\n")
    paragraph = " ".join(rest.split())
    told = render_to_string("notifications/piece_of_letter.txt", {"news": news, "paragraph": paragraph})
    return headline.strip(), paragraph, told.removesuffix("\n")


@lru_cache(maxsize=4096)
def _way_in(office: Office | None, opens: bool) -> str:
    text = render_to_string("notifications/way_in.txt", {"office": office, "link": _ITS_OWN if opens else ""})
    return text.removesuffix("\n")


def subject_of(letter: Letter) -> str:
    """The reference, what is asked and by when, and nothing else: a subject is read over shoulders and on locked screens."""
    first, *others = letter.references
    if others and letter.wishes and not letter.dates:
        return f"{first} and {len(others)} more: for you to know"[:LONGEST_SUBJECT]
    if others:
        return f"{first} and {len(others)} more: dates to look at"[:LONGEST_SUBJECT]
    asked = [piece for piece in letter.pieces if piece.news.asks and piece.news.due]
    if asked:
        return f"{first}: please answer by {asked[-1].news.due}"[:LONGEST_SUBJECT]
    return f"{first}: {letter.pieces[-1].headline}"[:LONGEST_SUBJECT]


def text_of(letter: Letter) -> str:
    """The whole e-mail as plain text, with one empty line at most between two paragraphs."""
    text = render_to_string("notifications/letter.txt", {"letter": letter})
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


@lru_cache(maxsize=4096)
def due_words(due_at: datetime) -> str:
    """When something must be done by, for a person. 00:00 in London belongs to the day before it, which is the last day:
    "Tuesday 30 December"; any other instant is said with its time: "2:20pm on Tuesday 30 December"."""
    local = due_at.astimezone(LONDON)
    if (local.hour, local.minute) == (0, 0):
        return _day(local - timedelta(microseconds=1))
    return f"{clock_time(due_at)} on {_day(local)}"


def _day(local: datetime) -> str:
    return f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}"


def soonest(dates: Sequence[datetime]) -> str:
    return due_words(min(dates)) if dates else ""
