"""Beside other partnerships: nothing crosses before both have agreed, nothing but numbers does, and either takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from insight.agreements import EVERY, ComparisonAgreement, ComparisonCount
from insight.counting import count
from partnerships.administering import AdministrationEntry
from tests.journeys.visitor import Visitor
from tests.promises.database import raw
from tests.world import World

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 8, 11, 9, tzinfo=UTC)
THERE, HERE = "/p/havering/insight/comparison/", "/p/barnsley/insight/comparison/"
AGREED = "Show them how many disagreements reached each kind of step here, for financial years that are over"


@pytest.fixture(autouse=True)
def _august() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def told(world: World) -> list[tuple[Any, ...]]:
    """What the database tells in a partnership's scope, and outside any."""
    with world.scope(), connection.cursor() as cursor:
        cursor.execute("SELECT other_id, agreed, year, kind, shown FROM compared_with_the_partnership_in_scope() ORDER BY 3, 4")
        return list(cursor.fetchall())


def agrees(world: World, other: World) -> Visitor:
    office = Visitor(world.office).opens(f"/p/{world.slug}/insight/comparison/agree/")
    return office.fills("Which partnership", other.partnership.name).chooses(AGREED).presses("Agree")


def columns(page: Visitor) -> list[str]:
    return [head.text for head in page.page.every(tag="thead")[0].every(tag="th")][1:] if page.page.every(tag="thead") else []


def test_both_agree_and_one_takes_it_back(barnsley: World, havering: World) -> None:
    for _ in range(6):
        barnsley.raised(at=datetime(2026, 2, 10, 9, tzinfo=UTC))
    havering.raised(at=datetime(2026, 2, 10, 9, tzinfo=UTC))
    for world in (barnsley, havering):
        count(world.partnership.pk)
    Visitor(barnsley.office).opens(HERE).sees("Nobody has agreed to anything yet")
    office = agrees(barnsley, havering).sees("You have agreed, and wait for them", havering.partnership.name)
    assert columns(office) == []

    # One alone: the other is told who asks, and no number; and sees no row of theirs whichever way it asks.
    assert told(havering) == [(barnsley.partnership.pk, False, None, None, None)]
    assert told(barnsley) == []
    there = Visitor(havering.office).opens(THERE).sees("They have agreed, and wait for you", barnsley.partnership.name)
    assert columns(there) == []

    there = agrees(havering, barnsley)
    both = [barnsley.partnership.name, havering.partnership.name]
    for page in (there, office.opens(HERE)):
        assert columns(page) == sorted(both)
        page.sees("April 2025 to March 2026", "April 2023 to March 2024")
    # A count that is too small here was never written down to be seen there.
    shown = {(year, kind): value for _, _, year, kind, value in told(havering)}
    assert (shown[2025, EVERY], shown[2025, "manager"], shown[2024, EVERY]) == ("6", "6", "0")
    assert {value for _, _, year, kind, value in told(barnsley) if (year, kind) == (2025, EVERY)} == {"fewer than 5"}
    with barnsley.scope(barnsley.office):
        assert [row.data["agreed"] for row in AdministrationEntry.objects.filter(data__has_key="compared_with")] == [True]

    office.follows(f"Take it back for {havering.partnership.name}").presses("Stop showing them")
    assert columns(office) == columns(there.opens(THERE)) == []
    assert (told(havering), [agreed for _, agreed, *_ in told(barnsley)]) == ([], [False])
    with barnsley.scope(barnsley.office):
        assert not ComparisonCount.objects.exists()


def test_a_third_is_told_nothing_and_nobody_writes_for_another(barnsley: World, havering: World, oldham: World) -> None:
    for one, other in ((barnsley, havering), (havering, barnsley)):
        agrees(one, other)
    assert told(oldham) == []
    assert raw("SELECT * FROM compared_with_the_partnership_in_scope()") == []
    office = oldham.office
    with oldham.scope():
        assert raw("SELECT count(*) FROM insight_comparisoncount") == [(0,)]
        columns_of = "partnership_id, other_id, agreed_by_id, agreed_at"
        forged = f"INSERT INTO insight_comparisonagreement ({columns_of}) VALUES (%s, %s, %s, now())"
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            raw(forged, [barnsley.partnership.pk, oldham.partnership.pk, office.pk])
    number = _agreement(barnsley)
    assert Visitor(office).opens(f"/p/oldham/insight/comparison/{number}/end/").status == 404
    # Not one alone: Oldham's own agreement opens nothing of the two that have not agreed with it.
    agrees(oldham, barnsley)
    assert told(oldham) == []


def _agreement(world: World) -> int:
    with world.scope():
        return ComparisonAgreement.objects.get().pk


@pytest.mark.parametrize("shown", ["Six", "6 at Moorside Hospital", "6\n", "-1", ""])
def test_what_is_no_number_cannot_be_written_down(barnsley: World, shown: str) -> None:
    with barnsley.scope(), pytest.raises(DatabaseError, match=r"numbers_alone|too long"), transaction.atomic():
        ComparisonCount.objects.create(year=2025, kind=EVERY, shown=shown)


def test_what_is_typed_is_kept_and_nobody_is_asked_twice(barnsley: World, havering: World) -> None:
    office = Visitor(barnsley.office).opens(f"{HERE}agree/").presses("Agree")
    assert (office.status, office.refusals) == (
        422,
        ["Choose a partnership", "Tick to say that your numbers may be shown to them"],
    )
    agrees(barnsley, havering).sees("You have agreed, and wait for them")
    office.opens(f"{HERE}agree/").does_not_see(havering.partnership.name)  # others may be there, made by other tests
