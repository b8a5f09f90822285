"""The kinds of file that can be taken, and how each leaves: CSV line by line, the others from a file that is then gone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import IO

from .as_csv import as_csv
from .as_ods import MIMETYPE, write_ods
from .as_xlsx import write_xlsx
from .lines import Value, Wanted, lines

Writes = Callable[[IO[bytes], Iterator[list[Value]]], None]
IN_MEMORY = 2**20
PIECE = 2**16


@dataclass(frozen=True)
class Kind:
    """One kind of file: how its name ends, what it is called, its media type, and what writes it whole (CSV is not)."""

    key: str
    words: str
    content_type: str
    writes: Writes | None = None


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("csv", "any spreadsheet (CSV)", "text/csv; charset=utf-8"),
        Kind("xlsx", "Excel (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
        Kind("ods", "LibreOffice (ODS)", MIMETYPE, write_ods),
    )
}


def exported(wanted: Wanted, kind: Kind = KINDS["csv"]) -> Iterator[str] | Iterator[bytes]:
    found = lines(wanted)
    return as_csv(found) if kind.writes is None else _whole(kind.writes, found)


def _whole(writes: Writes, found: Generator[list[Value]]) -> Iterator[bytes]:
    """An archive's directory stands at its end and counts what is before it, so it is written first and then sent, a piece at
    a time. What does not fit into little memory lies in a file without a name, gone when it was sent or the reader left."""
    with closing(found), tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        writes(file, found)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
