"""Packs and reports as files: what was issued, made again from what is kept, and drafts, as they would be issued now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.proof import fresh_proof
from documents.document import Document
from documents.html import as_html, as_section
from documents.kept import from_value
from documents.pdf import as_pdf
from documents.word import as_word
from escalation.models import Reading
from escalation.reading import note_reading

from ..models import Issued
from ..pack import pack
from ..report import report
from .asking import meeting_of, preparing_viewer, report_of

FORMATS: dict[str, tuple[str, Callable[[Document], bytes]]] = {
    "pdf": ("application/pdf", as_pdf),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", as_word),
    "html": ("text/html; charset=utf-8", lambda document: as_html(document).encode()),
}
DRAFT = "Draft, not issued."


@require_safe
def issued(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What was issued, as it was issued, with who took it."""
    preparing_viewer(request)
    found = _issued_of(number)
    document = from_value(found.content, digest=found.digest)
    note_reading(request, Reading.What.TRACKER, list="issued", issued=found.pk)
    context = {
        "issued": found,
        "document": document,
        "body": mark_safe(as_section(document)),  # noqa: S308  (documents.html escapes every word)
        "taken": _taken(found),
    }
    return render(request, "meetings/issued.html", context)


@require_safe
@fresh_proof
def take_issued(request: HttpRequest, slug: str, number: int, kind: str) -> HttpResponse:
    preparing_viewer(request)
    found = _issued_of(number)
    return file_of(request, from_value(found.content, digest=found.digest), kind, issued=found.pk)


@require_safe
@fresh_proof
def take_pack(request: HttpRequest, slug: str, number: int, kind: str) -> HttpResponse:
    viewer = preparing_viewer(request)
    meeting = meeting_of(number)
    return file_of(request, _as_draft(pack(viewer, meeting)), kind, meeting=meeting.pk)


@require_safe
@fresh_proof
def take_report(request: HttpRequest, slug: str, number: int, kind: str) -> HttpResponse:
    preparing_viewer(request)
    found = report_of(number)
    return file_of(request, _as_draft(report(found)), kind, report=found.pk)


def _as_draft(document: Document) -> Document:
    return replace(document, subtitle=f"{DRAFT} {document.subtitle}")


def file_of(request: HttpRequest, document: Document, kind: str, **about: int) -> HttpResponse:
    """Logged before it leaves, as any export is."""
    if kind not in FORMATS:
        raise Http404
    content_type, write = FORMATS[kind]
    note_reading(request, Reading.What.EXPORT, disagreement=None, format=kind, **about)
    response = HttpResponse(write(document), content_type=content_type)
    name = f"{slugify(document.title)[:80]}-{document.made_on:%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _issued_of(number: int) -> Issued:
    known = Issued.objects.select_related("meeting__partnership", "report__partnership", "issued_by")
    found = known.filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _taken(found: Issued) -> list[Reading]:
    """Who took it as a file, the newest first."""
    taken = Reading.objects.filter(what=Reading.What.EXPORT, about__issued=found.pk).select_related("by")
    return list(taken.order_by("-at", "-pk")[:50])
