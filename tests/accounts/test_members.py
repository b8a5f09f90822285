"""Letting people into a partnership, changing what they may do, and ending it: through the keepers' pages."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.members import writing
from accounts.members.permissions import Access
from accounts.models import AccountMail
from partnerships.administering import AdministrationEntry
from partnerships.arrangements import Arrangements
from partnerships.doing import PartnershipRefused
from partnerships.models import Agency, ApiToken, Membership, User
from partnerships.scope import partnership_scope, person_scope
from partnerships.selectors import memberships_of
from partnerships.services import issue_token
from rehearsal import walking
from tests.journeys.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db

PEOPLE = "/p/barnsley/administration/people/"
LET_IN = f"{PEOPLE}let-in/"
ONLY_THE_OFFICE = (
    "This lets somebody see disagreements in which they are not named, so only a partnership manager may give it, "
    "change it or end it."
)
NOT_YOUR_OWN = "Nobody changes their own access. Ask another partnership manager or protocol administrator to do it."


def lets_in(by: User, email: str, role: str, name: str = "Nia New", *, agency: str = "", protocol_role: str = "") -> Visitor:
    page = Visitor(by).opens(LET_IN).fills("Work e-mail address", email).fills("Full name", name)
    page.fills("What may they do?", role)
    if agency:
        page.fills("Agency", agency)
    if protocol_role:
        page.fills("Role under the protocol", protocol_role)
    return page.presses("Let them in")


def page_of(world: World, user: User) -> str:
    with world.scope():
        return f"{PEOPLE}{Membership.objects.get(user=user).pk}/"


def standing(page: Visitor, name: str) -> str:
    """What stands in a box of the page, typed or not."""
    found = [box for box in page.page.every(tag="input") if box.attributes.get("name") == name]
    return str(found[0].attributes.get("value", ""))


def signed_in_and_listed(person: User) -> Visitor:
    """With the line that signing in through the pages leaves, by which their sessions are found."""
    page = Visitor(person).opens("/p/barnsley/")
    UserSession.objects.create(user=person, ip="192.0.2.1", session_key=page.client.session.session_key, user_agent="")
    assert page.status == 200
    return page


def roles(world: World, user: User) -> list[tuple[str, bool]]:
    with world.scope():
        return [(m.role, m.active) for m in Membership.objects.filter(user=user).order_by("pk")]


def logged(world: World) -> list[tuple[str, User | None, User | None]]:
    with world.scope():
        return [(e.did, e.by, e.about) for e in AdministrationEntry.objects.select_related("by", "about").order_by("pk")]


def knows(world: World, *agencies: str) -> None:
    """Each agency's own domain, as the office has entered it."""
    with world.scope():
        for key in agencies:
            Agency.objects.filter(key=key).update(email_domains=[f"{key}.example"])


def test_somebody_new_is_let_in_told_where_to_sign_in_and_found_in_the_list(barnsley: World) -> None:
    knows(barnsley, "school")
    page = lets_in(barnsley.administrator, "Nia.New@School.Example", "Practitioner", agency="Larkfield School")
    assert (page.address, page.told) == (PEOPLE, ["Nia New is let in. An e-mail says where and how to sign in."])
    nia = User.objects.get(email="nia.new@school.example")
    assert roles(barnsley, nia) == [("practitioner", True)]
    assert logged(barnsley) == [("let_in", barnsley.administrator, nia)]
    mail = AccountMail.objects.get(to=nia.email)
    assert mail.subject == "You can sign in to the escalation tracker of Barnsley Safeguarding Children Partnership"
    assert [words in mail.text for words in ("/p/barnsley/", "Practitioner, Larkfield School", "You need no password.")] == [
        True
    ] * 3
    assert "second step" not in mail.text
    assert Visitor(nia).opens("/p/barnsley/").status == 200
    found = Visitor(barnsley.office).opens(f"{PEOPLE}?q=nia&role=practitioner&agency=school")
    assert found.heading == "People (1)"
    assert found.follows("Nia New").heading == "Nia New"


def test_an_account_that_is_there_keeps_its_name_and_tells_nothing_of_where_else_it_belongs(
    barnsley: World, havering: World
) -> None:
    constable = havering.person("constable", "observer")
    page = lets_in(barnsley.office, constable.email, "Designated", "Somebody Typed", agency="Police")
    assert page.told == ["Constable is let in. An e-mail says where and how to sign in."]
    page.does_not_see("Havering")
    page.opens(page_of(barnsley, constable)).does_not_see("Havering", "Observer, ").sees("Designated or reviewing professional")
    with person_scope(constable.pk):
        assert {m.partnership.slug for m in memberships_of(constable.pk)} == {"barnsley", "havering"}
    twice = lets_in(barnsley.office, constable.email, "Designated", agency="Police")
    assert twice.status == 409
    assert twice.refusals == ["Constable is here already as designated or reviewing professional of Police."]


