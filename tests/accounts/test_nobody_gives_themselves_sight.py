"""Protocol administrators see no disagreement, and none of what they look after, nor several such things together, lets them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from escalation import services
from escalation.models import Disagreement, Invitation, Party
from partnerships.directory import writing as directory
from partnerships.directory.importing import planned
from partnerships.directory.rows import Row
from partnerships.models import Agency, ApiToken, Membership, User
from partnerships.permissions import why_not_know_domains
from partnerships.protocol_terms import Side
from partnerships.services import issue_token
from tests.journeys.visitor import Visitor
from tests.world import World

from .test_members import LET_IN, lets_in, page_of

pytestmark = pytest.mark.django_db

DOMAINS = (
    "Only a partnership manager may say which e-mail domains are known to be an agency’s own. Whoever is named with "
    "such an address is let in."
)
NOT_KNOWN = (
    "This address is in none of the e-mail domains known to be the agency’s own, so a partnership manager has to look at it."
)


def opens(user: User, found: Disagreement) -> int:
    client = Client()
    client.force_login(user)
    return client.get(found.get_absolute_url()).status_code


def names(world: World, found: Disagreement, email: str) -> None:
    """The office, as whoever picks from the directory would."""
    person = services.Person(side=Side.RECEIVING, role="lead", name="Pat", email=email)
    world.do("change_party", found, by=world.office, person=person, reason="Stands in.")


def invitations(world: World) -> list[tuple[str, str]]:
    with world.scope():
        return list(Invitation.objects.order_by("pk").values_list("email", "state"))


def test_no_domain_of_theirs_becomes_an_agencys_own(barnsley: World) -> None:
    change = "/p/barnsley/administration/agencies/hospital/change/"
    page = Visitor(barnsley.administrator).opens(change).sees(DOMAINS)
    typed = {"name": "Moorside Hospital", "sector": "health", "email_domains": "mine.example"}
    assert page.client.post(change, typed).status_code == 302
    cells = {"row": "agency", "agency": "Moorside Hospital", "sector": "health", "e-mail domains": "mine.example"}
    with barnsley.scope():
        assert Agency.objects.get(key="hospital").email_domains == []
        for name in ("Moorside Hospital", "Brand New"):
            row = Row(2, "agency", {**cells, "agency": name}, {})
            wrong = planned([row], why_no_domains=why_not_know_domains(frozenset({"protocol_administrator"}))).wrong
            assert [one.sentence for one in wrong] == [DOMAINS]
            assert planned([row], why_no_domains=why_not_know_domains(frozenset({"partnership_manager"}))).wrong == []
        Agency.objects.filter(key="hospital").update(email_domains=["hospital.example"])
        known = Row(2, "agency", {**cells, "e-mail domains": "hospital.example"}, {})
        assert planned([known], why_no_domains=DOMAINS).wrong == []  # a sheet that says what is there changes nothing
    page.opens(change).presses("Save")
    with barnsley.scope():
        assert Agency.objects.get(key="hospital").email_domains == ["hospital.example"]


def test_an_address_that_nobody_knows_is_let_in_by_the_office_alone(barnsley: World) -> None:
    """Or a second address of theirs would be a practitioner, who is named from the directory, and is not looked at."""
    with barnsley.scope():
        Agency.objects.filter(key="school").update(email_domains=["school.example"])
    for given in ({"agency": "Larkfield School"}, {}):
        page = lets_in(barnsley.administrator, "me@mine.example", "Practitioner", **given)
        assert (page.status, page.refusals) == (409, [NOT_KNOWN])
    assert lets_in(barnsley.administrator, "nia@school.example", "Practitioner", agency="Larkfield School").status == 200
    assert lets_in(barnsley.administrator, "me@mine.example", "Observer").status == 200
    observer = User.objects.get(email="me@mine.example")
    page = Visitor(barnsley.administrator).opens(page_of(barnsley, observer)).fills("What may they do?", "Practitioner")
    assert page.fills("Agency", "Larkfield School").presses("Save").refusals == [NOT_KNOWN]
    assert lets_in(barnsley.office, "you@mine.example", "Practitioner", agency="Larkfield School").address != LET_IN


def test_whoever_looks_after_it_and_is_named_waits_for_the_office(barnsley: World) -> None:
    """They write themselves into the directory, and somebody who raises a disagreement picks what it proposes."""
    found = barnsley.raised()
    names(barnsley, found, barnsley.administrator.email)
    assert invitations(barnsley) == [(barnsley.administrator.email, "held")]
    assert opens(barnsley.administrator, found) == 404
    Visitor(barnsley.office).opens("/p/barnsley/administration/coming-in/").follows("Pat").presses("Let them in")
    assert opens(barnsley.administrator, found) == 200


def test_letting_in_an_address_that_waits_is_not_deciding_about_it(barnsley: World) -> None:
    found = barnsley.raised()
    names(barnsley, found, "pat@barnsley.example")
    assert invitations(barnsley) == [("pat@barnsley.example", "held")]
    assert opens(barnsley.person("pat", "lead", "social_care"), found) == 404


def test_a_deputy_works_at_the_agency_whose_work_they_take_over(barnsley: World) -> None:
    """The directory says who deputises, and administrators write the directory: that somebody is away, too."""
    found, today = barnsley.raised(), timezone.localdate()
    manager = barnsley.team_manager
    strangers = [barnsley.administrator, barnsley.stranger, barnsley.person("watcher", "observer", "social_care")]
    with barnsley.scope():
        posts = [
            directory.keep_post(None, agency=barnsley.agencies[key], kind="manager", title="Team manager")
            for key in ("social_care", "police")
        ]
        holders = [
            directory.keep_holder(None, post=post, name="T", email=manager.email, absent_from=today - timedelta(days=1))
            for post in posts
        ]
        for user in strangers:
            for post in posts:
                directory.keep_holder(None, post=post, name=user.name, email=user.email, deputy=True)
    for user in strangers:
        client = Client()
        client.force_login(user)
        for holder in holders:
            client.post(f"/p/barnsley/mine/deputise/{holder.pk}/", {"reason": "They are on leave."})
        assert opens(user, found) == 404, user
    with barnsley.scope():
        assert Party.objects.filter(disagreement=found, user=manager, left_at=None).exists()


def test_a_token_ends_when_its_owner_comes_to_see_everything(barnsley: World) -> None:
    """It was made without a second factor, by somebody whose role needed none."""
    midwife = barnsley.midwife
    with barnsley.scope():
        _, secret = issue_token(midwife, name="Records")
    found = barnsley.raised(by=barnsley.person("matron", "lead", "hospital"))
    page = Visitor(barnsley.office).opens(page_of(barnsley, midwife)).fills("Role under the protocol", "None")
    page.fills("What may they do?", "Partnership manager").fills("Agency", "None").presses("Save")
    assert page.told == ["Midwife: changed."]
    answer = Client().get(f"/p/barnsley/api/v1/disagreements/{found.reference}/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401
    with barnsley.scope():
        assert Membership.objects.get(user=midwife).role == "partnership_manager"
        assert not ApiToken.objects.filter(user=midwife, revoked_at=None).exists()
