"""The dates on a disagreement's page: whose they are, and how often a repeating one is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World

pytestmark = pytest.mark.django_db


def test_periods_of_a_repeating_timescale_that_went_by_are_said_once(barnsley: World) -> None:
    disagreement = barnsley.raised(at=TUESDAY - timedelta(days=30))
    for day in (22, 15, 8, 1):
        barnsley.sweep(at=TUESDAY - timedelta(days=day))
    with time_machine.travel(TUESDAY, tick=False):
        page = Visitor(barnsley.office).opens(disagreement.get_absolute_url())
    questions = [term.text for term in page.page.every(tag="dt")]
    # The first that went by, and the one that runs.
    assert questions.count("A summary of progress goes to the Partnership") == 2


def test_a_date_that_was_asked_for_is_called_so(wiltshire: World) -> None:
    disagreement = wiltshire.raised(at=TUESDAY, needed_by=date(2026, 9, 17))
    wiltshire.sweep(at=TUESDAY + timedelta(days=7))
    with time_machine.travel(TUESDAY + timedelta(days=7), tick=False):
        page = Visitor(wiltshire.office).opens(disagreement.get_absolute_url())
    page.sees("3 working days beyond the date asked for (guide)")
