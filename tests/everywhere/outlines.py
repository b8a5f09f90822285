"""What holds of every page as it is written, before any browser: headings, titles, names, and that references lead somewhere."""

from __future__ import annotations

from collections import Counter

from tests.pages.markup import Element, read

from .walking import Page

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
REFERRING = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "headers", "list", "popovertarget")
# Words that say nothing where a list of links is read out by itself.
EMPTY = {"here", "click here", "more", "read more", "link", "this", "details", "open", "change", "remove", "edit", "view"}


def everything(root: Element) -> list[Element]:
    return [root, *(each for child in root.children if isinstance(child, Element) for each in everything(child))]


def wrong_with(page: Page) -> list[str]:
    root = read(page.html)
    elements = everything(root)
    return [*_headings(elements), *_title(elements), *_ids(elements), *_names(elements), *_alike(root)]


def _headings(elements: list[Element]) -> list[str]:
    heads = [element for element in elements if element.tag in HEADINGS]
    found = [f"an empty <{head.tag}>" for head in heads if not head.text]
    if (ones := sum(head.tag == "h1" for head in heads)) != 1:
        found.append(f"{ones} headings of the first level")
    levels = [int(head.tag[1]) for head in heads]
    found += [
        f"<h{level}> follows <h{before}>: {head.text!r}"
        for before, level, head in zip(levels, levels[1:], heads[1:], strict=False)
        if level > before + 1
    ]
    return found


def _title(elements: list[Element]) -> list[str]:
    # A drawing has one of its own, with an id.
    titles = [element.text for element in elements if element.tag == "title" and "id" not in element.attributes]
    return [] if len(titles) == 1 and titles[0] else [f"titles: {titles}"]


def _ids(elements: list[Element]) -> list[str]:
    counted = Counter(element.attributes["id"] for element in elements if "id" in element.attributes)
    found = [f"the id {own!r} stands {times} times" for own, times in counted.items() if times > 1]
    for element in elements:
        for name in REFERRING:
            found += [
                f"{name}={target!r} leads nowhere" for target in element.attributes.get(name, "").split() if target not in counted
            ]
        target = element.attributes.get("href", "")
        if target.startswith("#") and len(target) > 1 and target[1:] not in counted:
            found.append(f"the link {element.text!r} leads to {target}, which is not there")
    return found


def name_of(element: Element) -> str:
    """What is read out, where it is not a label beside it."""
    return element.attributes.get("aria-label") or element.text or element.attributes.get("value", "")


def _names(elements: list[Element]) -> list[str]:
    found = []
    for element in elements:
        if element.tag in ("a", "button", "summary") and "hidden" not in element.attributes:
            name = name_of(element)
            if not name and not any(inner.attributes.get("alt") for inner in everything(element)):
                found.append(f"<{element.tag} href={element.attributes.get('href')!r}> has no name")
            if name.lower() in EMPTY:
                found.append(f"<{element.tag}> says only {name!r}")
    return found


def _alike(root: Element) -> list[str]:
    """Links of one name lead to one place; in a row or an entry of a list, what stands beside them says which is meant."""
    named: dict[str, set[str]] = {}

    def enter(element: Element) -> None:
        for child in element.children:
            if isinstance(child, Element) and child.tag not in ("tr", "li", "dl"):
                if child.tag == "a":
                    named.setdefault(name_of(child), set()).add(child.attributes.get("href", "").partition("#")[0])
                enter(child)

    enter(root)
    return [f"{len(where)} links to different places are called {name!r}" for name, where in named.items() if len(where) > 1]
