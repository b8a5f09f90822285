"""The pages on which the office takes in the tracker that it kept before: file, columns, what would be made, what was made."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partnerships.administering import Did, note_administration
from partnerships.directory.writing import keep_agency
from partnerships.doing import PartnershipRefused
from partnerships.ladder import rung_words
from partnerships.sheets import LARGEST_FILE, MOST_ROWS, TOO_LARGE, SheetRefused, read_table

from ..forms.taking_in import ADD, ColumnsForm, TakeInForm, TrackerFileForm, WordsForm
from ..models import TakingIn, TrackerUpload
from ..moves import Refused
from ..permissions import Viewer, may_track
from ..services.taking_in import keep_upload, take_in, undo, why_not_undo
from ..states import STATE_WORDS, State
from ..taking_in.columns import columns_of, guessed, head_of
from ..taking_in.meaning import Meanings
from ..taking_in.plan import FORMER, Made, Plan, Problem, planned
from .acting import viewer_of

LARGEST = 2**31 - 1
LONGEST_CELL = 20_000
SHOWN = 200
NO_PROTOCOL = "No protocol has been published here yet. It says which steps there are, so it comes first."


def _office(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not (verdict := may_track(viewer)):
        raise PermissionDenied(verdict.sentence)
    return viewer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Read a file; and what was taken in before."""
    viewer = _office(request)
    form = TrackerFileForm(request.POST, request.FILES) if request.method == "POST" else TrackerFileForm()
    if form.is_valid():
        file = form.cleaned_data["sheet"]
        try:
            kept = _read(viewer, file.name, file.read() if file.size <= LARGEST_FILE else None)
        except SheetRefused as refused:
            form.add_error("sheet", str(refused))
        else:
            return redirect("escalation:taking_in_columns", slug, kept.pk)
    before = TakingIn.objects.select_related("by", "undone_by")[:50]
    context = {"form": form, "before": before}
    return render(request, "escalation/taking_in/upload.html", context, status=422 if form.errors else 200)


def _read(viewer: Viewer, name: str, data: bytes | None) -> TrackerUpload:
    if data is None:
        raise SheetRefused(TOO_LARGE)  # before it is read into memory
    if not Meanings().versions:
        raise SheetRefused(NO_PROTOCOL)
    table = read_table(data, longest=LONGEST_CELL)
    if len(table.rows) > MOST_ROWS + 20:
        raise SheetRefused(f"The sheet has more than {MOST_ROWS:,} rows. Divide it.")
    head = head_of(table)
    columns = columns_of(table.rows, head)
    if not any(number > head for number, _ in table.rows):
        raise SheetRefused("There is nothing under the heading row.")
    digest = hashlib.sha256(data).hexdigest()
    return keep_upload(
        viewer, name=name, digest=digest, rows=table.rows, lost=table.lost, head=head, columns=guessed(columns)
    )  # fmt: skip


def _upload(viewer: Viewer, number: int) -> TrackerUpload:
    """One's own: what somebody else is looking at is theirs."""
    kept = TrackerUpload.objects.filter(pk=number, by=viewer.user).first() if number <= LARGEST else None
    if kept is None:
        raise Http404
    return kept


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What each column holds: guessed, and to be looked at."""
    viewer = _office(request)
    kept = _upload(viewer, number)
    form = ColumnsForm(request.POST or None, upload=kept, columns=columns_of(kept.rows, kept.head))
    if request.method == "POST" and form.is_valid():
        moved = form.cleaned_data["head"] != kept.head
        kept.head = form.cleaned_data["head"]
        kept.columns = guessed(columns_of(kept.rows, kept.head)) if moved else form.chosen
        kept.save(update_fields=["head", "columns"])
        if moved:
            messages.success(request, f"The headings are read from row {kept.head} now. Look at the columns again.")
            return redirect("escalation:taking_in_columns", slug, kept.pk)
        return redirect("escalation:taking_in_check", slug, kept.pk)
    status = 422 if form.errors else 200
    return render(request, "escalation/taking_in/columns.html", {"form": form, "upload": kept}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The dry run, the answers to what nobody knows, and the taking in of what is right."""
    viewer = _office(request)
    kept = _upload(viewer, number)
    if request.method == "POST" and "again" in request.POST:
        _ask_again(kept)
        return redirect("escalation:taking_in_check", slug, kept.pk)
    words, status = TakeInForm(request.POST if request.method == "POST" and "answer" not in request.POST else None), 200
    if words.is_bound:
        status = 422
        if words.is_valid():
            given = words.cleaned_data
            try:
                taking = take_in(
                    kept, viewer=viewer, shown=request.POST.get("shown", ""), without=given["without"], clocks=given["clocks"]
                )
            except Refused as refused:
                words.add_error(None, str(refused))
                status = 409
            else:
                return redirect("escalation:taken_in", slug, taking.pk)
    plan = planned(kept)
    asked = WordsForm(questions=plan.questions.values(), meanings=Meanings())
    if request.method == "POST" and "answer" in request.POST:
        asked = WordsForm(request.POST, questions=plan.questions.values(), meanings=Meanings())
        if asked.is_valid() and _answered(request, kept, asked):
            return redirect("escalation:taking_in_check", slug, kept.pk)
        status = 422
    context = {"upload": kept, "asked": asked, "form": words, "shown": SHOWN, "answered": _answers(kept), **_dry(plan)}
    return render(request, "escalation/taking_in/check.html", context, status=status)


