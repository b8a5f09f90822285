"""A figure as a page shows it: its chart, its table with a link behind each number, and its sentences; knows no request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe

from .charts import drawn
from .figure import Figure, Row

NOUGHT = ("", "0", "–")
# Nobody reads more on a page; the files hold them all.
MOST_ROWS = 200
Cells = list[dict[str, Any]]


@dataclass(frozen=True)
class Shown:
    """`before` is the sentence of the period it is compared with, and `earlier` that period's table."""

    figure: Figure
    chart: SafeString
    head: list[dict[str, Any]]
    rows: list[Cells]
    before: str = ""
    earlier: list[Cells] | None = None

    @property
    def cards(self) -> bool:
        """More columns than a telephone holds."""
        return len(self.head) > 3

    @property
    def beside(self) -> bool:
        """The table has room beside the chart."""
        return bool(self.chart) and len(self.head) <= 4

    @property
    def wide(self) -> bool:
        """More columns than a page holds: the table is scrolled."""
        return len(self.head) > 8


def shown(figure: Figure, *, behind: str = "", query: str = "", before: Figure | None = None, when: str = "") -> Shown:
    """`behind`: the address of the list behind a number, where the viewer may see one; `query`: the period, as that address
    takes it; `when`: the period of what came before as its sentence has it, which stands over it and need not be said twice."""
    table = _rows(figure, behind=behind, query=query)
    return Shown(
        figure=figure,
        chart=mark_safe(drawn(figure)),  # noqa: S308  (made by us of escaped words: insight/charts)
        head=_head(figure),
        rows=table,
        before=before.says.replace(f" {when}", "") if before and before.says != figure.says else "",
        earlier=_rows(before) if before and before.rows else None,
    )


def _head(figure: Figure) -> list[dict[str, Any]]:
    cells = max((len(row.cells) for row in figure.rows), default=0)
    names = figure.head if len(figure.head) > cells else ("", *figure.head)
    return [{"text": name, "numeric": bool(place)} for place, name in enumerate(names)]


def _rows(figure: Figure, *, behind: str = "", query: str = "") -> list[Cells]:
    head = [column["text"] for column in _head(figure)]
    made = [_cells(row, head, behind, query) for row in figure.rows[:MOST_ROWS]]
    if left := len(figure.rows) - len(made):
        rest = [{"text": "–", "nought": True} for _ in figure.rows[0].cells]
        made.append([{"text": f"{left:,} more, which the CSV file holds", "header": True}, *rest])
    return [*made, _cells(figure.total, head, behind, query)] if figure.total else made


def _cells(row: Row, head: list[str], behind: str, query: str) -> Cells:
    """A link says what is behind it: a list of links that are called 1, 1 and 4 would tell nobody anything."""
    cells: Cells = [{"text": row.name, "header": True}]
    for place, cell in enumerate(row.cells, start=1):
        found: dict[str, Any] = {"text": cell.words, "nought": cell.words in NOUGHT}
        if behind and cell.behind:
            found["says"] = ", ".join(part for part in (row.name, head[place] if place < len(head) else "") if part)
            key = urlencode({"key": cell.behind})
            found["href"] = f"{behind}?{key}&{query}" if query else f"{behind}?{key}"
        cells.append(found)
    return cells
