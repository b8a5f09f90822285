"""What a page asks in one question, or draws once, is what it would be asked and drawn alone; and nobody sees another's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from escalation.in_hand import raised_by_oneself, raised_here
from escalation.models import Disagreement
from escalation.tracker import ORDERS, Order, page_of, tracked
from escalation.tracker.stored import OF_A_PAGE, for_a_page, of_a_page
from insight import making, sharing
from insight.counting import count
from insight.figure import Period
from partnerships import selectors
from partnerships.arrangements import arrangements
from partnerships.models import Agency, ClosureDay, Contact, User
from partnerships.read_together import only_reads
from partnerships.scope import partnership_scope, present
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with time_machine.travel(TUESDAY, tick=False):
        yield


def stored(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row.__dict__.items() if not name.startswith("_")}


def of_the_partnership() -> list[Any]:
    versions, kept = selectors.published_versions(), selectors.calendar()
    contacts = [selectors.contact(key) for key in (*Contact.objects.order_by("key").values_list("key", flat=True), "nobody")]
    return [
        [stored(version) for version in versions],
        kept,
        [contact and stored(contact) for contact in contacts],
        [selectors.unconfirmed(version) for version in versions],
        stored(arrangements()),
    ]


def test_what_is_read_together_is_what_each_would_be_alone(barnsley: World, django_assert_num_queries: Any) -> None:
    with barnsley.scope(barnsley.office):
        ClosureDay.objects.create(day=date(2026, 10, 19), name="Office closed")
    with barnsley.scope(barnsley.office):
        alone = of_the_partnership()
    with barnsley.scope(barnsley.office):
        only_reads()
        assert of_the_partnership() == alone
    with barnsley.scope(barnsley.office):
        only_reads()
        with django_assert_num_queries(1):
            selectors.calendar(), selectors.published_versions(), selectors.contact("office"), arrangements()
    assert alone[0]
    assert any(alone[2])


def test_rows_of_a_page_are_the_rows_themselves_and_ones_own_are_found_by_ones_own(barnsley: World) -> None:
    for flags in ((), ("no_answer",)):
        barnsley.raised(flags=flags)
    barnsley.raised(by=barnsley.office)
    with barnsley.scope(barnsley.office):
        viewer = barnsley.viewer(barnsley.office)
        whole = {d.pk: d for d in tracked(viewer)}
        partnership = next(iter(whole.values())).partnership
        page = page_of(for_a_page(tracked(viewer)), ORDERS[Order.DUE], columns=OF_A_PAGE)
        for read in of_a_page(page.values, partnership, agencies={a.pk: a for a in Agency.objects.all()}, followers={}):
            d: Any = whole[read.pk]
            assert {name: value for name, value in stored(d).items() if name in OF_A_PAGE} == {
                name: value for name, value in stored(read).items() if name in OF_A_PAGE and name != "is_shared"
            }
            again: Any = read
            assert (again.people, again.running, again.across) == (d.people, d.running, d.across)
            assert (read.raising_agency, read.protocol_version, read.get_absolute_url()) == (
                d.raising_agency,
                d.protocol_version,
                d.get_absolute_url(),
            )
    for person in (barnsley.midwife, barnsley.team_manager, barnsley.office):
        with barnsley.scope(person):
            viewer = barnsley.viewer(person)
            asked = Disagreement.objects.filter(raised_here(viewer)).order_by("-pk").values_list("pk", flat=True)
            assert raised_by_oneself(viewer, most=100) == list(asked)
            assert raised_by_oneself(viewer, most=1) == list(asked[:1])


def drawn(visitor: Visitor, address: str) -> str:
    return visitor.client.get(address, follow=True).content.decode()


def test_a_filter_that_is_drawn_once_holds_nobody_elses_choice(barnsley: World, havering: World) -> None:
    barnsley.raised()
    office, other = Visitor(barnsley.office), Visitor(havering.office)
    plain = drawn(office, "/p/barnsley/tracker/?state=any")
    chosen = drawn(office, "/p/barnsley/tracker/?state=any&raising=hospital&reference=BAR")
    assert chosen.count(" checked") == plain.count(" checked") + 1
    assert drawn(office, "/p/barnsley/tracker/?state=any").count(" checked") == plain.count(" checked")
    assert 'value="BAR"' in chosen
    assert 'value="BAR"' not in drawn(office, "/p/barnsley/tracker/?state=any")
    with barnsley.scope(barnsley.office):
        Agency.objects.create(key="a_new_one", name="An agency of Barnsley alone", sector="health")
    assert "An agency of Barnsley alone" in drawn(office, "/p/barnsley/tracker/?state=any")
    assert "An agency of Barnsley alone" not in drawn(other, "/p/havering/tracker/?state=any")


def test_figures_counted_together_are_what_each_would_count_alone(barnsley: World) -> None:
    for category in ("roles", "roles", "referrals"):
        barnsley.raised(category=category)
    count(barnsley.partnership.pk)
    with partnership_scope(barnsley.partnership.pk, user_id=User.objects.get(pk=barnsley.office.pk).pk):
        day = selectors.today()
        asked = making.Asked(Period(day - timedelta(days=30), day), present())
        for columns in sharing.SETS:
            alone = asked.rows_of(making.RAISED).order_by().values_list(*columns or ("informal",))
            counts: dict[tuple[Any, ...], int] = {}
            for values in alone:
                key = tuple(values) if columns else ()
                counts[key] = counts.get(key, 0) + 1
            assert asked.shared(making.RAISED, columns) == counts, columns
        assert asked.count(making.RAISED) == 3
