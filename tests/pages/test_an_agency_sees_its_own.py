"""Where a partnership says so, those who work at an agency read what it takes part in; reading is not acting."""

from __future__ import annotations

import pytest
from django.test import Client

from escalation.models import Disagreement
from escalation.permissions import Viewer
from notifications.audiences import Person, Told
from notifications.doors import doors_for
from partnerships.arrangements import Arrangements
from partnerships.models import Membership, User
from partnerships.services import issue_token
from tests.journeys.visitor import Visitor
from tests.world import TUESDAY, World

pytestmark = pytest.mark.django_db


def sees(world: World, user: User, disagreement: Disagreement) -> bool:
    """Through the page and through a program alike."""
    client = Client()
    client.force_login(user)
    page = client.get(f"/p/barnsley/d/{disagreement.reference}/").status_code
    with world.scope():
        _, secret = issue_token(user, name="Reports")
    bearer = {"Authorization": f"Bearer {secret}"}
    api = Client().get(f"/p/barnsley/api/v1/disagreements/{disagreement.reference}/", headers=bearer).status_code
    listed = Client().get("/p/barnsley/api/v1/disagreements/", headers=bearer).json()
    assert page in (200, 403, 404)
    assert (page == 200) == (api == 200) == (disagreement.reference in str(listed))
    return page == 200


def test_who_works_there_reads_it_once_raised_and_nobody_else(barnsley: World) -> None:
    found = barnsley.raised(at=TUESDAY)
    people = {
        "a ward sister of the hospital": barnsley.person("ward.sister", "practitioner", "hospital"),
        "its senior manager": barnsley.person("matron", "senior_manager", "hospital"),
        "a lead of social care": barnsley.person("duty.lead", "lead", "social_care"),
        "an observer of the hospital": barnsley.person("hospital.observer", "observer", "hospital"),
        "its administrator": barnsley.person("hospital.clerk", "protocol_administrator", "hospital"),
        "somebody invited from there": barnsley.person("hospital.guest", "guest", "hospital"),
        "somebody of the school": barnsley.person("teacher", "lead", "school"),
        "an operator": barnsley.person("operator", "senior_manager", "hospital"),
    }
    both = barnsley.person("ward.sister", "observer", "school")  # what one is at the school opens nothing at the hospital
    User.objects.filter(pk=people["an operator"].pk).update(is_operator=True)
    assert {who for who, user in people.items() if sees(barnsley, user, found)} == set()
    with barnsley.scope():
        Arrangements.objects.create(agency_sees=True)
    assert {who for who, user in people.items() if sees(barnsley, user, found)} == {
        "a ward sister of the hospital",
        "its senior manager",
        "a lead of social care",
    }
    with barnsley.scope():
        viewer = Viewer.of(both, Membership.objects.filter(user=both))
    assert viewer.works_at == {barnsley.agencies["hospital"].pk}


def test_reading_is_not_acting(barnsley: World) -> None:
    with barnsley.scope():
        Arrangements.objects.create(agency_sees=True)
    found = barnsley.raised(at=TUESDAY)
    matron = barnsley.person("matron", "senior_manager", "hospital")
    duty = barnsley.person("duty.lead", "lead", "social_care")
    page = Visitor(matron).opens("/p/barnsley/").sees("Yours to watch (1)", "Nothing is waiting for you.")
    page.follows(str(found.reference))
    page.sees("You can read this. There is nothing for you to do here now.")
    assert [a.text for a in page.page.first(tag="main").every(tag="a") if a.attributes.get("role") == "button"] == []
    Visitor(duty).opens(f"/p/barnsley/d/{found.reference}/")
    assert "seen" not in barnsley.chronology(found)  # they are not whom it was raised with
    acted = Visitor(matron)
    answer = acted.client.post(f"/p/barnsley/d/{found.reference}/escalate/", {"version": found.version})
    assert answer.status_code == 403
    assert barnsley.chronology(found) == ["raised"]


def test_the_door_of_a_notice_asks_as_the_page_does(barnsley: World) -> None:
    matron = barnsley.person("matron", "senior_manager", "hospital")
    found = barnsley.raised(at=TUESDAY)
    told = Told(Person(role="senior_manager", email=matron.email, user_id=matron.pk), "senior_manager", "", "raised", ())
    for said in (False, True):
        with barnsley.scope():
            Arrangements.objects.update_or_create(defaults={"agency_sees": said})
            assert doors_for([told], [found]).open_to(told, found, found.protocol) is said
