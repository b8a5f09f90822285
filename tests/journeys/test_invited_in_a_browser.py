"""In a real Chromium: from the letter's link to the answer, and out again when the office ends the access. What the answer costs
somebody who has no account is counted (effort.py)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from accounts.models import AccountMail
from escalation import services
from escalation.models import Disagreement
from notifications.models import Message
from notifications.services import announce
from partnerships.protocol_terms import Side
from tests.world import World

from .at_the_browser import DESKTOP, PHONE, Person, Size
from .counting import Counted
from .effort import words

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMED = "jo.jones@care.example"
CODE = re.compile(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", re.MULTILINE)


@pytest.fixture
def raised(a_tuesday: None, transactional_db: None) -> tuple[World, Disagreement]:
    world = World("barnsley")
    agency = world.agencies["social_care"]
    agency.email_domains = ["care.example"]
    with world.scope():
        agency.save()
    assert world.office
    own = [person for person in world.particulars().people if person.side == Side.RAISING]
    jo = services.Person(side=Side.RECEIVING, role="lead", name="Jo Jones", email=NAMED, telephone="01226 700 111")
    kit = services.Person(side=Side.RECEIVING, role="practitioner", name="Kit Known", email="kit@elsewhere.example")
    return world, world.raised(at=timezone.now(), people=(*own, jo, kit))


def acknowledges(jo: Person) -> None:
    jo.presses("I have this; I will telephone today").sees("Acknowledged by the receiving side")


def proposes(jo: Person) -> None:
    jo.presses("Propose an outcome").fills("What do you propose?", words()["proposed"]).presses("Propose an outcome")
    jo.sees("Proposed outcome: nothing is fixed yet")


answers = {PHONE.name: acknowledges, DESKTOP.name: proposes}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=lambda size: size.name)
def test_in_by_the_link_and_out_at_once(
    raised: tuple[World, Disagreement], live_server: Any, new_context: Callable[..., Any], size: Size
) -> None:
    world, disagreement = raised
    announce(world.partnership.pk)
    with world.scope():
        letter = Message.objects.get(to_email=NAMED).text
    found = re.search(r"Open it:\s(\S+)", letter)
    assert found is not None

    def somebody() -> Counted:
        context = new_context(viewport=size.viewport, reduced_motion="reduce")
        return Counted(context.new_page(), size, live_server.url)

    jo = somebody()
    jo.opens("/answer/").looks()
    jo.page.goto("about:blank")
    with jo.measured(f"answer from the e-mail, with no account: {'acknowledge' if size is PHONE else 'propose an outcome'}"):
        jo.reads(letter).opens(urlsplit(found[1]).path).looks()
        jo.presses("Send me a code").looks()
        mail = AccountMail.objects.get(to=NAMED).text
        code = CODE.search(mail)
        assert code is not None
        jo.reads(mail).fills("Code", code[1]).presses("Continue").looks()
        answers[size.name](jo)
    jo.looks()

    office = somebody().signs_in_as("Office").opens("/p/barnsley/administration/coming-in/").looks()
    office.follows("Decide about Kit Known").looks()
    office.opens(disagreement.get_absolute_url()).follows("End their access for Jo Jones").looks()
    office.fills("Why is their access ended?", "Another Jo Jones.").presses("End their access").looks()
    office.sees("Jo Jones cannot open this any more.")

    jo.page.reload()
    assert jo.heading == "Sign in"  # signed out at once, since nothing else is left to them
    jo.complaints.clear()
    response = jo.page.goto(live_server.url + urlsplit(found[1]).path)
    assert response is not None
    assert (response.status, jo.heading) == (404, "This link is no longer open")
    jo.complaints.clear()  # the browser says of a 404 that it is one
    jo.looks()