def test_an_administrator_gives_nobody_what_sees_more_and_the_office_does(barnsley: World) -> None:
    """Administrators see no disagreement, so they must not be able to obtain it: not for a second address of theirs either."""
    asked: list[tuple[str, dict[str, str]]] = [
        ("Partnership manager", {}),
        ("Decision-maker", {}),
        ("Representative on the partnership", {}),
        ("Designated or reviewing professional", {}),
        ("Practitioner", {"protocol_role": barnsley.protocol.role("safeguarding_partner").name}),
    ]
    for number, (role, given) in enumerate(asked):
        page = lets_in(barnsley.administrator, f"nia{number}@school.example", role, **given)
        assert (page.status, page.refusals) == (409, [ONLY_THE_OFFICE])
        assert standing(page, "name") == "Nia New"  # nothing typed is lost
        assert not User.objects.filter(email=f"nia{number}@school.example").exists()
        assert lets_in(barnsley.office, f"nia{number}@school.example", role, **given).address == PEOPLE
    knows(barnsley, "police")
    given = {"agency": "Police"}
    assert lets_in(barnsley.administrator, "pat@police.example", "Senior manager", **given).address == PEOPLE
    as_practitioner = {"protocol_role": barnsley.protocol.role("practitioner").name}  # this brings nobody in
    assert lets_in(barnsley.administrator, "pim@police.example", "Practitioner", **as_practitioner, **given).address == PEOPLE
    with barnsley.scope():
        Arrangements.objects.create(agency_sees=True)
    page = lets_in(barnsley.administrator, "pia@police.example", "Senior manager", **given)
    assert page.refusals == [ONLY_THE_OFFICE]  # where an agency sees its own, this sees more too


def test_nobody_gives_anything_to_themselves(barnsley: World) -> None:
    administrator, office = barnsley.administrator, barnsley.office
    assert lets_in(administrator, administrator.email, "Observer").refusals == [NOT_YOUR_OWN]
    assert lets_in(office, office.email, "Protocol administrator").refusals == [NOT_YOUR_OWN]
    page = Visitor(office).opens(page_of(barnsley, office)).sees(NOT_YOUR_OWN).does_not_see("End this access")
    page.fills("Job title", "Business manager").presses("Save")
    assert page.told == ["Office: changed."]
    assert page.fills("What may they do?", "Observer").presses("Save").refusals == [NOT_YOUR_OWN]
    shown = {"shown": standing(page, "shown")}
    assert page.client.post(f"{page_of(barnsley, office)}end/", shown).status_code == 409
    assert roles(barnsley, office) == [("partnership_manager", True)]


def test_somebody_is_changed_and_the_second_of_two_who_change_them_is_told(barnsley: World) -> None:
    stranger = barnsley.stranger
    first, second = (Visitor(who).opens(page_of(barnsley, stranger)) for who in (barnsley.office, barnsley.administrator))
    first.fills("What may they do?", "Senior manager").fills("Agency", "Larkfield School").presses("Save")
    assert first.told == ["Stranger: changed."]
    second.fills("Job title", "Sergeant").presses("Save")
    assert second.status == 409
    assert [words.split(".")[0] for words in second.refusals] == ["Somebody changed this while you were looking at it"]
    second.sees("Senior manager", "Larkfield School")
    assert standing(second, "job_title") == "Sergeant"
    assert roles(barnsley, stranger) == [("senior_manager", True)]
    with barnsley.scope():
        (entry,) = AdministrationEntry.objects.all()
        assert (entry.did, entry.data["fields"], entry.data["before"]["role"]) == (
            "role_changed", ["role", "agency"], "practitioner",
        )  # fmt: skip


def test_ending_it_shuts_the_door_the_programs_and_the_sessions_and_letting_in_again_opens_the_first_alone(
    barnsley: World, havering: World
) -> None:
    stranger = barnsley.stranger
    with barnsley.scope():
        issue_token(stranger, name="Reports")
    theirs = signed_in_and_listed(stranger)
    page = Visitor(barnsley.office).opens(page_of(barnsley, stranger)).follows("End this access")
    page.sees("signed out everywhere", "name who takes over").presses("End the access")
    assert page.told == ["Stranger has no access any more."]
    page.sees("This access has ended.")
    assert theirs.client.get("/p/barnsley/").headers["Location"].startswith("/accounts/login/")
    with barnsley.scope():
        assert not ApiToken.objects.filter(user=stranger, revoked_at=None).exists()
    assert "Stranger" not in Visitor(barnsley.office).opens(f"{PEOPLE}?q=stranger").links()
    ended = Visitor(barnsley.office).opens(f"{PEOPLE}?state=ended").follows("Stranger")
    ended.presses("Let them in again").presses("Let them in again")
    assert ended.told == ["Stranger is let in again."]
    assert [did for did, _, _ in logged(barnsley)] == ["let_out", "let_in"]
    assert Visitor(stranger).opens("/p/barnsley/").status == 200
    with havering.scope():
        Membership.objects.create(user=stranger, role="observer")
    theirs = Visitor(stranger).opens("/p/havering/")
    Visitor(barnsley.office).opens(f"{page_of(barnsley, stranger)}end/").presses("End the access")
    assert theirs.opens("/p/barnsley/").status == 404
    assert theirs.opens("/p/havering/").status == 200  # they belong elsewhere too: nobody signs them out of that


