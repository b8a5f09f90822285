"""Charts that lie along the page, one row below the other: bars, shares of a whole, median and range. Pure."""

from __future__ import annotations

from ..figure import Figure, Row
from .canvas import LINE, WIDTH, Canvas, lines_of, series_of, width_of
from .scale import plain, scale

BAR, GAP = 16.0, 10.0
SMALL = 13.0


def _drawn_columns(figure: Figure) -> list[int]:
    width = max(len(row.amounts) for row in figure.rows)
    return [
        place for place in range(width) if any(len(row.amounts) > place and row.amounts[place] is not None for row in figure.rows)
    ]


def _words(row: Row, place: int) -> str:
    if place < len(row.cells):
        return row.cells[place].words
    amount = _amount(row, place)
    return "" if amount is None else plain(amount)


def _amount(row: Row, place: int) -> float | None:
    return row.amounts[place] if place < len(row.amounts) else None


def _name(canvas: Canvas, y: float, name: str) -> float:
    for words in lines_of(name, room=WIDTH):
        canvas.text(0, y + 13, words)
        y += LINE
    return y


def bars(canvas: Canvas, figure: Figure) -> float:
    """Each row's name, and below it a bar with its number behind. With several columns a key says which is which."""
    places = _drawn_columns(figure)
    series = series_of(figure)
    kept = (
        max(
            width_of(lines_of(_words(row, place), room=150, most=1)[0])
            for row in figure.rows
            for place in places
            if _words(row, place)
        )
        + 8
    )
    along = scale((_amount(row, place) for row in figure.rows for place in places), room=WIDTH - kept)
    y = canvas.key(0, [series[place] for place in places]) if len(places) > 1 else 0.0
    for row in figure.rows:
        y = _name(canvas, y, row.name)
        for number, place in enumerate(places):
            amount = _amount(row, place)
            length = along.length(amount or 0)
            if amount:
                canvas.box(0, y, length, BAR, pattern=number)
            for words in lines_of(_words(row, place), room=150, most=1):
                canvas.text(length + (6 if amount else 0), y + 13, words)
            y += BAR + 2
        y += GAP
    return y


def shares(canvas: Canvas, figure: Figure) -> float:
    """Each row's whole as one bar of the same length, in parts; their numbers stand below where there is room for them."""
    places = _drawn_columns(figure)
    series = series_of(figure)
    y = canvas.key(0, [series[place] for place in places])
    for row in figure.rows:
        y = _name(canvas, y, row.name)
        whole = sum(max(0.0, _amount(row, place) or 0) for place in places)
        x, until = 0.0, 0.0
        for number, place in enumerate(places):
            length = max(0.0, _amount(row, place) or 0) / whole * WIDTH if whole else 0.0
            if length:
                canvas.box(x, y, length, BAR, pattern=number)
                until = _below(canvas, _words(row, place), x, length, y, until)
            x += length
        if not whole:
            canvas.text(0, y + 13, "Nothing to show here", size=SMALL)
        y += BAR + LINE + GAP
    return y


def _below(canvas: Canvas, words: str, x: float, length: float, y: float, until: float) -> float:
    """A part's number under its middle, unless it would run into the one before or over the edge."""
    wide = width_of(words, SMALL)
    left = min(max(x + length / 2 - wide / 2, 0.0), WIDTH - wide)
    if wide > WIDTH or left < until:
        return until
    canvas.text(left, y + BAR + 14, words, size=SMALL)
    return left + wide + 6


def spread(canvas: Canvas, figure: Figure) -> float:
    """A line from the least to the most, with a dot on the median. `amounts` of a row: median, least, most; a row of two that
    differ has no median, and a dot on each; one with nothing to tell has none of them."""
    along = scale((amount for row in figure.rows for amount in row.amounts), room=WIDTH - 16)
    y = 0.0
    for row in figure.rows:
        y = _name(canvas, y, row.name)
        middle, least, most = (_amount(row, place) for place in range(3))
        if least is not None and most is not None:
            x1, x2 = 8 + along.length(least), 8 + along.length(most)
            canvas.line(x1, y + 8, x2, y + 8, thick=3, rule=False)
            for x in (x1, x2):
                if middle is None:  # the two that there are
                    canvas.dot(x, y + 8, 6)
                else:
                    canvas.line(x, y + 2, x, y + 14, thick=2, rule=False)
        if middle is not None:
            canvas.dot(8 + along.length(middle), y + 8, 6)
        canvas.text(0, y + BAR + 14, _told(middle, least, most), size=SMALL)
        y += LINE
        y += BAR + GAP + 2
    return _axis(canvas, y, along.ticks, unit=figure.unit, room=along.room)


def _told(middle: float | None, least: float | None, most: float | None) -> str:
    """5 (1 to 8), or of the two that there are: 8 and 18."""
    if middle is None:
        return "Nothing to show here" if least is None or most is None else f"{plain(least)} and {plain(most)}"
    return (
        plain(middle) if least is None or most is None or least == most else f"{plain(middle)} ({plain(least)} to {plain(most)})"
    )


def _axis(canvas: Canvas, y: float, ticks: tuple[float, ...], *, unit: str, room: float) -> float:
    canvas.line(8, y, 8 + room, y)
    for tick, anchor in zip(ticks, ("start", "middle", "end"), strict=True):
        x = 8 + tick / ticks[-1] * room
        canvas.line(x, y, x, y + 5)
        canvas.text(x + {"start": -8, "end": 8}.get(anchor, 0), y + 20, plain(tick), anchor=anchor, size=SMALL)
    if unit:
        for words in lines_of(unit, room=WIDTH, most=1, size=SMALL):
            canvas.text(WIDTH / 2, y + 38, words, anchor="middle", size=SMALL)
        return y + 44
    return y + 26
