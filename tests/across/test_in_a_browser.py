"""Bringing in people of another partnership, and a file from a real disk and back to it, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from escalation.services.across import mark_elsewhere
from partnerships.models import User
from tests.journeys.at_the_browser import PHONE, Person, Size
from tests.services.lying import PDF, takes_files
from tests.world import World

from .test_bringing_in import lead_of_wiltshire

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def at_a_browser(context: Any, user: User, size: Size, address: str) -> Person:
    """Signed in with every proof already: how that is given is shown in tests/accounts."""
    client = Client()
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    return Person(context.new_page(), size, address)


def test_somebody_is_brought_in_and_a_file_goes_there_and_back(
    live_server: Any, new_context: Callable[..., Any], settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    barnsley, wiltshire = World("barnsley"), World("wiltshire")
    takes_files(barnsley)
    lead_of_wiltshire(barnsley)
    disagreement = barnsley.raised()
    chosen = tmp_path / "Plan.pdf"
    chosen.write_bytes(PDF)

    context = new_context(viewport=PHONE.viewport, reduced_motion="reduce")
    office = at_a_browser(context, barnsley.office, PHONE, live_server.url).opens(disagreement.get_absolute_url())
    office.follows("Bring in people of another partnership").looks()
    office.presses("Bring them in").sees("There is a problem").looks()
    office.page.get_by_label("Which partnership are they of?").select_option(label=str(wiltshire.partnership))
    office.page.get_by_label("For which agency do they act?").select_option(label="Northshire social care")
    office.chooses("The receiving side").page.get_by_label("In which role").select_option("lead")
    office.fills("Their name", "Wynne Wilts").fills("Their work e-mail address", "wynne@wiltshire.example")
    office.fills("Why are they brought in?", "The family has moved.").presses("Bring them in").sees("counts it too").looks()

    office.follows("Add a file").looks()
    office.presses("Add a file").sees("Choose a file").looks()
    office.page.get_by_label("Choose a file").set_input_files(chosen)
    office.presses("Add a file").sees("The file was added.").looks()
    with office.page.expect_download() as coming:
        office.page.get_by_role("link", name="Plan.pdf", exact=True).click()
    assert (coming.value.suggested_filename, Path(coming.value.path()).read_bytes()) == ("Plan.pdf", PDF)
    office.follows("Take away").looks()
    office.fills("Why is it taken away?", "The wrong one.").presses("Take it away").sees("The file was taken away").looks()
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []

    assert mark_elsewhere(wiltshire.partnership.pk) == 1
    there = at_a_browser(new_context(viewport=PHONE.viewport), wiltshire.office, PHONE, live_server.url)
    there.opens("/p/wiltshire/tracker/").sees("Held by another partnership (1)").looks()