def test_the_last_partnership_manager_and_the_last_administrator_stay(barnsley: World) -> None:
    office, administrator = barnsley.office, barnsley.administrator
    last = Visitor(office).opens(f"{page_of(barnsley, administrator)}end/")
    only = "Administrator is the only protocol administrator. Let in another protocol administrator first."
    last.sees(only)
    assert "End the access" not in [button.text for button in last.page.every(tag="button")]
    page = Visitor(office).opens(page_of(barnsley, administrator)).fills("What may they do?", "Observer").presses("Save")
    assert page.refusals == [only]
    second = barnsley.person("second.office", "partnership_manager")
    assert Visitor(second).opens(f"{page_of(barnsley, office)}end/").presses("End the access").status == 200
    other = barnsley.person("other.administrator", "protocol_administrator")
    Visitor(other).opens(f"{page_of(barnsley, second)}end/").sees(ONLY_THE_OFFICE)
    User.objects.filter(pk=second.pk).update(is_active=True)
    assert roles(barnsley, second) == [("partnership_manager", True)]


def test_who_cannot_be_let_in_is_refused_in_a_sentence(barnsley: World) -> None:
    User.objects.create_user("olive@tracker.example", name="Olive", is_operator=True)
    User.objects.create_user("gone@school.example", name="Gone", is_active=False)
    said = {
        "olive@tracker.example": (
            "This is somebody who operates the installation. Operators see no disagreement, so they are no members."
        ),
        "gone@school.example": "Nobody can sign in with this address, so it cannot be let in.",
    }
    for email, sentence in said.items():
        assert lets_in(barnsley.office, email, "Practitioner").refusals == [sentence]
    page = lets_in(barnsley.office, "not an address", "Practitioner")
    assert (page.status, page.refusals) == (422, ["Enter an e-mail address like name@agency.example"])
    assert not AccountMail.objects.exists()


def test_somebody_of_another_partnership_is_not_there(barnsley: World, havering: World) -> None:
    theirs = page_of(havering, havering.midwife).replace(PEOPLE, "")
    for address in (theirs, f"{theirs}end/", f"{theirs}again/", f"{2**40}/"):
        page = Visitor(barnsley.office)
        assert page.client.get(f"{PEOPLE}{address}").status_code == 404
        assert page.client.post(f"{PEOPLE}{address}", {"shown": "x"}).status_code == 404


def test_the_list_asks_the_same_few_questions_however_many_there_are(barnsley: World) -> None:
    office = Client()
    office.force_login(barnsley.office)
    asked = []
    for many in (1, 30):
        for number in range(many):
            barnsley.person(f"colleague{number}", "practitioner", "school")
        with CaptureQueriesContext(connection) as found:
            page = office.get(PEOPLE).content.decode()
        asked.append(len([q for q in found if "SAVEPOINT" not in q["sql"]]))
        assert ("Next" in page) == (many == 30)
    assert asked == [11, 11]


def test_the_office_takes_second_factors_away_and_an_administrator_only_of_who_sees_no_more_than_they(barnsley: World) -> None:
    decider = barnsley.decider("safeguarding_partner")
    theirs = signed_in_and_listed(decider)
    reset = f"{page_of(barnsley, decider)}second-factors/"
    Visitor(barnsley.administrator).opens(reset).sees(ONLY_THE_OFFICE)
    page = Visitor(barnsley.office).opens(page_of(barnsley, decider)).follows("Take their second step away")
    page.presses("Take it away")
    assert page.told == ["Decider is signed out everywhere, and sets up a second step anew when it is needed."]
    assert theirs.client.get("/p/barnsley/").headers["Location"].startswith("/accounts/login/")
    assert logged(barnsley) == [("signed_out_everywhere", barnsley.office, decider)]
    own = Visitor(barnsley.office).opens(f"{page_of(barnsley, barnsley.office)}second-factors/")
    own.sees(NOT_YOUR_OWN)


def test_whoever_sees_no_disagreement_has_no_role_under_the_protocol(barnsley: World) -> None:
    page = lets_in(barnsley.office, "nia@school.example", "Protocol administrator", protocol_role="Safeguarding")
    assert page.refusals == [
        "A role under the protocol brings somebody in, and this one sees no disagreement: protocol administrator."
    ]


def test_nobody_real_is_let_into_a_rehearsal(barnsley: World) -> None:
    """By a sentence, before the database refuses it."""
    with barnsley.scope():
        rehearsal = walking.begin(barnsley.partnership, barnsley.version)
    office, given = frozenset({"partnership_manager"}), {"email": "a@b.example", "name": "Ann", "access": Access("lead")}
    with partnership_scope(rehearsal.pk), pytest.raises(PartnershipRefused) as refused:
        writing.let_in(by=barnsley.office, roles=office, **given)
    assert str(refused.value) == "This is a rehearsal: it has invented people only, and nobody real is let into it."
