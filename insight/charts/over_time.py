"""Columns over time, the earliest on the left. Pure."""

from __future__ import annotations

import re

from ..figure import Figure
from .canvas import LINE, WIDTH, Canvas, lines_of, series_of, width_of
from .scale import Scale, plain, scale

HIGH, SMALL, NAMES = 150.0, 12.0, 11.0
NAME_LINES = 3
MONTHS = re.compile("(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{1,6}(?= |$)")


def columns(canvas: Canvas, figure: Figure) -> float:
    """One column for each row, or one for each of its amounts side by side; the number stands on top where there is room."""
    width = max(len(row.amounts) for row in figure.rows)
    amounts = [[row.amounts[place] if place < len(row.amounts) else None for row in figure.rows] for place in range(width)]
    shown = [place for place in range(width) if any(amount is not None for amount in amounts[place])]
    up = scale((amount for place in shown for amount in amounts[place]), room=HIGH)
    left = max(width_of(plain(tick), SMALL) for tick in up.ticks) + 8
    names = series_of(figure)
    top = (canvas.key(0, [names[place] for place in shown]) if len(shown) > 1 else 0.0) + LINE
    _rules(canvas, up, left, top)
    each = (WIDTH - left) / len(figure.rows)
    one = each * 0.76 / len(shown)
    words = {
        (at, place): row.cells[place].words if place < len(row.cells) else plain(amounts[place][at] or 0)
        for at, row in enumerate(figure.rows)
        for place in shown
    }
    roomy = all(width_of(said, SMALL) <= one + each * 0.24 for said in words.values())
    for at in range(len(figure.rows)):
        for number, place in enumerate(shown):
            x = left + each * at + each * 0.12 + one * number
            amount = amounts[place][at]
            tall = up.length(amount or 0)
            if amount:
                canvas.box(x, top + HIGH - tall, one, tall, pattern=number)
            if roomy:
                canvas.text(x + one / 2, top + HIGH - tall - 4, words[at, place], anchor="middle", size=SMALL)
    return _names(canvas, [row.name for row in figure.rows], left, each, top + HIGH)


def _rules(canvas: Canvas, up: Scale, left: float, top: float) -> None:
    for tick in up.ticks:
        y = top + HIGH - up.length(tick)
        canvas.line(left, y, WIDTH, y)
        canvas.text(left - 6, y + 4, plain(tick), anchor="end", size=SMALL)


def _names(canvas: Canvas, names: list[str], left: float, each: float, y: float) -> float:
    """Below each column its name, months in three letters; where they do not all fit, below every second, third and so on,
    the first among them."""
    short = [MONTHS.sub(r"\1", name) for name in names]
    widest = max(width_of(word, NAMES) for name in short for word in name.split() or [""])
    step = max(1, -int(-(widest + 4) // each))
    most = 1
    for at in range(0, len(short), step):
        middle = left + each * at + each / 2
        room = min(each * step - 2, 2 * (WIDTH - middle))
        lines = lines_of(short[at], room=max(room, width_of("mm", NAMES)), most=NAME_LINES, size=NAMES)
        middle = min(middle, WIDTH - max((width_of(words, NAMES) for words in lines), default=0) / 2)
        for number, words in enumerate(lines):
            canvas.text(middle, y + 15 + number * 14, words, anchor="middle", size=NAMES)
        most = max(most, len(lines))
    return y + 10 + most * 14 + 4
