"""The ladder of an agency: posts that stay the same post, who holds them, deputies, absences, proxies, and checking again."""

from __future__ import annotations

from datetime import date

import pytest

from partnerships import services
from partnerships.directory import writing
from partnerships.models import Agency, Contact, Post, PostHolder
from tests.journeys.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db
AGENCIES = "/p/barnsley/administration/agencies/"


def ladder(world: World, key: str) -> list[tuple[str, str]]:
    with world.scope():
        return [(post.kind, post.title) for post in Post.objects.filter(agency__key=key, active=True).order_by("height")]


def given(world: World, key: str, *posts: tuple[str, str]) -> dict[str, Post]:
    with world.scope():
        agency = world.agencies[key]
        return {title: writing.keep_post(None, agency=agency, kind=kind, title=title) for kind, title in posts}


def test_a_post_is_added_in_its_place_and_stays_the_same_post_when_it_is_renamed(barnsley: World) -> None:
    page = Visitor(barnsley.administrator).opens(f"{AGENCIES}hospital/").presses("Add a post")
    page.fills("What is the post called?", "Matron").chooses("First manager").presses("Add the post").sees("Matron: added.")
    page.presses("Add a post").fills("What is the post called?", "Chief nurse").chooses("Managers further up")
    page.presses("Add the post")
    page.presses("Add a post").fills("What is the post called?", "Ward manager").chooses("First manager").presses("Add the post")
    assert ladder(barnsley, "hospital") == [("manager", "Matron"), ("manager", "Ward manager"), ("senior", "Chief nurse")]
    with barnsley.scope():
        matron = Post.objects.get(title="Matron").pk
    page.follows("Change the post Matron").fills("What is the post called?", "Lead midwife")
    page.fills("It stands directly above", "Ward manager").presses("Save").sees("Lead midwife: changed.")
    assert ladder(barnsley, "hospital") == [("manager", "Ward manager"), ("manager", "Lead midwife"), ("senior", "Chief nurse")]
    with barnsley.scope():
        assert Post.objects.get(title="Lead midwife").pk == matron


@pytest.mark.parametrize(
    ("label", "typed", "refusal"),
    [
        ("What is the post called?", "", "Enter what the post is called"),
        ("What is the post called?", "ward manager", "The agency has a post of that title at that kind of step already."),
        ("It stands directly above", "Chief nurse", "“Chief nurse” is of another kind of step: choose one of the same kind"),
    ],
)
def test_a_post_that_cannot_be_is_refused_in_words(barnsley: World, label: str, typed: str, refusal: str) -> None:
    given(barnsley, "hospital", ("manager", "Ward manager"), ("senior", "Chief nurse"))
    page = Visitor(barnsley.administrator).opens(f"{AGENCIES}hospital/posts/add/")
    page.fills("What is the post called?", "Matron").chooses("First manager").fills(label, typed).presses("Add the post")
    assert (page.status, page.refusals) == (422, [refusal])
    assert len(ladder(barnsley, "hospital")) == 2


def test_a_holder_and_a_deputy_are_named_and_an_absence_entered(barnsley: World) -> None:
    given(barnsley, "hospital", ("manager", "Ward manager"))
    lead = barnsley.hospital_lead
    page = Visitor(barnsley.office).opens(f"{AGENCIES}hospital/").follows("Name a holder or a deputy")
    page.fills("Name", "Hospital Lead").fills("Work e-mail", "Hospital.Lead@barnsley.example").presses("Save")
    page.follows("Name a holder").fills("Name", "Dee Putty").fills("Telephone number", "01226 770 009")
    page.chooses("They are the deputy").presses("Save").sees("Dee Putty, Ward manager: added.")
    page.follows("Change Hospital Lead").fills("Away from", date(2026, 1, 5)).presses("Save")
    page.sees("Away from Monday 5 January 2026", "Deputy Dee Putty 01226 770 009")
    with barnsley.scope():
        holder = PostHolder.objects.get(name="Hospital Lead")
        assert (holder.user_id, holder.email, holder.absent_until) == (lead.pk, "hospital.lead@barnsley.example", None)


