"""A document as a PDF that can be read aloud (PDF/UA-1), and a drawing as a picture; the same file for the same document."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

from .document import Bullets, Document, Heading, Paragraph, Part, Picture, Table
from .wording import breakable, for_pdf, settled

PAGE = Path(__file__).with_name("page.typ").read_bytes()
DRAWING = b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
# The longest run of letters that fits: on a line, and in a column of a table by how many there are.
LINE = 45
COLUMN, AT_LEAST = 60, 14
DOTS_PER_INCH = 220.0
SHORTEST, LONGEST = 12, 60
VIEW = re.compile(r'viewBox="[-0-9.]+ [-0-9.]+ ([0-9.]+) ([0-9.]+)"')
PAGE_WIDTH, HALF_A_PAGE, POINTS_A_UNIT = 480.0, 380.0, 0.75


def as_pdf(document: Document) -> bytes:
    """Every word goes in as data, so what was typed cannot be an instruction to the writer. The faces are those that come
    with it, and its date is the document's own: made again, it is the same file."""
    document = settled(document)
    made = typst.compile(
        PAGE,
        sys_inputs={"document": json.dumps(_value(document))},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=datetime.combine(document.made_on, time(12), UTC),
    )
    return _bytes(made)


def as_png(svg: str) -> bytes:
    """A drawing as dots, for a format that knows no other."""
    return _bytes(typst.compile(DRAWING, sys_inputs={"svg": svg}, format="png", ppi=DOTS_PER_INCH, ignore_system_fonts=True))


def _value(document: Document) -> dict[str, Any]:
    language, _, region = document.language.partition("-")
    return {
        "title": _text(document.title).replace("\n", " "),
        "subtitle": _text(document.subtitle),
        "author": for_pdf(document.author),
        "by": _text(document.by),
        "lang": language.lower(),
        "region": region.lower() or None,
        "parts": [_part(part) for part in document.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    match part:
        case Heading(text, level):
            return {"kind": "heading", "text": _text(text), "level": level}
        case Paragraph(text):
            return {"kind": "paragraph", "text": _text(text)}
        case Bullets(items):
            return {"kind": "bullets", "items": [_text(item) for item in items]}
        case Table(caption, head, rows):
            longest = max(AT_LEAST, COLUMN // max(1, len(head)))
            return {
                "kind": "table",
                "caption": _text(caption),
                "head": [_text(cell, longest) for cell in head],
                "rows": [[_text(cell, longest) for cell in row] for row in rows],
                "widths": [_share([row[number] for row in (head, *rows)]) for number in range(len(head))],
            }
        case Picture(svg, alt, caption):
            return {"kind": "picture", "svg": svg, "alt": for_pdf(alt), "caption": _text(caption), "width": width_of(svg)}


def _share(cells: list[str]) -> float:
    """How wide a column is beside the others: with the root of its longest cell, so that neither squeezes the other out."""
    longest = max(SHORTEST, min(max(len(cell) for cell in cells), LONGEST))
    return round(math.sqrt(longest), 2)


def width_of(svg: str) -> float:
    """A drawing's own width in points, as far as the page is wide and it is not taller than half of one."""
    found = VIEW.search(svg)
    if found is None:
        return PAGE_WIDTH
    wide, tall = (float(number) * POINTS_A_UNIT for number in found.groups())
    return round(min(wide, PAGE_WIDTH, wide * HALF_A_PAGE / max(tall, 1)), 1)


def _text(text: str, longest: int = LINE) -> str:
    return breakable(for_pdf(text), longest=longest)


def _bytes(made: bytes | list[bytes] | None) -> bytes:
    if not isinstance(made, bytes):
        raise TypeError("The writer made no file, or several.")
    return made
