"""A person at a real browser: every page looked at fits, is quiet in the console, and can be drawn for the manual."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, FloatRect, Locator, Page

SCREENS = Path(__file__).resolve().parents[2] / "docs" / "screens"
DRAWING = os.environ.get("SCREENS") == "1"
BIGGEST, TALLEST = 200_000, 1_100
AXE: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
# The walk over every page (tests/everywhere) comes here without a device, a provider or a letter, and sees less.
NOT_WALKED = ("/accounts/", "/invited/")
UNFOLDED = "document.querySelectorAll('details:not([open])').forEach(one => { one.open = true; one.dataset.looked = '' })"
FOLDED_AGAIN = """() => {
    const width = document.documentElement.scrollWidth;
    document.querySelectorAll('details[data-looked]').forEach(one => { one.open = false; delete one.dataset.looked; });
    return width;
}"""
# A browser says so of the page itself when a form comes back with what is wrong, or an act is not open: both are meant.
MEANT = ("status of 422", "status of 409", "status of 403")


@dataclass
class Size:
    name: str
    width: int
    height: int

    @property
    def viewport(self) -> dict[str, int]:
        return {"width": self.width, "height": self.height}


DESKTOP, PHONE = Size("desktop", 1280, 900), Size("phone", 390, 844)


@dataclass
class Person:
    """Somebody with a browser of their own. What the console complained of is kept until the next look."""

    page: Page
    size: Size
    address: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.set_default_timeout(10_000)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(words in message.text for words in MEANT):
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def signs_in_as(self, name: str) -> Person:
        """By the demonstration's door, which everybody has who tries it."""
        self.page.goto(f"{self.address}/demo/")
        return self.presses(name)

    def opens(self, path: str) -> Person:
        self.page.goto(self.address + path)
        return self

    def looks(self, name: str = "") -> Person:
        """No complaint in the console (a breach of the content policy is one), and nothing to be scrolled sideways. What else
        keeps anybody out is looked for on every page by tests/everywhere."""
        assert self.complaints == [], f"{self.page.url}: {self.complaints}"
        if name and DRAWING:
            self._draw(name)
        self.page.evaluate(UNFOLDED)
        if any(place in self.page.url for place in NOT_WALKED):
            found = Axe().run(self.page, options=AXE)
            assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        width = self.page.evaluate(FOLDED_AGAIN)
        assert width <= self.size.width, f"{self.page.url} has to be scrolled sideways: {width}"
        return self

    def keeps_nobody_out(self) -> Person:
        """The same, and axe with all that is folded open: where a journey comes upon a page as no walk does."""
        self.looks().page.evaluate(UNFOLDED)
        found = Axe().run(self.page, options=AXE)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        self.page.evaluate(FOLDED_AGAIN)
        return self

    def _draw(self, name: str) -> None:
        """Only what the manual shows of a journey, and has a picture of already: tests/everywhere draws every page."""
        path = SCREENS / f"{name}-{self.size.name}.png"
        if not path.exists():
            return
        height = min(self.page.evaluate("document.documentElement.scrollHeight"), TALLEST)
        clip: FloatRect = {"x": 0, "y": 0, "width": self.size.width, "height": height}
        self.page.screenshot(path=path, full_page=True, clip=clip, animations="disabled", caret="hide")
        assert path.stat().st_size < BIGGEST, f"{path.name} is too big for the manual"

    # ---------------------------------------------------------------- doing
    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def arrives_by(self, act: Callable[[], None]) -> Person:
        """What is done leads to another page, and that is waited for: every button and every link here does."""
        with self.page.expect_navigation():
            act()
        return self

    def presses(self, name: str) -> Person:
        return self.arrives_by(self.button(name).click)

    def follows(self, name: str) -> Person:
        return self.arrives_by(self.page.get_by_role("link", name=name).first.click)

    def enters(self) -> Person:
        return self.arrives_by(lambda: self.page.keyboard.press("Enter"))

    def goes_to(self, place: str) -> Person:
        """By the bar at the top, which is folded into a menu where there is no room for it."""
        bar = self.page.get_by_role("navigation", name="Menu")
        if (menu := self.button("Menu")).is_visible():
            menu.click()
        return self.arrives_by(bar.get_by_role("link", name=place, exact=True).click)

    def fills(self, label: str, words: str, *, exact: bool = False) -> Person:
        self.page.get_by_label(label, exact=exact).first.fill(words)
        return self

    def selects(self, answer: str, *, under: str) -> Person:
        """Out of a list that opens under its label."""
        self.page.get_by_label(under).first.select_option(label=answer)
        return self

    def chooses(self, answer: str, *, under: str = "") -> Person:
        where = self._question(under) if under else self.page
        where.get_by_label(answer, exact=True).first.check()
        return self

    def picks(self, name: str, *, under: str) -> Person:
        """Somebody out of the list that opens under a question."""
        self.chooses("Somebody in this list", under=under)
        choice = self._question(under).get_by_label("Choose somebody").first
        choice.select_option(label=next(text for text in choice.locator("option").all_inner_texts() if text.startswith(name)))
        return self

    def _question(self, words: str) -> Locator:
        return self.page.get_by_role("group", name=words).first

    def sees(self, *expected: str) -> Person:
        main = " ".join(self.page.locator("main").inner_text().split())
        for words in expected:
            assert words in main, f"not on {self.page.url}: {words!r}\n{main}"
        return self

    @property
    def heading(self) -> str:
        return " ".join(self.page.locator("h1").inner_text().split())


# ---------------------------------------------------------------- by keyboard alone
def focused(page: Page) -> str:
    """The words of what has the focus, as far as a person sees or hears them; the focus has to show."""
    shown: dict[str, Any] = page.evaluate(
        """() => {
            const found = document.activeElement, style = getComputedStyle(found);
            const label = found.labels && found.labels.length ? found.labels[0].innerText : '';
            return {
                words: (label || found.innerText || found.value || '').trim(),
                shows: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
                body: found === document.body,
            };
        }"""
    )
    assert shown["shows"] or shown["body"], f"the focus on {shown['words']!r} cannot be seen"
    return " ".join(str(shown["words"]).split())


def tabs_to(page: Page, words: str, *, at_most: int = 60) -> None:
    """Press Tab until this has the focus. Everything on the way has to show that it has it."""
    passed = []
    for _ in range(at_most):
        page.keyboard.press("Tab")
        passed.append(focused(page))
        if passed[-1].startswith(words):
            return
    raise AssertionError(f"{words!r} cannot be reached by keyboard on {page.url}: {passed}")
