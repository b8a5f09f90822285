"""Counts that are meant for publication: small ones are not shown, nor what they could be worked out from. Pure.

The statistical disclosure control of frequency tables: a cell that counts few people may point at one of them (primary
suppression), and a cell that is left out can be worked out from its row's and its column's total unless further cells are
left out with it (secondary suppression).

Zero is shown: nobody is counted by it, and a table that hid its zeros would hardly show anything for a partnership that
records ten disagreements in a year. Under a threshold of two it is hidden with the ones: "fewer than 2" beside shown
zeros could only be one. What this cannot see is a second table: two publications a week apart can be subtracted from one
another, so whoever publishes shows whole, closed periods."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

NOT_SHOWN = "not shown"


def suppressed(count: int, *, below: int) -> str:
    """One count that stands alone, without a total it could be taken from. A threshold of 0 or 1 hides nothing."""
    return fewer_than(below) if _is_small(count, below) else str(count)


def fewer_than(below: int) -> str:
    return f"fewer than {below}"


@dataclass(frozen=True)
class Suppressed:
    """A table as it may be published: words for every cell and total."""

    rows: tuple[tuple[str, ...], ...]
    row_totals: tuple[str, ...]
    column_totals: tuple[str, ...]
    total: str

    @classmethod
    def of(cls, counts: Sequence[Sequence[int]], *, below: int) -> Suppressed:
        """No cell or total that is left out here can be worked out from what is shown, nor from knowing what 'fewer than'
        and 'not shown' mean."""
        table = _Table(counts, below)
        table.protect()
        words = [[table.words((r, c)) for c in range(table.width + 1)] for r in range(table.height + 1)]
        return cls(
            tuple(tuple(row[:-1]) for row in words[:-1]),
            tuple(row[-1] for row in words[:-1]),
            tuple(words[-1][:-1]),
            words[-1][-1],
        )


def suppressed_list(counts: Sequence[int], *, below: int) -> tuple[tuple[str, ...], str]:
    """A list of counts that add up to a total, and the total."""
    table = Suppressed.of([counts], below=below)
    return table.rows[0], table.total


Cell = tuple[int, int]


class _Mark(Enum):
    SHOWN = "shown"
    FEWER = "fewer"
    HIDDEN = "hidden"


@dataclass
class _Table:
    """Counts with their totals as a circulation, in which every equation of the table is a node and every cell an edge.

    A hidden cell cannot be worked out exactly when the hidden cells hold a round trip through it along which one can be
    moved: there is then a second table that looks the same. (The equations of a table with totals are totally unimodular,
    so that this is not merely enough but exact.) Cells are hidden along the cheapest round trip."""

    counts: Sequence[Sequence[int]]
    below: int
    full: list[list[int]] = field(init=False)
    marks: dict[Cell, _Mark] = field(init=False)

    def __post_init__(self) -> None:
        rows = [[*row, sum(row)] for row in self.counts]
        self.full = [*rows, [sum(column) for column in zip(*rows, strict=True)]] if rows else [[0]]
        self.height, self.width = len(self.full) - 1, len(self.full[0]) - 1
        self.marks = {cell: _Mark.FEWER if _is_small(self.count(cell), self.below) else _Mark.SHOWN for cell in self.cells()}

    def cells(self) -> Iterator[Cell]:
        return ((r, c) for r in range(self.height + 1) for c in range(self.width + 1))

    def count(self, cell: Cell) -> int:
        return self.full[cell[0]][cell[1]]

    def words(self, cell: Cell) -> str:
        shown = {_Mark.SHOWN: str(self.count(cell)), _Mark.FEWER: fewer_than(self.below), _Mark.HIDDEN: NOT_SHOWN}
        return shown[self.marks[cell]]

    def is_total(self, cell: Cell) -> bool:
        return cell[0] == self.height or cell[1] == self.width

    def protect(self) -> None:
        """Whatever a round trip newly hides lies on it, and so is protected by it: once through is enough."""
        for cell in [cell for cell in self.cells() if self.marks[cell] is _Mark.FEWER]:
            trip = self._cheapest_trip(cell)
            if trip is None:
                # Four ones under a total of 'fewer than 5' are four ones: such totals, and then the cell, say less.
                self._say_less(cell)
                trip = self._cheapest_trip(cell) or []
            for other in trip:
                if self.marks[other] is _Mark.SHOWN:
                    self.marks[other] = _Mark.HIDDEN

    def _say_less(self, cell: Cell) -> None:
        for other in self.cells():
            if self.marks[other] is _Mark.FEWER and (other == cell or self.is_total(other)):
                self.marks[other] = _Mark.HIDDEN

    def _cheapest_trip(self, cell: Cell) -> list[Cell] | None:
        start, end = self._ends(cell)
        found = []
        if self._may_rise(cell):
            found.append(self._path(end, start, without=cell))
        if self._may_fall(cell):
            found.append(self._path(start, end, without=cell))
        trips = sorted((trip for trip in found if trip is not None), key=lambda trip: trip[0])
        return trips[0][1] if trips else None

    def _ends(self, cell: Cell) -> tuple[int, int]:
        """From which equation a unit in this cell goes to which: rows are numbered from 0, columns after them. A total
        runs against the cells it adds up, and the total of totals with them."""
        row, column = cell[0], self.height + 1 + cell[1]
        against = (cell[0] == self.height) != (cell[1] == self.width)
        return (column, row) if against else (row, column)

    def _may_rise(self, cell: Cell) -> bool:
        return not (self.marks[cell] is _Mark.FEWER and self.count(cell) + 1 >= self.below)

    def _may_fall(self, cell: Cell) -> bool:
        # What is hidden without being small is known not to be small by whoever knows this rule.
        lowest = _least(self.below) if _is_small(self.count(cell), self.below) else self.below
        return self.count(cell) > lowest

    def _steps(self, without: Cell) -> dict[int, list[tuple[int, int, Cell]]]:
        steps: dict[int, list[tuple[int, int, Cell]]] = {}
        for cell in self.cells():
            if cell == without or (self.count(cell) < self.below and self.marks[cell] is _Mark.SHOWN):
                continue  # a shown zero stays shown, and so can carry nothing
            start, end = self._ends(cell)
            price = self._price(cell)
            if self._may_rise(cell):
                steps.setdefault(start, []).append((price, end, cell))
            if self._may_fall(cell):
                steps.setdefault(end, []).append((price, start, cell))
        return steps

    def _price(self, cell: Cell) -> int:
        """Already hidden ones cost nothing; small counts are lost before large ones, and totals last."""
        if self.marks[cell] is not _Mark.SHOWN:
            return 0
        return self.count(cell) + (self.full[-1][-1] if self.is_total(cell) else 0)

    def _path(self, start: int, end: int, *, without: Cell) -> tuple[int, list[Cell]] | None:
        steps = self._steps(without)
        waiting: list[tuple[int, int, list[Cell]]] = [(0, start, [])]
        done: set[int] = set()
        while waiting:
            price, node, trip = heapq.heappop(waiting)
            if node == end:
                return price, trip
            if node in done:
                continue
            done.add(node)
            for more, further, cell in steps.get(node, ()):
                heapq.heappush(waiting, (price + more, further, [*trip, cell]))
        return None


def _least(below: int) -> int:
    """The least count that is hidden: two possible values must be left, or 'fewer than' would say which one it is."""
    return 1 if below > 2 else 0


def _is_small(count: int, below: int) -> bool:
    return below > 1 and _least(below) <= count < below
