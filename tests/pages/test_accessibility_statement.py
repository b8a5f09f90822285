"""The accessibility statement that the law asks for: public, in its form, and with somebody to turn to."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships.models import Contact
from partnerships.protocol_terms import Capacity
from tests.journeys.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_partnerships_statement_names_its_office_to_anybody(barnsley: World, havering: World) -> None:
    with barnsley.scope():
        Contact.objects.all().delete()
        office = next(role.key for role in barnsley.protocol.roles if role.capacity == Capacity.PARTNERSHIP_OFFICE)
        Contact.objects.create(key="office", role=office, name="The office", email="office@barnsley.example")
    anybody = Visitor().opens("/accessibility/barnsley/")
    assert (anybody.status, anybody.heading) == (200, "Accessibility statement")
    anybody.sees("office@barnsley.example", "as Barnsley Safeguarding Children Partnership uses it", "partially compliant")
    anybody.sees("Equality and Human Rights Commission", "Equality Advisory and Support Service", "22 November 2026")
    member = Visitor(barnsley.midwife).opens("/p/barnsley/").follows("Accessibility")
    assert (member.address, member.words) == ("/accessibility/barnsley/", anybody.words)
    Visitor().opens("/accessibility/havering/").does_not_see("Barnsley")


def test_the_products_statement_says_where_to_turn(settings: Any) -> None:
    page = Visitor().opens("/accounts/login/").follows("Accessibility")
    assert page.address == "/accessibility/"
    page.sees("Tell the office of your partnership", "stands on the partnership’s own accessibility page")
    settings.ACCESSIBILITY_CONTACT = "access@tracker.example"
    page.opens("/accessibility/").sees("Tell us which page", "access@tracker.example")
    assert Visitor().opens("/accessibility/nowhere/").status == 404
