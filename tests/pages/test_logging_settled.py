"""What two people settled by talking is logged in a minute: two agencies, a kind, a sentence, and nobody is chased."""

from __future__ import annotations

import pytest

from escalation.models import Deadline, Disagreement, Outcome
from escalation.moves import NotPermitted, Refused
from partnerships.models import Agency
from tests.world import World

from .markup import read
from .writing import page

pytestmark = pytest.mark.django_db
FIVE = ["barnsley", "havering", "wiltshire", "oldham", "enfield"]


@pytest.fixture(params=FIVE)
def world(request: pytest.FixtureRequest, db: None) -> World:
    return World(request.param)


def sent(world: World, **own: str) -> dict[str, str]:
    category = world.protocol.categories[0].key
    given = {"raising_agency": "hospital", "receiving_agency": "social_care", "category": category}
    return given | {"text": "The visit is on Thursday after all."} | own


def told(html: bytes) -> list[str]:
    return [item.text for item in read(html.decode()).first(cls="govuk-error-summary__list").every(tag="li")]


def test_it_is_logged_with_a_reference_and_starts_no_clock(world: World, signed_in) -> None:
    practitioner = signed_in(world.midwife)
    options = read(page(practitioner, f"/p/{world.slug}/settled/")).every(tag="option")
    assert [o.text for o in options if "selected" in o.attributes] == ["Moorside Hospital", "Choose an agency", "Choose one"]
    done = practitioner.post(f"/p/{world.slug}/settled/", sent(world), follow=True)
    with world.scope():
        logged = Disagreement.objects.get()
        assert Outcome.objects.get().text == "The visit is on Thursday after all."
        assert Deadline.objects.count() == 0
    assert (logged.state, logged.stage, logged.category) == ("closed", "", world.protocol.categories[0].key)
    assert done.redirect_chain == [(f"/p/{world.slug}/mine/", 302)]
    shown = read(done.content.decode()).first(tag="main").text
    assert f"Logged as {logged.reference}." in shown
    assert "Closed. Settled by talking." in shown
    assert world.chronology(logged) == ["settled_logged"]
    assert practitioner.get(f"/p/{world.slug}/d/{logged.reference}/raised/")["Location"] == logged.get_absolute_url()


def test_posted_twice_it_is_logged_once_and_something_else_again(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    for _ in range(2):
        done = practitioner.post("/p/barnsley/settled/", sent(barnsley), follow=True)
        assert "Logged as BAR-0001." in done.content.decode()
    practitioner.post("/p/barnsley/settled/", sent(barnsley, receiving_agency="police"))
    signed_in(barnsley.hospital_lead).post("/p/barnsley/settled/", sent(barnsley))
    with barnsley.scope():
        assert Disagreement.objects.count() == 3


def test_what_is_wrong_is_said_at_the_field_and_kept(barnsley: World, signed_in) -> None:
    practitioner = signed_in(barnsley.midwife)
    same = practitioner.post("/p/barnsley/settled/", sent(barnsley, receiving_agency="hospital"))
    assert (same.status_code, told(same.content)) == (422, ["The two agencies must differ"])
    assert "The visit is on Thursday after all." in same.content.decode()
    empty = practitioner.post("/p/barnsley/settled/", {})
    assert told(empty.content) == [
        "Choose your agency",
        "Choose the agency you disagreed with",
        "Choose what it was mainly about",
        "Say what was settled",
    ]
    assert read(empty.content.decode()).first(tag="title").text.startswith("Error: ")
    long = practitioner.post("/p/barnsley/settled/", sent(barnsley, text="x" * 100_000))
    assert told(long.content) == ["Use 10,000 characters or fewer. Put long papers on the child's file and say where they are."]
    nul = practitioner.post("/p/barnsley/settled/", sent(barnsley, text="all\x00well"))
    assert nul.status_code == 422
    assert practitioner.post("/p/barnsley/settled/", sent(barnsley, raising_agency="nowhere")).status_code == 422
    with barnsley.scope():
        assert Disagreement.objects.count() == 0


def test_who_may_not_raise_does_not_log_either(barnsley: World, signed_in) -> None:
    administrator = signed_in(barnsley.administrator)
    for answer in (administrator.get("/p/barnsley/settled/"), administrator.post("/p/barnsley/settled/", sent(barnsley))):
        assert (answer.status_code, "Your role here does not raise disagreements." in answer.content.decode()) == (403, True)


@pytest.mark.parametrize(("refusal", "status"), [(Refused("Not now."), 409), (NotPermitted("Not you."), 403)])
def test_a_refusal_that_comes_while_it_is_logged_is_told(
    barnsley: World, signed_in, monkeypatch: pytest.MonkeyPatch, refusal: Refused, status: int
) -> None:
    def refuse(**_: object) -> None:
        raise refusal

    monkeypatch.setattr("escalation.services.log_settled", refuse)
    answer = signed_in(barnsley.midwife).post("/p/barnsley/settled/", sent(barnsley))
    assert (answer.status_code, str(refusal) in answer.content.decode()) == (status, True)


def test_an_agency_that_is_not_active_any_more_is_not_offered(barnsley: World, signed_in) -> None:
    with barnsley.scope():
        Agency.objects.filter(key="police").update(active=False)
    assert 'value="police"' not in page(signed_in(barnsley.midwife), "/p/barnsley/settled/")
