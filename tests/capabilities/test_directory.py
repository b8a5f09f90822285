"""Agencies with their ladders side by side, proxies, and a directory that everybody of the partnership can search."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from partnerships import services
from partnerships.directory import writing
from partnerships.models import Agency, Contact, Post, PostHolder
from partnerships.protocol import AgencyPart, ContactPart
from partnerships.protocol import Post as PostPart
from partnerships.protocol_terms import Sector, StageKind
from tests.journeys.visitor import Visitor
from tests.pages.tables import rows
from tests.world import World, shipped_protocol

pytestmark = pytest.mark.django_db


def entry(page: Visitor, agency: str) -> str:
    cards = {card.first(tag="h2").text: card for card in page.page.every(cls="govuk-summary-card")}
    return cards[agency].first(tag="dl").text


def found(page: Visitor) -> list[str]:
    return [card.first(tag="h2").text for card in page.page.every(cls="govuk-summary-card")]


def test_row_43_agency_list_and_seniority_grid(enfield: World) -> None:
    """Enfield's agencies stand side by side by kind of step, for indication only (E-06); what is lost is said to be."""
    page = Visitor(enfield.midwife).opens("/p/enfield/directory/").follows("Levels side by side")
    page.sees("Where it says so, the protocol gives the levels for indication only.")
    grid = {row[0]: row[1:] for row in rows(page.page)}
    assert grid["Met Police For indication only"] == ["Not known", "Detective Sergeant", "Detective Inspector", "Not known"]
    assert grid["Education For indication only"] == ["Not known", "Designated safeguarding lead", "Head teacher", "Not known"]
    assert len(grid) == 6
    page.sees("No levels known yet", "Early Help", "Mental Health Services")
    # An administrator fills a gap, and the grid has it at once.
    keeper = Visitor(enfield.administrator).opens("/p/enfield/directory/levels/").follows("Early Help").presses("Add a post")
    keeper.fills("What is the post called?", "Early Help team leader").chooses("First manager").presses("Add the post")
    keeper.opens("/p/enfield/directory/levels/")
    grid = {row[0]: row[1:] for row in rows(keeper.page)}
    assert grid["Early Help For indication only"] == ["Not known", "Early Help team leader", "Not known", "Not known"]


@pytest.fixture
def cheshire(db: None) -> World:
    """A protocol with a proxy: the safeguarding team of the health board answers for the general practices' manager."""
    rule: dict[str, Any] = {"assumption": "Who answers for the practices?"}
    agencies = (
        AgencyPart(
            key="general_practice", name="General practices", sector=Sector.HEALTH, **rule,
            posts=(
                PostPart(kind=StageKind.PRACTITIONER, title="General practitioner"),
                PostPart(kind=StageKind.MANAGER, title="Practice safeguarding lead", filled_by="health_board"),
            ),
        ),
        AgencyPart(
            key="health_board", name="Health Board", sector=Sector.HEALTH, **rule,
            posts=(PostPart(kind=StageKind.MANAGER, title="Named GP"), PostPart(kind=StageKind.SENIOR, title="Chief nurse")),
        ),
    )  # fmt: skip
    contact = ContactPart(
        key="single_point", name="Single point of contact", telephone="0300 1", review_by=date(2027, 3, 1), **rule
    )
    barnsley = shipped_protocol("barnsley")
    protocol = barnsley.model_copy(update={"agencies": agencies, "contacts": (*barnsley.contacts, contact)})
    return World("cheshire", protocol)


def test_p_07_proxy_posts_and_a_searchable_directory(cheshire: World) -> None:
    """Who is the next tier at the practice? Somebody of another organisation, or their deputy while they are away."""
    with cheshire.scope():
        named = Post.objects.get(title="Named GP")
        today = timezone.localdate()
        away = {"absent_from": today, "absent_until": today + timedelta(days=9)}
        writing.keep_holder(None, post=named, name="Nan Dgp", email="nan@board.example", **away)
        writing.keep_holder(None, post=named, name="Dan Deputy", email="dan@board.example", telephone="01606 1", deputy=True)
        assert Contact.objects.get(key="single_point").review_by == date(2027, 3, 1)
    for member in (cheshire.midwife, cheshire.stranger, cheshire.person("watcher", "observer")):
        page = Visitor(member).opens("/p/cheshire/").follows("Directory")
        page.fills("Search the directory", "Who is the next tier at the general practices?").presses("Search")
        assert found(page) == ["General practices"]
        ladder = entry(page, "General practices")
        assert ladder.startswith(
            "General practitioner Practitioner step Nobody is named yet. Practice safeguarding lead Manager step"
        )
        assert "Dan Deputy (deputy), Health Board 01606 1 dan@board.example Nan Dgp is away until" in ladder
        assert ladder.endswith("Health Board answers for this post (proxy).")