@pytest.mark.parametrize(
    ("label", "typed", "refusal"),
    [
        ("Name", "", "Enter their name"),
        ("Telephone number", "", "Enter an e-mail address or a telephone number, so that they can be reached"),
        ("Name", "Ann Already", "That person stands in this post already."),
        ("Away until", date(2026, 3, 1), "Enter the first day away as well"),
        ("Check these details again by", date(2020, 1, 1), "The date to check again by must be today or in the future"),
    ],
)
def test_a_holder_that_cannot_be_is_refused_in_words(barnsley: World, label: str, typed: str | date, refusal: str) -> None:
    post = given(barnsley, "hospital", ("manager", "Ward manager"))["Ward manager"]
    with barnsley.scope():
        writing.keep_holder(None, post=post, name="Ann Already", telephone="101")
    page = Visitor(barnsley.office).opens(f"/p/barnsley/administration/posts/{post.pk}/holders/add/")
    page.fills("Name", "Bo New").fills("Telephone number", "102").fills(label, typed).presses("Save")
    assert (page.status, page.refusals) == (422, [refusal])
    with barnsley.scope():
        assert PostHolder.objects.count() == 1


def test_what_must_be_checked_again_is_shown_the_oldest_first(barnsley: World) -> None:
    post = given(barnsley, "hospital", ("manager", "Ward manager"))["Ward manager"]
    with barnsley.scope():
        writing.keep_holder(None, post=post, name="Ann Already", telephone="101", review_by=date(2020, 5, 5))
        Contact.objects.filter(key="lado").update(review_by=date(2020, 1, 1))
    page = Visitor(barnsley.administrator).opens("/p/barnsley/administration/").sees("2 of the contacts and people in posts")
    page.follows("To check again")
    assert (page.heading, page.title.partition(" – ")[0]) == ("To check again (2)", "To check again (2)")
    page.sees("By Wednesday 1 January 2020: that day has passed", "Ward manager, Moorside Hospital")
    page.follows("Check Ann Already").fills("Check these details again by", date(2031, 1, 1)).presses("Save")
    page.opens("/p/barnsley/administration/checking/").does_not_see("Ann Already")


def test_nothing_of_another_partnership_is_found(barnsley: World, havering: World) -> None:
    post = given(barnsley, "hospital", ("manager", "Ward manager"))["Ward manager"]
    with barnsley.scope():
        holder = writing.keep_holder(None, post=post, name="Ann Already", telephone="101")
    for address in (
        f"posts/{post.pk}/",
        f"posts/{post.pk}/holders/add/",
        f"holders/{holder.pk}/",
        f"holders/{holder.pk}/leaves/",
    ):
        assert Visitor(havering.office).opens(f"/p/havering/administration/{address}").status == 404
        assert Visitor(barnsley.office).opens(f"/p/barnsley/administration/{address}").status == 200
    assert Visitor(barnsley.office).opens(f"/p/barnsley/administration/posts/{2**40}/").status == 404


def test_naming_the_whole_ladder_keeps_the_posts_that_stay(barnsley: World) -> None:
    before = given(barnsley, "hospital", ("manager", "Ward manager"), ("senior", "Chief nurse"))
    with barnsley.scope():
        hospital = Agency.objects.get(key="hospital")
        services.keep_agency(
            hospital, name=hospital.name, sector="health", posts=[("practitioner", "Midwife"), ("senior", "chief nurse")]
        )
        assert Post.objects.get(title="chief nurse").pk == before["Chief nurse"].pk
        assert Post.objects.get(title="Ward manager").active is False
    assert ladder(barnsley, "hospital") == [("practitioner", "Midwife"), ("senior", "chief nurse")]
