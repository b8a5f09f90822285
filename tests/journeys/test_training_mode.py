"""All five start in training mode: every page says so, what is assumed is marked where it is used, and nothing leaves."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from tests.world import World

from .conftest import Telling
from .visitor import Visitor

BANNER = "Training mode All is invented. No e-mail leaves."
NOTE = re.compile(r"This page uses \d+ assumed rules? that the partnership has not confirmed yet\.")


@pytest.mark.parametrize("slug", ["barnsley", "havering", "wiltshire", "oldham", "enfield"])
def test_nothing_leaves_and_what_is_assumed_is_marked(db: None, telling: Telling, slug: str) -> None:
    world = World(slug)
    story = telling(world, "Tue 15 Sep 2026 09:30")
    disagreement = world.raised(at=story.now)
    assert story.post() != {}
    assert mail.outbox == []
    page = Visitor(world.midwife)
    for address in (f"/p/{slug}/start/", disagreement.get_absolute_url()):
        page.opens(address)
        assert NOTE.search(page.words), address
        assert BANNER in page.page.text
        page.follows("What was assumed, and what is asked").sees("Assumed, not confirmed by the partnership")
        assert BANNER in page.page.text
    mailbox = Visitor(world.office).opens(f"/p/{slug}/mailbox/")
    assert BANNER in mailbox.page.text
    mailbox.sees(f"{disagreement.reference}:", "Kept inside")
