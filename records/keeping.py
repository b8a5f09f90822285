"""Which records' time is up, who held them and who reviewed them; destroys nothing and knows no page.

The rule itself, from when the years are counted and until when, has its home in the database (records/migrations/0002):
there it is asked again before anything is destroyed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery

from escalation.models import ChronologyEntry, Disagreement
from escalation.moves import NotPermitted, Refused
from escalation.permissions import Viewer
from escalation.services.doing import carry_out, lock
from escalation.states import Kind, State
from partnerships import selectors
from partnerships.arrangements import Arrangements, KeptFrom
from partnerships.scope import present

from .models import LegalHold, RetentionReview
from .permissions import may_keep_records

# Resolved is not the end: the raiser is still to be told, and actions and learning are followed until it is closed.
OVER = (State.CLOSED, State.WITHDRAWN)
NO_RULE = "No rule says how long records are kept, so none is proposed for destruction."


def time_up(day: date) -> QuerySet[Disagreement]:
    """Those whose years have gone by on this day, the longest ago first, each with why: `counted_from`, `kept_until`,
    `held` (by a legal hold) and `kept_longer` (the day until which a review keeps it, if that is still ahead)."""
    latest = RetentionReview.objects.filter(disagreement=OuterRef("pk")).order_by("-reviewed_at", "-pk")
    until = Func(F("pk"), function="record_kept_until", output_field=DateField())
    return (
        Disagreement.objects.filter(state__in=OVER, destroyed_at=None)
        .annotate(
            kept_until=until,
            counted_from=Func(F("pk"), function="record_counted_from", output_field=DateField()),
            held=Exists(LegalHold.objects.filter(disagreement=OuterRef("pk"), lifted_at=None)),
            decision=Subquery(latest.values("decision")[:1]),
            review_until=Subquery(latest.values("keep_until")[:1]),
        )
        .filter(kept_until__lte=day)
        .select_related("partnership", "protocol_version")
        .defer("protocol_version__definition")
        .order_by("kept_until", "pk")
    )


def kept_longer(day: date) -> Q:
    """Of `time_up`: those that a review keeps until a day that is still ahead."""
    return Q(decision=RetentionReview.Decision.KEEP, review_until__gt=day)


def to_review(day: date) -> QuerySet[Disagreement]:
    """Not `exclude`: of one that was never reviewed it is not known whether it is kept longer, and it would be left out."""
    reviewed_again = Q(decision=None) | Q(decision=RetentionReview.Decision.DESTROY) | Q(review_until__lte=day)
    rows: Any = time_up(day)
    found: QuerySet[Disagreement] = rows.filter(reviewed_again, held=False)
    return found


def rule_words(arranged: Arrangements) -> str:
    """The rule as a sentence, for the page."""
    if not arranged.keep_years:
        return NO_RULE
    years = f"{arranged.keep_years} year{'' if arranged.keep_years == 1 else 's'}"
    since = "it ended" if arranged.kept_from == KeptFrom.ENDED else "the last thing that happened to it"
    return f"A record is kept for {years} after {since}."


def why(row: Any, arranged: Arrangements) -> str:
    """Why a row of `time_up` is on the list."""
    began = "Ended" if arranged.kept_from == KeptFrom.ENDED else "Last thing that happened"
    years = f"{arranged.keep_years} year{'' if arranged.keep_years == 1 else 's'}"
    return f"{began} on {_day(row.counted_from)}, kept {years}."


def locked_for_review(disagreement_id: int, *, viewer: Viewer, at: datetime) -> Any:
    """The row, locked, of one that may be reviewed now; otherwise Refused or NotPermitted, with a sentence. The lock comes
    first, as for every verb: a hold that is being placed at this moment is waited for, and then seen."""
    if not (verdict := may_keep_records(viewer)):
        raise NotPermitted(verdict.sentence)
    disagreement = lock(disagreement_id)
    day = selectors.today(at)
    row: Any = time_up(day).filter(pk=disagreement_id).first()
    name = disagreement.reference
    if row is None:
        raise Refused(f"The time of {name} is not up.")
    if row.held:
        raise Refused(f"{name} is under a legal hold: nothing of it is destroyed until that is lifted.")
    if row.decision == RetentionReview.Decision.KEEP and row.review_until > day:
        raise Refused(f"{name} was reviewed, and is kept until {_day(row.review_until)}.")
    return disagreement


@transaction.atomic
def keep_longer(disagreement_id: int, *, viewer: Viewer, until: date, reason: str, at: datetime | None = None) -> RetentionReview:
    """A review that keeps it, until a day and with a reason. On that day it is on the list again."""
    moment = at or present()
    if not reason.strip():
        raise Refused("Say why it is kept longer.")
    if until <= selectors.today(moment):
        raise Refused("Choose a day that is still ahead.")
    disagreement = locked_for_review(disagreement_id, viewer=viewer, at=moment)
    return RetentionReview.objects.create(
        disagreement=disagreement,
        decision=RetentionReview.Decision.KEEP,
        reason=reason.strip(),
        keep_until=until,
        reviewed_by=viewer.user,
        reviewed_at=moment,
    )


def hold_on(disagreement: Disagreement) -> LegalHold | None:
    return LegalHold.objects.filter(disagreement=disagreement, lifted_at=None).select_related("placed_by").first()


@transaction.atomic
def place_hold(disagreement_id: int, *, viewer: Viewer, reason: str, at: datetime | None = None) -> ChronologyEntry:
    """From now on nothing of it is destroyed, whatever the rule says, until the hold is lifted."""
    disagreement, moment = _for_a_hold(disagreement_id, viewer, reason, at)
    if hold_on(disagreement) is not None:
        raise Refused("It is under a legal hold already.")
    hold = LegalHold.objects.create(disagreement=disagreement, reason=reason.strip(), placed_by=viewer.user, placed_at=moment)
    return _noted(disagreement, Kind.HOLD_PLACED, hold, viewer, reason, moment)


@transaction.atomic
def lift_hold(disagreement_id: int, *, viewer: Viewer, reason: str, at: datetime | None = None) -> ChronologyEntry:
    disagreement, moment = _for_a_hold(disagreement_id, viewer, reason, at)
    hold = hold_on(disagreement)
    if hold is None:
        raise Refused("It is under no legal hold.")
    hold.lifted_by, hold.lifted_at = viewer.user, moment
    hold.save(update_fields=["lifted_by", "lifted_at"])
    return _noted(disagreement, Kind.HOLD_LIFTED, hold, viewer, reason, moment)


def _for_a_hold(disagreement_id: int, viewer: Viewer, reason: str, at: datetime | None) -> tuple[Disagreement, datetime]:
    if not (verdict := may_keep_records(viewer)):
        raise NotPermitted(verdict.sentence)
    if not reason.strip():
        raise Refused("Say why.")
    return lock(disagreement_id), at or present()


def _noted(disagreement: Disagreement, kind: Kind, hold: LegalHold, viewer: Viewer, reason: str, at: datetime) -> ChronologyEntry:
    change = lambda d, _: d.note(kind=kind, data={"hold": hold.pk})  # noqa: E731
    return carry_out(disagreement, verb="note", change=change, at=at, actor=viewer.user, words=reason)


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
