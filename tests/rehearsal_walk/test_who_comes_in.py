"""A rehearsal is open to those who look after the real partnership, as themselves alone; to everybody else it is not there."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from accounts.models import AccountMail
from partnerships import services as partnership_services
from partnerships.models import ApiToken, Membership, Partnership, User
from partnerships.rehearsing import CHOSEN
from tests.promises.database import raw
from tests.world import World

from .conftest import Rehearsed

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]

PLACES = (
    "", "mine/", "tracker/", "tracker/export.csv", "protocol/", "administration/", "mailbox/", "tokens/", "theme.css",
    "administration/rehearse/walk/", "administration/rehearse/walk/be/", "administration/rehearse/walk/clock/",
    "administration/rehearse/walk/delete/", "api/v1/disagreements/",
)  # fmt: skip


def page_of(client: Client, address: str) -> tuple[int, list[str]]:
    """Status and words, without what is new on every page, and without the address that was asked for."""
    answer = client.get(address, headers={"X-Request-Id": "0" * 32})
    words = answer.content.decode().replace(address, "").splitlines()
    return answer.status_code, [line for line in words if not re.search('nonce="|csrfmiddlewaretoken', line)]


@pytest.fixture
def others(rehearsed: Rehearsed, havering: World) -> dict[str, User]:
    """Everybody who could come by and must not find it."""
    world = rehearsed.world
    gone = world.person("gone", "partnership_manager")
    with world.scope():
        Membership.objects.filter(user=gone).update(active=False)
    return {
        "a practitioner of the real partnership": world.midwife,
        "an observer of it": world.person("observer", "observer"),
        "a decision-maker of it": world.decider("safeguarding_partner"),
        "somebody who kept it once": gone,
        "the manager of another partnership": havering.office,
        "the administrator of another": havering.administrator,
        "an operator": User.objects.create_user("operator@tracker.example", name="Olive", is_operator=True),
    }


def test_to_everybody_else_it_is_as_if_it_were_not_there(
    rehearsed: Rehearsed, others: dict[str, User], signed_in: SignIn
) -> None:
    midwife = rehearsed.member("practitioner", "health")
    for who, user in others.items():
        client = signed_in(user)
        session = client.session
        session[CHOSEN] = {str(rehearsed.partnership.pk): midwife.user_id}
        session.save()
        for place in PLACES:
            theirs, nothing = page_of(client, rehearsed.address(place)), page_of(client, f"/p/no-such-place/{place}")
            assert theirs == nothing, f"{who} at {place}"
            assert theirs[0] == (401 if place.startswith("api/") else 404), f"{who} at {place}"
        for place in ("be", "clock", "delete"):
            answer = client.post(rehearsed.backstage(place), {"member": midwife.pk, "how": "next"})
            assert answer.status_code == 404, f"{who} posts to {place}"
    assert Partnership.objects.filter(pk=rehearsed.partnership.pk).exists()


def test_signed_out_it_leads_to_signing_in_like_any_address(rehearsed: Rehearsed, client: Client) -> None:
    for place in PLACES:
        if not place.startswith("api/"):
            assert client.get(rehearsed.address(place)).status_code == client.get(f"/p/no-such-place/{place}").status_code == 302


def test_both_kinds_of_keeper_come_in_and_choose_for_themselves(rehearsed: Rehearsed) -> None:
    midwife, manager = rehearsed.member("practitioner", "health"), rehearsed.member("lead", "social_care")
    one, two = rehearsed.keeper(rehearsed.world.administrator), rehearsed.keeper(rehearsed.world.office)
    rehearsed.being(one, midwife)
    rehearsed.being(two, manager)
    for page, member in ((one, midwife), (two, manager)):
        page.opens(rehearsed.address())
        assert f"You are being {member.user.name}" in page.page.first(cls="escalation-rehearsal").text


def test_whoever_stops_keeping_the_real_one_is_out_at_once(rehearsed: Rehearsed, signed_in: SignIn) -> None:
    page = rehearsed.being(rehearsed.keeper(), rehearsed.member("practitioner", "health"))
    assert page.status == 200
    with rehearsed.world.scope():
        Membership.objects.filter(user=rehearsed.world.administrator).update(role="practitioner")
    assert page.opens(rehearsed.address()).status == 404


def test_what_one_may_there_is_what_the_invented_person_may(rehearsed: Rehearsed) -> None:
    """The keeper's own roles in the real partnership give nothing in the rehearsal."""
    page = rehearsed.being(rehearsed.keeper(rehearsed.world.office), rehearsed.member("practitioner", "health"))
    assert page.opens(rehearsed.address("tracker/")).status == 403
    assert page.opens(rehearsed.address("administration/")).status == 403
    rehearsed.being(page, rehearsed.member("", role="partnership_manager"))
    assert page.opens(rehearsed.address("tracker/")).status == 200


