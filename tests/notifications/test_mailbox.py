"""The mailbox of a demonstration: what people would have been sent, to read and to follow."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from partnerships.models import User

from ..world import TUESDAY, World
from .story import announce, messages, to

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def written(barnsley: World) -> World:
    barnsley.raised()
    announce(barnsley, at=TUESDAY)
    return barnsley


def test_the_newest_e_mail_is_first_and_says_what_became_of_it(written: World, signed_in: SignIn) -> None:
    page = signed_in(written.midwife).get("/p/barnsley/mailbox/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "no e-mail leaves" in text.lower() or "none has left the system" in text
    shown = re.findall(r'href="/p/barnsley/mailbox/(\d+)/"', text)
    assert [int(number) for number in shown] == [message.pk for message in reversed(messages(written))]
    assert text.count("Kept inside: training mode") == 4


def test_an_e_mail_is_shown_as_its_reader_sees_it_and_its_link_leads_to_the_disagreement(
    written: World, signed_in: SignIn, settings: Any
) -> None:
    (message,) = to(messages(written), "team.manager")
    client = signed_in(written.team_manager)
    page = client.get(f"/p/barnsley/mailbox/{message.pk}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "BAR-0001: please answer by Tuesday 22 September" in text
    assert "team.manager@barnsley.example" in text
    (link,) = set(re.findall(rf'href="{re.escape(settings.BASE_URL)}(/p/[^"]+)"', text))
    assert client.get(link).status_code == 200


def test_an_empty_mailbox_says_so_and_a_live_one_is_shut(barnsley: World, signed_in: SignIn) -> None:
    client = signed_in(barnsley.midwife)
    assert "Nobody has been written to yet." in client.get("/p/barnsley/mailbox/").content.decode()
    barnsley.partnership.live_since = TUESDAY
    barnsley.partnership.save()
    assert client.get("/p/barnsley/mailbox/").status_code == 404


def test_another_partnerships_mail_is_not_there(written: World, havering: World, signed_in: SignIn) -> None:
    client = signed_in(havering.midwife)
    (message, *_) = messages(written)
    assert client.get("/p/barnsley/mailbox/").status_code == 404
    assert client.get(f"/p/havering/mailbox/{message.pk}/").status_code == 404


def test_there_is_no_mailbox_outside_a_demonstration(written: World, signed_in: SignIn, settings: Any) -> None:
    settings.DEMO_DOORS = False
    client = signed_in(written.midwife)
    (message, *_) = messages(written)
    for address in ("/p/barnsley/mailbox/", f"/p/barnsley/mailbox/{message.pk}/"):
        assert client.get(address).status_code == 404


def test_nobody_reads_it_without_signing_in(written: World, client: Client) -> None:
    answer = client.get("/p/barnsley/mailbox/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/p/barnsley/mailbox/")


def test_a_mailbox_is_read_and_not_written(written: World, signed_in: SignIn) -> None:
    assert signed_in(written.midwife).post("/p/barnsley/mailbox/").status_code == 405


def test_how_many_e_mails_there_are_does_not_change_how_often_the_database_is_asked(
    barnsley: World, signed_in: SignIn, django_assert_num_queries: Any
) -> None:
    client = signed_in(barnsley.midwife)
    for _ in range(2):
        barnsley.raised()
        announce(barnsley, at=TUESDAY)
        with django_assert_num_queries(12):
            client.get("/p/barnsley/mailbox/")
