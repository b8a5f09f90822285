"""A figure of insight as parts of a document: what it says, its drawing, its numbers, and what to know before reading them."""

from __future__ import annotations

from collections.abc import Iterator

from documents.document import Heading, Paragraph, Part, Picture, Table
from insight.charts import drawn
from insight.figure import Figure, Row

# Beside each other while a line holds them; a wider figure has a table of its own for the year before.
BESIDE = 3


def parts_of(figure: Figure, *, before: Figure | None = None, level: int = 3, first: str = "") -> Iterator[Part]:
    """`before`: the same figure of the year before, whose numbers stand beside; `first`: what its rows are, in a word."""
    yield Heading(figure.title, level)
    yield Paragraph(figure.says)
    if before is not None:
        yield Paragraph(f"The year before: {before.says}")
    if svg := drawn(figure, standalone=True):
        yield Picture(svg, f"{figure.title}. {figure.says} The numbers are in the table below.", "")
    yield from _tables(figure, before, first or "Which")
    if figure.fair:
        yield Paragraph(figure.fair)


def _tables(figure: Figure, before: Figure | None, first: str) -> Iterator[Table]:
    if before is None or not (figure.rows or before.rows):
        if figure.rows:
            yield _table(figure, figure.title, first)
    elif len(figure.head) <= BESIDE and figure.head == before.head:
        yield _beside(figure, before, first)
    else:
        yield from (_table(one, title, first) for one, title in _two(figure, before) if one.rows)


def _two(figure: Figure, before: Figure) -> tuple[tuple[Figure, str], ...]:
    return (figure, figure.title), (before, f"{figure.title}, the year before")


def _table(figure: Figure, caption: str, first: str) -> Table:
    rows = [*figure.rows, *([figure.total] if figure.total else [])]
    return Table(caption, (first, *figure.head), tuple((row.name, *(cell.words for cell in row.cells)) for row in rows))


def _beside(figure: Figure, before: Figure, first: str) -> Table:
    head = [first]
    for column in figure.head:
        head += [column, f"{column}, the year before"]
    rows = []
    for name, now, then in _paired(figure, before):
        cells = [name]
        for number in range(len(figure.head)):
            cells += [_words(now, number), _words(then, number)]
        rows.append(tuple(cells))
    return Table(figure.title, tuple(head), tuple(rows))


def _paired(figure: Figure, before: Figure) -> Iterator[tuple[str, Row | None, Row | None]]:
    """Rows that are about the same: by their key, or month by month, whose keys are days of either year."""
    if len(figure.rows) == len(before.rows) and not {row.key for row in figure.rows} & {row.key for row in before.rows}:
        yield from ((now.name, now, then) for now, then in zip(figure.rows, before.rows, strict=True))
    else:
        then = {row.key: row for row in before.rows}
        yield from ((now.name, now, then.pop(now.key, None)) for now in figure.rows)
        yield from ((row.name, None, row) for row in then.values())
    if figure.total or before.total:
        yield "All", figure.total, before.total


def _words(row: Row | None, column: int) -> str:
    return row.cells[column].words if row is not None and column < len(row.cells) else "0"
