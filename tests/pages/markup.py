"""Reads HTML into an outline that can be compared: what assistive technology and stylesheets rely on, in a fixed order."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from textwrap import dedent
from typing import Any

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "govuk"
VOID = {"br", "hr", "img", "input", "link", "meta", "path"}
# Names and values are each page's own; so are addresses, except a link to something on the same page.
TOLD = {
    "autocapitalize", "autocomplete", "checked", "for", "hidden", "id", "inputmode", "open", "rel", "role", "rows",
    "scope", "selected", "spellcheck", "tabindex", "type",
}  # fmt: skip
# A word that can be pressed stands in its sentence, and so do words that say in which language they are; other elements are
# read with a space on both sides.
IN_A_SENTENCE = "escalation-term"
REFERENCES = {"for", "aria-describedby", "aria-labelledby", "aria-controls"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def every(self, *, tag: str = "", cls: str = "") -> list[Element]:
        """Itself and everything inside, in document order, by tag or class."""
        found = [self] if (tag in ("", self.tag)) and (not cls or cls in self.classes) and (tag or cls) else []
        for child in self.children:
            if isinstance(child, Element):
                found += child.every(tag=tag, cls=cls)
        return found

    def first(self, *, tag: str = "", cls: str = "") -> Element:
        return self.every(tag=tag, cls=cls)[0]

    @property
    def text(self) -> str:
        words, before = "", None
        for child in self.children:
            glued = any(_in_a_sentence(one) for one in (before, child)) and (
                isinstance(before, str) or isinstance(child, str) or before is None
            )
            words += ("" if glued or before is None else " ") + (child if isinstance(child, str) else child.text)
            before = child
        return " ".join(words.split())


def _in_a_sentence(part: Element | str | None) -> bool:
    return isinstance(part, Element) and (IN_A_SENTENCE in part.classes or (part.tag == "span" and not part.classes))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("page", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open[-1].tag == tag, f"<{self.open[-1].tag}> is closed by </{tag}>"
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            typed = self.open[-1].tag == "textarea"  # what stands in a box is sent again as it stands, lines and all
            self.open[-1].children.append(data if typed else re.sub(r"\s+", " ", data))


def read(html: str) -> Element:
    """The page as a tree. Tags that are not closed in the right order fail here."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [reader.root], f"left open: {[element.tag for element in reader.open[1:]]}"
    return reader.root


def outline(element: Element | str) -> str:
    """One line per tag and text. Ids are numbered in the order in which they stand, references to them likewise."""
    root = read(element) if isinstance(element, str) else element
    numbers: dict[str, str] = {}
    _number(root, numbers)
    lines: list[str] = []
    _write(root, numbers, lines, depth=0)
    return dedent("\n".join(lines))


def fixture(component: str, name: str) -> tuple[dict[str, Any], str]:
    """The options and the HTML of one example of the kit."""
    held = json.loads((FIXTURES / f"{component}.json").read_text())[name]
    return held["options"], held["html"]


def _number(element: Element, numbers: dict[str, str]) -> None:
    if own := element.attributes.get("id"):
        assert own not in numbers, f"the id {own} stands twice"
        numbers[own] = f"#{len(numbers) + 1}"
    for child in element.children:
        if isinstance(child, Element):
            _number(child, numbers)


def _write(element: Element, numbers: dict[str, str], lines: list[str], *, depth: int) -> None:
    if element.tag != "page":
        told = [
            f"{name}={_told(name, value, numbers)}" for name, value in sorted(element.attributes.items()) if _is_told(name, value)
        ]
        lines.append("  " * depth + " ".join([element.tag, *told]))
    for child in element.children:
        if isinstance(child, Element):
            _write(child, numbers, lines, depth=depth + 1)
        else:
            lines.append("  " * (depth + 1) + child.strip())


def _is_told(name: str, value: str) -> bool:
    if name == "class":
        return bool(_kit_classes(value))
    return name in TOLD or name.startswith(("aria-", "data-")) or (name == "href" and value.startswith("#"))


def _told(name: str, value: str, numbers: dict[str, str]) -> str:
    if name == "class":
        return _kit_classes(value)
    if name == "id":
        return numbers[value]
    if name in REFERENCES:
        return ",".join(numbers.get(one, "#elsewhere") for one in value.split())
    if name == "href":
        return numbers.get(value[1:], "#elsewhere")
    return value


def _kit_classes(value: str) -> str:
    """Our own classes say how a part looks here; they are not the kit's business."""
    return ".".join(sorted(one for one in value.split() if not one.startswith("escalation-")))
