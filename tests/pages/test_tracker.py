"""The tracker: everything raised in the partnership, for its manager alone, narrowed by an address that can be shared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from escalation import services
from escalation.models import Deadline, Disagreement
from escalation.services.turning import note_turn
from partnerships import services as partnership_services
from partnerships.ladder import Position
from partnerships.models import Agency
from partnerships.scope import partnership_scope
from tests.journeys.visitor import Visitor
from tests.pages.tables import rows
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db

TRACKER = "/p/barnsley/tracker/"
STAGE_3 = Position(stage="stage_3")


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with time_machine.travel(TUESDAY, tick=False):
        yield


def seen(page: Visitor) -> list[list[str]]:
    """The table without the boxes that choose a row, and without what opens under it."""
    return [[re.sub(r" (Choose \S+|Why is it here\?.*)", "", cell) for cell in row] for row in rows(page.page)]


def references(page: Visitor) -> list[str]:
    return [row[0].split()[0] for row in rows(page.page)]


def settled(world: World) -> Disagreement:
    with world.scope(world.midwife):
        services.log_settled(
            viewer=world.viewer(world.midwife),
            raising_agency=world.agencies["hospital"],
            receiving_agency=world.agencies["school"],
            category="planning",
            text="We talked.",
            at=TUESDAY,
        )
        return Disagreement.objects.get(state="closed", stage="")


def test_a_row_says_where_it_is_who_has_the_ball_and_how_time_stands_in_words(barnsley: World) -> None:
    barnsley.raised(at=TUESDAY - days(1))
    page = Visitor(barnsley.office).opens(TRACKER)
    assert (page.status, page.heading) == (200, "Tracker (1)")
    assert page.title == "Tracker (1) – Barnsley Safeguarding Children Partnership – Escalation tracker"
    assert seen(page) == [
        [
            "BAR-0001 Mon 14 September 1 working day old",
            "Moorside Hospital raised it with → Children's social care Levels of need and intervention (thresholds)",
            "Stage 1: Safeguarding leads or managers Manager step",
            "Open",
            (
                "By the end of Monday 21 September, 4 working days left "
                "The safeguarding leads or managers of both sides talk and seek a resolution"
            ),
            "Hospital Lead (Moorside Hospital); Team Manager (Children's social care)",
        ]
    ]
    assert "Training mode" in page.page.text
    assert page.follows("BAR-0001").address == "/p/barnsley/d/BAR-0001/"


def test_a_guide_that_was_passed_is_said_beside_the_guide_and_is_no_breach(barnsley: World) -> None:
    late = barnsley.raised(at=TUESDAY - days(8))
    barnsley.sweep(at=TUESDAY)
    page = Visitor(barnsley.office).opens(TRACKER)
    assert rows(page.page)[0][4].startswith("The last day was Monday 14 September, 1 working day ago (guide)")
    page.does_not_see("breach", "overdue", "SLA")
    assert references(page) == [late.reference]


def test_it_says_what_was_raised_directly_marked_or_put_into_the_partners_hands(barnsley: World) -> None:
    direct = barnsley.raised(to=STAGE_3, direct_reason="It cannot wait.", flags=("date_close",))
    page = Visitor(barnsley.office).opens(TRACKER)
    assert seen(page)[0][2:] == [
        "Stage 3: Safeguarding Partners Partnership step",
        "Open A date is close Taken there directly",
        "By the end of Tuesday 22 September, 5 working days left The Safeguarding Partners reach a conclusion",
        "Safeguarding Partner",
    ]
    assert references(page) == [direct.reference]


def test_the_ball_is_said_for_every_state(barnsley: World) -> None:
    office = Visitor(barnsley.office)
    disagreement = barnsley.raised()
    agreed = barnsley.do("record_agreement", disagreement, by=barnsley.team_manager, text="A visit.", outstanding="")
    assert seen(office.opens(TRACKER))[0][3::2] == [
        "Agreed, to be confirmed in writing",
        "Team Manager (Children's social care)",
    ]
    barnsley.do("confirm_outcome", agreed, by=barnsley.team_manager, text="A visit on Friday.", outstanding="")
    assert seen(office.opens(TRACKER))[0][3:] == ["Resolved", "None running", "Partnership manager"]
    logged = settled(barnsley)
    assert seen(office.opens(f"{TRACKER}?state=closed")) == [
        [
            f"{logged.reference} Tue 15 September Less than a working day in all",
            "Moorside Hospital raised it with → Larkfield School Planning",
            "Settled by talking",
            "Closed",
            "None running",
            "Nobody",
        ]
    ]


def test_urgency_is_a_mark_where_the_protocol_has_bands(oldham: World) -> None:
    oldham.raised(urgency="increasing_risk")
    page = Visitor(oldham.office).opens("/p/oldham/tracker/")
    assert rows(page.page)[0][3] == "Open The risk to the child is believed to be increasing"
    found = page.opens("/p/oldham/tracker/?urgency=imminent_risk")
    assert rows(found.page) == []
    found.sees("Urgency: The risk to the child may be imminent")


def test_where_nobody_is_named_on_a_side_the_side_is_said(wiltshire: World) -> None:
    nobody = wiltshire.raised(people=())
    page = Visitor(wiltshire.office).opens("/p/wiltshire/tracker/")
    assert seen(page)[0][5] == "Both sides"
    with wiltshire.scope():
        Deadline.objects.filter(disagreement=nobody).update(stopped_at=TUESDAY)
        note_turn(nobody, at=TUESDAY)
    assert rows(page.opens("/p/wiltshire/tracker/").page)[0][4] == "None running"


def test_a_draft_is_its_authors_alone(barnsley: World) -> None:
    with barnsley.scope(barnsley.office):
        services.start_draft(barnsley.viewer(barnsley.office))
    Visitor(barnsley.office).opens(f"{TRACKER}?state=any").sees("Nothing has been raised yet")


# ---------------------------------------------------------------- who may see it


def test_only_the_partnership_manager_may_open_it(barnsley: World) -> None:
    barnsley.raised()
    observer = barnsley.person("observer", "observer")
    for person in (barnsley.midwife, barnsley.team_manager, barnsley.administrator, observer, barnsley.stranger):
        page = Visitor(person).opens(TRACKER)
        assert page.status == 403
        page.sees("Only the partnership manager sees everything that was raised in the partnership.")
        page.does_not_see("BAR-0001")


def test_another_partnerships_manager_finds_nothing_there(barnsley: World, havering: World) -> None:
    barnsley.raised()
    assert Visitor(havering.office).opens(TRACKER).status == 404
    Visitor(havering.office).opens("/p/havering/tracker/?state=any").does_not_see("BAR-0001")


def test_nobody_sees_it_without_signing_in(barnsley: World) -> None:
    assert Client().get(TRACKER)["Location"] == f"/accounts/login/?next={TRACKER}"


# ---------------------------------------------------------------- narrowing


@pytest.fixture
def four(barnsley: World) -> dict[str, str]:
    """Four disagreements that differ in everything that can be narrowed by; name -> reference."""
    late = barnsley.raised(at=TUESDAY - days(20), category="drift")
    soon = barnsley.raised(at=TUESDAY - days(6), raising_agency=barnsley.agencies["school"], flags=("no_answer",))
    top = barnsley.raised(at=TUESDAY - days(2), to=STAGE_3, direct_reason="Now.", receiving_agency=barnsley.agencies["police"])
    gone = barnsley.raised(at=TUESDAY - days(3))
    barnsley.do("withdraw", gone, by=barnsley.midwife, at=TUESDAY, reason="Raised twice.")
    return {name: d.reference or "" for name, d in (("late", late), ("soon", soon), ("top", top), ("gone", gone))}


NARROWED = {
    "": "late soon top",
    "state=any": "late soon top gone",
    "state=withdrawn": "gone",
    "state=open": "late soon top",
    "state=resolved": "",
    "stage=stage_3": "top",
    "kind=partnership": "top",
    "kind=manager": "late soon",
    "raising=school": "soon",
    "receiving=police": "top",
    "receiving=social_care": "late soon",
    "category=drift": "late",
    "mark=no_answer": "soon",
    "timescale=beyond": "late",
    "timescale=near": "soon",
    "timescale=within": "top",
    "timescale=none&state=any": "gone",
    "reference=bar-0002": "soon",
    "reference=%20000%20&state=any": "late soon top gone",
    "kind=manager&timescale=beyond": "late",
    "kind=manager&timescale=within": "",
}


def test_it_is_narrowed_by_what_the_address_says(barnsley: World, four: dict[str, str]) -> None:
    office = Visitor(barnsley.office)
    named = {reference: name for name, reference in four.items()}
    found = {query: {named[r] for r in references(office.opens(f"{TRACKER}?{query}"))} for query in NARROWED}
    assert found == {query: set(names.split()) for query, names in NARROWED.items()}
    assert office.opens(f"{TRACKER}?kind=manager").heading == "Tracker (2)"


def test_the_form_leads_to_a_short_address_and_each_value_can_be_taken_off(barnsley: World, four: dict[str, str]) -> None:
    page = Visitor(barnsley.office).opens(TRACKER)
    asked = page.client.get(f"{TRACKER}?reference=&view=live&state=any&sort=oldest&raising=school&raising=hospital&stage=")
    short = f"{TRACKER}?view=live&state=any&sort=oldest&raising=school&raising=hospital"
    assert asked["Location"] == short
    assert page.client.get(f"{TRACKER}?reference=&stage=")["Location"] == TRACKER
    page.opens(short)
    assert [a.text for a in page.page.every(cls="moj-filter__tag")] == [
        "Remove State: Any state",
        "Remove Raising agency: Larkfield School",
        "Remove Raising agency: Moorside Hospital",
    ]
    assert [a.attributes["href"] for a in page.page.every(cls="moj-filter__tag")] == [
        f"{TRACKER}?view=live&sort=oldest&raising=school&raising=hospital",
        f"{TRACKER}?view=live&state=any&sort=oldest&raising=hospital",
        f"{TRACKER}?view=live&state=any&sort=oldest&raising=school",
    ]
    assert page.heading == "Tracker (4)"
    assert page.follows("Clear all").heading == "Tracker (3)"


def test_what_a_protocol_does_not_know_is_not_offered(barnsley: World) -> None:
    page = Visitor(barnsley.office).opens(TRACKER)
    fields = [one.attributes["name"] for tag in ("select", "input") for one in page.page.every(tag=tag)]
    assert list(dict.fromkeys(name for name in fields if name not in NO_FILTER)) == [
        "state", "sort", "raised", "ended", "changed", "concern", "reference", "stage", "kind", "raising", "receiving",
        "category", "mark", "timescale", "turn", "owner", "raised_from", "raised_to", "ended_from", "ended_to", "changed_from",
        "changed_to",
    ]  # fmt: skip


NO_FILTER = {"csrfmiddlewaretoken", "to", "rest", "words", "view", "language", "next"}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("", ["late", "soon", "top"]),
        ("newest", ["top", "soon", "late"]),
        ("oldest", ["late", "soon", "top"]),
        ("changed", ["top", "soon", "late"]),
        ("ended&state=any", ["gone", "top", "soon", "late"]),
    ],
)
def test_it_can_be_put_in_order(barnsley: World, four: dict[str, str], order: str, expected: list[str]) -> None:
    page = Visitor(barnsley.office).opens(f"{TRACKER}?sort={order}")
    assert references(page) == [four[name] for name in expected]


def test_a_paused_clock_is_neither_near_nor_beyond_and_another_is_shown_before_it(barnsley: World) -> None:
    paused = barnsley.raised(at=TUESDAY - days(6))
    with barnsley.scope():
        first, second = Deadline.objects.filter(disagreement=paused, stopped_at=None).order_by("pk")
    office = Visitor(barnsley.office)
    assert first.purpose in rows(office.opens(f"{TRACKER}?timescale=near").page)[0][4]
    barnsley.do("pause_clock", paused, by=barnsley.team_manager, at=TUESDAY, deadline=first.pk, reason="Waiting for a report.")
    assert second.purpose in rows(office.opens(f"{TRACKER}?timescale=near").page)[0][4]
    barnsley.do("pause_clock", paused, by=barnsley.hospital_lead, at=TUESDAY, deadline=second.pk, reason="The same.")
    assert rows(office.opens(f"{TRACKER}?timescale=near").page) == []
    row = rows(office.opens(f"{TRACKER}?timescale=none").page)[0]
    assert row[4].startswith("The date stands still since Tue 15 September 2026")


def test_a_disagreement_under_an_older_version_says_so(barnsley: World) -> None:
    barnsley.raised()
    with barnsley.scope():
        new = barnsley.protocol.model_copy(update={"title": "The new process"})
        version = partnership_services.draft_protocol(new)
        partnership_services.publish_protocol(version, effective_from=date(2026, 9, 1))
    barnsley.raised()
    page = Visitor(barnsley.office).opens(f"{TRACKER}?sort=oldest")
    steps = "Stage 1: Safeguarding leads or managers Manager step"
    assert [row[2] for row in rows(page.page)] == [f"{steps}. Under version 1", steps]


# ---------------------------------------------------------------- empty, long, and many


def test_nothing_raised_yet_says_what_to_do_next(barnsley: World) -> None:
    page = Visitor(barnsley.office).opens(TRACKER)
    assert page.heading == "Tracker (0)"
    page.sees("Nothing has been raised yet", "/p/barnsley/start/").does_not_see("spreadsheet")


def test_narrowed_to_nothing_says_how_to_see_more(barnsley: World) -> None:
    barnsley.raised()
    page = Visitor(barnsley.office).opens(f"{TRACKER}?kind=partnership")
    page.sees("None of what was raised in this partnership fits what you chose. 1 has been raised in all.")
    assert page.follows("Show everything that was raised").heading == "Tracker (1)"


def test_when_all_is_closed_that_is_said(barnsley: World) -> None:
    settled(barnsley)
    page = Visitor(barnsley.office).opens(TRACKER)
    page.sees("everything raised was closed or withdrawn. 1 has been raised in all.")


def test_a_long_list_comes_in_pages_that_keep_the_filters(barnsley: World) -> None:
    raised = [barnsley.raised(at=TUESDAY - timedelta(minutes=number)).reference for number in range(26)]
    page = Visitor(barnsley.office).opens(f"{TRACKER}?sort=newest&kind=manager")
    assert page.heading == "Tracker (26)"
    assert references(page) == raised[:25]
    page.follows("Next")
    assert references(page) == raised[25:]
    for beyond in ("999999999999999999999", "-1", "0", "x", "%00", "9" * 5000):
        assert page.opens(f"{TRACKER}?sort=newest&page={beyond}").status == 200


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(barnsley: World, django_assert_num_queries: Any) -> None:
    office = Visitor(barnsley.office)
    barnsley.raised()
    office.opens(TRACKER)
    with django_assert_num_queries(QUERIES):
        office.opens(TRACKER)
    barnsley.raised(flags=("no_answer",))
    barnsley.raised(to=STAGE_3, direct_reason="Now.")
    with django_assert_num_queries(QUERIES):
        office.opens(TRACKER)


QUERIES = 21


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("state=lost", "State"),
        ("raising=999999999999999999999", "Raising agency"),
        ("stage=%27%3B--", "Step"),
        ("timescale=red", "Timescale"),
        ("sort=;drop", "Order"),
        ("mark=%F0%9F%92%A9", "Mark"),
    ],
)
def test_an_unknown_filter_is_refused_in_words_and_narrows_nothing(barnsley: World, query: str, label: str) -> None:
    barnsley.raised()
    page = Visitor(barnsley.office).opens(f"{TRACKER}?{query}")
    assert (page.status, page.heading) == (200, "Tracker (1)")
    assert page.refusals == [f"{label}: what the address asks for is not known here, so it was left out"]


def test_hidden_characters_and_endless_references_are_refused_in_words(barnsley: World) -> None:
    barnsley.raised()
    office = Visitor(barnsley.office)
    office.opens(f"{TRACKER}?reference=BAR%00")
    assert office.refusals == ["This text holds a hidden character that cannot be kept. Type it again, or paste it as plain text"]
    office.opens(f"{TRACKER}?reference={'x' * 100_000}")
    assert office.refusals == ["Reference must be 20 characters or fewer. You have used 100,000"]
    assert office.opens(f"{TRACKER}?state=open&state=closed&unknown=1").status == 200


def test_a_percent_sign_is_a_character_like_any_other(barnsley: World) -> None:
    barnsley.raised()
    page = Visitor(barnsley.office).opens(f"{TRACKER}?reference=%25")
    assert (page.heading, page.refusals) == ("Tracker (0)", [])


def test_an_agency_that_is_no_longer_chosen_can_still_be_looked_for(barnsley: World) -> None:
    barnsley.raised()
    with partnership_scope(barnsley.partnership.pk):
        Agency.objects.filter(key="hospital").update(active=False)
    assert Visitor(barnsley.office).opens(f"{TRACKER}?raising=hospital").heading == "Tracker (1)"


def test_only_reading_is_possible(barnsley: World, signed_in: Any) -> None:
    assert signed_in(barnsley.office).post(TRACKER).status_code == 405
