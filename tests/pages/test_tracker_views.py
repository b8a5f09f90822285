"""Views of the tracker: saved, shared, bookmarked, with columns of one's own; every filter; pages by key; why a row is there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine

from escalation.models import Disagreement, SavedView
from escalation.services import following
from escalation.tracker import ORDERS, Order, page_of
from escalation.tracker.pages import Count
from partnerships.models import Membership
from tests.journeys.visitor import Visitor
from tests.pages.tables import rows
from tests.world import TUESDAY, World, days

from .test_tracker import STAGE_3, TRACKER, references

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with time_machine.travel(TUESDAY, tick=False):
        yield


def test_a_view_is_saved_bookmarked_shared_and_its_makers_to_change(barnsley: World) -> None:
    late = barnsley.raised(at=TUESDAY - days(20))
    barnsley.raised()
    office, other = Visitor(barnsley.office), Visitor(barnsley.person("second", "partnership_manager"))
    office.opens(f"{TRACKER}?timescale=beyond&columns=timescale,stands").sees("Your own choice.")
    office.follows("save this as a view").sees(
        "Timescale: Beyond its timescale", "the columns Reference, Timescale, Timescale stands"
    )
    office.presses("Save the view")
    assert office.refusals == ["Give the view a name"]
    office.fills("Name of the view", "live").presses("Save the view")
    assert office.refusals == ["There is a view of that name already. Give it another."]
    office.fills("Name of the view", "To look into")
    office.chooses("Share it with the partnership office", "Open my tracker with it").presses("Save the view")
    bookmark = urlsplit(office.url).path
    assert office.told == ["The view “To look into” is saved."]
    assert [row[1:] for row in rows(office.page)] == [["8 working days beyond 5 working days (guide)", "Beyond its timescale"]]
    assert references(office.opens(TRACKER)) == [late.reference]  # it opens with it
    assert office.follows("Clear all").heading == "Tracker (2)"
    # Somebody else of the office reads it, and may not change it. A practitioner finds neither.
    assert references(other.opens(bookmark)) == [late.reference]
    other.sees("A view that Office shares with the office.").does_not_see("change this view")
    assert other.opens(f"{bookmark}change/").status == other.opens(f"{bookmark}remove/").status == 403
    assert Visitor(barnsley.midwife).opens(bookmark).status == 403
    # Once its maker has gone, it is the office's. Without its sharing, it is nobody else's.
    with barnsley.scope():
        Membership.objects.filter(user=barnsley.office).update(active=False)
    other.opens(f"{bookmark}change/").fills("Name of the view", "Late ones").presses("Save the view")
    assert (other.told, references(other)) == (["The view “Late ones” is saved."], [late.reference])
    with barnsley.scope():
        SavedView.objects.update(shared=False)
    assert other.opens(bookmark).status == 404


def test_views_that_are_always_there_and_the_list_of_all(barnsley: World) -> None:
    serious = barnsley.raised(flags=("drift",))
    late = barnsley.raised(at=TUESDAY - days(14))
    mine = barnsley.raised()
    gone = barnsley.raised()
    barnsley.do("withdraw", gone, by=barnsley.midwife, at=TUESDAY, reason="Twice.")
    with barnsley.scope(barnsley.office):
        following.follow(mine.pk, viewer=barnsley.viewer(barnsley.office), who=barnsley.office)
    found = {
        key: set(references(Visitor(barnsley.office).opens(f"{TRACKER}views/{key}/")))
        for key in ("live", "beyond", "ours", "concern", "ended", "mine")
    }
    assert found == {
        "live": {serious.reference, late.reference, mine.reference},
        "beyond": {late.reference},
        "ours": set(),
        "concern": {serious.reference, late.reference},
        "ended": {gone.reference},
        "mine": {mine.reference},
    }
    page = Visitor(barnsley.office).opens(f"{TRACKER}views/")
    page.sees("Your tracker opens with “Live”.").presses("Open my tracker with it : With my name")
    assert page.told == ["Your tracker opens with “With my name” from now on."]
    assert references(page.opens(TRACKER)) == [mine.reference]
    assert page.opens(f"{TRACKER}views/no-such-view/").status == 404
    assert page.client.post(f"{TRACKER}views/no-such-view/choose/").status_code == 404


def test_columns_are_chosen_and_put_in_order_and_a_file_takes_them(barnsley: World) -> None:
    barnsley.raised()
    page = Visitor(barnsley.office).opens(TRACKER).follows("Choose columns").sees("None chosen: the table is as it comes")
    for press in ("Add State", "Add Raised on", "Add Followed by", "Move up Followed by", "Take away State"):
        page.follows(press)
    page.presses("Show the tracker so")
    heads = [head.text for head in page.page.every(tag="th") if head.attributes.get("scope") == "col"]
    assert heads == ["Reference", "Followed by", "Raised on"]
    assert rows(page.page)[0][1:] == ["None –", "Tue 15 September"]
    assert "Why is it here?" in rows(page.page)[0][0]
    page.opens(f"{TRACKER}?columns=state,nonsense,state")
    assert [head.text for head in page.page.every(tag="th") if head.attributes.get("scope") == "col"] == ["Reference", "State"]


FILTERED = {
    "stage=stage_1&stage=stage_3": "late top",
    "turn=receiving": "late",
    "turn=raising&turn=receiving": "late",
    "turn=decider": "top",
    "owner=me": "late",
    "owner=nobody&state=any": "top gone",
    "mark=any": "top",
    "concern=serious_or_stuck": "late top",
    "state=over": "gone",
    "raised=this_month&state=any": "top gone",
    "raised=last_month": "late",
    "raised_from=2026-09-01": "top",
    "raised_to=31/8/2026&state=any": "late",
    "ended=this_quarter&state=over": "gone",
    "ended_from=2026-09-16&state=over": "",
    "changed=twelve_months": "late top",
    "changed=last_quarter": "",
    "timescale=beyond&timescale=within": "late top",
}


def test_every_filter_narrows_and_what_is_not_known_is_told(barnsley: World) -> None:
    late = barnsley.raised(at=TUESDAY - days(20))
    top = barnsley.raised(at=TUESDAY, to=STAGE_3, direct_reason="Now.", flags=("date_close",))
    gone = barnsley.raised(at=TUESDAY - days(1))
    barnsley.do("withdraw", gone, by=barnsley.midwife, at=TUESDAY, reason="Raised twice.")
    with barnsley.scope(barnsley.office):
        following.follow(late.pk, viewer=barnsley.viewer(barnsley.office), who=barnsley.office)
    names = {late.reference: "late", top.reference: "top", gone.reference: "gone"}
    office = Visitor(barnsley.office)
    found = {query: {names[r] for r in references(office.opens(f"{TRACKER}?{query}"))} for query in FILTERED}
    assert found == {query: set(wanted.split()) for query, wanted in FILTERED.items()}
    office.opens(f"{TRACKER}?owner=7777&raised_from=yesterday&stage=stage_1&stage=lost")
    assert office.heading == "Tracker (2)"
    assert sorted(one.text for one in office.page.every(cls="govuk-error-message")) == [
        "Error: Followed by: what the address asks for is not known here, so it was left out",
        "Error: Raised from: enter a day like 17/5/2026, or leave it empty",
        "Error: Step: what the address asks for is not known here, so it was left out",
    ]
    office.opens(TRACKER).fills("Search what was written", "no such words").presses("Search")
    assert (office.heading, "no such words" in office.url) == ("Tracker (0)", False)
    office.opens(f"{TRACKER}?q=somebody-elses").sees("the words of that search are not kept any more")


def test_pages_follow_one_another_by_key_both_ways_whatever_comes_between(barnsley: World) -> None:
    raised = [barnsley.raised(at=TUESDAY - timedelta(minutes=number % 3)).pk for number in range(7)]
    with barnsley.scope():
        Disagreement.objects.filter(pk=raised[0]).update(next_due=None)
        for order in Order:
            expected = list(Disagreement.objects.order_by(*_by(order)).values_list("pk", flat=True))
            there, back, page = [], [], page_of(Disagreement.objects.all(), ORDERS[order], size=2)
            assert not page.before
            while True:
                there += page.numbers
                if not page.after:
                    break
                page = page_of(Disagreement.objects.all(), ORDERS[order], after=page.after, size=2)
            assert there == expected
            page = page_of(Disagreement.objects.all(), ORDERS[order], before="last", size=2)
            while True:
                back = [*page.numbers, *back]
                if not page.before:
                    break
                page = page_of(Disagreement.objects.all(), ORDERS[order], before=page.before, size=2)
            # Going back ends at a whole first page, which holds again what the page behind it began with.
            assert (back[:2], back[-5:]) == (expected[:2], expected[-5:])
        for token in ("x", "1.", "999999999999999999.1", "-1.-1", "١.٢", "1.1; drop", "9" * 5000):
            assert page_of(Disagreement.objects.all(), ORDERS[Order.DUE], after=token, size=9).numbers
    assert [str(Count(n)) for n in (0, 10_000, 10_001)] == ["0", "10,000", "more than 10,000"]


def _by(order: Order) -> tuple[object, ...]:
    by = ORDERS[order].by
    return (by.asc(), "pk") if ORDERS[order].rising else (by.desc(), "-pk")  # type: ignore[attr-defined]


def test_every_row_says_why_it_is_where_it_is(barnsley: World) -> None:
    found = barnsley.raised(at=TUESDAY - days(20))
    barnsley.do("acknowledge", found, by=barnsley.team_manager, at=TUESDAY - days(19))
    barnsley.sweep(at=TUESDAY)
    page = Visitor(barnsley.office).opens(TRACKER)
    (why,) = page.page.every(cls="escalation-why")
    assert why.text == (
        "Why is it here? BAR-0001 Last: Acknowledged by the receiving side, Thu 27 August, by Team Manager. "
        "Hospital Lead (Moorside Hospital) and Team Manager (Children's social care) are asked to talk and agree a way forward. "
        "So it has been since Wed 26 August. 8 working days beyond 5 working days (guide). Within 5 working days (guide). "
        "Counted from Wed 26 Aug 2026 (day 0). Day 1 is Thu 27 Aug and day 5 is Thu 3 Sep. The timescale lasts to the end of "
        "that day. Not counted: Sat 29 and Sun 30 Aug (weekend), and Mon 31 Aug (Summer bank holiday). Rule of the protocol: "
        "B Stage One; B Professional to Professional (for guidance only). The step itself: B Stage One."
    )
