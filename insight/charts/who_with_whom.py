"""A matrix: who raised with whom, each pair a number and a bar below it. Pure."""

from __future__ import annotations

from ..figure import Figure
from .canvas import LINE, WIDTH, Canvas, lines_of, series_of, width_of
from .scale import scale

NAMES, LARGEST, SMALL = 150.0, 44.0, 13.0
HEIGHT, DENSE = 36.0, 18.0
# Narrower columns have a bar alone; their numbers are in the table.
TOO_NARROW = 18.0


def matrix(canvas: Canvas, figure: Figure) -> float:
    """Rows by name; columns by number, and the numbers by name below, because names do not fit above narrow columns. An
    amount is a number with a bar below it: nothing hangs on telling two shades apart. Pairs without any, or whose number is not
    shown, have a dash."""
    across = max(len(row.amounts) for row in figure.rows)
    shown = [at for at in range(across) if any(len(row.amounts) > at and row.amounts[at] is not None for row in figure.rows)]
    each = min(LARGEST, (WIDTH - NAMES) / len(shown))
    inside = min(3.0, each * 0.1)
    along = scale((row.amounts[at] for row in figure.rows for at in shown if at < len(row.amounts)), room=each - 2 * inside)
    dense = each < TOO_NARROW
    height, size = (DENSE, max(5.0, each * 0.55)) if dense else (HEIGHT, SMALL)
    for number in range(1, len(shown) + 1):
        canvas.text(NAMES + each * (number - 0.5), 14, str(number), anchor="middle", size=size, bold=True)
    y = LINE + 4
    for row in figure.rows:
        canvas.line(0, y, NAMES + each * len(shown), y)
        for place, words in enumerate(lines_of(row.name, room=NAMES - 6, size=SMALL, most=1 if dense else 2)):
            canvas.text(0, y + 14 + place * 15, words, size=SMALL)
        for place, at in enumerate(shown):
            amount = row.amounts[at] if at < len(row.amounts) else None
            x = NAMES + each * place
            if not dense:
                words = row.cells[at].words if at < len(row.cells) else ""
                fits = width_of(words, size) <= each
                canvas.text(x + each / 2, y + 16, words if fits and words not in ("", "0") else "–", anchor="middle", size=size)
            if amount:
                canvas.box(x + inside, y + height - 12, along.length(amount), 8)
        y += height
    canvas.line(0, y, NAMES + each * len(shown), y)
    y += 8
    names = series_of(figure)
    for number, at in enumerate(shown, start=1):
        for place, words in enumerate(lines_of(names[at], room=WIDTH - 30, size=SMALL)):
            if not place:
                canvas.text(0, y + 14, str(number), size=SMALL, bold=True)
            canvas.text(28, y + 14, words, size=SMALL)
            y += LINE
    return y + 6
