"""What is done with meetings and reports: entered, decided, written, issued; who may has been asked before."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from documents.document import Document
from documents.kept import as_value, digest_of
from escalation.moves import Refused
from escalation.permissions import Viewer
from insight.figure import Period
from partnerships import selectors as partnership_selectors
from partnerships.scope import present

from .groups import period_of
from .models import Decision, Issued, Meeting, Report
from .pack import pack
from .report import report

TWICE = "This group has a meeting on that day already."
A_YEAR_ONCE = "There is a report that begins on that day already."
SOMEBODY_ELSE = (
    "Somebody else saved this report while you were writing. Your words are below, and nothing is lost. "
    "Open the report in another window to see theirs, then save."
)


def keep_meeting(meeting: Meeting | None, *, viewer: Viewer, **facts: Any) -> Meeting:
    """Enter one, or change its days and notes."""
    kept = meeting or Meeting(made_by=viewer.user, made_at=present())
    for name, value in facts.items():
        setattr(kept, name, value)
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError as twice:
        raise Refused(TWICE) from twice
    return kept


def record_decision(meeting: Meeting, *, viewer: Viewer, about: str, words: str, owner: str, due: date | None) -> Decision:
    return Decision.objects.create(
        meeting=meeting, about=about, words=words, owner=owner, due=due, recorded_by=viewer.user, recorded_at=present()
    )


def say_done(decision: Decision, *, done_on: date, came_of_it: str) -> None:
    decision.done_on, decision.came_of_it = done_on, came_of_it
    decision.save(update_fields=["done_on", "came_of_it"])


def begin_report(*, viewer: Viewer, period: Period) -> Report:
    try:
        with transaction.atomic():
            return Report.objects.create(first=period.first, last=period.last, made_by=viewer.user, made_at=present())
    except IntegrityError as twice:
        raise Refused(A_YEAR_ONCE) from twice


def write_report(report_id: int, *, version: int, said: dict[str, str], hides_small: bool) -> Report:
    """Keep what was typed, at the version at which it was read: two who write at once are told, and neither is lost."""
    with transaction.atomic():
        kept = Report.objects.select_for_update().get(pk=report_id)
        if kept.version != version:
            raise Refused(SOMEBODY_ELSE)
        if (kept.said, kept.hides_small) == (said, hides_small):
            return kept  # nobody has to be told of a save that changed nothing
        kept.said, kept.hides_small = said, hides_small
        kept.version, kept.saved_at = kept.version + 1, present()
        kept.save(update_fields=["said", "hides_small", "version", "saved_at"])
    return kept


def issue_pack(meeting: Meeting, *, viewer: Viewer) -> Issued:
    """Freeze it as it is at this moment. What was issued before stays; the newest is the one that counts."""
    return _issue(pack(viewer, meeting), period_of(meeting), viewer=viewer, meeting=meeting)


def issue_report(made: Report, *, viewer: Viewer) -> Issued:
    if made.last >= partnership_selectors.today():
        raise Refused("The year is not over yet, so its report cannot be issued. You can take a draft.")
    return _issue(report(made), Period(made.first, made.last), viewer=viewer, report=made)


def _issue(document: Document, period: Period, *, viewer: Viewer, **of: Any) -> Issued:
    value = as_value(document)
    return Issued.objects.create(
        content=value, digest=digest_of(value), first=period.first, last=period.last,
        issued_by=viewer.user, issued_at=present(), **of,
    )  # fmt: skip
