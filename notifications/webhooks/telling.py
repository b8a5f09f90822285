"""Turns entries of the chronology into what endpoints are to be told, in the pass that turns them into notices; sends nothing.

It is called inside the transaction in which the cursor moves, once for each entry, whatever becomes of its notices; and an
endpoint can hold an entry once. So each is told exactly one thing of each entry, however many workers announce."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from escalation.models import ChronologyEntry, Disagreement
from escalation.seeing import of_agencies
from escalation.states import Kind, State
from partnerships.models import Partnership
from partnerships.scope import current_partnership_id

from .kinds import event_of
from .models import WebhookDelivery, WebhookEndpoint


def tell(entries: Sequence[ChronologyEntry], *, at: datetime) -> int:
    """What is told of these entries, one row for each endpoint that may know of it; returns how many were made.

    An endpoint that was switched off keeps what it would have been told, to be sent when somebody asks for it; so does each
    one of a partnership in training mode."""
    told = [entry for entry in entries if event_of(Kind(entry.kind)) and _tellable(entry)]
    endpoints = list(WebhookEndpoint.objects.filter(ended_at=None).order_by("pk")) if told else []
    if not endpoints:
        return 0
    known = _known(endpoints, {entry.disagreement_id for entry in told})
    inside = kept_inside(Partnership.objects.get(pk=current_partnership_id()))
    made = [
        _delivery(endpoint, entry, held=inside or endpoint.switched_off_at is not None, at=at)
        for endpoint in endpoints
        for entry in told
        if endpoint.agency_id is None or entry.disagreement_id in known[endpoint.agency_id]
    ]
    WebhookDelivery.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def kept_inside(partnership: Partnership) -> bool:
    """Nothing leaves a partnership in training mode, nor a rehearsal."""
    return partnership.in_training or partnership.rehearsal_of_id is not None


def _tellable(entry: ChronologyEntry) -> bool:
    """Of a draft nothing; of what was destroyed, that it was."""
    disagreement = entry.disagreement
    if disagreement.destroyed_at is not None and entry.kind != Kind.DESTROYED:
        return False
    return disagreement.state != State.DRAFT and bool(disagreement.reference)


def _known(endpoints: Iterable[WebhookEndpoint], ids: set[int]) -> dict[int, frozenset[int]]:
    """Of which of these disagreements each agency knows now: the rule of its people's own pages, asked when it is told."""
    agencies = {endpoint.agency_id for endpoint in endpoints if endpoint.agency_id is not None}
    found = Disagreement.objects.filter(Q(pk__in=ids) & ~Q(state=State.DRAFT))
    return {agency: frozenset(found.filter(of_agencies([agency])).values_list("pk", flat=True)) for agency in agencies}


def _delivery(endpoint: WebhookEndpoint, entry: ChronologyEntry, *, held: bool, at: datetime) -> WebhookDelivery:
    return WebhookDelivery(
        endpoint=endpoint,
        seq=entry.seq,
        event=event_of(Kind(entry.kind)),
        reference=entry.disagreement.reference or "",
        happened_at=entry.at,
        state=WebhookDelivery.State.HELD if held else WebhookDelivery.State.WAITING,
        next_attempt_at=None if held else at,
    )