def test_being_somebody_there_changes_nothing_elsewhere(rehearsed: Rehearsed, havering: World) -> None:
    page = rehearsed.being(rehearsed.keeper(), rehearsed.member("", role="partnership_manager"))
    # The administrator may not track; the invented manager whom they are being in the rehearsal may.
    assert page.opens("/p/barnsley/tracker/").status == 403
    assert page.page.every(cls="escalation-header__person")[-1].text == "Signed in as Administrator"
    assert page.opens("/p/havering/").status == 404
    assert page.opens("/").address == "/p/barnsley/"
    page.opens("/accounts/how-you-sign-in/").sees("You are Administrator")
    page.opens(rehearsed.address()).presses("Sign out")
    assert page.opens(rehearsed.address()).address == "/accounts/login/"


@bounded(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.recursive(st.none() | st.integers(-(2**70), 2**70) | st.text(max_size=5) | st.booleans(), st.lists, max_leaves=3)
)
def test_whatever_stands_in_the_session_nobody_comes_of_it(rehearsed: Rehearsed, chosen: object) -> None:
    client = Client()
    client.force_login(rehearsed.world.administrator, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[CHOSEN] = {str(rehearsed.partnership.pk): chosen}
    session.save()
    answer = client.get(rehearsed.address())
    known = {rehearsed.member("practitioner", "health").user_id}
    assert (answer.status_code, answer.headers.get("Location")) == (302, rehearsed.backstage("be")) or chosen in known


def test_a_real_persons_id_in_the_session_makes_nobody_of_them(rehearsed: Rehearsed, havering: World, signed_in: SignIn) -> None:
    client = signed_in(rehearsed.world.administrator)
    for user in (rehearsed.world.office, rehearsed.world.administrator, havering.office):
        session = client.session
        session[CHOSEN] = {str(rehearsed.partnership.pk): user.pk}
        session.save()
        answer = client.get(rehearsed.address())
        assert (answer.status_code, answer["Location"]) == (302, rehearsed.backstage("be"))


def test_an_invented_person_in_the_session_of_a_real_partnership_is_nobody(
    rehearsed: Rehearsed, havering: World, signed_in: SignIn
) -> None:
    manager = rehearsed.member("", role="partnership_manager")
    for client, own in ((signed_in(rehearsed.world.midwife), 403), (signed_in(havering.midwife), 404)):
        session = client.session
        session[CHOSEN] = {str(rehearsed.world.partnership.pk): manager.user_id}
        session.save()
        assert client.get("/p/barnsley/tracker/").status_code == own


def test_one_rehearsals_people_are_nobody_in_another(rehearsed: Rehearsed, signed_in: SignIn) -> None:
    other = Rehearsed(rehearsed.world)
    client = signed_in(rehearsed.world.administrator)
    session = client.session
    session[CHOSEN] = {str(rehearsed.partnership.pk): other.member("practitioner", "health").user_id}
    session.save()
    assert client.get(rehearsed.address())["Location"] == rehearsed.backstage("be")
    assert client.post(rehearsed.backstage("be"), {"member": other.member("practitioner", "health").pk}).status_code == 404


# ---------------------------------------------------------------- signing in
def test_nobody_signs_in_as_somebody_invented(rehearsed: Rehearsed, client: Client, signed_in: SignIn) -> None:
    user = rehearsed.member("", role="partnership_manager").user
    for address, typed in (
        ("/accounts/login/code/", {"email": user.email}),
        ("/accounts/password/reset/", {"email": user.email}),
        ("/accounts/login/", {"login": user.email, "password": ""}),
        ("/accounts/login/", {"login": user.email, "password": user.password}),
        ("/demo/", {"person": user.email}),
    ):
        client.post(address, typed)
        assert client.get("/")["Location"] == "/accounts/login/"
    assert AccountMail.objects.count() == 0
    assert signed_in(user).get("/")["Location"] == "/accounts/login/"  # even a session of theirs is nobody's
    assert user.email not in client.get("/demo/").content.decode()
    assert not user.has_usable_password()


def test_the_database_itself_keeps_them_from_it(rehearsed: Rehearsed) -> None:
    user = rehearsed.member("", role="partnership_manager").user
    for change in ("is_active = true", "is_operator = true", "is_demo = true", "email = 'real@hospital.nhs.uk'"):
        with pytest.raises(IntegrityError, match="nobody_signs_in_as_somebody_of_a_rehearsal"), transaction.atomic():
            raw(f"UPDATE partnerships_user SET {change} WHERE id = %s", [user.pk])
    with pytest.raises(IntegrityError, match="is invented for a rehearsal or never is"), transaction.atomic():
        raw("UPDATE partnerships_user SET rehearses_id = NULL, is_active = true WHERE id = %s", [user.pk])


def test_they_are_members_of_their_rehearsal_alone_and_nobody_else_is(rehearsed: Rehearsed) -> None:
    world, invented = rehearsed.world, rehearsed.member("practitioner", "health").user
    for scope, user in ((world.scope(), invented), (rehearsed.scope(), world.office), (Rehearsed(world).scope(), invented)):
        with pytest.raises(IntegrityError, match="has its own invented people"), scope, transaction.atomic():
            partnership_services.add_member(user, role="practitioner")
    with pytest.raises(CommandError, match="A rehearsal has invented people only"):
        call_command("invite", rehearsed.slug, "real@hospital.nhs.uk", "Real Person", "partnership_manager")


def test_somebody_named_on_a_form_there_gets_no_account(rehearsed: Rehearsed) -> None:
    with rehearsed.scope():
        agency = rehearsed.member("practitioner", "health").agency
        assert agency is not None
        agency.email_domains = ["hospital.nhs.uk"]
        agency.save()
        assert partnership_services.admit("real@hospital.nhs.uk", name="Real Person", agency=agency) is None
    assert not User.objects.filter(email="real@hospital.nhs.uk").exists()


def test_no_program_is_let_in(rehearsed: Rehearsed, client: Client) -> None:
    manager = rehearsed.member("", role="partnership_manager")
    page = rehearsed.being(rehearsed.keeper(), manager).opens(rehearsed.address("tokens/"))
    page.fills("Which program is it for?", "Reports").presses("Make")
    assert page.refusals == ["This is a rehearsal: no program is let into it."]
    # Not even with one that was slipped in, nor with a real partnership's.
    with rehearsed.world.scope():
        _, real = partnership_services.issue_token(rehearsed.world.office, name="Reports")
    with rehearsed.scope():
        digest = ApiToken(digest=partnership_services.token_digest("slipped in")).digest
        raw(
            "INSERT INTO partnerships_apitoken (partnership_id, user_id, name, digest, scopes, created_at, expires_at)"
            " VALUES (%s, %s, 'x', %s, '[]', now(), now() + interval '9000 days')",
            [rehearsed.partnership.pk, manager.user_id, digest],
        )
    for secret in (real, "slipped in"):
        for slug, status in ((rehearsed.slug, 401), ("barnsley", 200 if secret == real else 401)):
            answer = client.get(f"/p/{slug}/api/v1/disagreements/", HTTP_AUTHORIZATION=f"Bearer {secret}")
            assert answer.status_code == status


def test_it_never_goes_live_and_shares_nothing(rehearsed: Rehearsed, doors_shut: None, settings: object) -> None:
    page = rehearsed.being(rehearsed.keeper(), rehearsed.member("", role="partnership_manager"))
    page.opens(rehearsed.address("administration/going-live/"))
    page.sees("This is a rehearsal: everything in it is invented, and it never goes live.")
    with pytest.raises(IntegrityError, match="a_rehearsal_is_never_live"), transaction.atomic():
        raw("UPDATE partnerships_partnership SET live_since = now() WHERE id = %s", [rehearsed.partnership.pk])
    with pytest.raises(DatabaseError, match="A rehearsal shares nothing"), rehearsed.scope(), transaction.atomic():
        raw(
            "INSERT INTO partnerships_shareddefinition (sharer_id, shared_by, name, line, number, definition, digest, shared_at)"
            " VALUES (%s, 'x', 'x', 'main', 1, '{}', 'x', now())",
            [rehearsed.partnership.pk],
        )


def test_there_is_no_rehearsal_of_a_rehearsal(rehearsed: Rehearsed) -> None:
    page = rehearsed.being(rehearsed.keeper(), rehearsed.member("", role="partnership_manager"))
    for place in ("administration/rehearse/walk/", "administration/rehearse/walk/1/"):
        assert page.opens(rehearsed.address(place)).address == rehearsed.backstage("be")
