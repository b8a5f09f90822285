"""A document as a value: its title and its parts in the order in which they are read; knows no file format. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Heading:
    """`level` 2 to 4; the document's title is the only heading of level 1."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Cells in words. The first column of every row is its heading."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """A drawing in SVG. `alt` says what it shows; the numbers themselves stand in a table beside it."""

    svg: str
    alt: str
    caption: str


Part = Heading | Paragraph | Bullets | Table | Picture


@dataclass(frozen=True)
class Document:
    title: str
    author: str
    made_on: date
    parts: tuple[Part, ...]
    subtitle: str = ""
    language: str = "en-GB"

    @property
    def by(self) -> str:
        """Who made it and when, as it stands below the title."""
        return " · ".join(line for line in (self.author, f"{self.made_on:%-d %B %Y}") if line)
