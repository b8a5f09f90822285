"""A figure as it may leave the house: small counts are hidden, and what they could be worked out from. Knows no database. Pure.

The rule is that of the published numbers (partnerships/small_numbers.py), which hides within one table. Between tables: only
whole quarters that are over are counted (measures.py), no table is shown whose total would have to be hidden, and none whose
rows another table adds up where one of them would be: two steps of 9 and 2 would be worked out from a kind with 11."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from partnerships.small_numbers import Suppressed, suppressed, suppressed_list

from .figure import Cell, Figure, Row

TOO_FEW = "There were too few to be shown."
NOT_SHOWN = "Not shown"
NOT_PUBLISHED = "This is for the partnership alone, and is not published."


class Adds(StrEnum):
    """How the numbers of a figure add up, and so how they protect each other."""

    COLUMNS = "columns"  # each column by itself
    FINER = "finer"  # the same, and its rows add up to those of another table: steps to kinds of step
    CROSSED = "crossed"  # rows and columns, with totals of both
    ROWS_APART = "rows_apart"  # each row is about so many as its first cell says
    NOT = "not"  # it names agencies or points at children: nothing of it is published


def hidden(figure: Figure, adds: Adds, *, below: int, when: str) -> Figure:
    """`when`: the period, in words. Nothing in it opens to a list any more, and no sentence tells what its table hides."""
    plain = replace(figure, head=(), rows=(), total=None)
    if adds is Adds.NOT:
        return replace(plain, says=NOT_PUBLISHED, n=0)
    if figure.n and suppressed(figure.n, below=below) != str(figure.n):
        return replace(plain, says=TOO_FEW, n=0)
    if not figure.rows:
        return plain if figure.n else replace(plain, says=f"There are none {when}.")
    shown = {Adds.COLUMNS: _columns, Adds.FINER: _finer, Adds.CROSSED: _crossed, Adds.ROWS_APART: _rows_apart}[adds](
        figure, below
    )
    if shown is None:
        return replace(plain, says=TOO_FEW, n=0)
    many = f"{figure.n or 'no'} disagreement{'' if figure.n == 1 else 's'}"
    return replace(shown, says=f"This is about {many} {when}. Small numbers are not shown." if below > 1 else shown.says)


def _amount(cell: Cell) -> int | None:
    """The number that a cell shows, of disagreements or of anything else that is counted."""
    return cell.count if cell.count is not None else int(cell.words) if cell.words.isdigit() else None


def _cell(cell: Cell, words: str) -> Cell:
    return Cell(words, cell.count if words == cell.words else None)


def _row(row: Row, words: tuple[str, ...]) -> Row:
    cells = tuple(_cell(cell, said) for cell, said in zip(row.cells, words, strict=True))
    there = [said == cell.words for cell, said in zip(row.cells, words, strict=True)]
    amounts = tuple(amount if here else None for amount, here in zip(row.amounts, there, strict=False))
    return replace(row, cells=cells, amounts=amounts)


def _columns(figure: Figure, below: int) -> Figure | None:
    """Each column is a list of counts that add up to its total; nothing, where one of the totals would have to be hidden."""
    width = len(figure.rows[0].cells)
    shown: list[list[str]] = []
    totals = []
    for place in range(width):
        counts = [_amount(row.cells[place]) for row in figure.rows]
        words, total = suppressed_list([count or 0 for count in counts], below=below)
        if any(count is None for count in counts) or not total.isdigit():
            return None
        shown.append(list(words))
        totals.append(total)
    rows = tuple(_row(row, tuple(shown[c][r] for c in range(width))) for r, row in enumerate(figure.rows))
    return replace(figure, rows=rows, total=_row(figure.total, tuple(totals)) if figure.total else None)


def _finer(figure: Figure, below: int) -> Figure | None:
    shown = _columns(figure, below)
    return shown if shown is not None and [_words(row) for row in shown.rows] == [_words(row) for row in figure.rows] else None


def _words(row: Row) -> tuple[str, ...]:
    return tuple(cell.words for cell in row.cells)


def _crossed(figure: Figure, below: int) -> Figure:
    """The last cell of each row is its total, and the last row the columns'."""
    table = Suppressed.of([[cell.count or 0 for cell in row.cells[:-1]] for row in figure.rows], below=below)
    every = zip(figure.rows, table.rows, table.row_totals, strict=True)
    rows = tuple(_row(row, (*words, total)) for row, words, total in every)
    total = _row(figure.total, (*table.column_totals, table.total)) if figure.total else None
    return replace(figure, rows=rows, total=total)


def _rows_apart(figure: Figure, below: int) -> Figure | None:
    """Times: the first row is of all of them. How long it took is shown only of as many as may be counted; and of the parts
    nothing where one of them, or what is left of all, is small."""
    first, *parts = figure.rows
    counts = [_amount(row.cells[0]) or 0 for row in parts]
    words, _ = suppressed_list(counts, below=below)
    small = list(words) != [str(count) for count in counts]
    return replace(figure, rows=tuple(_closed(row) for row in ([first] if small else [first, *parts])), total=None)


def _closed(row: Row) -> Row:
    """The shortest and the longest are one disagreement's each: the median alone is shown."""
    cells = tuple(Cell(cell.words, cell.count) for cell in row.cells[:2])
    return replace(row, cells=(*cells, Cell(NOT_SHOWN)), amounts=(*row.amounts[:1], None, None))
