"""The office's pages for a copy that is given to somebody outside: the log, what is left out, how it will look, the file."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.proof import fresh_proof
from escalation.models import Disagreement, Reading
from escalation.moves import Refused
from escalation.permissions import Viewer
from escalation.reading import note_reading
from escalation.views.acting import get_for

from . import disclosing
from .forms_disclosing import BeginForm, RedactingForm
from .models import Disclosure
from .permissions import may_give_away
from .redacting import given

LARGEST = 2**31 - 1


def _office(request: HttpRequest, reference: str) -> tuple[Viewer, Disagreement]:
    """Who does not see it is told nothing; who sees it and is not of the office is told whose work this is."""
    viewer, disagreement = get_for(request, reference)
    if not (verdict := may_give_away(viewer)):
        raise PermissionDenied(verdict.sentence)
    return viewer, disagreement


def _found(disagreement: Disagreement, number: int) -> Disclosure:
    found = Disclosure.objects.filter(disagreement=disagreement, pk=number).first() if number <= LARGEST else None
    if found is None:
        raise Http404
    return found


@fresh_proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def disclosures(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Every copy that was made of one disagreement, and beginning another; from an earlier one, with what it left out."""
    viewer, disagreement = _office(request, reference)
    wanted = request.POST.get("like") or request.GET.get("like") or ""
    like = _found(disagreement, int(wanted)) if wanted.isascii() and wanted.isdigit() and len(wanted) < 11 else None
    first = {"ground": like.ground, "for_whom": like.for_whom} if like else {}
    form = BeginForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        begun = disclosing.begin(disagreement, viewer=viewer, like=like, **form.cleaned_data)
        return redirect("records:disclosure", slug, reference, begun.pk)
    made = Disclosure.objects.filter(disagreement=disagreement).select_related("begun_by")
    context = {"disagreement": disagreement, "form": form, "made": made, "like": like}
    return render(request, "records/disclosures.html", context, status=422 if form.errors else 200)


@fresh_proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def disclosure(request: HttpRequest, slug: str, reference: str, number: int) -> HttpResponse:
    """What is left out, part by part, while it is prepared; once finished, how to save it and how to begin anew."""
    viewer, disagreement = _office(request, reference)
    own = _found(disagreement, number)
    if own.finished_at is not None:
        return render(request, "records/disclosed.html", {"disagreement": disagreement, "disclosure": own})
    form = RedactingForm(
        request.POST if request.method == "POST" else None,
        parts=disclosing.parts_of(own, disagreement),
        redactions=disclosing.redactions_of(own),
        readings=disclosing.with_readings(own),
    )
    if form.is_valid():
        try:
            disclosing.keep(own, viewer=viewer, redactions=form.redactions(), readings=form.cleaned_data["readings"])
        except Refused as refused:
            messages.info(request, str(refused))
            return redirect("records:disclosure", slug, reference, number)
        return redirect("records:disclosure_preview", slug, reference, number)
    context = {
        "disagreement": disagreement,
        "disclosure": own,
        "form": form,
        "answer_by": disclosing.answer_by(timezone.localdate(own.begun_at)),
    }
    return render(request, "records/disclosure.html", context, status=422 if form.errors else 200)


@fresh_proof
@never_cache
@require_safe
def preview(request: HttpRequest, slug: str, reference: str, number: int) -> HttpResponse:
    """As it will be given."""
    _, disagreement = _office(request, reference)
    own = _found(disagreement, number)
    if own.finished_at is not None:
        return redirect("records:disclosure", slug, reference, number)
    shown = given(disclosing.parts_of(own, disagreement), disclosing.redactions_of(own))
    context = {
        "disagreement": disagreement,
        "disclosure": own,
        "sections": disclosing.sections(shown),
        "seen": disclosing.mark_of(shown),
        "left_out": sum(1 for part in shown if part.left_out),
        "doubts": disclosing.doubts(own, disagreement),
    }
    return render(request, "records/disclosure_preview.html", context)


@fresh_proof
@never_cache
@require_POST
def finish(request: HttpRequest, slug: str, reference: str, number: int) -> HttpResponse:
    viewer, disagreement = _office(request, reference)
    own = _found(disagreement, number)
    try:
        disclosing.finish(own, viewer=viewer, seen=request.POST.get("seen", ""))
    except Refused as refused:
        messages.info(request, str(refused))
        return redirect("records:disclosure_preview", slug, reference, number)
    return redirect("records:disclosure", slug, reference, number)


@fresh_proof
@never_cache
@require_safe
def pack(request: HttpRequest, slug: str, reference: str, number: int) -> HttpResponse:
    """The finished file, to be saved and given. That somebody took it is in the log of reading."""
    _, disagreement = _office(request, reference)
    own = _found(disagreement, number)
    try:
        made = disclosing.finished_pack(own, disagreement)
    except Refused as refused:
        messages.info(request, str(refused))
        return redirect("records:disclosure", slug, reference, number)
    note_reading(request, Reading.What.PACK, disagreement=disagreement, disclosure=own.pk)
    response = HttpResponse(made, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{disagreement.reference}-copy-{own.pk}.zip"'
    return response
