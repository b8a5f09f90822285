"""The protocols' own review dates: near or passed, said in a sentence, and which reminder is due; writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from partnerships import selectors
from partnerships.models import ProtocolVersion

from .months import later, whole_months_since

# From so many days before it is spoken of.
BEFORE = timedelta(days=42)


@dataclass(frozen=True)
class Review:
    """A protocol in force, the name of its document, and the day by which that wanted to be looked at again."""

    version: ProtocolVersion
    document: str
    by: date

    def sentence(self, day: date) -> str:
        when = f"{self.by.day} {self.by:%B} {self.by.year}"
        if day < self.by:
            return f"“{self.document}” is to be reviewed by {when}."
        if day == self.by:
            return f"“{self.document}” is to be reviewed by today, {when}."
        return f"“{self.document}” was to be reviewed by {when}{_ago(self.by, day)}. Nothing here says that it has been."

    def reminder(self, day: date) -> str:
        """Which of the reminders it is time for, as a short word of its own: before; on the day; then one each month. On a
        day on which none may leave (a weekend) it is time for it still on the next."""
        if day < self.by:
            return "before"
        return later(self.by, months=whole_months_since(self.by, day)).isoformat()


def _ago(then: date, day: date) -> str:
    months = whole_months_since(then, day)
    years = months // 12
    if years:
        return f", {years} year{'' if years == 1 else 's'} ago" if not months % 12 else f", more than {_years(years)} ago"
    return f", {months} month{'' if months == 1 else 's'} ago" if months else ""


def _years(years: int) -> str:
    return "a year" if years == 1 else f"{years} years"


def near_or_passed(day: date) -> list[Review]:
    """Of every protocol in force whose document gives a date, those whose date is near or has passed."""
    return [one for one in _reviews() if one.by - BEFORE <= day]


def _reviews() -> Iterator[Review]:
    for version in selectors.versions_in_force():
        source = version.protocol.source
        if source.review_due:
            yield Review(version, source.document, source.review_due)
