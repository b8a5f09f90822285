"""The disagreements of a file, read one after another, a chunk of them at a time (tracker/stored.py)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from partnerships.models import Agency, ProtocolVersion, User
from partnerships.protocol_terms import Side

from ..models import Disagreement, Party, SharedAcross
from ..tracker import LIVE
from ..tracker.stored import STORED, across, as_stored, filled, people, running

CHUNK = 500
STORED_IN_A_FILE = (*STORED, "raised_with_others")
# Whom it was raised together with stands in the same column, also of what has ended.
_OTHERS = Party.objects.filter(disagreement=OuterRef("pk"), side=Side.RAISING, left_at=None)
RAISED_WITH_OTHERS = Exists(_OTHERS.exclude(agency=OuterRef("raising_agency")))


def read(found: QuerySet[Disagreement]) -> Iterator[Disagreement]:
    """Through a named cursor, a chunk at a time. Needs a scope and a transaction that outlast the last of them."""
    agencies, versions = Agency.objects.in_bulk(), ProtocolVersion.objects.in_bulk()
    followers: dict[int | None, User] = {}
    shared = frozenset(SharedAcross.objects.values_list("disagreement_id", flat=True))

    def beside(stored: dict[str, Any]) -> dict[str, Any]:
        return {
            "raising_agency": agencies.get(stored["raising_agency_id"]),
            "receiving_agency": agencies.get(stored["receiving_agency_id"]),
            "protocol_version": versions.get(stored["protocol_version_id"]),
            "followed_by": None,
        }

    bare = as_stored(found).annotate(raised_with_others=RAISED_WITH_OTHERS)
    each = filled(Disagreement, STORED_IN_A_FILE, bare.values_list(*STORED_IN_A_FILE).iterator(chunk_size=CHUNK), beside=beside)
    while chunk := list(islice(each, CHUNK)):
        live = [d.pk for d in chunk if d.state in LIVE]
        seats = people([*live, *(d.pk for d in chunk if d.raised_with_others)], agencies)  # type: ignore[attr-defined]
        clocks = running(live)
        elsewhere = across([d.pk for d in chunk if d.pk in shared])
        followed = [d for d in chunk if d.followed_by_id is not None]
        followers |= User.objects.in_bulk({d.followed_by_id for d in followed} - set(followers)) if followed else {}
        for d in followed:
            d._state.fields_cache["followed_by"] = followers[d.followed_by_id]
        for d in chunk:
            d.people, d.running, d.across = seats.get(d.pk, []), clocks.get(d.pk, []), elsewhere.get(d.pk, [])  # type: ignore[attr-defined]
            yield d
