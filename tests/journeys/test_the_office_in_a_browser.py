"""The partnership manager's pages about who comes in and about the record, each looked at on a telephone without a breach."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from partnerships.models import Membership
from tests.records.stories import keeps, withdrawn
from tests.world import World

from .at_the_browser import PHONE, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = (
    "administration/", "administration/people/", "administration/people/let-in/", "administration/arrangements/",
    "administration/log/", "administration/readers/", "administration/records/", "administration/export/", "numbers/",
)  # fmt: skip
OF_ONE = ("keeping/hold/", "keeping/copies/", "across/", "files/add/")


def test_every_page_of_the_office_can_be_used(transactional_db: None, live_server: Any, new_context: Callable[..., Any]) -> None:
    world = World("barnsley")
    assert world.office
    keeps(world, attachments=True)
    old, raised = withdrawn(world), world.raised()
    with world.scope():
        midwife = Membership.objects.get(user=world.midwife)
    context = new_context(viewport={"width": 320, "height": 800}, reduced_motion="reduce")
    office = Person(context.new_page(), PHONE, live_server.url).signs_in_as("Office")
    person = f"administration/people/{midwife.pk}/"
    for path in (*PAGES, person, f"{person}end/", *(f"d/{raised.reference}/{one}" for one in OF_ONE)):
        office.opens(f"/p/barnsley/{path}").looks()
        assert office.page.locator("h1").count() == 1, path
        assert office.page.evaluate("document.documentElement.scrollWidth") <= 320, path
    office.opens("/p/barnsley/administration/records/").page.get_by_label(str(old.reference)).check()
    office.presses("Review those that are ticked")
    office.chooses("Destroy it now").looks()
    office.page.get_by_label("I have looked at it").check()
    office.fills("Why?", "Nobody needs it any more.").presses("Do this")
    office.follows("Certificates").follows(str(old.reference)).looks().sees("Certificate of destruction")
