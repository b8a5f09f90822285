"""The pages of a seven-minute briefing: writing it, looking through it, and taking it as a page, a PDF or a Word file."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from documents.document import Document
from documents.html import as_html, as_section
from documents.pdf import as_pdf
from documents.word import as_word
from escalation.moves import Refused

from .. import briefing as briefings
from ..forms.briefing import BriefingForm
from ..models import Briefing, Item
from .items import FORM
from .shared import done, found_or_404, office, sent

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAKES: dict[str, tuple[Callable[[Document], str | bytes], str]] = {
    "html": (as_html, "text/html; charset=utf-8"),
    "pdf": (as_pdf, "application/pdf"),
    "docx": (as_word, WORD),
}


@require_http_methods(FORM)
def briefing(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Every part to be written otherwise; at first as the item gives it."""
    viewer = office(request)
    item = found_or_404(Item.objects.all(), number)
    found = Briefing.objects.filter(item=item).first()
    stands = found.version if found else 0
    form = BriefingForm(sent(request), written=briefings.texts(found) if found else briefings.first_draft(item), version=stands)
    status = 422 if form.errors else 200
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in form.cleaned_data if name != "version"}
        act = lambda: briefings.write(item.pk, viewer=viewer, version=form.cleaned_data["version"], written=given)  # noqa: E731
        status = done(form, act, fresh_version=lambda: stands)
        if not status:
            messages.success(request, "The briefing is saved. Look through it before it is taken.")
            return redirect("learning:check_briefing", slug, item.pk)
    return render(request, "learning/briefing.html", {"form": form, "item": item, "found": found}, status=status)


@require_http_methods(FORM)
def check_briefing(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """It as it will look, with what it seems to hold above it; pressing says that nobody can be known by it."""
    viewer = office(request)
    found = _found(number)
    looked = briefings.looked_through(found)
    status = 200
    if request.method == "POST":
        try:
            briefings.confirm(found.item_id, viewer=viewer, mark=request.POST.get("mark", ""))
        except Refused as problem:
            messages.info(request, str(problem))
            return redirect("learning:check_briefing", slug, found.item_id)
        messages.success(request, "You have looked through it. It can be taken now.")
        return redirect("learning:check_briefing", slug, found.item_id)
    context = {
        "item": found.item, "briefing": found, "looked": looked, "may_be_taken": briefings.may_be_taken(found),
        "shown": mark_safe(as_section(briefings.document(found))),  # noqa: S308  (everything in it is escaped)
    }  # fmt: skip
    return render(request, "learning/check_briefing.html", context, status=status)


@never_cache
@require_safe
def take_briefing(request: HttpRequest, slug: str, number: int, kind: str) -> HttpResponse:
    """The file, once somebody has looked through exactly this text; before that, the page on which that is done."""
    office(request)
    found = _found(number)
    if kind not in MAKES:
        raise Http404
    if not briefings.may_be_taken(found):
        messages.info(request, "Look through it before it is taken.")
        return redirect("learning:check_briefing", slug, found.item_id)
    make, content_type = MAKES[kind]
    response = HttpResponse(make(briefings.document(found)), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="briefing-{found.item_id}.{kind}"'
    return response


def _found(number: int) -> Briefing:
    item = found_or_404(Item.objects.all(), number)
    found = Briefing.objects.select_related("item").filter(item=item).first()
    if found is None:
        raise Http404
    return found
