"""What two pages have to share to look and behave alike: their tags, classes, roles and states, without words and ids."""

from __future__ import annotations

from collections.abc import Iterable

from tests.pages.markup import Element, read

from .walking import Page

# What changes how an element is shown, read out or reached.
TELLING = (
    "alt", "aria-current", "aria-describedby", "aria-expanded", "aria-hidden", "aria-invalid", "aria-label", "aria-labelledby",
    "aria-live", "aria-sort", "autocomplete", "checked", "data-module", "disabled", "for", "hidden", "href", "inputmode", "lang",
    "multiple", "open", "popovertarget", "readonly", "required", "role", "rowspan", "scope", "size", "spellcheck", "tabindex",
    "type",
)  # fmt: skip
# Of these their being there matters, and for the first two also what they say.
SAID = {"aria-current", "aria-live", "aria-sort", "autocomplete", "data-module", "inputmode", "lang", "role", "scope", "type"}
# What holds other things: each is met by itself, and whatever stands in it by itself.
ROOMS = {"html", "body", "main", "form", "section", "article", "fieldset", "details", "ul", "ol", "dl", "table", "tbody"}
ROOM = (
    "escalation-columns", "escalation-field", "escalation-opens", "govuk-checkboxes", "govuk-form-group", "govuk-grid-",
    "govuk-main-wrapper", "govuk-radios", "govuk-width-container",
)  # fmt: skip

# What a page costs to look at before anything stands on it, in letters.
LIGHT = 3000

Bones = tuple[str, tuple["Bones", ...]]


def bones(element: Element) -> Bones:
    """Of children that are alike one stands for all: a list of nine looks like a list of two."""
    children: dict[Bones, None] = {}
    for child in element.children:
        if isinstance(child, Element):
            children[bones(child)] = None
        elif isinstance(child, str):
            children["text", ()] = None
    return _own(element), tuple(children)


def _own(element: Element) -> str:
    told = [f"{name}={element.attributes[name] if name in SAID else ''}" for name in TELLING if name in element.attributes]
    return " ".join([element.tag, *sorted(element.classes), *told])


def parts(page: Page) -> set[Bones]:
    """Each thing on a page that stands for itself: a heading, a question with its answers, a table, the header."""
    found: set[Bones] = set()
    for body in read(page.html).every(tag="body"):
        _parts(body, found)
    return found


def _parts(room: Element, found: set[Bones]) -> None:
    for child in room.children:
        if not isinstance(child, Element):
            continue
        if child.tag in ROOMS or (child.tag == "div" and all(name.startswith(ROOM) for name in child.classes)):
            found.add((_own(child), ()))
            _parts(child, found)
        else:
            found.add(bones(child))


def distinct(pages: Iterable[Page]) -> list[Page]:
    """Pages on which everything stands that stands on any of them. Next comes the one that has most to show for its length."""
    left = {page: parts(page) for page in pages}
    seen: set[Bones] = set()
    found = []
    while left:
        best = max(left, key=lambda page: (len(left[page] - seen) / (LIGHT + len(page.html)), page.name))
        if not left[best] - seen:
            break
        seen |= left.pop(best)
        found.append(best)
    return found
