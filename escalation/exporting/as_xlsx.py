"""Lines as an Excel workbook, of which never more than one row is in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import IO

import xlsxwriter

from .harmless import plain
from .lines import Value

# Nothing is guessed from how a text begins; dates and numbers are said to be such.
TEXT_ALONE = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}  # fmt: skip
MOST_ROWS = 1_048_575  # of one sheet, beside its headings; what does not fit goes on in the next


def write_xlsx(file: IO[bytes], lines: Iterator[list[Value]]) -> None:
    book = xlsxwriter.Workbook(file, TEXT_ALONE)
    bold = book.add_format({"bold": True})
    try:
        headings = next(lines)
        sheet, number = _sheet(book, headings, bold), 0
        for line in lines:
            if number == MOST_ROWS:
                sheet, number = _sheet(book, headings, bold), 0
            number += 1
            for place, value in enumerate(line):
                _cell(sheet, number, place, value)
    finally:
        book.close()


def _sheet(book: xlsxwriter.Workbook, headings: Sequence[Value], bold: object) -> xlsxwriter.workbook.Worksheet:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, 18)
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, str(heading), bold)
    return sheet


def _cell(sheet: xlsxwriter.workbook.Worksheet, row: int, place: int, value: Value) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, place, value)
    elif isinstance(value, int):
        sheet.write_number(row, place, value)
    elif text := str(value or ""):
        sheet.write_string(row, place, plain(text))
