"""The sentences of a page that are ours: neither a protocol's own words nor what somebody typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from partnerships.protocol import Protocol
from tests.pages.markup import IN_A_SENTENCE, Element, read

LONGEST = 25
GLUED = "\0"
# What the field does not say, or nobody should be told by a form.
FORBIDDEN = re.compile(
    r"\b(breach\w*|SLA|overdue|tickets?|case numbers?|users?|username|invalid|please enter a valid|click here)\b",
    re.IGNORECASE,
)
# Stand in a line of words, and end no sentence.
INLINE = {
    "a", "abbr", "b", "bdi", "br", "button", "code", "dfn", "em", "i", "kbd", "label", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "time", "u", "var",
}  # fmt: skip
SILENT = {"script", "style", "option", "svg", "textarea", "template", "blockquote", "pre", "code"}
SENTENCE = re.compile(r"(?<=[.!?…:;])\s+(?=[A-Z(\"“‘0-9])")


@cache
def _spaced(words: str) -> str:
    return " ".join(words.split())


def sayings(*protocols: Protocol, names: Iterable[str] = ()) -> list[str]:
    """Everything that protocols say in words, and the names of people and agencies, longest first."""

    def said(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for each in value.values():
                yield from said(each)
        elif isinstance(value, list):
            for each in value:
                yield from said(each)
        elif isinstance(value, str) and len(value.split()) > 1:
            yield _spaced(value)
            yield from (each for each in sentences(_spaced(value)) if len(each.split()) > 3)

    found = set(names) | {words for protocol in protocols for words in said(protocol.model_dump(mode="json"))}
    return sorted(found, key=lambda words: (-len(words), words))


def plain(element: Element) -> str:
    """The words of an element that are seen: what is only read out is named by where it stands."""
    if any("visually-hidden" in name for name in element.classes) or element.tag in SILENT:
        return ""
    return _spaced(" ".join(child if isinstance(child, str) else plain(child) for child in element.children))


def lines(element: Element) -> Iterator[str]:
    """What stands together: the words of a block without the blocks inside it."""
    here: list[str] = []
    for child in element.children:
        if isinstance(child, str):
            here.append(child)
        elif child.tag in SILENT:
            continue
        elif child.tag in INLINE:
            # A word that can be pressed is part of its sentence, with the full stop or the bracket beside it.
            here.append(GLUED + plain(child) + GLUED if IN_A_SENTENCE in child.classes else plain(child))
        else:
            yield _together(here)
            here = []
            yield from lines(child)
    yield _together(here)


def _together(words: Iterable[str]) -> str:
    return _spaced(" ".join(words).replace(f" {GLUED}", "").replace(f"{GLUED} ", "").replace(GLUED, ""))


def own_lines(html: str, protocols: Iterable[str]) -> list[str]:
    """The lines of a page's main part with "…" where a protocol speaks."""
    found = []
    for main in read(html).every(tag="main"):
        for line in filter(None, lines(main)):
            for words in protocols:
                if words in line:
                    line = line.replace(words, "…")  # noqa: PLW2901  (what is left of it)
            found.append(line)
    return found


def sentences(line: str) -> list[str]:
    return SENTENCE.split(line)


def too_long(line: str) -> list[str]:
    return [s for s in sentences(line) if len(re.findall(r"[^\W_][\w'’./@-]*", s)) > LONGEST]


def forbidden(line: str) -> list[str]:
    return [found[0] for found in FORBIDDEN.finditer(line)]
