"""Figures drawn as SVG, so that they read on a screen, on paper and in a document; knows no database and no page. Pure."""

from __future__ import annotations

from collections.abc import Callable

from ..figure import Drawn, Figure
from .along import bars, shares, spread
from .canvas import Canvas
from .over_time import columns
from .who_with_whom import matrix

__all__ = ["drawn"]

DRAWING: dict[Drawn, Callable[[Canvas, Figure], float]] = {
    Drawn.COLUMNS: columns,
    Drawn.BARS: bars,
    Drawn.SHARES: shares,
    Drawn.MATRIX: matrix,
    Drawn.SPREAD: spread,
}


def drawn(figure: Figure, *, standalone: bool = False, ident: str = "") -> str:
    """The figure as one SVG element, or nothing where there is nothing to draw. `standalone`: with colours and fonts of its
    own, for a document; otherwise it takes the page's. `ident` tells two drawings of one figure on a page apart.

    The same figure is always drawn the same way, byte for byte. It says in words what it shows (its description is the
    figure's own sentence); every number stands beside its mark or in the table that goes with it; and nothing is told by
    colour alone: parts are told apart by their pattern."""
    amounts = [amount for row in figure.rows for amount in row.amounts if amount is not None]
    if figure.drawn not in DRAWING or not any(amounts):
        return ""
    canvas = Canvas(ident=ident or figure.key, standalone=standalone)
    height = DRAWING[figure.drawn](canvas, figure)
    return canvas.svg(title=figure.title, says=figure.says, height=height)