def _answers(kept: TrackerUpload) -> dict[str, str]:
    return {key: value for key, value in kept.choices.items() if not key.startswith(FORMER)}


def _ask_again(kept: TrackerUpload) -> None:
    """Every word is asked for anew; what was answered stands there as what is likely."""
    kept.choices = {f"{FORMER}{key}": value for key, value in _answers(kept).items()}
    kept.save(update_fields=["choices"])


def _answered(request: HttpRequest, kept: TrackerUpload, asked: WordsForm) -> bool:
    """Keep the answers. An agency that is to be added is added now: the directory is the partnership's, whatever becomes of the
    file."""
    for key, (question, value) in asked.answers.items():
        chosen = value
        if value.startswith(ADD):
            try:
                chosen = str(keep_agency(None, name=question.text, sector=value.removeprefix(ADD)).pk)
            except PartnershipRefused as refused:
                asked.add_error(question.name, str(refused))
                return False
            note_administration(Did.AGENCY_CHANGED, by=request.user, rows=1)
        kept.choices[key] = chosen
    kept.save(update_fields=["choices"])
    return True


def _dry(plan: Plan) -> dict[str, Any]:
    """What the page shows of a plan: of each table the first rows, and how many there are."""
    earlier = [one for one in plan.made if not one.in_force]
    wrong = [problem for problem in plan.problems if not problem.asked]
    wrong_rows = {problem.row for problem in wrong}
    unsaid = [one for one in plan.made if one.step is None and one.state != State.CLOSED]
    return {
        "plan": plan,
        "shown_now": plan.digest,
        "open": sum(one.state == State.OPEN for one in plan.made),
        "earlier": len(earlier),
        "unsaid": len(unsaid),
        "wrong": len(wrong),
        "wrong_rows": len(wrong_rows),
        "waiting_rows": len({problem.row for problem in plan.problems} - wrong_rows),
        "problem_head": [{"text": "Row"}, {"text": "Column"}, {"text": "What is wrong"}],
        "problems": [_said(problem) for problem in wrong[:SHOWN]],
        "left_head": [{"text": "Row"}, {"text": "Why it is left out"}],
        "left": [[{"text": str(one.row)}, {"text": one.sentence}] for one in plan.left_out[:SHOWN]],
        "there_head": [{"text": "Row"}, {"text": "Is already"}],
        "there": [
            [{"text": str(row)}, {"text": str(one.disagreement.reference), "href": one.disagreement.get_absolute_url()}]
            for row, one in plan.there[:SHOWN]
        ],
        "made_head": [{"text": text} for text in ("Row", "Old reference", "Raised", "Between", "Step", "How it stands")],
        "made": [_line(one) for one in plan.made[:SHOWN]],
    }


def _said(problem: Problem) -> list[dict[str, str]]:
    return [{"text": str(problem.row)}, {"text": problem.column}, {"text": problem.sentence}]


def _line(one: Made) -> list[dict[str, str]]:
    stands = str(STATE_WORDS[State(one.state)])
    ended = f", {one.ended_on:%-d %B %Y}" if one.ended_on else ""
    step = rung_words(one.version.protocol, one.step) if one.step else ""
    return [
        {"text": str(one.row)}, {"text": one.old_reference or "–"}, {"text": f"{one.raised_on:%-d %B %Y}"},
        {"text": f"{one.raising} with {one.receiving}"}, {"text": step or "Not said"}, {"text": stands + ended},
    ]  # fmt: skip


def _taking(number: int) -> TakingIn:
    taking = TakingIn.objects.select_related("by", "undone_by").filter(pk=number).first() if number <= LARGEST else None
    if taking is None:
        raise Http404
    return taking


@never_cache
@require_http_methods(["GET", "HEAD"])
def taken_in(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What was made of a file: the references, old and new."""
    _office(request)
    taking = _taking(number)
    rows = taking.rows.select_related("disagreement", "disagreement__partnership").order_by("row")[: MOST_ROWS + 20]
    context = {
        "taking": taking,
        "why_not_undo": why_not_undo(taking),
        "head": [{"text": "Row"}, {"text": "Old reference"}, {"text": "Reference here"}],
        "rows": [
            [{"text": str(one.row)}, {"text": one.old_reference or "–"},
             {"text": str(one.disagreement.reference), "href": one.disagreement.get_absolute_url()}]
            for one in rows
        ],
    }  # fmt: skip
    return render(request, "escalation/taking_in/done.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def undo_taking_in(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask first; then all of it goes."""
    viewer = _office(request)
    taking = _taking(number)
    refused = why_not_undo(taking)
    if request.method == "POST":
        try:
            gone = undo(taking.pk, viewer=viewer)
        except Refused as problem:
            refused = str(problem)
        else:
            removed = "1 disagreement" if gone == 1 else f"{gone} disagreements"
            messages.success(request, f"Undone: {removed} removed. No figure counts any of it.")
            return redirect(reverse("escalation:taking_in", args=[slug]))
    context = {"taking": taking, "refused": refused}
    return render(request, "escalation/taking_in/undo.html", context, status=409 if refused and request.method == "POST" else 200)
