"""The first page after signing in: what is mine to act on, soonest first, in words; what I raised; what I watch; no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from escalation import services
from escalation.in_hand import LIVE, in_order, live, number_to_act_on, to_act_on
from escalation.models import Disagreement, Party
from escalation.services import turning
from escalation.views import cards
from partnerships.ladder import Position
from partnerships.scope import partnership_scope
from partnerships.selectors import calendar
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World, days

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel(TUESDAY, tick=False):
        yield


def headings(page: Visitor) -> list[str]:
    return [h.text for h in page.page.first(tag="main").every(tag="h2")]


def copies(world: World, of: Disagreement, *, number: int) -> None:
    """Many of the same at once, as rows: each with its people and its clock, a day apart."""
    with world.scope():
        whole, people, clocks = world.fresh(of), list(of.parties.order_by("pk")), list(of.deadlines.order_by("pk"))
        made = []
        for n in range(number):
            own = {
                f.attname: getattr(whole, f.attname) for f in Disagreement._meta.fields if f.name not in ("id", "key", "state")
            }
            made.append(Disagreement(**own | {"reference": f"X-{n:05}", "turn_due": TUESDAY + days(n % 40)}, state=of.state))
        rows = Disagreement.objects.bulk_create(made)
        for kind, found in ((type(people[0]), people), (type(clocks[0]), clocks)):
            copied = []
            for row in rows:
                for one in found:
                    own = {f.attname: getattr(one, f.attname) for f in kind._meta.fields if f.name != "id"}
                    copied.append(kind(**own | {"disagreement_id": row.pk}))
            kind.objects.bulk_create(copied, batch_size=2000)


def test_where_there_is_nothing_it_says_what_to_do_next_by_role(barnsley: World) -> None:
    """A practitioner, an administrator, an observer, the office, and a guest whom nobody has let in yet."""
    said = {
        barnsley.stranger: "Nothing is waiting for you. If you disagree with another agency about a child, telephone them first.",
        barnsley.administrator: "What you look after is under Administration . You see no disagreement.",
        barnsley.person(
            "olga.observer", "observer"
        ): "As an observer you see the numbers of the partnership , and no disagreement.",
        barnsley.office: "Everything that was raised is in the tracker .",
        barnsley.person("gil.guest", "guest", "police"): "the partnership office has yet to let you in",
    }
    for person, sentence in said.items():
        page = Visitor(person).opens("/p/barnsley/").sees("Nothing is waiting for you.", sentence)
        assert (page.heading, headings(page)) == ("Yours to act on", [])
    Visitor(barnsley.administrator).opens("/p/barnsley/").does_not_see("Raise a disagreement")
    stranger = Visitor(barnsley.stranger).opens("/p/barnsley/")
    drawn = [a.text for a in stranger.page.every(tag="a") if a.attributes.get("role") == "button"]
    assert drawn == ["Raise a disagreement"]


def test_mine_are_grouped_by_when_soonest_first_and_said_to_me(barnsley: World) -> None:
    """Past its date, today, this week, later; the count in the title, in the headings and in the menu of every page."""
    raised = {name: barnsley.raised(at=TUESDAY - timedelta(days=ago)) for name, ago in (("past", 14), ("later", 1), ("week", 4))}
    today = barnsley.raised(at=TUESDAY - timedelta(days=7))
    barnsley.sweep(at=TUESDAY)
    page = Visitor(barnsley.team_manager).opens("/p/barnsley/")
    assert page.heading == "Yours to act on (4)"
    assert page.title.startswith("(4) Yours to act on")
    assert headings(page) == ["Past its date (1)", "Today (1)", "This week (1)", "Later (1)"]
    order = [raised["past"], today, raised["week"], raised["later"]]
    assert [h.text.partition(":")[0] for h in page.page.every(tag="h3")] == [d.reference for d in order]
    page.sees(
        "You and Hospital Lead (Moorside Hospital) are asked to talk and agree a way forward.",
        "The last day was Tuesday 8 September, 5 working days ago (guide)",
        "By the end of today",
        "By the end of Friday 18 September, 3 working days left",
        "By the end of Monday 21 September, 4 working days left",
    )
    assert Visitor(barnsley.team_manager).opens("/p/barnsley/protocol/").page.first(cls="escalation-count").text == "4 waiting"


def test_who_raised_one_thing_finds_it_on_the_first_page(barnsley: World) -> None:
    """With who has the ball, by when, whether the other side has opened it, and the way up; their manager finds it too."""
    disagreement = barnsley.raised()
    page = Visitor(barnsley.midwife).opens("/p/barnsley/")
    assert (page.heading, headings(page)) == ("Yours to act on", ["What you raised (1)"])
    assert list(page.links()).index("Raise a disagreement") < [disagreement.reference in link for link in page.links()].index(
        True
    )
    page.sees("Waiting for Hospital Lead (Moorside Hospital, your side) and Team Manager", "By the end of Tuesday 22 September")
    page.sees("Not opened yet by the other side. Telephone them.", "It is still unsafe: escalate now")
    Visitor(barnsley.team_manager).opens(disagreement.get_absolute_url())
    page.opens("/p/barnsley/").sees("Seen on Tue 15 September by the other side.")
    assert page.follows(f"{disagreement.reference}: Moorside Hospital and Children's social care").status == 200
    for other in (barnsley.stranger, barnsley.administrator):
        Visitor(other).opens("/p/barnsley/").does_not_see(disagreement.reference)


def test_the_office_acts_on_what_waits_for_it_and_finds_the_rest_in_the_tracker(barnsley: World) -> None:
    """What the two sides hold is not the office's; a manager who is asked for something after the outcome has it again."""
    disagreement = barnsley.raised()
    office = Visitor(barnsley.office).opens("/p/barnsley/").sees("Waiting for others, in the tracker (1)")
    assert (office.heading, headings(office)) == ("Yours to act on", [])
    barnsley.do("record_agreement", disagreement, by=barnsley.team_manager, at=TUESDAY, text="Agreed.")
    barnsley.do("confirm_outcome", disagreement, by=barnsley.team_manager, at=TUESDAY, text="Agreed, in writing.")
    manager = Visitor(barnsley.team_manager).opens("/p/barnsley/").sees("There is an outcome. You are asked to")
    assert manager.heading == "Yours to act on (1)"


