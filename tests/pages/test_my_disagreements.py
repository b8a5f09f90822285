"""My disagreements: what is in draft, who has the ball in what is open, whether it was seen, and the way up at any time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from escalation import services
from partnerships.ladder import Position
from tests.world import World

from .markup import Element, read
from .writing import begin, draft_of, page

pytestmark = pytest.mark.django_db
FIVE = ["barnsley", "havering", "wiltshire", "oldham", "enfield"]


@pytest.fixture(params=FIVE)
def world(request: pytest.FixtureRequest, db: None) -> World:
    return World(request.param)


def main(html: str) -> Element:
    return read(html).first(tag="main")


def card(shown: Element, reference: str) -> Element:
    return next(c for c in shown.every(cls="escalation-listed__one") if reference in c.text)


def test_with_none_yet_it_says_what_to_do_next(world: World, signed_in) -> None:
    shown = main(page(signed_in(world.midwife), f"/p/{world.slug}/mine/"))
    assert "You have raised none yet." in shown.text
    assert "telephone them first" in shown.text
    links = {a.text: a.attributes["href"] for a in shown.every(tag="a")}
    assert links == {
        "Raise a disagreement": f"/p/{world.slug}/start/",
        "Log one settled by talking": f"/p/{world.slug}/settled/",
    }


def test_who_may_not_raise_is_told_so_instead(barnsley: World, signed_in) -> None:
    shown = main(page(signed_in(barnsley.administrator), "/p/barnsley/mine/"))
    assert "You have raised none yet. Your role here does not raise disagreements." in shown.text
    assert shown.every(tag="a") == []


def test_an_open_one_says_who_has_the_ball_by_when_and_has_the_way_up(world: World, signed_in) -> None:
    now = timezone.now()
    disagreement = world.raised(at=now - timedelta(hours=1))
    mine = card(main(page(signed_in(world.midwife), f"/p/{world.slug}/mine/")), disagreement.reference)
    assert "to talk and agree a way forward." in mine.text
    assert "Not opened yet by the other side. Telephone them." in mine.text
    up = mine.first(cls="govuk-button")
    assert up.text == f"It is still unsafe: escalate now {disagreement.reference}"
    assert up.attributes["href"] == f"/p/{world.slug}/d/{disagreement.reference}/escalate/"
    assert (len(world.running(disagreement)) > 0) == ("working day" in mine.text)


def test_the_other_sides_first_opening_is_told_with_its_day(barnsley: World, signed_in) -> None:
    disagreement = barnsley.raised(at=timezone.now() - timedelta(days=2))
    page(signed_in(barnsley.team_manager), disagreement.get_absolute_url())
    mine = card(main(page(signed_in(barnsley.midwife), "/p/barnsley/mine/")), disagreement.reference)
    today = timezone.localdate()
    assert f"Seen on {today:%a} {today.day} {today:%B} by the other side." in mine.text


def test_at_the_highest_step_it_says_why_there_is_no_way_up(barnsley: World, signed_in) -> None:
    disagreement = barnsley.raised()
    barnsley.do("escalate", disagreement, by=barnsley.midwife, to=Position(stage="stage_3"), reason="It cannot wait.")
    mine = card(main(page(signed_in(barnsley.midwife), "/p/barnsley/mine/")), disagreement.reference)
    button = mine.first(tag="button")
    assert (button.text, button.attributes["aria-disabled"]) == ("It is still unsafe: escalate now", "true")
    assert "Stage 3: Safeguarding Partners is the highest step of this protocol, so it cannot be moved up." in mine.text


def test_drafts_ended_ones_and_those_of_my_side_are_mine_and_no_others(barnsley: World, signed_in) -> None:
    ended = barnsley.raised()
    barnsley.do("withdraw", ended, by=barnsley.midwife, reason="Settled by telephone.")
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    draft = draft_of(barnsley, barnsley.midwife)
    with barnsley.scope(barnsley.midwife):
        services.save_draft(draft.pk, viewer=barnsley.viewer(barnsley.midwife), answers={"concern": "Whether it begins."})
    shown = main(page(practitioner, "/p/barnsley/mine/"))
    assert [h.text for h in shown.every(tag="h2")] == ["Drafts", "Ended"]
    assert f"/p/barnsley/raise/{draft.key}/" in {a.attributes["href"] for a in shown.every(tag="a")}
    assert "Whether it begins." in shown.text
    assert "Withdrawn." in card(shown, ended.reference).text
    assert card(shown, ended.reference).every(cls="govuk-button") == []
    lead = main(page(signed_in(barnsley.hospital_lead), "/p/barnsley/mine/"))
    assert ended.reference in lead.text
    assert "Drafts" not in lead.text
    for other in (barnsley.team_manager, barnsley.stranger, barnsley.office):
        assert ended.reference not in main(page(signed_in(other), "/p/barnsley/mine/")).text


def test_many_ended_ones_are_told_in_pages(barnsley: World, signed_in) -> None:
    with barnsley.scope(barnsley.midwife):
        for number in range(21):
            services.log_settled(
                viewer=barnsley.viewer(barnsley.midwife),
                raising_agency=barnsley.agencies["hospital"],
                receiving_agency=barnsley.agencies["police"],
                category="planning",
                text=f"Settled, number {number}.",
            )
    practitioner = signed_in(barnsley.midwife)
    assert len(main(page(practitioner, "/p/barnsley/mine/")).every(cls="escalation-listed__one")) == 20
    assert len(main(page(practitioner, "/p/barnsley/mine/?page=2")).every(cls="escalation-listed__one")) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_it_asks_the_database_no_more_for_three_than_for_one(
    barnsley: World, signed_in, django_assert_num_queries, number: int
) -> None:
    for _ in range(number):
        barnsley.raised()
    ended = [barnsley.raised() for _ in range(number)]
    for one in ended:
        barnsley.do("withdraw", one, by=barnsley.midwife, reason="Settled.")
    practitioner = signed_in(barnsley.midwife)
    begin(practitioner, barnsley)
    with django_assert_num_queries(19):
        assert practitioner.get("/p/barnsley/mine/").status_code == 200
