"""The manual's pictures: with SCREENS=1 every page is drawn at two sizes; without it, what is drawn and what is shown agree."""

from __future__ import annotations

import io
import os
import re

import pytest
from PIL import Image
from playwright.sync_api import Browser

from .serving import serving
from .tables import ROOT, SCREENS
from .walking import Page, Walk

pytestmark = pytest.mark.django_db
DRAWING = os.environ.get("SCREENS") == "1"
INDEX = SCREENS / "README.md"
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
TALLEST, COLOURS, WHOLE = 1100, 48, 12_000_000
# Whose page it mostly is: the first of these who gets it.
MAIN_USER = ("raiser", "manager", "office", "administrator", "observer", "decider", "guest", "operator", "nobody")
NOT_DRAWN = {"api-docs", "accounts:account_mailbox"}
# Drawn by the journeys that the manual tells step by step.
OF_JOURNEYS = re.compile(r"\((?:\.\./|docs/)screens/([\w-]+\.png)\)")


def chosen(pages: list[Page]) -> dict[str, Page]:
    """One picture for each address, by its name."""
    found: dict[str, Page] = {}
    for who in MAIN_USER:
        for page in pages:
            plain = page.status == 200 and not page.how and page.what not in NOT_DRAWN
            part_of_a_draft = page.what.startswith("editor:") and page.what.count(":") > 1
            if page.who == who and plain and not part_of_a_draft:
                found.setdefault(re.sub(r"[^a-z0-9]+", "-", page.what.lower()).strip("-"), page)
    return dict(sorted(found.items()))


def quantised(picture: bytes) -> bytes:
    kept = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def shown_in_the_manual() -> set[str]:
    files = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    return {name for path in files if path != INDEX for name in OF_JOURNEYS.findall(path.read_text())}


def draw(pages: dict[str, Page], walk: Walk, browser: Browser) -> None:
    kept = {INDEX.name} | shown_in_the_manual()
    context = browser.new_context(reduced_motion="reduce", color_scheme="light")
    page = context.new_page()
    with serving(walk.assets) as served:
        for name, each in pages.items():
            for size, (width, height) in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                page.goto(served.at(each))
                tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
                picture = page.screenshot(
                    full_page=True, clip={"x": 0, "y": 0, "width": width, "height": tall}, animations="disabled", caret="hide"
                )
                (SCREENS / f"{name}-{size}.png").write_bytes(quantised(picture))
                kept.add(f"{name}-{size}.png")
    context.close()
    for path in SCREENS.iterdir():
        if path.name not in kept:
            path.unlink()
    for name in shown_in_the_manual() & {path.name for path in SCREENS.iterdir()}:
        (SCREENS / name).write_bytes(quantised((SCREENS / name).read_bytes()))
    INDEX.write_text(index(pages))


def index(pages: dict[str, Page]) -> str:
    lines = [
        "<!-- Written by SCREENS=1 python3 dev.py pytest tests/everywhere/test_drawn.py; do not edit. -->\n",
        "# Every page, drawn\n",
        "The people and the words in them are invented.\n",
        "| page | as seen by | desktop | phone |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{page.what}` | {page.who} | [desktop]({name}-desktop.png) | [phone]({name}-phone.png) |"
        for name, page in pages.items()
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.browser
def test_every_picture_is_small_and_every_one_shown_is_there(request: pytest.FixtureRequest) -> None:
    if DRAWING:
        walk: Walk = request.getfixturevalue("walk")
        draw(chosen(walk.pages), walk, request.getfixturevalue("browser"))
    drawn = {path.name for path in SCREENS.glob("*.png")}
    assert shown_in_the_manual() - drawn == set()
    assert set(re.findall(r"\(([\w-]+\.png)\)", INDEX.read_text())) - drawn == set()
    assert sum(path.stat().st_size for path in SCREENS.iterdir()) < WHOLE


def test_a_picture_keeps_its_size_and_loses_most_of_its_weight() -> None:
    drawn = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(drawn, "PNG")
    made = quantised(drawn.getvalue())
    assert Image.open(io.BytesIO(made)).size == (256, 256)
    assert Image.open(io.BytesIO(made)).mode == "P"
