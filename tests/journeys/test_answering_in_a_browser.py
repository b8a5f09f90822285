"""In a real Chromium: what a manager sees before scrolling, one press without a script, and the text that is copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from escalation import services
from escalation.models import Disagreement
from partnerships.protocol_terms import Side
from tests.world import World

from .at_the_browser import DESKTOP, PHONE, Person, Size

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# How far down the first screen reaches: one on a desk, one and a half on a telephone.
REACH = {PHONE.name: PHONE.height * 3 // 2, DESKTOP.name: DESKTOP.height}


@pytest.fixture
def raised(transactional_db: None) -> tuple[World, Disagreement]:
    world = World("barnsley")
    manager = world.team_manager
    people = (
        services.Person(Side.RAISING, "practitioner", "Midwife", world.midwife.email, "01226 700 110"),
        services.Person(Side.RAISING, "lead", "Hospital Lead", world.hospital_lead.email, "01226 700 111"),
        services.Person(Side.RECEIVING, "lead", manager.name, manager.email, "01226 700 222"),
    )
    return world, world.raised(at=timezone.now(), people=people)


def test_the_first_screen_one_press_and_the_text_for_the_file(
    raised: tuple[World, Disagreement], live_server: Any, new_context: Callable[..., Any]
) -> None:
    _, disagreement = raised
    page = disagreement.get_absolute_url()

    def somebody(name: str, size: Size, *, scripts: bool = True) -> Person:
        context = new_context(viewport=size.viewport, java_script_enabled=scripts, reduced_motion="reduce")
        return Person(context.new_page(), size, live_server.url).signs_in_as(name).opens(page)

    for size in (PHONE, DESKTOP):
        manager = somebody("Team Manager", size)
        manager.sees("You and Hospital Lead (Moorside Hospital) are asked to talk and agree a way forward.")
        manager.sees("What we do not agree on", "What we want to happen", "What was tried", "01226 700 111")
        first = manager.button("I have this; I will telephone today").bounding_box()
        call = manager.page.get_by_role("link", name="01226 700 111").first.bounding_box()
        assert first is not None
        assert call is not None
        assert max(box["y"] + box["height"] for box in (first, call)) <= REACH[size.name]

    plain = somebody("Team Manager", PHONE, scripts=False)
    plain.presses("I have this; I will telephone today").sees("The other side can see that you have it.")
    lead = somebody("Hospital Lead", PHONE).sees("The other side first opened it on", "I have this; I will telephone today.")
    lead.follows("Text to copy for the child’s file").looks()
    lead.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lead.button("Copy the text").click()
    lead.page.get_by_text("Copied.", exact=True).wait_for()
    assert disagreement.reference in lead.page.evaluate("navigator.clipboard.readText()")
