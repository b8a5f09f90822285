"""Letting a person into a partnership from the command line, and what is refused."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from partnerships.administering import AdministrationEntry
from partnerships.models import Membership, User
from tests.world import World

pytestmark = pytest.mark.django_db


def test_an_invited_partnership_manager_may_sign_in_and_see_the_tracker(barnsley: World) -> None:
    told = StringIO()
    call_command("invite", "barnsley", "New.Office@Barnsley.Example", "Noor Office", "partnership_manager", stdout=told)
    assert told.getvalue() == ("Noor Office may sign in as partnership manager of Barnsley Safeguarding Children Partnership.\n")
    client = Client()
    user = User.objects.get(email="new.office@barnsley.example")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/p/barnsley/tracker/").status_code == 200


def test_inviting_twice_is_once(barnsley: World) -> None:
    for _ in range(2):
        call_command("invite", "barnsley", "a@b.example", "Ann", "lead", "--agency", "hospital", stdout=StringIO())
    with barnsley.scope():
        assert Membership.objects.filter(user__email="a@b.example").count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("nowhere", "a@b.example", "Ann", "lead"), "There is no partnership 'nowhere'."),
        (("barnsley", "no address", "Ann", "lead"), "'no address' is no e-mail address."),
        (
            ("barnsley", "a@b.example", "Ann", "lead", "--agency", "navy"),
            "Barnsley Safeguarding Children Partnership has no agency 'navy'.",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(barnsley: World, given: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("invite", *given)
    assert str(refused.value) == sentence
    assert not User.objects.filter(email="a@b.example").exists()


def test_it_is_logged_as_done_by_nobody_and_an_operator_is_no_member(barnsley: World) -> None:
    call_command("invite", "barnsley", "a@b.example", "Ann", "partnership_manager", stdout=StringIO())
    with barnsley.scope():
        (entry,) = AdministrationEntry.objects.all()
        assert (entry.did, entry.by, entry.about) == ("let_in", None, User.objects.get(email="a@b.example"))
    User.objects.create_user("olive@tracker.example", name="Olive", is_operator=True)
    with pytest.raises(CommandError, match="Operators see no disagreement, so they are no members"):
        call_command("invite", "barnsley", "olive@tracker.example", "Olive", "lead")


def test_an_installation_gets_its_operator_by_command_and_loses_them_by_it(barnsley: World) -> None:
    """No page makes one, and nobody is an operator and a member."""
    told = StringIO()
    call_command("operator", "Iris@Council.example", "Iris Officer", stdout=told)
    assert told.getvalue() == "Iris Officer may sign in as an operator, and then open /operations/.\n"
    client, iris = Client(), User.objects.get(email="iris@council.example")
    client.force_login(iris, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/operations/").status_code == 200
    with pytest.raises(CommandError, match="Operators see no disagreement"):
        call_command("invite", "barnsley", "iris@council.example", "Iris", "lead")
    with pytest.raises(CommandError, match="is in a partnership"):
        call_command("operator", barnsley.office.email)
    with pytest.raises(CommandError, match="Give their name as well"):
        call_command("operator", "another@council.example")
    with pytest.raises(CommandError, match="no e-mail address"):
        call_command("operator", "another", "Ann")
    call_command("operator", "iris@council.example", "--end", stdout=told)
    assert not User.objects.get(pk=iris.pk).is_operator
    assert client.get("/operations/").status_code == 404
    with pytest.raises(CommandError, match="No operator here has the address"):
        call_command("operator", "iris@council.example", "--end")
