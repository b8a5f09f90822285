"""The pages on which a directory is read from a spreadsheet: upload, look at what would change, do it."""

from __future__ import annotations

import csv
import io
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from openpyxl import Workbook

from ..administering import Did, note_administration
from ..doing import PartnershipRefused
from ..models import DirectoryUpload
from ..permissions import roles_of, why_not_keep, why_not_know_domains
from ..sheets import LARGEST_FILE, TOO_LARGE, SheetRefused
from ..views import memberships_of, only
from .importing import Plan, keep_upload, planned, put_in
from .keeping import LARGEST
from .rows import COLUMNS, Row, Wrong, read_rows
from .sheets import Line, read_sheet

HEAD = [{"text": "Row"}, {"text": "What is wrong"}]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Two invented agencies, one kind of row after another, so that nobody has to read a manual first.
EXAMPLE: list[dict[str, str]] = [
    {"row": "agency", "agency": "Example Hospital", "sector": "health", "e-mail domains": "hospital.example"},
    {"row": "agency", "agency": "Example Practice", "sector": "health"},
    {"row": "post", "agency": "Example Hospital", "post": "Named nurse", "kind of step": "manager"},
    {
        "row": "post", "agency": "Example Practice", "post": "Practice lead", "kind of step": "manager",
        "filled by": "Example Hospital",
    },
    {
        "row": "holder", "agency": "Example Hospital", "post": "Named nurse", "name": "Ann Example", "deputy": "no",
        "e-mail": "ann@hospital.example", "telephone": "01632 960001", "away from": "3/8/2026", "away until": "21/8/2026",
        "check by": "1/9/2027",
    },
    {
        "row": "holder", "agency": "Example Hospital", "post": "Named nurse", "name": "Bo Example", "deputy": "yes",
        "e-mail": "bo@hospital.example",
    },
    {
        "row": "contact", "name": "Example front door", "agency": "Example Hospital", "telephone": "01632 960002",
        "note": "Office hours", "check by": "1/9/2027",
    },
]  # fmt: skip


class UploadForm(forms.Form):
    sheet = forms.FileField(
        label="Choose a file",
        help_text="A spreadsheet saved as .csv or .xlsx, 5 MB at most, with the columns of the template.",
        widget=forms.FileInput(attrs={"accept": f".csv,.xlsx,text/csv,{XLSX}"}),
        error_messages={
            "required": "Choose a file",
            "empty": "The file is empty.",
            "missing": "Choose a file",
            "invalid": "Choose a file",
            "max_length": "The name of the file is too long",
        },
        max_length=200,
    )


@only(why_not_keep)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Read a sheet. Everything that is wrong is listed by row at once, and then nothing is kept of it."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    wrong: list[Wrong] = []
    if form.is_valid():
        file = form.cleaned_data["sheet"]
        try:
            if file.size > LARGEST_FILE:
                raise SheetRefused(TOO_LARGE)  # before it is read into memory
            lines = read_sheet(file.read(), columns=COLUMNS)
        except SheetRefused as refused:
            form.add_error("sheet", str(refused))
        else:
            rows, wrong = read_rows(lines)
            wrong = wrong or planned(rows, why_no_domains=_why_no_domains(request)).wrong
            if not wrong:
                kept = [{"number": line.number, "cells": line.cells} for line in lines]
                number = keep_upload(request.user, name=file.name, lines=kept).pk  # type: ignore[arg-type]
                return redirect("partnerships:import_preview", slug, number)
            form.add_error("sheet", f"Nothing was changed: {_rows(wrong)} must be put right first. They are listed below.")
    context = {"form": form, "columns": COLUMNS, "head": HEAD, "wrong": _table(wrong)}
    return render(request, "partnerships/directory/import.html", context, status=422 if form.errors else 200)


def _why_no_domains(request: HttpRequest) -> str:
    return why_not_know_domains(roles_of(memberships_of(request)))


@only(why_not_keep)
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What would change, line by line; and doing it, if it is still what was shown."""
    kept = DirectoryUpload.objects.filter(pk=number, by_id=request.user.pk).first() if number <= LARGEST else None
    if kept is None:
        raise Http404
    rows = _rows_of(kept)
    refused = ""
    if request.method == "POST":
        try:
            done = put_in(rows, digest=request.POST.get("shown", ""), why_no_domains=_why_no_domains(request))
        except PartnershipRefused as problem:
            refused = str(problem)
        else:
            kept.delete()
            note_administration(Did.AGENCY_CHANGED, by=request.user, rows=len(done.changes))
            messages.success(request, _told(done))
            return redirect("partnerships:agencies", slug)
    plan = planned(rows, why_no_domains=_why_no_domains(request))
    context = {
        "plan": plan,
        "upload": kept,
        "refused": refused,
        "head": [{"text": "Row"}, {"text": "What would change"}],
        "rows": [[{"text": str(change.number)}, {"text": change.sentence}] for change in plan.changes],
        "wrong_head": HEAD,
        "wrong": _table(plan.wrong),
    }
    return render(request, "partnerships/directory/import_preview.html", context, status=409 if refused else 200)


@only(why_not_keep)
@require_safe
def template(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The columns with an invented example in every kind of row."""
    table = [list(COLUMNS), *([row.get(column, "") for column in COLUMNS] for row in EXAMPLE)]
    if form == "xlsx":
        book = Workbook()
        for row in table:
            book.worksheets[0].append(row)
        packed = io.BytesIO()
        book.save(packed)
        response = HttpResponse(packed.getvalue(), content_type=XLSX)
    else:
        written = io.StringIO()
        csv.writer(written).writerows(table)
        response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="directory.{form}"'
    return response


def _rows_of(kept: DirectoryUpload) -> list[Row]:
    rows, _ = read_rows(Line(line["number"], line["cells"]) for line in kept.rows)
    return rows


def _table(wrong: list[Wrong]) -> list[list[dict[str, Any]]]:
    return [[{"text": str(one.number)}, {"text": one.sentence}] for one in sorted(wrong, key=lambda one: one.number)]


def _rows(wrong: list[Wrong]) -> str:
    number = len({one.number for one in wrong})
    return f"{number} row{'' if number == 1 else 's'}"


def _told(done: Plan) -> str:
    number = len(done.changes)
    return f"{number} change{' was' if number == 1 else 's were'} made to the directory."
