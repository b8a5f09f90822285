"""What a chart is put together from: text, boxes and lines as SVG, with patterns to tell parts apart; knows no kind of chart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from ..figure import Figure

WIDTH = 400.0
SIZE = 14.0
LINE = 18.0
ELLIPSIS = "…"
TEXT, MARK, RULE, PAPER = "#0b0c0c", "#1d4f91", "#6f777b", "#ffffff"
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
# Patterns after the first, which is solid. Each is drawn on a tile of eight by eight.
TILES = (
    "",
    '<path d="M-2 2L2 -2M0 8L8 0M6 10L10 6" stroke="{ink}" stroke-width="2"/>',
    "",
    '<circle cx="2" cy="2" r="1.5" fill="{ink}"/><circle cx="6" cy="6" r="1.5" fill="{ink}"/>',
    '<path d="M0 2H8M0 6H8" stroke="{ink}" stroke-width="1.5"/>',
    '<path d="M0 0L8 8M8 0L0 8" stroke="{ink}" stroke-width="1.2"/>',
)
SOLID, EMPTY = 0, 2
# How wide a character is, in parts of the type's size; rather too wide than too narrow, whatever the font turns out to be.
NARROW, WIDE = frozenset("iljtfrI.,:;'|!()[] "), frozenset("mwMW@%—…")
# No XML file may hold these, not even written as an entity.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def num(value: float) -> str:
    """A length as it is written: two places at most, and no needless nought."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def width_of(words: str, size: float = SIZE) -> float:
    return sum(_breadth(character) for character in words) * size


def _breadth(character: str) -> float:
    if character in NARROW:
        return 0.36
    if character in WIDE or ord(character) > 0x2E7F:
        return 1.0
    return 0.76 if character.isupper() else 0.57


def lines_of(words: str, *, room: float, most: int = 2, size: float = SIZE) -> list[str]:
    """Words on so many lines, none wider than the room; what does not fit ends in an ellipsis. The table has them whole."""
    lines: list[str] = []
    rest = " ".join(words.split())
    while rest and len(lines) < most:
        fits = _longest(rest, room, size)
        if len(fits) == len(rest):
            return [*lines, rest]
        if len(lines) == most - 1:
            return [*lines, f"{_longest(rest, room - width_of(ELLIPSIS, size), size).rstrip()}{ELLIPSIS}"]
        cut = fits.rfind(" ") if rest[len(fits)] != " " else len(fits)
        fits = fits[:cut] if cut > 0 else fits
        lines.append(fits.rstrip() or rest[:1])
        rest = rest[len(lines[-1]) :].lstrip()
    return lines


def _longest(words: str, room: float, size: float) -> str:
    used = 0.0
    for place, character in enumerate(words):
        used += _breadth(character) * size
        if used > room:
            return words[:place]
    return words


def series_of(figure: Figure) -> tuple[str, ...]:
    """The names of the columns that amounts stand in. A head that has one name more than a row has cells begins with what
    the rows are called."""
    width = max(len(row.amounts) for row in figure.rows)
    cells = max(len(row.cells) for row in figure.rows)
    names = figure.head[1:] if len(figure.head) > cells else figure.head
    return (*names, *[""] * width)[:width]


@dataclass
class Canvas:
    """Collects what is drawn, from the left upper corner down. As wide as WIDTH, and as high as it turns out to be."""

    ident: str
    standalone: bool = False
    parts: list[str] = field(default_factory=list)
    patterns: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.ident = re.sub(r"[^a-zA-Z0-9_-]+", "-", self.ident) or "figure"
        self.ink = MARK if self.standalone else "currentColor"

    def text(self, x: float, y: float, words: str, *, anchor: str = "start", size: float = SIZE, bold: bool = False) -> None:
        """`y` is the line on which the letters stand."""
        colour = f' fill="{TEXT}" font-family="{FONT}"' if self.standalone else ' fill="currentColor"'
        weight = ' font-weight="700"' if bold else ""
        at = f'x="{num(x)}" y="{num(y)}" font-size="{num(size)}" text-anchor="{anchor}"'
        self.parts.append(f"<text {at}{weight}{colour}>{clean(words)}</text>")

    def box(self, x: float, y: float, width: float, height: float, *, pattern: int = SOLID, kind: str = "mark") -> None:
        """A part of a chart. Its edge is drawn inside it, so that it is as wide as what it stands for."""
        pattern %= len(TILES)
        self.patterns.add(pattern)
        fill = {SOLID: self.ink, EMPTY: "none"}.get(pattern, f"url(#{self.ident}-{pattern})")
        name = "" if self.standalone else f' class="insight-chart__{kind}"'
        edge = min(1.0, width, height)
        at = f'x="{num(x + edge / 2)}" y="{num(y + edge / 2)}" width="{num(width - edge)}" height="{num(height - edge)}"'
        self.parts.append(f'<rect {at} fill="{fill}" stroke="{self.ink}" stroke-width="{num(edge)}"{name}/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, *, thick: float = 1.0, rule: bool = True) -> None:
        colour = (RULE if rule else MARK) if self.standalone else "currentColor"
        name = "" if self.standalone else f' class="insight-chart__{"rule" if rule else "mark"}"'
        at = f'x1="{num(x1)}" y1="{num(y1)}" x2="{num(x2)}" y2="{num(y2)}"'
        self.parts.append(f'<line {at} stroke="{colour}" stroke-width="{num(thick)}"{name}/>')

    def dot(self, x: float, y: float, radius: float) -> None:
        name = "" if self.standalone else ' class="insight-chart__mark"'
        self.parts.append(f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(radius)}" fill="{self.ink}" stroke="none"{name}/>')

    def key(self, y: float, names: Sequence[str]) -> float:
        """What each pattern stands for, one below the other; the height of the next thing."""
        for place, name in enumerate(names):
            self.box(0, y, 14, 14, pattern=place)
            for words in lines_of(name, room=WIDTH - 24, most=1):
                self.text(22, y + 12, words)
            y += LINE + 2
        return y + 6 if names else y

    def svg(self, *, title: str, says: str, height: float) -> str:
        size = f'viewBox="0 0 {num(WIDTH)} {num(height)}"'
        own = f' width="{num(WIDTH)}" height="{num(height)}"' if self.standalone else ' class="insight-chart" focusable="false"'
        tiles = "".join(self._tile(number) for number in sorted(self.patterns - {SOLID, EMPTY}))
        defs = f"<defs>{tiles}</defs>" if tiles else ""
        told = f'<title id="{self.ident}-title">{clean(title)}</title><desc id="{self.ident}-desc">{clean(says)}</desc>'
        role = f'role="img" aria-labelledby="{self.ident}-title" aria-describedby="{self.ident}-desc"'
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}{own} {role}>{told}{defs}{"".join(self.parts)}</svg>'

    def _tile(self, number: int) -> str:
        name = "" if self.standalone else ' class="insight-chart__tile"'
        inside = TILES[number].format(ink=self.ink)
        return f'<pattern id="{self.ident}-{number}" width="8" height="8" patternUnits="userSpaceOnUse"{name}>{inside}</pattern>'


def clean(words: str) -> str:
    return escape(FORBIDDEN.sub("", words))
