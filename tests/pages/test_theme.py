"""A partnership's own colour, on every page and to be seen on every screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from partnerships.colours import DARK_GROUND, LIGHT_GROUND, contrast, seen_on
from tests.journeys.visitor import Visitor
from tests.world import World

STATIC = Path(__file__).resolve().parents[2] / "static"
SHEETS = ("escalation.css", "modes.css")


@pytest.mark.django_db
def test_the_theme_is_one_variable_in_the_partnerships_colour(barnsley: World, havering: World) -> None:
    response = Visitor(barnsley.midwife).client.get("/p/barnsley/theme.css")
    assert (response.status_code, response["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert response["Cache-Control"] == "private, max-age=3600"
    assert response.content.decode().splitlines() == [
        ":root { --escalation-colour: #1d4f91; }",
        "@media screen and (prefers-color-scheme: dark) { :root { --escalation-colour: #4a72a7; } }",
    ]
    page = Visitor(barnsley.midwife).opens("/p/barnsley/protocol/")
    sheets = [link.attributes["href"] for link in page.page.every(tag="link") if link.attributes.get("rel") == "stylesheet"]
    assert "/p/barnsley/theme.css" in sheets
    assert Visitor(havering.midwife).client.get("/p/barnsley/theme.css").status_code == 404


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#ffff00", "#1d4f91", "#8a8a8a", "#00ff00", "#111416"])
@pytest.mark.parametrize(("ground", "page"), [(LIGHT_GROUND, "#ffffff"), (DARK_GROUND, "#111416")])
def test_any_colour_can_be_seen_on_a_light_and_on_a_dark_screen(colour: str, ground: str, page: str) -> None:
    shown = seen_on(ground, colour)
    assert min(contrast(shown, ground), contrast(shown, page)) >= 3
    assert shown == colour or contrast(colour, ground) < 3


def test_the_grounds_are_those_of_the_stylesheets() -> None:
    found = [re.findall(r"--escalation-quiet-ground: (#\w+)", (STATIC / sheet).read_text()) for sheet in SHEETS]
    assert found == [[LIGHT_GROUND], [DARK_GROUND]]
    assert re.findall(r"--govuk-body-background-colour: (#\w+)", (STATIC / SHEETS[1]).read_text()) == ["#111416"]


def test_contrast_is_as_the_guidelines_reckon_it() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    assert contrast("#1d4f91", "#1d4f91") == 1