def test_what_has_been_decided_is_no_longer_the_deciders_to_act_on(barnsley: World) -> None:
    """Telling the raiser, the learning and closing are the managers' and the office's: a decider may do none of them."""
    partner = barnsley.decider("safeguarding_partner")
    disagreement = barnsley.raised(to=Position(stage="stage_3"), direct_reason="It is not safe to wait.")
    for shown in (True, False):
        with barnsley.scope(partner):
            viewer = barnsley.viewer(partner)
            assert live(viewer).filter(to_act_on(viewer)).exists() == shown
        if shown:
            barnsley.do("record_decision", disagreement, by=partner, text="A joint visit today.")


def test_turns_that_are_not_kept_yet_are_worked_out_by_the_clockwork(barnsley: World) -> None:
    """What was raised before turns were kept: its partnership has something to do, does it once, and has nothing left."""
    disagreement = barnsley.raised()
    with barnsley.scope():
        Disagreement.objects.filter(pk=disagreement.pk).update(turn=None, turn_due=None)
        disagreement.parties.update(has_turn=False)
    assert services.partnerships_with_timescales_due(TUESDAY) == [barnsley.partnership.pk]
    assert barnsley.sweep(at=TUESDAY) == 0
    assert services.partnerships_with_timescales_due(TUESDAY) == []
    assert Visitor(barnsley.team_manager).opens("/p/barnsley/").heading == "Yours to act on (1)"


