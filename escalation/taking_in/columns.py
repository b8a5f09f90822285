"""What the columns of somebody's own tracker may hold, guessed from their headings; knows no row of the database."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from partnerships.sheets import Table

# Above the headings stand titles and merged cells; below them so many rows cannot be anything but rows.
MOST_ABOVE = 15
SAMPLES = 3
# Columns of words, of which a tracker may have several: they are put together, each under its heading.
MANY = ("notes", "learning", "outcome")


@dataclass(frozen=True)
class Field:
    """`known`: headings that are surely it; `parts`: words which, in a longer heading, make it likely."""

    key: str
    name: str
    known: tuple[str, ...]
    parts: tuple[str, ...] = ()


FIELDS: tuple[Field, ...] = (
    Field("own_reference", "Its own reference", ("ref", "reference", "case number", "case no", "number", "no", "our ref"),
          ("reference", "ref", "case no")),
    Field("raised_on", "Raised on", ("date", "raised", "raised on", "date raised", "date received", "start date", "date opened"),
          ("date raised", "raised on", "date received", "escalated on", "date of escalation")),
    Field("ended_on", "Ended on", ("ended", "ended on", "closed", "date closed", "date resolved", "resolved on", "end date"),
          ("closed on", "date closed", "resolved on", "date resolved", "date ended", "resolution date", "closure")),
    Field("raising", "Raising agency", ("raised by", "from", "raising agency", "agency raising", "escalating agency"),
          ("raised by", "raised it", "raising", "escalating", "referring")),
    Field("receiving", "Receiving agency", ("raised with", "raised against", "to", "receiving agency", "agency", "about"),
          ("raised with", "against", "receiving", "challenged", "raised to", "concerning")),
    Field("step", "Step reached", ("stage", "step", "level", "stage reached", "tier"), ("stage", "step", "level")),
    Field("state", "Open or ended", ("status", "state", "open/closed", "open or closed"), ("status", "open")),
    Field("how", "How it ended", ("how", "how resolved", "result", "outcome type", "resolution"),
          ("how it ended", "how was it", "how resolved", "resolution type")),
    Field("category", "Category", ("category", "theme", "reason", "type", "issue"),
          ("category", "theme", "reason for", "type of")),
    Field("urgency", "Urgency", ("urgency", "priority"), ("urgen", "priority")),
    Field("child_reference", "Child’s reference", ("child", "child id", "child ref", "initials", "nhs number", "child reference"),
          ("child id", "child ref", "child’s ref", "initials", "mosaic", "lcs")),
    Field("child_status", "Child’s status", ("child status", "plan", "cp/cin", "status of child"),
          ("child status", "cp / cin", "plan type")),
    Field("outcome", "What came of it, in words", ("outcome", "what happened", "resolution details"), ("outcome",)),
    Field("learning", "Learning", ("learning", "lessons", "lessons learned", "learning points"), ("learning", "lesson")),
    Field("notes", "Notes", ("notes", "comments", "summary", "details", "update", "background"),
          ("note", "comment", "summary", "detail")),
)  # fmt: skip
BY_KEY = {field.key: field for field in FIELDS}
NEEDED = ("raised_on", "raising", "receiving")


@dataclass(frozen=True)
class Column:
    """One column of the file: its place, heading, a few of its values."""

    place: int
    heading: str
    samples: tuple[str, ...]


def head_of(table: Table) -> int:
    """In which row the headings most likely are: where most cells look like one. The first, where none does."""
    first = table.rows[:MOST_ABOVE]
    best = max(first, key=lambda row: (len(set(filter(None, map(guess, row[1])))), -row[0]))
    return best[0]


def columns_of(rows: Sequence[tuple[int, Sequence[str]]], head: int) -> list[Column]:
    """Those with anything in them; `head` is the number of the row with the headings."""
    titles = next((row for number, row in rows if number == head), [])
    below = [row for number, row in rows if number > head]
    width = max((len(row) for _, row in rows), default=0)
    found = []
    for place in range(width):
        values = [row[place] for row in below if place < len(row) and row[place]]
        title = titles[place] if place < len(titles) else ""
        if title or values:
            found.append(Column(place, title, tuple(dict.fromkeys(values))[:SAMPLES]))
    return found


def guessed(columns: Sequence[Column]) -> dict[str, str]:
    """For each place what it likely holds, nothing twice but words. A heading that is surely it comes before one like it."""
    found: dict[str, str] = {}
    for sure in (True, False):
        for column in columns:
            likely = guess(column.heading, sure=sure)
            if likely and str(column.place) not in found and (likely in MANY or likely not in found.values()):
                found[str(column.place)] = likely
    return found


def guess(title: str, *, sure: bool = False) -> str:
    plain = " ".join(re.sub(r"[^\w/’' ]", " ", title.casefold()).split())
    if not plain:
        return ""
    exact = next((field.key for field in FIELDS if plain in field.known), "")
    if exact or sure:
        return exact
    return next((field.key for field in FIELDS if any(part in plain for part in field.parts)), "")


def why_not(chosen: Mapping[str, str]) -> list[str]:
    """What is wrong with a choice of columns, in sentences."""
    held = [value for value in chosen.values() if value]
    missing = [BY_KEY[key].name for key in NEEDED if key not in held]
    twice = [field.name for field in FIELDS if field.key not in MANY and held.count(field.key) > 1]
    wrong = [f"Say which column holds “{name}”." for name in missing]
    return wrong + [f"Only one column can hold “{name}”." for name in twice]
