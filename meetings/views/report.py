"""The report on a year: begun, written in its slots beside the figures, and issued."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST

from documents.html import section
from escalation.moves import Refused
from partnerships import selectors as partnership_selectors

from .. import services
from ..forms import BeginReportForm, ReportForm
from ..groups import yearly_to
from ..models import Report
from ..report import figures_of, subtitle, title
from ..slots import SLOTS, Slot
from .asking import preparing_viewer, report_of


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = preparing_viewer(request)
    form = BeginReportForm(request.POST if request.method == "POST" else None, today=partnership_selectors.today())
    if form.is_valid():
        try:
            begun = services.begin_report(viewer=viewer, period=form.period())
        except Refused as twice:
            form.add_error("year", str(twice))
        else:
            return redirect(begun.get_absolute_url())
    context = {"form": form, "yearly_to": yearly_to()}
    return render(request, "meetings/begin_report.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Each slot with its question, the box, and the figures that it is about. What was typed is never lost: two who save at
    once are told (409), and keep their words on the page."""
    preparing_viewer(request)
    found = report_of(number)
    initial = {**found.said, "version": found.version, "hides_small": found.hides_small}
    form = ReportForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 422 if form.errors else 200
    if form.is_valid():
        version, hides_small = form.cleaned_data["version"], form.cleaned_data["hides_small"]
        try:
            services.write_report(found.pk, version=version, said=form.said(), hides_small=hides_small)
        except Refused as meanwhile:
            form.add_error(None, str(meanwhile))
            form.reread(found.version)
            status = 409
        else:
            messages.success(request, "What you wrote is saved.")
            return redirect(found.get_absolute_url())
    return render(request, "meetings/report.html", _context(found, form), status=status)


def _context(found: Report, form: ReportForm) -> dict[str, object]:
    return {
        "report": found,
        "title": title(found),
        "subtitle": subtitle(),
        "form": form,
        "slots": [(slot, form[slot.key], _figures(found, slot)) for slot in SLOTS],
        "issued": list(found.issued.select_related("issued_by")),
        "is_over": found.last < partnership_selectors.today(),
    }


def _figures(found: Report, slot: Slot) -> str:
    """The slot's figures as markup; documents.html escapes every word of them."""
    return mark_safe(section(figures_of(found, slot, level=2)))  # noqa: S308


@require_POST
def issue(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    viewer = preparing_viewer(request)
    found = report_of(number)
    try:
        issued = services.issue_report(found, viewer=viewer)
    except Refused as early:
        messages.error(request, str(early))
        return redirect(found.get_absolute_url())
    messages.success(request, "The report is issued. It stays as it is now.")
    return redirect("meetings:issued", slug, issued.pk)
