"""The lines of the tracker's file as values, one after another, whatever kind of file is made of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from partnerships import selectors as partnership_selectors
from partnerships.models import Partnership
from partnerships.replica import reading_scope
from partnerships.scope import present

from ..across import held_elsewhere
from ..models import Disagreement, ElsewhereMarker
from ..permissions import Viewer
from ..tracker import COLUMNS, Column, Rows, cells_of_marker, tracked
from .stored import read

logger = logging.getLogger(__name__)
Value = object  # text, a number, a day or nothing; or what has a name, which is then the text
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
        with reading_scope(partnership.pk, user_id=user.pk, ahead=partnership.clock_ahead):
            yield [column.heading for column in wanted.columns]
            values = [column.value for column in wanted.columns]
            rows = Rows(at=present(), calendar=partnership_selectors.calendar())
            for row in rows.of(read(wanted.narrow(tracked(wanted.viewer)))):
                yield [value(row) for value in values]
                written += 1
            for marker in wanted.markers(held_elsewhere()):
                known = cells_of_marker(marker)
                yield [known.get(column.heading) for column in wanted.columns]
    finally:
        logger.info("tracker exported: partnership %s, user %s, rows %s", partnership.pk, user.pk, written)
