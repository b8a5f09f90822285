"""Somebody chooses Welsh where their partnership offers it: the page is Welsh, what is kept and sent stays English."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from threading import Thread
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import AccountMail
from partnerships.administering import AdministrationEntry
from partnerships.form_dates import read_date, read_time
from partnerships.models import Partnership, User
from partnerships.templatetags.govuk import clock, machine_time, moment, short_day
from tests.accounts.coming_in import newest_code
from tests.journeys.visitor import Visitor
from tests.pages.markup import Element, read
from tests.world import World

from .made_up import english_on
from .marked import TEMPLATES

pytestmark = pytest.mark.django_db
ARRANGEMENTS = "/p/barnsley/administration/arrangements/"


def lang(page: Element) -> str:
    return page.first(tag="html").attributes["lang"]


def test_the_office_offers_welsh_and_only_then_is_there_a_choice_kept_in_this_browser_alone(barnsley: World) -> None:
    person = Visitor().opens("/accounts/login/")
    assert not person.page.every(cls="escalation-languages")
    office = Visitor(barnsley.office).opens(ARRANGEMENTS).chooses("Yes, people may choose Welsh at the foot of a page")
    office.presses("Save the arrangements")
    assert (office.told, Partnership.objects.get(slug="barnsley").welsh) == (["The arrangements are saved."], True)
    with barnsley.scope():
        assert AdministrationEntry.objects.get().data == {"fields": ["welsh"]}
    person.opens("/accounts/login/?next=/p/barnsley/")
    offered = person.page.first(cls="escalation-languages")
    assert [(one.text, one.attributes["lang"]) for one in offered.every(tag="button")] == [("Cymraeg", "cy")]
    person.presses("Cymraeg")
    assert (person.url, person.heading, lang(person.page)) == ("/accounts/login/?next=/p/barnsley/", "Mewngofnodi", "cy")
    assert "Treial" in person.page.first(tag="footer").text
    cookie = person.client.cookies["language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"], cookie["path"]) == ("cy", True, "Lax", "/")
    assert lang(Visitor().opens("/accounts/login/").page) == "en-GB"
    assert (person.presses("English").heading, lang(person.page)) == ("Sign in", "en-GB")


def test_a_choice_leads_back_to_no_other_site_and_nothing_but_a_language_is_kept(offering: World) -> None:
    client = Client()
    for back, to in (("https://elsewhere.example/", "/"), ("//elsewhere.example/", "/"), ("/privacy/", "/privacy/"), ("", "/")):
        answer = client.post("/language/", {"next": back, "language": "fr"})
        assert (answer.status_code, answer["Location"], "language" in answer.cookies) == (302, to, False)
    assert client.get("/language/").status_code == 405
    forged = Client(enforce_csrf_checks=True).post("/language/", {"next": "/", "language": "cy"})
    assert (forged.status_code, "language" in forged.cookies) == (403, False)
    client.cookies["language"] = "x' onload="
    assert lang(read(client.get("/accounts/login/").content.decode())) == "en-GB"


def test_somebody_signs_in_in_welsh_and_their_code_comes_in_english(offering: World) -> None:
    person = Visitor()
    person.client.cookies["language"] = "cy"
    person.opens("/accounts/login/").fills("Eich cyfeiriad e-bost gwaith", offering.midwife.email).presses("Anfonwch god ataf")
    assert person.heading == "Gwiriwch eich e-bost"
    mail = AccountMail.objects.get()
    assert "code" in mail.text
    assert "cod " not in mail.text
    person.fills("Cod", "AAAA-BBBB").presses("Parhau")
    assert person.refusals == ["Nid dyna’r cod yn yr e-bost diweddaraf. Gwiriwch ef a rhowch gynnig arall arni"]
    # On an answer to a form there is no switch: to go there and back would lose what was typed.
    assert not person.page.every(cls="escalation-languages")
    person.fills("Cod", newest_code()).presses("Parhau")
    assert (lang(person.page), person.heading) == ("cy", "I chi weithredu arno")
    # A page that is not marked yet is English as a whole, and says in Welsh that it is.
    directory = "/p/barnsley/directory/"
    assert person.opens(directory).heading == Visitor(offering.midwife).opens(directory).heading
    assert lang(person.page) == "en-GB"
    assert "Nid yw’r dudalen hon ar gael yn Gymraeg eto." in person.page.first(tag="footer").text
    person.opens("/accounts/how-you-sign-in/")
    assert person.heading == "Sut rydych yn mewngofnodi"
    since = person.opens("/accounts/sessions/").words
    assert re.search(r"Ers dydd (Llun|Mawrth|Mercher|Iau|Gwener|Sadwrn|Sul) \d+ \w+ \d{4} am ", since), since
    for missing in ("/nothing-here/", "/p/barnsley/disagreements/nothing-here/"):
        assert (person.opens(missing).heading, lang(person.page)) == ("Heb ddod o hyd i’r dudalen", "cy")


def test_a_partnership_that_does_not_offer_it_stays_english_for_whoever_chose_welsh_elsewhere(
    offering: World, havering: World, settings: Any
) -> None:
    person = Visitor(havering.office)
    person.client.cookies["language"] = "cy"
    person.opens("/p/havering/")
    assert lang(person.page) == "en-GB"
    assert not person.page.every(cls="escalation-languages")
    answer = person.client.get("/p/havering/nothing-here/")
    assert lang(read(answer.content.decode())) == "en-GB"


def test_programs_and_whatever_a_thread_goes_on_to_speak_english(offering: World) -> None:
    client = Client()
    client.cookies["language"] = "cy"
    assert "Mewngofnodi" in client.get("/accounts/login/").content.decode()
    assert translation.get_language() == "en-gb"
    welsh, plain = (one.get("/p/barnsley/api/v1/disagreements/") for one in (client, Client()))
    assert (welsh.status_code, welsh.json()) == (plain.status_code, plain.json())
    seen: list[str | None] = []
    other = Thread(target=lambda: seen.append(translation.get_language()))
    other.start()
    other.join()
    assert seen == ["en-gb"]


def test_every_time_on_a_page_is_londons_in_words_of_the_pages_language() -> None:
    at = datetime(2026, 3, 31, 13, 30, tzinfo=UTC)
    with timezone.override("Asia/Tokyo"):
        assert (moment(at), machine_time(at)) == ("Tuesday 31 March 2026 at 2:30pm", "2026-03-31T14:30+01:00")
        with translation.override("cy"):
            assert (moment(at), short_day(at.replace(year=2020))) == (
                "dydd Mawrth 31 Mawrth 2026 am 2:30yp", "Maw 31 Mawrth 2020",
            )  # fmt: skip
            assert [clock(at.replace(hour=hour, minute=0)) for hour in (23, 11, 7)] == ["hanner nos", "hanner dydd", "8yb"]
            assert (read_time("2.30 y.p."), read_time("9yb"), read_time("hanner dydd")) == (time(14, 30), time(9), time(12))
            assert read_date({"day": "1", "month": "Tachwedd", "year": "2026"}, called="Y dyddiad") == date(2026, 11, 1)
    # A zone of the server's or the browser's own would be asked for in a template, by one of these.
    own = re.compile(r"{% (now|timezone|localtime)|\|(time|utc|timezone|localtime)\b|\|date:\"[^\"]*[aAfgGhHiPrsTueO]")
    assert [path.name for path in sorted(TEMPLATES.rglob("*.html")) if own.search(path.read_text())] == []


def test_under_a_made_up_language_no_word_of_the_pages_is_unmarked(offering: World, pseudo: None, settings: Any) -> None:
    Partnership.objects.update(passwords=True)
    User.objects.filter(pk=offering.midwife.pk).update(is_demo=True)
    settings.DEMO_DOORS = True
    lone = User.objects.create_user("lone@school.example", "three words apart", name="Office")
    stranger, person = Visitor(), Visitor(lone)
    for visitor in (stranger, person):
        visitor.client.cookies["language"] = "cy"
    addresses = {
        stranger: (
            "/accounts/login/", "/accounts/login/code/", "/accounts/signup/", "/accounts/inactive/", "/accounts/password/reset/",
            "/accounts/password/reset/done/", "/accounts/password/reset/key/1-x/", "/nothing-here/", "/demo/",
        ),
        person: (
            "/", "/accounts/logout/", "/accounts/how-you-sign-in/", "/accounts/second-step/", "/accounts/second-step/app/",
            "/accounts/sessions/", "/accounts/prove/", "/accounts/proved/", "/accounts/password/reset/key/done/",
        ),
    }  # fmt: skip
    found = {}
    for visitor, asked in addresses.items():
        for address in asked:
            page = visitor.opens(address).page
            assert "⟦" in page.first(tag="h1").text, address
            found[address] = english_on(page)
    sent = {
        "/accounts/login/": {"login": "nobody", "password": ""},
        "/accounts/login/code/": {"email": "nobody"},
        "/accounts/password/reset/": {"email": ""},
    }
    for address, typed in sent.items():
        found[f"{address} sent"] = english_on(read(stranger.client.post(address, typed).content.decode()))
    for way in ("code", "send"):
        found[f"prove by {way}"] = english_on(read(person.client.post("/accounts/prove/", {"way": way}).content.decode()))
    assert "\n".join(f"{address}: {left}" for address, left in found.items() if left) == ""
