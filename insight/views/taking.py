"""A theme's figures to take along: a document in PDF or Word, or a file for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.proof import fresh_proof
from documents.document import Document, Paragraph
from documents.pdf import as_pdf
from documents.word import as_word
from escalation.exporting import BYTE_ORDER_MARK, Line, harmless
from escalation.models import Reading
from escalation.reading import note_reading
from partnerships import selectors as partnership_selectors

from ..figure import Figure
from ..measures import THEME_TITLES, Theme
from ..taking import lines_of, parts_of
from .pages import Frame

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
AS_IT_IS = "Every count as it is. Small counts can point at one child or one person: pass this on to nobody who may not see them."
PUBLISHED = "As it may be published: small counts are not shown, and only financial years that are over are counted."


@never_cache
@require_safe
@fresh_proof
def take(request: HttpRequest, slug: str, theme: str, kind: str) -> HttpResponse:
    """What the page shows, in the same period and shown in the same way. That it was taken is noted as an export."""
    if theme not in [each.value for each in Theme] or kind not in KINDS:
        raise Http404
    frame = Frame(request, slug)
    figures = frame.figures(Theme(theme))
    content_type, make = KINDS[kind]
    answer = HttpResponse(make(frame, Theme(theme), figures), content_type=content_type)
    name = (
        f"insight-{theme}-{frame.chosen.period.first}-{frame.chosen.period.last}{'-published' if frame.published else ''}.{kind}"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    note_reading(request, Reading.What.EXPORT, of="insight", filters=[theme], count=len(figures))
    return answer


def _document(frame: Frame, theme: Theme, figures: list[Figure]) -> Document:
    parts = [part for figure in figures for part in parts_of(figure)]
    return Document(
        title=THEME_TITLES[theme],
        subtitle=frame.chosen.words,
        author=str(frame.partnership),
        made_on=partnership_selectors.today(),
        parts=(Paragraph(PUBLISHED if frame.published else AS_IT_IS), *parts),
    )


def _csv(frame: Frame, theme: Theme, figures: list[Figure]) -> bytes:
    writer = csv.writer(Line())
    head = [[THEME_TITLES[theme], frame.chosen.words], [PUBLISHED if frame.published else AS_IT_IS], []]
    lines = [writer.writerow([harmless(cell) for cell in line]) for line in [*head, *lines_of(figures)]]
    return (BYTE_ORDER_MARK + "".join(lines)).encode()


def _pdf(frame: Frame, theme: Theme, figures: list[Figure]) -> bytes:
    return as_pdf(_document(frame, theme, figures))


def _word(frame: Frame, theme: Theme, figures: list[Figure]) -> bytes:
    return as_word(_document(frame, theme, figures))


KINDS: dict[str, tuple[str, Callable[[Frame, Theme, list[Figure]], bytes]]] = {
    "pdf": ("application/pdf", _pdf),
    "docx": (WORD, _word),
    "csv": ("text/csv; charset=utf-8", _csv),
}
