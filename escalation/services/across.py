"""Bringing in people of another partnership, and the marker by which that partnership counts it too. Knows no page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from partnerships.models import Partnership
from partnerships.scope import partnership_scope, present

from ..across import neighbours
from ..models import ChronologyEntry, Disagreement, ElsewhereMarker, SharedAcross
from ..moves import Refused
from ..permissions import Viewer, may_share_across
from ..states import Kind
from .beside import locked_for
from .doing import carry_out
from .joining import join
from .particulars import Person

NOT_THERE = "Choose another partnership from the list."


def share_across(
    disagreement_id: int, *, viewer: Viewer, other: Partnership, person: Person, reason: str, at: datetime | None = None
) -> ChronologyEntry:
    """Somebody of another partnership takes part here, in this partnership's own record and by its own protocol; the other
    one counts it too. They join as anybody does, so that their letter, their invitation and what they may see are the same
    as for anybody named on a form. Raises Refused or NotPermitted."""
    if not reason.strip():
        raise Refused("Say why they are brought in.")
    with transaction.atomic():
        disagreement = locked_for(disagreement_id, viewer=viewer, rule=may_share_across)
        if not neighbours(disagreement.partnership).filter(pk=other.pk).exists():
            raise Refused(NOT_THERE)
        if disagreement.ended:
            raise Refused("This disagreement has ended, so nobody is brought in. Reopen it first, if it goes on.")
        moment = at or present()
        doing: dict[str, Any] = {"at": moment, "actor": viewer.user, "words": reason}
        before = set(disagreement.parties.filter(left_at=None).values_list("pk", flat=True))
        party = join(disagreement, person, at=moment)
        _, first = SharedAcross.objects.get_or_create(
            disagreement=disagreement, other=other, defaults={"shared_by": viewer.user, "shared_at": moment}
        )
        if party.pk in before and not first:
            raise Refused(f"{party.name} takes part already, and {other} counts it already.")
        entry: ChronologyEntry
        if party.pk not in before:
            joined = {"party": party.pk, "left": None, "side": person.side}
            entry = carry_out(
                disagreement, verb="change_party", change=lambda d, _: d.carry_on(kind=Kind.PARTY_CHANGED, data=joined), **doing
            )
        if first:
            entry = carry_out(disagreement, verb="note", change=lambda d, _: _shared(d, other), **doing)
        return entry


def _shared(disagreement: Disagreement, other: Partnership) -> Any:
    return disagreement.note(kind=Kind.SHARED_ACROSS, data={"other": other.pk})


# ---------------------------------------------------------------- in the other partnership's own scope
def partnerships_with_markers_to_write() -> list[int]:
    """Ids only, of partnerships whose markers are not as they should be; see migration 0010."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT partnerships_with_markers_to_write() ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def mark_elsewhere(partnership_id: int, *, at: datetime | None = None) -> int:
    """Bring this partnership's markers up to date: for each disagreement that others share with it, which of theirs, its
    state and two days, which is all that can be learned here. Returns how many were written.

    Any number of workers may run it at once: each marker is one row by owner and reference, put in or changed in one
    statement and in one order. One that wrote what it had read a moment too early is put right at the next tick. A marker
    is never taken away: what was counted stays counted, also when its owner has destroyed the record."""
    with partnership_scope(partnership_id):
        moment = at or present()
        there = {(m.owner_id, m.reference): m for m in ElsewhereMarker.objects.all()}
        changed = []
        for owner, reference, state, raised_on, ended_on in _shared_with_us():
            known = there.get((owner, reference))
            if known is None or (known.state, known.ended_on) != (state, ended_on):
                changed.append(
                    ElsewhereMarker(
                        owner_id=owner,
                        reference=reference,
                        state=state,
                        raised_on=raised_on,
                        ended_on=ended_on,
                        marked_at=moment,
                    )
                )
        ElsewhereMarker.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["partnership", "owner", "reference"],
            update_fields=["state", "ended_on", "marked_at"],
        )
        return len(changed)


def _shared_with_us() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM shared_with_the_partnership_in_scope() ORDER BY owner_id, reference")
        return list(cursor.fetchall())
