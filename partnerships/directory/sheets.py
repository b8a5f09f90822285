"""The heading row of a directory's spreadsheet and the rows under it: one column for each thing that a row may say."""

from __future__ import annotations

from dataclasses import dataclass

from ..sheets import MOST_ROWS, SheetRefused, heading, read_table


@dataclass(frozen=True)
class Line:
    """One row as words by column, and its number as the spreadsheet counts it."""

    number: int
    cells: dict[str, str]


def read_sheet(data: bytes, *, columns: tuple[str, ...]) -> list[Line]:
    """The rows of the first sheet under a heading row with these columns, in any order; empty rows left out. Raises
    SheetRefused with a sentence."""
    return _lines(read_table(data).rows, columns)


def _lines(filled: list[tuple[int, list[str]]], columns: tuple[str, ...]) -> list[Line]:
    head = [heading(cell) for cell in filled[0][1]]
    unknown = [cell for cell in head if cell and cell not in columns]
    missing = [column for column in columns[:1] if column not in head]
    if unknown or missing:
        what = f"there is no column “{unknown[0][:60]}”" if unknown else f"the column “{missing[0]}” is missing"
        raise SheetRefused(f"In the heading row {what}. The columns are: {', '.join(columns)}.")
    if len({cell for cell in head if cell}) < len([cell for cell in head if cell]):
        raise SheetRefused("Two columns have the same heading.")
    if len(filled) - 1 > MOST_ROWS:
        raise SheetRefused(f"The sheet has more than {MOST_ROWS:,} rows. Divide it.")
    if len(filled) == 1:
        raise SheetRefused("There is nothing under the heading row.")
    return [Line(number, {column: cell for column, cell in zip(head, row, strict=False) if column}) for number, row in filled[1:]]
