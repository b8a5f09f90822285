"""The pages that are measured, each with the bare view of the same rows and what it may cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .chosen import Chosen

TIMES_BARE, TIMES_SMALL, TIMES_STREAMED, A_YEAR = 2.5, 1.5, 3.0, 1.0


@dataclass(frozen=True)
class Page:
    """What a person opens, and the bare view of the same rows; `pages_on` times its link to the next page is followed."""

    name: str
    who: str
    path: str
    bare: str
    pages_on: int = 0
    flat: bool = True
    most: float = TIMES_BARE
    seconds: float | None = None  # the longest it may take at all, where the issue says so
    streamed: bool = False
    words: str = ""  # sent by its form first; what is measured is the page that it leads to


def pages(found: Chosen, *, today: date) -> list[Page]:
    until = today + timedelta(days=1)
    since = until - timedelta(days=365)
    year = f"since={since}&until={until}"
    days = f"period=days&since={since}&until={today}"
    return [
        Page("Tracker, what is live", "office", "tracker/", "tracker/?live=1"),
        Page("Tracker, newest first", "office", "tracker/?state=any&sort=newest", "tracker/?order=newest"),
        Page("Tracker, oldest first", "office", "tracker/?state=any&sort=oldest", "tracker/?order=oldest"),
        Page("Tracker, three pages on", "office", "tracker/?state=any&sort=newest", "tracker/?order=newest&at=3", pages_on=3),
        Page("Tracker, closed ones", "office", "tracker/?state=closed", "tracker/?state=closed"),
        Page("Tracker, one agency", "office", f"tracker/?state=any&raising={found.agency}", f"tracker/?agency={found.agency}"),
        Page("Tracker, beyond their timescale", "office", "tracker/?timescale=beyond", "tracker/?beyond=1"),
        Page("First page of the office", "office", "", "first/"),
        Page("First page of a lead", "lead", "", "first/"),
        Page("My disagreements", "raiser", "mine/", "mine/"),
        Page("One disagreement", "lead of it", f"d/{found.reference}/", f"disagreement/?reference={found.reference}"),
        Page("Search", "office", "search/", "search/?q=meeting", words="meeting", flat=False),
        # Figures are sums over the rows of their period: they grow with it, and must come within a second all the same.
        Page("Insight", "office", "insight/", f"figures/?{year}", flat=False, seconds=A_YEAR),
        Page("Insight, one theme", "office", f"insight/how-many/?{days}", f"figures/?{year}", flat=False, seconds=A_YEAR),
        Page("Disagreements for a program", "program", "api/v1/disagreements/?limit=50", "api/"),
        Page("Export", "office", "tracker/export.csv?state=any", "export/", flat=False, most=TIMES_STREAMED, streamed=True),
    ]
