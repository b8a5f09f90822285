"""The lines of the tracker's file as values, one after another, whatever kind of file is made of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from partnerships import selectors as partnership_selectors
from partnerships.models import Agency, Partnership, ProtocolVersion, User
from partnerships.protocol_terms import RaisedAs
from partnerships.scope import partnership_scope, present

from ..across import held_elsewhere
from ..models import Disagreement, ElsewhereMarker, SharedAcross
from ..permissions import Viewer
from ..tracker import COLUMNS, LIVE, Column, Rows, cells_of_marker, tracked

logger = logging.getLogger(__name__)
CHUNK = 500
Value = str | int | date | None
Narrow = Callable[[QuerySet[Disagreement]], QuerySet[Disagreement]]
Markers = Callable[[QuerySet[ElsewhereMarker]], QuerySet[ElsewhereMarker]]


@dataclass(frozen=True)
class Wanted:
    """What is to be in the file: of which partnership, for whom, narrowed how, in which columns."""

    partnership: Partnership
    viewer: Viewer
    narrow: Narrow
    markers: Markers = lambda found: found
    columns: Sequence[Column] = COLUMNS


def lines(wanted: Wanted) -> Generator[list[Value]]:
    """The headings, then a line for each.

    They are made after the middleware's transaction has ended, so the scope, the transaction and the named cursor are opened
    here and closed here, whether or not the reader stays to the end. Logged with ids alone."""
    written, partnership, user = 0, wanted.partnership, wanted.viewer.user
    try:
        with partnership_scope(partnership.pk, user_id=user.pk, ahead=partnership.clock_ahead):
            yield [column.heading for column in wanted.columns]
            rows = Rows(at=present(), calendar=partnership_selectors.calendar())
            for row in rows.of(_light(wanted)):
                yield [_value(column.value(row)) for column in wanted.columns]
                written += 1
            for marker in wanted.markers(held_elsewhere()):
                known = cells_of_marker(marker)
                yield [_value(known.get(column.heading)) for column in wanted.columns]
    finally:
        logger.info("tracker exported: partnership %s, user %s, rows %s", partnership.pk, user.pk, written)


def _light(wanted: Wanted) -> Iterator[Disagreement]:
    """One after another through a named cursor. What has ended is most of a large file, and nobody's turn: it is read without
    its people and clocks. What is worked on, or was raised by several, comes whole, a chunk at a time."""
    agencies = {agency.pk: agency for agency in Agency.objects.all()}
    versions = {version.pk: version for version in ProtocolVersion.objects.all()}
    found = wanted.narrow(tracked(wanted.viewer)).select_related(None).prefetch_related(None).defer(None)
    across = Prefetch("shared_across", queryset=SharedAcross.objects.select_related("other").order_by("other__name"))
    each = found.iterator(chunk_size=CHUNK)
    while chunk := list(islice(each, CHUNK)):
        needed = [d.pk for d in chunk if d.standing in LIVE or d.raised_as == RaisedAs.GROUP]
        whole = {d.pk: d for d in tracked(wanted.viewer).filter(pk__in=needed)} if needed else {}
        bare = [d for d in chunk if d.pk not in whole]
        followers = User.objects.in_bulk({d.followed_by_id for d in bare if d.followed_by_id})
        for d in bare:
            d.followed_by = followers.get(d.followed_by_id)
            d.people, d.running = [], []  # type: ignore[attr-defined]
            d.raising_agency, d.receiving_agency = agencies.get(d.raising_agency_id), agencies.get(d.receiving_agency_id)
            d.protocol_version = versions.get(d.protocol_version_id)
        prefetch_related_objects(bare, across)
        yield from (whole.get(d.pk, d) for d in chunk)


def _value(value: object) -> Value:
    return value if value is None or isinstance(value, (int, date)) else str(value)
