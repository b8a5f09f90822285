"""Destroys what was written about one disagreement, and leaves a number, a certificate and a chain that still verifies.

The database does it, and looks for itself whether it may (records/migrations/0002); this hands it what it asks for first:
a review by a named person, the anonymous row, and the entry that is the last word."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import connection, transaction

from escalation.counted_once import counted_with_another
from escalation.models import Disagreement
from escalation.moves import Refused
from escalation.permissions import Viewer, ties
from escalation.services.attaching import destroy_files
from escalation.services.doing import carry_out
from escalation.states import Kind, State
from partnerships import selectors
from partnerships.protocol_terms import StageKind
from partnerships.scope import present
from partnerships.walls import DESTROY_RECORD
from partnerships.working_days import LONDON, working_days_between

from .keeping import locked_for_review
from .models import WITH_ANOTHER, DestructionCertificate, RetentionReview, StatisticalRow

LADDER = [kind.value for kind in StageKind]
# Such numbers tell nothing of the order in which rows were made: a row must not be laid beside the certificate made with it.
ANY_NUMBER = 2**53


@transaction.atomic
def destroy(disagreement_id: int, *, viewer: Viewer, reason: str, at: datetime | None = None) -> DestructionCertificate:
    """Review it and destroy it, in one transaction: 1 lock, 2 may it, 3 the review, 4 the number that stays, 5 the entry,
    6 the procedure. Whoever is named in a disagreement does not destroy its record: another partnership manager does.

    Raises Refused or NotPermitted, with a sentence, and then nothing has happened."""
    moment = at or present()
    if not reason.strip():
        raise Refused("Say why it can be destroyed.")
    disagreement = locked_for_review(disagreement_id, viewer=viewer, at=moment)
    tied = ties(viewer, disagreement, disagreement.parties.all())
    if tied.is_party or tied.named or tied.recorded:
        raise Refused(f"You are named in {disagreement.reference}, so another partnership manager reviews it.")
    review = RetentionReview.objects.create(
        disagreement=disagreement,
        decision=RetentionReview.Decision.DESTROY,
        reason=reason.strip(),
        reviewed_by=viewer.user,
        reviewed_at=moment,
    )
    counted(disagreement).save(force_insert=True)
    change = lambda d, _: d.note(kind=Kind.DESTROYED, data={"review": review.pk})  # noqa: E731
    carry_out(disagreement, verb="note", change=change, at=moment, actor=viewer.user)
    destroy_files(disagreement)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {DESTROY_RECORD.partition('(')[0]}(%s)", [disagreement.pk])
        (certificate,) = cursor.fetchone()
    return DestructionCertificate.objects.select_related("destroyed_by").get(pk=certificate)


def counted(disagreement: Disagreement) -> StatisticalRow:
    """What is counted of it afterwards: a quarter, two sectors, the common lists' values. No day, no agency, no reference."""
    entries = list(disagreement.chronology.order_by("seq").values_list("kind", "stage", "data"))
    stages = {stage for _, stage, _ in entries if stage}
    kinds = [disagreement.protocol.stage(stage).kind.value for stage in stages]
    return StatisticalRow(
        pk=secrets.randbelow(ANY_NUMBER) + 1,
        raised_quarter=_quarter(disagreement.raised_at or disagreement.created_at),
        raising_sector=disagreement.raising_agency.sector if disagreement.raising_agency else "",
        receiving_sector=disagreement.receiving_agency.sector if disagreement.receiving_agency else "",
        category=disagreement.common_category,
        highest_stage_kind=max(kinds, key=LADDER.index, default=""),
        ended_as=_ended_as(disagreement, [data for kind, _, data in entries if kind == Kind.WITHDRAWN]),
        working_days_to_end=_working_days(disagreement),
        timescales_passed=sum(kind == Kind.TIMESCALE_PASSED for kind, *_ in entries),
    )


def _ended_as(disagreement: Disagreement, withdrawals: list[dict[str, object]]) -> str:
    """Agreed, decided or settled; withdrawn, or referred elsewhere; or counted with the one that it was put together with."""
    if Disagreement.objects.filter(counted_with_another(), pk=disagreement.pk).exists():
        return WITH_ANOTHER
    if disagreement.standing == State.WITHDRAWN:
        return "referred_elsewhere" if withdrawals and withdrawals[-1].get("referred_elsewhere") else "withdrawn"
    last = disagreement.outcomes.filter(disputed_at=None).order_by("recorded_at", "pk").last()
    return last.how if last else "closed"


def _working_days(disagreement: Disagreement) -> int | None:
    if disagreement.raised_at is None or disagreement.ended_at is None:
        return None
    first, last = (at.astimezone(LONDON).date() for at in (disagreement.raised_at, disagreement.ended_at))
    return working_days_between(first, last, selectors.calendar())


def _quarter(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{local.year}-Q{(local.month + 2) // 3}"