def test_the_directory_is_searched_by_name_post_sector_and_kind(cheshire: World) -> None:
    with cheshire.scope():
        writing.keep_holder(None, post=Post.objects.get(title="Chief nurse"), name="Chi O’Nurse", telephone="1")
    page = Visitor(cheshire.midwife)
    searches = {
        "": 6, "chief nurse": 1, "O'Nurse": 1, "police": 1, "health": 3, "nowhere": 0, "single point": 0, "senior manager": 1,
    }  # fmt: skip
    for asked, number in searches.items():
        assert len(found(page.opens(f"/p/cheshire/directory/?q={asked}"))) == number, asked
    page.opens("/p/cheshire/directory/?q=nowhere").sees("Nothing in the directory has all of these words.")
    page.opens("/p/cheshire/directory/?q=single+point").sees("0 agencies and 1 other contact found.", "0300 1")
    assert found(page.opens("/p/cheshire/directory/?kind=senior")) == ["Health Board"]
    assert page.opens("/p/cheshire/directory/?kind=king").status == 422
    assert page.opens(f"/p/cheshire/directory/?q={'x' * 201}").status == 422


def test_whoever_has_no_account_any_more_does_not_answer(cheshire: World) -> None:
    lead = cheshire.hospital_lead
    with cheshire.scope():
        hospital = cheshire.agencies["hospital"]
        matron = writing.keep_post(None, agency=hospital, kind="manager", title="Matron")
        writing.keep_holder(None, post=matron, name="Hospital Lead", email=lead.email)
    page = Visitor(cheshire.midwife).opens("/p/cheshire/directory/?q=matron").sees(lead.email)
    lead.is_active = False
    lead.save(update_fields=["is_active"])
    page.opens("/p/cheshire/directory/?q=matron").sees("Nobody is named yet.").does_not_see(lead.email)
    Visitor(cheshire.office).opens("/p/cheshire/administration/agencies/hospital/").sees("Has no account in the partnership")


def test_the_directory_takes_the_same_number_of_queries_however_long(cheshire: World, django_assert_num_queries: Any) -> None:
    page = Visitor(cheshire.midwife).opens("/p/cheshire/directory/")
    for _ in range(2):
        with django_assert_num_queries(14):
            page.opens("/p/cheshire/directory/")
        with cheshire.scope():
            for number in range(4):
                agency = services.keep_agency(None, name=f"Agency {PostHolder.objects.count()} {number}", sector="other")
                post = writing.keep_post(None, agency=agency, kind="manager", title="Manager")
                writing.keep_holder(None, post=post, name="Somebody", telephone="1")


def test_a_new_version_adds_what_is_new_and_brings_nothing_back(cheshire: World) -> None:
    with cheshire.scope():
        renamed = Post.objects.get(title="Chief nurse")
        writing.keep_post(renamed, agency=renamed.agency, kind="senior", title="Director of nursing")
        parts = {part.key: part for part in cheshire.protocol.agencies}
        board = parts["health_board"]
        more = board.model_copy(update={"posts": (*board.posts, PostPart(kind=StageKind.SENIOR, title="Chief executive"))})
        again = cheshire.protocol.model_copy(update={"agencies": (parts["general_practice"], more)})
        services.publish_protocol(services.draft_protocol(again), effective_from=date(2024, 2, 1))
        posts = Post.objects.filter(agency=Agency.objects.get(key="health_board"), active=True)
        assert [post.title for post in posts] == ["Named GP", "Director of nursing", "Chief executive"]
        assert Post.objects.get(title="Director of nursing").pk == renamed.pk
