"""Lines as comma-separated values, each written as it comes."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import date
from types import NoneType

from .harmless import BYTE_ORDER_MARK, Line, harmless
from .lines import Value

LINES_AT_ONCE = 100
NEVER_RUN = frozenset({NoneType, int, date})  # what is no text, and of which the writer knows how it is written


def as_csv(lines: Generator[list[Value]]) -> Iterator[str]:
    writer = csv.writer(Line())
    with closing(lines):
        yield BYTE_ORDER_MARK + writer.writerow(next(lines))
        waiting: list[str] = []
        for line in lines:
            waiting.append(writer.writerow([value if type(value) in NEVER_RUN else harmless(str(value)) for value in line]))
            if len(waiting) == LINES_AT_ONCE:
                yield "".join(waiting)
                waiting.clear()
        yield "".join(waiting)
