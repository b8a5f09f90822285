"""A practitioner reads in Welsh what is theirs to act on and a disagreement; the record, letters and programs stay English."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.journeys.visitor import Visitor
from tests.world import World

from .made_up import english_on

pytestmark = pytest.mark.django_db
# Names of the world, which are the same in any language.
NAMES = re.compile(
    r"Moorside Hospital|Children's social care|Larkfield School|Police|Team Manager|Social Worker|Hospital Lead|Office"
    r"|BAR-\w+|Stranger|Administrator"
)


def in_welsh(user: Any) -> Visitor:
    visitor = Visitor(user)
    visitor.client.cookies["language"] = "cy"
    return visitor


def left_in_english(visitor: Visitor, address: str) -> list[str]:
    page = visitor.opens(address).page
    assert page.first(tag="html").attributes["lang"] == "cy", address
    return [line for line in english_on(page) if re.search(r"[A-Za-z]{3,}", NAMES.sub("", line))]


def test_under_a_made_up_language_no_word_of_what_a_practitioner_reads_is_unmarked(offering: World, pseudo: None) -> None:
    world = offering
    raised = world.raised()
    here = raised.get_absolute_url()
    found = {}
    for user in (world.midwife, world.team_manager, world.office, world.social_worker, world.stranger, world.administrator):
        visitor = in_welsh(user)
        for address in ("/p/barnsley/", "/p/barnsley/?show=watching", "/p/barnsley/mine/"):
            found[f"{user} {address}"] = left_in_english(visitor, address)
    for user in (world.midwife, world.team_manager, world.office):
        found[f"{user} {here}"] = left_in_english(in_welsh(user), here)
    assert "\n".join(f"{address}: {left}" for address, left in found.items() if left) == ""
