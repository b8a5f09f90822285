"""Where a practitioner begins: danger first, talking second, and the right door for what is not a disagreement."""

from __future__ import annotations

import pytest

from escalation.models import Disagreement
from partnerships import services as partnership_services
from partnerships.models import Contact, ProtocolVersion
from partnerships.scope import partnership_scope
from tests.world import World

from .markup import read
from .writing import begin, page

pytestmark = pytest.mark.django_db
FIVE = ["barnsley", "havering", "wiltshire", "oldham", "enfield"]


@pytest.fixture(params=FIVE)
def world(request: pytest.FixtureRequest, db: None) -> World:
    return World(request.param)


def test_danger_comes_before_everything_and_the_protocols_own_guidance_follows(world: World, signed_in) -> None:
    shown = read(page(signed_in(world.midwife), f"/p/{world.slug}/start/")).first(tag="main")
    words = shown.text
    danger = next(s for s in world.protocol.signposts if s.danger)
    order = [words.index(part) for part in ("A child is in danger now? Do not use this form.", danger.advice[0], "Talk first")]
    assert order == sorted(order)
    assert [g.text for g in world.protocol.guidance if g.at == "start" and " ".join(g.text.split()) not in words] == []
    assert f"each step up is called a {world.protocol.step_word}" in words
    assert "Raising it is a mutual challenge, not a complaint." in words
    offered = [label.text for label in shown.every(cls="govuk-radios__label")]
    none = "None of these: I disagree with another agency about a child"
    assert offered == [*(s.answer for s in world.protocol.signposts), none]


def test_each_wrong_door_names_the_right_one_and_whom_to_contact_or_to_ask(world: World, signed_in) -> None:
    world.office  # noqa: B018  (a property that makes the person)
    practitioner = signed_in(world.midwife)
    for signpost in world.protocol.signposts:
        answer = practitioner.post(f"/p/{world.slug}/start/", {"way": signpost.key})
        assert answer["Location"] == f"/p/{world.slug}/start/{signpost.key}/"
        shown = read(page(practitioner, answer["Location"]))
        assert shown.first(tag="h1").text == signpost.title
        words = shown.first(tag="main").text
        assert [advice for advice in signpost.advice if " ".join(advice.split()) not in words] == []
        if signpost.danger:
            assert "Telephone 999" in words
            assert "The partnership office" not in words
        elif signpost.contact:
            assert "Your partnership has not entered a number or an address here yet." in words
            assert "Your safeguarding lead or manager knows it. The partnership office can tell you too: Office" in words
    with world.scope():
        assert Disagreement.objects.count() == 0


def test_a_contact_that_was_entered_is_shown_to_be_dialled(barnsley: World, signed_in) -> None:
    with barnsley.scope():
        Contact.objects.filter(key="lado").update(telephone="01632 960400", email="lado@barnsley.example", note="Office hours")
        Contact.objects.filter(key="front_door").update(telephone="01632 960300")
    practitioner = signed_in(barnsley.midwife)
    words = read(page(practitioner, "/p/barnsley/start/allegation/")).first(tag="main").text
    assert "Local Authority Designated Officer (LADO) Telephone: 01632 960400 E-mail: lado@barnsley.example Office hours" in words
    start = page(practitioner, "/p/barnsley/start/")
    assert 'href="tel:+441632960300"' in start


def test_none_of_these_leads_into_a_draft_and_a_second_press_into_the_same_one(world: World, signed_in) -> None:
    practitioner = signed_in(world.midwife)
    first = practitioner.post(f"/p/{world.slug}/start/", {"way": "none"})["Location"]
    assert first.startswith(f"/p/{world.slug}/raise/")
    assert first.endswith("/who/")
    assert practitioner.post(f"/p/{world.slug}/start/", {"way": "none"})["Location"] == first
    assert begin(practitioner, world) == first
    assert "Draft last changed on" in page(practitioner, f"/p/{world.slug}/start/")


def test_no_answer_and_a_made_up_one_are_asked_again(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    for posted, sentence in (({}, "Choose the answer that is nearest"), ({"way": "x"}, "Choose one of the answers shown")):
        answer = practitioner.post("/p/barnsley/start/", posted)
        assert answer.status_code == 422
        shown = read(answer.content.decode())
        assert shown.first(tag="title").text.startswith("Error: ")
        assert shown.first(cls="govuk-error-summary__list").text == sentence
    assert practitioner.get("/p/barnsley/start/nowhere/").status_code == 404


def test_reloading_the_address_of_a_new_draft_leads_back_to_the_start(barnsley: World, signed_in) -> None:
    assert signed_in(barnsley.midwife).get("/p/barnsley/raise/")["Location"] == "/p/barnsley/start/"


def test_who_only_looks_after_the_product_may_read_but_not_raise(barnsley: World, signed_in) -> None:
    administrator = signed_in(barnsley.administrator)
    words = page(administrator, "/p/barnsley/start/")
    assert "Your role here does not raise disagreements." in words
    assert "Is this the right way?" not in words
    for address, posted in (("raise/", {}), ("start/", {"way": "none"})):
        refused = administrator.post(f"/p/barnsley/{address}", posted)
        assert refused.status_code == 403
        assert "Your role here does not raise disagreements." in refused.content.decode()


def test_without_a_protocol_in_force_it_says_so_and_what_to_do(db: None, signed_in) -> None:
    world = World("barnsley")
    practitioner = signed_in(world.midwife)
    new = partnership_services.found_partnership(slug="newtown", name="Newtown", reference_prefix="NEW")
    with partnership_scope(new.pk):
        partnership_services.add_member(world.midwife, role="practitioner")
        assert ProtocolVersion.objects.count() == 0
    for address in ("start/", "start/danger_now/", "settled/"):
        answer = practitioner.get(f"/p/newtown/{address}")
        assert (answer.status_code, "no protocol in force" in answer.content.decode()) == (409, True)
    for address in ("start/", "raise/", "settled/"):
        assert practitioner.post(f"/p/newtown/{address}").status_code == 409


def test_another_partnerships_start_is_not_there(barnsley: World, havering: World, signed_in) -> None:
    assert signed_in(barnsley.midwife).get("/p/havering/start/").status_code == 404
