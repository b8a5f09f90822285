"""A figure as a value: what is counted, over which period, and what stands behind each number; knows no database. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True)
class Period:
    """Whole days, the first and the last included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("A period ends on or after the day on which it begins.")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


class Drawn(StrEnum):
    """How a figure is drawn beside its table; nothing where a table says it better."""

    NOT = ""
    COLUMNS = "columns"  # over time
    BARS = "bars"  # by something that has names
    SHARES = "shares"  # parts of each row's whole
    MATRIX = "matrix"
    SPREAD = "spread"  # median and range


@dataclass(frozen=True)
class Cell:
    """One number in words. `count`: the number, where it is one of disagreements (None: not shown, or no count).
    `behind`: the key under which the disagreements behind it are found (insight/behind.py), or nothing."""

    words: str
    count: int | None = None
    behind: str = ""


@dataclass(frozen=True)
class Row:
    """`amounts`: what a chart draws for each cell, in the figure's own unit; None where there is nothing to draw."""

    key: str
    name: str
    cells: tuple[Cell, ...]
    amounts: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Figure:
    """`says`: one sentence with what it shows now. `fair`: what to know before reading anything into it. `n`: how many
    disagreements it is about; with none, `rows` may be empty and `says` says so."""

    key: str
    title: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    says: str
    n: int
    fair: str = ""
    total: Row | None = None
    drawn: Drawn = Drawn.NOT
    unit: str = ""
