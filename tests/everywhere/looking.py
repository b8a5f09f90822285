"""What one page is held to in a real browser. Each look answers with what is wrong, in words, and none knows which page it is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import BrowserContext, ConsoleMessage

AXE: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
    "preload": False,  # no rule among these reads style sheets
}
# In the dark only colours are others.
IN_THE_DARK: dict[str, Any] = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
    "preload": False,  # no rule among these reads style sheets
}
AXE_CODE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
ASKING = (Path(__file__).parent / "looking.js").read_text()
DESKTOP, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
# The narrowest window in which tables are tables and columns stand side by side.
TABLET = {"width": 641, "height": 640}
# So many stops are walked on one page: a form of two hundred fields repeats itself. EVERY_PAGE=1 walks them all.
MANY = 10_000 if os.environ.get("EVERY_PAGE") == "1" else 60
# A browser says so of a page itself when it is refused or comes back with what is wrong: all of them are meant.
MEANT = tuple(f"status of {code}" for code in (400, 403, 404, 405, 409, 422, 429))


class Looker:
    """One browser's page with JavaScript and one without, used for every page in turn."""

    def __init__(self, scripted: BrowserContext, plain: BrowserContext) -> None:
        self.page, self.plain = scripted.new_page(), plain.new_page()
        self.complaints: list[str] = []
        self.known: set[str] = set()
        self.stops = MANY
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        for page in (self.page, self.plain):
            page.set_default_timeout(10_000)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(words in message.text for words in MEANT):
            self.complaints.append(message.text)

    def at_everything(self, where: str) -> list[str]:
        self.opens(where)
        things = self.page.evaluate("__things()")
        known = [at for at, thing in enumerate(things) if thing in self.known]
        self.known |= set(things)
        found = [*self.complaints, *self.axe(AXE, known)]
        found += [f"in the dark: {wrong}" for wrong in self.in_the_dark(known)]
        found += self.at_a_tablet()
        found += [f"at 320 pixels: {wrong}" for wrong in self.narrow()]
        found += [f"by keyboard: {wrong}" for wrong in self.by_keyboard()]
        found += [f"without JavaScript: {wrong}" for wrong in self.without_scripts(where)]
        return found

    def opens(self, where: str) -> None:
        self.complaints.clear()
        self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        self.page.emulate_media(color_scheme="light", forced_colors="none")
        self.page.goto(where)
        self.page.evaluate(ASKING)
        self.page.evaluate("__opened()")

    def read_out(self, where: str) -> str:
        """What Chromium tells a screen reader, from top to bottom, without the addresses of links."""
        self.page.emulate_media(color_scheme="light", forced_colors="none")
        self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        self.page.goto(where)
        told = self.page.locator("body").aria_snapshot()
        return "\n".join(line for line in told.splitlines() if not line.strip().startswith("- /url:")) + "\n"

    def axe(self, options: dict[str, Any], known: Sequence[int] = ()) -> list[str]:
        """What was looked at on an earlier page is left out, and what holds of a page as a whole is asked of every one."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_CODE)
        answer = self.page.evaluate("([options, known]) => __axe(options, known)", [options, list(known)])
        return [f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:160]}" for each in answer]

    def in_the_dark(self, known: Sequence[int] = ()) -> list[str]:
        self.page.emulate_media(color_scheme="dark")
        self.page.evaluate("__settled()")
        if found := self.axe(IN_THE_DARK, known):  # colours may still be on their way; what is wrong stays wrong
            self.page.wait_for_timeout(300)
            found = self.axe(IN_THE_DARK, known)
        self.page.emulate_media(color_scheme="light")
        return found

    def at_a_tablet(self) -> list[str]:
        self.page.set_viewport_size(TABLET)  # type: ignore[arg-type]
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        return [f"at {TABLET['width']} pixels: has to be scrolled sideways, {wide} pixels wide"] if wide > TABLET["width"] else []

    def narrow(self) -> list[str]:
        self.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        self.page.evaluate("__settled()")
        self.page.evaluate("__opened()")
        return list(self.page.evaluate("__narrow()"))

    def by_keyboard(self) -> list[str]:
        """At 320 pixels and in the colours that a system forces: there only an outline can show where one is."""
        self.page.emulate_media(forced_colors="active")
        self.page.evaluate("__settled()")
        self.page.evaluate("__listen(); window.__expected = __stops()")
        stops = self.page.evaluate("__expected.length")
        found = []
        for _ in range(min(stops, self.stops)):
            self.page.keyboard.press("Tab")
            if covered := self.page.evaluate("__covered()"):
                found.append(covered)
        found += self.page.evaluate("at_most => __tabbed(at_most)", self.stops)
        self.page.emulate_media(forced_colors="none")
        return found

    def without_scripts(self, where: str) -> list[str]:
        """Every line is there with scripts too, and everything that can be used can be used without."""
        self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        scripted = set(self.page.evaluate("__words()"))
        self.plain.goto(where)
        self.plain.evaluate(ASKING)
        self.plain.evaluate("__opened()")
        missing = [line for line in self.plain.evaluate("__words()") if line not in scripted]
        return [*(f"the same page says {line!r}" for line in missing), *self.plain.evaluate("__unusable()")]
