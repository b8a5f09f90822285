"""Any page is opened: the frame says whose it is, who is signed in, what to do in danger, and what was refused or done."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.loader import render_to_string
from django.urls import include, path

from partnerships.form_fields import WordsField
from partnerships.models import User

from .markup import Element, fixture, outline, read
from .requests import request

pytestmark = pytest.mark.urls(__name__)
STATIC = Path(__file__).resolve().parent.parent.parent / "static"


def _nothing(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


# The addresses that the frame links to when they exist.
urlpatterns = [
    path("", _nothing, name="home"),
    path("out/", _nothing, name="account_logout"),
    path("accessibility/", _nothing, name="accessibility"),
    path("accessibility/<slug:slug>/", _nothing, name="partnership_accessibility"),
    path("words/", _nothing, name="glossary"),
    path("keep/", _nothing, name="keep_key"),
    path("privacy/", _nothing, name="privacy"),
    path("privacy/<slug:slug>/", _nothing, name="partnership_privacy"),
    path(
        "p/<slug:slug>/",
        include(
            (
                [
                    path("theme.css", _nothing, name="theme"),
                    path("protocol/", _nothing, name="protocol"),
                    path("words/", _nothing, name="words"),
                ],
                "partnerships",
            )
        ),
    ),
]

PARTNERSHIP = SimpleNamespace(name="Barnsley Safeguarding Children Partnership", slug="barnsley", in_training=True)


def frame(context: dict[str, Any], *, told: tuple[tuple[int, str], ...] = ()) -> Element:
    asked = request()
    for level, text in told:
        messages.add_message(asked, level, text)
    page = engines["django"].from_string("{% extends 'base.html' %}{% block title %}Tracker{% endblock %}")
    return read(page.render({"user": AnonymousUser(), **context}, asked))


def test_a_partnerships_page_says_whose_it_is_who_is_signed_in_and_what_to_do_in_danger() -> None:
    user = User(email="asha.verma@hospital.example", name="Asha Verma")
    navigation = [
        {"text": "Yours to act on", "href": "/a", "current": True, "count": 3, "count_label": "to act on"},
        {"text": "Tracker", "href": "/t"},
    ]
    danger = {"name": "Barnsley front door", "telephone": "01226 772423"}
    found = frame(
        {"partnership": PARTNERSHIP, "user": user, "navigation": navigation, "danger_contact": danger, "danger_href": "/danger"}
    )
    assert found.first(tag="title").text == "Tracker – Barnsley Safeguarding Children Partnership – Escalation tracker"
    assert found.first(cls="govuk-generic-header__homepage-link").text == PARTNERSHIP.name
    assert found.first(cls="govuk-service-navigation__item--active").text == "Yours to act on 3 to act on"
    assert found.first(cls="escalation-training").text == "Training mode All is invented. No e-mail leaves."
    assert [link.attributes["href"] for link in found.first(cls="escalation-danger").every(tag="a")] == [
        "tel:999",
        "tel:+441226772423",
        "/danger",
    ]
    sign_out = found.first(cls="escalation-header__account")
    assert (sign_out.attributes["method"], sign_out.first(tag="input").attributes["name"]) == ("post", "csrfmiddlewaretoken")
    assert sign_out.text == "Escalation tracker Signed in as Asha Verma Sign out"
    assert [link.attributes["href"] for link in found.every(tag="link")][-1] == "/p/barnsley/theme.css"
    footer = found.first(cls="govuk-footer")
    assert [link.text for link in footer.every(tag="a")] == ["About this protocol", "What words mean", "Accessibility", "Privacy"]
    assert "This is not a GOV.UK service." in footer.text
    live = frame({"partnership": SimpleNamespace(name="Wiltshire", slug="wiltshire", in_training=False)})
    assert live.every(cls="escalation-training") == []
    assert live.first(cls="escalation-danger").text == "Child in danger now ? Telephone 999 . Telephone first, then write."


def test_the_frame_is_the_kits_where_the_kit_has_one() -> None:
    found = frame({})
    header = outline(found.first(cls="govuk-generic-header"))
    assert header == outline(fixture("generic-header", "default")[1].replace("My cool service", "Escalation tracker"))
    assert outline(found.first(cls="govuk-skip-link")) == outline(fixture("skip-link", "default")[1].strip())
    assert (found.first(tag="html").attributes["lang"], found.every(cls="govuk-service-navigation")) == ("en-GB", [])
    assert frame({"navigation": [{"text": "Demo", "href": "/demo"}]}).every(cls="govuk-service-navigation__service-name") == []


def test_only_three_scripts_stand_in_a_page_and_all_carry_the_nonce() -> None:
    found = frame({"partnership": PARTNERSHIP})
    assert [script.attributes["nonce"] for script in found.every(tag="script")] == ["n0nce", "n0nce", "n0nce"]
    inline = [
        name
        for tag in ("div", "p", "a", "form", "button", "body", "main")
        for one in found.every(tag=tag)
        for name in one.attributes
    ]
    assert [name for name in inline if name == "style" or name.startswith("on")] == []


def test_a_refused_form_is_announced_in_the_title_and_above_the_page() -> None:
    class Note(forms.Form):
        note = WordsField(label="Note")

    found = frame({"form": Note({})})
    assert found.first(tag="title").text.startswith("Error: Tracker")
    own = outline(found.first(cls="govuk-error-summary"))
    kits = outline(fixture("error-summary", "default")[1])
    assert [line.split() for line in own.splitlines()][:8] == [line.split() for line in kits.splitlines()][:8]
    assert frame({"form": Note()}).every(cls="govuk-error-summary") == []


def test_what_was_done_is_told_once_and_two_messages_can_be_told_apart() -> None:
    found = frame({}, told=((messages.SUCCESS, "Acknowledged."), (messages.INFO, "Draft saved."), (messages.INFO, "Told.")))
    banners = found.every(cls="govuk-notification-banner")
    assert [banner.attributes["role"] for banner in banners] == ["alert", "region", "region"]
    assert len({banner.attributes["aria-labelledby"] for banner in banners}) == 3
    assert [banner.first(cls="govuk-notification-banner__heading").text for banner in banners] == [
        "Acknowledged.",
        "Draft saved.",
        "Told.",
    ]


@pytest.mark.parametrize("error", ["400", "403", "403_csrf", "404", "429", "500"])
def test_an_error_page_says_what_to_do_and_needs_nothing_but_itself(error: str) -> None:
    found = read(render_to_string(f"{error}.html"))
    assert len(found.every(tag="h1")) == 1
    assert len(found.first(tag="main").every(tag="p")) >= 2
    told = read(render_to_string(f"{error}.html", {"exception": "Only a partnership manager may do this."}, request=request()))
    assert ("Only a partnership manager may do this." in told.text) == (error == "403")


def test_an_own_colour_paints_edges_only_so_that_any_colour_can_be_read() -> None:
    css = "".join(sheet.read_text() for sheet in sorted(STATIC.glob("*.css")))
    uses = [line.strip() for line in css.splitlines() if "var(--escalation-colour)" in line]
    painted = [
        part.split(":")[0].strip()
        for line in uses
        for part in line.split("{", 1)[1].split(";")
        if "var(--escalation-colour)" in part
    ]
    assert set(painted) == {"border-bottom", "border-top-color", "border-left"}


def test_the_vendored_theme_carries_nothing_that_only_gov_uk_may() -> None:
    theme = (STATIC / "vendor" / "escalation-theme" / "theme.css").read_text()
    assert [word for word in ("GDS Transport", "govuk-crest", "@font-face", "sourceMappingURL") if word in theme] == []
