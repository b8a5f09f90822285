"""Reads a table of a page as rows of words, as somebody who looks at it reads it."""

from __future__ import annotations

from .markup import Element


def seen(element: Element) -> str:
    """The words of an element without the labels that only show where the table is drawn as cards."""
    words = [
        child if isinstance(child, str) else seen(child)
        for child in element.children
        if isinstance(child, str) or "escalation-table__label" not in child.classes
    ]
    return " ".join(" ".join(words).split())


def rows(page: Element) -> list[list[str]]:
    """Every row of the page's first table body, cell by cell; none when there is no table."""
    return [
        [seen(cell) for cell in row.children if isinstance(cell, Element)]
        for body in page.every(tag="tbody")[:1]
        for row in body.every(tag="tr")
    ]
