"""The columns of the tracker, for the page and for every file; knows no request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from partnerships.protocol_phrases import COMMON_WORDS
from partnerships.protocol_terms import CommonCategory
from partnerships.working_days import LONDON

from ..models import Disagreement, ElsewhereMarker
from ..states import STATE_WORDS, State
from .rows import STANDING_WORDS, Row


def _title(row: Row) -> str:
    version = row.disagreement.protocol_version
    return version.title if version else ""


@dataclass(frozen=True)
class Column:
    """One column: its name in an address, its heading, what it holds, and how a row gives it."""

    key: str
    heading: str
    holds: str
    value: Callable[[Row], object]


COLUMNS: tuple[Column, ...] = (
    Column("reference", "Reference", "The tracker's own number", lambda r: r.disagreement.reference),
    Column("raised", "Raised on", "Year-month-day, London time", lambda r: r.raised),
    Column("raising", "Raising agency", "The agency that raised it", lambda r: r.raising),
    Column("receiving", "Receiving agency", "The agency that it was raised with", lambda r: r.disagreement.receiving_agency),
    Column("step", "Step", "Where it stands, in the protocol's own words", lambda r: r.stage),
    Column("kind", "Kind of step", "Practitioner, manager, senior manager or partnership", lambda r: r.kind),
    Column("state", "State", "Open, agreed, resolved, closed or withdrawn", lambda r: r.state),
    Column("category", "Category", "In the protocol's own words", lambda r: r.category),
    Column("common", "Common category", "The short list that partnerships are compared by", lambda r: _common(r.disagreement)),
    Column("urgency", "Urgency", "In the protocol's own words, where it has any", lambda r: r.urgency),
    Column("marks", "Marks", "The marks put on it, and whether it went straight to its step", lambda r: "; ".join(r.marks)),
    Column("age", "Age in working days", "From raising until it ended, or until today", lambda r: r.age),
    Column("timescale", "Timescale", "Of the clock that ends first, in words", lambda r: r.timescale),
    Column("purpose", "What for", "What that clock is about, in the protocol's own words", lambda r: r.purpose),
    Column("last_day", "Last day", "The last day of that clock, year-month-day", lambda r: r.last_day),
    Column("stands", "Timescale stands", "Within, near, beyond, or none running", lambda r: STANDING_WORDS[r.standing]),
    Column("holder", "Who acts next", "Names of staff, with their agencies, or a role", lambda r: r.holder),
    Column("ended", "Ended on", "Year-month-day", lambda r: r.ended),
    Column("protocol", "Protocol", "The title of the protocol that it was raised under", _title),
    Column("version", "Protocol version", "The version that it was raised under and keeps", lambda r: _version(r.disagreement)),
    Column("followed", "Followed by", "Who in the partnership office follows it", lambda r: r.disagreement.followed_by),
    Column("since", "Turn since", "Since when it is the turn of whoever acts next", lambda r: _day(r.since)),
    Column("changed", "Last changed", "When anybody last did something to it", lambda r: _day(r.disagreement.changed_at)),
    Column(
        "held_by",
        "Held by",
        "The other partnership, where one is only counted here too",
        lambda _: "",
    ),
)


FIRST = "reference"
BY_KEY: dict[str, Column] = {column.key: column for column in COLUMNS}


def columns_of(view: Any = None) -> tuple[Column, ...]:
    """The columns that a view (or anything else with the keys of its `columns`, in order) shows, the reference first: all of
    them, in their own order, where none were chosen. What is not known any more is left out."""
    keys: Iterable[str] = getattr(view, "columns", ()) if view is not None else ()
    known = [key for key in keys if key in BY_KEY]
    return tuple(BY_KEY[key] for key in dict.fromkeys((FIRST, *known))) if known else COLUMNS


def cells_of_marker(marker: ElsewhereMarker) -> dict[str, object]:
    """What is known of one that another partnership holds, by the heading of its column."""
    return {
        "Reference": marker.reference,
        "Raised on": marker.raised_on,
        "State": STATE_WORDS[State(marker.state)],
        "Ended on": marker.ended_on,
        "Held by": marker.owner,
    }


def _day(at: datetime | None) -> date | None:
    return at.astimezone(LONDON).date() if at else None


def _common(d: Disagreement) -> str:
    return COMMON_WORDS[CommonCategory(d.common_category)] if d.common_category else ""


def _version(d: Disagreement) -> int | None:
    return d.protocol_version.number if d.protocol_version else None
