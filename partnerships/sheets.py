"""A spreadsheet, CSV or XLSX, as rows of words: its size and shape guarded, its formulas read as values; knows no page."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

LARGEST_FILE = 5 * 1024 * 1024
TOO_LARGE = "The file is larger than 5 MB. Take out pictures and other sheets."
LARGEST_UNPACKED = 30 * 1024 * 1024
MOST_PARTS, MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 200, 2000, 60, 2000
# In any encoding: the bytes between two letters of UTF-16 are taken out before it is looked for.
FORBIDDEN_XML = (b"<!DOCTYPE", b"<!ENTITY")
OLD_EXCEL, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"


class SheetRefused(Exception):
    """A file that cannot be read as a sheet. Its text is a plain sentence."""


@dataclass(frozen=True)
class Table:
    """Rows as words, each with its number as the spreadsheet counts it. `lost`: where a formula stands whose value the file
    does not hold, by row and place."""

    rows: list[tuple[int, list[str]]]
    lost: tuple[tuple[int, int], ...] = ()


def read_table(data: bytes, *, longest: int = LONGEST_CELL) -> Table:
    """The first sheet, empty rows left out. Raises SheetRefused with a sentence."""
    if len(data) > LARGEST_FILE:
        raise SheetRefused(TOO_LARGE)
    if not data.strip():
        raise SheetRefused("The file is empty.")
    if data.startswith(OLD_EXCEL):
        raise SheetRefused("This is an old Excel file (.xls) or has a password. Save it as .xlsx or .csv, without a password.")
    table = _workbook(data, longest) if data.startswith(ZIP) else Table(_csv(data, longest))
    filled = [(number, row) for number, row in table.rows if any(row)]
    if not filled:
        raise SheetRefused("The file is empty.")
    return Table(filled, table.lost)


def heading(cell: str) -> str:
    return " ".join(cell.casefold().split())


def _workbook(data: bytes, longest: int) -> Table:
    _guard(data)
    try:
        found = [(number, [_cell(value, longest) for value in row]) for number, row in _values(data, data_only=True)]
        formulas = [
            (number, place)
            for number, row in (_values(data, data_only=False) if b"<f" in _first_sheets(data) else ())
            for place, value in enumerate(row)
            if isinstance(value, str) and value.startswith("=")
        ]
    except SheetRefused:
        raise
    except Exception as problem:  # openpyxl raises whatever its parsers do
        raise SheetRefused("This cannot be read as an Excel workbook. Save it again, or save it as .csv.") from problem
    shown = dict(found)
    return Table(found, tuple((number, place) for number, place in formulas if not shown[number][place]))


def _values(data: bytes, *, data_only: bool) -> Iterator[tuple[int, tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)
    for number, row in enumerate(book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
        if number > 5 * MOST_ROWS:
            raise SheetRefused(f"The sheet has more than {MOST_ROWS:,} rows. Divide it.")
        yield number, row
    book.close()


def _first_sheets(data: bytes) -> bytes:
    """What of the sheets' own text says whether there is any formula: to read them twice takes twice as long."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(part) for part in archive.namelist() if part.startswith("xl/worksheets/"))


def _guard(data: bytes) -> None:
    """What a small file unpacks to, and what its XML may say, is looked at before anything reads it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise SheetRefused("The workbook unpacks to far more than a list needs. Save the one sheet as .csv.")
            for part in parts:
                if part.flag_bits & 1:
                    raise SheetRefused("The workbook has a password. Save it without one.")
                if part.filename.casefold().endswith("vbaproject.bin"):
                    raise SheetRefused("The workbook holds a macro, which is a program. Save it as .xlsx or .csv, without it.")
                if part.filename.endswith((".xml", ".rels")):
                    inside = archive.read(part).replace(b"\0", b"").upper()
                    if any(word in inside for word in FORBIDDEN_XML):
                        raise SheetRefused("The workbook holds something that no spreadsheet program writes. Save it as .csv.")
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as problem:
        raise SheetRefused("This cannot be read as an Excel workbook. Save it again, or save it as .csv.") from problem


def _cell(value: Any, longest: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _clean(str(value), longest)


def _clean(text: str, longest: int) -> str:
    if len(text) > longest:
        raise SheetRefused(f"A cell holds more than {longest:,} characters.")
    return " ".join(text.split())


def _csv(data: bytes, longest: int) -> list[tuple[int, list[str]]]:
    text = _decoded(data)
    if "\0" in text:
        raise SheetRefused("This is neither a CSV file nor an Excel workbook. Save it as .xlsx or .csv.")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    found: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            if len(found) > 5 * MOST_ROWS:
                raise SheetRefused(f"The sheet has more than {MOST_ROWS:,} rows. Divide it.")
            if len(row) > MOST_COLUMNS:
                raise SheetRefused(f"Row {len(found) + 1} has more than {MOST_COLUMNS} columns.")
            found.append((len(found) + 1, [_clean(cell, longest) for cell in row]))
    except csv.Error as problem:
        sentence = f"Row {len(found) + 1} cannot be read as CSV. Look for a quotation mark that is not closed."
        raise SheetRefused(sentence) from problem
    return found


def _decoded(data: bytes) -> str:
    """As Excel saves it: UTF-8 with its mark, UTF-16 with its own, or the Windows code page."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_day(text: str) -> date | None:
    """2026-03-27, 27/3/2026, 27.3.2026 or 27 March 2026; None where it is no date."""
    plain = re.sub(r"[/.\-]", " ", text).strip()
    for form in ("%Y %m %d", "%d %m %Y", "%d %B %Y", "%d %b %Y", "%d %m %y"):
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007  (a day, no time)
        except ValueError:
            continue
    return None
