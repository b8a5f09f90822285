"""Looking after agencies and contacts: added, changed and retired by the two roles that keep the partnership's own data."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from partnerships import services
from partnerships.models import Agency, Contact, User
from tests.journeys.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db

ADMINISTRATION = "/p/barnsley/administration/"
AGENCIES = f"{ADMINISTRATION}agencies/"
CONTACTS = f"{ADMINISTRATION}contacts/"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def agency(world: World, key: str) -> Agency:
    with world.scope():
        found: Agency = Agency.objects.prefetch_related("posts").get(key=key)
        return found


def posts(world: World, key: str) -> list[tuple[int, str, str]]:
    return [(post.height, post.kind, post.title) for post in agency(world, key).posts.all()]


def contact(world: World, key: str) -> Contact:
    with world.scope():
        found: Contact = Contact.objects.select_related("agency").get(key=key)
        return found


def card(page: Visitor, title: str) -> str:
    cards = {c.first(tag="h2").text: c for c in page.page.every(cls="govuk-summary-card")}
    return cards[title].first(tag="dl").text


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize(
    "address", ["", "agencies/", "agencies/add/", "agencies/hospital/", "contacts/", "contacts/add/", "contacts/lado/"]
)
def test_only_an_administrator_or_the_manager_may(barnsley: World, havering: World, address: str) -> None:
    address = ADMINISTRATION + address
    for keeper in (barnsley.administrator, barnsley.office):
        assert Visitor(keeper).opens(address).status == 200
    for other in (barnsley.midwife, barnsley.team_manager, barnsley.stranger, barnsley.person("o", "observer")):
        page = Visitor(other).opens(address)
        assert page.status == 403
        page.sees("Only a protocol administrator or the partnership manager may change this.")
        assert browser(other).post(address, {"name": "X"}).status_code == 403
    assert Visitor(havering.office).opens(address).status == 404
    assert Client().get(address)["Location"] == f"/accounts/login/?next={address}"


def test_the_start_of_administration_says_what_wants_attention(barnsley: World) -> None:
    with barnsley.scope():
        Contact.objects.filter(key="lado").update(review_by=date(2020, 1, 1))
        Contact.objects.filter(key="online_form").update(active=False)
    page = Visitor(barnsley.administrator).opens(ADMINISTRATION)
    assert page.heading == "Administration"
    page.sees(
        "4 that can be chosen on a form",
        "5 inboxes, front doors and posts that people or notices need.",
        "1 of the contacts and people in posts should be checked again now.",
        "34 assumed rules not confirmed yet.",
        "The partnership is in training mode.",
    )
    assert page.follows("Closures").address == f"{ADMINISTRATION}closures/"


# ---------------------------------------------------------------- agencies


def test_an_agency_is_added_with_its_posts_and_domains(barnsley: World) -> None:
    page = Visitor(barnsley.office).opens(AGENCIES).follows("Add an agency")
    page.fills("Name", "  Ŵyn   Housing ").fills("Sector", "Housing")
    page.fills("E-mail domains known", "@Wyn-Housing.Example\n\nhomes.wyn.example\nwyn-housing.example")
    page.fills("Posts: first manager", "Team leader").fills("Posts: managers further up", "  Area manager\nDirector ")
    page.presses("Add the agency").sees("Ŵyn Housing: added.")
    assert page.address == f"{AGENCIES}wyn_housing/"
    page.opens(AGENCIES)
    assert card(page, "Ŵyn Housing") == (
        "Sector Housing E-mail domains wyn-housing.example, homes.wyn.example Posts, lowest first "
        "Team leader (manager step) Area manager (senior step) Director (senior step)"
    )
    assert page.heading == "Agencies (5)"
    assert posts(barnsley, "wyn_housing") == [
        (1, "manager", "Team leader"),
        (2, "senior", "Area manager"),
        (3, "senior", "Director"),
    ]


def test_an_agency_is_changed_and_can_be_used_again(barnsley: World) -> None:
    page = Visitor(barnsley.office).opens(AGENCIES).follows("Open Moorside Hospital").presses("Change name")
    page.fills("Name", "Moorside Hospitals").presses("Save").sees("Moorside Hospitals: changed.")
    assert page.heading == "Moorside Hospitals"
    assert not Visitor(barnsley.office).opens(f"{AGENCIES}hospital/change/").asks("Yes", under="Can it be chosen")
    with barnsley.scope():
        services.keep_agency(agency(barnsley, "hospital"), name="Moorside Hospitals", sector="health", active=False)
    page.opens(AGENCIES)
    assert page.page.every(cls="govuk-summary-card__title")[-1].text == "Moorside Hospitals (for the record only)"
    page.follows("Open Moorside Hospitals").presses("Change, or use it again").chooses("Yes").presses("Save")
    assert agency(barnsley, "hospital").active is True


def test_a_change_of_nothing_changes_nothing(barnsley: World) -> None:
    with barnsley.scope():
        services.keep_agency(
            barnsley.agencies["police"], name="Police", sector="police", email_domains=["police.example"],
            posts=[("manager", "Sergeant"), ("senior", "Inspector")],
        )  # fmt: skip
    before = (vars(agency(barnsley, "police")) | {"_state": None, "_prefetched_objects_cache": None}, posts(barnsley, "police"))
    Visitor(barnsley.office).opens(f"{AGENCIES}police/change/").presses("Save").sees("Police: changed.")
    after = (vars(agency(barnsley, "police")) | {"_state": None, "_prefetched_objects_cache": None}, posts(barnsley, "police"))
    assert after == before


HIDDEN = "This text holds a hidden character that cannot be kept. Type it again, or paste it as plain text"
NO_DOMAIN = "is not an e-mail domain. Enter what stands after the @, like hospital.example"
TOO_LONG = "Posts: first manager or safeguarding lead must be 2,000 characters or fewer. You have used 100,000"


@pytest.mark.parametrize(
    ("label", "typed", "refusal"),
    [
        ("Name", "", "Enter the name of the agency"),
        ("Name", "police", "An agency of that name is in the list already"),
        ("Name", "x" * 201, "Name must be 200 characters or fewer. You have used 201"),
        ("Name", "Hos\0pital", HIDDEN),
        ("Sector", "Choose one", "Choose the sector"),
        ("E-mail domains", "not a domain", f"“not a domain” {NO_DOMAIN}"),
        ("E-mail domains", "a@hospital.example", f"“a@hospital.example” {NO_DOMAIN}"),
        ("E-mail domains", "GMail.com", "Anybody can get an address at gmail.com, so it is not the agency’s own"),
        ("E-mail domains", "\n".join(f"a{n}.example" for n in range(21)), "Enter 20 domains or fewer"),
        ("Posts: who works", "x" * 121, "Who works with children: each post must be 120 characters or fewer"),
        ("Posts: on the partnership", "a\n" * 13, "On the partnership: enter 12 posts or fewer"),
        ("Posts: first manager", "x" * 100_000, TOO_LONG),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_in_words_and_nothing_is_lost(
    barnsley: World, label: str, typed: str, refusal: str
) -> None:
    page = Visitor(barnsley.office).opens(f"{AGENCIES}add/")
    page.fills("Name", "Probation").fills("Sector", "Probation").fills("Posts: managers further up", "Kept words")
    page.fills(label, typed).presses("Add the agency")
    assert (page.status, page.refusals) == (422, [refusal])
    assert page.title.startswith("Error: Add an agency")
    page.sees("Kept words")
    with barnsley.scope():
        assert Agency.objects.count() == 4


def test_a_form_posted_twice_adds_one_agency(barnsley: World) -> None:
    typed = {"name": "Probation", "sector": "probation", "email_domains": ""}
    client = browser(barnsley.administrator)
    assert client.post(f"{AGENCIES}add/", typed).status_code == 302
    assert client.post(f"{AGENCIES}add/", typed).status_code == 422
    with barnsley.scope():
        assert Agency.objects.filter(name="Probation").count() == 1


def test_the_twin_that_waited_is_told_what_the_first_did(barnsley: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # Both forms were read before either was kept: the form's own check saw nothing yet, the service's does.
    monkeypatch.setattr("partnerships.forms.AgencyForm.clean_name", lambda form: form.cleaned_data["name"])
    page = Visitor(barnsley.administrator).opens(f"{AGENCIES}add/").fills("Name", "Police").fills("Sector", "Police")
    assert page.presses("Add the agency").refusals == ["An agency of that name is in the list already."]


def test_keys_are_made_of_names_and_stay_unique(barnsley: World) -> None:
    with barnsley.scope():
        made = [
            services.keep_agency(None, name=name, sector="other").key
            for name in ("Youth-Service", "Youth Service!", "東京", "京都")
        ]
    assert made == ["youth_service", "youth_service_2", "other", "other_2"]


@pytest.mark.parametrize("key", ["nowhere", "x" * 300, "front_door"])
def test_an_agency_that_is_not_there_is_not_found(barnsley: World, havering: World, key: str) -> None:
    assert Visitor(barnsley.office).opens(f"{AGENCIES}{key}/").status == 404
    with havering.scope():
        services.keep_agency(None, name="Elsewhere", sector="other")
    assert Visitor(barnsley.office).opens(f"{AGENCIES}elsewhere/").status == 404


def test_with_no_agency_yet_it_says_why_one_is_needed(barnsley: World) -> None:
    with barnsley.scope():
        Agency.objects.all().delete()
    Visitor(barnsley.office).opens(AGENCIES).sees("There are no agencies yet, so nobody can say who disagrees with whom.")


# ---------------------------------------------------------------- contacts


def test_a_contact_is_added_and_shown_to_everybody_on_the_protocol_page(barnsley: World) -> None:
    page = Visitor(barnsley.administrator).opens(CONTACTS).follows("Add a contact")
    page.fills("Name or title", "Out-of-hours team").fills("Agency", "Children's social care")
    page.fills("Telephone number", "01226 770 000").fills("E-mail address", "Night@Barnsley.Example").fills("Note", "After 5pm.")
    page.fills("Check these details again by", date(2031, 1, 31)).presses("Add the contact").sees("Out-of-hours team: added.")
    assert card(page, "Out-of-hours team") == (
        "Agency Children's social care Reached by night@barnsley.example 01226 770 000 Note After 5pm. "
        "Check again by Friday 31 January 2031"
    )
    Visitor(barnsley.midwife).opens("/p/barnsley/protocol/").sees("Out-of-hours team, Children's social care 01226 770 000")


def test_a_contact_of_the_protocol_is_changed_under_its_key(barnsley: World) -> None:
    page = Visitor(barnsley.office).opens(CONTACTS).follows("Change Barnsley Safeguarding Children Partnership inbox")
    page.fills("E-mail address", "inbox@barnsley.example").presses("Save")
    assert card(page, "Barnsley Safeguarding Children Partnership inbox") == (
        "Role Partnership inbox Reached by inbox@barnsley.example Check again by No date given"
    )
    kept = contact(barnsley, "partnership_inbox")
    assert (kept.email, kept.role) == ("inbox@barnsley.example", "partnership_inbox")


def test_a_contact_can_be_kept_for_the_record_only(barnsley: World) -> None:
    page = Visitor(barnsley.office).opens(f"{CONTACTS}lado/").chooses("No, keep it").presses("Save")
    assert (
        page.page.every(cls="govuk-summary-card__title")[-1].text
        == "Local Authority Designated Officer (LADO) (for the record only)"
    )
    assert card(page, "Local Authority Designated Officer (LADO) (for the record only)").startswith(
        "Reached by Nothing is known yet"
    )
    Visitor(barnsley.midwife).opens("/p/barnsley/protocol/").sees("Local Authority Designated Officer (LADO).")
    assert contact(barnsley, "lado").active is False


def test_a_date_of_review_gone_by_is_said(barnsley: World) -> None:
    with barnsley.scope():
        Contact.objects.filter(key="lado").update(review_by=date(2020, 2, 3))
    assert card(Visitor(barnsley.office).opens(CONTACTS), "Local Authority Designated Officer (LADO)").endswith(
        "Monday 3 February 2020: that day has passed"
    )


def test_what_a_contact_had_is_still_offered(barnsley: World) -> None:
    with barnsley.scope():
        Contact.objects.filter(key="lado").update(role="old_role", agency=barnsley.agencies["police"], telephone="101")
        Agency.objects.filter(key="police").update(active=False)
    Visitor(barnsley.office).opens(f"{CONTACTS}lado/").presses("Save").sees("changed.")
    kept = contact(barnsley, "lado")
    assert (kept.role, kept.agency and kept.agency.key) == ("old_role", "police")


@pytest.mark.parametrize(
    ("label", "typed", "refusal"),
    [
        ("Name or title", "", "Enter a name or title"),
        ("E-mail address", "nobody", "Enter an e-mail address in the right form, like name@organisation.example"),
        ("Telephone number", "", "Enter an e-mail address, a telephone number or an address"),
        ("Check these details again by", date(2020, 1, 1), "The date to check again by must be today or in the future"),
        ("Note", "x" * 301, "Note must be 300 characters or fewer. You have used 301"),
        ("Address", "x\0", HIDDEN),
    ],
)
def test_what_cannot_be_kept_of_a_contact_is_refused_in_words(
    barnsley: World, label: str, typed: str | date, refusal: str
) -> None:
    page = (
        Visitor(barnsley.administrator).opens(f"{CONTACTS}add/").fills("Name or title", "LADO").fills("Telephone number", "101")
    )
    page.fills(label, typed).presses("Add the contact")
    assert (page.status, page.refusals) == (422, [refusal])
    with barnsley.scope():
        assert Contact.objects.count() == 6


@pytest.mark.parametrize("tampered", [{"role": "king"}, {"agency": "999"}, {"agency": "\0"}])
def test_a_tampered_choice_is_refused(barnsley: World, tampered: dict[str, str]) -> None:
    answer = browser(barnsley.administrator).post(f"{CONTACTS}add/", {"name": "X", "telephone": "101", **tampered})
    assert answer.status_code == 422


def test_a_contact_that_is_not_there_is_not_found(barnsley: World) -> None:
    assert Visitor(barnsley.office).opens(f"{CONTACTS}nobody/").status == 404


def test_with_no_contact_yet_it_says_which_comes_first(barnsley: World) -> None:
    with barnsley.scope():
        Contact.objects.all().delete()
    Visitor(barnsley.office).opens(CONTACTS).sees("There are no contacts yet. Add the partnership’s inbox first")


def test_lists_take_the_same_number_of_queries_however_long(barnsley: World, django_assert_num_queries: object) -> None:
    page = Visitor(barnsley.administrator)
    for address, number in ((AGENCIES, 12), (CONTACTS, 11)):
        page.opens(address)
        with django_assert_num_queries(number):  # type: ignore[operator]
            page.opens(address)
    with barnsley.scope():
        for name in ("One", "Two", "Three"):
            services.keep_agency(None, name=name, sector="other", posts=[("manager", "Manager")])
            services.keep_contact(None, name=name, telephone="101", agency=barnsley.agencies["police"])
    for address, number in ((AGENCIES, 12), (CONTACTS, 11)):
        with django_assert_num_queries(number):  # type: ignore[operator]
            page.opens(address)
