"""A document as every kind of file, read back: its title, its language, its order, its tables, what its pictures show."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import docx
import pytest
from pypdf import PdfReader

from documents.document import Bullets, Document, Heading, Paragraph, Picture, Table
from documents.html import as_html, as_section
from documents.kept import Changed, as_value, digest_of, from_value
from documents.pdf import as_pdf
from documents.word import as_word
from tests.pages.markup import read

HOSTILE = '#eval("1") $x$ <script>alert(1)</script> *b* _i_ @r `c` \\u0000 // /* \u202eturned\u202c \x00\x07 \U0001f600 中 שלום'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect x="2" y="5" width="6" height="13" fill="#1d70b8"/></svg>'
WHOLE = Document(
    title="Pack for #[QA&P] <b>",
    subtitle="April to June 2026",
    author="Office of Somewhere",
    made_on=date(2026, 11, 2),
    parts=(
        Heading("New since last"),
        Paragraph(f"First line\n{HOSTILE}"),
        Heading("Too deep by one", 4),
        Bullets(("One thing", "w" * 300)),
        Bullets(()),
        Table("Open, and where", ("Reference", "Where"), tuple((f"BAR-{number}", "Stage 2") for number in range(200))),
        Table("Nine columns", ("Raised by", *(f"Agency {n}" for n in range(9))), (("Supercalifragilistic" * 3, *"123456789"),)),
        Table("Nobody", ("Who", "What"), ()),
        Picture(SVG, "Columns: three in May", "Raised by month"),
        Heading(""),
        Paragraph("The end"),
    ),
)
EMPTY = Document("", "", date(2026, 1, 1), ())


def alternatives(node: Any) -> list[str]:
    """Every alternative text in the tree of a PDF's structure."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [text for one in node for text in alternatives(one)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])


def roles(node: Any) -> list[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [text for one in node for text in roles(one)]
    if not isinstance(node, dict):
        return []
    return ([str(node["/S"])] if "/S" in node else []) + (roles(node["/K"]) if "/K" in node else [])


def test_a_pdf_can_be_read_aloud_and_nothing_typed_is_an_instruction_in_it() -> None:
    made = as_pdf(WHOLE)
    assert as_pdf(WHOLE) == made  # the same document is the same file, whenever it is made
    reader = PdfReader(BytesIO(made))
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-GB", True)
    assert b"pdfuaid:part>1<" in made.replace(b" ", b"") or b"pdfuaid" in made
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Pack for #[QA&P] <b>", "Office of Somewhere")
    tree = roles(root["/StructTreeRoot"])
    assert [tree.count(role) for role in ("/H1", "/H2", "/H3", "/Table", "/Figure")] == [1, 2, 1, 3, 1]
    assert tree.count("/TH") == 2 + 10 + 2  # the head of each table
    assert alternatives(root["/StructTreeRoot"]) == ["Columns: three in May"]
    text = "\n".join(page.extract_text() for page in reader.pages)
    for shown in ('#eval("1") $x$ <script>alert(1)</script> *b* _i_', "turned", "[grinning face]", "[cjk unified", "BAR-199"):
        assert shown in text, shown
    assert "\u202e" not in text
    order = [
        text.index(words) for words in ("New since last", "First line", "Too deep", "BAR-0", "BAR-199", "Nine columns", "The end")
    ]
    assert order == sorted(order)
    titles = [one.title for one in reader.outline if not isinstance(one, list)]  # type: ignore[union-attr]
    assert titles == ["Pack for #[QA&P] <b>"]
    assert f"{len(reader.pages)} of {len(reader.pages)}" in reader.pages[-1].extract_text()
    assert len(reader.pages) > 4


def test_a_word_file_has_real_headings_tables_with_a_head_and_pictures_that_say_what_they_show() -> None:
    made = as_word(WHOLE)
    assert as_word(WHOLE) == made
    file = docx.Document(BytesIO(made))
    styles = [
        (p.style.name, p.text) for p in file.paragraphs if p.style is not None and p.style.name.startswith(("Title", "Head"))
    ]
    assert styles == [
        ("Title", "Pack for #[QA&P] <b>"), ("Heading 1", "New since last"), ("Heading 2", "Too deep by one"), ("Heading 1", "–"),
    ]  # fmt: skip
    assert [(len(table.rows), table.rows[0].cells[0].text) for table in file.tables] == [
        (201, "Reference"), (2, "Raised by"), (1, "Who"),
    ]  # fmt: skip
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in file.tables)
    known = file.core_properties
    assert (known.title, known.author, known.language) == ("Pack for #[QA&P] <b>", "Office of Somewhere", "en-GB")
    assert [shape._inline.docPr.get("descr") for shape in file.inline_shapes] == ["Columns: three in May"]
    typed = next(p.text for p in file.paragraphs if p.text.startswith("First line"))
    assert typed == "First line\n" + HOSTILE.translate({0: None, 7: None, 0x202E: None, 0x202C: None})


def test_a_page_of_its_own_escapes_what_was_typed_and_asks_nothing_of_another_place() -> None:
    page = read(as_html(WHOLE))
    assert [page.first(tag=tag).text for tag in ("title", "h1")] == ["Pack for #[QA&P] <b>"] * 2
    assert page.first(tag="html").attributes["lang"] == "en-GB"
    assert page.every(tag="script") == []
    assert [(h.tag, h.text) for tag in ("h2", "h3", "h4") for h in page.every(tag=tag)] == [
        ("h2", "New since last"), ("h2", "–"), ("h3", "Too deep by one"),
    ]  # fmt: skip
    assert [table.first(tag="caption").text for table in page.every(tag="table")] == ["Open, and where", "Nine columns", "Nobody"]
    assert {th.attributes["scope"] for th in page.every(tag="th")} == {"col", "row"}
    (drawing,) = page.every(tag="img")
    assert (drawing.attributes["alt"], drawing.attributes["src"][:26]) == ("Columns: three in May", "data:image/svg+xml;base64,")
    assert "http" not in as_html(WHOLE).replace("http-equiv", "")
    assert 'style="' not in as_section(WHOLE)  # inside our own pages no style of its own


def test_an_empty_document_is_a_page_a_pdf_and_a_word_file_too() -> None:
    assert "<h1>Document</h1>" in as_html(EMPTY)
    assert PdfReader(BytesIO(as_pdf(EMPTY))).pages[0].extract_text().startswith("Document")
    assert docx.Document(BytesIO(as_word(EMPTY))).paragraphs[0].text == "Document"


def test_what_is_kept_is_made_again_to_the_byte_and_a_change_to_it_is_found() -> None:
    value = as_value(WHOLE)
    again = from_value(value, digest=digest_of(value))
    assert (as_pdf(again), as_html(again)) == (as_pdf(WHOLE), as_html(WHOLE))
    assert as_value(again) == value
    value["parts"][0]["text"] = "Nothing new"
    with pytest.raises(Changed):
        from_value(value, digest=digest_of(as_value(WHOLE)))
