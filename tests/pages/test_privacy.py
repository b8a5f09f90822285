"""The public pages on what is kept about people: open to anybody, true without a word from the partnership."""

from __future__ import annotations

import pytest
from django.conf import settings

from partnerships.arrangements import Arrangements
from tests.journeys.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db


def test_whoever_was_written_about_reads_the_notice_without_signing_in(barnsley: World, havering: World) -> None:
    barnsley.raised(child_reference="FAM-7")
    with barnsley.scope():
        Arrangements.objects.create(
            controller="Each agency for what it holds.\n\nThe council for the reports.",
            privacy_notice="Read our leaflet <b>first</b>.",
            privacy_contact="dpo@barnsley.example",
            keep_years=1,
        )
    anybody = Visitor().opens("/privacy/barnsley/")
    assert (anybody.status, anybody.heading) == (200, "Privacy")
    anybody.sees("Each agency for what it holds.", "dpo@barnsley.example", "Read our leaflet <b>first</b>.")
    anybody.sees("kept for 1 year, counted from the day on which the disagreement ended")
    anybody.does_not_see("FAM-7", "Midwife", "BAR-0001", "Havering", "has not written")
    outsider = Visitor(havering.office).opens("/privacy/barnsley/")
    assert outsider.words == anybody.words
    member = Visitor(barnsley.midwife).opens("/p/barnsley/").follows("Privacy")
    assert (member.address, member.words) == ("/privacy/barnsley/", anybody.words)


def test_a_partnership_that_wrote_nothing_yet_has_a_notice_that_is_true(barnsley: World) -> None:
    page = Visitor().opens("/privacy/barnsley/")
    page.sees(
        "has not written down here yet", "There is no field for a name", "does not rest on consent", "not set yet for how long"
    )


def test_what_the_product_stores_is_said_with_every_cookie_that_it_sets(barnsley: World) -> None:
    page = Visitor().opens("/privacy/")
    named = [cell.text for cell in page.page.every(tag="th") if cell.attributes.get("scope") == "row"]
    assert named == [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, "messages"]
    page.opens("/accounts/login/")
    assert set(page.client.cookies) <= set(named)
    assert Visitor().opens("/accounts/login/").follows("Privacy").address == "/privacy/"


def test_there_is_no_notice_of_a_partnership_that_is_not_there(db: None) -> None:
    assert Visitor().opens("/privacy/nowhere/").status == 404
