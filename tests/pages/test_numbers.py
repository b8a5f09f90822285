"""Everything ever raised, in numbers: every count for the office, and what of it may be published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalation.models import Disagreement
from partnerships.arrangements import Arrangements
from tests.journeys.visitor import Visitor
from tests.pages.tables import rows
from tests.world import World

pytestmark = pytest.mark.django_db

NUMBERS = "/p/barnsley/numbers/"
PUBLISHED = f"{NUMBERS}?published=1"
NOW = datetime(2026, 8, 11, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _august() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def raised(world: World, number: int, at: datetime) -> None:
    """One told through the services, and so many more like it: it is counting that is looked at here."""
    first = world.raised(at=at)
    with world.scope():
        for copy in range(1, number):
            row = Disagreement.objects.get(pk=first.pk)
            row.pk, row.reference = None, f"{first.reference}-{copy}"
            row.key = type(row)().key
            row.save()


def tables(page: Visitor) -> dict[str, list[list[str]]]:
    found = page.page.every(tag="table")
    return {table.every(tag="caption")[0].text: rows(table) for table in found}


def test_the_office_sees_every_count_and_what_may_be_published(barnsley: World) -> None:
    raised(barnsley, 9, datetime(2026, 2, 10, 9, tzinfo=UTC))
    raised(barnsley, 2, datetime(2026, 5, 12, 9, tzinfo=UTC))
    raised(barnsley, 1, datetime(2026, 8, 10, 9, tzinfo=UTC))
    with barnsley.scope():
        # What stays of the row when its record was destroyed.
        Disagreement.objects.filter(reference__endswith="-1").update(raising_agency=None, receiving_agency=None)
    office = Visitor(barnsley.office).opens(NUMBERS).sees("12 disagreements raised in all.")
    every = tables(office)
    assert [row[:2] for row in every["By the quarter in which they were raised"]] == [
        ["January to March 2026", "9"],
        ["April to June 2026", "2"],
        ["July to September 2026", "1"],
        ["All", "12"],
    ]
    assert every["By the sectors of the two agencies"] == [
        ["Health", "10", "0", "10"],
        ["No longer kept", "0", "2", "2"],
        ["All", "10", "2", "12"],
    ]
    assert ["Being worked on", "12"] in every["By how they ended, or where they are"]
    office.follows("Show them as published").sees("11 disagreements raised in all.", "before Wednesday 1 July 2026")
    published = tables(office)
    assert published["By the quarter in which they were raised"] == [
        ["January to March 2026", "not shown"],
        ["April to June 2026", "fewer than 5"],
        ["All", "11"],
    ]
    with barnsley.scope():
        Arrangements.objects.create(suppress_below=0)
    assert tables(office.opens(PUBLISHED))["By the quarter in which they were raised"][1] == ["April to June 2026", "2"]


def test_nothing_and_next_to_nothing_say_so(barnsley: World) -> None:
    office = Visitor(barnsley.office).opens(PUBLISHED)
    office.sees("Nothing was raised before Wednesday 1 July 2026.").opens(NUMBERS).sees("Nothing was raised yet.")
    raised(barnsley, 3, datetime(2026, 2, 10, 9, tzinfo=UTC))
    assert tables(office.opens(PUBLISHED).sees("Fewer than 5 disagreements raised in all.", "The tables begin once")) == {}
    raised(barnsley, 4, datetime(2026, 5, 12, 9, tzinfo=UTC))
    office.opens(PUBLISHED).sees("7 disagreements raised in all.")


def test_a_table_that_would_give_itself_away_is_not_shown(barnsley: World) -> None:
    """Two fours are known as soon as their sum is, and the other tables show it."""
    for month in (2, 5):
        raised(barnsley, 4, datetime(2026, month, 10, 9, tzinfo=UTC))
    office = Visitor(barnsley.office).opens(PUBLISHED)
    office.sees("8 disagreements raised in all.", "By the quarter in which they were raised Too few to be shown.")
    assert "By the quarter in which they were raised" not in tables(office)


def test_it_is_counted_in_one_question_and_shut_to_everybody_else(barnsley: World, havering: World) -> None:
    havering.raised()
    office = Visitor(barnsley.office)
    office.opens(NUMBERS).sees("Nothing was raised yet.")  # another partnership's count for nothing
    asked = []
    for number in (1, 3):
        raised(barnsley, number, datetime(2026, 2, 10 + number, 9, tzinfo=UTC))
        with CaptureQueriesContext(connection) as found:
            office.opens(NUMBERS)
        asked.append(len([q for q in found if "SAVEPOINT" not in q["sql"]]))
    assert asked[0] == asked[1]
    for user in (barnsley.midwife, barnsley.administrator, barnsley.decider("safeguarding_partner")):
        assert Visitor(user).opens(NUMBERS).status == 403
        assert "Numbers" not in Visitor(user).opens("/p/barnsley/").links()
