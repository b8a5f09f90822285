"""Where a person lands, and the demonstration's doors."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import AccountMail
from partnerships.models import Membership, Partnership, User

from ..world import World

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def test_signed_out_one_is_asked_to_sign_in(client: Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")


def test_a_person_of_one_partnership_goes_straight_there(barnsley: World, signed_in: SignIn) -> None:
    answer = signed_in(barnsley.midwife).get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/p/barnsley/")


def test_two_roles_in_one_partnership_are_one_place(barnsley: World, signed_in: SignIn) -> None:
    barnsley.person("midwife", "representative", "hospital")
    assert signed_in(barnsley.midwife).get("/")["Location"] == "/p/barnsley/"


def test_a_person_of_several_partnerships_chooses(barnsley: World, havering: World, signed_in: SignIn) -> None:
    with havering.scope():
        Membership.objects.create(user=barnsley.midwife, role="practitioner")
    page = signed_in(barnsley.midwife).get("/")
    assert page.status_code == 200
    assert re.findall(r'govuk-link" href="(/p/[^"]+)"', page.content.decode()) == ["/p/barnsley/", "/p/havering/"]


def test_a_person_of_none_is_told_whom_to_ask(barnsley: World, signed_in: SignIn) -> None:
    client = signed_in(barnsley.midwife)
    with barnsley.scope():
        Membership.objects.update(active=False)
    page = client.get("/")
    assert page.status_code == 200
    assert "You are not in a partnership yet" in page.content.decode()


def test_pressing_a_demo_persons_name_signs_in_as_them(barnsley: World, havering: World, client: Client) -> None:
    for world in (barnsley, havering):
        world.office, world.midwife  # noqa: B018  made when first asked for
    page = client.get("/demo/")
    assert re.findall(r'name="person" value="([^"]+)"', page.content.decode()) == [
        "midwife@barnsley.example", "office@barnsley.example", "midwife@havering.example", "office@havering.example",
    ]  # fmt: skip
    answer = client.post("/demo/", {"person": "office@havering.example"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/")["Location"] == "/p/havering/"


@pytest.mark.parametrize(
    "facts", [{"is_demo": False}, {"email": "midwife@hospital.nhs.uk"}, {"is_active": False}, {"is_operator": True}]
)
def test_nobody_else_is_let_in_by_the_demo_door(barnsley: World, client: Client, facts: dict[str, Any]) -> None:
    User.objects.filter(pk=barnsley.midwife.pk).update(**facts)
    email = facts.get("email", "midwife@barnsley.example")
    assert email not in client.get("/demo/").content.decode()
    for person in (email, "nobody@barnsley.example", "", "a\0@barnsley.example"):
        assert client.post("/demo/", {"person": person}).status_code == 404
    assert client.get("/")["Location"] == "/accounts/login/"


def test_an_empty_demonstration_says_so(client: Client) -> None:
    assert "There are no demonstration people yet." in client.get("/demo/").content.decode()


def test_sign_in_codes_can_be_read_because_nobody_has_the_addresses(barnsley: World, client: Client) -> None:
    assert "Nothing has been e-mailed in the last hour." in client.get("/demo/mailbox/").content.decode()
    client.post("/accounts/login/code/", {"email": barnsley.midwife.email})
    listed = client.get("/demo/mailbox/").content.decode()
    assert "Waiting to be sent" in listed
    services.deliver_account_mail()
    listed = client.get("/demo/mailbox/").content.decode()
    assert "midwife@barnsley.example" in listed
    (number,) = re.findall(r'href="/demo/mailbox/(\d+)/"', listed)
    assert "10 minutes" in client.get(f"/demo/mailbox/{number}/").content.decode()
    assert client.get("/demo/mailbox/999999/").status_code == 404


def test_a_real_persons_code_is_not_among_them(barnsley: World, client: Client) -> None:
    """In a training deployment real people sign in beside the invented ones."""
    User.objects.create_user("real@hospital.nhs.uk", name="Real Person")
    Client().post("/accounts/login/code/", {"email": "real@hospital.nhs.uk"})
    queued = AccountMail.objects.get()
    assert "real@hospital.nhs.uk" not in client.get("/demo/mailbox/").content.decode()
    assert client.get(f"/demo/mailbox/{queued.pk}/").status_code == 404


def test_outside_a_demonstration_there_are_no_such_doors(barnsley: World, client: Client, settings: Any) -> None:
    settings.DEMO_DOORS = False
    queued = services.queue_account_mail(to="m@b.example", subject="s", text="t", expires_at=timezone.now() + timedelta(hours=1))
    barnsley.midwife  # noqa: B018  made when first asked for
    for address in ("/demo/", "/demo/mailbox/", f"/demo/mailbox/{queued.pk}/"):
        assert client.get(address).status_code == 404
    assert client.post("/demo/", {"person": "midwife@barnsley.example"}).status_code == 404
    with pytest.raises(CommandError, match="no demonstration"):
        call_command("demo_people")


def test_the_list_of_demo_people_is_printed_in_columns(barnsley: World, settings: Any) -> None:
    settings.BASE_URL = "http://127.0.0.1:8000"
    barnsley.midwife, barnsley.office  # noqa: B018  made when first asked for
    out = StringIO()
    call_command("demo_people", stdout=out)
    assert out.getvalue() == (
        "http://127.0.0.1:8000/demo/\n"
        "\n"
        "Barnsley Safeguarding Children Partnership\n"
        "  Practitioner         Midwife  Moorside Hospital  midwife@barnsley.example\n"
        "  Partnership manager  Office                      office@barnsley.example\n"
    )


def test_with_nobody_in_it_the_list_is_the_address_alone(settings: Any) -> None:
    out = StringIO()
    call_command("demo_people", stdout=out)
    assert out.getvalue() == f"{settings.BASE_URL}/demo/\n"


def test_the_demonstrations_doors_open_on_nobody_of_a_live_partnership(
    barnsley: World, havering: World, client: Client, settings: Any
) -> None:
    """Whatever an installation leaves open: a live partnership's people are not listed, not signed in as, their codes and
    letters not shown."""
    settings.DEMO_DOORS = True
    both = havering.midwife
    with barnsley.scope():
        Membership.objects.create(user=both, role="practitioner")
    services.queue_account_mail(to=both.email, subject="Code", text="1234", expires_at=timezone.now() + timedelta(hours=1))
    Partnership.objects.filter(pk=havering.partnership.pk).update(live_since=timezone.now())
    assert client.post("/demo/", {"person": both.email}).status_code == 404
    assert both.name not in client.get("/demo/").content.decode()
    assert "Code" not in client.get("/demo/mailbox/").content.decode()
    client.force_login(both)
    assert client.get("/p/havering/mailbox/").status_code == 404
    assert "Mailbox" not in client.get("/p/havering/").content.decode()
    assert client.get("/p/barnsley/mailbox/").status_code == 200
