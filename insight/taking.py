"""Figures to take along: as the parts of a document, and as lines of a spreadsheet; knows no request and no file format."""

from __future__ import annotations

from collections.abc import Iterable

from documents.document import Heading, Paragraph, Part, Picture, Table

from .charts import drawn
from .figure import Figure, Row


def parts_of(figure: Figure, *, level: int = 2, ident: str = "") -> tuple[Part, ...]:
    """Title, sentence, drawing, table, and what to know before reading anything into it."""
    parts: list[Part] = [Heading(figure.title, level), Paragraph(figure.says)]
    if svg := drawn(figure, standalone=True, ident=ident):
        parts.append(Picture(svg, alt=f"{figure.title}. {figure.says}", caption=""))
    if figure.rows:
        parts.append(table_of(figure))
    if figure.fair:
        parts.append(Paragraph(f"Before you read anything into it: {figure.fair}"))
    return tuple(parts)


def table_of(figure: Figure) -> Table:
    return Table(figure.title, head_of(figure), tuple((row.name, *(cell.words for cell in row.cells)) for row in rows_of(figure)))


def head_of(figure: Figure) -> tuple[str, ...]:
    """With a name for the first column, whether the figure has one or not."""
    cells = max((len(row.cells) for row in figure.rows), default=0)
    return figure.head if len(figure.head) > cells else ("", *figure.head)


def rows_of(figure: Figure) -> tuple[Row, ...]:
    return (*figure.rows, figure.total) if figure.total else figure.rows


def lines_of(figures: Iterable[Figure]) -> list[list[str]]:
    """One figure below the other: its title, its sentence, its head and rows, and an empty line."""
    lines: list[list[str]] = []
    for figure in figures:
        lines += [[figure.title], [figure.says]]
        if figure.rows:
            lines += [list(head_of(figure)), *([row.name, *(cell.words for cell in row.cells)] for row in rows_of(figure))]
        if figure.fair:
            lines += [[figure.fair]]
        lines += [[]]
    return lines
