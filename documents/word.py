"""A document as a Word file: real heading styles, tables whose first row is a heading, and pictures that say what they show."""

from __future__ import annotations

from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from .document import Bullets, Document, Heading, Paragraph, Part, Picture, Table
from .pdf import as_png, width_of
from .wording import settled

WIDE = 7
INK = RGBColor(0x0B, 0x0C, 0x0C)
# The first moment that a file of this kind can carry; what is the same document is then the same file.
BEGINNING = (1980, 1, 1, 0, 0, 0)


def as_word(document: Document) -> bytes:
    document = settled(document)
    file = docx.Document()
    _properties(file, document)
    _styles(file, document.language)
    _page(file)
    file.add_heading(document.title, level=0)
    if document.subtitle:
        file.add_paragraph(document.subtitle, style="Subtitle")
    file.add_paragraph(document.by)
    for part in document.parts:
        _write(file, part)
    _numbered_pages(file)
    made = BytesIO()
    file.save(made)
    return _settled_file(made)


def _write(file: Any, part: Part) -> None:
    match part:
        case Heading(text, level):
            file.add_heading(text, level=level - 1)
        case Paragraph(text):
            file.add_paragraph(text)
        case Bullets(items):
            for item in items:
                file.add_paragraph(item, style="List Bullet")
        case Table():
            _table(file, part)
        case Picture(svg, alt, caption):
            _picture(file, svg, alt)
            if caption:
                file.add_paragraph(caption, style="Caption")


def _table(file: Any, part: Table) -> None:
    """The heading row comes again on every page, and Word knows that it and the first column are headings."""
    file.add_paragraph(part.caption, style="Caption").paragraph_format.keep_with_next = True
    table = file.add_table(rows=0, cols=len(part.head), style="Table Grid")
    table.autofit = True
    size = Pt(8 if len(part.head) > WIDE else 10)
    for number, row in enumerate([part.head, *part.rows]):
        _row(table, row, heading=number == 0, size=size)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    if look is None:
        look = OxmlElement("w:tblLook")
        properties.append(look)
    for name, value in (("firstRow", "1"), ("firstColumn", "1"), ("noHBand", "1"), ("noVBand", "1")):
        look.set(qn(f"w:{name}"), value)
    described = OxmlElement("w:tblCaption")
    described.set(qn("w:val"), part.caption[:255])
    properties.append(described)
    file.add_paragraph()


def _row(table: Any, cells: tuple[str, ...], *, heading: bool, size: Any) -> None:
    row = table.add_row()
    properties = row._tr.get_or_add_trPr()
    together = OxmlElement("w:cantSplit")
    properties.append(together)
    if heading:
        properties.append(OxmlElement("w:tblHeader"))
    for number, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
        run = cell.paragraphs[0].add_run(text)
        run.font.size = size
        run.bold = heading or number == 0


def _picture(file: Any, svg: str, alt: str) -> None:
    shape = file.add_picture(BytesIO(as_png(svg)), width=Pt(width_of(svg)))
    shape._inline.docPr.set("descr", alt)


def _properties(file: Any, document: Document) -> None:
    made = datetime.combine(document.made_on, time(12), UTC)
    known = file.core_properties
    known.title, known.author, known.language = document.title[:255], document.author[:255], document.language
    known.subject, known.comments, known.keywords, known.last_modified_by = document.subtitle[:255], "", "", document.author[:255]
    known.created = known.modified = made
    known.revision = 1


def _styles(file: Any, language: str) -> None:
    """One face that every office has, black on white, and the language in which it is to be read aloud."""
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    for name in ("Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3", "Caption"):
        style = file.styles[name]
        style.font.name, style.font.color.rgb, style.font.italic = "Arial", INK, False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(kind), None)
    for style in (file.styles.element.find(qn("w:docDefaults")), normal.element):
        for properties in style.iter(qn("w:rPr")):
            for old in properties.findall(qn("w:lang")):
                properties.remove(old)
            spoken = OxmlElement("w:lang")
            spoken.set(qn("w:val"), language)
            properties.append(spoken)


def _page(file: Any) -> None:
    page = file.sections[0]
    page.orientation = WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)


def _numbered_pages(file: Any) -> None:
    """Page so and so, reckoned by Word itself."""
    run = file.sections[0].footer.paragraphs[0].add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = text
        run._r.append(mark)


def _settled_file(made: BytesIO) -> bytes:
    """The same parts without the moment at which they were packed."""
    packed = BytesIO()
    with ZipFile(made) as old, ZipFile(packed, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(ZipInfo(name, BEGINNING), old.read(name), compress_type=ZIP_DEFLATED)
    return packed.getvalue()
