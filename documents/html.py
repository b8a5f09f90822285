"""A document as a web page: its parts inside one of our pages, or a page of its own to keep and to print."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from html import escape

from .document import Bullets, Document, Heading, Paragraph, Part, Picture, Table
from .wording import settled, settled_parts

SIZES = {2: "m", 3: "s", 4: "s"}
# A page of its own leaves the house, so it brings its style along; inside our pages the style is the site's.
STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 arial, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 2rem; line-height: 1.2; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid; }
th, td { overflow-wrap: break-word; }
.app-document-table { overflow-x: auto; margin: 1.5rem 0; } .app-document-table:focus { outline: 3px solid; }
figure { margin: 1.5rem 0; } figure img { max-width: 100%; height: auto; background: white; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } thead { display: table-header-group; }
  tr, figure { break-inside: avoid; } h2, h3, h4, caption { break-after: avoid; } .app-document-table { overflow: visible; } }
"""
PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="author" content="{author}">
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{subtitle}<p>{by}</p>
{body}
</main>
</body>
</html>
"""


def as_html(document: Document) -> str:
    """The whole page: it asks nothing of any other place, and opens from a disk as it does from here."""
    document = settled(document)
    return PAGE.format(
        language=escape(document.language),
        title=escape(document.title),
        author=escape(document.author),
        style=STYLE,
        subtitle=f"<p><strong>{escape(document.subtitle)}</strong></p>\n" if document.subtitle else "",
        by=escape(document.by),
        body="\n".join(_part(part) for part in document.parts),
    )


def as_section(document: Document) -> str:
    """Its parts alone, for one of our own pages, which says the title itself. Everything in it is escaped."""
    return section(document.parts)


def section(parts: Iterable[Part]) -> str:
    """Any parts, as one stretch of a page."""
    return "\n".join(_part(part) for part in settled_parts(parts))


def _part(part: Part) -> str:
    match part:
        case Heading(text, level):
            return f'<h{level:d} class="govuk-heading-{SIZES[level]}">{escape(text)}</h{level:d}>'
        case Paragraph(text):
            return f'<p class="govuk-body">{_lines(text)}</p>'
        case Bullets(items):
            listed = "".join(f"<li>{_lines(item)}</li>" for item in items)
            return f'<ul class="govuk-list govuk-list--bullet">{listed}</ul>' if items else ""
        case Table():
            return _table(part)
        case Picture():
            return _picture(part)


def _table(table: Table) -> str:
    """In a region of its own that scrolls by itself and by keyboard, so that a wide one never makes the page wide."""
    caption = escape(table.caption)
    head = "".join(f'<th scope="col" class="govuk-table__header">{escape(cell)}</th>' for cell in table.head)
    rows = "\n".join(f'<tr class="govuk-table__row">{_row(row)}</tr>' for row in table.rows)
    return (
        f'<div class="app-document-table" tabindex="0" role="region" aria-label="{caption}"><table class="govuk-table">'
        f'<caption class="govuk-table__caption govuk-table__caption--s">{caption}</caption>'
        f'<thead class="govuk-table__head"><tr class="govuk-table__row">{head}</tr></thead>\n'
        f'<tbody class="govuk-table__body">{rows}</tbody></table></div>'
    )


def _row(cells: tuple[str, ...]) -> str:
    first = f'<th scope="row" class="govuk-table__header">{_lines(cells[0])}</th>'
    return first + "".join(f'<td class="govuk-table__cell">{_lines(cell)}</td>' for cell in cells[1:])


def _picture(picture: Picture) -> str:
    """As a picture and not as markup: what a drawing holds can then do nothing on the page."""
    source = b64encode(picture.svg.encode()).decode()
    caption = f'<figcaption class="govuk-body-s">{escape(picture.caption)}</figcaption>' if picture.caption else ""
    drawn = f'<img src="data:image/svg+xml;base64,{source}" alt="{escape(picture.alt)}">'
    return f'<figure class="app-document-picture">{drawn}{caption}</figure>'


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.split("\n"))
