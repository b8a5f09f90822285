"""Lines as an OpenDocument spreadsheet: the four files that ODF 1.3 asks for, its rows written as they come.

Its own few lines, because no maintained library writes one without holding every row in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from .harmless import plain
from .lines import Value

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
NAMES = " ".join(f'xmlns:{short}="{_ODF}{name}:1.0"' for short, name in (
    ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle"),
))  # fmt: skip
MANIFEST = (
    f'{HEAD}<manifest:manifest xmlns:manifest="{_ODF}manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
STYLES = f'{HEAD}<office:document-styles {NAMES} office:version="1.3"/>'
BEFORE = (
    f'{HEAD}<office:document-content {NAMES} office:version="1.3"><office:automatic-styles>'
    '<number:date-style style:name="N1"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="N1"/>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
TABLE, TABLE_END = '<table:table table:name="{}"><table:table-column table:number-columns-repeated="{}"/>', "</table:table>"
AFTER = "</office:spreadsheet></office:body></office:document-content>"
MOST_ROWS = 1_048_575


def write_ods(file: IO[bytes], lines: Iterator[list[Value]]) -> None:
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        # First and uncompressed: by this a program knows what the file is (ODF 1.3 part 2, 3.3).
        archive.writestr(ZipInfo("mimetype"), MIMETYPE, ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("styles.xml", STYLES)
        with archive.open("content.xml", "w", force_zip64=True) as content:
            content.write(BEFORE.encode())
            for part in _tables(lines):
                content.write(part.encode())
            content.write(AFTER.encode())


def _tables(lines: Iterator[list[Value]]) -> Iterator[str]:
    headings, sheet, number = next(lines), 1, 0
    begin = _row(headings)
    yield TABLE.format("Tracker", len(headings)) + begin
    for line in lines:
        if number == MOST_ROWS:
            sheet, number = sheet + 1, 0
            yield TABLE_END + TABLE.format(f"Tracker {sheet}", len(headings)) + begin
        number += 1
        yield _row(line)
    yield TABLE_END


def _row(line: Sequence[Value]) -> str:
    return f"<table:table-row>{''.join(map(_cell, line))}</table:table-row>"


def _cell(value: Value) -> str:
    """Always with its type: what is text stays text, whatever it begins with."""
    if isinstance(value, date):
        day = value.isoformat()
        kind = f'office:value-type="date" office:date-value="{day}" table:style-name="day"'
        return f"<table:table-cell {kind}><text:p>{day}</text:p></table:table-cell>"
    if isinstance(value, int):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    if not (text := str(value or "")):
        return "<table:table-cell/>"
    # Runs of blanks and new lines would be folded into one: each line is a paragraph of its own.
    said = "".join(f"<text:p>{escape(part)}</text:p>" for part in plain(text).splitlines() or [""])
    return f'<table:table-cell office:value-type="string">{said}</table:table-cell>'