def test_one_whose_turn_cannot_be_worked_out_holds_up_no_other_and_no_clock(
    barnsley: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = barnsley.raised(), barnsley.raised()
    with barnsley.scope():
        Disagreement.objects.update(turn=None, turn_due=None)
    worked_out = turning.note_turn
    monkeypatch.setattr(turning, "note_turn", lambda d, *, at: 1 / 0 if d.pk == first.pk else worked_out(d, at=at))
    assert barnsley.sweep(at=TUESDAY) == 0
    assert [barnsley.fresh(each).turn for each in (first, second)] == [None, ["raising", "receiving"]]
    assert barnsley.sweep(at=TUESDAY + days(30)) > 0


@pytest.mark.parametrize(("person", "number"), [("team_manager", 18), ("midwife", 17), ("office", 16)])
def test_the_same_number_of_queries_for_one_and_for_three(
    barnsley: World, django_assert_num_queries, person: str, number: int
) -> None:
    barnsley.raised()
    visitor = Visitor(getattr(barnsley, person))
    visitor.opens("/p/barnsley/")
    with django_assert_num_queries(number):
        visitor.opens("/p/barnsley/")
    barnsley.raised()
    barnsley.raised()
    with django_assert_num_queries(number):
        visitor.opens("/p/barnsley/")


def test_of_hundreds_no_more_than_a_page_is_read(barnsley: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A manager with 300, one who watches them, and the office: counted whole, read by the page."""
    disagreement = barnsley.raised()
    copies(barnsley, disagreement, number=299)
    read: list[int] = []
    whole = Disagreement.from_db.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(Disagreement, "from_db", classmethod(lambda cls, *row: read.append(1) or whole(cls, *row)))
    page = Visitor(barnsley.team_manager).opens("/p/barnsley/")
    assert (page.heading, len(page.page.every(cls="escalation-listed__one")), len(read)) == ("Yours to act on (300)", 20, 20)
    assert headings(page)[0].startswith("Past its date (")
    read.clear()
    assert len(page.opens("/p/barnsley/?page=15").page.every(cls="escalation-listed__one")) == 20
    midwife = Visitor(barnsley.midwife).opens("/p/barnsley/")
    assert headings(midwife) == ["What you raised (300)"]
    office = Visitor(barnsley.office).opens("/p/barnsley/").sees("Waiting for others, in the tracker (300)")
    assert len(read) == 25
    assert office.heading == "Yours to act on"
    read.clear()
    assert len(midwife.opens("/p/barnsley/mine/").page.every(cls="escalation-listed__one")) == len(read) == 20


def test_all_that_one_watches_stands_on_pages_of_its_own(barnsley: World) -> None:
    for _ in range(6):
        barnsley.raised()
    worker = barnsley.social_worker
    with partnership_scope(barnsley.partnership.pk):
        for disagreement in Disagreement.objects.all():
            disagreement.parties.create(
                side="receiving", role="practitioner", user=worker, name=worker.name, email=worker.email,
                agency=barnsley.agencies["social_care"], joined_at=TUESDAY,
            )  # fmt: skip
    page = Visitor(worker).opens("/p/barnsley/")
    assert headings(page) == ["Yours to watch (6)"]
    assert len(page.page.every(cls="escalation-listed__one")) == 5
    page.follows("Show all 6 that you watch")
    assert (page.heading, len(page.page.every(cls="escalation-listed__one"))) == ("Yours to watch (6)", 6)


def test_a_card_is_asked_of_as_the_list_is(barnsley: World) -> None:
    """One rule says whose turn it is: to the list in the database as to the words of the page, for everybody and after
    everything that happens."""
    disagreement = barnsley.raised()
    everybody = [
        barnsley.midwife, barnsley.hospital_lead, barnsley.social_worker, barnsley.team_manager, barnsley.office,
        barnsley.stranger, barnsley.decider("safeguarding_partner"),
    ]  # fmt: skip
    acts = (
        lambda: None,
        lambda: barnsley.do("record_agreement", disagreement, by=barnsley.team_manager, at=TUESDAY, text="Agreed."),
        lambda: barnsley.do("dispute_outcome", disagreement, by=barnsley.midwife, at=TUESDAY, reason="Not what we said."),
        lambda: barnsley.do(
            "escalate", disagreement, by=barnsley.midwife, at=TUESDAY, to=Position(stage="stage_3"), reason="No."
        ),
        lambda: barnsley.do("record_decision", disagreement, by=everybody[-1], at=TUESDAY, text="A joint visit."),
        lambda: barnsley.do("tell_raiser", disagreement, by=barnsley.hospital_lead, at=TUESDAY, words="By telephone."),
        lambda: barnsley.do("reopen", disagreement, by=barnsley.midwife, at=TUESDAY, reason="It was not done."),
    )
    for act in acts:
        act()
        for person in everybody:
            with barnsley.scope(person):
                viewer = barnsley.viewer(person)
                listed = live(viewer).filter(to_act_on(viewer), pk=disagreement.pk).exists()
                assert listed == asked_of(viewer, disagreement), (person.email, barnsley.fresh(disagreement).turn)


def test_the_office_is_not_asked_because_somebody_was_named_without_an_address(barnsley: World) -> None:
    """An address that is not there is nobody's, and least of all the office's."""
    people = barnsley.acting_people(Position(stage="stage_1"))
    without = tuple(replace(one, email="") if one.side == "raising" else one for one in people)
    disagreement = barnsley.raised(people=without)
    with barnsley.scope(barnsley.office):
        viewer = barnsley.viewer(barnsley.office)
        assert not asked_of(viewer, disagreement)
        assert number_to_act_on(viewer) == 0
        assert Party.objects.get(role="lead", side="receiving").has_turn


def asked_of(viewer: cards.Viewer, disagreement: Disagreement) -> bool:
    found = [d for d in in_order([d.pk for d in live(viewer).filter(pk=disagreement.pk)]) if d.state in LIVE]
    return any(cards.card(d, viewer, at=TUESDAY, calendar=calendar()).yours for d in found)
